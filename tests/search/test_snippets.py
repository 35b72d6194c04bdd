from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import fold, lexicon, spans, tokens
from kb.search.document import Document, Section
from kb.search.snippets import LENGTH, Marker, Snippet, plain
from kb.search.within import holds_phrase

ENGLISH = lexicon("en")


def marker(query: str) -> Marker:
    return Marker([[term] for word in tokens(query) if (term := ENGLISH[word])], ENGLISH)


def note(*sections: tuple[str, str], title: str = "A note") -> Document:
    line, made = 1, []
    for heading, text in sections:
        made.append(Section(fold(heading), heading, line, text, ((0, line + 1),)))
        line += text.count("\n") + 2
    return Document("a.md", "", title, "a/", sections=tuple(made))


def shown(snippet: Snippet) -> str:
    return "".join(f"«{text}»" if is_marked else text for text, is_marked in snippet)


def passage(document: Document, query: str) -> str:
    return shown(marker(query).shown(document)[0].snippet)


def test_all_forms_of_a_word_are_marked_as_they_were_written() -> None:
    text = "Running, RUNS and Résumés of runners; re\u0301sume\u0301"
    marked = "«Running», «RUNS» and «Résumés» of runners; «re\u0301sume\u0301»"
    assert shown(marker("run resume").marked(text)) == marked


def test_the_words_around_are_those_that_say_most() -> None:
    text = "Debt once. " + "Nothing to see here. " * 30 + "Technical debt is costly. " + "Nothing more. " * 30
    assert " here. «Technical» «debt» is costly. Nothing" in passage(note(("", text)), "technical debt")


def test_a_snippet_begins_and_ends_with_whole_words_in_one_line() -> None:
    text = "alpha\nbeta " * 40 + "needle" + " gamma\ndelta" * 40
    text, marks = plain(marker("needle").shown(note(("", text)))[0].snippet)
    assert "\n" not in text
    assert len(text) < LENGTH + 10
    assert set(text.strip("…").split()) == {"alpha", "beta", "needle", "gamma", "delta"}
    assert [text[start:end] for start, end in marks] == ["needle"]


def test_a_passage_knows_its_line() -> None:
    document = note(("One", "first\nsecond\nneedle"), ("Two", "nothing"))
    assert marker("needle").shown(document)[0].line == 4


def test_what_is_only_in_the_title_shows_the_beginning_of_the_text() -> None:
    assert passage(note(("", "The beginning.")), "title") == "The beginning."


def test_sections_are_led_to_by_their_headings_the_best_first() -> None:
    one = note(("", "debt"), ("Costs", "debt"), ("Technical debt", "and more"), ("Else", "nothing"))
    _, sections = marker("technical debt").shown(one)
    assert [found.title for found in sections] == ["Technical debt", "Costs"]
    assert [found.line for found in sections] == [5, 3]


def test_a_document_without_text_has_an_empty_passage() -> None:
    assert passage(Document("a.md", "", "A", "a/"), "a word") == ""


def test_a_phrase_is_words_as_they_are_written_stop_words_included() -> None:
    one = note(("The cost", "To be or not to be."))
    assert holds_phrase(one, tokens("or not to be"))
    assert not holds_phrase(one, tokens("be not to"))
    assert holds_phrase(one, tokens("the cost"))
    assert not holds_phrase(one, tokens("to being"))


@given(st.text("aä.Ω + #\n’日本ไทยé1_-İA\u0301", max_size=60))
def test_words_stand_where_they_are_said_to_stand(text: str) -> None:
    for start, end, surface in spans(text):
        assert fold(text[start:end]) == surface
        assert surface


@given(
    st.lists(st.sampled_from(["debt", "Debts", "x", "model.", "a\n", "日", "é"]), max_size=80),
    st.sampled_from(["debt", "model debt", "日"]),
)
def test_marks_hold_what_is_wanted_and_nothing_else(words: list[str], query: str) -> None:
    wanted = {ENGLISH[word] for word in tokens(query)}
    document = note(("H", " ".join(words)))
    best, sections = marker(query).shown(document)
    for snippet in (best.snippet, *(section.snippet for section in sections)):
        for text, is_marked in snippet:
            assert {ENGLISH[word] in wanted for word in tokens(text)} <= {is_marked}
