"""What a stranger sends (B2, B14, B18): texts that would like to be HTML, pictures that explode, vaults with luggage."""

from __future__ import annotations

import json
import os
import pickle
import re
import socket
import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kb.disk.refused import Refused
from kb.media.picture import published
from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from kb.pipeline.searching import find
from safety.vault import Vault, nobody
from website.web import Page

# B2, words where markup is near

HOSTILE = "x\"'></title></script><script>alert(1)</script><img src=q onerror=alert(1)>"
#: In a text, an image without its handler is what an author may write.
IN_A_TEXT = HOSTILE.partition("<img")[0]


def test_b2_words_of_front_matter_and_names_of_files_become_no_element_anywhere(vault: Vault) -> None:
    (vault.root / "config.yaml").write_text("title: Safe\nbase_url: https://example.org/\n")
    written = json.dumps(HOSTILE)
    keys = ("title", "author", "description", "series", "kind", "lang", "image", "up", "own-key")
    matter = "".join(f"{key}: {written}\n" for key in keys)
    listed = f"aliases: [{written}]\ntags: [{written}]\ndate: 2020-01-01\n"
    result = vault.write(
        {
            "all.md": f"---\n{matter}{listed}---\nText\n",
            "title.md": f"---\ntitle: {written}\n{listed}---\n## {IN_A_TEXT}\n\n[[all|{IN_A_TEXT}]]\n",
            'x"><img src=q onerror=alert(1)>.md': "Text. [[title]]\n",
        }
    ).build()
    assert "&lt;script&gt;" in result.page("title/")
    assert len([path for path in result.pages if path.endswith(".html")]) > 5
    for path, text in result.pages.items():
        match Path(path).suffix:
            case ".html":
                page = Page(text)
                assert not [name for _, found in page.tags for name in found if name.startswith("on")], path
                assert page.all("img") == [], path
                scripts = page.all("script")
                assert all("src" in each or each["type"] == "application/ld+json" for each in scripts), path
                for data in re.findall('<script type="application/ld.json">(.*?)</script>', text, re.DOTALL):
                    assert json.loads(data)
            case ".xml":
                ET.fromstring(text)  # noqa: S314 - written by the build above
            case ".json":
                assert json.loads(text)


# B14, pictures


def test_b14_a_picture_that_would_explode_or_is_cut_off_is_never_decoded(vault: Vault) -> None:
    header = struct.pack(">I4sIIBBBBB", 13, b"IHDR", 60_000, 60_000, 8, 2, 0, 0, 0)
    pictures = {
        "bomb.png": b"\x89PNG\r\n\x1a\n" + header + b"\0" * 4,
        "cut.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
        "cut.gif": b"GIF89a\xff",
        "none.webp": b"",
        "text.png": b"no picture at all",
    }
    vault.write({**pictures, "n.md": "\n\n".join(f"![[{name}]]" for name in pictures)})
    tracemalloc.start()
    try:
        result = vault.build()
        assert tracemalloc.get_traced_memory()[1] < 100 << 20  # its pixels would take 10 GB
    finally:
        tracemalloc.stop()
    assert result.errors == []
    whole = {name: published(data) for name, data in pictures.items()}
    assert {name: (vault.out / name).read_bytes() for name in pictures} == whole
    assert not (vault.out / "_images").exists()
    assert result.text("n/").count("<img ") == len(pictures)


# B18, what a cloned vault brings along


