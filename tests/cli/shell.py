"""`kb` as a person runs it: a program in a process of its own, in a pipe or in a terminal."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"
KB = [sys.executable, "-c", "from kb.cli import main; main()"]
_NOT_THEIRS = {"NO_COLOR", "TERM", "PYTHONUNBUFFERED"}


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str = ""

    @property
    def all(self) -> str:
        return self.out + self.err


class Shell:
    """A person in a folder, with a cache of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.here = home / "here"
        self.here.mkdir()
        keep = {name: value for name, value in os.environ.items() if name not in _NOT_THEIRS}
        self.env = {
            **keep,
            "PYTHONPATH": str(SRC),
            "KB_CACHE_DIR": str(home / "cache"),
            "TERM": "xterm-256color",
        }

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Put these files, by their path from here, there."""
        for name, text in files.items():
            path = self.here / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def kb(self, *arguments: str, cwd: Path | None = None, **env: str) -> Done:
        """Run `kb` with its output in pipes."""
        done = subprocess.run(
            [*KB, *arguments],
            cwd=cwd or self.here,
            env={**self.env, **env},
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode("utf-8", "replace")
        return Done(
            done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `kb` and do not wait for it."""
        return subprocess.Popen(
            [*KB, *arguments], cwd=self.here, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def terminal(self, *arguments: str, **env: str) -> Done:
        """Run `kb` in a terminal; all that appeared in it."""
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [*KB, *arguments],
            cwd=self.here,
            env={**self.env, **env},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        seen = b""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if not select.select([ours], [], [], 0.2)[0]:
                if process.poll() is not None:
                    break
                continue
            try:
                piece = os.read(ours, 1 << 16)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            seen += piece
        os.close(ours)
        return Done(process.wait(timeout=60), seen.decode().replace("\r\n", "\n"))

    def page(self, path: str, folder: str = "site") -> bytes | None:
        """One file of the output, None where there is none. It may be asked while a build writes, unlike `site`."""
        try:
            return (self.here / folder / path).read_bytes()
        except FileNotFoundError:
            return None

    def site(self, folder: str = "site") -> dict[str, bytes]:
        """The pages of the output, by path."""
        out = self.here / folder
        paths = (path for path in sorted(out.rglob("*")) if path.is_file())
        return {
            name: path.read_bytes()
            for path in paths
            if not (name := path.relative_to(out).as_posix()).startswith(".kb/")
        }


def plain(text: str) -> str:
    """Text without the codes that colour it or move the cursor."""
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\r", "", text)
