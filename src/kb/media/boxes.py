"""AVIF, HEIC and JPEG XL: boxes in boxes. What is private in them is overwritten where it stands.

Nothing moves, since other boxes say by its offset where each thing is. In the place of EXIF comes an empty one,
because some decoders refuse a picture whose EXIF is none. Which way up these pictures are is said elsewhere in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

JXL = b"\0\0\0\x0cJXL \r\n\x87\n"

_BRANDS = frozenset(
    (b"avif", b"avis", b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"miaf")
)
#: The offset of the TIFF header, and one without any entry.
_EMPTY_EXIF = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"
_PRIVATE = frozenset((b"uuid", b"udta", b"Exif", b"xml ", b"jumb", b"brob"))
_TURN = b"\0\0\0\x09irot"
_MOST = 10_000


class _Box(NamedTuple):
    """A box: what it is called, where its content begins, where it ends."""

    name: bytes
    start: int
    end: int


class _Number(NamedTuple):
    """A number that was read, and where to go on."""

    value: int
    at: int


def is_heif(data: bytes) -> bool:
    """Whether this is a picture in boxes: AVIF, HEIC."""
    return data[4:8] == b"ftyp" and (data[8:12] in _BRANDS or data[16:20] in _BRANDS)


def stripped(data: bytes) -> bytes:
    """The same picture, its EXIF, XMP and boxes of nobody's concern overwritten."""
    made = bytearray(data)
    for box in _boxes(data, 0, len(data)):
        if box.name in _PRIVATE:
            made[box.start : box.end] = bytes(box.end - box.start)
        elif box.name == b"meta":
            for kind, start, end in _items(data, box):
                filling = _EMPTY_EXIF if kind == b"Exif" and end - start >= len(_EMPTY_EXIF) else b""
                made[start:end] = filling + bytes(end - start - len(filling))
    return bytes(made)


def is_whole(data: bytes) -> bool:
    """Whether no box goes on behind the end of the file."""
    end = 0
    for box in _boxes(data, 0, len(data)):
        end = box.end
    return end == len(data)


def moves(data: bytes) -> bool:
    """Whether this is a row of pictures."""
    return data[8:12] == b"avis" or any(box.name == b"moov" for box in _boxes(data, 0, len(data)))


def orientation(data: bytes) -> int:
    """6 for a picture that lies on a side, 1 for any other; here it is no EXIF that says so."""
    at = data.find(_TURN)
    return 6 if at >= 0 and data[at + len(_TURN) :][:1] in {b"\1", b"\3"} else 1


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    at = start
    for _ in range(_MOST):
        if at + 8 > end:
            return
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            return
        yield _Box(data[at + 4 : at + 8], at + head, at + size)
        at += size


def _items(data: bytes, meta: _Box) -> Iterator[tuple[bytes, int, int]]:
    """The stretches of the file that hold EXIF or XMP, each with its kind."""
    inner = {box.name: box for box in _boxes(data, meta.start + 4, meta.end)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return
    kinds = dict(_kinds(data, inner[b"iinf"]))
    held = inner[b"idat"].start if b"idat" in inner else 0
    for item, inside, start, length in _places(data, inner[b"iloc"]):
        if kinds.get(item) in {b"Exif", b"mime", b"uri "}:
            begin = start + (held if inside else 0)
            end = begin + length if length else len(data)
            if 0 < begin <= end <= len(data):
                yield kinds[item], begin, end


def _kinds(data: bytes, iinf: _Box) -> Iterator[tuple[int, bytes]]:
    first = iinf.start + (6 if data[iinf.start] == 0 else 8)
    for box in _boxes(data, first, iinf.end):
        version = data[box.start] if box.name == b"infe" else 0
        if version == 2:  # noqa: PLR2004
            yield (
                int.from_bytes(data[box.start + 4 : box.start + 6], "big"),
                data[box.start + 8 : box.start + 12],
            )
        elif version == 3:  # noqa: PLR2004
            yield (
                int.from_bytes(data[box.start + 4 : box.start + 8], "big"),
                data[box.start + 10 : box.start + 14],
            )


def _places(data: bytes, iloc: _Box) -> Iterator[tuple[int, bool, int, int]]:
    """Item, whether its place is counted within ``idat``, offset and length of each of its stretches."""
    version = data[iloc.start]
    sizes, more = data[iloc.start + 4], data[iloc.start + 5]
    wide = 4 if version == 2 else 2  # noqa: PLR2004

    def number(at: int, size: int) -> _Number:
        return _Number(int.from_bytes(data[at : at + size], "big"), at + size)

    count, at = number(iloc.start + 6, wide)
    for _ in range(min(count, _MOST)):
        item, at = number(at, wide)
        method = 0
        if version:
            method, at = number(at, 2)
        base, at = number(at + 2, more >> 4)
        extents, at = number(at, 2)
        for _ in range(min(extents, _MOST)):
            if at >= iloc.end:
                return
            offset, at = number(at + (more & 15 if version else 0), sizes >> 4)
            length, at = number(at, sizes & 15)
            yield item, method & 15 == 1, base + offset, length
