"""How kb grows: the same notes in ever larger numbers, and sites that are odd in one way.

    make bench-scale                           1,000, 10,000 and 30,000 notes, and the odd ones
    make bench-scale ARGS="--notes 100000"     one size (an hour on a busy machine), 100,000 notes need 6 GB of disk
    make bench-scale ARGS="--odd hub tags"     some of the odd ones
    make bench-scale ARGS="--folder /tmp/kb"   on another disk

The notes are those of `make bench`, with their search. Each step is told with its wall time, its processor time (which
other work on the machine changes little), the memory of its largest process, and that of all its processes at the
worst of the moments looked at (their shares of common pages, Linux only). What grows no faster than the site has the
same processor time a note at every size. Beside them stand the sizes of what a browser may fetch: the largest page, the
data of the graph, the files of the search index. The outcome of a run is kept in `SCALE.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from against_hugo import KB_CONFIG, REPOSITORY, SEED
from make_vault import names
from save_to_page import answers, free_port

HERE = Path(__file__).resolve().parent
SIZES = (1_000, 10_000, 30_000)
#: Seconds between two looks at the memory of all processes.
LOOK = 0.25
#: Seconds within which a preview has to show its first page.
PATIENCE = 3_600.0
WORDS = "words that a note may hold, and some that others hold too "


@dataclass(frozen=True)
class Cost:
    """What a step took: seconds, and MB of the largest process and of all at once."""

    wall: float
    cpu: float
    largest: float
    together: float


class Site:
    """A site in a folder below benchmarks/work, made by `fill`.

    To be deleted when all is measured: where many files have just been deleted, some file systems look at each of them
    before they make a new one, and the next site would pay for it.
    """

    def __init__(self, folder: Path, name: str, fill: Callable[[Path], None]) -> None:
        self.root = folder / f"scale-{name}"
        shutil.rmtree(self.root, ignore_errors=True)
        self.content = self.root / "site" / "content"
        self.content.mkdir(parents=True)
        (self.root / "site" / "config.yaml").write_text(KB_CONFIG)
        fill(self.content)
        self.env = {
            **os.environ,
            "KB_CACHE_DIR": str(self.root / "cache"),
            "PYTHONPATH": str(REPOSITORY / "src"),
        }

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`kb` in this site; what it says of the notes is of no interest here."""
        command = [sys.executable, "-c", "from kb.cli import run; run()", "-C", str(self.root / "site")]
        silent = subprocess.DEVNULL
        return subprocess.Popen([*command, *arguments], env=self.env, stdout=silent, stderr=silent)

    def cost(self, *arguments: str) -> Cost:
        """What a command takes from its start to its end. Stops everything if it fails."""
        os.sync()  # so that nobody waits for what another has written
        begin = time.perf_counter()
        child = self.start(*arguments)
        with Together(child.pid) as together:
            _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"exit code {child.returncode}: kb {' '.join(arguments)} in {self.root}")
        return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, together.most)

    def preview(self) -> Cost:
        """What `kb serve` takes from its start to its first page."""
        port = free_port()
        begin = time.perf_counter()
        child = self.start("serve", f"--port={port}")
        with Together(child.pid) as together:
            while not answers(port):
                if child.poll() is not None or time.perf_counter() - begin > PATIENCE:
                    sys.exit(f"no preview in {self.root}")
                time.sleep(0.01)
            wall = time.perf_counter() - begin
            cpu = processor_time(child.pid)
        child.terminate()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        return Cost(wall, cpu, used.ru_maxrss / 1024, together.most)

    def edit(self, name: str) -> None:
        """Adds a line to a note."""
        with (self.content / name).open("a", encoding="utf-8") as file:
            file.write("\nEdited.\n")

    def sizes(self) -> str:
        """The largest page, the data of the graph, and the files of the search index."""
        web = self.root / "site" / "site"
        size, page = max((file.stat().st_size, file) for file in web.rglob("*.html"))
        graph = (web / "graph" / "graph.json").stat().st_size
        index = sorted(file.stat().st_size for file in (web / "_search").rglob("*") if file.is_file())
        return (
            f"Largest page: {page.relative_to(web)} of {size / 1e3:,.0f} kB. Data of the graph: {graph / 1e3:,.0f} kB. "
            f"Search index: {len(index):,} files of {sum(index) / 1e6:,.1f} MB, the largest {index[-1] / 1e3:,.0f} kB."
        )

    def tidy(self) -> None:
        """Deletes it."""
        shutil.rmtree(self.root)


class Together:
    """The memory of a process and all that it started, looked at now and then: `most` is the worst, in MB."""

    def __init__(self, pid: int) -> None:
        self.pid, self.most = pid, 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(LOOK):
            self.most = max(self.most, sum(map(shared_out, family(self.pid))))


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from family(int(child))


