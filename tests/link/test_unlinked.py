"""Names that stand in a text and are not linked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from kb.link.resolve import resolve
from kb.link.unlinked import all_mentions_without_link, mentions_without_link, problem_of
from kb.link.vault import Vault, update
from kb.model.note import Body, Source
from kb.model.settings import Dialect
from kb.read.parse import parser
from laws.worlds import vaults

CASES = {
    case.partition("\n")[0]: dict(re.findall(r"^```` (.+)\n((?s:.*?))````$", case, re.MULTILINE))
    for case in Path(__file__).with_name("unlinked.md").read_text(encoding="utf-8").split("\n## ")[1:]
}
PARSE = parser(Dialect())


def read(texts: Mapping[str, str]) -> tuple[Vault, dict[str, Body]]:
    """The vault of these notes, read by the real parser, with their bodies."""
    both = {path: PARSE(Source(path, text.encode(), path)) for path, text in texts.items()}
    return update(Vault(), {path: note for path, (note, _) in both.items()}), {
        path: body for path, (_, body) in both.items()
    }


def told(texts: Mapping[str, str]) -> list[str]:
    vault, bodies = read(texts)
    lines = []
    for path, mentions in all_mentions_without_link(vault, sorted(bodies.items())).items():
        for mention in mentions:
            line = bodies[path].line_at(mention.offset)
            problem = problem_of(vault, path, mention, line, texts[path].split("\n"), "")
            assert problem.excerpt == texts[path].split("\n")[line - 1]
            lines.append(f"{problem.place}: {problem.message}\n  hint: {problem.hint}")
    return sorted(lines, key=lambda line: line.partition(": ")[2])


@pytest.mark.parametrize("case", CASES)
def test_a_mention_is_told_with_its_place_and_what_to_write(case: str) -> None:
    texts = dict(CASES[case])
    expected = texts.pop("problems")
    assert "\n".join(told(texts)) == expected.rstrip("\n")


def test_a_word_that_many_notes_say_is_a_word_and_no_name() -> None:
    few = {f"n{number}.md": "we wrote it in Markdown then" for number in range(10)}
    assert len(told({"Markdown.md": "", **few})) == 10
    assert told({"Markdown.md": "", **few, "n.md": "we wrote it in Markdown then"}) == []
    many = {f"n{number}.md": "we wrote markdown syntax then" for number in range(11)}
    assert len(told({"Markdown syntax.md": "", **many})) == 11


def test_the_home_page_is_not_called_by_the_name_of_the_site() -> None:
    assert told({"index.md": "---\ntitle: My own notes\n---\n", "a.md": "These are my own notes."}) == []


def test_the_name_of_a_folders_index_is_that_of_its_note() -> None:
    assert len(told({"machine learning/index.md": "", "a.md": "It is machine learning."})) == 1


@given(vaults())
def test_what_the_hint_says_to_write_mends_it(texts: dict[str, str]) -> None:
    named = {
        path: f"{text}\n\nAnd three four, as in Title 3, or alias1 and Part one.\n"
        for path, text in texts.items()
    }
    vault, bodies = read(named)
    for path, body in bodies.items():
        for mention in mentions_without_link(vault, vault.notes[path], body):
            assert body.text[mention.offset :].startswith(mention.name)
            line = body.line_at(mention.offset)
            problem = problem_of(vault, path, mention, line, named[path].split("\n"), "")
            link = problem.hint.partition("write ")[2]
            mended, _ = PARSE(Source(path, f"{named[path]}\n{link}".encode(), "mended"))
            after = update(vault, {path: mended})
            assert resolve(after, path, mended.links[-1]).target == mention.target
            still = mentions_without_link(after, mended, msgspec.structs.replace(body))
            assert mention.target.path not in {each.target.path for each in still}
