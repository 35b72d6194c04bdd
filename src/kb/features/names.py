"""Mistakes in names and addresses that can be seen without building anything."""

from __future__ import annotations

from collections.abc import Iterator

from kb.link.names import bare
from kb.link.vault import Vault
from kb.model.problem import Place, Problem
from kb.plugin import Plugin
from kb.view.urls import is_odd, mistake_in


def name_problems(vault: Vault) -> Iterator[Problem]:
    """Permalinks that cannot be addresses, and file names that not every system can hold."""
    for path, note in sorted(vault.notes.items()):
        if note.permalink and (mistake := mistake_in(note.permalink)):
            yield Problem(
                Place(path),
                "bad-permalink",
                f"permalink {note.permalink!r} {mistake}",
                "write a path inside the site, such as notes/my-note; the note stands at its usual address",
            )
        if note.slug:
            yield from _slug_problems(path, note.slug)
        odd = [part for part in bare(path).split("/") if is_odd(part)]
        if odd:
            yield Problem(
                Place(path),
                "odd-name",
                f"not every system can hold a file or folder called {odd[0][:60]!r}",
                "rename it; until then its address on the site is another",
            )


def _slug_problems(path: str, slug: str) -> Iterator[Problem]:
    parts = slug.strip().split("/")
    if "://" in slug or slug.startswith("//") or not {".", ".."}.isdisjoint(parts):
        hint = "write the last part of the address alone, such as my-note"
        yield Problem(Place(path), "bad-permalink", f"slug {slug!r} {mistake_in(slug)}", hint)
    elif "/" in slug.strip("/"):
        yield Problem(
            Place(path),
            "bad-permalink",
            f"slug {slug!r} holds a '/', but it names only the last part of the address",
            f"write `permalink: {slug.strip('/')}` for a whole address",
        )


NAMES = Plugin("names", "1", problems=name_problems)
