"""What a hostile or an unlucky note cannot do: fail, lose text, run code, take for ever."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.model.settings import Dialect, Html
from read.written import read

_ACTIVE = re.compile(
    r"<(?:script|style|iframe|object|embed|svg|math(?!(?: display=\"block\")?><semantics><mrow>)|form|meta|link|base|textarea|frame|applet)\b"
    r"|<[a-zA-Z][^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*\son\w+\s*="
    r"|(?:href|src|srcset|poster|action|formaction)=\"[\s\x00-\x20]*(?:javascript|data|vbscript|blob|intent|file):",
    re.IGNORECASE,
)


@pytest.mark.parametrize("mode", [Html.SANITIZE, Html.ESCAPE])
def test_no_injection_becomes_active(mode: Html, corpus: Callable[[str], Path]) -> None:
    for text in _strings(corpus):
        for note in (
            text,
            f"a {text} b",
            f"[a]({text})",
            f"![a]({text})",
            f"[[{text}]]",
            f"# {text}\n\n[a]: {text}\n[a]",
        ):
            _, body = read(note, dialect=Dialect(html=mode))
            assert not _ACTIVE.search("".join(body.html)), note


def _strings(corpus: Callable[[str], Path]) -> list[str]:
    folder = corpus("strings")
    injections: list[dict[str, str]] = json.loads((folder / "xss.json").read_text(encoding="utf-8"))
    naughty: list[str] = json.loads((folder / "naughty.json").read_text(encoding="utf-8"))
    return naughty + [entry["text"] for entry in injections]


@pytest.mark.parametrize("depth", [12, 100, 300])
def test_what_follows_a_deep_list_is_read_and_what_is_too_deep_is_kept(depth: int) -> None:
    text = "".join(f"{'  ' * level}- item {level}\n" for level in range(depth)) + "\n## After\n\nThe end.\n"
    note, body = read(text)
    words = body.text.split()
    assert [f"{level}" in words for level in range(depth)] == [True] * depth
    assert [heading.text for heading in note.headings] == ["After"]
    assert body.html[-1].endswith("<p>The end.</p>\n")
    limited = [problem for problem in note.problems if problem.code == "nesting-limit"]
    assert [problem.place.line for problem in limited] == ([75] if depth > 75 else [])


@pytest.mark.parametrize(
    "text",
    [
        "> " * 5000 + "deep",
        "- " * 3000 + "deep",
        "> - " * 2000 + "deep",
        "".join(f"{'> ' * level}> [!note] {level}\n" for level in range(400)) + "\ndeep",
        "[" * 50_000 + "deep",
        "[[" * 20_000 + "deep",
        "[a](" * 10_000 + "deep",
        "![" * 1000 + "deep" + "](b)" * 1000,
        "*a **b " * 10_000 + "deep",
        "<div>" * 3000 + "deep",
        "<b><i>" * 300 + "\n\ndeep",
    ],
    ids=lambda text: text[:12],
)
def test_nothing_is_nested_so_deeply_that_it_fails_or_is_lost(text: str) -> None:
    note, body = read(text)
    assert "deep" in "".join(body.html) + "".join(link.label for link in note.links)


@pytest.mark.parametrize(
    "unit",
    [
        "## a\n", "[[a]] ", "see [[a]] and\n", "[a](b.md) ", "![[a.png]] ", "#tag ", "a ^id\n\n", "- a ^id\n", "[[a ", "![[a", "[[a|*b* ",
        "<b>x</b> [[a]] ", "<a href='x'>", "<!-- ", "<a \"'", "<script>", "<div\n", "https://a.", "a@b.co ", "{{title}} ", "| [[a]] |\n|--|\n",
        '"a" ', "Aa. [[b]] ", "a\n: b\n", "[a]: b\n", "<p title='[[x]]'>\n\n", "> a\nb\n", "%%a%% [[b]] ", "a\n^b\n", "x <![CDATA[",
    ],
)  # fmt: skip
def test_the_time_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    short, long = (_seconds(unit * (length // len(unit))) for length in (15_000, 60_000))
    assert long < 0.3 or long / short < 10


def _seconds(text: str) -> float:
    """The least of three: other programs and the collector only ever add."""
    return min(map(_seconds_once, [text] * 3))


def _seconds_once(text: str) -> float:
    start = time.process_time()
    read(text)
    return max(time.process_time() - start, 0.001)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a table of 5,000 columns", "|a" * 5000 + "|\n" + "|-" * 5000 + "|\n" + ("|b" * 5000 + "|\n") * 2),
        ("rows that are shorter than their head", "|a" * 2000 + "|\n" + "|-" * 2000 + "|\n" + "|b|\n" * 2000),
        ("10,000 blocks of code", "```\nb = 1\n```\n\n" * 10_000),
        ("10,000 blocks of a language", "```python\nb = 1\n```\n\n" * 10_000),
        ("2,000 footnotes", "".join(f"a[^{n}]\n\n[^{n}]: b\n\n" for n in range(2000))),
        ("20,000 equal headings", "## a\n" * 20_000),
    ],
)
def test_what_is_there_by_the_thousands_is_read_within_seconds(name: str, text: str) -> None:
    start = time.process_time()
    note, body = read(text)
    assert time.process_time() - start < 5, name
    assert len(note.headings) == text.count("## a")
    assert body.text.count("b") == text.count("b")  # and nothing of it is lost


def test_a_note_that_is_too_long_to_be_searched_whole_says_so() -> None:
    long, other = "word " * 200_000, "word " * 199_999
    assert not read(other)[0].problems
    [problem] = read(f"{long}more")[0].problems
    assert (problem.code, problem.place.line) == ("large-note", 1)
    assert "1,000,004 characters, of which the first 1,000,000 can be searched" in problem.message
    assert read(f"{long}more")[1].text.endswith("word more")
