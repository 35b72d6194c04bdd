"""What a note's own text can do wrong, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable

from kb.model.note import SEARCHED
from kb.model.problem import Place, Problem
from kb.read.addresses import ALLOWED

#: So much of an address is shown in a message.
_LONGEST = 60


def unsafe_link(place: Place, address: str, scheme: str | None) -> Problem:
    """An address that a page must not hold."""
    shown = _clipped(address)
    if scheme in {None, "//"}:
        message = f"the address '{shown}' names a host but no scheme"
        return Problem(place, "unsafe-link", message, "write https: in front of it; it is shown as text")
    message = f"the address '{shown}' has the scheme '{scheme}', to which no page may link"
    return Problem(
        place, "unsafe-link", message, f"allowed are {', '.join(sorted(ALLOWED))}; it is shown as text"
    )


def large_note(place: Place, size: int) -> Problem:
    """A note whose text is too long to be searched whole; `size` in characters."""
    message = (
        f"the text of this note has {size:,} characters, of which the first {SEARCHED:,} can be searched; its page is"
        " slow to load and to scroll"
    )
    return Problem(place, "large-note", message, "cut it into several notes")


def maths(place: Place, message: str, hint: str) -> Problem:
    """A formula that cannot be shown as one."""
    said = _clipped(message[:1].lower() + message[1:].rstrip("."))
    return Problem(place, "math", f"this formula cannot be read: {said}", hint)


def duplicate_equation(place: Place, label: str) -> Problem:
    """A label that an equation above has already."""
    message = f"another equation of this note is labelled '{_clipped(label)}', too"
    return Problem(
        place, "duplicate-equation", message, "references lead to the first; give this one another label"
    )


def external_wikilink(place: Place, address: str, *, embed: bool) -> Problem:
    """A wikilink that holds a web address: ``[[https://…]]``."""
    message = f"the wikilink holds the web address '{_clipped(address)}'"
    return Problem(place, "external-wikilink", message, f"write {'!' if embed else ''}[text]({address})")


def truncated_url(place: Place, address: str) -> Problem:
    """An address that ends as only a mangled copy does."""
    address = address.replace("%E2%80%A6", "…")
    shown = address if len(address) <= _LONGEST else f"{address[: _LONGEST - 15]} … {address[-12:]}"
    message = f"the address '{shown}' looks cut off"
    return Problem(place, "truncated-url", message, "copy the whole address")


def image_without_alt(place: Place, target: str, *, wiki: bool) -> Problem:
    """An image about which a reader who cannot see it learns nothing."""
    hint = f"![[{target}|what it shows]]" if wiki else f"![what it shows]({target})"
    return Problem(
        place, "image-without-alt", f"the image '{_clipped(target)}' has no alternative text", f"write {hint}"
    )


def heading_jump(place: Place, level: int, before: int) -> Problem:
    """A heading that skips a level: ``##`` followed by ``####``."""
    message = f"a heading of level {level} follows one of level {before}"
    return Problem(place, "heading-jump", message, f"begin it with {'#' * (before + 1)}")


def nesting_limit(line: int) -> tuple[str, int, int, str, str]:
    """A mistake, in the form in which rules report them, at the parsed line `line`."""
    message = "lists or quotes are nested too deeply here; what lies deeper is shown as plain text"
    return "nesting-limit", line, 0, message, "move the deepest part to a note of its own"


def placeholder(place: Place, written: str) -> Problem:
    """``{{date}}`` in a note."""
    hint = "fill it in, or name the folder of templates in config.yaml under 'starters'"
    return Problem(
        place, "template-placeholder", f"the template's placeholder '{written}' was left in the note", hint
    )


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In the order of their places, each once."""
    return tuple(sorted(set(problems)))


def _clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
