"""The one door: what is really inside opens, nothing else does, and nothing hangs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.disk import inside
from kb.disk.inside import NotAFile, Outside, is_inside, read_inside


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "vault-private").mkdir()
    (tmp_path / "vault-private/x").write_text("secret")
    vault = tmp_path / "vault"
    (vault / "sub").mkdir(parents=True)
    (vault / "a.md").write_text("a")
    (vault / "sub/b.md").write_text("b" * 3_000_000)
    return vault


def test_a_file_inside_is_read_whole(vault: Path) -> None:
    assert read_inside(vault, "a.md") == b"a"
    assert len(read_inside(vault, "sub/b.md")) == 3_000_000


def _written_to_while_read(file: Path, times: int, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Let somebody write other bytes into the file, in the middle of each of the first `times` readings of it."""
    readings: list[bytes] = []
    real = inside._whole

    def torn(fd: int, size: int) -> bytes:
        data = real(fd, size)
        if len(readings) < times:
            other = bytes([data[0] + 1]) * len(data)
            file.write_bytes(other)
            os.utime(file, ns=(0, len(readings)))
            data = data[: size // 2] + other[size // 2 :]
        readings.append(data)
        return data

    monkeypatch.setattr(inside, "_whole", torn)
    return readings


def test_a_file_that_is_written_to_while_it_is_read_is_read_again(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (vault / "note.md").write_bytes(b"a" * 100)
    readings = _written_to_while_read(vault / "note.md", 2, monkeypatch)
    assert read_inside(vault, "note.md") == b"c" * 100
    assert readings[0] == b"a" * 50 + b"b" * 50
    assert len(readings) == 3


def test_a_file_that_is_written_to_without_an_end_is_taken_as_it_is_found(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (vault / "log.md").write_bytes(b"a" * 100)
    monkeypatch.setattr(inside, "_PAUSE_S", 0.0)
    readings = _written_to_while_read(vault / "log.md", 10**6, monkeypatch)
    assert read_inside(vault, "log.md") == readings[-1]
    assert len(readings) == inside._TRIES


def test_a_vault_reached_through_a_link_is_read(vault: Path) -> None:
    (vault.parent / "link").symlink_to(vault)
    assert read_inside(vault.parent / "link", "a.md") == b"a"


def test_links_that_stay_inside_are_followed(vault: Path) -> None:
    (vault / "sub/link.md").symlink_to("../a.md")
    (vault / "other").symlink_to("sub")
    assert read_inside(vault, "sub/link.md") == b"a"
    assert read_inside(vault, "other/link.md") == b"a"


@pytest.mark.parametrize(
    "target", ["../secret.txt", "../vault-private/x", "/etc/hostname", "/proc/self/environ"]
)
def test_links_that_lead_out_are_refused(vault: Path, target: str) -> None:
    (vault / "link").symlink_to(target)
    with pytest.raises(OSError, match=r"leads out of|is not a file|No such file"):
        read_inside(vault, "link")


def test_a_linked_folder_above_the_file_is_refused(vault: Path) -> None:
    (vault / "up").symlink_to("..")
    with pytest.raises(Outside):
        read_inside(vault, "up/secret.txt")


@pytest.mark.parametrize(
    "name", ["../secret.txt", "sub/../../secret.txt", "/etc/passwd", "a.md/", "./a.md", "", "a\0b", "é" * 128]
)
def test_names_that_are_no_path_inside_are_refused(vault: Path, name: str) -> None:
    with pytest.raises(Outside):
        read_inside(vault, name)


def test_what_is_no_regular_file_is_refused_and_does_not_hang(vault: Path) -> None:
    os.mkfifo(vault / "pipe")
    (vault / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "sub", "zero"):
        with pytest.raises((NotAFile, Outside)):
            read_inside(vault, name)


def test_inside_is_asked_of_real_paths(vault: Path) -> None:
    (vault / "out").symlink_to("..")
    assert is_inside(vault, vault / "sub/new.md")
    assert not is_inside(vault, vault / "out/secret.txt")
    assert not is_inside(vault, vault.parent / "vault-private/x")
