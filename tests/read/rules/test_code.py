from __future__ import annotations

import html
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pygments.token import STANDARD_TYPES

from kb.model.contrast import contrast
from kb.read.rules.code import PLAIN, highlight, language_of
from kb.read.rules.colors import DARK_BACKGROUND, LIGHT_BACKGROUND, UNSTYLED, highlight_css
from kb.read.rules.work import Budget, is_quick


def problems(env: dict[str, Any]) -> str:
    return "".join(
        f"{line + 1}:{column + 1}: {code}: {message}\n  hint: {hint}\n"
        for code, line, column, message, hint in env.get("mistakes", ())
    )


def test_the_note_becomes(case: dict[str, str], render: Callable[..., str]) -> None:
    env: dict[str, Any] = {}
    assert render(case["md"], env) == case["html"]
    assert problems(env) == case.get("problems", "")


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python", "python"),
        ('Python title="x" {1,3}', "python"),
        ("{.python .wide #id}", "python"),
        ("{r}", "r"),
        ("rust,ignore", "rust"),
        ("js{1,3}", "js"),
        ("c++", "c++"),
        ("", ""),
        ("{1,3}", "1"),
    ],
)
def test_the_language_is_the_first_word(info: str, language: str) -> None:
    assert language_of(info) == language


@given(st.text(max_size=300), st.sampled_from(["python", "c", "html", "json", "bash", "sql", "yaml"]))
def test_the_text_of_highlighted_code_is_the_code(code: str, language: str) -> None:
    colored = highlight(code, language)
    if colored is not None:
        assert html.unescape(re.sub(r"<[^>]*>", "", colored)) == code


HOSTILE = {
    "mcschema": "<!--" * 125,
    "systemd": " " * 2_000,
    "csharp": "x\n" * 4_000,
    "python": "\n \n" * 5_000,
    "c": "a\n" + "  \n" * 5_000,
    "html": "<" * 5_000,
    "text-in-long": "".join(chr(33 + i * i % 90) for i in range(70_000)),
}


@pytest.mark.parametrize("language", HOSTILE)
def test_code_that_hangs_a_lexer_is_shown_plain(language: str) -> None:
    assert not is_quick(HOSTILE[language], language)


def test_code_that_is_shown_plain_for_its_length_is_reported(render: Callable[..., str]) -> None:
    env: dict[str, Any] = {}
    assert "<span" not in render("```csharp\n" + HOSTILE["csharp"] + "```\n", env)
    assert [(code, line) for code, line, *_ in env["mistakes"]] == [("slow-code", 0)]


#: What the expressions of popular lexers look ahead for in vain, once more at each of its places, and what follows it.
QUADRATIC = {
    "python": ('"', " "),
    "javascript": ("?", ""),
    "typescript": ("?", ""),
    "java": ("_", "\n"),
    "c": ("//", ""),
    "csharp": ("_", "\n"),
    "rust": ("//", ""),
    "kotlin": ("//", ""),
    "perl": ("<<", ""),
    "make": ("_", ""),
    "yaml": ("**", ""),
    "scala": ('"', " "),
    "diff": ("@", ""),
    "html": ("&", ""),
    "go": ("/*", "\n"),
}


def quadratic(language: str, length: int) -> str:
    """Code of about this length that makes the lexer look far ahead; it repeats nothing, so that it is no run."""
    before, behind = QUADRATIC[language]
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    chance = random.Random(length)  # noqa: S311 - no secret
    parts = (
        before + "".join(chance.choices(letters, k=chance.randint(0, 2))) + behind for _ in range(length)
    )
    return "".join(parts)[:length]


@pytest.mark.parametrize("language", QUADRATIC)
def test_code_whose_work_grows_with_its_square_is_shown_plain_or_costs_a_moment(
    render: Callable[..., str], language: str
) -> None:
    colored = 0
    for length in (3_900, 8_000, 19_000, 29_000, 60_000):
        env: dict[str, Any] = {}
        began = time.process_time()
        html = render(f"```{language}\n{quadratic(language, length)}\n```\n", env)
        assert time.process_time() - began < 3
        told = [code for code, *_ in env.get("mistakes", ())]
        assert told == ([] if 'class="highlight"' in html else ["slow-code"])
        colored += not told
    assert colored > 0


@pytest.mark.parametrize("length", [60, 600, 3_900])
def test_many_such_blocks_in_a_note_take_no_longer_than_a_few(
    render: Callable[..., str], length: int
) -> None:
    env: dict[str, Any] = {}
    code = quadratic("make", length)
    blocks = [f"```make\n{number}{code}\n```\n" for number in range(240_000 // length)]
    began = time.process_time()
    html = render("\n".join(blocks), env)
    assert time.process_time() - began < 10
    plain = [(line, hint) for code, line, _, _, hint in env.get("mistakes", ()) if code == "slow-code"]
    assert len(plain) + html.count('class="highlight"') == len(blocks)
    assert bool(plain) == (length > 60)
    assert {hint for _, hint in plain} <= {"divide the note, or name no language"}


def test_the_blocks_of_a_note_have_one_budget_and_json_needs_none_of_it() -> None:
    line = "x = 1  # a line as people write them, no longer than this\n"
    budget = Budget()
    assert budget.has_room(line * 480, "python")
    assert not budget.has_room(line * 480, "python")
    assert budget.has_room(line * 60, "python")
    assert budget.has_room("[" + "1, " * 20_000 + "1]", "json")
    assert is_quick(quadratic("c", 40_000), "json")
    assert not is_quick(quadratic("c", 40_000), "c")


@pytest.mark.parametrize("name", ["eips", "obsidian-help-en", "quartz-docs"])
def test_honest_code_of_many_people_is_within_every_bound(corpus: Callable[[str], Path], name: str) -> None:
    md = MarkdownIt("commonmark")
    blocks = 0
    for path in sorted(corpus(name).rglob("*.md")):
        budget = Budget()
        for token in md.parse(path.read_text("utf-8", "replace")):
            if token.type == "fence" and (language := language_of(token.info)) not in {"", *PLAIN}:
                blocks += 1
                assert is_quick(token.content, language), path
                assert budget.has_room(token.content, language), path
    assert blocks > 50


def test_colors_can_be_read_in_light_and_in_dark() -> None:
    for light, dark in (
        ("default", "nord"),
        ("friendly", "github-dark"),
        ("solarized-light", "solarized-dark"),
    ):
        for first, second in re.findall(r"light-dark\((\S+),(\S+)\)", highlight_css(light, dark)):
            assert first == "currentcolor" or contrast(first, LIGHT_BACKGROUND) >= 4.5
            assert second == "currentcolor" or contrast(second, DARK_BACKGROUND) >= 4.5


def test_the_style_sheet_is_steady_compact_and_speaks_of_our_classes_alone() -> None:
    css = highlight_css("friendly", "github-dark")
    assert css == highlight_css("friendly", "github-dark")
    assert len(css) < 4_000
    assert set(re.findall(r"\.highlight \.(\w+)", css)) <= set(STANDARD_TYPES.values()) - UNSTYLED
