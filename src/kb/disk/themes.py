"""A theme's files, wherever they lie: in the site's own ``themes/``, and inside kb.

A theme is a stack of layers, and a template is taken from the first that has it. The site's own layer
``themes/paper/`` may hold one file that changes one block::

    {% extends "paper/note.html" %}
    {% block footer %}…{% endblock %}

``paper/note.html`` is always the file that kb ships, ``note.html`` the one that counts. A theme of another name
says in its ``theme.yaml`` what it builds on (``inherits: paper``, the default).

Templates that did not come with kb run in a sandbox (`kb.view.sandbox`). Only a site that has a configuration brings
any: a folder of notes, which may be somebody else's, is taken as it is and shown by what kb ships.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import kb
from kb.disk.inside import Outside, is_inside
from kb.disk.lean import lean
from kb.disk.root import CONFIG
from kb.disk.stylesheets import with_addresses
from kb.model.problem import Place, Problem

#: The theme that every other one builds on unless it says otherwise.
DEFAULT = "paper"
#: The asset that answers queries in the browser. It is the same in every theme, and lies beside the index.
ENGINE = "_search/client.js"
#: What a theme's style sheets and its scripts are called when they have been joined.
STYLE, SCRIPT = "style.css", "paper.js"
#: What stands around the parts of a script that wait. They find the element that loaded them as `script`.
_WHEN_READ = b"((script) => {\nconst begin = () => {"
_END = b"""};
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
})(document.currentScript);
"""
#: The parts of them that are of use only where there is a search.
OF_SEARCH = frozenset(("search.css", "search.js"))
#: The font that a site may choose, and the style sheet that names it.
OF_FONT = frozenset(("commonplace.css", "commonplace-normal.woff2", "commonplace-italic.woff2"))


class _NotText(Exception):  # noqa: N818 - what a file is
    """A template is not UTF-8."""


class ThemeFiles(NamedTuple):
    """What a theme consists of: templates by the names that ``extends`` uses, assets by name.

    `places` says where each template lies: its path from the site's root, or in kb. It is `strange` if not all of them
    came with kb.
    """

    name: str
    templates: dict[str, str]
    assets: dict[str, bytes]
    places: dict[str, str]
    strange: bool = False

    def asset_paths(self) -> dict[str, str]:
        """Where each asset goes: under a name that changes with its content."""
        return {name: _hashed(name, data) for name, data in self.assets.items()}


def read_theme(
    root: Path, themes: str, name: str, without: Collection[str] = frozenset()
) -> ThemeFiles | Problem:
    """The theme of this name: the site's own layer upon those that it inherits from, `without` some assets.

    Or what is wrong with it: there is none, or a file of it leads out of the site or is no text.
    """
    own = root / themes if (root / CONFIG).is_file() else shipped()
    layers = list(layers_of(own, name))
    if not layers:
        return Problem(
            Place("config.yaml"),
            "config",
            f"no theme is called {name!r}",
            f"there {_are(known_themes(own))}; a theme of your own is a folder {themes}/{name}/templates/",
        )
    theme = ThemeFiles(name, {}, {}, {})
    try:
        for layer in reversed(layers):
            _add_layer(theme, layer, root)
    except Outside as error:
        hint = "copy the file into the theme: a symbolic link may not lead out of the site"
        return Problem(Place(str(error)), "template", "this leads out of the site and was not read", hint)
    except _NotText as error:
        return Problem(Place(str(error)), "template", "this template is not UTF-8 text", "save it as UTF-8")
    for path in _shipped_templates(layers):
        shown = f"{path.parents[1].name}/{path.name}"
        theme.templates[shown] = path.read_text(encoding="utf-8")
        theme.places[shown] = shown
    strange = any(layer.resolve().parent != shipped().resolve() and _has_templates(layer) for layer in layers)
    assets = _joined({name: data for name, data in theme.assets.items() if name not in without})
    return theme._replace(assets=with_addresses(assets, _hashed), strange=strange)


def _has_templates(layer: Path) -> bool:
    return any(path.is_file() for path in (layer / "templates").rglob("*"))


def _add_layer(theme: ThemeFiles, layer: Path, root: Path) -> None:
    home = root if layer.is_relative_to(root) else shipped()
    ours = layer.resolve().parent == shipped().resolve()  # also where the site is kb's own checkout
    for path in _files(layer / "templates", home):
        short = path.relative_to(layer / "templates").as_posix()
        place = path.relative_to(root).as_posix() if home == root else f"{layer.name}/{short}"
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise _NotText(place) from error
        for template in (short, f"{layer.name}/{short}"):
            theme.templates[template] = text
            theme.places[template] = place
    for path in _files(layer / "assets", home):
        name = path.relative_to(layer / "assets").as_posix()
        data = path.read_bytes()
        theme.assets[name] = lean(name, data) if ours else data


def shipped() -> Path:
    """The folder of the themes that come with kb: in the wheel, or beside ``src/`` in a checkout."""
    package = Path(kb.__file__).parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parents[1] / "themes"


def layers_of(own: Path, name: str) -> Iterator[Path]:
    """The folders of a theme, the one that counts most first."""
    seen: set[Path] = set()
    while True:
        found = [
            folder
            for folder in (own / name, shipped() / name)
            if folder.is_dir() and folder.resolve() not in seen
        ]
        if not found:
            return
        yield from found if len(found) == 1 or found[0].resolve() != found[1].resolve() else found[:1]
        seen.update(folder.resolve() for folder in found)
        base = about(found[0]).get("inherits", "") or DEFAULT
        if name in (base, DEFAULT):
            return
        name = base


def about(folder: Path) -> dict[str, str]:
    """What the ``theme.yaml`` of a theme says: one key in a line, and its text."""
    file = folder / "theme.yaml"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    said = (line.partition(":") for line in lines if ":" in line and not line.startswith("#"))
    return {key.strip(): value.strip().strip("\"'") for key, _, value in said}


def _shipped_templates(layers: list[Path]) -> list[Path]:
    home = shipped().resolve()
    shippeds = (layer for layer in layers if layer.resolve().parent == home)
    return [path for layer in shippeds for path in _files(layer / "templates", home)]


def _files(folder: Path, home: Path) -> list[Path]:
    """Regular files below a folder. Raises `Outside` for one that does not really lie in `home`.

    No link may publish a file of the person who builds a theme that came from somebody else.
    """
    if not folder.is_dir():
        return []
    found = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    folders = {parent: is_inside(home, parent) for parent in {path.parent for path in found}}
    for path in found:
        # What is no link lies where its folder lies: asking of each file was half the time of reading a theme.
        if not (is_inside(home, path) if path.is_symlink() else folders[path.parent]):
            raise Outside(path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path))
    return sorted(found)


def _joined(assets: Mapping[str, bytes]) -> dict[str, bytes]:
    """A theme's style sheets become one, ``style.css`` first, and its scripts another, ``paper.js`` first.

    Apart stays ``custom.css``, which is the site's own and comes last, and all in ``needs/``, which only the pages load
    that need it. Of the scripts the first runs before the page is seen, the others when all of it has been read.
    """
    sheets, scripts = _parts(assets, STYLE), _parts(assets, SCRIPT)
    joined = {name: data for name, data in assets.items() if name not in {*sheets, *scripts}}
    if sheets:
        joined[STYLE] = b"\n".join(sheets.values())
    if scripts:
        at_once = scripts.pop(SCRIPT, b"")
        joined[SCRIPT] = b"\n".join([at_once, _WHEN_READ, *scripts.values(), _END] if scripts else [at_once])
    return joined


def _parts(assets: Mapping[str, bytes], whole: str) -> dict[str, bytes]:
    """The parts of a joined file in their order: the one of its own name, then the others by theirs."""
    kind = whole[whole.rindex(".") :]
    own = {name for name in assets if name.endswith(kind) and "/" not in name} - {"custom.css"}
    return {name: assets[name] for name in (whole, *sorted(own - {whole})) if name in own}


def _hashed(name: str, data: bytes) -> str:
    stem, dot, extension = name.rpartition(".")
    mark = blake2b(data, digest_size=6).hexdigest()
    folder = "" if name == ENGINE else "_assets/"
    return f"{folder}{stem}.{mark}.{extension}" if dot else f"{folder}{name}.{mark}"


def known_themes(own: Path) -> list[str]:
    """The names of all themes: those that come with kb, and those in the folder of a site's own."""
    folders = (folder for place in (own, shipped()) if place.is_dir() for folder in place.iterdir())
    return sorted({folder.name for folder in folders if folder.is_dir()})


def _are(names: list[str]) -> str:
    return "is " + names[0] if len(names) == 1 else "are " + ", ".join(names)
