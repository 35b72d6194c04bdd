"""Bytes become text, once and in one place: every later line number counts in what this returns.

Reading never fails. Lines end with a line feed alone, whatever the file used; U+2028, vertical tab, form
feed and NEL end no line. What HTML, XML or JSON could not carry (NUL, control characters and the
noncharacters that the reader of YAML uses as marks) is U+FFFD.
"""

from __future__ import annotations

import re

import msgspec

from kb.model.problem import Place, Problem

_BOMS = re.compile(rb"(?:\xef\xbb\xbf)+")
REPLACEMENT = "\ufffd"

#: C0 without tab, newline and return (which are dealt with before), and DEL.
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
#: What the characters below begin with in UTF-8: C1, U+FDD0–FDEF, U+FFFE and U+FFFF.
_SUSPECT_BYTES = (b"\xc2", b"\xef\xb7", b"\xef\xbf")
#: What `decode` replaces, so that nobody behind it meets any.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")

#: UTF-32 first: its mark begins with that of UTF-16.
_WIDE = (
    (b"\xff\xfe\x00\x00", "UTF-32", "utf-32"),
    (b"\x00\x00\xfe\xff", "UTF-32", "utf-32"),
    (b"\xff\xfe", "UTF-16", "utf-16"),
    (b"\xfe\xff", "UTF-16", "utf-16"),
)

_SAVE_AS_UTF8 = "save the file as UTF-8"


class Text(msgspec.Struct, frozen=True, gc=False):
    """What a file says. `readable` is false where bytes had to be guessed; the rest is still true."""

    text: str
    readable: bool = True
    problems: tuple[Problem, ...] = ()


def decode(path: str, data: bytes) -> Text:
    """The text of a file in UTF-8, or in UTF-16 with a byte-order mark, and what is wrong with it."""
    if data[:1] in {b"\xff", b"\xfe", b"\x00"}:
        for mark, name, codec in _WIDE:
            if data.startswith(mark):
                return _decode_wide(path, data, name, codec)
    if marks := _BOMS.match(data):
        data = data[marks.end() :]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _undecodable(path, data, error.start)
    if b"\r" in data:
        text = _newlines(text)
    if len(data.translate(None, _CONTROL_BYTES)) == len(data) and not any(s in data for s in _SUSPECT_BYTES):
        return Text(text)
    if data.count(0) * 4 > len(data):
        return _nameless_utf16(path, text)
    return _without_controls(path, text)


def _decode_wide(path: str, data: bytes, name: str, codec: str) -> Text:
    try:
        text, problem = data.decode(codec), None
    except UnicodeDecodeError as error:
        text = data.decode(codec, "replace")
        problem = Problem(Place(path), "not-utf8", f"broken {name} at byte {error.start + 1}", _SAVE_AS_UTF8)
    clean = _without_controls(path, _newlines(text.lstrip("\ufeff")))
    first = problem or Problem(Place(path), "utf16", f"the file is {name}, not UTF-8", _SAVE_AS_UTF8)
    return Text(clean.text, problem is None, (first, *clean.problems))


def _undecodable(path: str, data: bytes, at: int) -> Text:
    """Text with U+FFFD for the bytes that are no UTF-8; `at` is the first of them."""
    before = _newlines(data[:at].decode())
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    text = CONTROL.sub(REPLACEMENT, _newlines(data.decode(errors="replace")))
    problem = Problem(
        Place(path, line, column),
        "not-utf8",
        f"not UTF-8 at byte {at + 1} (line {line})",
        f"{_SAVE_AS_UTF8}; it may be Windows-1252 or Latin-1 now",
        text.split("\n", line)[line - 1],
    )
    return Text(text, readable=False, problems=(problem,))


def _nameless_utf16(path: str, text: str) -> Text:
    """A file so full of NUL that it is no UTF-8 text, though every byte of it could be."""
    message = "the file is full of NUL bytes: UTF-16 without a byte-order mark, or no text at all"
    problem = Problem(Place(path), "not-utf8", message, _SAVE_AS_UTF8)
    return Text(CONTROL.sub(REPLACEMENT, text), readable=False, problems=(problem,))


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_controls(path: str, text: str) -> Text:
    """`text` with its control characters replaced, and one warning that names the first."""
    first = CONTROL.search(text)
    if not first:
        return Text(text)
    clean, count = CONTROL.subn(REPLACEMENT, text)
    at = first.start()
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    message = f"the control character U+{ord(first[0]):04X} was replaced by \ufffd"
    if count > 1:
        message += f", and {count - 1} more in this file"
    excerpt = clean.split("\n", line)[line - 1]
    problem = Problem(Place(path, line, column), "control-character", message, "delete it", excerpt)
    return Text(clean, problems=(problem,))
