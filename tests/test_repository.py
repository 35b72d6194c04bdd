"""What a stranger who clones the repository may count on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: Folders of one machine, and hosts that only one network knows.
MACHINE = re.compile(
    r"/(?:work/(?:main|shared)|root/|Users/\w|opt/wheels)|/home/(?!you\b|me\b|user\b)\w", re.ASCII
)
REGISTRY = re.compile(
    r"pypi[.]org|pythonhosted[.]|npmjs[.]|artifact[o]ry|dev[p]i|index[-_]url|find[-_]links", re.IGNORECASE
)


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """Every file that git knows, as it stands here."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def texts(files: Mapping[str, bytes]) -> Mapping[str, str]:
    return {name: data.decode() for name, data in files.items() if b"\0" not in data}


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "LICENSE",
        "config.yaml",
        ".ci/run",
    ],
)
def test_a_stranger_finds(files: Mapping[str, bytes], name: str) -> None:
    assert files.get(name)


def test_no_file_names_a_machine_or_a_registry(texts: Mapping[str, str]) -> None:
    named = {
        f"{name}: {found.group()}"
        for name, text in texts.items()
        for pattern in (MACHINE, REGISTRY)
        for found in pattern.finditer(text)
    }
    assert named == set()


def test_lines_end_as_on_unix(files: Mapping[str, bytes]) -> None:
    assert [name for name, data in files.items() if b"\r\n" in data and b"\0" not in data] == []


def test_no_file_is_large(files: Mapping[str, bytes]) -> None:
    assert {name: len(data) for name, data in files.items() if len(data) > 500_000} == {}


@pytest.mark.parametrize("manual", ["README.md", "CONTRIBUTING.md", "benchmarks/README.md"])
def test_every_make_target_that_a_manual_names_exists(manual: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / manual).read_text(), re.MULTILINE))
    assert named
    assert named <= targets


def test_every_file_that_a_manual_links_to_exists(texts: Mapping[str, str]) -> None:
    dead = [
        f"{name}: {target}"
        for name, text in texts.items()
        if name.endswith(".md") and not name.startswith(("content/", "tests/", "src/"))
        for target in re.findall(
            r"\]\((?!https?:)([^)#\s]+)", re.sub(r"(`+).+?\1", "", text, flags=re.DOTALL)
        )
        if not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert dead == []


def test_the_licence_is_mit() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("MIT License")
    assert "the kb authors" in text
