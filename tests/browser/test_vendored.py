"""What we ship of others is what its note says it is."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import kb

BROWSER = Path(kb.__file__).parent / "serve" / "browser"
PAPER = Path(__file__).resolve().parents[2] / "themes" / "paper"


def test_idiomorph_is_the_file_that_its_note_names() -> None:
    assert (
        sha256((BROWSER / "idiomorph.js").read_bytes()).hexdigest() in (BROWSER / "VENDORED.md").read_text()
    )


def test_nothing_in_the_browser_makes_code_out_of_text() -> None:
    for script in BROWSER.glob("*.js"):
        text = script.read_text()
        assert "eval(" not in text
        assert "new Function" not in text
        assert "innerHTML =" not in text


def test_each_font_is_the_file_that_the_themes_note_names_and_has_its_licence_beside_it() -> None:
    note = (PAPER / "VENDORED.md").read_text()
    for path in sorted((PAPER / "assets").rglob("*.woff2")):
        row = next(line for line in note.splitlines() if line.startswith(f"| {path.name} |"))
        assert sha256(path.read_bytes()).hexdigest() in row
    for licence in ("STIX-OFL.txt", "COMMONPLACE-OFL.txt"):
        assert licence in note
        assert "SIL OPEN FONT LICENSE Version 1.1" in (PAPER / licence).read_text()


def test_each_module_of_d3_is_the_file_that_the_themes_note_names() -> None:
    note = (PAPER / "VENDORED.md").read_text()
    modules = sorted((PAPER / "assets").rglob("d3-*.js"))
    assert [path.stem for path in modules] == ["d3-dispatch", "d3-force", "d3-quadtree", "d3-timer"]
    for path in modules:
        row = next(line for line in note.splitlines() if line.startswith(f"| {path.stem} |"))
        assert sha256(path.read_bytes()).hexdigest() in row
        assert row.split("|")[2].strip() in path.read_text().splitlines()[0]
        for word in ("eval(", "new Function", "innerHTML", "fetch(", "XMLHttpRequest"):
            assert word not in path.read_text()
