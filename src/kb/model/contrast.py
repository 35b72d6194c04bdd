"""Whether one colour can be read on another, as WCAG 2 defines it. Colours are written as ``#rrggbb``."""

from __future__ import annotations

from functools import lru_cache

#: Contrast that text needs by WCAG AA.
AA = 4.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(color: str, background: str) -> str:
    """The colour itself if it can be read on the background, else the nearest lighter or darker one."""
    target = 255 if _luminance(background) < 0.18 else 0  # noqa: PLR2004 - the middle grey
    channels = _channels(color)
    for step in range(101):
        moved = "#" + "".join(f"{round(c + (target - c) * step / 100):02x}" for c in channels)
        if contrast(moved, background) >= AA:
            return moved
    return "#ffffff" if target else "#000000"


def _channels(color: str) -> tuple[int, int, int]:
    digits = color.lstrip("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


@lru_cache(maxsize=1024)
def _luminance(color: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
        for c in (channel / 255 for channel in _channels(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
