"""What holds for every text there is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model.note import Body, LinkKind, Note, Span
from kb.model.problem import CODES
from kb.model.settings import Dialect, Html
from read.written import read

#: What our rules and Markdown's look for, so that random texts hit them.
PIECES = [
    *"ab1 \n\t*_`[]()!|#^$%~=<>&\\:-+.\"'{}é。",
    *(
        "\n\n",
        "    ",
        "- ",
        "1. ",
        "> ",
        "# ",
        "## ",
        "---\n",
        "===\n",
        ": ",
        "- [ ] ",
        "```\n",
        "~~~\n",
        "$$\n",
    ),
    *(
        "[[",
        "]]",
        "![[",
        "[[A]]",
        "![[i.png|3]]",
        "[a](b.md)",
        "![a](b.png)",
        "[a]: b\n",
        "^[",
        "[^1]",
        "[^1]: ",
    ),
    *(
        "%%",
        "==",
        "**",
        " ^id",
        "\n^id\n",
        "#tag",
        "| a | b |\n|--|--|\n",
        "> [!note]- t\n",
        "\\begin{align}\n",
    ),
    *(
        "<b>",
        "</b>",
        "<details>\n",
        "</details>\n",
        "<a href='x'>",
        "<img src=y>",
        "<!--",
        "-->",
        "<script>",
        "<T>",
    ),
    *(
        "https://a.b/c",
        "www.a.b",
        "a@b.co",
        "<x:y>",
        "javascript:",
        "&amp;",
        "&#0;",
        "%00",
        "\0",
        "\u2028",
        "\x0b",
    ),
    *(
        "---\ntitle: x\n---\n",
        "\ufeff",
        "  \n",
        "<p",
        '<div class="',
        "</p>",
        "<meta>",
        "<textarea>",
        "<table>",
    ),
]
texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(texts | st.text(max_size=60))
@pytest.mark.parametrize("mode", list(Html))
def test_any_text_becomes_a_note_and_its_body(mode: Html, text: str) -> None:
    note, body = read(text, dialect=Dialect(html=mode))
    assert len(body.html) == len(note.links) + 1
    assert not any("\0" in piece for piece in body.html)
    assert all(0 <= h.level <= 6 and _lies_in(h.section, body) for h in note.headings)
    assert all(_lies_in(block.span, body) for block in note.blocks)
    assert note.title_span is None or _lies_in(note.title_span, body)
    assert note.title
    _has_places_in(note, text)


@given(st.binary(max_size=80))
def test_any_bytes_become_a_note(data: bytes) -> None:
    note, body = read(data)
    assert len(body.html) == len(note.links) + 1


@given(texts)
def test_equal_sources_give_equal_notes(text: str) -> None:
    assert read(text) == read(text)


@given(texts)
def test_ids_are_unique(text: str) -> None:
    note, _ = read(text)
    for ids in ([h.id for h in note.headings], [b.id for b in note.blocks]):
        assert len(ids) == len(set(ids))


@given(texts)
def test_links_stay_in_their_gaps_when_raw_html_is_cleaned(text: str) -> None:
    """The gap of a link with a label is followed by its label and its end, whatever HTML is around it."""
    note, body = read(text)
    for link, piece in zip(note.links, body.html[1:], strict=True):
        if link.kind in {LinkKind.WIKI, LinkKind.MARKDOWN, LinkKind.TAG}:
            rest = "".join(body.html[body.html.index(piece) :])
            assert "</a>" in rest
        if link.kind is LinkKind.ADDRESS:
            assert piece.startswith('"')


@given(texts)
def test_no_active_html_gets_through(text: str) -> None:
    _, body = read(text)
    page = "".join(body.html)
    assert not re.search(r"<(script|style|iframe|object|textarea|meta|link|base|form|T)\b", page)
    assert not re.search(r"<[^<>]*\son\w+\s*=", page)
    assert not re.search(r"<[^<>]*(href|src)=\"\s*(javascript|data|vbscript):", page)


@given(texts)
def test_what_is_taken_of_a_text_are_stretches_of_it_one_behind_the_other(text: str) -> None:
    _, body = read(text)
    assert list(body.taken) == sorted(body.taken)
    assert all(0 <= offset <= len(body.text) for offset in body.taken)
    assert len(body.taken) % 2 == 0


def _lies_in(span: Span, body: Body) -> bool:
    start, end = (span.gap, span.offset), (span.end_gap, span.end_offset)
    pieces = body.html
    return (
        start <= end
        and 0 <= span.gap < len(pieces)
        and 0 <= span.end_gap < len(pieces)
        and 0 <= span.offset <= len(pieces[span.gap])
        and 0 <= span.end_offset <= len(pieces[span.end_gap])
    )


def _has_places_in(note: Note, text: str) -> None:
    lines = len(re.split(r"\r\n?|\n", text))
    assert all(1 <= link.line <= lines and link.column >= 1 for link in note.links)
    assert all(1 <= heading.line <= lines for heading in note.headings)
    for problem in note.problems:
        assert problem.code in CODES
        assert 1 <= problem.place.line <= lines
        assert problem.place.column >= 1
