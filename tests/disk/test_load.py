"""Files become notes, each text parsed once; whatever happens to the store, the result is the same."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.disk.cache import CacheError, cache_folder
from kb.disk.ignore import Skip
from kb.disk.load import Loaded, StaleNoteError, load_notes
from kb.disk.scan import scan
from kb.disk.stamp import Stamp, digest, racy
from kb.disk.store import Row, Store
from kb.disk.store_file import NAME
from kb.model.note import Attachment, Body, Note, Source

PARSED = "parsed.txt"


class Vault:
    """A folder of notes, a store, and a parser that notes down what it parses."""

    def __init__(self, root: Path) -> None:
        self.content, self.cache, self.log = root / "vault", root / "cache", root / PARSED
        self.content.mkdir()
        self.cache.mkdir()

    def put(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.content / f"{name}.md").write_text(text)

    def age(self) -> None:
        """Let every file be old enough for its stamp to be trusted."""
        time.sleep(0.03)

    def load(self, dialect: str = "d", jobs: int = 1) -> Loaded:
        self.log.write_text("")
        self.store = Store(self.cache, dialect)
        return load_notes(self.content, scan(self.content, Skip()), self.store, self._parser, jobs)

    def parsed(self) -> list[str]:
        return sorted(self.log.read_text().split())

    def _parser(self) -> Callable[[Source], tuple[Note, Body]]:
        def parse(source: Source) -> tuple[Note, Body]:
            with self.log.open("a") as log:
                log.write(f"{source.path}\n")
            text = source.data.decode()
            if "die" in text:
                os._exit(3)
            return Note(source.path, source.digest, text), Body((f"<p>{text}</p>",), text)

        return parse


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path)


def titles(loaded: Loaded) -> dict[str, str]:
    return {path: note.title for path, note in loaded.notes.items()}


def test_notes_come_in_path_order_with_their_bodies(vault: Vault) -> None:
    vault.put(b="two", a="one", c="three")
    loaded = vault.load()
    assert list(loaded.notes) == ["a.md", "b.md", "c.md"]
    assert loaded.notes["a.md"].digest == digest(b"one")
    assert loaded.bodies["b.md"] == Body(("<p>two</p>",), "two")
    assert dict(loaded.bodies).keys() == loaded.notes.keys()
    assert loaded.problems == ()


def test_a_text_is_parsed_once(vault: Vault) -> None:
    vault.put(a="one", b="two")
    first = vault.load()
    assert (vault.parsed(), first.parsed) == (["a.md", "b.md"], 2)
    again = vault.load()
    assert (vault.parsed(), again.parsed) == ([], 0)
    assert again.notes == first.notes
    assert again.bodies["b.md"].text == "two"


def test_only_what_changed_is_parsed(vault: Vault) -> None:
    vault.put(a="one", b="two")
    vault.load()
    vault.put(b="changed", c="new")
    (vault.content / "a.md").touch()
    assert titles(vault.load()) == {"a.md": "one", "b.md": "changed", "c.md": "new"}
    assert vault.parsed() == ["b.md", "c.md"]


def test_a_file_of_known_stamp_is_not_read(vault: Vault) -> None:
    vault.put(a="one")
    vault.age()
    vault.load()
    found = scan(vault.content, Skip())
    (vault.content / "a.md").unlink()
    assert list(load_notes(vault.content, found, vault.store, vault._parser).notes) == ["a.md"]


def test_an_edit_at_the_same_moment_with_the_same_size_is_seen(vault: Vault) -> None:
    for text in ("one", "two", "six", "ten"):
        vault.put(a=text)
        assert titles(vault.load()) == {"a.md": text}


@pytest.mark.parametrize("moment", [0, 4_000_000_000])
def test_an_edit_that_keeps_size_and_time_is_seen(vault: Vault, moment: int) -> None:
    path = vault.content / "a.md"
    for text in ("one", "two"):
        path.write_text(text)
        os.utime(path, (moment, moment))
        vault.age()
        assert titles(vault.load()) == {"a.md": text}


def test_a_stamp_is_racy_if_the_file_could_have_changed_since_unnoticed() -> None:
    second = 10**9
    assert racy(Stamp(1, 5 * second + 1, 1), 5 * second + 1000)
    assert not racy(Stamp(1, 5 * second + 1, 1), 6 * second)
    assert racy(Stamp(1, 5 * second, 1), 6 * second)  # a file system that keeps whole seconds
    assert not racy(Stamp(1, 5 * second, 1), 8 * second)
    assert racy(Stamp(1, 1, 1, changed_ns=5 * second + 1), 5 * second)


def test_an_edited_note_among_many_is_parsed_beside(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.disk.load.MANY", 1)
    vault.put(a="one", b="two")
    vault.age()
    vault.load(jobs=2)
    vault.put(a="three")
    vault.age()
    loaded = vault.load(jobs=2)
    assert vault.parsed() == ["a.md"]
    assert titles(loaded) == {"a.md": "three", "b.md": "two"}
    assert loaded.bodies["a.md"].text == "three"
    vault.load(jobs=2)
    assert vault.parsed() == []


def test_another_dialect_parses_anew(vault: Vault) -> None:
    vault.put(a="one")
    vault.load("d1")
    vault.load("d2")
    assert vault.parsed() == ["a.md"]
    vault.load("d1")
    assert vault.parsed() == []


def test_what_is_long_out_of_use_is_forgotten(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.put(a="one", b="two")
    vault.load()
    vault.put(a="new")
    (vault.content / "b.md").unlink()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 10_000)
    vault.load()
    rows = sqlite3.connect(next(vault.cache.glob("notes-*.sqlite")))
    assert [path for (path,) in rows.execute("SELECT path FROM note UNION ALL SELECT path FROM body")] == [
        "a.md"
    ] * 2
    rows.close()


def test_many_processes_parse_what_one_parses(vault: Vault, tmp_path: Path) -> None:
    vault.put(**{f"note{number}": f"text {number}" for number in range(300)})
    one = vault.load()
    (tmp_path / "other").mkdir()
    Store.forget(vault.cache)
    many = vault.load(jobs=3)
    assert len(vault.parsed()) == 300
    assert list(many.notes.items()) == list(one.notes.items())
    assert dict(many.bodies) == dict(one.bodies)


def test_a_note_that_kills_its_parser_is_told_and_all_others_are_read(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A thread that an earlier test left behind would keep us in one process, which the note would kill.
    monkeypatch.setattr("threading.active_count", lambda: 1)
    vault.put(**{f"note{number}": f"text {number}" for number in range(150)}, bad="die")
    loaded = vault.load(jobs=2)
    assert [(problem.code, problem.place.path) for problem in loaded.problems] == [
        ("unreadable-file", "bad.md")
    ]
    assert len(loaded.notes) == 150
    assert "bad.md" not in loaded.bodies


def test_a_file_that_vanished_is_left_out(vault: Vault) -> None:
    vault.put(a="one", b="two")
    found = scan(vault.content, Skip())
    (vault.content / "a.md").unlink()
    loaded = load_notes(vault.content, found, Store(vault.cache, "d"), vault._parser)
    assert (list(loaded.notes), list(loaded.bodies), loaded.problems) == (["b.md"], ["b.md"], ())


def test_a_file_that_turned_into_something_else_is_told(vault: Vault, tmp_path: Path) -> None:
    vault.put(a="one", b="two", c="three", d="four")
    found = scan(vault.content, Skip())
    (tmp_path / "secret").write_text("secret")
    for name in ("a.md", "b.md", "c.md"):
        (vault.content / name).unlink()
    (vault.content / "a.md").symlink_to(tmp_path / "secret")
    (vault.content / "b.md").mkdir()
    os.mkfifo(vault.content / "c.md")
    loaded = load_notes(vault.content, found, Store(vault.cache, "d"), vault._parser)
    assert [problem.code for problem in loaded.problems] == ["symlink-outside", "not-a-file", "not-a-file"]
    assert list(loaded.notes) == ["d.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_cannot_be_read_is_told(vault: Vault) -> None:
    vault.put(a="one", b="two")
    (vault.content / "a.md").chmod(0)
    loaded = vault.load()
    assert [problem.code for problem in loaded.problems] == ["unreadable-file"]
    assert list(loaded.notes) == ["b.md"]


def test_a_body_may_be_fetched_in_another_process(vault: Vault) -> None:
    vault.put(a="one", b="two")
    loaded = vault.load()
    assert loaded.bodies["a.md"].text == "one"
    child = os.fork()
    if child == 0:
        os._exit(0 if loaded.bodies["b.md"].text == "two" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert loaded.bodies["b.md"].text == "two"


def test_a_body_that_the_store_lost_is_parsed_again_from_the_same_text_only(vault: Vault) -> None:
    vault.put(a="one", b="two")
    vault.load()
    loaded = vault.load()
    vault.store.close()
    Store.forget(vault.cache)
    assert loaded.bodies["a.md"].text == "one"
    vault.put(b="edited")
    with pytest.raises(StaleNoteError):
        loaded.bodies["b.md"]
    with pytest.raises(KeyError):
        loaded.bodies["c.md"]


def test_a_body_that_was_just_parsed_is_held_as_far_as_there_is_room(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.disk.load._HELD_BODIES", 100)
    vault.put(a="one", b="two " * 200)
    loaded = vault.load()
    vault.store.close()
    Store.forget(vault.cache)
    vault.put(a="edited", b="edited")
    assert loaded.bodies["a.md"].text == "one"
    with pytest.raises(StaleNoteError):
        loaded.bodies["b.md"]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def half(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def garbage(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(5000))  # noqa: S311


def torn(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = random.Random(1).randbytes(len(data) - 4096)  # noqa: S311
    path.write_bytes(data)


def other_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def other_schema(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE body")
    connection.close()


def missing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [empty, half, garbage, torn, other_version, other_schema, missing])
def test_a_damaged_store_is_thrown_away_and_the_result_is_the_same(
    vault: Vault, damage: Callable[[Path], None]
) -> None:
    vault.put(**{f"note{number}": f"text {number} " * 200 for number in range(60)})
    first = vault.load()
    bodies = dict(first.bodies)
    vault.store.close()
    damage(next(vault.cache.glob("notes-*.sqlite")))
    again = vault.load()
    assert again.notes == first.notes
    assert dict(again.bodies) == bodies
    assert {problem.code for problem in (*again.problems, *vault.store.problems)} == (
        set() if damage is missing else {"cache"}
    )
    vault.store.close()
    last = vault.load()
    assert (vault.parsed(), last.problems, last.notes) == ([], (), first.notes)


def test_a_row_that_cannot_be_decoded_is_as_good_as_absent(vault: Vault) -> None:
    vault.put(a="one", b="two")
    vault.load()
    with sqlite3.connect(next(vault.cache.glob("notes-*.sqlite"))) as connection:
        connection.execute("UPDATE note SET note = x'00' WHERE path = 'a.md'")
        connection.execute("UPDATE body SET body = x'00' WHERE path = 'b.md'")
    connection.close()
    loaded = vault.load()
    assert titles(loaded) == {"a.md": "one", "b.md": "two"}
    assert {path: body.text for path, body in loaded.bodies.items()} == {"a.md": "one", "b.md": "two"}


def test_a_store_that_somebody_else_has_locked_is_done_without(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.put(a="one")
    vault.load()
    real = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **options: real(path, **{**options, "timeout": 0.05})
    )
    other = real(next(vault.cache.glob("notes-*.sqlite")), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    vault.put(b="two")
    loaded = vault.load()
    assert titles(loaded) == {"a.md": "one", "b.md": "two"}
    assert loaded.bodies["b.md"].text == "two"
    other.close()


def test_of_two_first_builds_at_once_the_store_keeps_what_both_have_read(tmp_path: Path) -> None:
    rows = [Row(name, "digest", b"note", name.encode()) for name in ("a.md", "b.md")]
    with Store(tmp_path, "d").saving() as one, Store(tmp_path, "d").saving() as other:
        assert one(rows[:1])
        assert other(rows[1:])
    kept = Store(tmp_path, "d")
    assert [kept.body(name, "digest") for name in ("a.md", "b.md")] == [b"a.md", b"b.md"]
    kept.close()
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_draft_that_a_dead_process_left_is_cleared_away(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    living = tmp_path / f"{NAME}.{os.getppid()}-0"
    living.touch()
    (tmp_path / f"{NAME}.{dead.pid}-0").touch()
    with Store(tmp_path, "d").saving() as save:
        assert save([Row("a.md", "digest", b"note", b"body")])
    assert sorted(tmp_path.iterdir()) == [tmp_path / NAME, living]


def test_a_process_killed_while_saving_leaves_a_store_that_is_right(vault: Vault, tmp_path: Path) -> None:
    vault.put(**{f"note{number}": f"text {number} " * 50 for number in range(200)})
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\nfrom pathlib import Path\nfrom disk.test_load import Vault\n"
        f"v = Vault.__new__(Vault); v.content, v.cache, v.log = (Path({str(tmp_path)!r}) / n for n in ('vault', 'cache', 'log'))\n"
        "print('ready', flush=True); v.load(jobs=2)"
    )
    for delay in (0.0, 0.02, 0.05, 0.1):
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(delay)
            process.kill()
        loaded = vault.load()
        assert len(loaded.notes) == 200
        assert loaded.problems == ()
        Store.forget(vault.cache)


def test_attachments_are_hashed_and_images_measured(vault: Vault) -> None:
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 640, 480, 8, 2, 0, 0, 0) + b"\0" * 4
    (vault.content / "photo.PNG").write_bytes(png)
    (vault.content / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (vault.content / "data.bin").write_bytes(b"x" * 3_000_000)
    (vault.content / "empty.gif").write_bytes(b"")
    cut, none = "its end is missing", "it is no picture of a kind that browsers show"
    expected = {
        "broken.jpg": Attachment("broken.jpg", digest(b"\xff\xd8\xff"), 3, 0, 0, "jpeg", flaw=cut),
        "data.bin": Attachment("data.bin", digest(b"x" * 3_000_000), 3_000_000),
        "empty.gif": Attachment("empty.gif", digest(b""), 0, flaw=none),
        "photo.PNG": Attachment("photo.PNG", digest(png), len(png), 640, 480, "png", flaw=cut),
    }
    vault.age()
    assert vault.load().attachments == expected
    assert vault.load().attachments == expected


def test_an_attachment_of_known_stamp_is_not_read(vault: Vault) -> None:
    (vault.content / "data.bin").write_bytes(b"x")
    vault.age()
    vault.load()
    found = scan(vault.content, Skip())
    (vault.content / "data.bin").unlink()
    assert list(load_notes(vault.content, found, vault.store, vault._parser).attachments) == ["data.bin"]


def test_progress_is_told_to_the_end(vault: Vault) -> None:
    vault.put(a="one", b="two")
    heard: list[tuple[int, int]] = []
    found = scan(vault.content, Skip())
    store = Store(vault.cache, "d")
    load_notes(
        vault.content, found, store, vault._parser, progress=lambda done, total: heard.append((done, total))
    )
    assert heard[-1] == (2, 2)


def test_a_cache_folder_is_private_tagged_and_one_for_each_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "link").symlink_to("one")
    monkeypatch.setenv("KB_CACHE_DIR", str(tmp_path / "caches"))
    one = cache_folder(tmp_path / "one")
    assert one.parent == tmp_path / "caches"
    assert stat.S_IMODE(one.stat().st_mode) == 0o700
    assert (one / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert cache_folder(tmp_path / "link") == one != cache_folder(tmp_path / "two")
    assert cache_folder(tmp_path / "one", tmp_path / "chosen").parent == tmp_path / "chosen"
    monkeypatch.delenv("KB_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if sys.platform == "linux":
        assert cache_folder(tmp_path / "one").parent == tmp_path / "xdg/kb"


def test_a_cache_folder_that_cannot_be_made_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match="cannot be used") as caught:
        cache_folder(tmp_path, tmp_path / "file")
    assert "KB_CACHE_DIR" in caught.value.hint
