"""Killed, corrupted, raced: the site is whole at every moment, and the next build mends the rest."""

from __future__ import annotations

import errno
import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from disk.world import World, codes
from kb.disk.journal import JOURNAL, STAGING, Journal
from kb.disk.lock import Busy, hold
from kb.disk.manifest import MANIFEST
from kb.disk.refused import Refused
from kb.disk.stamp import digest

OLD = {f"{number % 9}/{number}.html": f"old {number} " * 200 for number in range(300)}
NEW = {f"{number % 9}/{number}.html": f"new {number} " * 200 for number in range(100, 400)}
BUILDER = f"""
import sys
sys.path[:0] = {sys.path!r}
from pathlib import Path
from disk.world import World
from disk.test_crash import NEW, OLD
print("ready", flush=True)
World(Path(sys.argv[1])).build(NEW if sys.argv[2] == "new" else OLD, jobs=int(sys.argv[3]))
"""


def start(world: World, which: str, jobs: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(world.root), which, str(jobs)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_build_killed_at_any_moment_leaves_whole_pages_and_is_mended_by_the_next(
    world: World, jobs: int
) -> None:
    chance = random.Random(jobs)  # noqa: S311
    began = time.monotonic()
    start(world, "old", jobs).communicate()
    longest = time.monotonic() - began
    interrupted = 0
    for number in range(10):
        which, other = ("new", "old") if number % 2 == 0 else ("old", "new")
        process = start(world, which, jobs)
        time.sleep(chance.uniform(0, min(longest, 0.15)))
        process.kill()
        process.communicate()
        pages, wanted, before = (
            world.pages(),
            {"old": OLD, "new": NEW}[which],
            {"old": OLD, "new": NEW}[other],
        )
        interrupted += pages != wanted
        for path, text in pages.items():
            assert text in (before.get(path), wanted.get(path)), path
        assert (before.keys() & wanted.keys()) <= pages.keys()
        report = world.build(wanted)
        assert codes(report) == []
        assert world.pages() == wanted
        assert [path for path in world.tree() if path.startswith(".kb")] == [MANIFEST]
    assert interrupted


def test_an_interrupted_change_is_finished_by_the_journal(world: World) -> None:
    world.build({"a.html": "old", "b.html": "b", "gone.html": "x"})
    staged = world.out / STAGING
    staged.mkdir()
    (staged / "0").write_text("new")
    files = {"a.html": digest(b"new"), "b.html": digest(b"b"), "c/d.html": digest(b"d")}
    journal = Journal([], [("0", "a.html"), ("1", "c/d.html")], ["gone.html"], files)
    (world.out / JOURNAL).write_bytes(msgspec.json.encode(journal))
    world.build({"a.html": "new", "b.html": "b", "c/d.html": "d"})
    assert world.pages() == {"a.html": "new", "b.html": "b", "c/d.html": "d"}


def test_a_journal_does_not_touch_what_somebody_changed_since(world: World) -> None:
    world.build({"a.html": "old", "gone.html": "x"})
    (world.out / STAGING).mkdir()
    (world.out / STAGING / "0").write_text("new")
    journal = Journal([], [("0", "a.html")], ["gone.html"], {"a.html": digest(b"new")})
    (world.out / JOURNAL).write_bytes(msgspec.json.encode(journal))
    (world.out / "a.html").write_text("by hand")
    (world.out / "gone.html").write_text("by hand")
    report = world.build({"a.html": "new"})
    assert codes(report) == ["output-edited"]
    assert world.pages() == {"a.html": "new", "gone.html": "by hand"}


@pytest.mark.parametrize("evil", ["../victim", "/victim"])
def test_a_journal_or_manifest_that_names_files_outside_is_not_followed(world: World, evil: str) -> None:
    world.build({"a.html": "a"})
    (world.root / "victim").write_text("precious")
    journal = Journal([], [], [evil], {"a.html": digest(b"a")})
    (world.out / JOURNAL).write_bytes(msgspec.json.encode(journal))
    assert "cache" in codes(world.build({"a.html": "a"}))
    files = {evil: digest(b"precious")}
    (world.out / MANIFEST).write_bytes(msgspec.json.encode({"version": 1, "files": files}))
    assert "cache" in codes(world.build({}))
    assert (world.root / "victim").read_text() == "precious"


def empty(path: Path) -> None:
    path.write_bytes(b"")


def half(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def garbage(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))  # noqa: S311


def missing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [empty, half, garbage, missing])
@pytest.mark.parametrize("which", ["manifest", "memory", "both"])
def test_a_damaged_list_of_what_we_wrote_costs_time_only(world: World, damage: object, which: str) -> None:
    assert callable(damage)
    world.build({"a.html": "a", "b.html": "b", "gone.html": "x"})
    files = {"manifest": [world.out / MANIFEST], "memory": list(world.cache.glob("output-*"))}
    for path in files.get(which, [*files["manifest"], *files["memory"]]):
        damage(path)
    pages = {"a.html": "a", "b.html": "b2"}
    report = world.build(pages)
    if which != "both":
        assert world.pages() == pages
        assert report.failed == ()
    else:  # nothing says what was ours: equal files are adopted, others left alone and told
        assert world.pages() == {"a.html": "a", "b.html": "b", "gone.html": "x"}
        assert report.failed == ("b.html",)
    assert ("cache" in codes(report)) == (damage is not missing)
    assert "cache" not in codes(world.build(pages))


