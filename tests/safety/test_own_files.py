"""What of kb itself cannot be read (C4), what may not be written to (C5), and what a library's new version changes (E11)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.shell import KB, Shell
from kb.disk.versions import versions
from safety.vault import Vault

NOTES = {
    "config.yaml": "title: T\n",
    "content/a.md": "# A\n\n[[b]]\n",
    "content/b.md": "# B\n\n```python\nx\n```\n",
}

#: Runs kb, but no file whose path ends so can be read: by Python's own import, or by kb.
FAILING = """
import builtins, errno, importlib.machinery, io, os, sys
ending = sys.argv.pop(1)
def failing(call, at):
    def wrapped(*given, **named):
        if str(given[at]).endswith(ending):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(given[at]))
        return call(*given, **named)
    return wrapped
from kb.cli import run
importlib.machinery.SourceFileLoader.get_data = failing(importlib.machinery.SourceFileLoader.get_data, 1)
importlib.machinery.SourceFileLoader.path_stats = failing(importlib.machinery.SourceFileLoader.path_stats, 1)
io.open = failing(io.open, 0)
run()
"""


@pytest.mark.parametrize(
    "ending", ["kb/pipeline/building.py", "markdown_it/main.py", "jinja2/environment.py", "kb/cli/build.py"]
)
def test_c4_a_file_of_python_that_cannot_be_read_is_told_in_words(tmp_path: Path, ending: str) -> None:
    shell = Shell(tmp_path)
    shell.write(NOTES)
    done = subprocess.run(
        [sys.executable, "-B", "-c", FAILING, ending, "-C", str(shell.here), "build", "--jobs", "1"],
        env=shell.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    first = done.stderr.splitlines()[0]
    assert first.startswith("kb: ")
    assert ending in first
    assert "Input/output error" in first
    assert done.returncode in {1, 2}
    assert shell.kb("build").code == 0


def theirs(shell: Shell, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same `kb` as somebody who may not do everything; the test is skipped where there is nobody else."""
    if os.geteuid() != 0:
        command = list(KB)
    elif shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and there is no setpriv to be somebody else")
    else:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *KB]
    done = subprocess.run(
        [*command, *arguments],
        cwd=shell.here,
        env={**shell.env, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode == 126:
        pytest.skip("somebody else may not run this Python")
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that others may enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def given_away(*folders: Path) -> None:
    if os.geteuid() == 0:
        for folder in folders:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, 65534, 65534)


def test_c5_notes_that_cannot_be_written_to_are_built(home: Path) -> None:
    shell = Shell(home)
    shell.write(NOTES)
    out, cache = home / "out", home / "their-cache"
    out.mkdir()
    cache.mkdir()
    given_away(shell.here, out, cache)
    folders = [shell.here, *(path for path in shell.here.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        done = theirs(shell, "--cache-dir", str(cache), "build", "--output", str(out))
        assert (done.returncode, done.stderr) == (0, "")
        assert (out / "a/index.html").is_file()
        assert theirs(shell, "--cache-dir", str(cache), "search", "B").returncode == 0
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_c5_an_output_that_cannot_be_written_to_is_named_and_stays_as_it_was(home: Path) -> None:
    shell = Shell(home)
    shell.write(NOTES)
    out, cache = home / "out", home / "their-cache"
    cache.mkdir()
    assert shell.kb("build", "--output", str(out)).code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (shell.here / "content/c.md").write_text("# C\n")
    given_away(shell.here, cache)
    out.chmod(0o555)
    try:
        done = theirs(shell, "--cache-dir", str(cache), "build", "--output", str(out))
    finally:
        out.chmod(0o755)
    assert done.returncode != 0
    assert str(out) in done.stderr
    assert "denied" in done.stderr.lower()
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_e11_another_version_of_a_library_makes_every_note_and_page_anew(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kb.read import parse

    read: list[str] = []
    known = parse._parse

    def counted(source: Any, *others: Any) -> Any:
        read.append(source.path)
        return known(source, *others)

    monkeypatch.setattr(parse, "_parse", counted)
    vault.write({"a.md": "# A\n", "b.md": "# B\n"}).build(jobs=1)
    assert sorted(read) == ["a.md", "b.md"]
    pages = vault.build(jobs=1).pages
    assert len(read) == 2
    newer = tmp_path / "newer"
    (newer / "Pygments-99.1.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(newer))
    versions.cache_clear()
    try:
        assert "Pygments=99.1" in versions()
        assert vault.build(jobs=1).pages == pages
        assert sorted(read) == ["a.md", "a.md", "b.md", "b.md"]
    finally:
        monkeypatch.undo()
        versions.cache_clear()
