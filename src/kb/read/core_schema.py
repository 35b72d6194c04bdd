"""What an unquoted YAML scalar means: the core schema of YAML 1.2, section 10.3.2, as far as JSON goes.

Unlike in YAML 1.1, ``yes``, ``no``, ``on`` and ``off`` are text, and so are ``12:30`` and every date.
"""

from __future__ import annotations

import re

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
#: What JSON and the note store can hold.
_INTEGERS = range(-(2**63), 2**63)
_NUMERIC_START = frozenset("0123456789+-.")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST_NUMBER = 400


def resolved(text: str) -> str | int | float | bool | None:
    """What an unquoted `text` means. A number that JSON cannot hold, like ``.inf``, stays text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START or len(text) > _LONGEST_NUMBER:
        return text
    for pattern, base in ((_DECIMAL, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            number = int(text, base)
            return number if number in _INTEGERS else text
    if _FLOAT.fullmatch(text):
        decimal = float(text)
        return text if decimal in (float("inf"), float("-inf")) else decimal
    return text
