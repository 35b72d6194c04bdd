"""What a front matter value may be, key by key: YAML nodes become values of a note, or complaints.

Every key has a reader. It gives the value, or None where there is none: the value was left empty, or
it does not fit, which the reader reports. One rule for lists: what is no text is left out with a
warning, unless it was empty; nothing that was written is lost in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from types import MappingProxyType
from typing import TypeAlias

from kb.read.addresses import scheme_of
from kb.read.advice import quoted
from kb.read.core_schema import resolved
from kb.read.dates import advice_on_date, iso_date, looks_like_date
from kb.read.references import only_link
from kb.read.wording import LANGUAGE, advice_on_boolean, advice_on_language, described
from kb.read.yaml12 import Mapping, Node, Scalar, Sequence

#: Takes where a value stands, the problem's code, the message and the hint.
Report: TypeAlias = Callable[[Node, str, str, str], None]
#: Takes the key as written, its value, and where to complain.
Reader: TypeAlias = Callable[[str, Node, Report], object | None]

_VALUE = "front-matter-value"
_COERCED = "front-matter-coerced"
_PLAIN_TEXT = "write words on one line, in quotes if YAML takes them for something else"


def read_text(key: str, node: Node, report: Report) -> str | None:
    """Text on one line."""
    if not isinstance(node, Scalar):
        report(node, _VALUE, f"'{key}' should be text, not {described(node)}", _PLAIN_TEXT)
        return None
    return None if node.value is None else " ".join(node.text.split()) or None


def _file(key: str, node: Node, report: Report) -> str | None:
    """Text; of a link, what it leads to."""
    text = read_text(key, node, report)
    return text and (only_link(text) or text)


def _picture(key: str, node: Node, report: Report) -> str | None:
    """A file of the vault, or a picture's whole address on the web."""
    address = _file(key, node, report)
    if address and scheme_of(address) not in {None, "http", "https"}:
        hint = "write the name of a file among the notes, or an address that begins with https://"
        report(node, "unsafe-link", f"'{key}' holds {described(node)}, which no page may show", hint)
        return None
    return address


def _word(key: str, node: Node, report: Report) -> str | None:
    text = read_text(key, node, report)
    if text and not re.fullmatch(r"[\w-]+", text):
        report(
            node, _VALUE, f"'{key}' should be one word, not {described(node)}", "use letters, digits, - and _"
        )
        return None
    return text and text.lower()


def _language(key: str, node: Node, report: Report) -> str | None:
    text = read_text(key, node, report)
    if text and not LANGUAGE.fullmatch(text):
        report(
            node, _VALUE, f"'{key}' should be a language tag, not {described(node)}", advice_on_language(text)
        )
        return None
    return text


def boolean(node: Node) -> bool | None:
    """True or false, also in quotes; None for anything else."""
    match node:
        case Scalar(value=bool(value)):
            return value
        case Scalar(text=text) if text.lower() in {"true", "false"}:
            return text.lower() == "true"
        case _:
            return None


def read_boolean(key: str, node: Node, report: Report) -> bool | None:
    """True or false, also in quotes."""
    if isinstance(node, Scalar) and node.value is None:
        return None
    value = boolean(node)
    if value is None:
        message = f"'{key}' should be true or false, not {described(node)}"
        report(node, _VALUE, message, advice_on_boolean(node))
    return value


def read_number(key: str, node: Node, report: Report) -> float | None:
    """A number, also in quotes."""
    if isinstance(node, Scalar):
        value = resolved(node.text.strip())
        if value is None and node.plain:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
    report(
        node, _VALUE, f"'{key}' should be a number, not {described(node)}", "write a number such as 3 or 2.5"
    )
    return None


def _date(key: str, node: Node, report: Report) -> str | None:
    return _any_date("bad-date", key, node, report)


def read_date(key: str, node: Node, report: Report) -> str | None:
    """An ISO date that decides nothing about the note."""
    return _any_date(_VALUE, key, node, report)


def _any_date(code: str, key: str, node: Node, report: Report) -> str | None:
    """An ISO date; ``[[2024-05-01]]``, a link to a daily note, is one too."""
    if not isinstance(node, Scalar):
        report(node, code, f"'{key}' should be a date, not {described(node)}", advice_on_date(""))
        return None
    if node.value is None:
        return None
    value = iso_date(only_link(node.text) or node.text)
    if not value:
        wrong = (
            "names a day or time that does not exist:"
            if looks_like_date(node.text)
            else "should be a date, not"
        )
        report(node, code, f"'{key}' {wrong} {described(node)}", advice_on_date(node.text))
    return value or None


