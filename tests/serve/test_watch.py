"""Watching (K1-K11): real files, real editors' ways of saving, the system's own events."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from kb.serve import watch
from serve.watched import World, site, watched

pytestmark = pytest.mark.alone

BEFORE, AFTER = "# One\n\nbefore\n", "# One\n\nafter\n"
NOTES = {"one.md": BEFORE, "two.md": "# Two\n\n[[one]]\n", "f/three.md": "# Three\n"}
ONE = "one/index.html"
Save = Callable[[Path], None]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with watched(site(tmp_path / "root", NOTES)) as found:
        yield found


def in_place(file: Path) -> None:
    """VS Code, Obsidian, nano."""
    file.write_text(AFTER)


def vim(file: Path) -> None:
    probe = file.with_name("4913")
    probe.touch()
    probe.unlink()
    swap = file.with_name(f".{file.name}.swp")
    swap.write_bytes(b"b0VIM 9.0")
    backup = file.with_name(f"{file.name}~")
    file.rename(backup)
    file.write_text(AFTER)
    backup.unlink()
    swap.unlink()


def emacs(file: Path) -> None:
    lock = file.with_name(f".#{file.name}")
    lock.symlink_to("someone@machine.1234:1700000000")
    autosave = file.with_name(f"#{file.name}#")
    autosave.write_text(AFTER)
    shutil.copyfile(file, file.with_name(f"{file.name}~"))
    file.write_text(AFTER)
    autosave.unlink()
    lock.unlink()


def renamed_into_place(name: str) -> Save:
    def save(file: Path) -> None:
        draft = file.with_name(name.format(file.name))
        draft.write_text(AFTER)
        draft.replace(file)

    return save


def sed(file: Path) -> None:
    subprocess.run(["sed", "-i", "s/before/after/", file], check=True)


SAVES = {
    "in place": in_place,
    "vim": vim,
    "emacs": emacs,
    "sed": sed,
    "JetBrains": renamed_into_place("{}___jb_tmp___.tmp"),
    "rsync": renamed_into_place(".{}.x8Gd2K"),
    "Syncthing": renamed_into_place(".syncthing.{}.tmp"),
}


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES.keys())
def test_k1_every_way_of_saving_is_one_change_and_no_temporary_name_is_ever_a_page(
    world: World, save: Save
) -> None:
    pages = set(world.live.plan.claims)
    seen = set[str]()
    world.live.on_change(lambda: seen.update(world.live.plan.claims))
    save(world.content / "one.md")
    assert world.shows(ONE, "after")
    assert world.settled() == 1
    assert seen == pages


def test_k2_a_checkout_of_two_thousand_files_is_a_few_changes_and_ends_as_a_clean_build(
    tmp_path: Path,
) -> None:
    root = site(tmp_path / "root", {f"f{i % 20}/n{i}.md": f"# N{i}\n\nbefore\n" for i in range(2000)})
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "one"], check=True)
    for file in (root / "content").rglob("*.md"):
        file.write_text(file.read_text().replace("before", "after [[n7]]"))
    (root / "content/f0/n0.md").unlink()
    (root / "content/new.md").write_text("new")
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "two"], check=True)
    with watched(root, drafts=False, rescan=1) as world:
        subprocess.run([*git, "checkout", "-q", "HEAD~1"], check=True)
        assert world.sees(
            lambda: all("before" in world.text(f"f{i % 20}/n{i}/index.html") for i in range(2000)), 60
        )
        assert world.settled() <= 6
        build(Ask(root=root, output=tmp_path / "site", cache=tmp_path / "other", jobs=1), lambda *_: None)
        shown = {path: page.body for path in world.live.plan.claims if (page := world.live.page(path))}
        assert shown == {path: (tmp_path / "site" / path).read_bytes() for path in shown}
        assert "f0/n0/index.html" in shown
        assert "new/index.html" not in shown


def test_k3_a_folder_that_is_renamed_takes_its_notes_along(world: World) -> None:
    (world.content / "f").rename(world.content / "g")
    assert world.shows("g/three/index.html", "Three")
    assert world.text("f/three/index.html") == ""
    assert world.live.moved == {"f/three/index.html": "/g/three/"}
    (world.content / "g" / "three.md").write_text("# Three\n\nedited in the new folder\n")
    assert world.shows("g/three/index.html", "edited in the new folder")


def test_k3_a_name_that_changes_in_case_alone_is_another_name(world: World) -> None:
    (world.content / "one.md").rename(world.content / "One.md")
    assert world.sees(lambda: "One.md" in world.live.site.vault.notes)
    assert "one.md" not in world.live.site.vault.notes


def test_k3_notes_come_and_go_and_come_back(world: World, tmp_path: Path) -> None:
    note = world.content / "one.md"
    note.rename(tmp_path / "outside.md")
    assert world.sees(lambda: world.text(ONE) == "")
    assert 'class="missing"' in world.text("two/index.html")
    (tmp_path / "outside.md").rename(note)
    assert world.shows(ONE, "before")
    note.unlink()
    note.write_text(AFTER)
    assert world.shows(ONE, "after")
    assert 'class="missing"' not in world.text("two/index.html")


def test_k3_a_new_folder_full_of_notes_arrives_whole(world: World, tmp_path: Path) -> None:
    site(tmp_path / "other", {f"deep/{i}/n.md": f"# N{i}\n" for i in range(50)})
    (tmp_path / "other/content/deep").rename(world.content / "deep")
    assert world.sees(lambda: sum(path.startswith("deep/") for path in world.live.site.vault.notes) == 50)
    (world.content / "deep/7/n.md").write_text("# Seven\n")
    assert world.shows("deep/7/n/index.html", "Seven")


def test_k4_what_the_watcher_lost_is_found_by_looking_at_everything(tmp_path: Path) -> None:
    with watched(site(tmp_path / "root", NOTES), rescan=0.3) as world:
        assert world.sees(lambda: world.watcher._observer is not None)
        world.live.concerns = lambda _path, /: False  # type: ignore[method-assign, assignment] # whatever is told is lost
        (world.content / "one.md").write_text(AFTER)
        assert world.shows(ONE, "after")


def test_k4_twenty_thousand_writes_while_python_is_busy_lose_nothing(tmp_path: Path) -> None:
    root = site(tmp_path / "root", {f"n{i}.md": "old" for i in range(200)})
    code = "import sys, pathlib\nfor i in range(20000): pathlib.Path(sys.argv[1], f'n{i % 200}.md').write_text(f'new{i}')"
    with watched(root, rescan=1) as world:
        writer = subprocess.Popen([sys.executable, "-c", code, str(world.content)])
        while writer.poll() is None:
            sum(range(300_000))
        pages = [f"n{i}/index.html" for i in range(200)]
        assert world.sees(
            lambda: all(f"new{19800 + i}<" in world.text(page) for i, page in enumerate(pages)), 10
        )


def test_k5_where_the_system_has_no_watches_left_files_are_looked_at_and_it_is_said(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("inotify is Linux's")
    limit = Path("/proc/sys/fs/inotify/max_user_instances").read_text()
    held: list[int] = []
    try:
        libc = ctypes.CDLL(None)
        while len(held) < int(limit) + 1 and (fd := libc.inotify_init()) >= 0:
            held.append(fd)
        with watched(site(tmp_path / "root", NOTES)) as world:
            assert world.watcher.polls
            assert "inotify" in world.watcher.notice
            assert world.notices == [world.watcher.notice]
            (world.content / "one.md").write_text(AFTER)
            assert world.shows(ONE, "after", within=3)
    finally:
        for fd in held:
            os.close(fd)


def test_k6_a_folder_on_a_network_is_looked_at_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.serve.watch._file_system", lambda _path: "nfs4")
    with watched(site(tmp_path / "root", NOTES)) as world:
        assert world.watcher.polls
        assert "on a drive that does not tell of changes" in world.watcher.notice
        assert world.notices == [world.watcher.notice]
        (world.content / "one.md").write_text(AFTER)
        assert world.shows(ONE, "after")


def test_k6_polling_finds_every_kind_of_change(tmp_path: Path) -> None:
    with watched(site(tmp_path / "root", NOTES), poll=True) as world:
        (world.content / "one.md").write_text(AFTER)
        assert world.shows(ONE, "after")
        (world.content / "one.md").unlink()
        (world.content / "new.md").write_text("new")
        assert world.shows("new/index.html", "new")
        assert world.text(ONE) == ""
        (world.root / "config.yaml").write_text("title: Other\n")
        assert world.shows("index.html", "Other")


def test_k7_an_edit_in_a_linked_folder_shows_under_both_names(tmp_path: Path) -> None:
    root = site(tmp_path / "root", NOTES)
    (root / "content/linked").symlink_to("f")
    with watched(root) as world:
        (world.content / "f/three.md").write_text("# Three\n\nedited\n")
        assert world.shows("f/three/index.html", "edited")
        assert world.shows("linked/three/index.html", "edited")
        (world.content / "linked/three.md").write_text("# Three\n\nby the link\n")
        assert world.shows("f/three/index.html", "by the link")
        assert world.shows("linked/three/index.html", "by the link")


def test_k7_a_content_folder_that_is_itself_a_link_is_watched(tmp_path: Path) -> None:
    root = site(tmp_path / "root", NOTES)
    (root / "content").rename(tmp_path / "elsewhere")
    (root / "content").symlink_to(tmp_path / "elsewhere")
    with watched(root) as world:
        (tmp_path / "elsewhere/one.md").write_text(AFTER)
        assert world.shows(ONE, "after")


def test_k8_reading_and_touching_files_changes_nothing(world: World) -> None:
    for _ in range(3):
        for file in world.content.rglob("*.md"):
            file.read_text()
            file.touch()
        list(os.scandir(world.content))
        time.sleep(0.05)
    assert world.settled() == 0


def test_what_was_learned_is_put_aside_though_it_is_never_quiet(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_UNREST", 0.5)
    put_aside: list[int] = []
    monkeypatch.setattr(world.live, "settle", lambda: put_aside.append(len(world.changes)))
    saves = 0
    while len(put_aside) < 2 and saves < 200:
        saves += 1
        (world.content / "one.md").write_text(f"# One\n\nsave {saves}\n")
        assert world.shows(ONE, f"save {saves}<")
    assert len(put_aside) == 2
    assert 1 < put_aside[0] < put_aside[1] - 1, "not after each save"


def test_k9_an_output_and_a_cache_among_the_notes_do_not_set_it_off(tmp_path: Path) -> None:
    root = site(tmp_path / "root", NOTES, "title: T\ncontent: .\n")
    with watched(root) as world:
        for _ in range(3):
            build(Ask(root=root, cache=tmp_path / "root cache", jobs=1), lambda *_: None)
        assert world.settled() == 0
        assert not world.live.concerns(str(root / "site/index.html"))
        assert not any(path.startswith("site/") for path in world.live.site.vault.notes)


def test_k10_a_broken_configuration_keeps_the_last_good_site_and_is_told(world: World) -> None:
    (world.root / "config.yaml").write_text("title: [\n")
    assert world.sees(lambda: bool(world.live.trouble))
    assert world.live.trouble[0].place.path == "config.yaml"
    assert "before" in world.text(ONE)
    (world.content / "one.md").write_text(AFTER)
    assert world.shows(ONE, "after")
    assert world.live.trouble
    (world.root / "config.yaml").write_text("title: Mended\n")
    assert world.shows("index.html", "Mended")
    assert world.live.trouble == ()


@pytest.mark.parametrize(
    ("config", "code"), [("title: T\ntheme: nope\n", "config"), ("title: T\ncontent: nowhere\n", "config")]
)
def test_k10_a_theme_or_a_folder_that_is_not_there_keeps_the_last_good_site(
    world: World, config: str, code: str
) -> None:
    (world.root / "config.yaml").write_text(config)
    assert world.sees(lambda: [problem.code for problem in world.live.trouble] == [code])
    assert "before" in world.text(ONE)


def test_k10_a_template_a_stylesheet_and_a_setting_reach_every_page(world: World) -> None:
    theme = world.root / "themes/paper"
    (theme / "templates").mkdir(parents=True)
    (theme / "templates/note.html").write_text(
        '{% extends "paper/note.html" %}{% block after_body %}MINE{% endblock %}'
    )
    assert world.shows(ONE, "MINE")
    assert world.shows("f/three/index.html", "MINE")
    before = world.live.site.theme.site.assets["style.css"]
    (theme / "assets").mkdir()
    (theme / "assets/more.css").write_text("body { color: red }")
    assert world.sees(lambda: world.live.site.theme.site.assets["style.css"] != before)
    now = world.live.site.theme.site.assets["style.css"]
    assert now in world.text(ONE)
    assert b"color: red" in (world.live.page(now) or pytest.fail("no style")).body  # type: ignore[operator]
    shutil.rmtree(world.root / "themes")
    assert world.sees(lambda: "MINE" not in world.text(ONE))


def test_k10_what_is_ignored_is_asked_again_when_the_rules_change(world: World) -> None:
    (world.content / ".gitignore").write_text("f/\n")
    assert world.sees(lambda: "f/three.md" not in world.live.site.vault.notes)
    (world.content / ".gitignore").unlink()
    assert world.sees(lambda: "f/three.md" in world.live.site.vault.notes)
    (world.root / "config.yaml").write_text("title: T\nignore: [two.md]\n")
    assert world.sees(lambda: "two.md" not in world.live.site.vault.notes)


def test_k11_a_site_that_is_taken_away_stays_shown_and_is_watched_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    root = site(tmp_path / "root", NOTES)
    with watched(root, rescan=0.2) as world:
        root.rename(tmp_path / "away")
        assert world.sees(lambda: bool(world.live.trouble))
        assert "before" in world.text(ONE)
        used = time.process_time()
        time.sleep(1)
        assert time.process_time() - used < 0.5  # no spin
        (tmp_path / "away").rename(root)
        assert world.sees(lambda: world.live.trouble == ())
        (world.content / "one.md").write_text(AFTER)
        assert world.shows(ONE, "after")


def test_k11_content_that_is_deleted_and_restored_is_heard_again(tmp_path: Path) -> None:
    root = site(tmp_path / "root", NOTES)
    shutil.copytree(root, tmp_path / "copy")
    with watched(root, rescan=0.2) as world:
        shutil.rmtree(root / "content")
        assert world.sees(lambda: bool(world.live.trouble))
        shutil.copytree(tmp_path / "copy/content", root / "content")
        assert world.sees(lambda: world.live.trouble == () and "before" in world.text(ONE))
        world.watcher._rescan = 3600  # from here on it has to hear
        time.sleep(0.5)
        (world.content / "f/three.md").write_text("# Three\n\nheard\n")
        assert world.shows("f/three/index.html", "heard")
