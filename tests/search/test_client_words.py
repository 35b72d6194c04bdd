"""The browser's client cuts texts into words, and words into stems, as Python does."""

from __future__ import annotations

import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kb
from kb.search.analysis import LONGEST, STOP, Lexicon, fold, lexicon, tokens
from kb.search.stems import LANGUAGES, stemmer
from search.in_node import Client, started

BROWSER = Path(kb.__file__).parent / "search" / "browser"
#: The corpora that notes are like.
TEXTS = ["obsidian-help-en", "quartz-docs", "eips", "commonmark", "strings"]
#: A character of each kind that the rules know, and some that they do not.
ODD = (
    "aBé1²½ßſΣσςйЙ\u0438\u0306\u0301\u0323İıﬁ+#_-'’.: \n日ー한\u3099\u30fb्िก็\u17d2\u200d\ufe0f𝐁𐌰𐐀\U0001e8d0☃"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with started(tmp_path_factory.mktemp("client")) as client:
        yield client


def as_tuples(words: list[str]) -> list[tuple[str]]:
    return [(word,) for word in words]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the classes are of Unicode 14, as Python 3.11 is")
def test_words_are_made_of_the_same_characters_in_all_of_unicode_14(client: Client) -> None:
    codes = [code for code in range(0x110000) if unicodedata.category(chr(code)) not in {"Cn", "Cs"}]
    assert len(codes) > 280_000
    for template in ("{}", "я{}", "{}я", "c#{}", "क{}+ ++"):
        texts = [template.format(chr(code)) for code in codes]
        found = client.each("tokens", as_tuples(texts))
        wrong = [text for text, words in zip(texts, found, strict=True) if words != tokens(text)]
        assert wrong == []


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="letters of later versions are folded by later versions"
)
def test_each_character_of_unicode_14_is_folded_alike(client: Client) -> None:
    texts = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in {"Cn", "Cs"}]
    folded = client.each("fold", as_tuples(texts))
    assert [text for text, one in zip(texts, folded, strict=True) if one != fold(text)] == []


def astonishing() -> tuple[list[str], list[list[str]]]:
    """Odd texts, and their words."""
    chance = random.Random(14)  # noqa: S311 - made-up words are no secrets
    texts = ["".join(chance.choices(ODD, k=chance.randint(1, 9))) for _ in range(20_000)]
    return texts, [tokens(text) for text in texts]


def test_odd_texts_are_cut_alike(client: Client) -> None:
    texts, expected = astonishing()
    found = client.each("tokens", as_tuples(texts))
    assert [text for text, *words in zip(texts, found, expected, strict=True) if words[0] != words[1]] == []


@given(st.text(alphabet=st.characters(max_codepoint=0x2FFFF, exclude_categories=["Cn", "Cs"])))
def test_any_text_is_cut_alike(client: Client, text: str) -> None:
    assert client.ask("tokens", text) == tokens(text)


def test_texts_are_sorted_by_characters_and_not_by_units(client: Client) -> None:
    chance = random.Random(3)  # noqa: S311 - made-up words are no secrets
    texts = [
        "".join(chance.choices("ab\uff01\ufffd𐌰𐌱\U0010ffff", k=chance.randint(0, 4))) for _ in range(2000)
    ]
    pairs = list(pairwise(texts))
    found = client.each("compare", pairs)
    signs = [(number > 0) - (number < 0) for number in found if isinstance(number, int)]
    assert signs == [(one > other) - (one < other) for one, other in pairs]


def test_stop_words_and_pasted_data_are_no_terms(client: Client) -> None:
    words = [*STOP, "x" * LONGEST, "x" * (LONGEST + 1), "𐌰" * LONGEST, "𐌰" * (LONGEST + 1)]
    assert client.each("term", as_tuples(words)) == [lexicon("en")[word] for word in words]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_language_has_the_stems_that_python_has(tmp_path: Path, language: str) -> None:
    words = made_up(language)
    with started(tmp_path, language) as client:
        found = client.each("term", as_tuples(words))
    python = Lexicon(language)
    assert [word for word, term in zip(words, found, strict=True) if term != python[word]] == []
    stem = stemmer(language)
    assert sum(stem(word) != word for word in words) > len(words) / 10, "these words are too plain to show it"


def made_up(language: str) -> list[str]:
    """Words of the endings that the stemmer looks for, some of them with a character of two units."""
    if language == "en":
        endings = re.findall(r"\b[a-z]+\b", (BROWSER / "english.js").read_text(encoding="utf-8"))
    else:
        rules = (BROWSER / "stemmers" / f"{LANGUAGES[language]}-stemmer.js").read_text(encoding="utf-8")
        endings = [end for end in re.findall(r'\["([^"\\]+)",-?\d+,-?\d+', rules) if end.isalpha()]
    chance = random.Random(language)  # noqa: S311 - made-up words are no secrets
    letters = sorted({letter for end in endings for letter in end})
    made = {
        "".join(
            chance.choices(letters, k=chance.randint(0, 6)) + chance.choices(endings, k=chance.randint(1, 3))
        )
        for _ in range(1500)
    }
    astral = {f"{word[:2]}𐌰{word[2:]}" for word in sorted(made)[::20]}
    return sorted({word for text in made | astral for word in tokens(text) if len(word) <= LONGEST})


def test_the_words_of_real_notes_have_the_stems_that_python_has(
    client: Client, corpus: Callable[[str], Path]
) -> None:
    files = [
        path for name in TEXTS for path in corpus(name).rglob("*") if path.suffix in {".md", ".txt", ".json"}
    ]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    words = sorted({word for text in texts for word in tokens(text)})
    assert len(words) > 25_000
    found = client.each("term", as_tuples(words))
    english = lexicon("en")
    assert [word for word, term in zip(words, found, strict=True) if term != english[word]] == []


def test_a_language_without_a_stemmer_is_not_stemmed(tmp_path: Path) -> None:
    with started(tmp_path, "tlh") as client:
        assert client.each("term", [("katzen",), ("the",)]) == ["katzen", "the"]


def test_the_stemmers_are_the_files_that_their_note_names() -> None:
    files = sorted((BROWSER / "stemmers").glob("*.js"))
    whole = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    assert whole in (BROWSER / "stemmers" / "README.md").read_text(encoding="utf-8")
    assert {file.name.partition("-")[0] for file in files} == {"base", *LANGUAGES.values()} - {"english"}