# Lists.


def _names(key: str, node: Node, report: Report) -> tuple[str, ...] | None:
    """Text each; a single text is cut at its commas."""
    return _united(text for item in _items(key, node, report) for text in _parts(item, node, ","))


def _classes(key: str, node: Node, report: Report) -> tuple[str, ...] | None:
    return _united(text for item in _items(key, node, report) for text in re.split(r"[\s,]+", item.text))


def _tags(key: str, node: Node, report: Report) -> tuple[str, ...] | None:
    """Text each, cut at commas; a single text without any at its spaces."""
    tags = []
    for item in _items(key, node, report):
        text = item.text
        if only_link(text):
            text = text.strip()[2:-2]
        separator = None if item is node and "," not in text else ","
        tags += [_tag(part, item, report) for part in text.split(separator)]
    return _united(tags)


def _items(key: str, node: Node, report: Report) -> Iterator[Scalar]:
    """The scalars of a list, of lists in it, or the one that stands alone."""
    match node:
        case Scalar(value=None):
            return
        case Scalar():
            yield node
        case Sequence(items=items):
            for item in items:
                yield from _items(key, item, report)
        case Mapping(entries=entries):
            _refuse_pairs(key, entries, node, report)


def _refuse_pairs(key: str, entries: tuple[tuple[Scalar, Node], ...], node: Node, report: Report) -> None:
    hint = f"write a list: {key}: [a, b]"
    if len(entries) == 1 and isinstance(value := entries[0][1], Scalar):
        hint = f"if it is text, put quotes around it: {quoted(f'{entries[0][0].text}: {value.text}')}"
    report(node, _COERCED, f"'{key}' holds keys and values where text is expected; they are left out", hint)


def _parts(item: Scalar, node: Node, separator: str) -> list[str]:
    return item.text.split(separator) if item is node else [item.text]


def _united(texts: Iterator[str] | list[str]) -> tuple[str, ...] | None:
    """The texts, trimmed; the first spelling of each."""
    found: dict[str, str] = {}
    for text in texts:
        trimmed = " ".join(text.split())
        if trimmed:
            found.setdefault(unicodedata.normalize("NFC", trimmed).casefold(), trimmed)
    return tuple(found.values()) or None


def _tag(text: str, item: Scalar, report: Report) -> str:
    """A tag as it could stand in the text behind a ``#``; "" if nothing like it can be made of `text`."""
    if _USUAL_TAG.fullmatch(text):
        return text
    written = text.strip().lstrip("#").strip()
    tag = re.sub(r"/{2,}", "/", written).strip("/")
    if not all(map(_in_tag, tag)):
        tag = re.sub(r"-{2,}", "-", "".join(c if _in_tag(c) else "-" for c in tag)).strip("-/")
    if written and all(c.isdigit() or c == "/" for c in tag):
        hint = f"write y{tag}" if tag else ""
        report(item, _COERCED, f"'{written}' is left out: a tag is more than digits", hint)
        return ""
    if tag != written:
        report(item, _COERCED, f"'{written}' is no tag; it was read as '{tag}'", f"write {tag}")
    return tag


_USUAL_TAG = re.compile(r"[A-Za-z_][\w-]*(?:/[\w-]+)*", re.ASCII)


def _in_tag(c: str) -> bool:
    """Letters, marks, digits, symbols outside ASCII, and the joiners of Persian words and of emoji."""
    return c in "_-/\u200c\u200d" or c.isalnum() or (not c.isascii() and unicodedata.category(c)[0] in "LMNS")


#: Field of a note → how its value is read.
READERS: Map[str, Reader] = MappingProxyType(
    {
        "title": read_text,
        "kind": _word,
        "date": _date,
        "updated": read_date,
        "draft": read_boolean,
        "publish": read_boolean,
        "permalink": read_text,
        "slug": read_text,
        "description": read_text,
        "image": _picture,
        "series": _file,
        "order": read_number,
        "lang": _language,
        "toc": read_boolean,
        "tags": _tags,
        "aliases": _names,
        "cssclasses": _classes,
    }
)
