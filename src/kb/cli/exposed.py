"""How a build says what became public, what is public no longer, and what waits for its date."""

from __future__ import annotations

from collections.abc import Sequence

from kb.cli.terminal import Terminal, printable
from kb.pipeline.building import Built
from kb.pipeline.exposing import Exposed

#: So many names are told; the others are counted.
_NAMED = 5
#: Before the names of notes, and before those of addresses.
_TOLD = {
    "published": ("note that was held back is public now", "notes that were held back are public now"),
    "unknown": (
        "note is public that was not before, and may have been held back",
        "notes are public that were not before, and may have been held back",
    ),
    "gone": ("address is public no longer", "addresses are public no longer"),
}
_FEARED = {
    "published": (
        "note that was held back would become public",
        "notes that were held back would become public",
    ),
    "unknown": (
        "note would become public that was not before, and may have been held back",
        "notes would become public that were not before, and may have been held back",
    ),
    "gone": ("address would be public no longer", "addresses would be public no longer"),
}


def tell_exposed(terminal: Terminal, built: Built) -> None:
    """A line for each kind, behind the closing one. What became public is told to whoever wants quiet, too."""
    exposed = built.exposed
    for kind, say in (("published", terminal.warn), ("unknown", terminal.warn), ("gone", terminal.say)):
        if names := getattr(exposed, kind):
            say(_line(names, _TOLD[kind]))
    if exposed.due:
        terminal.say(_line(exposed.due, ("note has come to its date", "notes have come to their date")))
    if built.waiting:
        waiting = [f"{path} ({date})" for path, date in built.waiting]
        terminal.say(_line(waiting, ("note waits for its date", "notes wait for their date")))


def tell_stopped(terminal: Terminal, exposed: Exposed) -> None:
    """Why nothing was written, and how to go on."""
    for kind, told in _FEARED.items():
        if names := getattr(exposed, kind):
            terminal.refuse(_line(names, told))
    moved = "a note that has moved keeps its old address by `aliases: [/old/]`; "
    meant = "if it is meant to be so, say --accept"
    terminal.refuse("stopped before anything was written", (moved if exposed.gone else "") + meant)


def _line(names: Sequence[str], told: tuple[str, str]) -> str:
    shown = ", ".join(printable(name) for name in names[:_NAMED])
    left = len(names) - _NAMED
    return f"{len(names):,} {told[len(names) != 1]}: {shown}{f' and {left:,} more' if left > 0 else ''}"
