"""``make fuzz``: bytes that grow towards what has not been run yet, by atheris, until the time is over.

    fuzzing.py TARGET [--seconds N] [--work FOLDER]
    fuzzing.py TARGET --keep [--work FOLDER]

The corpora grow in `--work`, from what is kept in `corpora/`; `--keep` keeps there the fewest inputs that reach all that
those in `--work` do. Other options are libFuzzer's own, and then name the folders, too. In `seeds/` stands each input that once broke a target, with a name. Coverage is counted in kb,
markdown-it and its plugins. Exits with the code of libFuzzer: 0 if nothing broke, else the input lies in the work folder.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from fuzz.corpora import inputs, keep  # noqa: E402 - found there

#: An input over which more time passes than this is a find.
SECONDS_EACH = 20
LONGEST = 8_192
MEMORY_MB = 3_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target")
    asked.add_argument("--seconds", type=int, default=3_600)
    asked.add_argument("--work", type=Path, default=ROOT / "tests/fuzz/work")
    asked.add_argument("--keep", action="store_true")
    given, more = asked.parse_known_args()
    seeds, grown = HERE / "seeds" / given.target, given.work / given.target
    if given.keep:
        keep(given.target, _fewest(given.target, given.work))
        return
    grown.mkdir(parents=True, exist_ok=True)
    for name, data in inputs(given.target):
        (grown / name).write_bytes(data)
    options = more or [
        f"-max_total_time={given.seconds}",
        f"-dict={HERE / 'pieces.dict'}",
        "-print_final_stats=1",
        str(grown),
        str(seeds),
    ]
    _run(given.target, given.work, seeds, options)


def _fewest(target: str, work: Path) -> list[bytes]:
    """The fewest inputs of the work folder that reach all that these do."""
    with tempfile.TemporaryDirectory() as found:
        command = [
            sys.executable,
            __file__,
            target,
            f"--work={work}",
            "-set_cover_merge=1",
            found,
            str(work / target),
        ]
        subprocess.run(command, check=True)
        return [file.read_bytes() for file in Path(found).iterdir()]


def _run(target: str, work: Path, seeds: Path, options: Sequence[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["kb", "markdown_it", "mdit_py_plugins"]):
        from fuzz.targets import TARGETS

        for seed in seeds.iterdir():  # what is imported when it is needed, is counted, too
            TARGETS[target](seed.read_bytes())
    # A merge calls itself again, through a shell.
    again = f"{sys.executable} {__file__} {target} --work={work}"
    limits = [
        f"-timeout={SECONDS_EACH}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={work}/{target}-",
    ]
    atheris.Setup([again, *limits, *options], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
