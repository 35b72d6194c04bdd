"""The ledger (CASES.md) says what is true: every case stands in it once, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEDGER = (ROOT / "tests/safety/CASES.md").read_text(encoding="utf-8")
#: How many cases each part has. G and H are of imports and of publishing, which kb does not do yet.
PARTS = {"A": 18, "B": 18, "C": 14, "D": 7, "E": 12, "F": 20, "I": 13, "J": 12, "K": 11, "L": 6, "M": 8}


def cases() -> Iterator[tuple[str, str]]:
    """Each case's number, and all that is said of it."""
    for entry in re.split(r"\n(?=- \*\*[A-Z]\d+\.\*\* )", LEDGER)[1:]:
        number = entry[4 : entry.index(".")]
        yield number, entry.partition("\n\n")[0]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_case_stands_in_the_ledger_once_and_in_order() -> None:
    expected = [f"{part}{number}" for part, count in PARTS.items() for number in range(1, count + 1)]
    assert [number for number, _ in cases()] == expected


@pytest.mark.parametrize("number", [number for number, _ in cases()])
def test_a_case_has_tests_that_exist_or_says_why_not(number: str) -> None:
    said = dict(cases())[number]
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", said)
    assert said.count("::") == len(named)
    assert {f"{file}::{name}" for file, name in named if name not in names_in(file)} == set()
    assert len(set(named)) == len(named)
    assert named or "  Not yet held: " in said or "  Does not apply: " in said


def test_the_cases_that_security_md_names_stand_in_the_ledger() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b([A-M]\d+)\b", text))
    assert len(named) > 20
    assert named <= dict(cases()).keys()