def shared_out(pid: int) -> float:
    """The memory of a process in MB, its share of what it has in common with others; 0 if it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def processor_time(pid: int) -> float:
    """Seconds that a running process and those it has waited for have used; 0 where nobody tells."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def made_up(folder: Path, count: int) -> Site:
    """The notes of `make bench`."""

    def fill(content: Path) -> None:
        maker = [sys.executable, str(HERE / "make_vault.py"), str(content)]
        subprocess.run([*maker, f"--notes={count}", f"--seed={SEED}"], check=True)

    return Site(folder, str(count), fill)


def write(content: Path, name: str, text: str) -> None:
    """One note."""
    file = content / name
    if "/" in name:
        file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def hub(content: Path) -> None:
    """10,000 notes that link to one."""
    write(content, "hub.md", "All roads lead here.\n")
    for number in range(10_000):
        write(content, f"n{number}.md", f"See [[hub]]. {WORDS}\n")


def no_hub(content: Path) -> None:
    """10,000 notes that link to the next: what `hub` is to be compared with."""
    write(content, "hub.md", "No road leads here.\n")
    for number in range(10_000):
        write(content, f"n{number}.md", f"See [[n{(number + 1) % 10_000}]]. {WORDS}\n")


def tags(content: Path) -> None:
    """1,000 notes with 10 tags each, 10,000 in all."""
    for number in range(1_000):
        own = ", ".join(f"t{10 * number + each}" for each in range(10))
        write(content, f"n{number}.md", f"---\ntags: [{own}]\n---\n{WORDS}\n")


def tag(content: Path) -> None:
    """50,000 notes with one tag."""
    for number in range(50_000):
        write(content, f"f{number % 100}/n{number}.md", f"---\ntags: [one]\n---\n{WORDS}\n")


def links(content: Path) -> None:
    """One note with 3,000 links."""
    write(content, "out.md", "".join(f"- [[n{number}]]\n" for number in range(3_000)))
    for number in range(3_000):
        write(content, f"n{number}.md", f"{WORDS}\n")


def line(content: Path) -> None:
    """One line of 2 MB."""
    write(content, "long.md", WORDS * (2_000_000 // len(WORDS)) + "\n")
    write(content, "n5.md", "[[long]]\n")


def large(content: Path) -> None:
    """One note of 50 MB."""
    part = f"# Heading\n\n{WORDS * 20}\n\n"
    write(content, "large.md", part * (50_000_000 // len(part)))
    write(content, "n5.md", "[[large]]\n")


def folder(content: Path) -> None:
    """50,000 notes in one folder."""
    for number in range(50_000):
        write(content, f"n{number}.md", f"See [[n{(number + 1) % 50_000}]]. {WORDS}\n")


ODD: dict[str, Callable[[Path], None]] = {
    "hub": hub,
    "no-hub": no_hub,
    "tags": tags,
    "tag": tag,
    "links": links,
    "line": line,
    "large": large,
    "folder": folder,
}


def tell(what: str, cost: Cost, notes: int) -> None:
    """One line of the table."""
    each = cost.cpu / notes * 1e3
    print(
        f"| {what} | {cost.wall:,.1f} s | {cost.cpu:,.1f} s | {each:.2f} ms "
        f"| {cost.largest:,.0f} MB | {cost.together:,.0f} MB |",
        flush=True,
    )


def steps(site: Site, notes: int, edited: str, question: str) -> None:
    """Builds, searches and previews a site, and says what each took."""
    tell("from nothing", site.cost("-q", "build"), notes)
    tell("nothing changed", site.cost("-q", "build"), notes)
    site.edit(edited)
    tell("one text edited", site.cost("-q", "build"), notes)
    tell("search", site.cost("search", question), notes)
    tell("preview, first page", site.preview(), notes)
    print(f"\n{site.sizes()}", flush=True)


def head(title: str) -> None:
    """The head of a table."""
    print(f"\n## {title}\n\nLoad before: {os.getloadavg()[0]:.1f}.\n")
    print("| | wall | processor | a note | largest process | all processes |")
    print("|---|---|---|---|---|---|", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--notes", type=int, nargs="*", help="sizes")
    parser.add_argument("--odd", choices=ODD, nargs="*", help="odd sites")
    parser.add_argument("--folder", type=Path, default=HERE / "work", help="where the sites are made")
    asked = parser.parse_args()
    all_of_it = asked.notes is None and asked.odd is None
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores.")
    sites = []
    for count in SIZES if all_of_it else asked.notes or ():
        head(f"{count:,} notes")
        first = names(count, SEED)[0]
        sites.append(made_up(asked.folder, count))
        steps(sites[-1], count, first.path, first.title.split()[0])
    for name in ODD if all_of_it else asked.odd or ():
        head(ODD[name].__doc__ or name)
        sites.append(Site(asked.folder, name, ODD[name]))
        edited = next(sites[-1].content.rglob("n5.md")).relative_to(sites[-1].content)
        steps(sites[-1], len(list(sites[-1].content.rglob("*.md"))), str(edited), "others")
    for site in sites:
        site.tidy()


if __name__ == "__main__":
    main()
