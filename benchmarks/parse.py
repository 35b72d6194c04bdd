"""What parsing costs: microseconds a note, stage by stage, and where they go.

    python benchmarks/parse.py [--notes 300] [--profile 25] [--plain]

`--plain` measures markdown-it-py alone beside it, the base without our own syntax and with its own renderer.
Code is highlighted in both; most blocks of the made notes differ, so that is not remembered.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from kb.model.note import Source
from kb.model.settings import Dialect
from kb.read.dialect import base
from kb.read.parse import parser
from make_vault import make_vault

ROUNDS = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the numbers."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder:
        make_vault(Path(folder), options.notes, 1, "kb")
        sources = [
            Source(path.relative_to(folder).as_posix(), path.read_bytes(), "")
            for path in sorted(Path(folder).rglob("*.md"))
        ]
    words = sum(len(source.data.split()) for source in sources) / len(sources)
    print(f"{len(sources)} notes of {words:.0f} words")
    if options.no_code:
        sources = [Source(s.path, s.data.replace(b"```", b"---"), "") for s in sources]
    parse = parser(Dialect())
    print(
        f"kb parse        {_best(lambda: [parse(source) for source in sources], len(sources)):7.0f} µs a note"
    )
    if options.plain:
        md = base(Dialect())
        texts = [source.data.decode() for source in sources]
        print(
            f"markdown-it-py  {_best(lambda: [md.render(text) for text in texts], len(texts)):7.0f} µs a note"
        )
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(lambda: [parse(source) for source in sources])
        pstats.Stats(profile).sort_stats("tottime").print_stats(options.profile)


def _best(work: Callable[[], object], count: int) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) / count * 1e6


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--notes", type=int, default=300)
    options.add_argument("--profile", type=int, default=0, metavar="LINES")
    options.add_argument("--plain", action="store_true")
    options.add_argument("--no-code", action="store_true", help="turn code blocks into text")
    return options.parse_args(arguments)


if __name__ == "__main__":
    main()
