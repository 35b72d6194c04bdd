"""What the preview says when it is asked to find something: an address's words in, values for JSON out.

A number that is none is as good as left out, and one too large is the largest there is. The answer is of this moment:
whatever was saved before the question is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kb.link.resolve import display_tag
from kb.search.answer import answer
from kb.search.searching import Options, more_like, search
from kb.serve.finder import Finder
from kb.serve.live import Live

#: So many results on a page unless somebody asks for fewer or more, and at most.
_LIMIT, _MOST = 10, 100
#: Nobody pages further than this.
_FURTHEST = 10_000
#: So many notes are shown as like another one.
_ALIKE = 8


def found(live: Live, finder: Finder, asked: Mapping[str, str]) -> dict[str, Any]:
    """The page of results that these words of an address ask for."""
    options = _options(live, finder)._replace(
        mode="typed" if asked.get("mode") == "typed" else "submitted",
        limit=_number(asked.get("limit", ""), _LIMIT, _MOST) or _LIMIT,
        offset=_number(asked.get("offset", ""), 0, _FURTHEST),
        tags=_named(asked, "tag"),
        kinds=_named(asked, "kind"),
        since=asked.get("since", "").strip(),
    )
    return answer(search(finder.index(), finder.document, asked.get("q", ""), options))


def alike(live: Live, finder: Finder, note: str) -> dict[str, Any]:
    """The notes whose words are most like those of this one, with the words that they share."""
    page = more_like(finder.index(), finder.document, note, _options(live, finder)._replace(limit=_ALIKE))
    hits = [
        {"title": hit.title, "url": hit.url, "score": hit.score, "marks": hit.marks, "words": hit.words}
        for hit in page.hits
    ]
    return {"note": note, "hits": hits}


def facets(live: Live) -> dict[str, list[tuple[str, int]]]:
    """What results can be narrowed down to: tags and kinds with the number of their notes, the most used first."""
    vault = live.site.vault
    tags = [
        (display_tag(vault, tag), len({path for _, path in cases}))
        for tag, cases in sorted(vault.cases.items())
    ]
    kinds = sorted(Counter(note.kind for note in vault.notes.values()).items())
    return {
        "tags": sorted(tags, key=lambda tag: -tag[1]),
        "kinds": sorted(kinds, key=lambda kind: -kind[1]),
    }


def _options(live: Live, finder: Finder) -> Options:
    shown = live.site.vault.notes
    return Options(language=live.opened.settings.language, marks=finder.marks, is_shown=shown.__contains__)


def _named(asked: Mapping[str, str], field: str) -> tuple[str, ...]:
    name = asked.get(field, "").strip()
    return (name,) if name else ()


def _number(text: str, otherwise: int, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise  # noqa: PLR2004 - a longer one is no number of results
