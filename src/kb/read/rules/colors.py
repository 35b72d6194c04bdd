"""The colours of highlighted code, for light and for dark, as one style sheet.

Colours come from two Pygments styles. Each is moved, in small steps of lightness, until it can be read on
the background (WCAG AA, 4.5 to 1), so that any style will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pygments.style import StyleMeta
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Token

from kb.model.contrast import readable

#: Classes that no style need colour: code goes without their spans, which halves its HTML.
UNSTYLED = frozenset({"", "w", "n", "nx", "p", "esc", "x", "pm", "l", "ld"})
#: What the default theme puts code on, a shade nearer to the code: a browser rounds colours its own way.
LIGHT_BACKGROUND = "#f4f1eb"
DARK_BACKGROUND = "#24211d"


class _Look(NamedTuple):
    """How a kind of token looks. An empty colour is that of the text around it."""

    color: str
    bold: bool
    italic: bool


def highlight_css(
    light_style: str,
    dark_style: str,
    light_background: str = LIGHT_BACKGROUND,
    dark_background: str = DARK_BACKGROUND,
) -> str:
    """Rules for ``.highlight`` in both colour schemes; which one holds follows CSS's ``color-scheme``."""
    light = dict(_looks(get_style_by_name(light_style), light_background))
    dark = dict(_looks(get_style_by_name(dark_style), dark_background))
    selectors: dict[str, list[str]] = {}
    for name in sorted({*light, *dark}):
        declarations = _declarations(light.get(name), dark.get(name))
        if declarations:
            selectors.setdefault(declarations, []).append(f".highlight .{name}")
    rules = sorted((",".join(names), declarations) for declarations, names in selectors.items())
    return "".join(f"{names}{{{declarations}}}\n" for names, declarations in rules)


def _looks(style: StyleMeta, background: str) -> Iterator[tuple[str, _Look]]:
    plain = style.style_for_token(Token)
    for kind, name in STANDARD_TYPES.items():
        if name in UNSTYLED:
            continue
        look = style.style_for_token(kind)
        color = f"#{look['color']}" if look["color"] and look["color"] != plain["color"] else ""
        yield name, _Look(readable(color, background) if color else "", look["bold"], look["italic"])


def _declarations(light: _Look | None, dark: _Look | None) -> str:
    light, dark = light or _Look("", bold=False, italic=False), dark or _Look("", bold=False, italic=False)
    parts = []
    if light.color or dark.color:
        # Browsers from before light-dark() keep the first declaration.
        first, second = light.color or "currentcolor", dark.color or "currentcolor"
        parts.append(first if first == second else f"{first};color:light-dark({first},{second})")
        parts[0] = f"color:{parts[0]}"
    if light.bold or dark.bold:
        parts.append("font-weight:600")
    if light.italic or dark.italic:
        parts.append("font-style:italic")
    return ";".join(parts)
