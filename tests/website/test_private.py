"""Nothing private is in any byte of the site, and no file that only private notes use."""

from __future__ import annotations

import gzip
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from kb.search.export.facets import facets_of
from kb.search.export.shards import Shards
from website.web import CONFIG, PNG, Web, built

MARK = "zyzzyva"
#: Everything about a note in which its author's secret could be.
SECRET = (
    f"# {MARK} title ![[{MARK}.png]]\n\nText {MARK} with [[public]], ![[public]], #{MARK}/tag and `{MARK}`.\n\n"
    f"## {MARK} part\n\n![{MARK} alt]({MARK}.png) ![[{MARK}.pdf]] <img src='{MARK}.png' alt=''>^{MARK}-block\n\n^{MARK}-block\n"
)
FIELDS = f"aliases: [{MARK} alias, /{MARK}/old/]\ntags: [{MARK}]\nseries: {MARK}\nimage: {MARK}.png\nup: '[[public]]'\n"


def _hidden(line: str) -> str:
    return f"---\ndate: 2020-01-01\n{FIELDS}{line}\n---\n{SECRET}"


PRIVATE = {
    "a draft": {f"d/{MARK}.md": _hidden("draft: true")},
    "publish: false": {f"d/{MARK}.md": _hidden("publish: false")},
    "a note of the future": {f"d/{MARK}.md": _hidden("").replace("2020-01-01", "2999-01-01")},
    "front matter that cannot be read": {f"d/{MARK}.md": _hidden("x: [")},
    "front matter that is never closed": {f"d/{MARK}.md": f"---\npublish: false\n{SECRET}"},
    "a date that does not exist": {f"d/{MARK}.md": _hidden("").replace("2020-01-01", "2020-02-31")},
    "an ignored folder": {f"secret/{MARK}.md": _hidden("")},
    "a folder of Obsidian's": {f".trash/{MARK}.md": _hidden("")},
    "a folder of templates": {f"../templates/{MARK}.md": _hidden("")},
    "bytes that are no text": {f"d/{MARK}.md": _hidden("").encode("utf-8") + b"\xff\xfe\xff"},
    "an index of its folder": {f"{MARK}/index.md": _hidden("draft: true")},
}
PUBLIC = {
    "index.md": "---\ndate: 2020-01-01\ntags: [t]\n---\nWelcome. [[public]]",
    "public.md": f"---\ndate: 2020-01-02\ntags: [t]\n---\nText. %%{MARK} [[public]] #{MARK}%% <!-- {MARK} -->\n\n%%\n{MARK}\n%%\n",
}


def _tell_tales(web: Web) -> list[str]:
    """Files with the mark in their bytes or their names. kb's own list of the output counts, for it is published too."""
    found = {
        path.relative_to(web.folder).as_posix(): path for path in web.folder.rglob("*") if path.is_file()
    }
    return [
        name
        for name, path in found.items()
        if MARK in name.lower() or any(MARK.encode() in data.lower() for data in _readings(path.read_bytes()))
    ]


def _readings(data: bytes) -> Iterator[bytes]:
    """A file's bytes, what is packed in them, and what a script holds in base 64."""
    yield data
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    if script := re.fullmatch(rb'kbSearch\("[^"]*","([^"]*)"\);\n', data):
        yield from _readings(b64decode(script[1]))


@pytest.mark.parametrize("private", PRIVATE.values(), ids=list(PRIVATE))
def test_nothing_private_is_in_the_site(tmp_path: Path, private: dict[str, str | bytes]) -> None:
    (folder,) = {path.rpartition("/")[0] for path in private}
    files = {f"{folder}/{MARK}.png": PNG, f"{folder}/{MARK}.pdf": b"%PDF"}
    web = built(tmp_path, {**PUBLIC, **files, **private}, CONFIG + "twins: true\nignore: [secret/]\n")
    assert not _tell_tales(web)
    assert "public/index.html" in web.files
    assert not list(web.faults())


@pytest.mark.parametrize("private", PRIVATE.values(), ids=list(PRIVATE))
def test_a_search_index_is_the_same_to_the_byte_with_and_without_what_is_private(
    tmp_path: Path, private: dict[str, str | bytes]
) -> None:
    config = CONFIG + "ignore: [secret/]\nsearch: {offline: true}\n"
    with_it = built(tmp_path / "with", {**PUBLIC, **private}, config)
    without = built(tmp_path / "without", PUBLIC, config)
    assert not _tell_tales(with_it)
    assert _index(with_it) == _index(without)
    assert _shards(with_it).count == len(PUBLIC)


def test_comments_are_in_no_shard_and_no_fragment(tmp_path: Path) -> None:
    web = built(tmp_path, PUBLIC)
    assert MARK not in _everything(web)
    assert "welcome" in _everything(web)
    bare = {path: re.sub(r"%%.*?%%|<!--.*?-->", "", text, flags=re.DOTALL) for path, text in PUBLIC.items()}
    other = _index(built(tmp_path / "bare", bare))
    differing = {path for path, data in _index(web).items() if other.get(path) != data}
    assert differing == {"_search/manifest.bin"}  # it changes with every file that is published


