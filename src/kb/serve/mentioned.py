"""What the preview says of mentions without a link: those in the note of a page, and those of this note elsewhere."""

from __future__ import annotations

from typing import Any

from kb.link.unlinked import names_of
from kb.pipeline.mentioning import unlinked_in, unlinked_to
from kb.search.analysis import lexicon
from kb.search.naming import naming
from kb.serve.finder import Finder
from kb.serve.live import Live
from kb.serve.problem_pages import as_json

#: So many notes that may mention one are looked at, the newest first: 20 ms.
_MOST = 100


def mentioned(live: Live, finder: Finder, note: str) -> dict[str, Any]:
    """The mentions `here`, in this note, and `there`, of this note in others, as problems are told."""
    read = live.read
    target = read.site.vault.notes.get(note)
    if target is None:
        return {"note": "", "here": [], "there": []}
    words = lexicon(live.opened.settings.language)
    others = [
        path
        for path in naming(finder.index(), names_of(target), words, _MOST)
        if path in read.site.vault.notes
    ]
    return {
        "note": note,
        "here": [as_json(problem) for problem in unlinked_in(read, note)],
        "there": [as_json(problem) for problem in unlinked_to(read, note, sorted(others))],
    }
