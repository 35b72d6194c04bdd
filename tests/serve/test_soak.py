"""The hours of ``make soak``, for some seconds, and what it would tell of a preview that grows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from soak import Needs, grown, soak

pytestmark = [
    pytest.mark.slow,
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what a process needs"),
]


def test_a_preview_that_is_used_for_some_seconds_shows_what_a_clean_build_gives(tmp_path: Path) -> None:
    told: list[str] = []
    noted = soak(tmp_path, hours=6 / 3_600, every=0.05, notes=60, seed=7, say=told.append)
    assert len(noted) == 8
    assert " saves, " in told[0]
    assert all(each.memory > 20 and each.files > 3 for each in noted)


def test_growth_is_told_and_what_comes_and_goes_is_not() -> None:
    even = [Needs(100.0 + turn % 3, 30 + turn % 4, 9, 2) for turn in range(16)]
    assert grown(even) == []
    assert grown([each._replace(memory=100.0 + 2 * turn) for turn, each in enumerate(even)]) == [
        "memory by 16.0 MB"
    ]
    leaking = [
        each._replace(files=each.files + turn, threads=9 + turn // 8) for turn, each in enumerate(even)
    ]
    assert grown(leaking) == ["files from 40 to 42", "threads from 9 to 10"]
