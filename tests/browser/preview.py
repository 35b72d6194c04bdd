"""A vault with `kb serve` before it, and a person who writes in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"
KB = [sys.executable, "-c", "from kb.cli import main; main()"]

#: Long enough to be scrolled, with something to unfold and something to write into.
LONG = """\
---
title: A long note
---

First paragraph.

{inserted}<details><summary>More</summary>

Hidden words.

</details>

<details><summary>Even more</summary>

Other hidden words.

</details>

{filler}

Last paragraph{last}.
"""


def long_note(inserted: str = "", last: str = "") -> str:
    """A note of some screens. `inserted` is a paragraph near its beginning, `last` stands in its last one."""
    filler = "\n\n".join(f"Paragraph {number} of a long note, with some words in it." for number in range(60))
    return LONG.format(inserted=f"{inserted}\n\n" if inserted else "", filler=filler, last=last)


class Preview:
    """`kb serve` in a process of its own."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self._env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(cache)}
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self, *options: str) -> None:
        """Start it, at the port it had before if it ran already, and wait until it listens."""
        port = self.url.rstrip("/").rpartition(":")[2] or "0"
        with (self.root.parent / "stderr").open("a") as errors:
            self._process = subprocess.Popen(
                [*KB, "-C", str(self.root), "serve", "--port", port, *options],
                env=self._env,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("http://"), (line, (self.root.parent / "stderr").read_text())
        self.url = line.split()[0]

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self._process is not None:
            self._process.send_signal(2)
            self._process.wait(timeout=60)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def write(self, files: Mapping[str, str]) -> None:
        """Save these files, each by a rename, as editors do."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.tmp")
            beside.write_text(text)
            beside.replace(path)

    def until(self, path: str, wanted: str) -> None:
        """Wait until the server itself shows something, where no browser is looking."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with urllib.request.urlopen(self.url + path) as response:  # noqa: S310 - our own server
                if wanted in response.read().decode():
                    return
            time.sleep(0.05)
        raise AssertionError(f"{path} never showed {wanted!r}")
