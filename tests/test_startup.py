"""A command imports what it needs, and nothing besides: what a person waits for before anything happens."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"

HEAVY = {
    "markdown_it",
    "mdit_py_plugins",
    "jinja2",
    "pygments",
    "yaml",
    "whoosh",
    "watchdog",
    "nh3",
    "feedgenerator",
}

#: Runs the command line in a fresh interpreter and says, last, which modules that imported.
RUN = """
import sys
try:
    from kb.cli import main
    main()
finally:
    print(*{name.partition(".")[0] for name in sys.modules})
"""


def imported_by(*arguments: str) -> set[str]:
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"], ["search", "--help"]])
def test_help_imports_no_heavy_library(arguments: list[str]) -> None:
    assert imported_by(*arguments) & HEAVY == set()


def test_a_build_after_nothing_changed_parses_and_renders_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n[[b]]\n\n```python\nprint()\n```\n")
    (tmp_path / "b.md").write_text("# B\n\nText.\n")
    build = ["-C", str(tmp_path), "build", "--output", str(tmp_path / "site")]
    assert {"markdown_it", "pygments", "jinja2"} <= imported_by(*build, "--jobs", "1")
    assert imported_by(*build) & {"markdown_it", "mdit_py_plugins", "pygments", "jinja2", "nh3"} == set()


def test_a_search_after_nothing_changed_imports_neither_markdown_nor_yaml_nor_whoosh(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("title: T\ncontent: .\n")
    (tmp_path / "a.md").write_text("# A\n\nzebra\n")
    search = ["-C", str(tmp_path), "search", "zebra"]
    assert {"whoosh", "markdown_it", "yaml"} <= imported_by(*search)
    time.sleep(0.05)  # a file as young as the look at it is read again
    imported_by(*search)
    assert imported_by(*search) & HEAVY == set()
