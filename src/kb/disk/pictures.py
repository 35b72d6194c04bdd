"""The bytes of published pictures. Drawing one anew needs Pillow, the extra ``images``; the drawings are kept.

A drawing is called by all that decides it, so it can be missing but never stale. Deleting it costs time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from kb.disk.cards import FONT, card
from kb.disk.inside import read_inside
from kb.disk.manifest import write_whole
from kb.disk.stamp import digest
from kb.media.picture import MOST_PIXELS, published
from kb.view.pages import PicturePage

#: Takes what is to be drawn: the bytes of a file of ours, as it is published.
Pictures = Callable[[PicturePage], bytes]

_FOLDER = "images"
_EFFORT = 4
#: What no build uses is kept this long: another process may still want it.
_GRACE_SECONDS = 24 * 3600


def can_draw() -> bool:
    """Whether pictures can be drawn anew."""
    return find_spec("PIL") is not None


def can_write() -> bool:
    """Whether there is a font to write cards with."""
    return find_spec(FONT) is not None


def pictures(content: Path, cache: Path) -> Pictures:
    """What gives the bytes of a picture of this vault. Raises `OSError` if the file cannot be read."""
    return partial(_picture, content, cache)


def forget_unused(cache: Path, used: Iterable[PicturePage]) -> None:
    """Remove from the cache the drawings that were not used for a day and are none of these."""
    keep = {_name(page) for page in used}
    before = time.time() - _GRACE_SECONDS
    with suppress(OSError), os.scandir(cache / _FOLDER) as entries:
        for entry in list(entries):
            if entry.name not in keep and entry.stat(follow_symlinks=False).st_mtime < before:
                Path(entry.path).unlink()


def _picture(content: Path, cache: Path, page: PicturePage) -> bytes:
    if not page.width:
        return published(read_inside(content, page.source))
    file = cache / _FOLDER / _name(page)
    with suppress(OSError):
        data = file.read_bytes()
        if data[:32] == digest(data[32:]).encode():
            return data[32:]
    if page.card is not None:
        font = read_inside(content, page.card.font) if page.card.font else b""
        return _kept(file, card(page.card, (page.width, page.height), font))
    source = read_inside(content, page.source)
    whole = published(source)
    drawn = _drawn(whole, page)
    if drawn is None:  # it looked well and is not: a browser makes of the file itself what can be made of it
        return whole
    if digest(source) != page.digest:  # edited since it was looked at: what the cache says must be true
        return drawn
    return _kept(file, drawn)


def _kept(file: Path, drawn: bytes) -> bytes:
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, exist_ok=True)
        write_whole(file, digest(drawn).encode() + drawn)
    return drawn


def _name(page: PicturePage) -> str:
    return digest(f"{page.digest} {page.width} {page.height} {page.quality} {page.stamp}".encode())


def _drawn(data: bytes, page: PicturePage) -> bytes | None:
    """The picture upright, in this size, as WebP; None if it cannot be read."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - 60 ms, and an extra

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    size = page.width, page.height
    try:
        with Image.open(BytesIO(data)) as image:
            lossy = image.format not in {"PNG", "GIF"}
            image.draft("RGB", size if image.width >= image.height else size[::-1])
            upright: Any = ImageOps.exif_transpose(image)
            profile = image.info.get("icc_profile")
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            small = upright.convert(mode).resize(size, Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, UnidentifiedImageError):
        return None
    keep = (
        {"icc_profile": profile} if profile and image.mode not in {"CMYK", "YCCK", "L", "I", "I;16"} else {}
    )
    written = _webp(small, quality=page.quality, **keep)
    if lossy:
        return written
    # Of a drawing with flat colours the exact copy is the smaller one, too.
    return min((_webp(small, lossless=True, quality=50, **keep), written), key=len)


def _webp(image: Any, **how: Any) -> bytes:
    into = BytesIO()
    image.save(into, "WEBP", method=_EFFORT, **how)
    return into.getvalue()
