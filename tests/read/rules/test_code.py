from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import STANDARD_TYPES

from kb.model.contrast import contrast
from kb.read.rules.code import highlight, is_quick, language_of
from kb.read.rules.colors import DARK_BACKGROUND, LIGHT_BACKGROUND, UNSTYLED, highlight_css


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
    assert not is_quick(HOSTILE[language])


def test_code_that_is_shown_plain_for_its_length_is_reported(render: Callable[..., str]) -> None:
    env: dict[str, Any] = {}
    assert "<span" not in render("```csharp\n" + HOSTILE["csharp"] + "```\n", env)
    assert [(code, line) for code, line, *_ in env["mistakes"]] == [("slow-code", 0)]


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
