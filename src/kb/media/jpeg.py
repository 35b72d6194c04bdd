"""JPEG without what its camera and its editor wrote into it. The picture itself is not touched.

A file is a row of segments; behind the header of a scan stands its data, in which ``FF`` is followed by
``00`` or by a restart mark. What stands behind the end of the picture (another picture, a film) goes, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.media import exif

MAGIC = b"\xff\xd8\xff"

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_EXIF = b"Exif\0"
_MARK = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
#: Application segments that are part of the picture: its resolution, its colours.
_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_APPLICATION = range(0xE0, 0xF0)
_COMMENT = 0xFE
#: Marks that stand alone, without a length.
_ALONE = frozenset((0x01, _START, _END))


class _Segment(NamedTuple):
    """A mark with its content, and the data behind it if it begins a scan."""

    mark: int
    content: bytes
    data: bytes = b""


def stripped(data: bytes) -> bytes:
    """The same picture: its tables and data, its colour profile, and which way up it is."""
    segments = list(_segments(data))
    turned = exif.only(_orientation(segments))
    parts = [b"\xff\xd8"]
    if turned:
        parts.append(_written(0xE1, b"Exif\0\0" + turned))
    for segment in segments:
        if segment.mark == _END:
            parts.append(b"\xff\xd9")
        elif segment.mark not in _ALONE and _is_picture(segment):
            parts += (_written(segment.mark, _without_thumbnail(segment)), segment.data)
    return b"".join(parts)


def orientation(data: bytes) -> int:
    """Which way up the picture is (1 to 8)."""
    return _orientation(list(_segments(data)))


def is_whole(data: bytes) -> bool:
    """Whether the picture has its end."""
    marks = {segment.mark for segment in _segments(data)}
    return _END in marks and _SCAN in marks


def _segments(data: bytes) -> Iterator[_Segment]:
    """Up to the end of the picture, or as far as it can be followed."""
    at = 2
    while found := _MARK.search(data, at):  # what stands between two segments is skipped, as decoders do
        mark, start = found[1][0], found.end()
        if mark in _ALONE:
            yield _Segment(mark, b"")
            if mark == _END:
                return
            at = start
            continue
        end = start + int.from_bytes(data[start : start + 2], "big")
        if end < start + 2 or end > len(data):
            return
        at = end
        if mark == _SCAN:
            behind = _MARK.search(data, end)
            at = behind.start() if behind else len(data)
        yield _Segment(mark, data[start + 2 : end], data[end:at] if mark == _SCAN else b"")


def _orientation(segments: list[_Segment]) -> int:
    for segment in segments:
        if segment.mark == 0xE1 and segment.content.startswith(_EXIF):  # noqa: PLR2004 - APP1
            return exif.orientation(segment.content[6:])
    return exif.UPRIGHT


def _is_picture(segment: _Segment) -> bool:
    if segment.mark in _APPLICATION:
        kept = _KEPT.get(segment.mark)
        return kept is not None and segment.content.startswith(kept)
    return segment.mark != _COMMENT


def _without_thumbnail(segment: _Segment) -> bytes:
    """What a segment holds; of JFIF's, the picture's resolution and not the small picture in it."""
    return segment.content[:12] + b"\0\0" if segment.mark == 0xE0 else segment.content  # noqa: PLR2004 - APP0


def _written(mark: int, content: bytes) -> bytes:
    return bytes((0xFF, mark)) + (len(content) + 2).to_bytes(2, "big") + content
