"""The front matter of a note: what its author says about it, checked key by key.

Reading never fails. A value with a mistake is left out and reported; the note is published without
it, unless the mistake could hide that the author wanted the note kept back: where the YAML cannot be
read, a key stands twice, or ``date``, ``draft`` or ``publish`` are wrong, `FrontMatter.readable` is
false.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import msgspec

from kb.model.kinds import Field, FieldType, Schema
from kb.model.note import Json, Link
from kb.model.problem import CODES, Place, Problem, Severity
from kb.read.addresses import address_of
from kb.read.advice import load_mapping
from kb.read.checks import external_wikilink, placeholder
from kb.read.dates import date_of_name, iso_date
from kb.read.fences import Found, Matter, find_front_matter
from kb.read.fields import read_field
from kb.read.placeholders import filled_in, left_placeholder
from kb.read.references import references
from kb.read.spelling import nearest, slips
from kb.read.values import READERS, boolean
from kb.read.yaml12 import MAX_LENGTH, Document, Fault, Mapping, Mistake, Node, Scalar, Sequence, scalars

_NO_SCHEMAS: Map[str, Schema] = MappingProxyType({})


class FrontMatter(msgspec.Struct, frozen=True):
    """What a front matter comes to.

    `fields` are those of a `Note` for which there is a value, with ``meta``, ``facts`` and ``references``. `lines`
    is how many lines of the file belong to it, fences included: the text begins on the line after.
    """

    fields: Map[str, Any]
    lines: int = 0
    readable: bool = True
    problems: tuple[Problem, ...] = ()


def read_front_matter(path: str, text: str, schemas: Map[str, Schema] = _NO_SCHEMAS) -> FrontMatter:
    """The front matter of the note at `path` whose text, with unified newlines, is `text`.

    `schemas` are those of the kinds that are known, by kind.
    """
    found = find_front_matter(text)
    reading = _Reading(path, found, text, schemas)
    if found is not None:
        reading.read(found)
    fields = reading.fields
    if "date" not in fields and (date := date_of_name(path)):
        fields["date"] = date
    return FrontMatter(fields, found.lines if found else 0, reading.readable, tuple(reading.problems))


#: Old and other names of a key. Unlike these, a key in other letters (``Tags``) replaces nothing.
OLD_KEYS = {"tag": "tags", "alias": "aliases", "cssclass": "cssclasses", "published": "publish"}

#: The kind of a note that says none.
PLAIN = "note"
#: What to write into a field of each type.
_EXPECTED = {
    FieldType.TEXT: "its words",
    FieldType.NUMBER: "a number",
    FieldType.DATE: "a date such as 2024-05-01",
    FieldType.YEAR: "a year such as 1983",
    FieldType.BOOLEAN: "true or false",
    FieldType.LIST: "a list such as [a, b]",
    FieldType.CHOICE: "one of its choices",
    FieldType.ADDRESS: "an address that begins with https://",
    FieldType.LINK: "an address that begins with https://",
    FieldType.LINKS: "a list of addresses",
    FieldType.RATING: "a rating such as 4/5",
}
#: Keys in which a mistake might hide that the note is private.
_PRIVATE = frozenset({"date", "draft", "publish"})

_DECIDING = frozenset({"draft", "publish", "published"})

_CODES = {Fault.DUPLICATE: "duplicate-key"}
_LONGEST_EXCERPT = 400
#: Nobody reads on after so many; nor is the spelling of more keys looked at.
_MOST_PROBLEMS = 100


class _Reading:
    """The reading of one front matter: gathers fields and problems."""

    def __init__(self, path: str, found: Found | None, text: str, schemas: Map[str, Schema]) -> None:
        self.fields: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.readable = True
        self._path = path
        self._text = text
        self._yaml = found.yaml if found else ""
        self._lines: list[str] = []
        self._odd_keys = 0
        self._key = ""
        self._schemas = schemas
        self._own: dict[str, Field] = {}  # the fields of the note's kind
        self._facts: dict[str, Json] = {}
        #: Field and key in lower case → the line where it stood first.
        self._seen: dict[tuple[str, str], int] = {}

    def read(self, found: Found) -> None:
        if found.line > 1:
            message = f"the front matter begins on line {found.line}, not on the first"
            commented = self._text.lstrip().startswith("%%")
            hint = "move the comment below it" if commented else "delete the blank lines above it"
            self._report(found.line, 1, "front-matter-late", message, hint)
        match found.matter:
            case Matter.YAML:
                self._read_document(load_mapping(found.yaml, found.line + 1))
            case Matter.UNCLOSED:
                hint = "end it with a line '---'; if it is a rule, put a blank line below it"
                message = "the front matter opened here is never closed"
                self._hide(found.line, 1, "front-matter-unclosed", message, hint)
            case Matter.TOML:
                message = "front matter in TOML is not read"
                self._hide(found.line, 1, "front-matter", message, "write YAML between two lines '---'")

    def _read_document(self, document: Document) -> None:
        for mistake in document.mistakes:
            self._tell(mistake)
        if not isinstance(document.root, Mapping):
            return
        schema = self._schema_of(document.root)
        has_templates = "{{" in self._yaml or "<%" in self._yaml
        for key, value in document.root.entries:
            self._read_entry(key, self._filled_in(key, value) if has_templates else value)
        if schema is not None:
            self._finish_facts(schema, document.root)
        self.fields["meta"] = {key.text: _json(value) for key, value in document.root.entries}
        self._read_references(document.root)

    def _tell(self, mistake: Mistake) -> None:
        code = _CODES.get(mistake.fault, "front-matter")
        self._hide(mistake.line, mistake.column, code, mistake.message, mistake.hint)

    def _read_entry(self, key: Scalar, value: Node) -> None:
        name = self._field_of(key, value)
        if not name:
            return
        self._key = name
        if " #" in self._yaml:
            self._check_comments(key, value)
        if name in self._own:
            fact = read_field(self._own[name], value, self._complain)
            if fact is not None:
                self._facts.setdefault(name, fact)
            return
        result = READERS[name](key.text, value, self._complain)
        if result is None:
            return
        if name in self.fields:
            result = _merged(self.fields[name], result)
        self.fields[name] = result

    def _field_of(self, key: Scalar, value: Node) -> str:
        """The field that `key` means, "" if none; and what is to be said about the key."""
        if key.text in READERS or key.text in self._own:
            name = key.text
        else:
            name = self._field_of_odd_key(key, value)
            if not name:
                return ""
        lower = key.text.lower()
        if (name, lower) in self._seen:
            message = f"the key '{name}' stands twice, in lines {self._seen[name, lower]} and {key.line}"
            self._hide(key.line, key.column, "duplicate-key", message, "delete one of the two")
        self._seen.setdefault((name, lower), key.line)
        return name

    def _field_of_odd_key(self, key: Scalar, value: Node) -> str:
        lower = key.text.lower()
        if lower in READERS or lower in self._own:
            self._about_key(key, f"the key '{key.text}' was read as '{lower}'", f"write {lower}")
            return lower
        if lower in OLD_KEYS and (lower != "published" or boolean(value) is not None):
            name = OLD_KEYS[lower]
            self._about_key(key, f"the key '{key.text}' was read as '{name}'", f"write {name}")
            return name
        self._odd_keys += 1
        meant = _meant(lower, tuple(self._own)) if self._odd_keys <= _MOST_PROBLEMS else ""
        if meant in {"draft", "publish"} and boolean(value) is (meant == "draft"):
            message = f"the key '{key.text}' is unknown, and may mean '{meant}': the note is kept back"
            self._hide(key.line, key.column, "front-matter-value", message, f"did you mean {meant}?")
        elif meant:
            self._about_key(key, f"the key '{key.text}' is unknown", f"did you mean {meant}?")
        return ""

    def _schema_of(self, root: Mapping) -> Schema | None:
        """The schema of the note's kind, which has to be known before any other key is read."""
        written = next((value for key, value in root.entries if key.text.lower() == "kind"), None)
        if not self._schemas or not isinstance(written, Scalar):
            return None
        kind = written.text.strip().lower()
        schema = self._schemas.get(kind)
        if schema is not None:
            self._own = {field.name: field for field in schema.fields}
        elif kind != PLAIN and (near := nearest(kind, (*self._schemas, PLAIN), 2 if len(kind) > 4 else 1)):  # noqa: PLR2004
            message = f"no kind of note is called '{written.text.strip()}'"
            self._complain(written, "unknown-kind", message, f"did you mean {near}?")
        return schema

    def _finish_facts(self, schema: Schema, root: Mapping) -> None:
        """Say which fields are missing, and put the facts in the order of the schema, whatever the author's."""
        kind = next(key for key, _ in root.entries if key.text.lower() == "kind")
        said = {key.text.lower(): key for key, value in root.entries if not _is_empty(value)}
        for field in schema.fields:
            if field.required and field.name not in said:
                message = f"a note of kind {schema.kind} needs the field '{field.name}'"
                hint = f"add a line {field.name}: and {field.hint or _EXPECTED[field.type]}"
                self._report(kind.line, kind.column, "missing-field", message, hint)
        self.fields["facts"] = {
            field.name: self._facts[field.name] for field in schema.fields if field.name in self._facts
        }

    def _about_key(self, key: Scalar, message: str, hint: str) -> None:
        self._report(key.line, key.column, "front-matter-key", message, hint)

    def _filled_in(self, key: Scalar, value: Node) -> Node:
        """`value` with nothing where a template's placeholder was left, each of which is reported.

        Not where it would decide what is published: there a placeholder is a mistake.
        """
        self._key = ""
        for scalar in scalars(value):
            if written := left_placeholder(scalar):
                place = Place(self._path, scalar.line, scalar.column)
                told = placeholder(place, written)
                self._complain(scalar, told.code, told.message, told.hint)
        return value if key.text.lower() in _DECIDING else filled_in(value)

    def _check_comments(self, key: Scalar, value: Node) -> None:
        """Tell of ``#word`` behind a value: YAML takes it for a comment, its author surely did not."""
        for scalar in scalars(value):
            if not scalar.plain:
                continue
            end = self._yaml.find("\n", scalar.end)
            rest = self._yaml[scalar.end : end if end >= 0 else None]
            word = rest.lstrip(" \t")
            if word.startswith("#") and word[1:2] not in {"", " ", "\t", "#"} and rest != word:
                is_tag = self._key == "tags"
                hint = (
                    f"leave out the '#': {key.text}: {word[1:]}" if is_tag else "put quotes around the value"
                )
                message = f"'{word}' is a comment to YAML and was not read"
                self._complain(scalar, "front-matter-coerced", message, hint)

    def _read_references(self, root: Mapping) -> None:
        links: list[Link] = []
        for link in references(root, self._yaml):
            if address := address_of(link.target, link.subpath):
                place = Place(self._path, link.line, link.column)
                self.problems.append(external_wikilink(place, address, embed=False))
            else:
                links.append(link)
        if links:
            self.fields["references"] = tuple(links)

    def _complain(self, node: Node, code: str, message: str, hint: str) -> None:
        """About the value of the key that is being read."""
        self._report(node.line, node.column, code, message, hint)
        if self._key in _PRIVATE and CODES[code][0] is Severity.ERROR:
            self.readable = False

    def _hide(self, line: int, column: int, code: str, message: str, hint: str) -> None:
        self._report(line, column, code, message, hint)
        self.readable = False

    def _report(self, line: int, column: int, code: str, message: str, hint: str) -> None:
        if len(self.problems) == _MOST_PROBLEMS:
            return
        if not self._lines:
            self._lines = self._text[: 2 * MAX_LENGTH].split("\n")
        excerpt = self._lines[line - 1] if line <= len(self._lines) else ""
        place = Place(self._path, line, column)
        short = excerpt if len(excerpt) <= _LONGEST_EXCERPT else ""
        self.problems.append(Problem(place, code, message, hint, short))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


