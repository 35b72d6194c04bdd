"""A site that is being edited, held in memory."""

from __future__ import annotations

import errno
import gc
import os
import tracemalloc
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings

from kb.media.picture import published
from kb.pipeline.opening import Ask, BadConfig
from kb.serve.live import Live
from kb.view.theme import TemplateFailed
from kb.view.urls import file_of, url_of
from laws.test_laws import world
from laws.worlds import texts
from serve.watched import site

pytestmark = pytest.mark.alone

CONFIG = "title: T\nbase_url: https://example.org/\n"


def live_of(root: Path, *, drafts: bool = True) -> Live:
    live = Live(Ask(root=root, cache=root.parent / "cache", jobs=1), drafts=drafts)
    live.start()
    return live


def started(root: Path, notes: Mapping[str, str], *, drafts: bool = True) -> Live:
    return live_of(site(root, notes, CONFIG), drafts=drafts)


def text(live: Live, path: str) -> str:
    shown = live.page(path)
    return (shown.body or b"").decode() if shown else ""


def write(live: Live, path: str, words: str) -> bool:
    file = live.opened.content / path
    file.write_text(words)
    return live.refresh(frozenset((str(file),)))


HELD_BACK = {
    "draft.md": ("---\ndraft: true\n---\nwords", "draft"),
    "future.md": ("---\ndate: 2999-01-01\n---\nwords", "future"),
    "private.md": ("---\npublish: false\n---\nwords", "private"),
    "broken.md": ("---\ntitle: a: b\n---\nwords", "unreadable"),
}


@pytest.mark.parametrize(("path", "mark"), [(path, mark) for path, (_, mark) in HELD_BACK.items()])
def test_what_would_not_be_published_is_shown_and_marked(tmp_path: Path, path: str, mark: str) -> None:
    live = started(tmp_path / "root", {path: HELD_BACK[path][0], "one.md": f"[[{path}]]"})
    assert live.site.marks == {path: (mark,)}
    page = path.replace(".md", "/index.html")
    assert "words" in text(live, page)
    assert 'class="marks"' in text(live, page)
    assert 'class="missing"' not in text(live, "one/index.html")
    assert write(live, path, "words")
    assert live.site.marks == {}
    assert 'class="marks"' not in text(live, page)
    assert write(live, path, HELD_BACK[path][0])
    assert live.site.marks == {path: (mark,)}


def test_without_drafts_nothing_is_shown_that_would_not_be_published(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {path: words for path, (words, _) in HELD_BACK.items()}, drafts=False)
    assert not live.site.vault.notes
    assert write(live, "draft.md", "published")
    assert "published" in text(live, "draft/index.html")
    assert write(live, "draft.md", "---\ndraft: true\n---\n")
    assert live.page("draft/index.html") is None


def test_a_note_of_the_future_comes_of_age_without_being_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    live = started(tmp_path / "root", {"one.md": "---\ndate: 2000-01-01\n---\n"}, drafts=False)
    assert live.page("one/index.html") is None
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert live.refresh()
    assert live.page("one/index.html") is not None


def test_a_save_that_changes_nothing_is_no_change(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"one.md": "words"})
    assert not write(live, "one.md", "words")
    assert not live.refresh()
    assert live.number == 1


def test_an_edit_of_a_text_keeps_the_plan_and_a_new_tag_makes_another(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"one.md": "words", "two.md": "[[one]]"})
    before = live.plan
    assert write(live, "one.md", "# A title\n\nother words [[two]]")
    assert live.plan is before
    assert "A title" in text(live, "one/index.html")
    assert write(live, "one.md", "#tag")
    assert live.plan is not before
    assert "tags/tag/index.html" in live.plan.claims


def test_a_broken_template_is_told_with_its_line_and_is_over_when_mended(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"one.md": "words"})
    template = live.opened.root / "themes/paper/templates/note.html"
    template.parent.mkdir(parents=True)
    template.write_text('{% extends "paper/note.html" %}\n{% block body %}{{ page.nothing }}{% endblock %}')
    assert live.refresh(frozenset((str(template),)))
    with pytest.raises(TemplateFailed) as failed:
        live.page("one/index.html")
    assert (failed.value.template, failed.value.line) == ("note.html", 2)
    assert live.files.places["note.html"] == "themes/paper/templates/note.html"
    template.unlink()
    assert live.refresh(frozenset((str(template),)))
    assert "words" in text(live, "one/index.html")


def test_a_configuration_that_goes_away_is_told_and_the_site_stays(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"one.md": "words"})
    config = live.opened.root / "config.yaml"
    config.unlink()
    assert live.refresh()
    assert [problem.code for problem in live.trouble] == ["config"]
    assert live.site.settings.title == "T"
    config.write_text(CONFIG)
    assert live.refresh()
    assert live.trouble == ()


def test_what_cannot_be_loaded_at_the_start_is_told_by_raising(tmp_path: Path) -> None:
    root = site(tmp_path / "root", {}, "title: [\n")
    with pytest.raises(BadConfig):
        live_of(root)
    (root / "config.yaml").write_text("content: nowhere\n")
    with pytest.raises(BadConfig, match="nowhere is not there"):
        live_of(root)


def test_another_dialect_reads_every_note_anew(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"one.md": "one\ntwo"})
    assert "<br" not in text(live, "one/index.html")
    (live.opened.root / "config.yaml").write_text(CONFIG + "hard_breaks: true\n")
    assert live.refresh()
    assert live.trouble == ()
    assert "<br" in text(live, "one/index.html")


