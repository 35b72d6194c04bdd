"""What a search costs: to make, to keep fresh, to ask, beside Hugo followed by Pagefind.

    make bench-search-cost                       10,000 notes, three rounds
    make bench-search-cost ARGS="--notes 1000"

The notes are those of `make bench` (`make_vault.py`). *Together*: `kb build` from nothing, its search and all, by the
wall time of Hugo and then Pagefind over what Hugo wrote, in the same round; likewise the largest process's memory.
*Inside*: the processor time of each step, in a process that does nothing else. *A person*: whole processes of
`kb search`, from start to end, the look at all files included, and a save until it can be found.

Exits with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from against_hugo import HERE, REPOSITORY, Contest, Run, measured
from kb.pipeline.indexing import fingerprint, index_from, refreshed, supply_of
from kb.pipeline.opening import Ask, open_site
from kb.pipeline.reading import analyser_of, link_files, read_files
from kb.search.documents import document
from kb.search.export.fragments import fragment
from kb.search.export.order import Published
from kb.search.export.whole import whole
from kb.search.inverted import known_of

#: What is promised at 10,000 notes on a quiet machine with two cores.
BARS = {
    "together, by Hugo and Pagefind": 0.6,
    "memory, by the larger of theirs": 1 / 3,
    "an index from nothing, s of CPU": 10.0,
    "an index from analyses, s of CPU": 5.0,
    "the export, s of CPU": 8.0,
    "a saved note can be found, ms": 100.0,
    "kb search, ms": 200.0,
}
BARS_HOLD_AT = 10_000


class Together(Contest):
    """Both sites with a search."""

    def pagefind(self) -> Run:
        """Index what Hugo wrote."""
        import pagefind_bin  # noqa: PLC0415 - only where it is installed

        binary = Path(pagefind_bin.__file__).with_name("pagefind")
        return measured(binary, "--site", self.hugo_site, "--quiet")

    def together(self) -> tuple[Run, Run, Run]:
        """kb; Hugo; Pagefind."""
        self.set_aside(self.hugo_site, self.kb_site, self.cache)
        hugo = self.run_hugo()
        pagefind = self.pagefind()
        return self.run_kb("-q", "build"), hugo, pagefind

    def ask(self, *arguments: str) -> Run:
        """A process of `kb search`."""
        env = {"KB_CACHE_DIR": str(self.cache), "PYTHONPATH": str(REPOSITORY / "src")}
        program = "from kb.cli import main; main()"
        return measured(sys.executable, "-c", program, "-C", self.kb, "search", *arguments, **env)


def inside(root: Path, cache: Path) -> dict[str, float]:
    """The steps, one by one, in this process. The notes have been read before."""
    quiet: Callable[[str, int, int], None] = lambda _what, _done, _all: None  # noqa: E731
    ask = Ask(root=root, cache=cache)
    opened = open_site(ask)
    files = read_files(opened, ask, quiet)
    named = fingerprint(opened.settings, files.plugins)
    supply = supply_of(files)
    gc.collect()
    gc.freeze()
    analyse = analyser_of(opened.settings)
    took: dict[str, float] = {}
    elsewhere = replace(opened, cache=cache / "from nothing")

    bodies = {path: files.bodies[path] for path in files.notes}
    begin = time.process_time()
    fresh = {path: analyse(note, bodies[path]) for path, note in files.notes.items()}
    analysing = time.process_time() - begin
    del fresh, bodies

    begin = time.process_time()
    index = index_from(elsewhere, named, supply)
    took["an index from analyses, s of CPU"] = time.process_time() - begin
    took["an index from nothing, s of CPU"] = took["an index from analyses, s of CPU"] + analysing

    site = link_files(files, drafts=False).site
    begin = time.process_time()
    notes = sorted(site.vault.notes.values(), key=lambda note: (note.date, note.path))
    documents = [document(note, site.bodies[note.path]) for note in notes]
    entries = {entry.known.path: entry for entry in supply.entries([note.path for note in notes])}
    published = [Published(known_of(one), one.digest) for one in documents]
    whole(published, (entries[note.path].analysis for note in notes), opened.settings.language)
    for one in documents:
        fragment(one)
    took["the export, s of CPU"] = time.process_time() - begin

    waits = []
    for note in notes[:: max(1, len(notes) // 30)]:
        changed = {note.path: files.notes[note.path]}
        begin = time.perf_counter()
        index = refreshed(elsewhere, index, changed, supply)
        index.postings("configur")
        waits.append((time.perf_counter() - begin) * 1e3)
    took["a saved note can be found, ms"] = sorted(waits)[int(len(waits) * 0.95)]
    return took


def in_a_process(contest: Together) -> Mapping[str, float]:
    """`inside`, where nothing else was done before."""
    command = [sys.executable, __file__, "--inside", str(contest.kb), str(contest.cache)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE)
    found: Any = json.loads(done.stdout)
    return {str(name): float(value) for name, value in found.items()}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--notes", type=int, default=BARS_HOLD_AT)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--inside", type=Path, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(inside(*arguments.inside)))
        return
    print(
        f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f} before the start (a quiet machine: below 0.3)"
    )
    contest = Together(arguments.notes)
    contest.prepare()
    ratios, peaks = [], []
    for number in range(arguments.rounds):
        kb, hugo, pagefind = contest.together()
        ratios.append(kb.wall / (hugo.wall + pagefind.wall))
        peaks.append(kb.peak / max(hugo.peak, pagefind.peak))
        print(
            f"round {number + 1}: kb {kb.wall:.1f} s, {kb.cpu:.1f} s of CPU, {kb.peak:.0f} MB; Hugo {hugo.wall:.1f} s,"
            f" {hugo.cpu:.1f} s, {hugo.peak:.0f} MB; Pagefind {pagefind.wall:.1f} s, {pagefind.cpu:.1f} s,"
            f" {pagefind.peak:.0f} MB",
            flush=True,
        )
    results = {
        "together, by Hugo and Pagefind": median(ratios),
        "memory, by the larger of theirs": median(peaks),
        **in_a_process(contest),
    }
    queries = [name.title for name in contest.names[::2000]]
    contest.ask(queries[0])
    results["kb search, ms"] = median(contest.ask(query).wall * 1e3 for query in queries for _ in range(4))
    missed = False
    for name, value in results.items():
        bar = BARS[name] if arguments.notes == BARS_HOLD_AT else None
        verdict = "" if bar is None else f"   at most {bar:6.2f}   {'PASS' if value <= bar else 'FAIL'}"
        missed |= bar is not None and value > bar
        print(f"  {name:<36}{value:9.3f}{verdict}", flush=True)
    sys.exit(missed)


if __name__ == "__main__":
    main()
