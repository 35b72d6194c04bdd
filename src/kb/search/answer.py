"""A page of results as programs get it: from `kb search --format json`, and from the preview."""

from __future__ import annotations

from typing import Any

from kb.search.searching import Hit, SearchPage
from kb.search.snippets import Shown, Snippet, plain


def answer(page: SearchPage) -> dict[str, Any]:
    """All of the page. A snippet is its text, with marks as pairs of start and end in code points."""
    return {
        "query": page.query,
        "total": page.total,
        "hits": [_hit(hit) for hit in page.hits],
        "suggestion": page.suggestion,
        "hint": page.hint,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "title": hit.title,
        "url": hit.url,
        "path": hit.path,
        "line": hit.line,
        "score": hit.score,
        "tags": hit.tags,
        "date": hit.date,
        "kind": hit.kind,
        "marks": hit.marks,
        "snippet": _snippet(hit.snippet),
        "sections": [_section(section) for section in hit.sections],
    }


def _section(section: Shown) -> dict[str, Any]:
    return {
        "anchor": section.anchor,
        "title": section.title,
        "line": section.line,
        "snippet": _snippet(section.snippet),
    }


def _snippet(snippet: Snippet) -> dict[str, Any]:
    text, marks = plain(snippet)
    return {"text": text, "marks": marks}