def test_a_note_that_becomes_private_leaves_the_search_index(tmp_path: Path) -> None:
    words = f"---\ndate: 2019-01-01\ntags: [{MARK}/tag]\nkind: {MARK}\n---\n# {MARK}\n\nText {MARK}s welcome {MARK}ly."
    web = built(tmp_path, {**PUBLIC, "d/note.md": words})
    assert MARK in _everything(web)
    assert _shards(web).surfaces("z").keys() == {MARK, f"{MARK}s", f"{MARK}ly"}
    assert len(_documents(web, "welcom")) == 2
    again = built(tmp_path, {"d/note.md": words.replace("date", "draft: true\ndate")})
    assert MARK not in _everything(again)
    assert len(_documents(again, "welcom")) == 1
    assert _index(again) == _index(built(tmp_path / "clean", PUBLIC))


def test_a_draft_is_in_the_search_index_of_a_build_with_drafts_alone(tmp_path: Path) -> None:
    web = built(tmp_path, {**PUBLIC, "d.md": f"---\ndraft: true\n---\n{MARK}"})
    assert MARK not in _everything(web)
    build(Ask(root=tmp_path, drafts=True), lambda *_: None)
    assert MARK in _everything(Web(tmp_path / "site"))
    build(Ask(root=tmp_path), lambda *_: None)
    assert MARK not in _everything(Web(tmp_path / "site"))


def _index(web: Web) -> Mapping[str, bytes]:
    return {path: data for path, data in web.files.items() if path.startswith("_search/")}


def _shards(web: Web) -> Shards:
    return Shards(lambda path: web.files[f"_search/{path}"])


def _documents(web: Web, term: str) -> list[int]:
    postings = _shards(web).postings(term)
    return [] if postings is None else list(postings.docs)


def _everything(web: Web) -> str:
    """Every text in the search index: terms, surfaces, words, tags, kinds, dates, paths and fragments."""
    shards = _shards(web)
    facets = facets_of(shards.file("facets-{}.bin", shards.manifest.facets))
    terms = [term for number in range(len(shards.term_shards)) for term in shards.terms(number)]
    words = [word for number in range(len(shards.word_shards)) for word in shards.words(number)]
    documents = [shards.document(doc) for doc in shards.documents()]
    return repr((terms, words, facets, shards.dates, shards.paths, documents)).lower()


def test_a_link_to_a_private_note_shows_the_words_written_and_nothing_else(tmp_path: Path) -> None:
    note = "[[d/hidden|the words]], [more](d/hidden.md), ![[d/hidden|an embed]], [[the alias|by alias]]."
    hidden = f"---\ndraft: true\naliases: [the alias]\n---\n# {MARK}\n\nText {MARK}."
    web = built(tmp_path, {**PUBLIC, "a.md": note, "d/hidden.md": hidden})
    assert not _tell_tales(web)
    text = web.text("a/index.html")
    assert '<a class="missing">the words</a>' in text
    assert '<a class="missing">more</a>' in text
    assert '<span class="missing">an embed</span>' in text
    assert "hidden" not in text
    assert web.codes().count("link-to-private") == 4


def test_a_note_that_becomes_private_leaves_the_site(tmp_path: Path) -> None:
    note = f"---\ndate: 2020-01-01\ntags: [{MARK}]\n---\nText {MARK}. ![[{MARK}.png]]"
    web = built(tmp_path, {**PUBLIC, f"{MARK}.md": note, f"{MARK}.png": PNG})
    assert _tell_tales(web)
    again = built(tmp_path, {f"{MARK}.md": note.replace("date", "draft: true\ndate")})
    assert not _tell_tales(again)


def test_files_are_copied_only_where_a_published_note_or_the_configuration_names_them(tmp_path: Path) -> None:
    notes = {
        "a.md": "---\nimage: cover.png\nsee: '[[paper.pdf]]'\n---\n![[Shown 1.PNG]] [data](d/data.csv) <img src='raw.png' alt=''>",
        "b.md": "---\ndraft: true\n---\n![[drafted.png]]",
        "c.md": "`![[code.png]]` %%![[comment.png]]%% [[missing.png]]",
    }
    names = "cover.png paper.pdf d/data.csv raw.png drafted.png code.png comment.png unused.png icon.png logo.png menu.pdf"
    files = {**dict.fromkeys(names.split(), PNG), "Shown 1.PNG": PNG}
    config = CONFIG + "favicon: icon.png\nlogo: logo.png\nmenu: [{title: Paper, link: menu.pdf}]\n"
    web = built(tmp_path, {**notes, **files}, config)
    copied = {path for path in web.files if path.endswith((".png", ".pdf", ".csv"))}
    assert copied == {
        "cover.png",
        "paper.pdf",
        "d/data.csv",
        "raw.png",
        "shown-1.png",
        "icon.png",
        "logo.png",
        "menu.pdf",
    }
    assert not list(web.faults())
