"""What a Kindle has marked becomes notes: in four languages, once each, and nothing that is there is changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.shell import Shell
from kb.model.note import Source
from kb.read.kindle import Clipping, bare, read_clippings, written
from kinds.test_schemas import PARSE

END = "==========\r\n"


def clipping(about: str, text: str, book: str = "The Lamp (Stern, Ada)") -> str:
    return f"\ufeff{book}\r\n- {about}\r\n\r\n{text}\r\n{END}"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.write({"config.yaml": "title: A site\n", "content/index.md": "Hello.\n"})
    return shell


ABOUT = {
    "en": "Your Highlight on page 31 | Location 475-477 | Added on Monday, 3 March 2014 21:03:22",
    "en, old": "Highlight on Page 31 | Loc. 475-77  | Added on Monday, March 3, 2014, 9:03 PM",
    "de": "Ihre Markierung auf Seite 31 | Position 475-477 | Hinzugefügt am Montag, 3. März 2014 21:03:22",
    "es": "Tu subrayado en la página 31 | posición 475-477 | Añadido el lunes, 3 de marzo de 2014 21:03:22",
    "fr": "Votre surlignement sur la page 31 | emplacement 475-477 | Ajouté le lundi 3 mars 2014 21:03:22",
}


@pytest.mark.parametrize("about", ABOUT.values(), ids=ABOUT.keys())
def test_a_highlight_is_read_in_each_language(about: str) -> None:
    (book,) = read_clippings(clipping(about, "Nobody lit it."))
    assert (book.title, book.authors, book.date) == ("The Lamp", ("Ada Stern",), "2014-03-03")
    assert book.clippings == (
        Clipping("Nobody lit it.", mine=False, page="31", start=475, end=477, date="2014-03-03"),
    )


@pytest.mark.parametrize(
    "about",
    [
        "Your Note on Location 477 | Added on Monday, 3 March 2014",
        "Ihre Notiz bei Position 477 | Hinzugefügt am Montag, 3. März 2014",
        "Tu nota en la posición 477 | Añadido el lunes, 3 de marzo de 2014",
        "Votre note à l’emplacement 477 | Ajouté le lundi 3 mars 2014",
    ],
)
def test_ones_own_note_stands_behind_its_passage_and_is_no_quotation(about: str) -> None:
    (book,) = read_clippings(clipping(about, "Me too.") + clipping(ABOUT["en"], "Nobody lit it."))
    assert [(each.mine, each.text) for each in book.clippings] == [
        (False, "Nobody lit it."),
        (True, "Me too."),
    ]
    assert written(book.clippings[1]) == "Me too."


@pytest.mark.parametrize(
    "about",
    [
        "Your Bookmark on Location 9",
        "Ihr Lesezeichen bei Position 9",
        "Tu marcador en la posición 9",
        "Votre signet",
    ],
)
def test_a_bookmark_holds_nothing(about: str) -> None:
    assert read_clippings(clipping(about, "x")) == ()


def test_a_highlight_that_was_made_longer_is_taken_once() -> None:
    short, long = (
        clipping(ABOUT["en"], "Nobody lit"),
        clipping(ABOUT["en"].replace("477", "480"), "Nobody lit it."),
    )
    (book,) = read_clippings(short + long + long)
    assert [each.text for each in book.clippings] == ["Nobody lit it."]


def test_passages_stand_in_the_order_of_the_book_whatever_that_of_the_file() -> None:
    late, early = (
        clipping("Your Highlight on Location 90-91", "Late."),
        clipping("Your Highlight on Location 9", "Early."),
    )
    (one,), (other,) = read_clippings(late + early), read_clippings(early + late)
    assert one == other
    assert [each.place for each in one.clippings] == ["loc. 9", "loc. 90–91"]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60))
def test_words_of_a_book_never_become_markup(text: str) -> None:
    words = " ".join(text.split())
    if not words or words.startswith("="):
        return
    source = written(Clipping(words, mine=False, page="1", start=0, end=0, date=""))
    note, _ = PARSE(_source(f"---\nkind: excerpt\nwork: W\n---\n{source}\n"))
    assert (note.links, note.tags) == ((), ())
    assert [bare(each["text"]) for each in note.facts.get("passages", ())] == [bare(words)]


def _source(text: str) -> Source:
    return Source("a.md", text.encode(), "")


def test_a_note_is_made_of_each_book_and_never_again(shell: Shell) -> None:
    other = clipping("Your Highlight on Location 5", "Elsewhere.", "Another: Book/2 (Vik, Ole;Holm, Mia)")
    shell.write({"clips.txt": clipping(ABOUT["de"], "Niemand [[zündete]] sie an.") + other})
    plan = shell.kb("import", "kindle", "--dry-run", "clips.txt")
    assert plan.code == 0
    assert not (shell.here / "content/books").exists()
    assert shell.kb("import", "kindle", "clips.txt").out.replace("made", "would make") == plan.out
    note = shell.here / "content/books/The Lamp.md"
    before = note.read_text(encoding="utf-8")
    assert "draft: true" in before
    assert "  - Ada Stern" in before
    assert "> [!quote] p. 31\n> Niemand" in before
    assert (shell.here / "content/books/Another Book 2.md").is_file()
    again = shell.kb("import", "kindle", "clips.txt")
    assert "nothing is new in 2 books" in again.out
    assert note.read_text(encoding="utf-8") == before
    assert shell.kb("check").code == 0


def test_what_is_new_in_a_book_goes_into_a_further_note(shell: Shell) -> None:
    shell.write({"clips.txt": clipping(ABOUT["en"], "Nobody lit it.")})
    shell.kb("import", "kindle", "clips.txt")
    more = clipping("Your Highlight on Location 900", "It went out.")
    shell.write({"clips.txt": clipping(ABOUT["en"], "Nobody lit it.") + more})
    shell.kb("import", "kindle", "clips.txt")
    further = (shell.here / "content/books/The Lamp 2.md").read_text(encoding="utf-8")
    assert "It went out." in further
    assert "Nobody lit it." not in further
    assert "nothing is new" in shell.kb("import", "kindle", "clips.txt").out


def test_a_file_of_something_else_is_refused(shell: Shell) -> None:
    shell.write({"clips.txt": "Dear diary"})
    done = shell.kb("import", "kindle", "clips.txt")
    assert done.code == 2
    assert "no clippings" in done.err
