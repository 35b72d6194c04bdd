"""Builds that are killed, whose disk is full and whose system calls fail (C1 to C4), several at a time (D), on a whole `kb`.

A handful of moments each; `make campaign` tries all of them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.disk import inside
from kb.disk.inside import read_inside
from kb.disk.lock import Busy
from kb.pipeline.building import build
from laws.worlds import tree
from safety.faults import INTO_OUTPUT, NEW, Faulty, injected, refused_call
from safety.vault import Vault, nobody

FULL = "No space left on device"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    return Faulty(tmp_path_factory.mktemp("faulty"))


# Killed


@pytest.mark.parametrize("part", [0.2, 0.5, 0.65, 0.78, 0.85, 0.92, 0.96, 0.99])
def test_c1_a_build_that_is_killed_leaves_whole_pages_and_the_next_one_finishes_it(
    faulty: Faulty, part: float
) -> None:
    moment = int(faulty.moments * part)
    faulty.reset()
    done = faulty.killed_at(moment)
    assert done.code == -signal.SIGKILL
    faulty.is_whole()
    faulty.is_mended_by_the_next()


@pytest.mark.parametrize("edits", [1, 4])
def test_c1_a_preview_that_is_killed_has_touched_nothing_and_the_next_one_shows_the_notes(
    faulty: Faulty, edits: int
) -> None:
    faulty.reset()
    before = tree(faulty.site)
    with serving(faulty) as (process, address):
        for number in range(edits):
            faulty.shell.write({"content/n4.md": f"Edit {number}\n"})
        assert asked(f"{address}n4/")
        process.kill()
        process.wait(timeout=60)
    assert tree(faulty.site) == before
    faulty.shell.write({"content/n4.md": NEW["content/n4.md"]})
    with serving(faulty) as (_, address):
        assert "More words." in asked(f"{address}n4/")
    faulty.is_mended_by_the_next()


def test_c3_a_second_ctrl_c_ends_a_build_that_obeys_the_first_and_the_site_is_whole(faulty: Faulty) -> None:
    for pause in (0.0, 0.02):
        faulty.reset()
        process = faulty.start("build", "-j", "2", "--clean")
        time.sleep(0.4 + pause)  # any moment will do
        process.send_signal(signal.SIGINT)
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode in {0, 130, -signal.SIGINT}
        assert b"Traceback" not in err or process.returncode != 0
        faulty.is_whole()
        faulty.is_mended_by_the_next()


# Full


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """A file system of its own at `folder`, with what is there. The test is skipped where nobody may make one."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f"{folder.name}-aside")
    shutil.copytree(folder, aside)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"{options},mode=755", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        shutil.rmtree(aside)
        pytest.skip("no file system can be mounted here")
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)
        shutil.rmtree(aside)


