"""Every setting there is: what it is for, how its value is read, what an editor should know of it.

A reader gives the value, or None where it does not fit, which it reports. Text may be written as a
number, a list is always a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Map
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import msgspec

from kb.model.settings import Cards, Html, Images, MenuEntry, Search
from kb.read.advice import quoted
from kb.read.home import read_home
from kb.read.look import read_look
from kb.read.spelling import nearest
from kb.read.wording import LANGUAGE, advice_on_boolean, advice_on_language, described
from kb.read.yaml12 import Mapping, Node, Scalar, Sequence

#: Takes where the value stands, the message and the hint.
Report: TypeAlias = Callable[[Node, str, str], None]
#: Takes the key, its value, and where to complain.
Reader: TypeAlias = Callable[[str, Node, Report], object | None]

TIMEZONE_HINT = "write a name like UTC or Europe/Berlin"

_LARGEST_PAGE = 1000
_BASE_URL = re.compile(r"https?://[^\s/?#@\\]+(?:/[^\s?#\\]*)?", re.IGNORECASE)
_TIMEZONE = re.compile(r"[A-Za-z][\w+-]*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
_PLUGIN = re.compile(r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.]*)?", re.ASCII)


_PLAIN_TEXT = "write words on one line, in quotes if YAML takes them for something else"
_A_NUMBER = f"write a number from 1 to {_LARGEST_PAGE}, such as 20"
_A_PATTERN = "write a name like drafts/ or *.tmp"


def base_url(text: str) -> str:
    """The address of a site as `Settings` hold it, with "/" at its end; "" if `text` is no such address."""
    text = text.strip()
    if not _BASE_URL.fullmatch(text):
        return ""
    return text if text.endswith("/") else f"{text}/"


def _text(key: str, node: Node, report: Report) -> str | None:
    if isinstance(node, Scalar):
        return " ".join(node.text.split())
    report(node, f"{key} should be text, not {described(node)}", _PLAIN_TEXT)
    return None


def _boolean(key: str, node: Node, report: Report) -> bool | None:
    match node:
        case Scalar(value=bool(value)):
            return value
        case _:
            report(node, f"{key} should be true or false, not {described(node)}", advice_on_boolean(node))
            return None


def _count(key: str, node: Node, report: Report) -> int | None:
    match node:
        case Scalar(value=bool()):
            pass
        case Scalar(value=int(value)) if 1 <= value <= _LARGEST_PAGE:
            return value
        case Scalar(value=int(value)):
            report(node, f"{key} should be from 1 to {_LARGEST_PAGE}, not {value}", _A_NUMBER)
            return None
    report(node, f"{key} should be a whole number, not {described(node)}", _A_NUMBER)
    return None


def _html(key: str, node: Node, report: Report) -> Html | None:
    choices = [choice.value for choice in Html]
    if isinstance(node, Scalar) and node.text in choices:
        return Html(node.text)
    near = nearest(node.text, choices) if isinstance(node, Scalar) else ""
    message = f"{key} should be {', '.join(choices[:-1])} or {choices[-1]}, not {described(node)}"
    report(node, message, f"did you mean {near}?" if near else f"write {choices[0]}, or leave it out")
    return None


def _language(key: str, node: Node, report: Report) -> str | None:
    text = _text(key, node, report)
    if text is None or LANGUAGE.fullmatch(text):
        return text
    report(node, f"{key} should be a language tag, not {described(node)}", advice_on_language(text))
    return None


def _timezone(key: str, node: Node, report: Report) -> str | None:
    text = _text(key, node, report)
    if text is None or _TIMEZONE.fullmatch(text):
        return text
    report(node, f"{key} should be the name of a time zone, not {described(node)}", TIMEZONE_HINT)
    return None


def _address(key: str, node: Node, report: Report) -> str | None:
    text = _text(key, node, report)
    if not text:
        return text
    if not base_url(text):
        hint = "write it like https://example.org/notes/, without ? and #"
        report(node, f"{key} should be the web address of the site, not {described(node)}", hint)
    return base_url(text) or None


def _content(key: str, node: Node, report: Report) -> str | None:
    if isinstance(node, Scalar) and node.text.strip() in {".", "./"}:
        return "."
    return _folder(key, node, report)


def _folder(key: str, node: Node, report: Report) -> str | None:
    hint = "write a path with / that begins here and stays here, like site or build/site"
    path = _path(key, node, report)
    if path == "":
        report(node, f"{key} should be a folder inside this one, not {described(node)}", hint)
    return path or None


def _file(key: str, node: Node, report: Report) -> str | None:
    if isinstance(node, Scalar) and not node.text.strip():
        return ""
    path = _path(key, node, report)
    if path == "":
        hint = "write the path of the file in the folder of the notes, with /"
        report(node, f"{key} should be a file among the notes, not {described(node)}", hint)
    return path or None


def _path(key: str, node: Node, report: Report) -> str | None:
    """A path without "." and without "/" at its end; "" if it is not one that stays inside."""
    text = _text(key, node, report)
    if text is None:
        return None
    parts = [part for part in text.split("/") if part not in {"", "."}]
    if text[:1] in {"/", "~"} or ".." in parts or "\\" in text or re.match(r"[A-Za-z]:", text):
        return ""
    return "/".join(parts)


def _theme(key: str, node: Node, report: Report) -> str | None:
    text = _text(key, node, report)
    if text is None or re.fullmatch(r"\w[\w. -]*", text):
        return text
    report(
        node,
        f"{key} should be the name of a theme, not {described(node)}",
        "write paper, or a folder of themes/",
    )
    return None


def _list(key: str, node: Node, report: Report) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return node.items
    alone = node.text if isinstance(node, Scalar) and key != "menu" else ""
    hint = f"write {key}: [{quoted(alone)}]" if alone else "write each entry on a line of its own, after '- '"
    report(node, f"{key} should be a list, not {described(node)}", hint)
    return ()


def _folders(key: str, node: Node, report: Report) -> tuple[str, ...]:
    folders = (_folder(f"an entry of {key}", item, report) for item in _list(key, node, report))
    return tuple(folder for folder in folders if folder is not None)


def _patterns(key: str, node: Node, report: Report) -> tuple[str, ...]:
    patterns = []
    for item in _list(key, node, report):
        if not isinstance(item, Scalar) or item.value is None:
            report(item, f"an entry of {key} should be text, not {described(item)}", _PLAIN_TEXT)
        elif re.fullmatch(r"[!/\s]*|.*(?<!\\)(?:\\\\)*\\", item.text):
            report(
                item,
                f"an entry of {key} should be a pattern as in .gitignore, not {described(item)}",
                _A_PATTERN,
            )
        else:
            patterns.append(item.text)
    return tuple(patterns)


def _plugins(key: str, node: Node, report: Report) -> tuple[str, ...]:
    names = []
    for item in _list(key, node, report):
        if isinstance(item, Scalar) and _PLUGIN.fullmatch(item.text):
            names.append(item.text)
        else:
            hint = "write the name of an installed plugin, or module:name"
            report(item, f"an entry of {key} should name a plugin, not {described(item)}", hint)
    return tuple(names)


def _menu(key: str, node: Node, report: Report) -> tuple[MenuEntry, ...]:
    entries = (_menu_entry(item, report) for item in _list(key, node, report))
    return tuple(entry for entry in entries if entry)


def _menu_entry(node: Node, report: Report) -> MenuEntry | None:
    if not isinstance(node, Mapping):
        hint = "write - title: About, and below it link: About me"
        report(node, f"an entry of menu should have a title and a link, not be {described(node)}", hint)
        return None
    said: dict[str, str] = {}
    for key, value in node.entries:
        if key.text not in _MENU_KEYS:
            near = nearest(key.text, _MENU_KEYS)
            hint = f"did you mean {near}?" if near else "an entry of menu has a title and a link"
            report(key, f"'{key.text}' means nothing in menu", hint)
        elif isinstance(value, Scalar) and not value.text.strip():
            report(key, f"the {key.text} of a menu entry is empty", "write its words, or leave the entry out")
        elif text := _text(f"the {key.text} of a menu entry", value, report):
            said[key.text] = text
    written = {key.text for key, _ in node.entries}
    for name in _MENU_KEYS:
        if name not in said and name not in written:
            report(node, f"an entry of menu has no {name}", f"add {name}: below it")
    return MenuEntry(**said) if len(said) == len(_MENU_KEYS) else None


_MENU_KEYS = tuple(field.name for field in msgspec.structs.fields(MenuEntry))


def _search(key: str, node: Node, report: Report) -> Search | None:
    if isinstance(node, Mapping):
        offline = False
        for name, value in node.entries:
            if name.text == "offline":
                offline = bool(_boolean("offline", value, report))
            else:
                near = nearest(name.text, ("offline",))
                hint = f"did you mean {near}?" if near else "search has one setting: offline"
                report(name, f"'{name.text}' means nothing in {key}", hint)
        return Search(offline=offline)
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return Search(enabled=node.value)
    hint = advice_on_boolean(node)
    report(node, f"{key} should be true, false or a setting of its own, not {described(node)}", hint)
    return None


_WIDEST, _MOST_WIDTHS, _BEST = 8000, 8, 100
_A_WIDTH = f"write up to {_MOST_WIDTHS} widths from 16 to {_WIDEST} pixels, such as [480, 960]"


def _images(key: str, node: Node, report: Report) -> Images | None:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return Images(variants=node.value)
    if not isinstance(node, Mapping):
        message = f"{key} should be true, false or settings of its own, not {described(node)}"
        report(node, message, advice_on_boolean(node))
        return None
    images = Images()
    for name, value in node.entries:
        if name.text == "widths":
            widths = sorted(
                {width for item in _list("widths", value, report) if (width := _width(item, report))}
            )
            if len(widths) > _MOST_WIDTHS:
                report(value, f"widths has {len(widths)} entries", _A_WIDTH)
            elif widths:
                images = msgspec.structs.replace(images, widths=tuple(widths))
        elif name.text == "quality":
            match value:
                case Scalar(value=int(quality)) if 1 <= quality <= _BEST and not isinstance(quality, bool):
                    images = msgspec.structs.replace(images, quality=quality)
                case _:
                    hint = "write a number from 1 to 100, such as 80"
                    report(value, f"quality should be from 1 to {_BEST}, not {described(value)}", hint)
        else:
            near = nearest(name.text, _IMAGES_KEYS)
            hint = f"did you mean {near}?" if near else "images has two settings: widths and quality"
            report(name, f"'{name.text}' means nothing in {key}", hint)
    return images


def _cards(key: str, node: Node, report: Report) -> Cards | None:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return Cards(enabled=node.value)
    if not isinstance(node, Mapping):
        message = f"{key} should be true, false or a setting of its own, not {described(node)}"
        report(node, message, advice_on_boolean(node))
        return None
    font = ""
    for name, value in node.entries:
        if name.text == "font":
            font = _file("font", value, report) or ""
        else:
            near = nearest(name.text, ("font",))
            hint = f"did you mean {near}?" if near else "cards has one setting: font"
            report(name, f"'{name.text}' means nothing in {key}", hint)
    return Cards(enabled=True, font=font)


_IMAGES_KEYS = ("widths", "quality")


def _width(node: Node, report: Report) -> int | None:
    match node:
        case Scalar(value=int(width)) if 16 <= width <= _WIDEST and not isinstance(width, bool):  # noqa: PLR2004
            return width
    report(node, f"an entry of widths should be a number of pixels, not {described(node)}", _A_WIDTH)
    return None


class Setting(NamedTuple):
    """One setting: what it is for, how it is read, and what an editor should know beyond its type."""

    purpose: str
    read: Reader
    limits: Map[str, object] = MappingProxyType({})


_SIZE = {"minimum": 1, "maximum": _LARGEST_PAGE}

SETTINGS: Map[str, Setting] = MappingProxyType(
    {
        "title": Setting("The name of the site.", _text),
        "description": Setting("One sentence about the site, for search engines and feeds.", _text),
        "author": Setting("Who writes the notes.", _text),
        "language": Setting(
            "The language of the notes as a tag: en, de, pt-BR.",
            _language,
            {"pattern": f"^{LANGUAGE.pattern}$"},
        ),
        "timezone": Setting("The time zone of dates without one: UTC, Europe/Berlin.", _timezone),
        "base_url": Setting(
            "Where the site will live: https://example.org/notes/. Feeds and the sitemap need it.",
            _address,
            {"pattern": "^$|^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/?#@\\\\]+(/[^\\s?#\\\\]*)?$"},
        ),
        "content": Setting("The folder of the notes; '.' for the folder of this file.", _content),
        "output": Setting("The folder that a build writes the site into.", _folder),
        "theme": Setting("A theme that comes with kb, or the name of a folder of your own themes.", _theme),
        "themes": Setting("The folder of your own themes.", _folder),
        "starters": Setting("Folders of templates for new notes. They are no content.", _folders),
        "ignore": Setting("What is no content, as patterns of .gitignore.", _patterns),
        "favicon": Setting("The small picture in the browser's tab: a file among the notes.", _file),
        "logo": Setting("The picture beside the site's name: a file among the notes.", _file),
        "html": Setting(
            "HTML in a note: sanitize keeps what is harmless, trusted keeps all, escape shows it as text.",
            _html,
        ),
        "hard_breaks": Setting("Whether a line break in a note is one on the page.", _boolean),
        "typographer": Setting("Whether quotes, dashes and dots become typographic ones.", _boolean),
        "page_size": Setting(
            "How many notes stand on one page of a list. A note's page shows so many of those that link to it, where"
            " they are twice as many or more; a page of tags holds ten times as many.",
            _count,
            _SIZE,
        ),
        "feed_size": Setting("How many notes stand in a feed.", _count, _SIZE),
        "menu": Setting(
            "The entries of the menu. A link names a note, a path of the site or an address.", _menu
        ),
        "plugins": Setting("Plugins by their names, or as module:name. They run code of theirs.", _plugins),
        "search": Setting(
            "Whether the site can be searched. With offline: true also where it is opened from a disk.",
            _search,
        ),
        "graph": Setting("Whether there is a page with the graph of all notes (graph/).", _boolean),
        "look": Setting(
            "Colours, fonts and the length of a line, where they are not the theme's.", read_look
        ),
        "images": Setting(
            "Whether pictures are drawn anew in these widths (pixels), for readers to load the one that they need."
            " It is done where Pillow is installed.",
            _images,
        ),
        "cards": Setting(
            "Whether each note has a social card, a picture of its title. `font` names a font file among the notes.",
            _cards,
        ),
        "llms": Setting("Whether there is an llms.txt, which tells programs where to begin.", _boolean),
        "twins": Setting("Whether each note is there as Markdown, too, for programs (index.md).", _boolean),
        "passage_of_the_day": Setting(
            "Whether the front page shows a passage from your excerpts, another one each day it is built.",
            _boolean,
        ),
        "home": Setting(
            "What the front page shows below its text, in this order: `passage`, `new`, `central`, `folders`, `kinds`,"
            " `tags`. `new: 5` shows five entries. Of folders, kinds and tags all are shown, but where they are twice"
            " `page_size` or more, `page_size` of them, those with most notes.",
            read_home,
        ),
    }
)
