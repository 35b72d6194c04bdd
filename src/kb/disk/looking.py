"""What there is to know of a file that is no note, from its bytes: its digest, and of a picture what it is."""

from __future__ import annotations

import os

from kb.disk.stamp import Stamp, digest, digest_of
from kb.disk.store import Known
from kb.media.picture import MOST_PIXELS, Format, format_of, is_picture, look
from kb.model.note import Attachment

#: A picture of more bytes is not looked into.
_MOST_BYTES = 1 << 28
#: What is known by its first bytes whatever its name.
_HIDDEN = frozenset((Format.JPEG, Format.PNG, Format.WEBP, Format.GIF, Format.AVIF, Format.JXL))


def looked_at(fd: int, path: str, stamp: Stamp) -> Known:
    """What the file is that is open here."""
    if stamp.size > _MOST_BYTES or not (is_picture(path) or format_of(os.pread(fd, 32, 0)) in _HIDDEN):
        return Known(stamp, digest_of(fd))
    with open(fd, "rb", closefd=False) as file:
        data = file.read()
    picture = look(data)
    width, height = _size(fd)
    if picture.turned:
        width, height = height, width
    flaw = picture.flaw
    if width * height > MOST_PIXELS:
        flaw = f"it has {width * height // 1_000_000} million pixels, more than a page can show"
    return Known(stamp, digest(data), width, height, picture.format.value, picture.moving, flaw)


def attachment(path: str, known: Known) -> Attachment:
    """The file as the vault has it."""
    return Attachment(path, known.digest, known.stamp.size, *known[2:])


def _size(fd: int) -> tuple[int, int]:
    """Width and height of the open image, (0, 0) where its header does not say."""
    import imagesize  # noqa: PLC0415 - only where an image is new

    os.lseek(fd, 0, os.SEEK_SET)
    with open(fd, "rb", closefd=False) as file:
        try:
            width, height = imagesize.get(file, exif_rotation=False)
        except (ValueError, ArithmeticError, LookupError):  # of some broken files it says that they are none
            return 0, 0
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)
