"""The one thing in EXIF that a picture needs: which way up it is.

All the rest (where it was taken, when, by which camera, for whom) is the photographer's own business.
"""

from __future__ import annotations

#: The tag of the orientation; of a picture that is the right way up.
_ORIENTATION = 0x0112
UPRIGHT = 1
_SHORT = 3
_MOST_TAGS = 1000


def orientation(tiff: bytes) -> int:
    """Which way up (1 to 8), as the EXIF says that begins with its TIFF header; 1 where it says nothing."""
    order = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type] # mypy forgets the literals

    if tiff[:2] not in {b"II", b"MM"} or number(2, 2) != 42:  # noqa: PLR2004 - what a TIFF header says
        return UPRIGHT
    table = number(4, 4)
    for entry in range(min(number(table, 2), _MOST_TAGS)):
        at = table + 2 + 12 * entry
        if number(at, 2) == _ORIENTATION:
            value = number(at + 8, 2 if number(at + 2, 2) == _SHORT else 4)
            return value if 1 <= value <= 8 else UPRIGHT  # noqa: PLR2004 - the eight ways
    return UPRIGHT


def only(way: int) -> bytes:
    """EXIF, from its TIFF header on, that says which way up and nothing else; "" for what is upright."""
    if way == UPRIGHT:
        return b""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + way.to_bytes(2, "big") + b"\0\0"
    return b"MM\0*\0\0\0\x08" + b"\0\x01" + entry + b"\0\0\0\0"
