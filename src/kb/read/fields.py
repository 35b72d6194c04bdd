"""The front matter of a kind of note, read against the kind's schema: field by field, by the type of each.

A reader gives the fact as a note holds it (`kb.model.kinds.FieldType` says in which form), or None where there is
none: the value was left empty, or it does not fit, which the reader reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Map
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlsplit

from kb.model.kinds import Field, FieldType
from kb.model.note import Json
from kb.read.ratings import advice_on_rating, rating_of
from kb.read.references import only_link
from kb.read.spelling import nearest
from kb.read.values import Report, read_boolean, read_date, read_number, read_text
from kb.read.wording import described
from kb.read.yaml12 import Mapping, Node, Scalar, Sequence

_VALUE = "front-matter-value"
_Reader: TypeAlias = Callable[[Field, Node, Report], Json | None]

_ADDRESS = re.compile(r"https?://[^\s/?#@<>\"\\]+(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE)
_YEAR = re.compile(r"(?:c\. ?)?-?\d{1,4}(?: ?[-–—] ?(?:\d{1,4})?)?|\d{1,4} BCE?", re.IGNORECASE)
#: Addresses that everybody knows by another name than that of their host.
_HOSTS = {
    "imdb.com": "IMDb",
    "wikidata.org": "Wikidata",
    "wikipedia.org": "Wikipedia",
    "goodreads.com": "Goodreads",
    "openlibrary.org": "Open Library",
    "letterboxd.com": "Letterboxd",
    "musicbrainz.org": "MusicBrainz",
    "themoviedb.org": "TMDB",
    "openstreetmap.org": "OpenStreetMap",
    "gutenberg.org": "Project Gutenberg",
    "doi.org": "DOI",
}


def read_field(field: Field, node: Node, report: Report) -> Json | None:
    """The fact that this value of this field states."""
    return _READERS[field.type](field, node, report)


def site_name(address: str) -> str:
    """What to call the site at a web address: ``IMDb``, else its host without ``www.``."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return next((name for known, name in _HOSTS.items() if host == known or host.endswith(f".{known}")), host)


def _text(field: Field, node: Node, report: Report) -> Json | None:
    return read_text(field.name, node, report)


def _number(field: Field, node: Node, report: Report) -> Json | None:
    if isinstance(node, Scalar) and re.fullmatch(r"\d{1,3}(?:,\d{3})+", node.text.strip()):
        return int(node.text.replace(",", ""))  # 5,929, as articles count their words
    return read_number(field.name, node, report)


def _date(field: Field, node: Node, report: Report) -> Json | None:
    return read_date(field.name, node, report)


def _boolean(field: Field, node: Node, report: Report) -> Json | None:
    return read_boolean(field.name, node, report)


def _year(field: Field, node: Node, report: Report) -> Json | None:
    text = read_text(field.name, node, report)
    if text is None:
        return None
    if not _YEAR.fullmatch(text):
        hint = "write it as 1983, 1871–1872, 2011– or c. 1600"
        report(node, _VALUE, f"'{field.name}' should be a year, not {described(node)}", hint)
        return None
    return re.sub(r"(?<=\d) ?[-–—] ?", "–", text)


def _list(field: Field, node: Node, report: Report) -> Json | None:
    """Text each. One that stands alone is one, commas or not: ``Eliot, George`` is a single person."""
    if isinstance(node, Sequence):
        texts = [read_text(field.name, item, report) for item in node.items]
        return [text for text in texts if text] or None
    if isinstance(node, Mapping):
        hint = f"write a list: {field.name}: [a, b]"
        report(node, _VALUE, f"'{field.name}' should be a list, not keys and values", hint)
        return None
    text = read_text(field.name, node, report)
    return [text] if text else None


def _choice(field: Field, node: Node, report: Report) -> Json | None:
    text = read_text(field.name, node, report)
    if text is None or text in field.choices:
        return text
    lower = {choice.lower(): choice for choice in field.choices}
    if text.lower() in lower:
        return lower[text.lower()]
    near = nearest(text, field.choices)
    *most, last = field.choices
    message = (
        f"'{field.name}' should be {', '.join(most)}{' or ' if most else ''}{last}, not {described(node)}"
    )
    report(node, _VALUE, message, f"did you mean {near}?" if near else f"write {field.choices[0]}, say")
    return None


def _address(field: Field, node: Node, report: Report) -> Json | None:
    text = read_text(field.name, node, report)
    if text is None or _ADDRESS.fullmatch(text):
        return text
    hint = f"write https://{text}" if _is_bare(text) else "write an address that begins with https://"
    report(node, _VALUE, f"'{field.name}' should be a web address, not {described(node)}", hint)
    return None


def _link(field: Field, node: Node, report: Report) -> Json | None:
    text = read_text(field.name, node, report)
    if text is None or _is_link(text):
        return text
    _no_link(field, node, text, report)
    return None


def _links(field: Field, node: Node, report: Report) -> Json | None:
    match node:
        case Mapping(entries=entries):
            named = [(key.text, value) for key, value in entries]
        case Sequence(items=items):
            named = [("", item) for item in items]
        case _:
            named = [("", node)]
    links = []
    for label, value in named:
        if (url := _link(field, value, report)) is not None:
            links.append({"label": label or only_link(url) or site_name(url), "url": url})
    return links or None


def _rating(field: Field, node: Node, report: Report) -> Json | None:
    text = read_text(field.name, node, report)
    if text is None:
        return None
    rating = rating_of(text)
    if rating is None:
        message = f"'{field.name}' should be a rating, not {described(node)}"
        report(node, _VALUE, message, advice_on_rating(text))
    return rating


def _is_link(text: str) -> bool:
    return bool(only_link(text)) or _ADDRESS.fullmatch(text) is not None


def _is_bare(text: str) -> bool:
    """Whether only the beginning is missing to make an address of it."""
    return "." in text and ":" not in text and _ADDRESS.fullmatch(f"https://{text}") is not None


def _no_link(field: Field, node: Node, text: str, report: Report) -> None:
    if _is_bare(text):
        hint = f"write https://{text}"
    else:
        hint = 'write an address that begins with https://, or a note in quotes: "[[A note]]"'
    report(node, _VALUE, f"'{field.name}' should be a link, not {described(node)}", hint)


_READERS: Map[FieldType, _Reader] = MappingProxyType(
    {
        FieldType.TEXT: _text,
        FieldType.NUMBER: _number,
        FieldType.DATE: _date,
        FieldType.YEAR: _year,
        FieldType.BOOLEAN: _boolean,
        FieldType.LIST: _list,
        FieldType.CHOICE: _choice,
        FieldType.ADDRESS: _address,
        FieldType.LINK: _link,
        FieldType.LINKS: _links,
        FieldType.RATING: _rating,
    }
)
