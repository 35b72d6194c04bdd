"""Every seed of the fuzzers, among them every input that once broke something, passes its target, and all they reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.corpora import inputs
from fuzz.targets import TARGETS

SEEDS = Path(__file__).parent / "seeds"


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_pass(target: str) -> None:
    found = sorted((SEEDS / target).iterdir())
    assert found
    for seed in found:
        TARGETS[target](seed.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_what_hours_of_fuzzing_reached_passes(target: str) -> None:
    found = list(inputs(target))
    assert len(found) > 50
    for _, data in found:
        TARGETS[target](data)


def test_a_target_tells_what_no_input_may_bring_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzz.targets._without_texts", lambda _page: "<p><script>")
    with pytest.raises(AssertionError, match="this acts"):
        TARGETS["dialect"](b"a")
