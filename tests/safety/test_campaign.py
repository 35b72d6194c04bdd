"""`make campaign`, which takes hours, at a few moments; and that it would see what it looks for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from safety.faults import Faulty

CAMPAIGN = Path(__file__).parents[1] / "campaign.py"


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the campaign needs Linux")
@pytest.mark.parametrize("part", ["kills", "previews", "several"])
def test_a_build_or_a_preview_that_is_killed_at_a_few_moments_leaves_nothing_broken(part: str) -> None:
    done = subprocess.run(
        [sys.executable, CAMPAIGN, "--in-place", "--only", part, "--moments", "3"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ": 0 broken" in done.stdout


def test_the_campaign_works_on_a_copy_of_the_source_that_lacks_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, CAMPAIGN, "--only", "kills", "--moments", "1"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed at 1 moments" in done.stdout


@pytest.mark.parametrize("harm", ["cut off", "gone", "somebody else's"])
def test_harm_to_a_site_is_seen(tmp_path: Path, harm: str) -> None:
    faulty = Faulty(tmp_path / "faulty")
    faulty.is_whole()
    page = faulty.site / ("CNAME" if harm == "somebody else's" else "n4/index.html")
    if harm == "gone":
        page.unlink()
    else:
        page.write_bytes(page.read_bytes()[:-1])
    with pytest.raises(AssertionError):
        faulty.is_whole()
