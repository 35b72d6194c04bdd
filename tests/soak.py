"""``make soak``: a preview that is used for hours (``HOURS=8``), and what it needs of the machine meanwhile.

Every few seconds somebody saves a note, and what they did is waited for in its page: another sentence, another title, a
new note, one that goes, front matter that breaks and is mended, a table, a template, the configuration. Two browsers
open pages, follow what happens, search, and leave, half of the time without a word. Memory, open files, threads and
processes are noted down each minute, or eight times.

In the end the preview has grown in none of them, each of its pages is that of a clean build, nobody's files but the
person's own have changed, and it ends at Ctrl-C.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple, Self

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from kb.pipeline.building import build  # noqa: E402 - found by the path above
from kb.pipeline.opening import Ask  # noqa: E402
from laws.worlds import tree  # noqa: E402
from safety.previews import asked_of, listening_at, sources, without_script  # noqa: E402

CONFIG = "title: {}\nbase_url: https://example.org/\n"
_FOOTER = '{{% extends "paper/note.html" %}}{{% block footer %}}<p>footer {}</p>{{% endblock %}}'
#: Seconds after which what was saved is missed in its page.
PATIENCE = 60
#: What the memory may have grown by, from the second quarter of the time to the last. Caches of a bounded size still fill.
MEGABYTES = 10.0


class Needs(NamedTuple):
    """What a preview and the processes it began hold at a moment. `memory` is in megabytes."""

    memory: float
    files: int
    threads: int
    processes: int

    def __str__(self) -> str:
        return (
            f"{self.memory:6.1f} MB, {self.files} files, {self.threads} threads, {self.processes} processes"
        )


class Preview:
    """``kb serve`` in a folder, as a person starts it."""

    def __init__(self, root: Path, cache: Path) -> None:
        self._told = root.with_name("told")
        with self._told.open("wb") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kb", "serve", "--port", "0", "--no-drafts"],
                cwd=root,
                stdout=told,
                stderr=subprocess.STDOUT,
                env={**os.environ, "KB_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT / "src")},
            )

    @property
    def out(self) -> str:
        return self._told.read_text(encoding="utf-8")

    def is_over(self) -> bool:
        return self._process.poll() is not None

    def needs(self) -> Needs:
        """What it holds now, by what the system tells (Linux)."""
        processes = [self._process.pid, *_children_of(self._process.pid)]
        status = [_status(pid) for pid in processes]
        return Needs(
            sum(each["VmRSS"] for each in status) / 1024,
            sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in processes),
            sum(each["Threads"] for each in status),
            len(processes),
        )

    def ends(self) -> int:
        """Ctrl-C, and the code with which it ends."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def _children_of(pid: int) -> list[int]:
    found = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [each for child in found for each in (child, *_children_of(child))]


