"""What a picture is, by its bytes and not by its name; and what of it is published."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from kb.media import boxes, chunks, exif, jpeg, svg

#: Files of these names are looked at as pictures.
EXTENSIONS = frozenset("avif bmp gif heic heif ico jfif jpeg jpg jxl png svg tif tiff webp".split())
#: A picture of more pixels is not drawn anew: it might have been made to fill the memory.
MOST_PIXELS = 100_000_000


class Format(StrEnum):
    """How a picture is written down."""

    AVIF = "avif"  # or HEIC
    BMP = "bmp"
    GIF = "gif"
    ICO = "ico"
    JPEG = "jpeg"
    JXL = "jxl"
    PNG = "png"
    SVG = "svg"
    TIFF = "tiff"
    WEBP = "webp"
    UNKNOWN = ""


class Picture(NamedTuple):
    """What is to be known of a picture before it is published. `turned`: it lies on its side, and is shown upright.

    `flaw` says in words why it cannot be shown as it should be, "" if it can.
    """

    format: Format
    moving: bool = False
    turned: bool = False
    flaw: str = ""


def is_picture(path: str) -> bool:
    """Whether a file of this name is looked at as a picture."""
    return path.rpartition(".")[2].lower() in EXTENSIONS


def look(data: bytes) -> Picture:
    """What this picture is."""
    kind = format_of(data)
    if kind is Format.UNKNOWN:
        return Picture(kind, flaw="it is no picture of a kind that browsers show")
    if kind is Format.SVG:
        try:
            svg.sanitized(data)
        except svg.UnreadableError as error:
            return Picture(kind, flaw=f"it is no well-formed SVG: {error}")
        return Picture(kind)
    known = _WAYS.get(kind)
    if known is None:
        return Picture(kind)
    flaw = "" if known.is_whole(data) else "its end is missing"
    return Picture(kind, known.moves(data), known.orientation(data) > 4, flaw)  # noqa: PLR2004 - those lie on a side


def format_of(data: bytes) -> Format:
    """How this picture is written down."""
    for kind, magics in _MAGICS.items():
        if data.startswith(magics):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Format.WEBP
    if boxes.is_heif(data):
        return Format.AVIF
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Format.SVG if b"svg" in head.replace(b"\0", b"") else Format.UNKNOWN
    return Format.UNKNOWN


def published(data: bytes) -> bytes:
    """The picture without what it says beyond itself. What is no picture comes out as it is."""
    kind = format_of(data)
    if kind is Format.SVG:
        try:
            return svg.sanitized(data, _inner)
        except svg.UnreadableError:
            return svg.NOTHING
    return _inner(data)


class _Way(NamedTuple):
    """What is done with pictures of one format."""

    stripped: Callable[[bytes], bytes]
    is_whole: Callable[[bytes], bool]
    moves: Callable[[bytes], bool]
    orientation: Callable[[bytes], int]


def _still(_data: bytes) -> bool:
    return False


def _upright(_data: bytes) -> int:
    return exif.UPRIGHT


_WAYS = {
    Format.JPEG: _Way(jpeg.stripped, jpeg.is_whole, _still, jpeg.orientation),
    Format.PNG: _Way(chunks.png, chunks.png_is_whole, chunks.png_moves, chunks.png_orientation),
    Format.WEBP: _Way(chunks.webp, chunks.webp_is_whole, chunks.webp_moves, _upright),
    Format.GIF: _Way(chunks.gif, chunks.gif_is_whole, chunks.gif_moves, _upright),
    Format.AVIF: _Way(boxes.stripped, boxes.is_whole, boxes.moves, boxes.orientation),
    Format.JXL: _Way(boxes.stripped, boxes.is_whole, _still, _upright),
}
_MAGICS: dict[Format, tuple[bytes, ...]] = {
    Format.JPEG: (jpeg.MAGIC,),
    Format.PNG: (chunks.PNG,),
    Format.GIF: (b"GIF87a", b"GIF89a"),
    Format.BMP: (b"BM",),
    Format.ICO: (b"\0\0\1\0",),
    Format.TIFF: (b"II*\0", b"MM\0*"),
    Format.JXL: (boxes.JXL, b"\xff\x0a"),
}


def _inner(data: bytes) -> bytes:
    """A picture made of points, stripped; anything else as it is."""
    way = _WAYS.get(format_of(data))
    return way.stripped(data) if way else data
