"""PNG, WebP and GIF: rows of chunks with names, of which those that make the picture are kept, and no others."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from kb.media import exif

PNG = b"\x89PNG\r\n\x1a\n"

_PNG_PICTURE = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sRGB sBIT cICP mDCV cLLI bKGD pHYs hIST sPLT"
    b" acTL fcTL fdAT".split()
)
_WEBP_PICTURE = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_FRAME_HEADER = 16
_LOOPS = frozenset((b"NETSCAPE2.0", b"ANIMEXTS1.0"))


def png(data: bytes) -> bytes:
    """A PNG without texts, times and EXIF (but for which way up it is), and without what stands behind its end."""
    parts = [PNG]
    for name, content in _png_chunks(data):
        if name == b"eXIf" and (turned := exif.only(exif.orientation(content))):
            parts.append(_png_chunk(name, turned))
        elif name in _PNG_PICTURE:
            parts.append(_png_chunk(name, content))
    return b"".join(parts)


def png_orientation(data: bytes) -> int:
    """Which way up the picture is (1 to 8)."""
    return next(
        (exif.orientation(content) for name, content in _png_chunks(data) if name == b"eXIf"), exif.UPRIGHT
    )


def png_moves(data: bytes) -> bool:
    """Whether this is a row of pictures."""
    return any(name == b"acTL" for name, _ in _png_chunks(data))


def png_is_whole(data: bytes) -> bool:
    """Whether it has its end."""
    names = {name for name, _ in _png_chunks(data)}
    return {b"IDAT", b"IEND"} <= names


def webp(data: bytes) -> bytes:
    """A WebP without EXIF and XMP and whatever is no part of the picture. Browsers turn no WebP by its EXIF."""
    parts = []
    for name, content in _riff_chunks(data, 12):
        if name == b"VP8X" and content:
            flags = content[0] & ~(_WEBP_EXIF | _WEBP_XMP)
            parts.append(_riff_chunk(name, bytes((flags,)) + content[1:]))
        elif name == b"ANMF":
            inner = [_riff_chunk(*each) for each in _riff_chunks(content, _FRAME_HEADER) if _is_webp(each[0])]
            parts.append(_riff_chunk(name, content[:_FRAME_HEADER] + b"".join(inner)))
        elif _is_webp(name):
            parts.append(_riff_chunk(name, content))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def webp_moves(data: bytes) -> bool:
    """Whether this is a row of pictures."""
    return any(name == b"ANIM" for name, _ in _riff_chunks(data, 12))


def webp_is_whole(data: bytes) -> bool:
    """Whether it is as long as it says, and holds a picture."""
    names = {name for name, _ in _riff_chunks(data, 12)}
    return int.from_bytes(data[4:8], "little") + 8 <= len(data) + 1 and bool(
        names & {b"VP8 ", b"VP8L", b"ANMF"}
    )


def gif(data: bytes) -> bytes:
    """A GIF without comments, XMP and other guests."""
    start = _after_table(data, 10, 13)
    parts = [data[:start]]
    for mark, block in _gif_blocks(data, start):
        if mark != 0x21 or block[1:2] == b"\xf9" or (block[1:2] == b"\xff" and block[3:14] in _LOOPS):  # noqa: PLR2004
            parts.append(block)
    return b"".join(parts)


def gif_moves(data: bytes) -> bool:
    """Whether this is a row of pictures."""
    return sum(mark == 0x2C for mark, _ in _gif_blocks(data, _after_table(data, 10, 13))) > 1  # noqa: PLR2004


def gif_is_whole(data: bytes) -> bool:
    """Whether it has its end."""
    marks = {mark for mark, _ in _gif_blocks(data, _after_table(data, 10, 13))}
    return {0x2C, 0x3B} <= marks


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if end + 4 > len(data):
            return
        yield name, data[at + 8 : end]
        if name == b"IEND":
            return
        at = end + 4


def _png_chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + check


def _riff_chunks(data: bytes, start: int) -> Iterator[tuple[bytes, bytes]]:
    at = start
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _riff_chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def _is_webp(name: bytes) -> bool:
    return name in _WEBP_PICTURE


def _after_table(data: bytes, flags: int, start: int) -> int:
    """Where a GIF goes on behind the table of colours that its flags may announce."""
    said = data[flags] if flags < len(data) else 0
    return start + (3 << ((said & 7) + 1) if said & 0x80 else 0)


def _gif_blocks(data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    at = start
    while at < len(data):
        mark = data[at]
        if mark == 0x3B:  # noqa: PLR2004 - the end
            yield mark, b";"
            return
        if mark == 0x21:  # noqa: PLR2004 - an extension
            end = _after_blocks(data, at + 2)
        elif mark == 0x2C:  # noqa: PLR2004 - a picture
            end = _after_blocks(data, _after_table(data, at + 9, at + 10) + 1)
        else:
            return
        if end > len(data):
            return
        yield mark, data[at:end]
        at = end


def _after_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1
