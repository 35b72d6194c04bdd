"""The output folder holds the plan's pages and what was never ours; nothing is touched without need."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from disk.world import Text, World, codes
from kb.disk import stage
from kb.disk.inside import Outside
from kb.disk.journal import STAGING
from kb.disk.memory import remembered_keys
from kb.disk.output import OutputError, clean, untouched
from kb.disk.stamp import digest
from kb.view.pages import CopyPage, DataPage

TWO = {"index.html": "home", "a/index.html": "a"}


def copy_of(world: World, name: str, text: str, path: str = "") -> CopyPage:
    world.content.mkdir(exist_ok=True)
    (world.content / name).write_text(text)
    return CopyPage(path or name, name, digest(text.encode()))


def test_pages_are_written_where_they_belong(world: World) -> None:
    report = world.build(TWO)
    assert report.written == ("a/index.html", "index.html")
    assert world.pages() == TWO
    assert report.problems == ()


def test_a_second_build_writes_nothing(world: World) -> None:
    world.build(TWO)
    before = world.stats()
    report = world.build(TWO)
    assert report.kept == ("a/index.html", "index.html")
    assert report.written == ()
    assert {path: inode for path, (inode, _) in world.stats().items()} == {
        p: i for p, (i, _) in before.items()
    }
    files = {path: each for path, each in before.items() if Path(path).is_file()}
    assert {path: each for path, each in world.stats().items() if path in files} == files


def test_a_changed_page_is_written_and_no_other(world: World) -> None:
    world.build(TWO)
    report = world.build({**TWO, "index.html": "new"})
    assert (report.written, report.kept) == (("index.html",), ("a/index.html",))
    assert world.pages() == {**TWO, "index.html": "new"}


def test_a_page_of_another_key_and_equal_bytes_is_kept(world: World) -> None:
    world.build({"a.xml": DataPage("a.xml", "1", lambda: b"same")})
    assert world.build({"a.xml": DataPage("a.xml", "2", lambda: b"same")}).kept == ("a.xml",)


def test_a_page_of_a_known_key_is_not_rendered(world: World) -> None:
    world.build({"a.xml": DataPage("a.xml", "1", lambda: b"same")})
    assert world.build({"a.xml": DataPage("a.xml", "1", pytest.fail)}).kept == ("a.xml",)


def test_anew_renders_every_page_and_writes_none_that_is_equal(world: World) -> None:
    rendered: list[str] = []

    def data() -> bytes:
        rendered.append("a.xml")
        return b"same"

    page = DataPage("a.xml", "1", data)
    world.build({"a.xml": page})
    assert world.build({"a.xml": page}, anew=True).kept == ("a.xml",)
    assert len(rendered) == 2


def test_a_page_that_left_the_plan_is_removed_with_the_folder_it_leaves_empty(world: World) -> None:
    world.build({**TWO, "b/c/d.html": "d"})
    assert world.build(TWO).removed == ("b/c/d.html",)
    assert world.pages() == TWO
    assert not (world.out / "b").exists()


def test_an_incremental_tree_equals_a_clean_one_with_its_manifest(world: World) -> None:
    world.build({**TWO, "old.html": "x"})
    world.build({"index.html": "2", "b.html": "b"})
    other = World(world.root / "other")
    other.build({"b.html": "b", "index.html": "2"})
    assert world.tree() == other.tree()
    assert list(world.tree()) == [".kb/manifest.json", "b.html", "index.html"]


def test_files_of_others_stay(world: World) -> None:
    world.build(TWO)
    (world.out / "CNAME").write_text("example.org")
    (world.out / ".git").mkdir()
    (world.out / ".git/HEAD").write_text("ref")
    (world.out / "a/photo.jpg").write_text("mine")
    world.build({"index.html": "home"})
    assert world.pages() == {
        "index.html": "home", "CNAME": "example.org", ".git/HEAD": "ref", "a/photo.jpg": "mine",
    }  # fmt: skip


def test_a_file_of_somebody_else_is_not_overwritten(world: World) -> None:
    world.out.mkdir()
    (world.out / "index.html").write_text("mine")
    report = world.build(TWO)
    assert codes(report) == ["output-clash"]
    assert (report.failed, report.written) == (("index.html",), ("a/index.html",))
    assert world.pages() == {**TWO, "index.html": "mine"}
    world.build({})
    assert world.pages() == {"index.html": "mine"}


def test_a_file_of_somebody_else_with_the_same_bytes_is_adopted(world: World) -> None:
    world.out.mkdir()
    (world.out / "index.html").write_text("home")
    assert world.build(TWO).problems == ()
    assert world.build({}).removed == ("a/index.html", "index.html")


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO, errno.EMFILE])
def test_a_file_of_ours_that_cannot_be_read_is_told_so_and_not_called_somebody_else_s(
    world: World, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    world.build(TWO)
    (world.out / "index.html").write_text("edited")
    opened = os.open

    def refuse(path: str | Path, *how: int) -> int:
        if str(path) == str(world.out / "index.html"):
            raise OSError(error, os.strerror(error), str(path))
        return opened(path, *how)

    with monkeypatch.context() as system:
        system.setattr(os, "open", refuse)
        report = world.build({**TWO, "index.html": "new"})
    assert (codes(report), report.failed) == (["unreadable-file"], ("index.html",))
    assert os.strerror(error) in report.problems[0].message
    assert world.pages() == {**TWO, "index.html": "edited"}
    world.build({**TWO, "index.html": "new"})
    assert world.pages() == {**TWO, "index.html": "new"}


@pytest.mark.parametrize("foreign", ["file", "link", "folder"])
def test_a_foreign_thing_in_the_way_of_a_page_is_left_alone(world: World, foreign: str) -> None:
    world.build({"index.html": "home"})
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir()
    match foreign:
        case "file":
            (world.out / "a").write_text("mine")
        case "link":
            (world.out / "a").symlink_to(elsewhere)
        case "folder":
            (world.out / "a/index.html").mkdir(parents=True)
            (world.out / "a/index.html/mine").write_text("mine")
    report = world.build(TWO)
    assert (codes(report), report.failed) == (["output-clash"], ("a/index.html",))
    assert list(elsewhere.iterdir()) == []
    assert world.build(TWO).failed == ("a/index.html",)


def test_a_link_in_place_of_a_page_is_not_written_through(world: World) -> None:
    victim = world.root / "victim"
    victim.write_text("precious")
    world.out.mkdir()
    (world.out / "index.html").symlink_to(victim)
    assert codes(world.build(TWO)) == ["output-clash"]
    assert victim.read_text() == "precious"


def test_a_page_changed_by_hand_is_kept_aside_and_written_again(world: World) -> None:
    world.build(TWO)
    (world.out / "index.html").write_text("edited by hand")
    report = world.build(TWO)
    assert (codes(report), report.written) == (["output-edited"], ("index.html",))
    assert world.pages() == TWO
    assert (world.cache / "kept-aside/1/index.html").read_text() == "edited by hand"
    assert world.build(TWO).problems == ()


def test_a_page_changed_by_hand_is_kept_aside_before_it_is_removed(world: World) -> None:
    world.build(TWO)
    (world.out / "a/index.html").write_text("edited")
    report = world.build({"index.html": "home"})
    assert (codes(report), report.removed) == (["output-edited"], ("a/index.html",))
    assert (world.cache / "kept-aside/1/a/index.html").read_text() == "edited"


def test_an_edit_that_keeps_size_and_time_is_seen(world: World) -> None:
    world.build(TWO)
    path = world.out / "index.html"
    before = path.stat()
    path.write_text("hAme")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert world.build(TWO).written == ("index.html",)


def test_a_page_removed_by_hand_is_written_again(world: World) -> None:
    world.build(TWO)
    (world.out / "index.html").unlink()
    assert world.build(TWO).written == ("index.html",)
    (world.out / "index.html").unlink()
    assert world.build({}).removed == ("a/index.html",)


def test_a_template_that_fails_leaves_the_last_good_page_and_all_others_are_built(world: World) -> None:
    world.build(TWO)
    report = world.build({"index.html": "boom", "a/index.html": "a2", "b.html": "boom"})
    assert (codes(report), report.failed) == (["template", "template"], ("b.html", "index.html"))
    assert world.pages() == {"index.html": "home", "a/index.html": "a2"}
    assert world.build({"index.html": "2", "a/index.html": "a2"}).written == ("index.html",)


def test_our_own_mistake_flies_and_leaves_the_site_as_it_was(world: World) -> None:
    world.build(TWO)
    before = world.tree()
    with pytest.raises(ZeroDivisionError):
        world.build({"index.html": "new", "z.html": "bug"})
    assert world.tree() == before


def test_a_page_may_become_a_folder_and_a_folder_a_page(world: World) -> None:
    world.build({"a": "page", "b/c/index.html": "b"})
    world.build({"a/index.html": "folder", "b": "page"})
    assert world.pages() == {"a/index.html": "folder", "b": "page"}
    world.build({"a": "page", "b/c/index.html": "b"})
    assert world.pages() == {"a": "page", "b/c/index.html": "b"}


def test_modes_do_not_depend_on_the_umask(world: World) -> None:
    before = os.umask(0o077)
    try:
        world.build({"a/b.html": "x", "copy.txt": copy_of(world, "copy.txt", "text")})
    finally:
        os.umask(before)
    modes = {name: stat.S_IMODE((world.out / name).stat().st_mode) for name in ("a", "a/b.html", "copy.txt")}
    assert modes == {"a": 0o755, "a/b.html": 0o644, "copy.txt": 0o644}


def test_a_file_of_the_vault_is_copied_once(world: World) -> None:
    page = copy_of(world, "photo.jpg", "pixels", "files/photo.jpg")
    assert world.build({page.path: page}).written == ("files/photo.jpg",)
    (world.content / "photo.jpg").unlink()
    assert world.build({page.path: page}).kept == ("files/photo.jpg",)
    world.cache.joinpath("nothing").mkdir()
    assert world.build({page.path: page}, cache=world.cache / "nothing").kept == ("files/photo.jpg",)


def test_a_file_that_changed_since_it_was_hashed_is_listed_with_the_bytes_it_has(world: World) -> None:
    page = copy_of(world, "a.txt", "before")
    (world.content / "a.txt").write_text("after")
    world.build({"a.txt": page})
    assert digest(b"after") in world.tree()[".kb/manifest.json"]
    assert world.build({"a.txt": copy_of(world, "a.txt", "after")}).kept == ("a.txt",)


def test_a_file_that_is_written_to_while_it_is_copied_is_copied_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = copy_of(world, "a.bin", "a" * 8)
    (world.content / "a.bin").write_text("b" * 4)  # half of what it will be
    found: list[bytes] = []
    copy = stage._copy

    def written_to(out: Path, staged: str, source: int) -> str:
        made = copy(out, staged, source)
        found.append((out / STAGING / staged).read_bytes())
        if len(found) < 3:
            (world.content / "a.bin").write_text("b" * (4 + 2 * len(found)))
        return made

    monkeypatch.setattr(stage, "_copy", written_to)
    world.build({"a.bin": page})
    assert found == [b"b" * 4, b"b" * 6, b"b" * 8, b"b" * 8]
    assert world.pages() == {"a.bin": "b" * 8}


def test_a_file_that_is_written_to_without_an_end_is_copied_as_it_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = copy_of(world, "a.bin", "0")
    made: list[str] = []
    copy = stage._copy

    def written_to(out: Path, staged: str, source: int) -> str:
        (world.content / "a.bin").write_text(f"{len(made)} more")
        made.append(copy(out, staged, source))
        return made[-1]

    monkeypatch.setattr(stage, "_PAUSE_S", 0.0)
    monkeypatch.setattr(stage, "_copy", written_to)
    world.build({"a.bin": page})
    assert len(made) == stage._COPIES
    assert world.pages() == {"a.bin": f"{len(made) - 1} more"}


def test_a_copy_never_comes_from_outside_the_vault(world: World) -> None:
    secret = world.root / "secret.txt"
    secret.write_text("secret")
    world.content.mkdir()
    (world.content / "link.txt").symlink_to(secret)
    (world.content / "sub").symlink_to(world.root)
    pages = {
        "a.txt": CopyPage("a.txt", "link.txt", "0"),
        "b.txt": CopyPage("b.txt", "sub/secret.txt", "0"),
        "c.txt": CopyPage("c.txt", "../secret.txt", "0"),
        "d.txt": CopyPage("d.txt", "gone.txt", "0"),
    }
    report = world.build(pages)
    assert report.failed == ("a.txt", "b.txt", "c.txt", "d.txt")
    assert sorted(codes(report)) == ["missing-attachment", *["symlink-outside"] * 3]
    assert world.pages() == {}


def test_a_pipe_is_not_copied_and_does_not_hang(world: World) -> None:
    world.content.mkdir()
    os.mkfifo(world.content / "pipe.txt")
    assert codes(world.build({"a.txt": CopyPage("a.txt", "pipe.txt", "0")})) == ["not-a-file"]


@pytest.mark.parametrize(
    "path", ["../x", "/etc/x", "a//b", "a/./b", "", "a\0b", "x" * 256, ".kb/manifest.json"]
)
def test_a_path_that_is_none_is_our_own_mistake_and_flies(world: World, path: str) -> None:
    with pytest.raises(Outside):
        world.build({path: "x"})
    assert not world.out.exists()


def test_what_stands_in_place_of_an_old_page_is_left_alone(world: World) -> None:
    world.build({"index.html": "home", "a.html": "a", "b.html": "b", "c/d.html": "d"})
    elsewhere = world.root / "elsewhere"
    (world.out / "c").rename(elsewhere)
    (world.out / "c").symlink_to(elsewhere)
    for name in ("a.html", "b.html"):
        (world.out / name).unlink()
    (world.out / "a.html").symlink_to(elsewhere / "d.html")
    (world.out / "b.html").mkdir()
    assert world.build({"index.html": "home"}).removed == ()
    assert (elsewhere / "d.html").read_text() == "d"
    assert (world.out / "a.html").is_symlink()
    assert (world.out / "b.html").is_dir()


def test_clean_removes_what_we_wrote_and_nothing_else(world: World) -> None:
    world.build({**TWO, "b/c.html": "c"})
    (world.out / "b/mine.txt").write_text("mine")
    (world.out / "index.html").write_text("edited")
    report = clean(world.out, world.cache)
    assert report.removed == ("a/index.html", "b/c.html", "index.html")
    assert codes(report) == ["output-edited"]
    assert world.tree() == {"b/mine.txt": "mine"}
    assert clean(world.root / "absent", world.cache).removed == ()


def test_untouched_sees_every_change_to_our_files(world: World) -> None:
    assert not untouched(world.out, world.cache)
    world.build(TWO)
    assert untouched(world.out, world.cache)
    (world.out / "CNAME").write_text("not ours")
    assert untouched(world.out, world.cache)
    (world.out / "a/index.html").write_text("b")
    assert not untouched(world.out, world.cache)
    world.build(TWO)
    assert untouched(world.out, world.cache)
    (world.out / "a/index.html").unlink()
    assert not untouched(world.out, world.cache)
    world.build(TWO)
    (world.out / ".kb/journal.json").write_text("")
    assert not untouched(world.out, world.cache)


def test_many_processes_write_what_one_writes(world: World) -> None:
    pages = {f"{number % 7}/{number}.html": f"page {number}" for number in range(400)}
    other = World(world.root / "other")
    assert world.build(pages, jobs=1) == other.build(pages, jobs=3)
    assert world.tree() == other.tree()
    assert other.build(pages, jobs=3).written == ()


def test_progress_is_told_to_the_end(world: World) -> None:
    heard: list[tuple[int, int]] = []
    world.build(
        {f"{number}.html": "x" for number in range(150)},
        progress=lambda done, total: heard.append((done, total)),
    )
    assert heard[-1] == (150, 150)
    assert heard == sorted(heard)


def test_a_full_disk_leaves_the_site_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.build(TWO)
    before = world.tree()

    def full(_fd: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OutputError, match=r"No space left on device while writing index\.html"):
            world.build({"index.html": "new"})
    assert world.tree() == before
    assert world.build({**TWO, "index.html": "new"}).written == ("index.html",)


def test_an_interrupt_while_rendering_leaves_the_site_as_it_was(world: World) -> None:
    world.build(TWO)
    before = world.tree()

    def interrupt() -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.build({"a.html": "new", "b.html": DataPage("b.html", "1", interrupt)})
    assert world.tree() == before


def test_a_worker_that_dies_is_told_as_a_problem_of_its_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A thread that an earlier test left behind would keep us in one process, which the page would kill.
    monkeypatch.setattr("threading.active_count", lambda: 1)

    def die() -> bytes:
        os._exit(9)

    pages: dict[str, str | Text | DataPage] = {f"{number:03}.html": str(number) for number in range(200)}
    pages["100.html"] = DataPage("100.html", "1", die)
    report = world.build(pages, jobs=2)
    assert report.failed == ("100.html",)
    assert len(report.written) == 199
    assert "exit status 9" in report.problems[0].message


def test_after_a_new_start_of_the_machine_no_stamp_is_trusted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.build(TWO)
    monkeypatch.setattr("kb.disk.memory._boot", lambda: "another")
    assert not untouched(world.out, world.cache)
    assert world.build(TWO).kept == ("a/index.html", "index.html")
    assert untouched(world.out, world.cache)


def test_the_keys_of_the_last_build_are_remembered(world: World) -> None:
    world.build({**TWO, "f.xml": DataPage("f.xml", "k", lambda: b"x")})
    keys, before = remembered_keys(world.out, world.cache)
    assert keys == {"a/index.html": digest(b"a"), "index.html": digest(b"home"), "f.xml": "data-k"}
    assert set(before.values()) == {""}


def test_the_keys_that_the_last_build_found_are_remembered_too(world: World) -> None:
    world.build({"a": "old", "b": "same"})
    world.build({"a": "new", "b": "same", "c": "fresh"})
    _, before = remembered_keys(world.out, world.cache)
    assert before == {"a": digest(b"old"), "b": digest(b"same"), "c": ""}


def test_what_another_version_of_kb_remembered_is_forgotten_in_silence(world: World) -> None:
    world.build(TWO)
    (remembered,) = world.cache.glob("output-*.msgpack")
    remembered.write_bytes(b"kb-output-0\n" + remembered.read_bytes())
    assert world.build(TWO).problems == ()
