"""YAML in the sense of version 1.2, as a tree that remembers where everything was written.

libyaml gives the events, one pass of about 20 µs for a front matter; the tree is built here, so that
nothing that a file says can blow up: no object is constructed, no alias is expanded without being
paid for, and reading stops at the first limit. Differences from PyYAML's own loaders, all meant:

- Only ``true`` and ``false`` are booleans, ``12:30`` is text, and dates stay text as written.
- Scalars keep their text beside their value, so that a title ``1.10`` does not become ``1.1``.
- ``[[a link]]`` and ``{{a placeholder}}`` are text, though YAML would see lists and mappings there.
- Lines end with a line feed alone; NEL, U+2028 and U+2029 are characters.
- Escapes in double quotes make no control characters: those become U+FFFD, as everywhere.
- Duplicate keys are mistakes; merge keys (``<<``), other tags and non-text keys are refused.

Nothing raises: what is wrong is in `Document.mistakes`. Limits are those of a front matter or a
configuration written by a person, far above any that one would write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias

import msgspec

from kb.read.core_schema import resolved
from kb.read.text import CONTROL, REPLACEMENT

#: Characters of source, levels of nesting, events, uses of aliases; and what the tree may come to once
#: aliases are followed (its scalars' characters plus its nodes).
MAX_LENGTH = 64 * 1024
MAX_DEPTH = 20
MAX_EVENTS = 10_000
MAX_ALIASES = 50
MAX_WEIGHT = 100_000

#: So many duplicate keys are told one by one; somebody who made more has seen enough.
MAX_DUPLICATES = 50


class Fault(StrEnum):
    """Which kind of mistake. All but the last leave no tree."""

    SYNTAX = "syntax"
    REFUSED = "refused"  # YAML, but of a kind that we do not read
    LIMIT = "limit"
    DUPLICATE = "duplicate"


_LESS = "keep here only what is said of the whole, and put the rest into the text or a file of its own"


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with a text as YAML, where, and how to mend it. Lines and columns count from one."""

    fault: Fault
    line: int
    column: int
    message: str
    hint: str = ""


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """One value or key. `text` is what was written, unquoted; `plain` tells that it had no quotes.

    `value` is None, a boolean, a number within JSON's reach, or text. `start` and `end` are offsets
    in the source.
    """

    value: str | int | float | bool | None
    text: str
    plain: bool
    line: int
    column: int
    start: int
    end: int


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


