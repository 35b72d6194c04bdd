"""The colours of a drawing made by others, as those of the theme: so that it can be read in light and in dark.

merman is asked for colours that mean nothing but which of the theme's is to stand there. Whatever else it paints by
itself becomes what is nearest. Only what an author chose stays.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping

_SERIES = 6


def _of_series(number: int) -> str:
    """A tint of the theme's colour for the n-th of several things, pale enough to be written on."""
    return f"color-mix(in oklab,var(--s{number % _SERIES + 1}) 35%,var(--paper))"


_PAPER, _SHADE, _INK, _SOFT, _TINT, _LINE = "#010101", "#010102", "#010103", "#010104", "#010105", "#010107"
_RULE = "#010108"
_TINTS = tuple(f"#0201{number:02x}" for number in range(_SERIES))
_OURS: Mapping[str, str] = {
    _PAPER: "var(--paper)",
    _SHADE: "var(--shade)",
    _INK: "var(--ink)",
    _SOFT: "var(--soft)",
    _TINT: "var(--tint)",
    _LINE: "var(--soft)",
    _RULE: "var(--rule)",
    **{colour: _of_series(number) for number, colour in enumerate(_TINTS)},
}


def _numbered(name: str, many: int, first: int = 0) -> dict[str, str]:
    return {f"{name}{number + first}": _TINTS[number % _SERIES] for number in range(many)}


#: Mermaid's variables of a theme. Those that are left out follow from these.
VARIABLES: Mapping[str, object] = {
    "fontFamily": "var(--sans)",
    "fontSize": "15px",
    "background": _PAPER,
    "primaryColor": _SHADE,
    "primaryTextColor": _INK,
    "primaryBorderColor": _SOFT,
    "secondaryColor": _TINT,
    "secondaryTextColor": _INK,
    "secondaryBorderColor": _SOFT,
    "tertiaryColor": _PAPER,
    "tertiaryTextColor": _INK,
    "tertiaryBorderColor": _SOFT,
    "lineColor": _LINE,
    "textColor": _INK,
    "titleColor": _INK,
    "mainBkg": _SHADE,
    "nodeBorder": _SOFT,
    "nodeTextColor": _INK,
    "clusterBkg": _PAPER,
    "clusterBorder": _RULE,
    "edgeLabelBackground": _PAPER,
    "noteBkgColor": _TINT,
    "noteTextColor": _INK,
    "noteBorderColor": _RULE,
    "activationBkgColor": _TINT,
    "activationBorderColor": _SOFT,
    "actorBkg": _SHADE,
    "actorBorder": _SOFT,
    "actorTextColor": _INK,
    "actorLineColor": _RULE,
    "labelBoxBkgColor": _SHADE,
    "labelBoxBorderColor": _SOFT,
    "signalColor": _SOFT,
    "signalTextColor": _INK,
    "sequenceNumberColor": _PAPER,
    "sectionBkgColor": _SHADE,
    "altSectionBkgColor": _PAPER,
    "sectionBkgColor2": _SHADE,
    "gridColor": _RULE,
    "todayLineColor": _TINTS[0],
    "taskBkgColor": _TINTS[1],
    "taskBorderColor": _SOFT,
    "taskTextColor": _INK,
    "taskTextDarkColor": _INK,
    "taskTextLightColor": _INK,
    "taskTextOutsideColor": _INK,
    "activeTaskBkgColor": _TINTS[2],
    "activeTaskBorderColor": _SOFT,
    "doneTaskBkgColor": _SHADE,
    "doneTaskBorderColor": _SOFT,
    "critBkgColor": _TINTS[0],
    "critBorderColor": _SOFT,
    "pieStrokeColor": _PAPER,
    "pieOuterStrokeColor": _RULE,
    "pieOpacity": "1",
    "pieTitleTextColor": _INK,
    "pieSectionTextColor": _INK,
    "pieLegendTextColor": _INK,
    "commitLabelColor": _INK,
    "commitLabelBackground": _PAPER,
    "tagLabelColor": _INK,
    "tagLabelBackground": _TINT,
    "tagLabelBorder": _SOFT,
    "quadrant1Fill": _SHADE,
    "quadrant2Fill": _PAPER,
    "quadrant3Fill": _SHADE,
    "quadrant4Fill": _PAPER,
    "quadrantPointFill": _SOFT,
    "xyChart": {"backgroundColor": _PAPER, "plotColorPalette": ", ".join(_TINTS)}
    | {
        f"{part}Color": _INK
        for part in (
            "title", "xAxisLabel", "xAxisTitle", "xAxisTick", "xAxisLine", "yAxisLabel", "yAxisTitle", "yAxisTick",
            "yAxisLine", "dataLabel",
        )
    },
    **_numbered("pie", 12, first=1),
    **_numbered("cScale", 12),
    **_numbered("cScalePeer", 12),
    **{f"cScaleLabel{number}": _INK for number in range(12)},
    **{f"cScaleInv{number}": _SOFT for number in range(12)},
    **_numbered("git", 8),
    **{f"gitInv{number}": _INK for number in range(8)},
    **{f"gitBranchLabel{number}": _INK for number in range(8)},
    **_numbered("fillType", 8),
    **{f"actor{number}": _TINTS[number] for number in range(_SERIES)},
}  # fmt: skip

