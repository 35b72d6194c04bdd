from __future__ import annotations

from collections.abc import Callable


def test_the_note_becomes(case: dict[str, str], render: Callable[..., str]) -> None:
    assert render(case["md"]) == case["html"]
