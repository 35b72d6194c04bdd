"""How a site's own colours, fonts and measure become rules of its style sheet."""

from __future__ import annotations

from kb.model.contrast import readable
from kb.model.settings import Look, Tone

#: The dark page on which an accent has to be read that was chosen for light ones.
_DARK_PAPER = "#191512"
#: What one letter of a line takes, on the average of running text: half the size of the type.
_LETTER = 0.5


def rules_of(look: Look) -> str:
    """The rules, to stand behind those of the theme; "" where the look is the theme's own.

    A theme takes part by the names that it uses: ``--accent``, ``--paper``, ``--ink``, ``--serif``, ``--sans``,
    ``--mono`` and ``--measure``.
    """
    tones = {"accent": _both(look.accent, look.paper.dark), "paper": look.paper, "ink": look.ink}
    fonts = {"serif": look.serif, "sans": look.sans, "mono": look.mono}
    plain = [f"--{name}:{tone.light}" for name, tone in tones.items() if tone.light]
    plain += [f"--{name}:{fonts[name]}" for name in fonts if fonts[name]]
    plain += [f"--measure:{look.measure * _LETTER:g}rem"] if look.measure else []
    if not plain:
        return ""
    schemes = [f"--{name}:light-dark({tone.light},{tone.dark})" for name, tone in tones.items() if tone.dark]
    either = f"@supports (color:light-dark(#fff,#000)){{:root{{{';'.join(schemes)}}}}}\n" if schemes else ""
    return f":root{{{';'.join(plain)}}}\n{either}"


def _both(accent: Tone, dark_paper: str) -> Tone:
    """An accent for both schemes: that of dark pages, if nobody chose it, is the light one, made to be read there."""
    if not accent.light or accent.dark:
        return accent
    return Tone(accent.light, readable(accent.light, dark_paper or _DARK_PAPER))
