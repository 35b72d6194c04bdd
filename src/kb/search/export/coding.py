"""Numbers and texts as the published files hold them (`FORMAT.md`), how files are packed, and their names."""

from __future__ import annotations

import zlib
from base64 import b32encode
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate
from operator import sub

#: The first number that does not fit into one byte of a varint.
_WIDE = 0x80
#: No number of an index is longer: a damaged file must not make one of a megabyte.
_BITS = 63
_GZIP = 31
#: Characters of a name: 50 bits.
NAME = 10


class DamagedError(ValueError):
    """A file of the published index is not what its name says, or ends too early."""


def put_varint(out: bytearray, number: int) -> None:
    """`number` at the end of `out`, seven bits a byte, the lowest first."""
    while number >= _WIDE:
        out.append(number & 0x7F | _WIDE)
        number >>= 7
    out.append(number)


def varints(numbers: Sequence[int]) -> bytes:
    """These numbers as varints, one after another."""
    if not numbers:
        return b""
    if max(numbers) < _WIDE:
        return bytes(numbers)
    out = bytearray()
    for number in numbers:
        if number < _WIDE:  # the most frequent case, without a call
            out.append(number)
        else:
            put_varint(out, number)
    return bytes(out)


def varint_at(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at `at`, and where the next one begins. Raises `DamagedError` where none ends."""
    number = shift = 0
    try:
        while (byte := data[at]) >= _WIDE:
            number |= (byte & 0x7F) << shift
            shift += 7
            at += 1
            if shift >= _BITS:
                raise DamagedError("a number has no end")
    except IndexError:
        raise DamagedError("ends within a number") from None
    return number | byte << shift, at + 1


def varints_at(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    """`count` numbers from `at` on, and where the next one begins. Raises `DamagedError` if there are fewer."""
    plain = data[at : at + count]
    if len(plain) == count and plain.isascii():
        return list(plain), at + count
    if len(plain) < count:  # each takes a byte at least
        raise DamagedError("ends within its numbers")
    numbers = []
    try:
        for _ in range(count):
            byte = data[at]
            at += 1
            if byte >= _WIDE:
                byte, at = varint_at(data, at - 1)
            numbers.append(byte)
    except IndexError:
        raise DamagedError("ends within its numbers") from None
    return numbers, at


def steps(numbers: Sequence[int]) -> list[int]:
    """Ascending numbers as the first one and the differences between neighbours."""
    return [*numbers[:1], *map(sub, numbers[1:], numbers)]


def from_steps(numbers: Iterable[int]) -> list[int]:
    """What `steps` was made from."""
    return list(accumulate(numbers))


def in_common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    if other.startswith(one):
        return len(one)
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    return same


def put_text(out: bytearray, before: bytes, text: bytes) -> None:
    """`text` at the end of `out`, without the beginning that it has in common with `before`."""
    same = in_common(before, text)
    put_varint(out, same)
    put_varint(out, len(text) - same)
    out += text[same:]


def text_at(data: bytes, at: int, before: bytes) -> tuple[bytes, int]:
    """The text that begins at `at`, the rest of which `before` begins with, and where the next thing begins.

    Raises `DamagedError` if the text does not end.
    """
    same, at = varint_at(data, at)
    more, at = varint_at(data, at)
    if at + more > len(data):
        raise DamagedError("ends within a text")
    return before[:same] + data[at : at + more], at + more


def front_coded(texts: Iterable[str]) -> bytes:
    """A front-coded list of these texts."""
    out = bytearray()
    before = b""
    for text in texts:
        encoded = text.encode()
        put_text(out, before, encoded)
        before = encoded
    return bytes(out)


def texts_of(data: bytes) -> list[str]:
    """All texts of a front-coded list that ends with `data`."""
    found = []
    at, before = 0, b""
    while at < len(data):
        before, at = text_at(data, at, before)
        found.append(before.decode())
    return found


def packed(data: bytes, level: int = 9) -> bytes:
    """`data` as a gzip file without a name and a time: equal data, equal bytes."""
    return zlib.compress(data, level, wbits=_GZIP)


def packed_numbers(data: bytes) -> bytes:
    """The same for columns of numbers: as small as at level 9, in an eighth of the time."""
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP, 9, zlib.Z_RLE)
    return packer.compress(data) + packer.flush()


def unpacked(data: bytes) -> bytes:
    """What was packed. Raises `DamagedError`."""
    try:
        return zlib.decompress(data, wbits=_GZIP)
    except zlib.error as error:
        raise DamagedError(str(error)) from error


def name_of(data: bytes) -> str:
    """The name of a file with this content, before it is packed: the same for equal content alone."""
    return b32encode(blake2b(data, digest_size=16).digest())[:NAME].decode().lower()
