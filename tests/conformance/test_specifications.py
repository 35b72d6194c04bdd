"""The examples of CommonMark and GFM, wherever our own syntax does not claim the text, are markdown-it's own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from conformance.compared import FILES, compared
from conformance.exceptions import EXCEPTIONS

#: How many examples there are; how many we and the base agree on; how many come out as the specification
#: prints them. The rest of the last are our exceptions, and what GFM's autolinks and single tildes claim.
COUNTS = {
    "commonmark/spec.txt": (655, 628, 625),
    "gfm/spec.txt": (673, 642, 639),
    "gfm/extensions.txt": (28, 23, 19),
    "gfm/regression.txt": (19, 18, 16),
}


@pytest.mark.parametrize("name", FILES)
def test_an_example_comes_out_as_the_base_gives_it_unless_our_syntax_claims_it(
    name: str, corpus: Callable[[str], Path]
) -> None:
    claimed = set(chain(*EXCEPTIONS[name].values()))
    differing = {
        found.example.number: (found.example.text, found.ours, found.alone)
        for found in compared(corpus(name))
        if not found.is_equal and found.example.number not in claimed
    }
    assert differing == {}


@pytest.mark.parametrize("name", FILES)
def test_every_exception_is_still_needed(name: str, corpus: Callable[[str], Path]) -> None:
    differing = {found.example.number for found in compared(corpus(name)) if not found.is_equal}
    needless = {
        reason: left for reason, numbers in EXCEPTIONS[name].items() if (left := set(numbers) - differing)
    }
    assert needless == {}


@pytest.mark.parametrize("name", FILES)
def test_no_example_has_two_reasons(name: str) -> None:
    numbers = list(chain(*EXCEPTIONS[name].values()))
    assert sorted(set(numbers)) == sorted(numbers)


@pytest.mark.parametrize("name", FILES)
def test_what_we_say_of_the_specifications_is_counted(name: str, corpus: Callable[[str], Path]) -> None:
    found = list(compared(corpus(name)))
    equal, printed = sum(one.is_equal for one in found), sum(one.is_as_printed for one in found)
    assert (len(found), equal, printed) == COUNTS[name]
