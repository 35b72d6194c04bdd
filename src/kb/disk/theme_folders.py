"""The folders of themes, as a person handles them: which there are, a new one, and what one overrides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kb.disk.inside import is_inside, read_inside
from kb.disk.refused import Refused
from kb.disk.themes import DEFAULT, about, known_themes, layers_of, shipped
from kb.model.settings import Settings

#: Where a theme keeps the files that it overrides, as they were when they were last compared. No page sees it.
SEEN = "upstream"

_ABOUT = """\
name: {name}
version: "1.0"
description: What this theme is like, in a sentence.
inherits: {base}
"""
_NOTE = """\
{{#- A note, as {base} shows it. Write the blocks that are to differ; base.html of {base} lists them all.
     {{{{ super() }}}} gives what the block held before. -#}}
{{% extends "{base}/note.html" %}}
"""
_CUSTOM = """\
/* Loaded behind all other style sheets. The names at the head of the style sheet of {base} are the quickest way:

:root {{
  --accent: #0b4f2c;
  --measure: 35rem;
}}
*/
"""


class Shown(NamedTuple):
    """A theme as a list shows it. `place` is its folder from the site's root, "" if it has none there.

    `shipped`: it comes with kb, and its folder in the site, if any, changes parts of it.
    """

    name: str
    version: str
    description: str
    inherits: str
    place: str
    shipped: bool
    used: bool


class Override(NamedTuple):
    """A file of a site's own theme, and the one that it stands for: `upstream` is called so by its theme.

    `seen` is that file as it was when the two were last compared, None where nobody remembers.
    """

    place: str
    name: str
    own: bytes
    upstream_place: str
    upstream: bytes
    seen: bytes | None
    memory: Path


def themes(root: Path, settings: Settings) -> list[Shown]:
    """All themes that a site can choose."""
    own = root / settings.themes
    found = []
    for name in known_themes(own):
        ours = own / name if (own / name).is_dir() and not _is_shipped(own / name) else None
        said = {**about(shipped() / name), **(about(ours) if ours else {})}
        base = "" if name == DEFAULT else said.get("inherits", "") or DEFAULT
        place = f"{settings.themes}/{name}" if ours else ""
        comes = (shipped() / name).is_dir()
        version, words = said.get("version", ""), said.get("description", "")
        found.append(Shown(name, version, words, base, place, comes, name == settings.theme))
    return found


def new_theme(root: Path, settings: Settings, name: str, base: str) -> tuple[Path, ...]:
    """Make a theme that builds on another, and say which files were made. Nothing is overwritten.

    Raises `Refused` where a theme is called so already, where the name is none, or there is no such base.
    """
    own = root / settings.themes
    if not name or name != name.strip(" .") or any(char in name for char in '/\\:*?"<>|\0'):
        raise Refused(f"{name!r} cannot be the name of a folder", "kb theme new evening")
    if name in (known := known_themes(own)):
        raise Refused(f"a theme is called {name} already", f"there are {', '.join(known)}")
    if base not in known:
        raise Refused(f"no theme is called {base!r}", f"there are {', '.join(known)}")
    folder = own / name
    if not is_inside(root, folder):
        raise Refused(
            f"{folder} leads out of the site", "choose another folder with `themes:` in config.yaml"
        )
    files = {"theme.yaml": _ABOUT, "templates/note.html": _NOTE, "assets/custom.css": _CUSTOM}
    for file, text in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as made:
            made.write(text.format(name=name, base=base))
    return tuple(folder / file for file in files)


def overrides(root: Path, settings: Settings) -> list[Override]:
    """Every file of the site's own layers that stands for a file of a layer below it."""
    layers = list(layers_of(root / settings.themes, settings.theme))
    found = []
    for number, layer in enumerate(layers):
        if _is_shipped(layer):
            continue
        home = f"{settings.themes}/{layer.name}"
        for name in _names(root, home):
            below = next((each for each in layers[number + 1 :] if (each / name).is_file()), None)
            if below is None or name.endswith("/custom.css"):
                continue
            memory = layer / SEEN / name
            found.append(
                Override(
                    f"{home}/{name}",
                    name,
                    read_inside(root, f"{home}/{name}"),
                    f"{below.name}/{name.partition('/')[2]}",
                    (below / name).read_bytes(),
                    memory.read_bytes() if memory.is_file() else None,
                    memory,
                )
            )
    return found


def remember(root: Path, found: list[Override]) -> int:
    """Keep each file that is overridden as it is now, beside what overrides it; how many were new or other."""
    kept = 0
    for each in found:
        if each.seen != each.upstream:
            if not is_inside(root, each.memory):
                raise Refused(f"{each.memory} leads out of the site")
            each.memory.parent.mkdir(parents=True, exist_ok=True)
            each.memory.write_bytes(each.upstream)
            kept += 1
    return kept


def _names(root: Path, home: str) -> Iterator[str]:
    for kind in ("templates", "assets"):
        folder = root / home / kind
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            name = path.relative_to(root / home).as_posix()
            if path.is_file() and not path.name.startswith("."):
                if not is_inside(root, path):
                    raise Refused(f"{home}/{name} leads out of the site", "copy the file into the theme")
                yield name


def _is_shipped(folder: Path) -> bool:
    return folder.resolve().parent == shipped().resolve()
