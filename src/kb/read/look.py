"""The setting ``look``: colours, fonts and the length of a line, as a person writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from kb.model.contrast import AA, contrast, readable
from kb.model.settings import Look, Tone
from kb.read.spelling import nearest
from kb.read.wording import described
from kb.read.yaml12 import Mapping, Node, Scalar, Sequence

Report: TypeAlias = Callable[[Node, str, str], None]

#: What the theme `paper` prints with, where `look` does not say otherwise.
PAPER, INK, ACCENT = Tone("#fdfbf7", "#191512"), Tone("#241f1b", "#ded8cd"), Tone("#7b1e23", "#dfa89a")
SHORTEST_LINE, LONGEST_LINE = 40, 100
TONES, FONTS = ("accent", "paper", "ink"), ("serif", "sans", "mono")
#: The font that the theme `paper` brings along. Without it text is set in fonts of the reader's system.
SHIPPED = "commonplace"
KEYS = (*TONES, *FONTS, "font", "measure")

_COLOUR = re.compile(r"#(?:[0-9a-f]{3}){1,2}", re.IGNORECASE)
_FONT = r"""(?:[A-Za-z_][\w-]*(?: [\w-]+)*|"[\w .-]+"|'[\w .-]+')"""
_FONTS = re.compile(rf"{_FONT}(?:\s*,\s*{_FONT})*")
_A_COLOUR = 'write it like "#84272a", in quotes; for light pages and for dark: ["#84272a", "#e0a899"]'


def read_look(key: str, node: Node, report: Report) -> Look | None:
    """What `look` says. Everything that does not fit is reported; None if it is no `look` at all."""
    if not isinstance(node, Mapping):
        hint = 'write look: and below it, further in, for example accent: "#84272a"'
        report(node, f"{key} should have settings of its own, not be {described(node)}", hint)
        return None
    said: dict[str, Any] = {}
    nodes: dict[str, Node] = {}
    for name, value in node.entries:
        if name.text not in KEYS:
            near = nearest(name.text, KEYS)
            hint = f"did you mean {near}?" if near else f"{key} has {', '.join(KEYS[:-1])} and {KEYS[-1]}"
            report(name, f"'{name.text}' means nothing in {key}", hint)
        elif not (isinstance(value, Scalar) and value.value is None):
            nodes[name.text] = value
            read = _READERS[name.text]
            if (found := read(f"{key}.{name.text}", value, report)) is not None:
                said[name.text] = found
    if {"font", "serif"} <= said.keys():
        hint = (
            f"take one of them away; font: {SHIPPED} brings fonts of the system for whoever does not get it"
        )
        report(nodes["font"], f"{key}.font and {key}.serif both say what text is set in", hint)
    look = Look(**said)
    _check_contrast(look, nodes, report)
    return look


def _tone(key: str, node: Node, report: Report) -> Tone | None:
    parts = node.items if isinstance(node, Sequence) else (node,)
    colours = [_colour(part) for part in parts]
    if wrong := [part for part, colour in zip(parts, colours, strict=True) if not colour]:
        report(wrong[0], f"{key} should be a colour, not {described(wrong[0])}", _A_COLOUR)
        return None
    fewest = 1 if key.endswith("accent") else 2
    if not fewest <= len(colours) <= 2:  # noqa: PLR2004 - light and dark
        what = "one colour or two" if fewest == 1 else "two colours, for light pages and for dark"
        report(node, f"{key} should be {what}, not {len(colours)}", _A_COLOUR)
        return None
    return Tone(*colours)


def _colour(node: Node) -> str:
    """A colour as ``#rrggbb``, "" if it is none."""
    if not isinstance(node, Scalar) or not _COLOUR.fullmatch(node.text):
        return ""
    digits = node.text[1:].lower()
    return "#" + (digits if len(digits) > 3 else "".join(2 * digit for digit in digits))  # noqa: PLR2004


def _fonts(key: str, node: Node, report: Report) -> str | None:
    if isinstance(node, Scalar) and _FONTS.fullmatch(node.text.strip()):
        return node.text.strip()
    hint = "write the names of fonts with commas between them, the best first: Literata, Georgia, serif"
    report(node, f"{key} should be a list of fonts, not {described(node)}", hint)
    return None


def _font(key: str, node: Node, report: Report) -> str | None:
    if isinstance(node, Scalar) and node.text == SHIPPED:
        return SHIPPED
    hint = f"write {SHIPPED}, or leave it out for fonts of the system; others are named by serif: and sans:"
    report(node, f"{key} should be a font that comes with kb, not {described(node)}", hint)
    return None


def _measure(key: str, node: Node, report: Report) -> int | None:
    if isinstance(node, Scalar) and type(node.value) is int and SHORTEST_LINE <= node.value <= LONGEST_LINE:
        return node.value
    hint = "60 to 75 are read with ease; the theme's own is 66"
    what = f"{key} should be how many letters a line has, from {SHORTEST_LINE} to {LONGEST_LINE}"
    report(node, f"{what}, not {described(node)}", hint)
    return None


def _check_contrast(look: Look, nodes: dict[str, Node], report: Report) -> None:
    """Text has to be read, so colours that run into each other are a mistake."""
    for scheme in ("light", "dark"):
        paper = getattr(look.paper, scheme) or getattr(PAPER, scheme)
        for name, own in (("ink", INK), ("accent", ACCENT)):
            tone: Tone = getattr(look, name)
            if (not tone.light and not look.paper.light) or (tone.light and not getattr(tone, scheme)):
                continue  # the theme's own; or made to be read
            colour = getattr(tone, scheme) or getattr(own, scheme)
            if (found := contrast(colour, paper)) < AA:
                report(
                    nodes.get(name) or nodes["paper"],
                    f"{colour} on {paper} can hardly be read: a contrast of {found:.2f} where text needs {AA}"
                    f" ({scheme} pages)",
                    f"the nearest that can be read is {readable(colour, paper)}",
                )


_READERS: dict[str, Callable[[str, Node, Report], Tone | str | int | None]] = {
    **dict.fromkeys(TONES, _tone),
    **dict.fromkeys(FONTS, _fonts),
    "font": _font,
    "measure": _measure,
}
