from __future__ import annotations

import re
import sys
import unicodedata
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import (
    GAP,
    LONGEST,
    STOP,
    Lexicon,
    analyse,
    fold,
    lexicon,
    packed,
    pattern,
    positions_of,
    stamp,
    tokens,
    unpacked,
    words_of,
)
from kb.search.document import HEADING, TAGS, TITLE, Analysis, Document, Section
from kb.search.letters import CJK
from kb.search.stems import LANGUAGES, SNOWBALL, stemmer

ENGLISH = lexicon("en")


def analysis(title: str = "", text: str = "", *headings: str, tags: tuple[str, ...] = ()) -> Analysis:
    sections = (Section("", "", 1, text), *(Section(heading, heading, 1, "") for heading in headings))
    return analyse(Document("a.md", "", title, "a/", tags=tags, sections=sections), ENGLISH)


def where(found: Analysis) -> dict[str, tuple[int, ...]]:
    return {term: positions_of(at) for term, at in zip(found.terms, found.positions, strict=True)}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "straße"),
        ("Éclair à la crème", "eclair a la creme"),
        ("İstanbul", "istanbul"),
        ("ﬁn ℡ ½", "fin tel 1⁄2"),
        ("Новый Ёлка", "новый елка"),
        ("ガイド", "ガイド"),
        ("한국어", "한국어"),
        ("𝐁𝐨𝐥𝐝", "bold"),
    ],
)
def test_folding_takes_away_case_accents_and_looks(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C++ and C#, not a+b", ["c++", "and", "c#", "not", "a", "b"]),
        ("guide.html#install i++;", ["guide", "html", "install", "i++"]),
        ("std::vector v1.4.0 snake_case", ["std", "vector", "v1", "4", "0", "snake", "case"]),
        ("日本語のテスト", list("日本語のテスト")),
        ("ภาษาไทย", ["ภาษาไทย"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ខ្មែរ", ["ខ្មែរ"]),
        ("1️⃣ ❤️ ok", ["1️⃣", "ok"]),
        ("naïve—café", ["naive", "cafe"]),
        ("Wi-Fi don't", ["wi", "fi", "don", "t"]),
        ("abcдеf", ["abcдеf"]),
        ("", []),
    ],
)
def test_words_are_what_readers_take_for_words(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_surface_is_a_word_of_itself(text: str) -> None:
    for word in tokens(text):
        assert tokens(word) == [word]


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_finds_the_same_words(text: str) -> None:
    assert words_of(fold(text)) == pattern().findall(fold(text))


@given(st.text(alphabet=st.sampled_from("ab1+#_ .дध्ि日ー\u0301\U0001e8d0\U00010a0c")))
def test_words_are_letters_and_digits_with_the_marks_behind_them(text: str) -> None:
    folded = fold(text)
    expected, at = [], 0
    while at < len(folded):
        end = at
        if re.match(f"[{CJK}]", folded[at]):
            end = at + 1
        elif unicodedata.category(folded[at])[0] in "LN":
            while end < len(folded) and _in_word(folded[end]):
                end += 1
            for sign in ("++", "#"):
                behind = end + len(sign)
                if folded.startswith(sign, end) and not (behind < len(folded) and _is_letter(folded[behind])):
                    end = behind
                    break
        if end > at:
            expected.append(folded[at:end])
        at = max(end, at + 1)
    assert words_of(folded) == expected


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM" and not re.match(f"[{CJK}]", character)


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM" or bool(re.match(f"[{CJK}]", character))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the table is of Unicode 14, as Python 3.11 is")
def test_the_characters_of_words_are_letters_digits_and_marks_of_unicode_14() -> None:
    wrong = []
    for code in [*range(0x300), *range(0x370, 0xD800), *range(0xE000, 0x110000)]:
        whole = words_of(f"я{chr(code)}") == [f"я{chr(code)}"]
        cjk = bool(re.match(f"[{CJK}]", chr(code)))
        if whole != (chr(code) == "#" or (unicodedata.category(chr(code))[0] in "LNM" and not cjk)):
            wrong.append(hex(code))
    assert wrong == []


@given(st.lists(st.integers(min_value=0, max_value=2**40)))
def test_numbers_are_unpacked_as_they_were_packed(numbers: list[int]) -> None:
    assert list(unpacked(packed(numbers))) == numbers


def test_stop_words_and_pasted_data_are_no_terms_but_keep_their_places() -> None:
    found = where(analysis(text=f"cats of the {'x' * (LONGEST + 1)} houses {'z' * LONGEST}"))
    start = GAP
    assert found == {"cat": (start,), "hous": (start + 4,), "z" * LONGEST: (start + 5,)}


def test_stop_words_are_english() -> None:
    assert ENGLISH["the"] is None
    assert Lexicon("de")["the"] == "the"
    assert all(ENGLISH[word] is None for word in STOP)


def test_a_word_weighs_by_where_it_stands() -> None:
    found = analysis("Cat", "cats cat", "The cat", tags=("pets/cat",))
    at = found.terms.index("cat")
    assert found.halves[at] == 2 * 3 + 12 + 5 + 6
    assert found.masks[at] == TITLE | HEADING | TAGS
    assert found.masks[found.terms.index("pet")] == TAGS
    assert found.length == 7
    assert found.title_length == 1
    assert found.surfaces == (("cat", "cat"), ("cats", "cat"), ("pets", "pet"))


def test_fields_and_headings_stand_apart_and_the_text_is_one_run() -> None:
    found = where(analysis("one", "five\nsix", "two", "three", tags=("four", "tag")))
    assert found["one"] == (0,)
    assert found["two"][0] == 1 + GAP
    assert found["three"][0] == found["two"][0] + 1 + GAP
    assert found["four"][0] == found["three"][0] + 1 + GAP
    assert found["tag"][0] == found["four"][0] + 1
    assert found["five"][0] == found["tag"][0] + 1 + GAP
    assert found["six"][0] == found["five"][0] + 1


@given(st.text(max_size=200), st.text(max_size=300), st.lists(st.text(max_size=30), max_size=4))
def test_an_analysis_is_in_order_and_says_every_place_once(
    title: str, text: str, headings: list[str]
) -> None:
    found = analysis(title, text, *headings)
    assert list(found.terms) == sorted(
        set(found.terms), key=lambda term: term.encode("utf-8", "surrogatepass")
    )
    places = [at for positions in where(found).values() for at in positions]
    assert len(places) == len(set(places)) == found.length
    assert {term for _, term in found.surfaces} == set(found.terms)
    assert list(found.surfaces) == sorted(set(found.surfaces))


def test_every_language_has_its_stemmer() -> None:
    for language in LANGUAGES:
        assert isinstance(stemmer(language)("wort"), str)
    assert stemmer("de-AT")("katzen") == "katz"
    assert stemmer("en")("internal") == "intern"  # since Snowball 3.1 it is "internal"
    assert stemmer("tlh")("katzen") == "katzen"


def test_the_installed_stemmers_are_of_the_version_that_the_stamp_names() -> None:
    assert version("snowballstemmer") == SNOWBALL
    assert SNOWBALL in stamp("en")
    assert stamp("en-GB") == stamp("en") != stamp("de")
