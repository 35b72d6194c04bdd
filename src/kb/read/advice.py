"""Keys and values from YAML; and where it cannot be read, why not, in words that help to mend it.

libyaml tells where it gave up, which is often not where the mistake is. So the usual cures are tried
on the lines around: the one after which reading gets further is what the hint says, and the line that
it mends is the place. A hint of this kind is never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import msgspec

from kb.read.yaml12 import Document, Fault, Mapping, Mistake, Scalar, load

#: Characters up to which cures are tried: each costs a reading of the whole text.
_MENDABLE = 4_000


def load_mapping(text: str, first_line: int = 1) -> Document:
    """The keys and values in `text`: the root is a `Mapping`, or None where it is empty or broken.

    `first_line` is the number of the line that `text` begins with.
    """
    document = _load(text, first_line)
    if document.root is not None or not document.mistakes:
        return document
    mistake = _moved(document.mistakes[0], 1 - first_line)
    mendable = len(text) <= _MENDABLE and mistake.fault is not Fault.LIMIT
    mended = _mended(text, mistake) if mendable else None
    return Document(None, (_moved(mended or _reworded(text, mistake), first_line - 1),))


def quoted(value: str) -> str:
    """`value` as YAML text in quotes, in the kind that needs the fewest escapes."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _moved(mistake: Mistake, lines: int) -> Mistake:
    return msgspec.structs.replace(mistake, line=mistake.line + lines)


def _load(text: str, first_line: int = 1) -> Document:
    document = load(text, first_line)
    match document.root:
        case None | Mapping():
            return document
        case Scalar(value=None):
            return Document(None, document.mistakes)
        case root:
            message = "lines of the form 'key: value' are expected here"
            return Document(
                None,
                (Mistake(Fault.SYNTAX, root.line, root.column, message, "write title: and a name, say"),),
            )


class _Cured(NamedTuple):
    """What a cure makes of one line, how to tell the author, and what was wrong, if libyaml cannot know.

    `column` is where the line is mended.
    """

    line: str
    column: int
    hint: str
    message: str = ""


_Cure: TypeAlias = Callable[[str, str], _Cured | None]


def _mended(text: str, mistake: Mistake) -> Mistake | None:
    """`mistake` with the hint that was found to help, at the line that it helps; None if none does."""
    lines = text.split("\n")
    for number in _suspects(lines, mistake.line):
        above = lines[number - 2] if number > 1 else ""
        for cure in _CURES:
            cured = cure(lines[number - 1], above)
            if cured and _gets_further(lines, number, cured.line, mistake):
                return _told(cured, number, _reworded(text, mistake), lines)
    return None


def _told(cured: _Cured, number: int, mistake: Mistake, lines: list[str]) -> Mistake:
    if number == mistake.line and mistake.column <= len(lines[number - 1]) and not cured.message:
        return msgspec.structs.replace(mistake, hint=cured.hint)
    message = cured.message or mistake.message
    return Mistake(mistake.fault, number, cured.column, message, cured.hint)


def _suspects(lines: list[str], last: int) -> Iterator[int]:
    """The line where reading ended, and up to two above it that are not blank."""
    last = min(last, len(lines))
    found = 0
    for number in range(last, 0, -1):
        if lines[number - 1].strip():
            yield number
            found += 1
        if found == 3:  # noqa: PLR2004 - said above
            return


def _gets_further(lines: list[str], number: int, line: str, mistake: Mistake) -> bool:
    document = _load("\n".join([*lines[: number - 1], line, *lines[number:]]))
    if document.root is not None or not document.mistakes:
        return True
    return document.mistakes[0].line > max(number, mistake.line)


# The cures. Each is given a line and the one above it.

_KEY_VALUE = re.compile(r"(\s*(?:- +)*[^\s\"'#\[{&*!|>%@`-][^:]*?:[ \t]+)(\S.*)")
_ITEM = re.compile(r"(\s*(?:- +)+)(\S.*)")


def _without_tabs(line: str, _above: str) -> _Cured | None:
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" not in indent:
        return None
    hint = "indent with spaces; YAML takes no tabs there"
    return _Cured(indent.replace("\t", "  ") + line.lstrip(), indent.index("\t") + 1, hint)


def _without_hashes(line: str, _above: str) -> _Cured | None:
    start = line.find("[")
    if start < 0 or not re.search(r"[\[,]\s*#\S", line[start:]):
        return None
    cured = line[:start] + re.sub(r"([\[,]\s*)#+(?=\S)", r"\1", line[start:])
    hint = f"leave out the '#': {cured.strip()}"
    return _Cured(cured, line.index("#", start) + 1, hint, "a '#' begins a comment, so this list never ends")


def _with_closing_bracket(line: str, _above: str) -> _Cured | None:
    for opening, closing in ("[]", "{}"):
        if line.count(opening) == line.count(closing) + 1:
            cured = line.rstrip().rstrip(",") + closing
            hint = f"close it: {cured.strip()}"
            return _Cured(cured, line.index(opening) + 1, hint, f"a '{opening}' is opened and never closed")
    return None


