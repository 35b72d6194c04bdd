"""Real vaults: every note is read, every link is where it says, and code that shows our syntax stays code."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.model.note import LinkKind
from read.written import read

VAULTS = ("obsidian-help-en", "quartz-docs", "eips")
#: What stands in the file at the place of a link.
BEGINNINGS = {
    LinkKind.WIKI: "[[",
    LinkKind.EMBED: "![[",
    LinkKind.MARKDOWN: "[",
    LinkKind.IMAGE: "![",
    LinkKind.TAG: "#",
    LinkKind.ADDRESS: "<",
}
_FENCE = re.compile(r"((?:> ?|[ \t]|[-*] |\d+\. )*)(`{3,}|~{3,})([^`]*)$")
_OURS = re.compile(r"\[\[|%%|\[!|==|\^")


@pytest.mark.parametrize("vault", VAULTS)
def test_every_link_of_a_real_vault_stands_where_it_says(vault: str, corpus: Callable[[str], Path]) -> None:
    for path in _notes(corpus(vault)):
        text = path.read_text(encoding="utf-8")
        note, body = read(text, path.name)
        lines = text.split("\n")
        for link in note.links:
            assert lines[link.line - 1][link.column - 1 :].startswith(BEGINNINGS[link.kind]), (path, link)
        assert len(body.html) == len(note.links) + 1


def test_code_that_shows_our_syntax_stays_code(corpus: Callable[[str], Path]) -> None:
    shown = 0
    for path in _notes(corpus("obsidian-help-en")):
        text = path.read_text(encoding="utf-8")
        _, body = read(text, path.name)
        page = "".join(body.html)
        literal = entities.unescape(re.sub(r"<[^>]*>", "", page))
        for code in _fenced(text):
            ours = [line for line in code if _OURS.search(line)]
            shown += bool(ours)
            assert all(line in literal for line in ours), (path, ours)
    assert shown >= 40


def _fenced(text: str) -> Iterator[list[str]]:
    """The lines of each block of fenced code, without the markers in front of them."""
    opening: re.Match[str] | None = None
    code: list[str] = []
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        if opening is None:
            opening, code = fence, []
        elif fence and not fence[3].strip() and fence[2].startswith(opening[2]):
            yield code
            opening = None
        else:
            quotes = opening[1].count(">")
            code.append(re.sub(rf"^\s*(?:>\s?){{{quotes}}}", "", line).strip())


def _notes(folder: Path) -> list[Path]:
    # One note of eight from the largest, so that this stays quick.
    paths = sorted(folder.rglob("*.md"))
    return paths if len(paths) < 500 else paths[::8]
