"""What search makes of a note is kept beside it, under all that decides it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.disk.ignore import Skip
from kb.disk.load import Analyser, Loaded, load_notes
from kb.disk.scan import scan
from kb.disk.stamp import digest
from kb.disk.store import Store
from kb.model.note import Body, Note, Source


def parser() -> Callable[[Source], tuple[Note, Body]]:
    return lambda source: (Note(source.path, source.digest, source.path), Body((), source.data.decode()))


def shouter() -> Analyser:
    return lambda _note, body: body.text.upper().encode()


class World:
    def __init__(self, root: Path) -> None:
        self.content, self.cache = root / "vault", root / "cache"
        self.content.mkdir()
        self.cache.mkdir()

    def load(self, analysed: str = "d a", jobs: int = 1) -> Loaded:
        found = scan(self.content, Skip())
        analyse = shouter if analysed else None
        return load_notes(self.content, found, self.store(analysed), parser, jobs, analyse=analyse)

    def store(self, analysed: str = "d a") -> Store:
        return Store(self.cache, "d", analysed)

    def analyses(self, analysed: str = "d a") -> dict[str, bytes]:
        files = sorted(self.content.iterdir())
        return dict(self.store(analysed).analyses({path.name: digest(path.read_bytes()) for path in files}))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_parsed_is_analysed(world: World, jobs: int) -> None:
    for number in range(600):
        (world.content / f"{number}.md").write_text(f"text {number}")
    world.load(jobs=jobs)
    assert world.analyses() == {f"{number}.md": f"TEXT {number}".encode() for number in range(600)}


def test_few_are_found_among_many(world: World) -> None:
    (world.content / "a.md").write_text("one")
    (world.content / "b.md").write_text("two")
    world.load()
    wanted = {"a.md": digest(b"one"), "b.md": digest(b"other"), "c.md": digest(b"")}
    assert dict(world.store().analyses(wanted)) == {"a.md": b"ONE"}


def test_nothing_is_kept_where_nothing_is_searched(world: World) -> None:
    (world.content / "a.md").write_text("one")
    world.load("")
    assert world.analyses("") == {}


def test_an_analysis_of_another_stamp_is_not_known(world: World) -> None:
    (world.content / "a.md").write_text("one")
    world.load()
    assert world.analyses("d b") == {}


def test_an_analysis_goes_with_its_note(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.disk.store._GRACE_SECONDS", -1)
    (world.content / "a.md").write_text("one")
    world.load()
    (world.content / "a.md").write_text("another")
    world.load()
    assert world.analyses() == {"a.md": b"ANOTHER"}
    assert dict(world.store().analyses({"a.md": digest(b"one")})) == {}


def test_one_note_is_found_by_its_digest(world: World) -> None:
    (world.content / "a.md").write_text("one")
    world.load()
    note = world.store().stored("a.md", digest(b"one"))
    assert note is not None
    assert note.path == "a.md"
    assert world.store().stored("a.md", digest(b"two")) is None


def test_a_store_of_an_older_version_is_removed(world: World) -> None:
    for suffix in ("", "-wal"):
        (world.cache / f"notes-1.sqlite{suffix}").write_bytes(b"old")
    (world.content / "a.md").write_text("one")
    world.load()
    assert list(world.cache.glob("notes-1.*")) == []
    assert world.analyses() == {"a.md": b"ONE"}