def _with_space(line: str, _above: str) -> _Cured | None:
    match = re.fullmatch(r"(\s*(?:- +)?[\w-]+):([^\s:/].*)", line)
    if not match:
        return None
    cured = f"{match[1]}: {match[2]}"
    hint = f"put a space behind it: {cured.strip()}"
    return _Cured(cured, match.end(1) + 1, hint, "a colon without a space behind it ends no key")


def _with_colon(line: str, _above: str) -> _Cured | None:
    match = re.fullmatch(r"([A-Za-z][\w-]*) *= *(\S.*)", line)
    if not match:
        return None
    cured = f"{match[1]}: {match[2]}"
    return _Cured(
        cured, line.index("=") + 1, f"write a colon: {cured}", "a key ends with a colon, not with '='"
    )


def _with_quoted_entries(line: str, _above: str) -> _Cured | None:
    """Quotes around those entries of a list in brackets that begin with a sign."""
    match = re.fullmatch(r"([^\[]*\[)([^\[\]]*)(\].*)", line)
    if not match:
        return None
    entries = [entry.strip() for entry in match[2].split(",")]
    cured = match[1] + ", ".join(quoted(e) if e[:1] in _SIGNS else e for e in entries) + match[3]
    return _Cured(cured, match.end(1) + 1, f"put quotes around the entry: {cured.strip()}")


_SIGNS = frozenset("*&!@%`|>")


def _with_quotes(line: str, _above: str) -> _Cured | None:
    match = _KEY_VALUE.fullmatch(line)
    return _quoted_from(match.start(2), line, "value") if match else None


def _with_quoted_item(line: str, _above: str) -> _Cured | None:
    match = _ITEM.fullmatch(line)
    return _quoted_from(match.start(2), line, "item") if match else None


def _quoted_from(start: int, line: str, name: str) -> _Cured:
    value = line[start:].rstrip()
    quote = value[0]
    if quote in "\"'" and (value.endswith(quote, 1) or value.count(quote) == 1):
        value = value[1:].removesuffix(quote)
    cured = line[:start] + quoted(value)
    return _Cured(cured, start + 1, f"put quotes around the {name}: {cured.strip()}")


def _in_one_column(line: str, above: str) -> _Cured | None:
    indent = len(above) - len(above.lstrip())
    cured = " " * indent + line.lstrip()
    if cured == line:
        return None
    where = "the same column as the line above" if above.strip() else "the first column"
    message = "this line is indented unlike those around it"
    return _Cured(cured, len(line) - len(line.lstrip()) + 1, f"begin it in {where}", message)


def _key_alone(line: str, _above: str) -> _Cured | None:
    match = re.fullmatch(r"([A-Za-z][\w-]*) +(\S.*)", line)
    if not match:
        return None
    cured = f"{match[1]}: {quoted(match[2].rstrip())}"
    hint = f"write it as '{match[1]}: {match[2].rstrip()}', or indent it if it continues the line above"
    return _Cured(cured, 1, hint)


_CURES: tuple[_Cure, ...] = (
    _without_tabs,
    _without_hashes,
    _with_closing_bracket,
    _with_space,
    _with_colon,
    _with_quoted_entries,
    _with_quoted_item,
    _with_quotes,
    _in_one_column,
    _key_alone,
)


# What libyaml says, in the author's words.

_WORDS = {
    "mapping values are not allowed in this context": "YAML reads the ': ' in this value as the end of a key",
    "could not find expected ':'": "this line has no 'key:', and does not continue the one above",
    "did not find expected key": "this is no 'key:', and does not belong to the value before it",
    "did not find expected '-' indicator": "this is no item of the list above it",
    "did not find expected ',' or ']'": "a list opened with '[' lacks a comma or its ']'",
    "did not find expected ',' or '}'": "what was opened with '{' lacks a comma or its '}'",
    "did not find expected node content": "a value is missing here",
    "did not find expected <document start>": "this line does not fit the lines above it",
    "block sequence entries are not allowed in this context": "a list cannot begin on the line of its key",
    "did not find expected comment or line break": "text stands behind a '>' or '|', which announce lines",
    "found unexpected end of stream": "a quote is opened and never closed",
    "found unknown directive name": "a line cannot start with '%'",
    "found unknown escape character": "a backslash between double quotes means more than itself",
    "did not find expected hexdecimal number": "a backslash between double quotes means more than itself",
}
_BAD_STARTS = frozenset(
    {"found character that cannot start any token", "did not find expected alphabetic or numeric character"}
)
_HINTS = {
    "found unexpected end of stream": "close the quote, or put the other kind around it",
    "could not find expected ':'": "write it as 'key: value', or indent it if it continues the line above",
    "did not find expected key": "put quotes around a value that holds more than plain words",
}


def _reworded(text: str, mistake: Mistake) -> Mistake:
    message = _WORDS.get(mistake.message, mistake.message)
    if mistake.message in _BAD_STARTS:
        character = _character_at(text, mistake)
        tab = "a tab stands where YAML takes only spaces"
        message = tab if character == "\t" else f"a value cannot start with '{character}'"
    hint = mistake.hint or _HINTS.get(mistake.message, "")
    return msgspec.structs.replace(mistake, message=message, hint=hint)


def _character_at(text: str, mistake: Mistake) -> str:
    lines = text.split("\n", mistake.line)
    line = lines[mistake.line - 1] if mistake.line <= len(lines) else ""
    return line[mistake.column - 1 : mistake.column]
