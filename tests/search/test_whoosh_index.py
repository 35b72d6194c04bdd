from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from struct import Struct

import pytest
from whoosh import scoring
from whoosh.index import open_dir
from whoosh.query import Term

from kb.search.lengths import BYTE_TO_LENGTH, length_to_byte
from kb.search.whoosh import plain, self_test, writing
from kb.search.whoosh.index import WhooshIndex
from kb.search.whoosh.pickles import NotPlainError
from kb.search.whoosh.pickles import plain as loaded
from kb.search.whoosh.state import Seal, sealed, state_name, toc_name
from kb.search.whoosh.tables import Entry
from kb.search.whoosh.upkeep import apply, bring_up_to_date, open_index, rebuild
from kb.search.whoosh.values import Values
from search.entries import digests, entry, inverted, named, recall, told

SRC = Path(__file__).resolve().parents[2] / "src"

NOTES = named(
    entry(
        "a.md",
        "The quick brown fox runs, and running is what foxes do",
        "Foxes",
        "2024-01-01",
        ("animal/fox",),
    ),
    entry("b.md", "A slow turtle", "Turtles and foxes", tags=("animal",)),
    entry("c.md", "Straße, Nacht und 語", "Ohne Datum"),
    entry("empty.md"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "index"


def make(folder: Path, entries: dict[str, Entry] = NOTES) -> WhooshIndex:
    return rebuild(folder, "one", entries.values(), {})


def numbered(count: int, text: str = "common") -> dict[str, Entry]:
    return named(*(entry(f"n/{number}.md", f"{text} w{number % 97} w{number}") for number in range(count)))


def test_an_index_says_what_its_documents_say(folder: Path) -> None:
    assert told(make(folder)) == told(inverted(NOTES.values()))


def test_whoosh_itself_opens_the_index_and_scores_single_terms_as_the_formula_says(folder: Path) -> None:
    index = make(folder, numbered(400) | NOTES)
    with open_dir(str(folder)).searcher(weighting=scoring.BM25F(B=0.75, K1=1.2)) as searcher:
        assert searcher.doc_count() == index.count
        for term in ("common", "w5", "fox", "run"):
            theirs = {hit["path"]: hit.score for hit in searcher.search(Term("text", term), limit=None)}
            found = index.postings(term)
            assert found is not None
            mean = searcher.avg_field_length("text")
            ours = {}
            for doc, weight in zip(found.docs, found.weights, strict=True):
                idf = searcher.idf("text", term)
                length = index.length(doc)
                score = idf * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * length / mean))
                ours[index.known(doc).path] = score
            assert ours == pytest.approx(theirs, rel=1e-6)


def test_lengths_are_those_of_whoosh() -> None:
    from whoosh.util.numeric import byte_to_length
    from whoosh.util.numeric import length_to_byte as theirs

    assert [byte_to_length(byte) for byte in range(256)] == list(BYTE_TO_LENGTH)
    assert all(theirs(length) == length_to_byte(length) for length in range(120_000))


def test_whoosh_reads_what_our_writer_makes_as_it_reads_its_own() -> None:
    assert self_test.passes()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves files open
@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("_MAGIC", b"W4Bl"),
        ("_FIELD", Struct("<H").pack),
        ("_OFFSET", lambda offset: Struct("!q").pack(offset + 1)),
        ("_INFO", lambda *numbers: Struct("!BfIBBfII").pack(*numbers[:-1], numbers[-1] + 1)),
        ("length_to_byte", lambda length: min(length + 1, 255)),
        (
            "Values",
            type(
                "Other",
                (Values,),
                {"__missing__": lambda self, ours: Values.__missing__(self, ours[:-1] + b"\1")},
            ),
        ),
    ],
)
def test_a_writer_that_whoosh_reads_otherwise_does_not_pass(
    name: str, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, name, other)
    assert not self_test.passes()


def test_a_whoosh_with_other_insides_is_written_and_read_by_its_public_interface(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_test, "passes", lambda: False)
    entries = dict(NOTES)
    index = make(folder)
    assert index.state.plain
    assert isinstance(index.segments[0], plain.PlainSegment)
    for number in range(6):
        changed = entry(f"{'abcd'[number % 4]}.md", f"fox number {number}")
        entries |= named(changed)
        gone = {"empty.md"} if number == 3 else set()
        for path in gone:
            entries.pop(path)
        index = apply(folder, index, [changed], gone, recall(entries))
        assert told(index) == told(inverted(entries.values()))
    again = open_index(folder, "one")
    assert again is not None
    assert told(again) == told(index)
    assert len(index.segments) < 4


