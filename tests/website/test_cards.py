"""Social cards: the title of a note as a picture, where the configuration asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from kb.disk.cards import FONT, card
from kb.pipeline import opening
from kb.pipeline.opening import BadConfig
from kb.view.pages import CardText
from website.web import BASE, CONFIG, PNG, Web, built

CARDS = CONFIG + "cards: true\n"
SRC = Path(__file__).resolve().parents[2] / "src"
TEXT = CardText("A title", "review", "A site", "2020-01-01", "#ffffff", "#000000", "#ff0000")


def names(web: Web) -> list[str]:
    return [path for path in web.files if path.startswith("_images/card-")]


def test_a_note_has_a_card_that_is_named_on_its_page(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "# A & B", "b.md": "---\nimage: p.png\n---\nx", "p.png": PNG}, CARDS)
    (name,) = names(web)
    page = web.page("a/index.html")
    said = {found["property"]: found["content"] for found in page.all("meta") if "property" in found}
    assert said["og:image"] == BASE + name
    assert (said["og:image:alt"], said["og:image:width"], said["og:image:height"]) == ("A & B", "1200", "630")
    assert page.all("meta", name="twitter:card", content="summary_large_image")
    with Image.open(BytesIO(web.files[name])) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert f"{BASE}p.png" in web.text("b/index.html")


def test_no_note_has_a_card_unless_it_is_asked_for_or_if_it_is_private(tmp_path: Path) -> None:
    assert names(built(tmp_path, {"a.md": "x"})) == []
    private = {"a.md": "---\npublish: false\n---\nx", "b.md": "---\ndraft: true\n---\nx"}
    assert names(built(tmp_path, private, CARDS)) == []
    assert names(built(tmp_path, {"c.md": "x"}, "title: No address\ncards: true\n")) == []


def test_a_card_says_what_the_note_says_now(tmp_path: Path) -> None:
    before = names(built(tmp_path, {"a.md": "# One"}, CARDS))
    after = built(tmp_path, {"a.md": "# Two"}, CARDS)
    assert len(names(after)) == 1
    assert names(after) != before
    again = built(tmp_path, {"a.md": "# Two\n\nMore text changes no card."}, CARDS)
    assert names(again) == names(after)
    assert names(built(tmp_path, {}, CARDS + "look: {accent: '#112233'}\n")) != names(again)


def test_equal_words_make_equal_bytes_in_any_process() -> None:
    code = (
        "import sys\nfrom website.test_cards import TEXT\nfrom kb.disk.cards import card\n"
        "sys.stdout.buffer.write(card(TEXT, (1200, 630), b''))"
    )
    env = {**os.environ, "PYTHONPATH": f"{SRC}:{SRC.parent / 'tests'}", "PYTHONHASHSEED": "5", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    assert done.stdout == card(TEXT, (1200, 630), b"")


@pytest.mark.parametrize(
    "title", ["", " ", "x" * 5000, "word " * 900, "中文", "Łódź мир Ψ — “é”", "\u202e\ufdd0"]
)
def test_any_title_has_room(title: str) -> None:
    text = CardText(title, title, title, "", "#ffffff", "#000000", "#ff0000")
    with Image.open(BytesIO(card(text, (1200, 630), b""))) as image:
        rows = image.convert("L")
        edges = [
            rows.crop(box).getextrema()
            for box in ((0, 0, 80, 630), (1120, 0, 1200, 630), (0, 560, 1200, 630))
        ]
        assert edges == [(255, 255)] * 3


def test_a_card_is_written_with_a_font_among_the_notes_if_one_is_named(tmp_path: Path) -> None:
    module = pytest.importorskip(FONT)
    font = Path(module.__file__).parent / "files" / "SourceSerifPro-It.ttf"
    plain = built(tmp_path / "one", {"a.md": "# T"}, CARDS)
    own = built(
        tmp_path / "two", {"a.md": "# T", "f.ttf": font.read_bytes()}, CONFIG + "cards: {font: f.ttf}\n"
    )
    assert own.files[names(own)[0]] != plain.files[names(plain)[0]]
    assert "f.ttf" not in own.files


def test_a_font_that_is_none_fails_its_cards_and_nothing_else(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "# T", "f.ttf": b"no font"}, CONFIG + "cards: {font: f.ttf}\n")
    assert names(web) == []
    assert "a/index.html" in web.files
    assert "unreadable-file" in web.codes()


def test_cards_without_what_draws_them_are_a_mistake_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "can_draw", lambda: False)
    with pytest.raises(BadConfig, match="cards need Pillow"):
        built(tmp_path, {"a.md": "x"}, CARDS)
