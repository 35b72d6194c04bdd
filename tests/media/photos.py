"""Pictures as cameras and programs write them, each with a word in it that nobody should read."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

SECRET = b"SECRETMARK 51.4778N 0.0015W"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_ORIENTATION, _GPS, _DESCRIPTION = 0x0112, 0x8825, 0x010E


def photo(form: str, size: tuple[int, int] = (64, 48), orientation: int = 1) -> bytes:
    """A picture of the given format whose EXIF, XMP, comment or text holds the secret."""
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_DESCRIPTION] = orientation, SECRET.decode()
    exif.get_ifd(_GPS)[29] = SECRET.decode()
    how: dict[str, Any] = {"exif": exif, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    match form:
        case "GIF":
            how = {"comment": SECRET}
        case "PNG":
            how = {"exif": exif}
        case "JPEG":
            how["comment"] = SECRET
    into = BytesIO()
    image.save(into, form, **how)
    data = into.getvalue()
    assert SECRET in data
    return data


def shown(data: bytes) -> tuple[tuple[int, int], bytes]:
    """What is to be seen of a picture: its size and its points."""
    with Image.open(BytesIO(data)) as image:
        return image.size, image.convert("RGB").tobytes()
