"""The first files of a site (``kb init``) and the first lines of a note (``kb new``). Nothing is overwritten.

What kb ships lies in ``kb/starters/``: ``site/`` for a new site, ``kinds/`` with one template per kind. A
site's own template, ``templates/review.md``, wins. A template is plain text with placeholders: ``{{title}}``,
``{{date}}``, ``{{kind}}``.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import msgspec

import kb
from kb.disk.inside import is_inside, read_inside
from kb.disk.refused import Refused
from kb.model.kinds import Schema
from kb.model.settings import Settings
from kb.view.urls import slug

#: Characters that some system or some link syntax cannot have in a file's name.
_ILLEGAL = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*#^\[\]]+")
_PLAIN_YAML = re.compile(r"[^\W\d_][\w ,.()'’+&/-]*\Z")
#: A slash between two words stands for a folder; one with spaces around it ("either / or") is a word.
_SLASH = re.compile(r"(?<!\s)/|/(?!\s)")
_SUFFIXES = (".md", ".markdown")
_HERE = Path(kb.__file__).parent / "starters"


def start_site(folder: Path) -> tuple[Path, ...]:
    """Make a small site in a folder and say which files were made.

    A folder that has notes already is only given a ``config.yaml`` that takes them as they are. Raises `Refused`
    where a ``config.yaml`` stands already.
    """
    if os.path.lexists(folder / "config.yaml"):
        raise Refused(
            f"{folder / 'config.yaml'} is there already", "nothing was changed; `kb build` builds the site"
        )
    notes = _notes_in(folder) if folder.is_dir() else []
    title = yaml_text(_title_of(folder))
    made = []
    for source in sorted(path for path in (_HERE / "site").rglob("*") if path.is_file()):
        name = source.relative_to(_HERE / "site").as_posix()
        if notes and name != "config.yaml":
            continue
        text = source.read_text(encoding="utf-8").replace("{{site}}", title)
        if notes and not all(note.is_relative_to(folder / "content") for note in notes):
            text = text.replace("content: content\n", "content: .\n")
        write_new(folder / name, text)
        made.append(folder / name)
    return tuple(made)


def new_note(
    root: Path,
    settings: Settings,
    title: str,
    kind: str,
    now: datetime,
    own: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Make a note of this title and kind, and give its path. ``films/Aruvi`` makes it in a folder.

    `own` are templates of the site's own kinds, by kind; one that lies in a folder of templates goes before.

    Raises `Refused` where the note is there already, or no template of the kind.
    """
    *folders, name = [part for part in _SLASH.split(title) if part.strip(" .")] or [""]
    stem = file_name(name)
    if not stem:
        raise Refused(f"{title!r} has no letter or digit that could name a file", 'kb new "A title"')
    content = root / settings.content
    target = content.joinpath(*map(file_name, folders), f"{stem}.md")
    if not is_inside(content, target.parent):
        raise Refused(f"{target.parent} leads out of the notes' folder", "choose another folder")
    text = _template(root, settings, kind, own)
    facts = {"title": yaml_text(name.strip()), "date": now.date().isoformat(), "kind": kind}
    text = re.sub(r"\{\{(title|date|kind)\}\}", lambda found: facts[found[1]], text)
    if (there := _same_address(target)) is not None:
        raise Refused(f"{there} is there already", "nothing was changed; choose another title")
    write_new(target, text)
    return target


def kinds(root: Path, settings: Settings) -> tuple[str, ...]:
    """The kinds of notes that have a template."""
    places = (*(root / folder for folder in settings.starters), _HERE / "kinds")
    return tuple(sorted({path.stem for place in places if place.is_dir() for path in place.glob("*.md")}))


def starter_of(schema: Schema) -> str:
    """The first lines of a note of a kind that has no template: every field, with what belongs into it."""
    longest = max((len(field.name) for field in schema.fields), default=0)
    lines = []
    for field in schema.fields:
        said = field.hint or (", ".join(field.choices) if field.choices else field.type.value)
        needed = " (needed)" if field.required else ""
        lines.append(f"{field.name}:{' ' * (longest - len(field.name))} # {said}{needed}\n")
    return f"---\ntitle: {{{{title}}}}\nkind: {{{{kind}}}}\ndate: {{{{date}}}}\ntags: []\n{''.join(lines)}---\n\n"


def _template(root: Path, settings: Settings, kind: str, own: Mapping[str, str]) -> str:
    known = tuple(sorted({*kinds(root, settings), *own}))
    if kind not in known:
        plain = settings.starters and kind and file_name(kind) == kind
        yours = f"; your own would be {settings.starters[0]}/{kind}.md" if plain else ""
        raise Refused(
            f"there is no template for a note of kind {kind!r}", f"there are {', '.join(known)}{yours}"
        )
    for folder in settings.starters:
        if (root / folder / f"{kind}.md").is_file():
            return _own_template(root, f"{folder}/{kind}.md")
    if kind in own:
        return own[kind]
    return (_HERE / "kinds" / f"{kind}.md").read_text(encoding="utf-8")


def _own_template(root: Path, name: str) -> str:
    try:
        return read_inside(root, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"the template {name} is not UTF-8 text", "save it as UTF-8") from error
    except OSError as error:
        raise Refused(f"the template {name} cannot be read: {error.strerror or error}") from error


def write_new(target: Path, text: str) -> None:
    """Put a text where no file is. Raises `Refused`."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(fd, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise Refused(f"{target} is there already", "nothing was changed") from error
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror}") from error


def _same_address(target: Path) -> Path | None:
    """A note beside the new one that would have its address: ``a-note.md`` beside ``A note.md``."""
    if not target.parent.is_dir():
        return None
    beside = sorted(path for path in target.parent.iterdir() if path.suffix.lower() in _SUFFIXES)
    return next((path for path in beside if slug(path.stem) == slug(target.stem)), None)


def _title_of(folder: Path) -> str:
    words = " ".join(folder.absolute().name.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:] or "Notes"


def file_name(title: str) -> str:
    """A title as the name of a file that every system can hold and every link can name; ``""`` if nothing is left."""
    text = unicodedata.normalize("NFC", title.encode("utf-8", "replace").decode())
    return re.sub(r"\s+", " ", _ILLEGAL.sub(" ", text)).strip(" .")[:120].rstrip()


def yaml_text(text: str) -> str:
    """Text as a YAML value: plain where that is surely safe, else in double quotes."""
    text = text.encode("utf-8", "replace").decode()  # a command line can hold bytes that are no text
    if _PLAIN_YAML.match(text) and text.lower() not in {"true", "false", "null", "yes", "no", "on", "off"}:
        return text.rstrip()
    return msgspec.json.encode(text).decode()


def _notes_in(folder: Path) -> list[Path]:
    found = []
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(here, name) for name in files if name.lower().endswith(_SUFFIXES)]
    return found
