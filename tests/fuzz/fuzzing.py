"""``make fuzz``: bytes that grow towards what has not been run yet, by atheris, until the time is over.

    fuzzing.py TARGET [--seconds N] [--work FOLDER]

The corpora grow in `--work`; what is worth keeping of them stands in `seeds/`, where each input that once broke a
target is kept, too. Coverage is counted in kb, markdown-it and its plugins. Exits with the code of libFuzzer:
0 if nothing broke, else the input lies in the work folder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
#: An input over which more time passes than this is a find.
SECONDS_EACH = 20
LONGEST = 8_192
MEMORY_MB = 3_000


def main() -> None:
    with atheris.instrument_imports(include=["kb", "markdown_it", "mdit_py_plugins"]):
        from fuzz.targets import TARGETS

        asked = argparse.ArgumentParser(description=__doc__)
        asked.add_argument("target", choices=TARGETS)
        asked.add_argument("--seconds", type=int, default=3_600)
        asked.add_argument("--work", type=Path, default=ROOT / "tests/fuzz/work")
        given = asked.parse_args()
        for seed in (
            HERE / "seeds" / given.target
        ).iterdir():  # what is imported when it is needed, is counted, too
            TARGETS[given.target](seed.read_bytes())
    grown = given.work / given.target
    grown.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={given.seconds}",
        f"-timeout={SECONDS_EACH}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={given.work}/{given.target}-",
        f"-dict={HERE / 'pieces.dict'}",
        "-print_final_stats=1",
    ]
    folders = [str(grown), str(HERE / "seeds" / given.target)]
    atheris.Setup([sys.argv[0], *options, *folders], TARGETS[given.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
