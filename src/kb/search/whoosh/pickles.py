"""Whoosh's pickles, of plain data alone: no name of any module, class or function is ever looked up."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NoReturn

_BEGIN, _NONE, _SHORT = b"\x80\x03", b"N", b"C"
_BYTE = 256


class NotPlainError(pickle.UnpicklingError):
    """A pickle asks for more than numbers, texts, bytes, lists, tuples and dictionaries."""


class _Plain(pickle.Unpickler):
    """What a pickle says, if it is plain data."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise NotPlainError(f"asks for {module_name}.{global_name}")

    def persistent_load(self, pid: Any) -> NoReturn:
        raise NotPlainError(f"asks for {pid!r}")


def plain(data: bytes) -> Any:
    """The value of a pickle. Raises `NotPlainError` where one would run code, and what a damaged one raises."""
    return _Plain(BytesIO(data)).load()


def plain_and_rest(data: bytes) -> tuple[Any, bytes]:
    """The value of the pickle at the start of `data`, and what comes after it."""
    stream = BytesIO(data)
    value = _Plain(stream).load()
    return value, data[stream.tell() :]


def block(
    steps: Sequence[int], weights: float | Sequence[float] | None, values: Sequence[bytes] | None
) -> bytes:
    """The pickle of these three as a tuple. The `values` are pickled already, by `pickled_bytes`.

    Put together by hand: without the pickler's notes of what it has seen, which nothing here needs, a block takes a
    third less room and time. Numbers below 256 stand as ``bytes``, which whoever counts or iterates takes for as
    good.
    """
    held = _NONE if values is None else b"(" + b"".join(values) + b"t"
    return _BEGIN + _numbers(steps) + _numbers(weights) + held + b"\x87."


def pickled_bytes(data: bytes) -> bytes:
    """The part of a pickle that says these bytes."""
    size = len(data)
    return _SHORT + bytes((size,)) + data if size < _BYTE else b"B" + size.to_bytes(4, "little") + data


def _numbers(numbers: float | Sequence[float] | None) -> bytes:
    """The part of a pickle that says these numbers."""
    if numbers is None:
        return _NONE
    if not isinstance(numbers, float):
        try:
            return pickled_bytes(bytes(numbers))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            pass
    return pickle.dumps(numbers, 3)[len(_BEGIN) : -1]


def pickled(value: Any) -> bytes:
    """Plain data as a pickle.

    Not in the older form that Whoosh itself takes: there, bytes are the call of a function.
    """
    return pickle.dumps(value, 3)
