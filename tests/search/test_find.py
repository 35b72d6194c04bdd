"""The index as `kb search` opens it: as fresh as the files, and fast where nothing changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kb.disk.refused import Refused
from kb.disk.store import Store
from kb.pipeline.opening import Ask, BadConfig
from kb.pipeline.searching import Found, find
from search.entries import told

SRC = Path(__file__).resolve().parents[2] / "src"


class Site:
    def __init__(self, root: Path) -> None:
        self.root, self.cache = root / "site", root / "cache"
        (self.root / "content").mkdir(parents=True)
        self.config("title: One\n")

    def config(self, text: str) -> None:
        (self.root / "config.yaml").write_text(text)

    def put(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.root / "content" / f"{name}.md").write_text(text)

    def find(self) -> Found:
        return find(Ask(root=self.root, cache=self.cache, jobs=1), lambda _what, _done, _all: None)

    def holders(self, term: str) -> list[str]:
        index = self.find().index
        found = index.postings(term)
        return sorted(index.known(doc).path for doc in found.docs) if found else []


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_what_is_written_edited_and_deleted_is_found_at_once(site: Site) -> None:
    site.put(a="zebra", b="lion")
    assert site.holders("zebra") == ["a.md"]
    site.put(b="lion and zebra")
    assert site.holders("zebra") == ["a.md", "b.md"]
    (site.root / "content" / "a.md").unlink()
    assert site.holders("zebra") == ["b.md"]
    (site.root / "content" / "b.md").rename(site.root / "content" / "c.md")
    assert site.holders("zebra") == ["c.md"]


def test_drafts_and_private_notes_are_found_and_marked(site: Site) -> None:
    site.put(
        a="---\ndraft: true\n---\nzebra",
        b="---\npublish: false\n---\nzebra",
        c="---\ndate: 2999-01-01\n---\nzebra",
        d="zebra",
    )
    found = site.find()
    assert site.holders("zebra") == ["a.md", "b.md", "c.md", "d.md"]
    marks = {path: found.texts.marks(path) for path in ("a.md", "b.md", "c.md", "d.md")}
    assert marks == {"a.md": ("draft",), "b.md": ("private",), "c.md": ("future",), "d.md": ()}


def test_a_note_that_cannot_be_read_is_in_no_index_until_it_is_mended(site: Site) -> None:
    site.put(a="---\ntitle: a: b\n---\nzebra", b="lion")
    assert site.holders("zebra") == []
    assert site.find().index.state.aside.keys() == {"a.md"}
    site.put(a="---\ntitle: a\n---\nzebra")
    assert site.holders("zebra") == ["a.md"]
    assert site.find().index.state.aside == {}


def test_a_comment_is_not_found(site: Site) -> None:
    site.put(a="lion %%zebra%%\n\n<!-- zebra -->")
    assert site.holders("zebra") == []


def test_another_language_has_other_stems(site: Site) -> None:
    site.put(a="Häuser running")
    assert site.holders("run") == ["a.md"]
    site.config("title: One\nlanguage: de\n")
    assert site.holders("run") == []
    assert site.holders("haus") == ["a.md"]


def test_a_site_that_is_not_searched_says_so(site: Site) -> None:
    site.config("search: false\n")
    with pytest.raises(Refused, match="not searched"):
        site.find()


def test_search_that_is_switched_on_later_finds_what_was_read_before(site: Site) -> None:
    site.config("title: One\n")
    site.put(a="zebra")
    site.find()
    for path in site.cache.rglob("search/index/*"):
        path.unlink()
    store = next(site.cache.rglob("notes-*.sqlite"))
    import sqlite3

    with sqlite3.connect(store) as connection:
        connection.execute("DELETE FROM analysis")
    connection.close()
    assert site.holders("zebra") == ["a.md"]
    with sqlite3.connect(store) as connection:
        assert connection.execute("SELECT count(*) FROM analysis").fetchone() == (1,)
    connection.close()


def test_a_mistake_in_the_configuration_is_told_every_time(site: Site) -> None:
    site.put(a="zebra")
    site.find()
    site.config("titel: One\n")
    for _ in range(2):
        with pytest.raises(BadConfig):
            site.find()


def test_a_lost_note_store_and_a_lost_index_are_made_anew(site: Site) -> None:
    site.put(a="zebra", b="lion")
    before = told(site.find().index)
    Store.forget(next(site.cache.iterdir()))
    assert told(site.find().index) == before
    for path in site.cache.rglob("search/index/*"):
        path.write_bytes(b"garbage")
    assert told(site.find().index) == before


def test_an_index_whose_texts_the_store_has_lost_still_gives_them(site: Site) -> None:
    site.put(a="zebra")
    site.find()
    Store.forget(next(site.cache.iterdir()))
    found = site.find().texts.document("a.md")
    assert found is not None
    assert found.sections[0].text == "zebra"


SCRIPT = """
import sys
from pathlib import Path
from kb.pipeline.opening import Ask
from kb.pipeline.searching import find
found = find(Ask(root=Path(sys.argv[1]), cache=Path(sys.argv[2])), lambda *_: None)
index = found.index
print(index.postings("zebra").docs)
print(found.texts.document("a.md").sections[0].text)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_where_nothing_changed_nothing_heavy_is_imported(site: Site) -> None:
    site.put(a="zebra")
    time.sleep(0.05)  # a file as young as the look at it is read again
    site.find()
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    arguments = [sys.executable, "-c", SCRIPT, str(site.root), str(site.cache)]
    done = subprocess.run(arguments, env=env, capture_output=True, text=True, check=True)
    docs, text, modules = done.stdout.splitlines()
    assert (docs, text) == ("[0]", "zebra")
    heavy = {"markdown_it", "mdit_py_plugins", "yaml", "jinja2", "pygments", "nh3", "pathspec"}
    assert heavy & set(modules.split()) == set()
    assert "whoosh" not in modules.split()
