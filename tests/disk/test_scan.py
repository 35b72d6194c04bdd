"""What is found in a folder, what is left out, and what is complained about. Nothing hangs, nothing leads out."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import msgspec
import pytest

from kb.disk.ignore import Skip, skip_for
from kb.disk.scan import Found, scan
from kb.model.settings import Settings

HERE = Settings(content=".")


def fill(root: Path, *names: str, **texts: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(name, name))
    return root


def look(root: Path, settings: Settings = HERE) -> Found:
    return scan(root / settings.content, skip_for(root, settings))


def files(found: Found) -> list[str]:
    return sorted([*found.notes, *found.attachments])


def complaints(found: Found) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.path) for problem in found.problems]


def test_notes_and_attachments_are_told_apart_by_their_names(tmp_path: Path) -> None:
    fill(tmp_path, "a.md", "B.MD", "c.markdown", "d.Markdown", "e.txt", "sub/f.png", "md", "x.md.png")
    found = look(tmp_path)
    assert list(found.notes) == ["B.MD", "a.md", "c.markdown", "d.Markdown"]
    assert list(found.attachments) == ["e.txt", "md", "sub/f.png", "x.md.png"]
    assert found.problems == ()


def test_a_stamp_is_what_stat_says(tmp_path: Path) -> None:
    fill(tmp_path, "a.md")
    stat = (tmp_path / "a.md").stat()
    stamp = look(tmp_path).notes["a.md"]
    assert (stamp.size, stamp.mtime_ns, stamp.inode) == (4, stat.st_mtime_ns, stat.st_ino)


def test_names_that_differ_by_case_or_unicode_form_are_both_found(tmp_path: Path) -> None:
    fill(tmp_path, "Note.md", "note.md", "caf\u00e9.md", "cafe\u0301.md")
    assert len(look(tmp_path).notes) == len(list(tmp_path.iterdir()))


def test_what_tools_leave_behind_is_no_content(tmp_path: Path) -> None:
    fill(
        tmp_path, "a.md", ".obsidian/app.md", ".git/x.md", ".trash/y.md", ".hidden.md", "a.md~", ".a.md.swp", "b.swx",
        ".#a.md", "#a.md#", "4913", "a.md.tmp", "a.md.bak", "smtp.md.bck", "node_modules/z/readme.md", "~$c.docx",
        "__pycache__/d.pyc", "Thumbs.db", ".DS_Store",
    )  # fmt: skip
    assert files(look(tmp_path)) == ["a.md"]


def test_the_sites_own_folders_are_no_content(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "a.md",
        "site/index.html",
        "themes/own/readme.md",
        "config.yaml",
        "templates/film.md",
        "sub/site/b.md",
    )
    assert files(look(tmp_path)) == ["a.md", "sub/site/b.md"]
    fill(tmp_path, "out/x.md", "deep/cache/y.md")
    also = (tmp_path / "out", tmp_path / "deep/cache", Path("/elsewhere"))
    assert files(scan(tmp_path, skip_for(tmp_path, HERE, also))) == ["a.md", "sub/site/b.md"]


def test_folders_of_the_site_are_named_from_its_root(tmp_path: Path) -> None:
    settings = Settings(content="notes", starters=("notes/starters", "templates"))
    fill(tmp_path, "notes/a.md", "notes/starters/b.md", "notes/templates/c.md", "templates/d.md")
    assert files(look(tmp_path, settings)) == ["a.md", "templates/c.md"]


def test_what_the_configuration_ignores_is_no_content(tmp_path: Path) -> None:
    fill(tmp_path, "a.md", "drafts/b.md", "sub/drafts/c.md", "x.log", "keep.log")
    settings = msgspec.structs.replace(HERE, ignore=("/drafts/", "*.log", "!keep.log"))
    assert files(look(tmp_path, settings)) == ["a.md", "keep.log", "sub/drafts/c.md"]


def test_gitignore_means_what_git_means_by_it(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "a.md",
        "build/b.md",
        "sub/build/c.md",
        "sub/d.log",
        "sub/e.log",
        "sub/f.tex",
        "g.tex",
        "h/i/j.md",
    )
    (tmp_path / ".gitignore").write_text("# made by tools\nbuild/\n*.log\n/g.tex\n!\nh/**/j.md\n\n")
    (tmp_path / "sub/.gitignore").write_bytes(b"!e.log\n\xff\n")
    assert files(look(tmp_path)) == ["a.md", "sub/e.log", "sub/f.tex"]


def test_the_configuration_is_stronger_than_gitignore(tmp_path: Path) -> None:
    fill(tmp_path, "private/a.md", "b.md")
    (tmp_path / ".gitignore").write_text("private/\n")
    settings = msgspec.structs.replace(HERE, ignore=("!private/", "b.md"))
    assert files(look(tmp_path, settings)) == ["private/a.md"]


def test_a_gitignore_above_the_content_counts_unless_it_ignores_all_of_it(tmp_path: Path) -> None:
    settings = Settings(content="docs/notes")
    fill(tmp_path, "docs/notes/a.md", "docs/notes/tmp/b.md", "docs/notes/c.log")
    (tmp_path / ".gitignore").write_text("/docs/notes/tmp/\n*.log\n")
    (tmp_path / "docs/.gitignore").write_text("!c.log\n")
    assert files(look(tmp_path, settings)) == ["a.md", "c.log"]
    (tmp_path / ".gitignore").write_text("/docs/notes/\n*.log\n")
    assert files(look(tmp_path, settings)) == ["a.md", "c.log", "tmp/b.md"]


def test_a_link_out_of_the_vault_is_not_followed(tmp_path: Path) -> None:
    outside, vault = tmp_path / "outside", tmp_path / "vault"
    fill(outside, "secret.md", "photo.jpg")
    fill(vault, "a.md")
    (vault / "note.md").symlink_to(outside / "secret.md")
    (vault / "photo.jpg").symlink_to(outside / "photo.jpg")
    (vault / "folder").symlink_to(outside)
    (vault / "zero.md").symlink_to("/dev/zero")
    (vault / "nowhere.md").symlink_to(tmp_path / "absent.md")
    found = look(vault)
    assert files(found) == ["a.md"]
    assert {code for code, _ in complaints(found)} == {"symlink-outside"}
    assert len(found.problems) == 5


def test_a_folder_whose_name_begins_like_the_vaults_is_outside(tmp_path: Path) -> None:
    fill(tmp_path / "vault-private", "secret.md")
    vault = fill(tmp_path / "vault", "a.md")
    (vault / "b.md").symlink_to("../vault-private/secret.md")
    assert complaints(look(vault)) == [("symlink-outside", "b.md")]


def test_links_inside_the_vault_are_followed_once(tmp_path: Path) -> None:
    fill(tmp_path, "real/a.md", "real/p.png")
    (tmp_path / "again.md").symlink_to("real/a.md")
    (tmp_path / "linked").symlink_to("real")
    (tmp_path / "real/more").symlink_to("../other")
    fill(tmp_path, "other/b.md")
    found = look(tmp_path)
    assert list(found.notes) == ["again.md", "linked/a.md", "other/b.md", "real/a.md", "real/more/b.md"]
    assert found.problems == ()


def test_links_that_lead_back_are_told_and_left(tmp_path: Path) -> None:
    fill(tmp_path, "a/b/note.md")
    (tmp_path / "a/b/up").symlink_to("..")
    (tmp_path / "a/top").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to("self.md")
    found = look(tmp_path)
    assert list(found.notes) == ["a/b/note.md"]
    assert complaints(found) == [("symlink-loop", path) for path in ("a/b/up", "a/top", "self.md")]


def test_a_web_of_links_does_not_multiply(tmp_path: Path) -> None:
    for one in range(12):
        fill(tmp_path, f"{one}/note.md")
        for other in range(12):
            if other != one:
                (tmp_path / f"{one}/to{other}").symlink_to(f"../{other}")
    assert len(look(tmp_path).notes) == 12 + 12 * 11


def test_a_link_to_nothing_is_told_if_it_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("absent.md")
    (tmp_path / "b.png").symlink_to("absent.png")
    assert complaints(look(tmp_path)) == [("unreadable-file", "a.md")]


def test_a_hard_link_is_a_file_like_any_other(tmp_path: Path) -> None:
    fill(tmp_path, "a.md")
    os.link(tmp_path / "a.md", tmp_path / "b.md")
    assert list(look(tmp_path).notes) == ["a.md", "b.md"]


def test_what_only_looks_like_a_note_is_told(tmp_path: Path) -> None:
    fill(tmp_path, "folder.md/inside.md")
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.md"))
        found = look(tmp_path)
    assert files(found) == ["folder.md/inside.md"]
    assert complaints(found) == [("not-a-file", path) for path in ("folder.md", "pipe.md", "socket.md")]


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("latin-1")
    assert complaints(look(tmp_path)) == [("unreadable-file", "caf\\xe9.md")]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_read_is_told_and_others_go_on(tmp_path: Path) -> None:
    fill(tmp_path, "a.md", "closed/b.md")
    (tmp_path / "closed").chmod(0)
    try:
        found = look(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert (files(found), complaints(found)) == (["a.md"], [("unreadable-file", "closed")])


def test_folders_may_be_nested_deeper_than_pythons_stack(tmp_path: Path) -> None:
    here, depth = Path.cwd(), 1200
    os.chdir(tmp_path)
    try:
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
        Path("a.md").write_text("deep")
        assert list(scan(tmp_path, Skip()).notes) == ["d/" * depth + "a.md"]
        Path("a.md").unlink()
        for _ in range(depth):  # pytest itself could not remove it
            os.chdir("..")
            Path("d").rmdir()
    finally:
        os.chdir(here)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "absent", Skip())