_COLOUR = re.compile(
    r"#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b|(?:rgba?|hsla?)\([^()]*\)"
    r"|(?<=[:\"\s])(?:black|white|light?gr[ae]y|gr[ae]y|red|blue|green|yellow|orange)(?=[;\"}\s])",
    re.IGNORECASE,
)
#: ``style A fill:#f9f``, ``classDef``, ``rect rgb(…)``, and settings of the diagram's own.
_CHOSEN = re.compile(r"\b(?:fill|stroke|color|background)\s*:|\brgba?\(|\bthemeVariables\b", re.IGNORECASE)
_NUMBER = re.compile(r"[\d.]+|NaN")
_NAMES = {"black": "#000", "white": "#fff", "red": "#f00", "blue": "#00f", "green": "#080", "yellow": "#ff0"}
#: From which hue on, in degrees, which of the theme's colours for several things is the nearest.
_HUES = ((20, 1), (70, 3), (160, 5), (220, 2), (290, 4), (340, 6), (361, 1))
#: Below this saturation a colour is a grey; beyond this lightness it is paper, ink, or between.
_GREY, _PALE, _MIDDLE, _DARK = 0.2, 0.82, 0.62, 0.3


def themed(text: str, kept: str) -> str:
    """Styles or attributes with the theme's colours in place of all but those that stand in `kept`, in lower case."""
    return _COLOUR.sub(
        lambda match: match[0] if match[0].lower() in kept else _nearest(match[0].lower()), text
    )


def painted_by(text: str) -> bool:
    """Whether a diagram's text chooses colours."""
    return _CHOSEN.search(text) is not None


def _nearest(colour: str) -> str:
    ours = _OURS.get(colour)
    if ours is not None:
        return ours
    red, green, blue = _rgb(colour)
    if (ours := _OURS.get(f"#{red:02x}{green:02x}{blue:02x}")) is not None:
        return ours
    hue, lightness, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    if saturation < _GREY or not _DARK / 2 < lightness < (1 + _PALE) / 2:
        if lightness > _PALE:
            return "var(--shade)"
        return "var(--rule)" if lightness > _MIDDLE else "var(--soft)" if lightness > _DARK else "var(--ink)"
    series = next(series for end, series in _HUES if hue * 360 < end)
    return _of_series(series - 1) if lightness > _MIDDLE else f"var(--s{series})"


def _rgb(colour: str) -> tuple[int, int, int]:
    """A colour as CSS writes it, each part from 0 to 255, without its opacity."""
    colour = _NAMES.get(colour, "#888" if colour.endswith(("gray", "grey", "orange")) else colour)
    if colour.startswith("#"):
        digits = colour[1:]
        if len(digits) < 6:  # noqa: PLR2004 - short for rrggbb
            digits = "".join(digit * 2 for digit in digits)
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    parts = [0.0 if part == "NaN" else float(part) for part in _NUMBER.findall(colour)[:3]]
    one, two, three = (*parts, 0.0, 0.0, 0.0)[:3]
    if colour.startswith("hsl"):
        one, two, three = (
            part * 255 for part in colorsys.hls_to_rgb(one % 360 / 360, three / 100, two / 100)
        )
    return min(round(one), 255), min(round(two), 255), min(round(three), 255)