def made_larger(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=50m,nr_inodes=10k", folder], check=True)


@pytest.mark.parametrize("lacks", ["bytes", "files"])
def test_c2_a_disk_that_is_really_full_is_told_and_the_site_stays_as_it_was(
    faulty: Faulty, lacks: str
) -> None:
    faulty.reset()
    with small_disk(faulty.site, "size=50m"):
        blocks = os.statvfs(faulty.site)
        used = (blocks.f_blocks - blocks.f_bfree) * blocks.f_bsize
        inodes = blocks.f_files - blocks.f_ffree
        limit = f"size={used + 30_000}" if lacks == "bytes" else f"nr_inodes={inodes + 12}"
        subprocess.run(["mount", "-o", f"remount,{limit}", faulty.site], check=True)
        before = tree(faulty.site)
        done = faulty.build()
        assert done.code == 2
        assert f"{FULL} while writing " in done.err
        assert "Traceback" not in done.err
        assert tree(faulty.site) == before
        made_larger(faulty.site)
        faulty.is_mended_by_the_next()


@pytest.mark.parametrize("options", ["size=64k", "size=50m,nr_inodes=8"])
def test_c2_a_cache_on_a_full_disk_costs_time_or_is_told_in_words(faulty: Faulty, options: str) -> None:
    faulty.reset()
    cache = faulty.shell.home / "cache"
    shutil.rmtree(cache)
    with small_disk(cache, options):
        done = faulty.build()
        assert "Traceback" not in done.err
        assert done.code == 2 or tree(faulty.site) == faulty.new
        faulty.is_whole()
        made_larger(cache)
        faulty.is_mended_by_the_next()


# Refused by the system

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@needs_strace
@pytest.mark.parametrize(
    ("calls", "error", "part"),
    [
        (calls, ("EIO", "ENOSPC", "EACCES")[number % 3], (3 + number) / 11)
        for number, calls in enumerate(INTO_OUTPUT)
    ],
)
def test_c4_a_system_call_that_fails_leaves_the_old_site_or_the_new_one(
    faulty: Faulty, calls: str, error: str, part: float
) -> None:
    faulty.reset()
    done = injected(faulty, calls, error, part)
    if done is None:
        pytest.skip("no process can be traced here")
    assert refused_call(faulty)
    assert "Traceback" not in done.err
    faulty.is_whole()
    assert done.code != 0 or tree(faulty.site) == faulty.new
    faulty.is_mended_by_the_next()


# Several at a time


def test_d1_of_two_builds_at_once_each_is_done_or_says_that_it_is_not_and_the_site_is_the_new_one(
    faulty: Faulty,
) -> None:
    for arguments in (["-j", "1"], ["-j", "2", "--clean"]):
        faulty.reset()
        both = [faulty.start("build", *arguments) for _ in range(2)]
        codes = []
        for process in both:
            _, err = process.communicate(timeout=120)
            assert b"Traceback" not in err
            codes.append(process.returncode)
        assert 0 in codes
        assert set(codes) <= {0, 75}
        assert tree(faulty.site) == faulty.new
        faulty.is_mended_by_the_next()


def test_d1_a_build_never_replaces_what_another_has_read_later(vault: Vault) -> None:
    vault.write({"a.md": "Old"})

    def meanwhile(_what: str, _done: int, _all: int) -> None:
        """While the first build reads, its note is edited and another build is begun and done."""
        if not vault.out.exists():
            vault.write({"a.md": "Newer"})
            build(vault.ask(jobs=1), nobody)

    with pytest.raises(Busy, match="meanwhile"):
        build(vault.ask(jobs=1), meanwhile)
    assert "Newer" in (vault.out / "a/index.html").read_text()
    assert build(vault.ask(jobs=1), nobody).report.written == ()


def test_d2_a_build_beside_a_preview_gives_the_clean_site_and_the_preview_shows_it(faulty: Faulty) -> None:
    faulty.reset()
    with serving(faulty) as (_, address):
        assert faulty.build().code == 0
        assert tree(faulty.site) == faulty.new
        shown = asked(f"{address}n4/")
        assert "More words." in shown
    faulty.is_mended_by_the_next()


def test_d3_two_previews_at_once_and_a_build_all_show_the_same(faulty: Faulty) -> None:
    faulty.reset()
    with serving(faulty) as (_, one), serving(faulty) as (_, other):
        assert one != other
        faulty.shell.write({"content/n5.md": "Seen by all\n"})
        for address in (one, other):
            waited_for(f"{address}n5/", "Seen by all")
        assert faulty.build().code == 0
        assert b"Seen by all" in (faulty.shell.page("n5/index.html") or b"")
        faulty.shell.write({"content/n5.md": NEW["content/n5.md"]})
        for address in (one, other):
            waited_for(f"{address}n5/", "More words.")
    faulty.is_mended_by_the_next()


def test_d4_a_note_that_is_written_to_at_the_moment_of_reading_is_never_half_old_and_half_new(
    vault: Vault,
) -> None:
    """Somebody writes over a long note, without cutting it off first, while it is read ten times."""
    long = 1_000_000
    vault.write({"a.md": "x" * long})
    writing = f"""if True:
        import os, time
        file = os.open({str(vault.content / "a.md")!r}, os.O_WRONLY)
        for letter in [b"y", b"x"] * 10_000:
            os.pwrite(file, letter * {long}, 0)
            time.sleep(0.2)
    """
    writer = subprocess.Popen([sys.executable, "-c", writing])
    try:
        for _ in range(10):
            data = read_inside(vault.content.resolve(), "a.md")
            assert data in {b"x" * long, b"y" * long}
    finally:
        writer.kill()
        writer.wait()


def test_d4_a_note_that_is_written_to_while_it_is_read_is_what_it_was_or_what_it_is_and_the_next_build_has_it(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write({"a.md": "Old and old", "b.md": ""})
    real = inside._whole
    edits = ["New and new", "Newer and newer"]

    def torn(fd: int, size: int) -> bytes:
        data = real(fd, size)
        if data.startswith((b"Old", b"New")) and edits:
            vault.write({"a.md": edits.pop(0)})
            data = data[: size // 2] + real(fd, size)[size // 2 :]
        return data

    monkeypatch.setattr(inside, "_whole", torn)
    build(vault.ask(jobs=1), nobody)
    assert not edits
    assert "<p>Newer and newer</p>" in (vault.out / "a/index.html").read_text()
    vault.write({"a.md": "Newest of all"})
    build(vault.ask(jobs=1), nobody)
    assert "<p>Newest of all</p>" in (vault.out / "a/index.html").read_text()


@contextmanager
def serving(faulty: Faulty) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A preview, and where it is."""
    process = faulty.start("serve", "--port", "0")
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if b"http://" in line:
                yield process, "http://" + line.decode().split("http://")[1].split()[0]
                break
        else:
            raise AssertionError("the preview said nothing of where it is")
    finally:
        process.kill()
        process.communicate(timeout=60)


def asked(address: str) -> str:
    from urllib.request import urlopen

    with urlopen(address, timeout=60) as response:  # noqa: S310 - an address of our own
        text: str = response.read().decode()
    return text


def waited_for(address: str, words: str) -> None:
    """The page says it, soon."""
    end = time.monotonic() + 60
    while words not in asked(address):
        assert time.monotonic() < end, f"{address} does not say {words!r}"
        time.sleep(0.1)
