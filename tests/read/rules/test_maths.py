from __future__ import annotations

from collections.abc import Callable


def test_the_note_becomes(case: dict[str, str], render: Callable[..., str]) -> None:
    assert render(case["md"]) == case["html"]


def test_a_page_with_a_formula_needs_maths(render: Callable[..., str]) -> None:
    for text in ("$x$", "$$x$$", "$$\nx\n$$", "\\begin{align}\nx\n\\end{align}"):
        env: dict[str, object] = {}
        render(text, env)
        assert env["needs"] == {"math"}


def test_a_page_with_prices_does_not(render: Callable[..., str]) -> None:
    env: dict[str, object] = {}
    render("It costs $5 or $6.\n\n$$\n", env)
    assert "needs" not in env


def test_a_dollar_within_a_wikilink_closes_no_formula(render: Callable[..., str]) -> None:
    assert "math" not in render("It costs $5, see [[US$b]]")