@lru_cache(maxsize=4096)
def _meant(lower: str, own: tuple[str, ...] = ()) -> str:
    """The key that an unknown one was probably meant to be; "" if it may well be the author's own.

    Words of their own are ``publisher``, ``images`` and ``data``: a known key with an ending, or as
    short as ``date`` and a letter off.
    """
    letters = sorted(lower)
    known = (*READERS, *own)
    swapped = {key for key in known if sorted(key) == letters}
    near = [key for key in known if key[0] == lower[:1] and len(key) > 4 and not lower.startswith(key)]  # noqa: PLR2004
    name = nearest(lower, sorted({*near, *swapped}))
    return name if name and slips(lower, name) <= (2 if len(name) > 8 else 1) else ""  # noqa: PLR2004


def _merged(first: Any, second: Any) -> Any:
    """Of two keys for one field: both lists, or the more private boolean."""
    if isinstance(first, tuple):
        spelt = {text.casefold(): text for text in reversed(first + second)}
        return tuple(dict.fromkeys(spelt[text.casefold()] for text in first + second))
    return first and second


def _json(node: Node) -> Json:
    """`node` as JSON holds it, with dates as ISO text."""
    match node:
        case Scalar(value=value):
            if node.plain and isinstance(value, str) and value[:1].isdigit():
                return iso_date(value) or value
            return value
        case Sequence(items=items):
            return [_json(item) for item in items]
        case Mapping(entries=entries):
            return {key.text: _json(value) for key, value in entries}
