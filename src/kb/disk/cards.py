"""Social cards drawn: a title set as on the page of a book. The same words make the same bytes on every machine.

That is why no font of the system is used and no library that shapes text, which may be there or not: letters stand side
by side from left to right, and what the font does not have is left out.
"""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from kb.view.pages import CardText

#: The package that brings Source Serif Pro (Adobe, SIL Open Font License).
FONT = "font_source_serif_pro"
_FILES = ("SourceSerifPro-Semibold.ttf", "SourceSerifPro-Regular.ttf")

_MARGIN, _RULE = 90, 6
_TITLE_SIZES, _SMALL = (88, 72, 60, 50, 42), 34
_LEADING = 1.18
_LONGEST_WORD, _LONGEST_TITLE = 200, 1000


def card(text: CardText, size: tuple[int, int], font: bytes) -> bytes:
    """The card as PNG. `font` is a font file, empty for the one that comes along; `OSError` if it is none."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - an extra

    title_font, small_font = _fonts(font)
    width, height = size
    image = Image.new("RGB", size, text.paper)
    draw = ImageDraw.Draw(image)
    room = width - 2 * _MARGIN
    small = small_font(_SMALL)
    lines, face = _set(text.title[:_LONGEST_TITLE], title_font, room, height - 2 * _MARGIN - 3 * _SMALL)
    draw.rectangle((_MARGIN, _MARGIN, _MARGIN + 120, _MARGIN + _RULE - 1), fill=text.accent)
    top = _MARGIN + _RULE + 24
    if text.above:
        draw.text((_MARGIN, top), _cut(_known(text.above, small), small, room), font=small, fill=text.accent)
        top += _SMALL + 22
    for line in lines:
        draw.text((_MARGIN, top), line, font=face, fill=text.ink)
        top += round(face.size * _LEADING)
    foot = height - _MARGIN - _SMALL
    draw.text((_MARGIN, foot), _cut(_known(text.below, small), small, room - 240), font=small, fill=text.ink)
    if text.date:
        end = width - _MARGIN - _width(text.date, small)
        draw.text((end, foot), text.date, font=small, fill=text.ink)
    into = BytesIO()
    image.quantize(64).save(into, "PNG", optimize=True)
    return into.getvalue()


def _fonts(font: bytes) -> tuple[Any, Any]:
    """What gives the face of the title, and that of all else, in a size."""
    from PIL import ImageFont  # noqa: PLC0415

    found = find_spec(FONT)
    folder = Path(found.origin).parent / "files" if found and found.origin else Path()

    def of(name: str) -> Any:
        data = font or (folder / name).read_bytes()
        return lambda size: ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)

    return of(_FILES[0]), of(_FILES[1])


def _set(title: str, font: Any, width: int, height: int) -> tuple[list[str], Any]:
    """The title in lines, in the largest size in which all of it has room; cut short where none does."""
    lines: list[str] = []
    face, most = None, 0
    for size in _TITLE_SIZES:
        face = font(size)
        lines = _lines(_known(title, face), face, width)
        most = int(height // (size * _LEADING))
        if len(lines) <= most:
            return lines, face
    return [*lines[: most - 1], _cut(f"{lines[most - 1]} {lines[most]}", face, width)], face


def _lines(text: str, face: Any, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, face) <= width:
            lines[-1] = longer
        else:
            lines += _parts(word[:_LONGEST_WORD], face, width)
    return [line for line in lines if line]


def _parts(word: str, face: Any, width: int) -> list[str]:
    """A word in pieces that have room each."""
    parts = [""]
    for letter in word:
        if _width(parts[-1] + letter, face) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def _cut(text: str, face: Any, width: int) -> str:
    text = text[:_LONGEST_WORD]  # of a text that is very long the width comes out wrong
    if _width(text, face) <= width:
        return text
    while text and _width(f"{text}…", face) > width:
        text = text[:-1].rstrip()
    return f"{text}…"


def _width(text: str, face: Any) -> int:
    """How wide it will be drawn, which is not the sum of what its letters say that they take."""
    return int(face.getbbox(text)[2])


def _known(text: str, face: Any) -> str:
    """The text without the letters that the font does not have."""
    none = bytes(face.getmask("\U0010ffff"))
    letters = {letter for letter in text if letter.isspace() or bytes(face.getmask(letter)) != none}
    return " ".join("".join(letter for letter in text if letter in letters).split())