def test_an_attachment_is_shown_from_its_place_and_knows_its_new_size(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"one.md": "![a](pic.svg)"})
    assert live.page("pic.svg") is None
    picture = live.opened.content / "pic.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"></svg>')
    assert live.refresh(frozenset((str(picture),)))
    shown = live.page("pic.svg")
    assert shown is not None
    assert (shown.kind, shown.body, shown.source) == ("file", published(picture.read_bytes()), None)
    assert 'width="30"' in text(live, "one/index.html")
    picture.unlink()
    assert live.refresh(frozenset((str(picture),)))
    assert live.page("pic.svg") is None


def test_pages_say_which_note_they_show(tmp_path: Path) -> None:
    live = started(
        tmp_path / "root", {"index.md": "home", "f/index.md": "folder", "one.md": "#tag", "f/two.md": ""}
    )
    pages = ("index.html", "f/index.html", "one/index.html", "tags/tag/index.html", "404.html")
    notes = [shown.note for path in pages if (shown := live.page(path))]
    assert notes == ["index.md", "f/index.md", "one.md", "", ""]


def test_the_address_of_the_saved_note_is_known_where_it_was_one(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"one.md": "1", "two.md": "2"})
    assert write(live, "one.md", "edited")
    assert live.saved == "/one/"
    for path in ("one.md", "two.md"):
        (live.opened.content / path).write_text("both")
    assert live.refresh()
    assert live.saved == ""


def test_what_was_edited_is_known_to_the_next_start(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {f"{i}.md": "" for i in range(5)})
    assert write(live, "1.md", "edited")
    live.close()
    parsed: list[int] = []
    again = Live(
        Ask(root=live.opened.root, cache=tmp_path / "cache", jobs=1),
        drafts=True,
        progress=lambda _what, _done, of: parsed.append(of),
    )
    again.start()
    assert parsed == []
    assert "edited" in text(again, "1/index.html")


def test_a_page_is_right_while_its_note_is_being_written(tmp_path: Path) -> None:
    """Readers are given one state whole, whatever the writer does meanwhile."""
    live = started(tmp_path / "root", {"one.md": "# 0\n\ntext 0", "two.md": "![[one]]"})

    def writing() -> None:
        for number in range(150):
            write(live, "one.md", f"# {number}\n\ntext {number}")

    writer = Thread(target=writing)
    writer.start()
    while writer.is_alive():
        page = text(live, "two/index.html")
        title = page.partition('class="embed-title">')[2].partition("</a>")[0].rpartition(">")[2]
        assert f"text {title}<" in page
    writer.join()


def test_two_thousand_saves_leave_nothing_behind(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {f"{i}.md": f"# {i}\n\n[[{i + 1}]] #tag" for i in range(40)})

    def save(count: int, start: int) -> None:
        for number in range(start, start + count):
            assert write(live, f"{number % 40}.md", f"# {number}\n\n[[{number % 37}]] #tag {number}")
            assert live.page(f"{number % 40}/index.html")

    save(300, 0)
    live.settle()
    tracemalloc.start()
    save(100, 300)
    live.settle()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    files = open_files()
    save(1600, 400)
    live.settle()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert after - before < 1_500_000  # caches of bounded size may still fill
    assert open_files() == files


def open_files() -> int:
    """How many files this process has open; 0 where nobody tells."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_a_note_that_could_not_be_read_for_a_moment_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = started(tmp_path / "root", {"a.md": "# One\n"})

    def refused(*_: object) -> bytes:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr("kb.serve.mirror.read_inside", refused)
        write(live, "a.md", "# Two\n")
        assert live.page("a/index.html") is None
        assert [problem.code for problem in live.problems if problem.severity == "error"] == [
            "unreadable-file"
        ]
    assert live.refresh(None)
    assert "Two" in text(live, "a/index.html")
    assert not [problem for problem in live.problems if problem.severity == "error"]


LINES = """\
---
title: T
---
# Title

first
paragraph

## Part

- a
- b

> quote

```python
x
```

%% hidden

text %%

| a |
|---|
| b |

<div>

inside

</div>

last ![[other]] words
"""


EMPTY = frozenset(("br", "hr", "img", "input", "wbr"))


class Children(HTMLParser):
    """Counts the elements directly in the element of class ``body``."""

    before, over = -1, -2
    count, depth = 0, before

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == self.before and ("class", "body e-content") in attrs:
            self.depth = 0
        elif self.depth >= 0:
            self.count += self.depth == 0
            self.depth += tag not in EMPTY

    def handle_endtag(self, tag: str) -> None:
        if self.depth == 0:
            self.depth = self.over
        elif self.depth > 0 and tag not in EMPTY:
            self.depth -= 1


@settings(max_examples=40)
@given(texts())
def test_there_is_a_line_for_each_block_of_a_page(words: str) -> None:
    with world({"one.md": words, "six.md": "six"}) as folder:
        live = Live(Ask(root=folder / "root", cache=folder / "cache", jobs=1), drafts=True)
        live.start()
        children = Children()
        children.feed(text(live, file_of(url_of(live.site.vault.notes["one.md"]))))
        lines = live.lines(file_of(url_of(live.site.vault.notes["one.md"])))
        assert len(lines) == children.count
        assert lines == sorted(lines) or "^[" in words
        live.close()


def test_each_block_of_a_page_knows_the_line_it_was_written_on(tmp_path: Path) -> None:
    live = started(tmp_path / "root", {"one.md": LINES, "other.md": "x"})
    assert live.lines("one/index.html") == [4, 6, 9, 11, 14, 16, 24, 28, 34, 34, 34]
    assert live.lines("tags/index.html") == []
    assert live.lines("nowhere") == []
