"""A build and a preview with little memory and few open files."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

#: Enough for a small site, and not for what a parser makes of some megabytes of dense Markdown.
MEMORY = 400 << 20
FILES = 40
#: A process of kb that may not have more, and tells the most that it had open.
KB = """
import resource, sys
resource.setrlimit(resource.{limit}, ({most}, {most}))
from kb.cli import run
run()
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of processes are Unix's")


def kb(root: Path, limit: str, most: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KB.format(limit=limit, most=most), "-C", str(root), *arguments]
    env = {**os.environ, "KB_CACHE_DIR": str(root / "cache"), "NO_COLOR": "1", "COLUMNS": "500"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def site(root: Path, notes: dict[str, str]) -> None:
    (root / "content").mkdir(parents=True)
    (root / "config.yaml").write_text("title: One\nbase_url: https://example.org/\n")
    for name, text in notes.items():
        (root / "content" / name).write_text(text)


def test_j12_a_note_for_which_the_memory_is_too_little_is_named_and_the_others_are_built(
    tmp_path: Path,
) -> None:
    dense = "A *word* with [[link]] and `code` in it.\n\n- item\n- item\n\n" * 80_000
    site(tmp_path, {"dense.md": dense, "a.md": "# A\n\n[[b]]\n", "b.md": "# B\n"})
    done = kb(tmp_path, "RLIMIT_AS", MEMORY, "build")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert (
        "dense.md:1:1: unreadable-file: the process that read this note ended (" in done.stdout + done.stderr
    )
    assert (tmp_path / "site" / "a" / "index.html").exists()
    assert not (tmp_path / "site" / "dense").exists()


def test_j3_ten_megabytes_of_prose_are_built_with_little_memory(tmp_path: Path) -> None:
    words = "words that a note may hold, and some that others hold too " * 20
    site(tmp_path, {"large.md": f"# Heading\n\n{words}\n\n" * 8500, "a.md": "[[large]]\n"})
    done = kb(tmp_path, "RLIMIT_AS", MEMORY, "build")
    assert done.returncode == 0, done.stderr
    assert "large.md:1:1: large-note: the text of this note has 9," in done.stdout + done.stderr
    assert (tmp_path / "site" / "large" / "index.html").stat().st_size > 9_000_000


def test_j12_forty_open_files_are_enough_for_a_site_of_hundreds_of_notes(tmp_path: Path) -> None:
    notes = {f"n{n}.md": f"# Note {n}\n\nWords [[n{n + 1}]] #tag{n}\n" for n in range(300)}
    site(tmp_path, notes)
    done = kb(tmp_path, "RLIMIT_NOFILE", FILES, "build")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "site").glob("n*/index.html"))) == 300
    assert "n7.md:1" in kb(tmp_path, "RLIMIT_NOFILE", FILES, "search", "note 7").stdout


@contextlib.contextmanager
def preview(root: Path, most: int) -> Iterator[int]:
    """The port of a preview that may have so many files open."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    program = KB.format(limit="RLIMIT_NOFILE", most=most)
    command = [sys.executable, "-c", program, "-C", str(root), "serve", f"--port={port}"]
    env = {**os.environ, "KB_CACHE_DIR": str(root / "cache")}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        try:
            eventually(lambda: b"200 OK" in asked(port, "/"))
            yield port
        finally:
            child.terminate()
            _, said = child.communicate(timeout=30)
    assert b"Traceback" not in said, said.decode()


def asked(port: int, path: str) -> bytes:
    """The answer of a preview, nothing if there is none."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(request)
        return b"".join(iter(lambda: sock.recv(65536), b""))
    return b""


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_j12_a_preview_with_few_files_outlives_a_hundred_idle_connections_and_shows_what_is_saved_meanwhile(
    tmp_path: Path,
) -> None:
    site(tmp_path, {"a.md": "# A\n\nfirst\n"})
    with preview(tmp_path, 64) as port, contextlib.ExitStack() as idle:
        for _ in range(100):
            idle.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        (tmp_path / "content" / "a.md").write_text("# A\n\nsecond\n")
        eventually(lambda: b"second" in asked(port, "/a/"))