def _status(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    wanted = (line.split() for line in lines if line.startswith(("VmRSS", "Threads")))
    return {words[0].rstrip(":"): int(words[1]) for words in wanted}


class Day:
    """What a person does to the folder of a site: a step at a time, each with what then has to be seen, and where."""

    def __init__(self, root: Path, notes: int, seed: int) -> None:
        self._root, self.notes, self.seed, self._random = root, notes, seed, random.Random(seed)
        self._born: list[str] = []
        self._broken: int | None = None
        self.turn = 0
        #: What lies in the folder, if nobody else puts anything there.
        self.files: dict[str, bytes] = {}
        self._save("config.yaml", CONFIG.format("Day"))
        self._save("content/data.csv", "a,b\n1,2\n")
        self._save("content/index.md", "# Home\n\n![[data.csv]]\n")
        for number in range(notes):
            self._save(self._file(number), self._text(number))

    def step(self) -> tuple[str, str]:
        """Does something. Returns an address, and words that are to stand there soon."""
        self.turn += 1
        if self._broken is not None:
            return self._edit()
        (do,) = self._random.choices(
            [
                self._edit,
                self._retitle,
                self._bear,
                self._bury,
                self._break,
                self._count,
                self._frame,
                self._name,
            ],
            [60, 8, 8, 8, 5, 5, 3, 3],
        )
        return do()

    def _edit(self) -> tuple[str, str]:
        number = self._any() if self._broken is None else self._broken
        self._broken = None
        self._save(self._file(number), self._text(number, f"Sentence {self.turn}."))
        return self._page(number), f"Sentence {self.turn}."

    def _retitle(self) -> tuple[str, str]:
        number = self._any()
        self._save(self._file(number), f"---\ntitle: Title {self.turn}\n---\n" + self._text(number))
        return self._page((number + 1) % self.notes), f"Title {self.turn}"

    def _bear(self) -> tuple[str, str]:
        self._born.append(f"born{self.turn}")
        self._save(f"content/{self._born[-1]}.md", f"New at {self.turn}. [[n{self._any()}]] #new\n")
        return f"{self._born[-1]}/", f"New at {self.turn}."

    def _bury(self) -> tuple[str, str]:
        if not self._born:
            return self._bear()
        name = self._born.pop(0)
        (self._root / f"content/{name}.md").unlink()
        del self.files[f"content/{name}.md"]
        return f"{name}/", "Nothing is kept at this address"

    def _break(self) -> tuple[str, str]:
        self._broken = number = self._any()
        self._save(self._file(number), f"---\ntitle: broken: {self.turn}\n---\n")
        return self._page(number), f"broken: {self.turn}"

    def _count(self) -> tuple[str, str]:
        self._save("content/data.csv", f"a,b\n{self.turn},{self.turn}\n")
        return "", str(self.turn)

    def _frame(self) -> tuple[str, str]:
        self._save("themes/paper/templates/note.html", _FOOTER.format(self.turn))
        number = self._any()
        self._save(self._file(number), self._text(number))
        return self._page(number), f"footer {self.turn}"

    def _name(self) -> tuple[str, str]:
        self._save("config.yaml", CONFIG.format(f"Day {self.turn}"))
        return "", f"Day {self.turn}"

    def _any(self) -> int:
        return self._random.randrange(self.notes)

    def _file(self, number: int) -> str:
        return f"content/f{number % 20}/n{number}.md"

    def _page(self, number: int) -> str:
        return f"f{number % 20}/n{number}/"

    def _text(self, number: int, last: str = "") -> str:
        """A note that links to the one before and to some others, with a formula, a table and some code."""
        links = " ".join(f"[[n{self._any()}]]" for _ in range(4))
        words = " ".join(f"word{self._random.randrange(3_000)}" for _ in range(120))
        return (
            f"[[n{(number - 1) % self.notes}]] {links} #t{number % 30}\n\n{words}\n\n## Part\n\n$x^{number}$\n\n"
            f"| a | b |\n|---|---|\n| {number} | 2 |\n\n```python\nx = {number}\n```\n\n{last}\n"
        )

    def _save(self, name: str, text: str) -> None:
        file = self._root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self.files[name] = text.encode()


def browse(address: str, notes: int, stop: threading.Event, seed: int) -> None:
    """Be a browser: read, search, follow what happens for a while, and leave, now and then without a word."""
    chance = random.Random(seed)
    while not stop.is_set():
        number = chance.randrange(notes)
        page = f"f{number % 20}/n{number}/"
        with suppress(OSError, http.client.HTTPException):
            asked_of(address, page)
            asked_of(address, f"_kb/search?q=word{chance.randrange(3_000)}")
            host, _, port = address.partition(":")
            with socket.create_connection((host, int(port)), timeout=1) as stream:
                stream.sendall(f"GET /_kb/events?path=/{page} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
                until = time.monotonic() + chance.uniform(0.2, 20)
                while time.monotonic() < until and not stop.is_set():
                    with suppress(TimeoutError):
                        stream.recv(4_096)
                if chance.random() < 0.5:  # torn down, as by a lid that is closed
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def seen(preview: Preview, address: str, path: str, words: str) -> float:
    """Seconds until these words stand at that address."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        assert not preview.is_over(), preview.out
        with suppress(OSError, http.client.HTTPException):
            if words in asked_of(address, path).decode():
                return time.monotonic() - began
        time.sleep(0.02)
    raise AssertionError(f"/{path} does not say {words!r} after {PATIENCE} s")


def soak(
    folder: Path, *, hours: float, every: float, notes: int, seed: int, say: Callable[[str], None]
) -> list[Needs]:
    """Use a preview for so long, saving every so many seconds. Returns what it needed, at equal intervals.

    Raises AssertionError where something is not as the head of this file says, growth aside.
    """
    root = folder / "root"
    day = Day(root, notes, seed)
    with Preview(root, folder / "cache") as preview:
        address = listening_at(preview)
        assert address is not None, preview.out
        noted = _used(preview, address, day, hours, every, say)
        _shows_what_a_clean_build_gives(address, root, folder)
        assert preview.ends() == 0, preview.out
    assert "Traceback" not in preview.out, preview.out
    assert sources(root) == day.files
    assert not (root / "site").exists()
    return noted


def _used(
    preview: Preview, address: str, day: Day, hours: float, every: float, say: Callable[[str], None]
) -> list[Needs]:
    stop = threading.Event()
    browsers = [
        threading.Thread(target=browse, args=(address, day.notes, stop, day.seed + number))
        for number in (1, 2)
    ]
    for browser in browsers:
        browser.start()
    noted, waited = [], []
    try:
        began = time.monotonic()
        interval = min(60.0, 3_600 * hours / 8)
        for number in range(1, 1 + round(3_600 * hours / interval)):
            while time.monotonic() - began < number * interval:
                waited.append(seen(preview, address, *day.step()))
                time.sleep(max(0.0, every - waited[-1]))
            noted.append(preview.needs())
            say(f"{number * interval / 60:4.0f} min: {len(waited):,} saves, {noted[-1]}")
    finally:
        stop.set()
        for browser in browsers:
            browser.join()
    say(f"from a save to its page: {median(waited):.2f} s, the slowest {max(waited):.2f} s")
    return noted


def _shows_what_a_clean_build_gives(address: str, root: Path, folder: Path) -> None:
    output = folder / "clean"
    build(Ask(root=root, output=output, cache=folder / "clean-cache", jobs=1), lambda *_: None)
    clean = {path: data for path, (data, _) in tree(output).items() if not path.startswith(".kb/")}
    unlike = [path for path, data in clean.items() if without_script(asked_of(address, path)) != data]
    assert not unlike, f"{len(unlike)} of {len(clean)} files are not those of a clean build: {unlike[:5]}"


def grown(noted: Sequence[Needs]) -> list[str]:
    """In what a preview grew from the second quarter of the time to the last."""
    quarter = len(noted) // 4
    early, late = noted[quarter : 2 * quarter], noted[-quarter:]
    by = median(each.memory for each in late) - median(each.memory for each in early)
    found = [f"memory by {by:.1f} MB"] if by > MEGABYTES else []
    for name in ("files", "threads", "processes"):
        before, after = max(getattr(each, name) for each in early), min(getattr(each, name) for each in late)
        found += [f"{name} from {before} to {after}"] if after > before else []
    return found


def main() -> int:
    """0 if all held and nothing grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--every", type=float, default=2, help="save every so many seconds")
    parser.add_argument("--notes", type=int, default=200, help="of each that is seen something is kept")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-soak-") as folder:
        noted = soak(
            Path(folder),
            hours=asked.hours,
            every=asked.every,
            notes=asked.notes,
            seed=asked.seed,
            say=lambda text: print(text, flush=True),
        )
    found = grown(noted)
    print(f"it grew: {', '.join(found)}" if found else "it did not grow")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