def test_a_damaged_journal_is_thrown_away(world: World) -> None:
    world.build({"a.html": "a"})
    for data in (b"", b"{", b"\xff\xfe", b"[]"):
        (world.out / JOURNAL).write_bytes(data)
        assert codes(world.build({"a.html": "a"})) == ["cache"]
    assert world.pages() == {"a.html": "a"}


def test_a_staging_folder_left_behind_is_cleared_away(world: World) -> None:
    world.build({"a.html": "a"})
    (world.out / STAGING).mkdir()
    (world.out / STAGING / "7").write_text("half a pa")
    world.build({"a.html": "a"})
    assert list(world.tree()) == [MANIFEST, "a.html"]


def test_two_builds_at_once_are_one_after_the_other_or_busy(world: World) -> None:
    world.out.mkdir()
    with hold(world.out), pytest.raises(Busy):
        world.build({"a.html": "a"})
    assert world.pages() == {}
    processes = [start(world, which, 2) for which in ("old", "new", "old")]
    for process in processes:
        process.communicate()
    assert world.pages() in (OLD, NEW)
    assert 0 in {process.returncode for process in processes}


@pytest.mark.parametrize("answer", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_where_the_file_system_keeps_no_locks_a_build_goes_without(
    world: World, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    monkeypatch.setattr(fcntl, "flock", _refusing(answer))
    world.build(NEW)
    assert world.pages() == NEW


def test_a_lock_that_the_system_refuses_is_told_in_words_and_nothing_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.build(OLD)
    monkeypatch.setattr(fcntl, "flock", _refusing(errno.EIO))
    with pytest.raises(Refused, match="cannot be kept from other builds meanwhile: Input/output error"):
        world.build(NEW)
    assert world.pages() == OLD


def test_an_output_folder_that_cannot_be_opened_is_told_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.build(OLD)
    real = os.open

    def refusing(path: str | Path, flags: int, *more: int, **named: int) -> int:
        if Path(path) == world.out.resolve():
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", refusing)  # root may open any folder
    with pytest.raises(Refused, match="Permission denied"):
        world.build(NEW)


def _refusing(answer: int) -> Callable[[int, int], None]:
    def flock(_fd: int, _how: int) -> None:
        raise OSError(answer, os.strerror(answer))

    return flock


def test_the_lock_of_a_process_that_died_is_free(world: World) -> None:
    world.out.mkdir()
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\nimport pathlib, time\nfrom kb.disk.lock import hold\n"
        f"with hold(pathlib.Path({str(world.out)!r})):\n print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()
    assert world.build({"a.html": "a"}).written == ("a.html",)


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_leaves_the_old_site_or_the_new_one_and_no_process(world: World, jobs: int) -> None:
    world.build(OLD)
    for delay in (0.0, 0.02, 0.05, 0.1):
        process = start(world, "new", jobs)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert world.pages() in (OLD, NEW)
        assert [path for path in world.tree() if path.startswith(".kb")] == [MANIFEST]
        world.build(OLD)


def test_a_disk_without_room_leaves_the_site_as_it_was(world: World) -> None:
    world.build({"a.html": "old"})
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\nimport pathlib, resource, signal\n"
        "from disk.world import World\nfrom kb.disk.output import OutputError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"try: World(pathlib.Path({str(world.root)!r})).build({{'a.html': 'new', 'b.html': 'x' * 5000}})\n"
        "except OutputError as error: print(error, error.hint)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "while writing b.html" in done.stdout
    assert world.pages() == {"a.html": "old"}
    assert list(world.tree()) == [MANIFEST, "a.html"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_an_output_folder_that_cannot_be_written_is_named(world: World) -> None:
    world.build({"a.html": "a"})
    world.out.chmod(0o500)
    try:
        with pytest.raises(Exception, match="denied"):
            world.build({"b.html": "b"})
    finally:
        world.out.chmod(0o755)
