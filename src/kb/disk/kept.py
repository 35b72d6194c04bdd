"""Small values that are dear to make and cheap to keep: one file each in the cache, under all that decides them."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from kb.disk.manifest import write_whole
from kb.disk.stamp import digest

Value = TypeVar("Value")

_DIGEST = 32


def kept(cache: Path, name: str, key: str, kind: type[Value]) -> Value | None:
    """The value of this name that was kept under just this key, if it is there and whole."""
    try:
        data = _file(cache, name).read_bytes()
    except OSError:
        return None
    body = data[2 * _DIGEST :]
    if data[: 2 * _DIGEST] != f"{digest(key.encode())}{digest(body)}".encode():
        return None
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except msgspec.MsgspecError:
        return None


def keep(cache: Path, name: str, key: str, value: object) -> None:
    """Keep a value in the place of what was kept under its name before; a full or read-only cache keeps none."""
    body = msgspec.msgpack.encode(value)
    try:
        write_whole(
            _file(cache, name), f"{digest(key.encode())}{digest(body)}".encode() + body, lasting=False
        )
    except OSError:
        return


def _file(cache: Path, name: str) -> Path:
    return cache / f"{name}.msgpack"
