"""What the code of a notebook has put out, as HTML: text, pictures, tables. Nothing in it runs."""

from __future__ import annotations

import base64
import binascii
import re
from html import escape

from kb.media.svg import UnreadableError, sanitized
from kb.model.fenced import Fenced, Made, Mistake
from kb.read.html import cleaned

_NAMES = {"stdout": "output", "text/plain": "output", "stderr": "output stderr", "error": "output error"}
#: Where a JPEG says its height and width; matplotlib and Jupyter write no thumbnail in front, which has them too.
_FRAME = re.compile(rb"\xff[\xc0-\xc3]..\x08(..)(..)", re.DOTALL)
_WIDTH, _HEIGHT = re.compile(rb' width="([\d.]+)(?:px|pt)?"'), re.compile(rb' height="([\d.]+)(?:px|pt)?"')
_BOX = re.compile(rb' viewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')
#: What a picture begins with, so that what is no picture is not said to be one.
_BEGINNINGS = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}


def output(fenced: Fenced) -> Made:
    """An output as HTML. `fenced.info` is its kind and, for what is more than text, its data in base64."""
    kind, _, payload = fenced.info.partition(" ")
    text = fenced.text.removesuffix("\n")
    if kind in _NAMES:
        return _made(f'<pre class="{_NAMES[kind]}" tabindex="0">{escape(text)}</pre>')
    if payload == "too-large":
        message, hint = (
            "an output of this cell is too large to be shown",
            "save the notebook with a smaller picture",
        )
        return Made(_text(text), ("notebook",), (Mistake(0, 1, message, hint, harmless=True),))
    try:
        data = base64.b64decode(payload, validate=True)
        if kind == "text/html":
            inner = cleaned(data.decode(errors="replace"))
            return _made(f'<div class="output" tabindex="0" role="group" aria-label="Output">{inner}</div>')
        return _made(_picture(kind, data, text))
    except (binascii.Error, UnreadableError, ValueError):
        message, hint = "an output of this cell cannot be read", "run the cell again, and save the notebook"
        return Made(_text(text), ("notebook",), (Mistake(0, 1, message, hint, harmless=True),))


def _made(html: str) -> Made:
    return Made(f"{html}\n", ("notebook",))


def _text(text: str) -> str:
    return f'<pre class="output" tabindex="0">{escape(text)}</pre>\n' if text.strip() else "\n"


def _picture(kind: str, data: bytes, text: str) -> str:
    if kind == "image/svg+xml":
        data = sanitized(data)
    elif not data.startswith(_BEGINNINGS.get(kind, b"?")):
        raise ValueError(kind)
    alt = "Drawn by the code above" if not text.strip() or text.lstrip().startswith("<") else text.strip()
    width, height = _size(kind, data)
    size = f' width="{width}" height="{height}"' if width and height else ""
    written = base64.b64encode(data).decode()
    return f'<p class="output"><img src="data:{kind};base64,{written}" alt="{escape(alt)}"{size}></p>'


def _size(kind: str, data: bytes) -> tuple[int, int]:
    """Width and height in pixels, from what a picture says of itself; 0 where it does not."""
    match kind:
        case "image/png":
            return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
        case "image/gif":
            return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
        case "image/jpeg":
            frame = _FRAME.search(data)
            return (int.from_bytes(frame[2]), int.from_bytes(frame[1])) if frame else (0, 0)
        case _:
            opening = data.partition(b">")[0]
            width, height, box = _WIDTH.search(opening), _HEIGHT.search(opening), _BOX.search(opening)
            if width and height:
                return round(float(width[1])), round(float(height[1]))
            return (round(float(box[1])), round(float(box[2]))) if box else (0, 0)
