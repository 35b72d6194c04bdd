"""``make campaign``: what is too long for every day.

- 2,000 histories of a site, of 40 steps each, in parts. Each part has a seed of its own, counted on from the one that is
  printed first (``SEED=…`` takes it again). An example that fails is shrunk and printed, and belongs into a test
  with a name.
- A build that is killed at 100 moments, and a preview at 100 others, while somebody works beside it.
- A build in which a system call fails: each one by which something comes into the output or the cache, once.

All of it is done by a copy of the source, made at the start, so that nobody has to keep their hands off for hours.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from laws.worlds import tree  # noqa: E402 - found by the path above
from safety.faults import (  # noqa: E402 - found by the path above
    INTO_OUTPUT,
    NEVER_CALLED,
    Faulty,
    numbered_calls,
    refused,
    refused_call,
)
from safety.previews import killed_at as preview_killed_at  # noqa: E402
from safety.previews import moments_of  # noqa: E402
from safety.warm import Warm  # noqa: E402

MOMENTS = 100
ERRORS = ("EIO", "ENOSPC", "EACCES", "EROFS", "EMFILE", "EINTR")
#: So many parts have 2,000 histories in all: a part has as many as the profile `campaign` says.
PARTS = 100
#: Taken in turns. The second is of what only large sites ask for.
HISTORIES = (
    "tests/laws/test_laws.py::test_law_2_an_incremental_build_equals_a_clean_one_and_law_4_a_second_build_writes_nothing",
    "tests/laws/test_near_ground.py::test_law_2_holds_where_every_build_asks_for_near_grounds",
)


def histories(seed: int) -> int:
    """How many parts failed."""
    failed = 0
    for part in range(PARTS):
        began = time.monotonic()
        done = subprocess.run(
            [
                *(
                    sys.executable,
                    "-m",
                    "pytest",
                    "-q",
                    "-p",
                    "no:cacheprovider",
                    "--hypothesis-profile=campaign",
                ),
                *(f"--hypothesis-seed={seed + part}", HISTORIES[part % len(HISTORIES)]),
            ],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        failed += done.returncode != 0
        told = "failed" if done.returncode else "held"
        say(f"part {part + 1} of {PARTS}, seed {seed + part}: {told}, {time.monotonic() - began:,.0f} s")
        if done.returncode:
            say(done.stdout)
    return failed


def kills(faulty: Faulty) -> int:
    """How many of the moments left something broken."""
    failed = 0
    for number in range(MOMENTS):
        moment = 1 + (faulty.moments - 1) * number // (MOMENTS - 1)
        faulty.reset()
        faulty.killed_at(moment)
        failed += broken(faulty, f"killed at {moment} of {faulty.moments}")
        say_so_far("kills", number, failed)
    say(f"killed at {MOMENTS} moments: {failed} broken")
    return failed


def previews(faulty: Warm) -> int:
    """How many of the moments of a preview left something broken."""
    failed, all_moments = 0, moments_of(faulty)
    for number in range(MOMENTS):
        moment = 1 + (all_moments - 1) * number // (MOMENTS - 1)
        try:
            preview_killed_at(faulty, moment)
        except AssertionError as error:
            failed += 1
            say(f"a preview killed at {moment} of {all_moments}: {error}")
        say_so_far("previews", number, failed)
    say(f"a preview killed at {MOMENTS} moments of {all_moments}: {failed} broken")
    return failed


def calls(faulty: Faulty, every: int, first: str | None) -> int:
    """How many of the calls, of which every so many are made to fail, left something broken."""
    failed = tried = 0
    for names in (each for each in INTO_OUTPUT if first in {None, each.partition(",")[0]}):
        faulty.reset()
        numbers = numbered_calls(faulty, names)
        before, missed = failed, 0
        for at, number in enumerate(numbers[::every]):
            error = ERRORS[at % len(ERRORS)]
            faulty.reset()
            done = refused(faulty, names, error, number)
            call = refused_call(faulty)
            missed += not call
            tried += 1
            silent = done.code == 0 and tree(faulty.site) != faulty.new
            failed += broken(faulty, f"{names} {number}: {done.code}: {call}", done.err, silent=silent)
            say_so_far(names, at, failed)
        say(f"{names}: {len(numbers)} calls, {failed - before} broken, {missed} that were not made again")
    faulty.reset()
    unknown = numbered_calls(faulty, NEVER_CALLED)
    say(f"{tried} calls refused: {failed} broken; {len(unknown)} calls of other kinds")
    return failed + len(unknown)


def broken(faulty: Faulty, what: str, err: str = "", *, silent: bool = False) -> bool:
    """Whether what a fault left is not as it should be; then it is told."""
    try:
        assert "Traceback" not in err, err
        assert not silent, f"the build says that all is well\n{err}"
        faulty.is_whole()
        faulty.is_mended_by_the_next()
    except AssertionError as error:
        say(f"{what}: {error}")
        return True
    return False


def say_so_far(what: str, number: int, failed: int) -> None:
    """Tell how far it is, now and then."""
    if number and number % 20 == 0:
        say(f"  {what}: {number} tried, {failed} broken")


def say(text: str) -> None:
    """Print it now: this takes hours."""
    print(text, flush=True)


def frozen(folder: Path) -> Path:
    """A copy of the source in a folder, which nobody edits."""
    copy = folder / "source"
    left_out = shutil.ignore_patterns(".*", "site", "content", "node_modules", "work", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=left_out)
    return copy


def main() -> int:
    """0 if all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6) * 100)
    parser.add_argument("--every", type=int, default=1, help="let every so many system calls fail")
    parser.add_argument("--of", choices=[names.partition(",")[0] for names in INTO_OUTPUT])
    parser.add_argument("--only", choices=["histories", "kills", "previews", "calls"])
    parser.add_argument("--in-place", action="store_true", help="with this source, and not with a copy of it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-campaign-") as folder:
        if asked.in_place:
            return campaign(asked, Path(folder))
        copy = frozen(Path(folder)) / "tests/campaign.py"
        again = [sys.executable, str(copy), *sys.argv[1:], "--in-place"]
        return subprocess.run(again, check=False, env=os.environ | {"PYTHONPATH": ""}).returncode


def campaign(asked: argparse.Namespace, folder: Path) -> int:
    """0 if all held of what was asked for."""
    failed = 0
    if asked.only in {None, "kills"}:
        failed += kills(Warm(folder / "kills"))
    if asked.only in {None, "previews"}:
        failed += previews(Warm(folder / "previews"))
    if asked.only in {None, "calls"}:
        failed += calls(Warm(folder / "calls"), asked.every, asked.of)
    if asked.only in {None, "histories"}:
        say(f"seed {asked.seed}")
        failed += histories(asked.seed)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
