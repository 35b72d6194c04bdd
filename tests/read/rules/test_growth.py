"""What hostile input costs: four times the text, about four times the time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from kb.read.rules.comments import remove_comments

#: A quarter of this is the small size. Brackets are few: markdown-it itself takes 70 µs for each.
CHARACTERS = 60_000
PIECES = [
    "==", "== ", "==a", "=", "===a", "$", "$a", "$ ", "$$", "$$a\n", "$$\n", "> $$a\n", "\\begin{align}\n",
    "\\begin{matrix}", "#", "#a ", "*#", "*#a", "%%", "%%a", "%% ", "\\%%", "%%%", "> [!a]\n", "> [!a] b\n\n",
    "> [!a]\n\n> ", "[^1] ", "[^1]: a\n\n", "^[a] ", "^[]", "'", '"', "'a \"b ", "...", "--", "- [x] a\n", "```\n",
    "```a\n", "`", "`%%", "<a %%",
]  # fmt: skip
BRACKETS = ["[!", "^[", "[^", "`^[", "$[[ ", "[[$]] "]


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


@pytest.mark.parametrize(
    ("piece", "characters"),
    [*((piece, CHARACTERS) for piece in PIECES), *((piece, CHARACTERS // 10) for piece in BRACKETS)],
)
def test_rules_are_linear(piece: str, characters: int, render: Callable[..., str]) -> None:
    def cost(size: int) -> float:
        text = "[^1]: x\n\n" + piece * (size // len(piece))
        return seconds(lambda: render(remove_comments(text).text, typographer=True))

    small = min(cost(characters // 4) for _ in range(2))
    assert cost(characters) < 10 * small + 0.1


def test_comments_in_all_kinds_of_lines_are_linear() -> None:
    for piece in (
        "%%a%%\n",
        "> %%a%%\n",
        "- %%a\n",
        "`a\n%%b",
        "`\n",
        "```\n%%\n",
        "<div>%%a\n",
        "%%a%% ",
        "a %%b\n%% c\n",
    ):
        small, large = (seconds(lambda text=piece * n: remove_comments(text)) for n in (5_000, 20_000))  # type: ignore[misc]
        assert large < 10 * small + 0.1, piece
