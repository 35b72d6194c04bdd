"""A build and a preview with little memory and few open files."""

from __future__ import annotations

import os
import subprocess
import sys
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