def test_the_self_test_is_made_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(folder)
    monkeypatch.setattr(self_test, "passes", lambda: pytest.fail("made again"))
    make(folder)


def test_segments_stay_few(folder: Path) -> None:
    entries = numbered(40)
    index = make(folder, entries)
    for number in range(120):
        changed = entry(f"n/{number % 40}.md", f"edit {number}")
        entries |= named(changed)
        index = apply(folder, index, [changed], (), recall(entries))
        assert len(index.segments) <= 6
    assert told(index) == told(inverted(entries.values()))


def test_more_documents_than_a_segment_holds_are_several_segments(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(folder)
    monkeypatch.setattr(writing, "MOST", 7)
    index = make(folder, numbered(30))
    assert [part.count for part in index.state.parts] == [7, 7, 7, 7, 2]
    assert told(index) == told(inverted(numbered(30).values()))


def test_an_index_keeps_answering_when_later_commits_remove_its_files(folder: Path) -> None:
    old = make(folder)
    before = told(old)
    make(folder, numbered(5))
    assert told(old) == before


def test_what_is_unchanged_is_not_written_again(folder: Path) -> None:
    first = bring_up_to_date(folder, "one", digests(NOTES), {"bad.md": "x"}, recall(NOTES))
    files = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = bring_up_to_date(
        folder, "one", digests(NOTES), {"bad.md": "x"}, lambda _: pytest.fail("asked for documents")
    )
    assert again.number == first.number
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == files


def test_a_note_that_became_unreadable_leaves_the_index(folder: Path) -> None:
    bring_up_to_date(folder, "one", digests(NOTES), {}, recall(NOTES))
    left = {path: each for path, each in NOTES.items() if path != "a.md"}
    index = bring_up_to_date(folder, "one", digests(left), {"a.md": "other"}, recall(left))
    assert told(index) == told(inverted(left.values()))
    assert index.contents == {**digests(left), "a.md": "other"}


# Odd folders: what is not ours is never opened.


def test_another_fingerprint_is_another_index(folder: Path) -> None:
    make(folder)
    assert open_index(folder, "two") is None


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_an_index_that_others_may_write_to_is_not_opened_and_made_anew(folder: Path) -> None:
    make(folder)
    folder.chmod(0o777)
    assert open_index(folder, "one") is None
    index = bring_up_to_date(folder, "one", digests(NOTES), {}, recall(NOTES))
    assert told(index) == told(inverted(NOTES.values()))
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_index_behind_a_symbolic_link_is_not_opened(folder: Path, tmp_path: Path) -> None:
    make(tmp_path / "elsewhere")
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    assert open_index(folder, "one") is None
    index = bring_up_to_date(folder, "one", digests(NOTES), {}, recall(NOTES))
    assert not folder.is_symlink()
    assert index.count == len(NOTES)


class Marker:
    """Something whose pickle runs code when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_that_runs_code_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(NotPlainError):
        loaded(pickle.dumps(Marker(tmp_path / "ran")))
    assert not (tmp_path / "ran").exists()


def test_a_foreign_index_is_never_loaded_but_made_anew(folder: Path, tmp_path: Path) -> None:
    index = make(folder)
    evil = pickle.dumps(Marker(tmp_path / "ran"), 2)
    for name in [path.name for path in folder.iterdir() if path.suffix in {".toc", ".pst", ".trm", ".col"}]:
        (folder / name).write_bytes(evil)
    (folder / toc_name(index.number + 1)).write_bytes(evil)
    assert open_index(folder, "one") is None
    index = bring_up_to_date(folder, "one", digests(NOTES), {}, recall(NOTES))
    assert told(index) == told(inverted(NOTES.values()))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("way", ["empty", "half", "garbage", "missing"])
def test_an_index_with_a_damaged_file_is_made_anew(folder: Path, way: str) -> None:
    for at in range(10):  # seven files of the segment, the table of contents, the state, the lock
        make(folder)
        path = sorted(folder.iterdir(), key=lambda path: path.suffix or path.name)[at]
        if path.name == "lock":
            continue
        match way:
            case "empty":
                path.write_bytes(b"")
            case "half":
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            case "garbage":
                path.write_bytes(bytes(byte ^ 85 for byte in path.read_bytes()))
            case _:
                path.unlink()
        assert open_index(folder, "one") is None, path
        index = bring_up_to_date(folder, "one", digests(NOTES), {}, recall(NOTES))
        assert told(index) == told(inverted(NOTES.values()))


def test_bytes_altered_under_an_unaltered_time_are_seen(folder: Path) -> None:
    make(folder)
    path = next(folder.glob("*.pst"))
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(bytes(data))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert open_index(folder, "one") is None


def test_a_copied_index_is_the_same_index(folder: Path, tmp_path: Path) -> None:
    index = make(folder)
    shutil.copytree(folder, tmp_path / "copy")
    (tmp_path / "copy").chmod(0o700)
    copy = open_index(tmp_path / "copy", "one")
    assert copy is not None
    assert told(copy) == told(index)


def test_after_the_machine_was_started_anew_every_byte_is_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(folder)
    monkeypatch.setattr("kb.search.whoosh.state.boot", lambda: "another")
    looked: list[str] = []

    def looking(path: Path, name: str) -> Seal:
        looked.append(name)
        return sealed(path, name)

    monkeypatch.setattr("kb.search.whoosh.state.sealed", looking)
    assert open_index(folder, "one") is not None
    assert len(looked) == len([path for path in folder.iterdir() if path.name[:5] not in {"lock", "state"}])


# Several at a time, and one that dies.


def test_a_commit_removes_what_a_dead_one_left(folder: Path) -> None:
    index = make(folder)
    (folder / "MAIN_dead.pst").write_bytes(b"x")
    (folder / "MAIN.tmp").mkdir(exist_ok=True)
    (folder / "MAIN.tmp" / "run").write_bytes(b"x")
    (folder / f"_MAIN_{index.number + 5}.toc.123").write_bytes(b"x")
    (folder / "state-9.new").write_bytes(b"x")
    again = apply(folder, index, [entry("z.md", "new")], (), recall(NOTES))
    names = {seal.name for part in again.state.parts for seal in part.seals}
    expected = names | {"lock", state_name(again.number), toc_name(again.number)}
    assert {path.name for path in folder.iterdir()} == expected


EDIT = """
import sys
from pathlib import Path
from search.entries import entry, named, recall
from kb.search.whoosh.upkeep import apply, open_index
folder, start = Path(sys.argv[1]), int(sys.argv[2])
index = open_index(folder, "one")
entries = named(*(entry(f"n/{i}.md", f"common w{i}") for i in range(30)))
print("ready", flush=True)
for number in range(start, start + 10_000):
    changed = entry(f"edit/{number}.md", f"edited {number}")
    entries |= named(changed)
    index = apply(folder, index, [changed], (), recall(entries))
    print(number, flush=True)
"""


def editing(folder: Path, start: int) -> subprocess.Popen[str]:
    path = (os.environ.get("PYTHONPATH", ""), str(SRC), str(SRC.parent / "tests"))
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}
    arguments = [sys.executable, "-c", EDIT, str(folder), str(start)]
    return subprocess.Popen(arguments, env=env, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_commit_that_is_killed_loses_nothing_that_was_committed(folder: Path) -> None:
    make(folder, numbered(30))
    done, start = 0, 0
    for pause in range(12):
        process = editing(folder, start)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        said = [int(process.stdout.readline()) for _ in range(pause % 4)]
        time.sleep(pause * 0.0021)
        process.send_signal(signal.SIGKILL)
        said += [int(line) for line in process.stdout.read().split()]
        process.wait()
        process.stdout.close()
        index = open_index(folder, "one")
        assert index is not None
        edited = {path for path in index.contents if path.startswith("edit/")}
        assert {f"edit/{number}.md" for number in said} <= edited
        assert index.count == 30 + len(edited)
        done += len(said)
        start += 10_000
    assert done >= 18


def test_two_writers_wait_for_each_other_and_nothing_is_lost(folder: Path) -> None:
    make(folder, numbered(30))
    writers = [editing(folder, start) for start in (0, 10_000)]
    for writer in writers:
        assert writer.stdout is not None
        for _ in range(15):
            writer.stdout.readline()
    for writer in writers:
        writer.kill()
        writer.communicate()
    index = open_index(folder, "one")
    assert index is not None
    assert {
        f"edit/{start + number}.md" for start in (0, 10_000) for number in range(14)
    } <= index.contents.keys()


def test_readers_never_see_a_half_written_index(folder: Path) -> None:
    entries = numbered(30)
    make(folder, entries)
    stop, wrong = threading.Event(), list[str]()

    def read() -> None:
        while not stop.is_set():
            index = open_index(folder, "one")
            if index is None:
                wrong.append("not opened")
            elif len((index.postings("common") or ((),))[0]) != 30:
                wrong.append("not all found")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    index: WhooshIndex | None = None
    for number in range(40):
        changed = entry(f"n/{number % 30}.md", f"common {number}")
        entries |= named(changed)
        if number % 9 == 8:
            index = make(folder, entries)
        else:
            index = apply(folder, index or make(folder, entries), [changed], (), recall(entries))
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
