"""The preview's search index: as fresh as the last save, whoever asks."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.pipeline.opening import Ask
from kb.pipeline.searching import find
from kb.serve.finder import Finder
from kb.serve.live import Live
from laws.test_laws import world
from laws.worlds import Edit, edits, vaults
from search.entries import told
from serve.test_live import started, write


def finder(live: Live) -> Finder:
    assert live.finder is not None
    return live.finder


def holders(live: Live, term: str) -> list[str]:
    index = finder(live).index()
    found = index.postings(term)
    return sorted(index.known(doc).path for doc in found.docs) if found else []


def test_a_save_is_found_by_the_next_question(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"a.md": "zebra", "b.md": "lion"})
    assert holders(live, "zebra") == ["a.md"]
    write(live, "b.md", "lion and zebra")
    assert holders(live, "zebra") == ["a.md", "b.md"]
    (live.opened.content / "a.md").unlink()
    live.refresh()
    assert holders(live, "zebra") == ["b.md"]
    assert holders(live, "lion") == ["b.md"]


def test_the_text_is_that_of_the_last_save(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"a.md": "zebra"})
    write(live, "a.md", "lion")
    document = finder(live).document("a.md")
    assert document is not None
    assert document.sections[0].text == "lion"
    assert finder(live).document("none.md") is None


def test_drafts_are_marked(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"a.md": "---\ndraft: true\n---\nzebra", "b.md": "zebra"})
    assert holders(live, "zebra") == ["a.md", "b.md"]
    assert (finder(live).marks("a.md"), finder(live).marks("b.md")) == (("draft",), ())


def test_a_note_that_breaks_leaves_the_index_and_comes_back(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"a.md": "zebra", "b.md": "zebra"})
    assert holders(live, "zebra") == ["a.md", "b.md"]
    write(live, "a.md", "---\ntitle: a: b\n---\nzebra")
    assert holders(live, "zebra") == ["b.md"]
    write(live, "a.md", "zebra again")
    assert holders(live, "zebra") == ["a.md", "b.md"]


def test_a_site_that_is_not_searched_has_no_finder_until_it_is(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"a.md": "zebra"})
    config = live.opened.root / "config.yaml"
    config.write_text("search: false\n")
    live.refresh(frozenset((str(config),)))
    assert live.finder is None
    config.write_text("search: true\n")
    live.refresh(frozenset((str(config),)))
    assert holders(live, "zebra") == ["a.md"]


def test_the_preview_and_the_terminal_share_one_index(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"a.md": "zebra"})
    ask = Ask(root=live.opened.root, cache=tmp_path / "cache", jobs=1)
    (live.opened.content / "b.md").write_text("zebra")
    found = find(ask, lambda _what, _done, _all: None)
    assert found.index.count == 2
    live.refresh()
    assert holders(live, "zebra") == ["a.md", "b.md"]
    write(live, "c.md", "zebra")
    live.refresh()
    assert holders(live, "zebra") == ["a.md", "b.md", "c.md"]
    assert told(find(ask, lambda _what, _done, _all: None).index) == told(finder(live).index())


def test_questions_from_many_threads_while_notes_are_saved(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {f"{number}.md": f"common w{number}" for number in range(30)})
    wrong: list[object] = []
    done = False

    def ask() -> None:
        while not done:
            found = finder(live).index().postings("common")
            if found is None or len(found.docs) != 30:
                wrong.append(found)

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(30):
        write(live, f"{number}.md", f"common edited{number}")
        assert holders(live, f"edited{number}") == [f"{number}.md"]
    done = True
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.alone
@settings(max_examples=settings().max_examples // 2)
@given(vaults(), st.lists(st.lists(edits(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_law_7_holds_in_the_preview(notes: dict[str, str], steps: list[list[Edit]]) -> None:
    with world(notes) as folder:
        live = Live(Ask(root=folder / "root", cache=folder / "cache", jobs=1), drafts=True)
        live.start()
        for number, step in enumerate(([], *steps)):
            for edit in step:
                edit.do(folder / "root")
            live.refresh()
            if live.finder is None:  # an edit said `search: false`
                continue
            ask = Ask(root=folder / "root", cache=folder / f"other{number}", jobs=1)
            clean = find(ask, lambda _what, _done, _all: None)
            assert told(finder(live).index()) == told(clean.index)
        live.close()
