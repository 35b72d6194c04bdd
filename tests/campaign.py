"""``make campaign``: what is too long for every day.

- 2,000 histories of a site, of 40 steps each, in parts. Each part has a seed of its own, counted on from the one that is
  printed first (``SEED=…`` takes it again). An example that fails is shrunk and printed, and belongs into a test
  with a name.
- A build that is killed at 100 moments, and a preview at 100 others, while somebody works beside it.
- Two builds at a time, and a build beside a preview, of which one is killed.
- A build in which a system call fails: each one by which something comes into the output or the cache, once.

All of it is done by a copy of the source, made at the start, so that nobody has to keep their hands off for hours.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
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
from safety.previews import asked_of, listening_at, moments_of  # noqa: E402
from safety.previews import killed_at as preview_killed_at  # noqa: E402
from safety.warm import Warm  # noqa: E402

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


def spread_over(all_moments: int, count: int) -> list[int]:
    """So many moments, from the first to the last."""
    return [1 + (all_moments - 1) * number // max(1, count - 1) for number in range(count)]


def kills(faulty: Faulty, count: int) -> int:
    """How many of the moments left something broken."""
    failed = 0
    for number, moment in enumerate(spread_over(faulty.moments, count)):
        faulty.reset()
        faulty.killed_at(moment)
        failed += broken(faulty, f"killed at {moment} of {faulty.moments}")
        say_so_far("kills", number, failed)
    say(f"killed at {count} moments of {faulty.moments}: {failed} broken")
    return failed


def previews(faulty: Warm, count: int) -> int:
    """How many of the moments of a preview left something broken."""
    failed, all_moments = 0, moments_of(faulty)
    for number, moment in enumerate(spread_over(all_moments, count)):
        try:
            preview_killed_at(faulty, moment)
        except AssertionError as error:
            failed += 1
            say(f"a preview killed at {moment} of {all_moments}: {error}")
        say_so_far("previews", number, failed)
    say(f"a preview killed at {count} moments of {all_moments}: {failed} broken")
    return failed


def several(faulty: Warm, count: int) -> int:
    """How many of the moments left something broken at which a build was killed that was not alone."""
    failed = 0
    for number, moment in enumerate(spread_over(faulty.moments, count)):
        faulty.reset()
        jobs = (number + 1) % 3
        try:
            if jobs:
                beside_a_build(faulty, moment, jobs)
            else:
                beside_a_preview(faulty, moment)
        except AssertionError as error:
            failed += 1
            say(f"killed at {moment} beside {f'a build of {jobs}' if jobs else 'a preview'}: {error}")
        say_so_far("several", number, failed)
    say(f"killed at {count} moments beside others: {failed} broken")
    return failed


def beside_a_build(faulty: Warm, moment: int, jobs: int) -> None:
    """Of two builds one is killed. The other is done, or says that it is not; then the next one is."""
    other = faulty.begun("build", "-j", str(jobs), *(["--clean"] if jobs > 1 else []))
    faulty.killed_at(moment)
    done = other.end()
    assert "Traceback" not in done.err, done
    assert done.code in {0, 75}, done
    assert done.code == 75 or tree(faulty.site) == faulty.new
    faulty.is_whole()
    faulty.is_mended_by_the_next()


def beside_a_preview(faulty: Warm, moment: int) -> None:
    """A build is killed while a preview runs, which shows the notes before and after."""
    preview = faulty.begun("serve", "--port", "0")
    address = listening_at(preview)
    assert address is not None
    faulty.killed_at(moment)
    faulty.is_whole()
    assert b"More words." in asked_of(address, "n4/")
    faulty.is_mended_by_the_next()
    assert b"More words." in asked_of(address, "n5/")
    done = preview.end(signal.SIGINT)
    assert (done.code, "Traceback" in done.err) == (0, False), done


def calls(faulty: Warm, every: int, first: str | None) -> int:
    """How many of the calls, of which every so many are made to fail, left something broken."""
    failed = tried = 0
    for names in (each for each in INTO_OUTPUT if first in {None, each.partition(",")[0]}):
        faulty.reset()
        found = numbered_calls(faulty, names)
        before, refusals = failed, Counter[str]()
        for at, (name, number) in enumerate(found[::every]):
            faulty.reset()
            done = refused(faulty, (name, number), ERRORS[at % len(ERRORS)])
            call = refused_call(faulty)
            refusals[name] += bool(call)
            silent = done.code == 0 and tree(faulty.site) != faulty.new
            failed += broken(faulty, f"{name} {number}: {done.code}: {call}", done.err, silent=silent)
            say_so_far(names, at, failed)
        tried += refusals.total()
        told = ", ".join(f"{name} {count}" for name, count in refusals.items())
        say(f"{names}: {len(found)} calls; refused: {told or 'none'}; {failed - before} broken")
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
    parser.add_argument("--moments", type=int, default=100, help="kill at so many moments")
    parser.add_argument("--every", type=int, default=1, help="let every so many system calls fail")
    parser.add_argument("--of", choices=[names.partition(",")[0] for names in INTO_OUTPUT])
    parser.add_argument("--only", choices=["histories", "kills", "previews", "several", "calls"])
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
        failed += kills(Warm(folder / "kills"), asked.moments)
    if asked.only in {None, "previews"}:
        failed += previews(Warm(folder / "previews"), asked.moments)
    if asked.only in {None, "several"}:
        failed += several(Warm(folder / "several"), asked.moments)
    if asked.only in {None, "calls"}:
        failed += calls(Warm(folder / "calls"), asked.every, asked.of)
    if asked.only in {None, "histories"}:
        say(f"seed {asked.seed}")
        failed += histories(asked.seed)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