class Marker:
    """Something whose pickle makes a folder when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_b18_caches_hooks_and_plugins_that_come_with_a_vault_are_neither_run_nor_published(
    tmp_path: Path,
) -> None:
    ran, cloned = tmp_path / "ran", tmp_path / "cloned"
    evil, script = pickle.dumps(Marker(ran), 2), f"import os\nos.mkdir({str(ran)!r})\n".encode()
    files = {
        **{f"{folder}/_MAIN_1.toc": evil for folder in (".kb", ".kb/search/index", "search/index")},
        ".kb/manifest.json": b'{"version": 1, "files": {"../precious": "0"}}',
        ".kb/journal.json": b"{}",
        ".kb/notes-1.sqlite": evil,
        ".git/hooks/post-checkout": b"#!/bin/sh\n",
        ".obsidian/plugins/x/main.js": b"x",
        ".obsidian/x.md": b"hidden",
        **dict.fromkeys(("conftest.py", "plugin.py", "sitecustomize.py", "kb_plugins/__init__.py"), script),
        "note.md": b"---\nplugins: ['plugin:x']\nhtml: trusted\ntheme: x\n---\nA word. <script>x</script>\n",
    }
    for name, data in files.items():
        (cloned / name).parent.mkdir(parents=True, exist_ok=True)
        (cloned / name).write_bytes(data)
    ask = Ask(root=cloned, output=tmp_path / "out", cache=tmp_path / "cache")
    for _ in range(2):
        build(ask, nobody)
        assert find(ask, nobody).index.postings("word") is not None
    assert not ran.exists()
    found = {path.relative_to(cloned).as_posix(): path for path in cloned.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in found.items()} == files, "a build writes into no vault"
    published = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")]
    assert "note/index.html" in published
    assert not [path for path in published if re.search("obsidian|hooks|conftest|plugin|_MAIN", path)]
    assert "<script>x" not in (tmp_path / "out/note/index.html").read_text()


def test_b18_a_folder_without_a_configuration_brings_no_theme(tmp_path: Path) -> None:
    templates = tmp_path / "cloned/themes/paper/templates"
    templates.mkdir(parents=True)
    (templates / "note.html").write_text("{{ page.title }}, the stranger's")
    (tmp_path / "cloned/note.md").write_text("A word.\n")
    ask = Ask(root=tmp_path / "cloned", output=tmp_path / "out", cache=tmp_path / "cache")
    build(ask, nobody)
    assert "the stranger's" not in (tmp_path / "out/note/index.html").read_text()
    (tmp_path / "cloned/config.yaml").write_text("content: .\n")
    build(ask, nobody)
    assert "the stranger's" in (tmp_path / "out/note/index.html").read_text()


def test_b18_a_folder_without_a_configuration_leads_no_output_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "cloned").mkdir()
    (tmp_path / "cloned/note.md").write_text("A word.\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cloned/site").symlink_to(tmp_path / "elsewhere")
    ask = Ask(root=tmp_path / "cloned", cache=tmp_path / "cache")
    with pytest.raises(Refused, match="leads out of the folder"):
        build(ask, nobody)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    build(replace(ask, output=tmp_path / "cloned/site"), nobody)  # the person's own words
    assert (tmp_path / "elsewhere/note/index.html").exists()


@pytest.mark.parametrize("led", [".kb", ".kb/staging"])
def test_b18_no_folder_of_kb_s_own_in_an_output_leads_elsewhere(tmp_path: Path, led: str) -> None:
    (tmp_path / "cloned/site").mkdir(parents=True)
    (tmp_path / "cloned/note.md").write_text("A word.\n")
    theirs = {"0": b"precious", "manifest.json": b'{"version": 1, "files": {}}'}
    (tmp_path / "elsewhere").mkdir()
    for name, data in theirs.items():
        (tmp_path / "elsewhere" / name).write_bytes(data)
    if led != ".kb":
        (tmp_path / "cloned/site/.kb").mkdir()
        (tmp_path / "cloned/site/.kb/manifest.json").write_bytes(theirs["manifest.json"])
    (tmp_path / "cloned/site" / led).symlink_to(tmp_path / "elsewhere")
    build(Ask(root=tmp_path / "cloned", cache=tmp_path / "cache"), nobody)
    assert {path.name: path.read_bytes() for path in (tmp_path / "elsewhere").iterdir()} == theirs
    assert (tmp_path / "cloned/site/note/index.html").exists()


# The network


def test_a_build_asks_nobody_on_the_network(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_arguments: object) -> None:
        pytest.fail("a build wanted a connection")

    for owner, name in ((socket.socket, "connect"), (socket.socket, "connect_ex"), (socket, "getaddrinfo")):
        monkeypatch.setattr(owner, name, asked)
    text = "---\nimage: https://a.invalid/c.png\n---\n![x](https://a.invalid/x.png) <https://a.invalid> ![[https://a.invalid/y]]\n"
    assert "https://a.invalid/x.png" in vault.write({"n.md": text}).build(jobs=1).text("n/")
    vault.check()
