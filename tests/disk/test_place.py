"""Folders that cannot be an output folder are refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from disk.world import World
from kb.disk.refused import Refused


def refused(world: World, out: Path) -> str:
    world.content.mkdir(exist_ok=True)
    (world.content / "note.md").write_text("precious")
    before = sorted(world.root.rglob("*"))
    with pytest.raises(Refused) as caught:
        world.build({"index.html": "x"}, out=out)
    assert sorted(world.root.rglob("*")) in (before, [*before, world.cache], sorted([*before, world.cache]))
    assert caught.value.hint
    return str(caught.value)


def test_the_folder_with_the_notes_is_refused(world: World) -> None:
    assert "is the folder with the notes" in refused(world, world.content)
    assert "is the folder with the notes" in refused(world, world.content / ".." / "content")


def test_a_folder_that_holds_the_notes_is_refused(world: World) -> None:
    assert "holds the folder with the notes" in refused(world, world.root)


def test_a_folder_among_the_notes_that_is_not_empty_is_refused(world: World) -> None:
    (world.content / "films").mkdir(parents=True)
    (world.content / "films/aruvi.md").write_text("film")
    assert "among the notes" in refused(world, world.content / "films")


def test_an_empty_folder_among_the_notes_is_taken_and_stays_ours(world: World) -> None:
    out = world.content / "site"
    world.build({"index.html": "1"}, out=out)
    assert world.build({"index.html": "2"}, out=out).written == ("index.html",)


def test_links_to_a_refused_folder_are_refused(world: World) -> None:
    world.content.mkdir()
    (world.root / "link").symlink_to(world.content)
    assert "is the folder with the notes" in refused(world, world.root / "link")
    (world.root / "above").symlink_to(world.root)
    assert "holds the folder with the notes" in refused(world, world.root / "above")


def test_the_root_of_the_disk_and_home_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be the output folder" in refused(world, Path("/"))
    monkeypatch.setenv("HOME", str(world.root / "home"))
    (world.root / "home").mkdir()
    assert "cannot be the output folder" in refused(world, world.root / "home")


def test_a_file_is_refused(world: World) -> None:
    (world.root / "file").write_text("x")
    assert "is a file" in refused(world, world.root / "file")


def test_a_link_to_a_folder_elsewhere_is_followed(world: World) -> None:
    (world.root / "elsewhere").mkdir()
    (world.root / "out").symlink_to(world.root / "elsewhere")
    world.build({"index.html": "x"}, out=world.root / "out")
    assert (world.root / "elsewhere/index.html").read_text() == "x"