class Mapping(msgspec.Struct, frozen=True):
    """Keys and values in the order written; of a key that stands twice, the first."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int


Node: TypeAlias = Scalar | Sequence | Mapping


class Document(msgspec.Struct, frozen=True):
    """What a text holds: `root` is None where it is empty or cannot be read."""

    root: Node | None = None
    mistakes: tuple[Mistake, ...] = ()


def load(text: str, first_line: int = 1) -> Document:
    """The one document in `text`, whatever `text` is; within 50 ms and a few megabytes.

    `first_line` is the number of the line that `text` begins with.
    """
    if len(text) > MAX_LENGTH:
        return _broken(Mistake(Fault.LIMIT, first_line, 1, f"longer than {MAX_LENGTH // 1024} kB", _LESS))
    yaml = _yaml()
    masked = _masked(text)
    try:
        builder = _Builder(masked, first_line, is_masked=masked is not text)
        return Document(builder.document(), tuple(builder.mistakes))
    except _Refusal as refusal:
        line, column = refusal.mark.line + first_line, refusal.mark.column + 1
        return _broken(Mistake(refusal.fault, line, column, str(refusal), refusal.hint))
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        return _broken(_syntax_mistake(text, first_line, error))


def scalars(node: Node) -> Iterator[Scalar]:
    """All values below `node`, keys not included, in the order written."""
    match node:
        case Scalar():
            yield node
        case Sequence(items=items):
            for item in items:
                yield from scalars(item)
        case Mapping(entries=entries):
            for _, value in entries:
                yield from scalars(value)


@cache
def _yaml() -> Any:
    """PyYAML, imported when the first YAML is read: 27 ms that a command without notes need not wait."""
    import yaml  # noqa: PLC0415
    import yaml.cyaml  # noqa: PLC0415

    return yaml


def _broken(mistake: Mistake) -> Document:
    return Document(None, (mistake,))


# What YAML would misread. Noncharacters stand in, one for one, so that every place stays true.

_MISREAD = "\x85\u2028\u2029\ufeff{}[],:#"
_STAND_INS = "".join(chr(0xFDD0 + index) for index in range(len(_MISREAD)))
_MASK = str.maketrans(_MISREAD, _STAND_INS)
_UNMASK = str.maketrans(_STAND_INS, _MISREAD)
_MASKABLE = re.compile(r"\[\[[^\[\]\n]+\]\]|\{\{[^{}\n]*\}\}|[\x85\u2028\u2029\ufeff]")
_ANY_STAND_IN = re.compile(f"[{_STAND_INS}]")


def _masked(text: str) -> str:
    """`text` with links, placeholders and odd characters masked; `text` itself if it holds none."""
    if text.isascii() and "[[" not in text and "{{" not in text:
        return text
    if not _MASKABLE.search(text) or _ANY_STAND_IN.search(text):
        return text
    return _MASKABLE.sub(lambda match: match[0].translate(_MASK), text)


class _Refusal(Exception):  # noqa: N818 - it is no error of ours
    """Ends the reading of a document that goes past a limit or needs what we do not read."""

    def __init__(self, message: str, mark: Any, hint: str = "", fault: Fault = Fault.REFUSED) -> None:
        super().__init__(message)
        self.mark, self.hint, self.fault = mark, hint, fault


def _too_much(message: str, event: Any) -> _Refusal:
    return _Refusal(message, event.start_mark, _LESS, Fault.LIMIT)


class _Builder:
    """Turns events into nodes, counting as it goes. One is made for each document."""

    def __init__(self, source: str, first_line: int, *, is_masked: bool) -> None:
        yaml = _yaml()
        self._scalar_event = yaml.ScalarEvent
        self._sequence_event = yaml.SequenceStartEvent
        self._mapping_event = yaml.MappingStartEvent
        self._alias_event = yaml.AliasEvent
        self._sequence_end = yaml.SequenceEndEvent
        self._mapping_end = yaml.MappingEndEvent
        self._document_event = yaml.DocumentStartEvent
        self._get_event = yaml.cyaml.CParser(source).get_event
        self._first_line = first_line
        self._is_masked = is_masked
        self._has_escapes = "\\" in source
        self._events = 0
        self._aliases = 0
        self._weight = 0
        #: Anchor → its node, weight and height.
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self.mistakes: list[Mistake] = []

    def document(self) -> Node | None:
        self._next()
        event = self._next()
        if type(event) is not self._document_event:
            return None
        root, _ = self._node(self._next(), 0)
        self._next()
        event = self._next()
        if type(event) is self._document_event:
            raise _Refusal("a second document begins here", event.start_mark)
        return root

    def _next(self) -> Any:
        event = self._get_event()
        self._events += 1
        if self._events > MAX_EVENTS:
            raise _too_much(f"more than {MAX_EVENTS} values", event)
        return event

    def _node(self, event: Any, depth: int) -> tuple[Node, int]:
        """The node that begins with `event`, and its height."""
        kind = type(event)
        if kind is self._alias_event:
            return self._alias(event, depth)
        before = self._weight
        self._weigh(1, event)
        if event.tag is not None:
            _check_tag(event)
        node: Node
        if kind is self._scalar_event:
            node, height = self._scalar(event), 0
        elif depth == MAX_DEPTH:
            raise _too_much(f"nested deeper than {MAX_DEPTH} levels", event)
        elif kind is self._sequence_event:
            node, height = self._sequence(event, depth + 1)
        else:
            node, height = self._mapping(event, depth + 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, self._weight - before, height)
        return node, height

    def _weigh(self, weight: int, event: Any) -> None:
        self._weight += weight
        if self._weight > MAX_WEIGHT:
            raise _too_much("aliases make this too large", event)

    def _alias(self, event: Any, depth: int) -> tuple[Node, int]:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise _too_much(f"more than {MAX_ALIASES} aliases", event)
        if event.anchor not in self._anchors:
            message = f"'*{event.anchor}' refers to nothing above it"
            raise _Refusal(message, event.start_mark, "if it is text, put quotes around it")
        node, weight, height = self._anchors[event.anchor]
        if depth + height > MAX_DEPTH:
            raise _too_much(f"nested deeper than {MAX_DEPTH} levels", event)
        self._weigh(weight, event)
        return node, height

    def _scalar(self, event: Any) -> Scalar:
        text: str = event.value
        self._weight += len(text)
        if self._is_masked:
            text = text.translate(_UNMASK)
        if self._has_escapes:
            text = CONTROL.sub(REPLACEMENT, text)
        plain: bool = event.implicit[0]
        start = event.start_mark
        value = resolved(text) if plain and event.tag is None else text
        line, column = start.line + self._first_line, start.column + 1
        return Scalar(value, text, plain, line, column, start.index, event.end_mark.index)

    def _sequence(self, event: Any, depth: int) -> tuple[Sequence, int]:
        mark, items, tallest = event.start_mark, [], 0
        while type(event := self._next()) is not self._sequence_end:
            item, height = self._node(event, depth)
            items.append(item)
            tallest = max(tallest, height)
        return Sequence(tuple(items), mark.line + self._first_line, mark.column + 1), tallest + 1

    def _mapping(self, event: Any, depth: int) -> tuple[Mapping, int]:
        mark, entries, tallest = event.start_mark, [], 0
        lines: dict[str, int] = {}
        while type(event := self._next()) is not self._mapping_end:
            key = self._key(event, depth)
            value, height = self._node(self._next(), depth)
            tallest = max(tallest, height)
            if key.text in lines and len(self.mistakes) < MAX_DUPLICATES:
                self.mistakes.append(_duplicate(key, lines[key.text]))
            elif key.text not in lines:
                lines[key.text] = key.line
                entries.append((key, value))
        return Mapping(tuple(entries), mark.line + self._first_line, mark.column + 1), tallest + 1

    def _key(self, event: Any, depth: int) -> Scalar:
        key, _ = self._node(event, depth)
        if not isinstance(key, Scalar):
            raise _Refusal("a key must be text", event.start_mark, "put quotes around it")
        if key.plain and key.text == "<<":
            raise _Refusal("the merge key '<<' is not read", event.start_mark, "write the keys out")
        return key


def _duplicate(key: Scalar, first: int) -> Mistake:
    message = f"the key '{key.text}' stands twice, in lines {first} and {key.line}"
    return Mistake(Fault.DUPLICATE, key.line, key.column, message, "delete one of the two")


_CORE_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in "str int float bool null seq map timestamp".split()
)


def _check_tag(event: Any) -> None:
    if event.tag not in _CORE_TAGS and event.tag != "!":
        shown = event.tag.replace("tag:yaml.org,2002:", "!!")
        hint = "if the ! belongs to the text, put quotes around it"
        raise _Refusal(f"the tag '{shown}' is not read", event.start_mark, hint)


_UNREADABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

#: What libyaml notices long after the place where it began.
_NOTICED_LATE = frozenset(
    {
        "could not find expected ':'",
        "found unexpected end of stream",
        "did not find expected alphabetic or numeric character",
    }
)


def _syntax_mistake(text: str, first_line: int, error: Exception) -> Mistake:
    """The complaint in the words of libyaml. Those about characters come without a place."""
    problem = str(getattr(error, "problem", None) or "not valid YAML")
    marks = (getattr(error, "problem_mark", None), getattr(error, "context_mark", None))
    mark = (marks[1] if problem in _NOTICED_LATE else None) or marks[0]
    if mark is not None:
        return Mistake(Fault.SYNTAX, mark.line + first_line, mark.column + 1, problem)
    found = _UNREADABLE.search(text)
    at = found.start() if found else 0
    line, column = text.count("\n", 0, at) + first_line, at - text.rfind("\n", 0, at)
    message = f"the character U+{ord(found[0]):04X} cannot stand here" if found else "not valid YAML"
    return Mistake(Fault.SYNTAX, line, column, message)
