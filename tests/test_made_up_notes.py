"""The notes that kb is measured with are what benchmarks/README.md says of them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[1]
COUNT = 300


def made(folder: Path, *options: str) -> Mapping[str, str]:
    script = ROOT / "benchmarks" / "make_vault.py"
    subprocess.run([sys.executable, script, folder, f"--notes={COUNT}", *options], check=True)
    return {file.relative_to(folder).as_posix(): file.read_text() for file in sorted(folder.rglob("*.md"))}


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return made(tmp_path_factory.mktemp("notes"))


def test_they_are_the_same_every_time(notes: Mapping[str, str], tmp_path: Path) -> None:
    assert made(tmp_path / "again") == notes
    assert made(tmp_path / "other", "--seed=2").keys() != notes.keys()


def test_hugo_gets_the_same_with_links_that_lead_to_the_same_notes(
    notes: Mapping[str, str], tmp_path: Path
) -> None:
    hugo = made(tmp_path, "--for=hugo")
    assert hugo.keys() == notes.keys()
    for path, text in hugo.items():
        assert re.sub(r"\[([^]]+)\]\(/[^)]+/\)", r"[[\1]]", text) == notes[path]
        for title, url in re.findall(r"\[([^]]+)\]\((/[^)]+/)\)", text):
            folder = url.split("/")[1]
            assert f"{folder}/{title}.md" in notes


def test_they_are_as_long_and_as_full_of_code_and_links_as_stated(notes: Mapping[str, str]) -> None:
    prose = [re.sub(r"```.*?```", "", text.split("---\n", 2)[2], flags=re.DOTALL) for text in notes.values()]
    assert len(notes) == COUNT
    assert len({path.split("/")[0] for path in notes}) == 20
    assert 400 < median(len(re.findall(r"[A-Za-z]+", text)) for text in prose) < 500
    assert 0.35 < sum("```" in text for text in notes.values()) / COUNT < 0.45
    assert {text.count("[[") for text in prose} == {5}


def test_no_two_blocks_of_code_are_alike(notes: Mapping[str, str]) -> None:
    blocks = [block for text in notes.values() for block in re.findall(r"```.*?```", text, flags=re.DOTALL)]
    assert len(set(blocks)) == len(blocks)
