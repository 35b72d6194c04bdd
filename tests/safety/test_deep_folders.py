"""Folders nested very deep, and paths that are too long for the output or for the system itself."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from website.web import Web, built, made, written

pytestmark = pytest.mark.skipif(os.name != "posix", reason="longer paths than Windows can make")


def nested(root: Path, name: str, depth: int, notes: dict[str, str]) -> Web:
    """The site of these notes and one that lies in so many folders; a path may be too long to be named at once."""
    written(root, notes)
    here = os.open(root / "content", os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    note = os.open("deep.md", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(note, b"# Deep\n\n[[a]]\n")
    os.close(note)
    os.close(here)
    return made(root, root / "site")


def test_j6_a_note_in_a_hundred_and_ten_folders_is_published(tmp_path: Path) -> None:
    web = nested(tmp_path, "d", 110, {"a.md": "[[deep]]\n"})
    page = "d/" * 110 + "deep/index.html"
    assert "<h1" in web.text(page)
    assert not [problem for problem in web.problems if problem.severity == "error"]
    tree = web.text("contents/index.html").partition('<nav class="tree"')[2].partition("</nav>")[0]
    assert max(len(address) // 2 for address in re.findall(r'href="\.\./((?:d/)+)"', tree)) == 20
    assert f'href="../../{"d/" * 21}"' not in tree
    below = web.text("d/" * 20 + "index.html")
    assert f'{"../" * 20}{"d/" * 21}"' in below
    assert not list(web.faults())


def test_j6_an_address_that_is_too_long_is_told_with_its_note_and_all_else_is_built(tmp_path: Path) -> None:
    name = "long-name-" * 15
    folder = f"{name}/" * 7
    web = built(tmp_path, {f"{folder}deep.md": "# Deep\n", "a.md": "[[deep]]\n", f"{name}/b.md": "B\n"})
    told = [problem for problem in web.problems if problem.severity == "error"]
    assert {problem.code for problem in told} == {"long-address"}
    [of_note] = [problem for problem in told if problem.place.path.endswith("deep.md")]
    assert "an address of 1,065 bytes, and not every system can hold more than 900" in of_note.message
    assert "a/index.html" in web.files
    assert f"{name.strip('-')}/b/index.html" in web.files
    assert max(map(len, web.files)) <= 900


def test_j6_a_path_that_the_system_cannot_hold_is_told_and_all_else_is_built(tmp_path: Path) -> None:
    web = nested(tmp_path, "n" * 200, 25, {"a.md": "# A\n"})
    [problem] = [problem for problem in web.problems if problem.code == "unreadable-file"]
    assert problem.message == "this folder cannot be read: File name too long"
    assert "a/index.html" in web.files
