"""Each case of the fixtures is a fact about notes, and its heading is its name."""

from __future__ import annotations

import pytest

from read.written import cases, said

CASES = {
    f"{fixture}: {name}": blocks
    for fixture in (
        "links",
        "embeds",
        "headings",
        "blocks",
        "html",
        "language",
        "context",
        "lines",
        "taken",
        "problems",
    )
    for name, blocks in cases(fixture).items()
}


@pytest.mark.parametrize("case", CASES.values(), ids=[name.replace(" ", "-") for name in CASES])
def test_the_note_says(case: dict[str, str]) -> None:
    expected = {name: text for name, text in case.items() if name != "md"}
    assert {name: said(name, case["md"]) for name in expected} == expected
