"""``make campaign``: what is too long for every day.

- 2,000 histories of a site, of 40 steps each, in parts. Each part has a seed of its own, counted on from the one that is
  printed first (``SEED=…`` takes it again). An example that fails is shrunk and printed, and belongs into a test
  with a name.
- A build that is killed at 100 moments.
- A build in which a system call fails: each one by which something comes into the output or the cache, once.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from safety.faults import INTO_OUTPUT, Faulty, counted_calls, refused  # noqa: E402 - found by the path above

MOMENTS = 100
ERRORS = ("EIO", "ENOSPC", "EACCES", "EROFS", "EMFILE", "EINTR")
#: So many parts have 2,000 histories in all: a part has as many as the profile `campaign` says.
PARTS = 20
HISTORIES = "tests/laws/test_laws.py::test_law_2_an_incremental_build_equals_a_clean_one_and_law_4_a_second_build_writes_nothing"


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
                *(f"--hypothesis-seed={seed + part}", HISTORIES),
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
    say(f"killed at {MOMENTS} moments: {failed} broken")
    return failed


def calls(faulty: Faulty, every: int) -> int:
    """How many of the calls, of which every so many are made to fail, left something broken."""
    failed = tried = 0
    for names in INTO_OUTPUT:
        faulty.reset()
        count = counted_calls(faulty, names)
        for number in range(1, count + 1, every):
            error = ERRORS[number % len(ERRORS)]
            faulty.reset()
            done = refused(faulty, names, error, number)
            tried += 1
            failed += broken(faulty, f"{names} {number} of {count}: {error}: {done.code}", done.err)
        say(f"{names}: {count} calls, {failed} broken so far")
    say(f"{tried} calls refused: {failed} broken")
    return failed


def broken(faulty: Faulty, what: str, err: str = "") -> bool:
    """Whether what a fault left is not as it should be; then it is told."""
    try:
        assert "Traceback" not in err, err
        faulty.is_whole()
        faulty.is_mended_by_the_next()
    except AssertionError as error:
        say(f"{what}: {error}")
        return True
    return False


def say(text: str) -> None:
    """Print it now: this takes hours."""
    print(text, flush=True)


def main() -> int:
    """0 if all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6) * 100)
    parser.add_argument("--every", type=int, default=1, help="let every so many system calls fail")
    parser.add_argument("--only", choices=["histories", "kills", "calls"])
    asked = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kb-campaign-") as folder:
        if asked.only in {None, "kills"}:
            failed += kills(Faulty(Path(folder) / "kills"))
        if asked.only in {None, "calls"}:
            failed += calls(Faulty(Path(folder) / "calls"), asked.every)
    if asked.only in {None, "histories"}:
        say(f"seed {asked.seed}")
        failed += histories(asked.seed)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
