"""What the code of a notebook has put out, as HTML: text, pictures, tables. Nothing in it runs."""

from __future__ import annotations

import base64
import binascii
from html import escape

from kb.media.svg import UnreadableError, sanitized
from kb.model.fenced import Fenced, Made, Mistake
from kb.read.html import cleaned

_NAMES = {"stdout": "output", "text/plain": "output", "stderr": "output stderr", "error": "output error"}
#: Where the size ends with which a PNG begins.
_HEADER = 24
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
    size = ""
    if kind == "image/png" and len(data) > _HEADER:
        size = f' width="{int.from_bytes(data[16:20])}" height="{int.from_bytes(data[20:24])}"'
    alt = "Drawn by the code above" if not text.strip() or text.lstrip().startswith("<") else text.strip()
    written = base64.b64encode(data).decode()
    return f'<p class="output"><img src="data:{kind};base64,{written}" alt="{escape(alt)}"{size}></p>'
