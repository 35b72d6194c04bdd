from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.model.note import Body, Note
from kb.search.analysis import tokens
from kb.search.document import Document
from kb.search.documents import document
from read.written import read

BLOCKS = st.sampled_from(
    [
        "# One",
        "## Two `x`",
        "##",
        "text\nof  lines",
        "- a\n- b",
        "> # Quoted\n> text",
        "```\ncode\n\n# no heading\n```",
        "[^1]: note",
        "see[^1]",
        "| a |\n|---|\n| b |",
        "%% gone\n%%",
        "<div>\nhtml\n</div>",
        "Title\n=====",
    ]
)


def of(text: str) -> Document:
    return document(*read(text))


def test_a_note_is_cut_at_its_headings() -> None:
    made = of("Above.\n\n## One\n\nfirst\n\nsecond\n\n### Two\n\n## One\n")
    assert [(one.anchor, one.title, one.line, one.text) for one in made.sections] == [
        ("", "", 1, "Above."),
        ("one", "One", 3, "first\nsecond"),
        ("two", "Two", 9, ""),
        ("one-1", "One", 11, ""),
    ]


def test_the_heading_that_gave_the_title_is_no_section() -> None:
    made = of("# A title\n\ntext\n\n## One\n\nmore\n")
    assert made.title == "A title"
    assert [(one.anchor, one.title, one.text) for one in made.sections] == [
        ("", "", "text"),
        ("one", "One", "more"),
    ]
    other = of("---\ntitle: A title\n---\n# Another\n\ntext\n")
    assert [(one.anchor, one.title) for one in other.sections] == [("another", "Another")]


def test_footnotes_stand_by_themselves() -> None:
    made = of("## One\n\ntext[^1]\n\n[^1]: small print\n\n## Two\n\nmore\n")
    assert [(one.anchor, one.text) for one in made.sections] == [
        ("one", "text"),
        ("two", "more"),
        ("", "small print"),
    ]
    assert made.sections[-1].line == 5


def test_what_a_note_says_of_itself_is_kept() -> None:
    note, body = read("---\ntags: [a/b]\ndate: 2024-05-01\nkind: review\n---\ntext #c")
    made = document(note, body)
    assert (made.path, made.digest, made.date, made.kind, made.tags) == (
        "a.md",
        "digest",
        "2024-05-01",
        "review",
        ("a/b", "c"),
    )


def test_a_body_that_no_parser_made_is_one_section() -> None:
    made = document(Note("a.md", "digest", "A", url="a/"), Body(("<p>text</p>",), "text"))
    assert [(one.anchor, one.line, one.text) for one in made.sections] == [("", 1, "text")]


@given(st.lists(BLOCKS, max_size=8).map("\n\n".join))
def test_every_word_of_a_text_is_in_one_section_and_its_line_in_the_file(text: str) -> None:
    note, body = read(text)
    made = document(note, body)
    lines = text.split("\n")
    words = [word for section in made.sections for word in tokens(f"{section.title}\n{section.text}")]
    given_away = tokens(note.title) if note.title_span else []
    assert sorted([*words, *given_away]) == sorted(tokens(body.text))
    for section in made.sections:
        at = 0
        for row in section.text.split("\n"):
            first = row.split(" ")[0].strip("`#")
            line = section.line_at(at)
            assert 1 <= line <= len(lines)
            if first and not lines[line - 1].lstrip().startswith("<"):
                assert first in lines[line - 1], (section, at)
            at += len(row) + 1


def test_of_a_text_of_more_than_a_million_characters_the_beginning_is_searched() -> None:
    made = of(
        "first\n\n## One\n\n"
        + "word " * 150_000
        + "\n\n## Two\n\n"
        + "more " * 100_000
        + "\n\n## Three\n\nlast\n"
    )
    assert [(one.anchor, one.text[:4]) for one in made.sections] == [
        ("", "firs"),
        ("one", "word"),
        ("two", "more"),
    ]
    assert 999_000 < sum(len(one.text) for one in made.sections) <= 1_000_000
    assert made.sections[-1].text.endswith(" more")
    assert made.sections[-1].line == 7
    assert len(of("x" * 1_000_001).sections[0].text) == 1_000_000


def test_of_a_long_text_whole_lines_are_searched() -> None:
    made = of("a line of some words\n\n" * 60_000)
    [only] = made.sections
    assert 999_000 < len(only.text) <= 1_000_000
    assert only.text.endswith("\na line of some words")
