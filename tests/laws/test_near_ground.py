"""Equal near grounds, equal pages: what lets a build leave pages alone where what other pages show has changed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from kb.disk import output
from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from kb.pipeline.reading import read_site
from kb.view.site import Grounds, Site, plan
from kb.view.theme import key
from laws.histories import Builder, Histories
from laws.worlds import Edit, edits, start, vaults

Notes = Mapping[str, str]


@pytest.fixture(autouse=True)
def _asked_in_the_smallest_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "MANY", 0)


def quiet(_what: str, _done: int, _all: int) -> None:
    """No progress is shown."""


@given(vaults(), st.lists(edits(), min_size=1, max_size=3))
def test_pages_with_equal_near_grounds_are_equal_pages_whatever_was_edited(
    notes: dict[str, str], steps: list[Edit]
) -> None:
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        start(Path(folder) / "root", notes)
        before = _keys(_site(Path(folder)))
        for edit in steps:
            edit.do(Path(folder) / "root")
        after = _keys(_site(Path(folder)))
        for place in before.keys() & after.keys():
            assert before[place] == after[place], place


def test_law_2_holds_where_every_build_asks_for_near_grounds(builders: Sequence[Builder]) -> None:
    Histories.builders = builders
    run_state_machine_as_test(Histories, settings=settings.default)


#: What other notes may be about the note whose page is looked at, and what then is different on it.
HERE = "Text of here."
CASES: dict[str, tuple[Notes, Notes]] = {
    "the title of a note that it links to": (
        {"here.md": "[[far/one]]", "far/one.md": "---\ntitle: One\n---\n"},
        {"far/one.md": "---\ntitle: Another\n---\n"},
    ),
    "the title of a note that links to it": (
        {"here.md": HERE, "far/one.md": "---\ntitle: One\n---\n[[here]]"},
        {"far/one.md": "---\ntitle: Another\n---\n[[here]]"},
    ),
    "the words around a link to it": (
        {"here.md": HERE, "far/one.md": "Before [[here]]."},
        {"far/one.md": "Behind [[here]]."},
    ),
    "a further link to it": (
        {"here.md": HERE, "far/one.md": "Nothing."},
        {"far/one.md": "[[here]]"},
    ),
    "the title of the next note in its folder": (
        {"here.md": HERE, "zone.md": "---\ntitle: Zone\n---\n"},
        {"zone.md": "---\ntitle: Zones\n---\n"},
    ),
    "a title that moves a note to its other side": (
        {"here.md": HERE, "zone.md": "---\ntitle: Zone\n---\n"},
        {"zone.md": "---\ntitle: A\n---\n"},
    ),
    "a date that moves a note to its other side": (
        {"here.md": "---\ndate: 2020-01-02\n---\n", "zone.md": "---\ndate: 2020-01-03\n---\n"},
        {"zone.md": "---\ndate: 2020-01-01\n---\n"},
    ),
    "a note of its folder that goes": ({"here.md": HERE, "zone.md": "Text."}, {"zone.md": ""}),
    "a heading that it links to": (
        {"here.md": "[[far/one#Part]]", "far/one.md": "## Part\n"},
        {"far/one.md": "## Whole\n"},
    ),
    "a block that it links to": (
        {"here.md": "[[far/one#^b]]", "far/one.md": "Text. ^b\n"},
        {"far/one.md": "Text. ^c\n"},
    ),
    "an anchor that it links to": (
        {"here.md": "[[far/one#b]]", "far/one.md": '<a id="b"></a> Text.\n'},
        {"far/one.md": '<a id="c"></a> Text.\n'},
    ),
    "the address of a note that it links to": (
        {"here.md": "[[far/one]]", "far/one.md": "Text."},
        {"far/one.md": "---\npermalink: /elsewhere/\n---\nText."},
    ),
    "a note that its broken link means": ({"here.md": "[[one]]"}, {"far/one.md": "Text."}),
    "a note that goes, to which it links": (
        {"here.md": "[[one]]", "far/one.md": "Text."},
        {"far/one.md": ""},
    ),
    "a note that is nearer to what its link says": (
        {"a/here.md": "[[one]]", "b/one.md": "Text."},
        {"a/one.md": "Text."},
    ),
    "a title that its link says": (
        {"here.md": "[[Wanted]]", "far/one.md": "---\ntitle: One\n---\n"},
        {"far/one.md": "---\ntitle: Wanted\n---\n"},
    ),
    "a title that its link said": (
        {"here.md": "[[Wanted]]", "far/one.md": "---\ntitle: Wanted\n---\n"},
        {"far/one.md": "---\ntitle: One\n---\n"},
    ),
    "a title by which another was called": (
        {"here.md": HERE, "b/two.md": "[[Zed]]", "far/one.md": "---\ntitle: Zed\n---\n[[here]]"},
        {"far/one.md": "---\ntitle: One\n---\n[[here]]"},
    ),
    "an alias that its link says": (
        {"here.md": "[[Wanted]]", "far/one.md": "Text."},
        {"far/one.md": "---\naliases: [Wanted]\n---\nText."},
    ),
    "an old address that its link says": (
        {"here.md": "[x](/old/one/)", "far/one.md": "Text."},
        {"far/one.md": "---\naliases: [/old/one/]\n---\nText."},
    ),
    "a file that its link means": ({"here.md": "[[data.csv]]"}, {"data.csv": "a,b\n1,2\n"}),
    "what a file holds that it shows": (
        {"here.md": "![[data.csv]]", "data.csv": "a,b\n1,2\n"},
        {"data.csv": "a,b\n3,4\n"},
    ),
    "a list that its link means": (
        {"here.md": "[x](/tags/new/)", "far/one.md": "Text."},
        {"far/one.md": "---\ntags: [new]\n---\nText."},
    ),
    "a list that a link of its front matter, raw, means": (
        {"here.md": '<a href="/tags/new/">x</a>', "far/one.md": "Text."},
        {"far/one.md": "---\ntags: [new]\n---\nText."},
    ),
    "a text that it embeds": ({"here.md": "![[far/one]]", "far/one.md": "One."}, {"far/one.md": "Two."}),
    "a text that is embedded in one that it embeds": (
        {"here.md": "![[far/one]]", "far/one.md": "![[far/two]]", "far/two.md": "Two."},
        {"far/two.md": "Three."},
    ),
    "where a link leads in a text that it embeds": (
        {"here.md": "![[far/one]]", "far/one.md": "[[three]]"},
        {"far/three.md": "Text."},
    ),
    "where a link leads in a text that a text embeds that it embeds": (
        {"here.md": "![[far/one]]", "far/one.md": "![[far/two]]", "far/two.md": "[[three]]"},
        {"far/three.md": "Text."},
    ),
    "the spelling of a tag": (
        {"here.md": "---\ntags: [word]\n---\n", "far/one.md": "Text.", "far/two.md": "Text."},
        {"far/one.md": "---\ntags: [Word]\n---\n", "far/two.md": "---\ntags: [Word]\n---\n"},
    ),
    "the title of its folder": (
        {"a/here.md": HERE, "a/index.md": "---\ntitle: Folder\n---\n"},
        {"a/index.md": "---\ntitle: Another folder\n---\n"},
    ),
    "the title of a folder above": (
        {"a/b/here.md": HERE, "a/index.md": "---\ntitle: Folder\n---\n"},
        {"a/index.md": "---\ntitle: Another folder\n---\n"},
    ),
    "a title in its series": (
        {"here.md": "---\nseries: S\norder: 1\n---\n", "far/one.md": "---\nseries: S\norder: 2\n---\n"},
        {"far/one.md": "---\ntitle: Another\nseries: S\norder: 2\n---\n"},
    ),
    "a further part of its series": (
        {"here.md": "---\nseries: S\norder: 1\n---\n", "far/one.md": "Text."},
        {"far/one.md": "---\nseries: s\norder: 2\n---\n"},
    ),
    "that two notes around it link to each other": (
        {"here.md": "[[one]] [[two]]", "far/one.md": "Text.", "far/two.md": "Text."},
        {"far/one.md": "[[two]]"},
    ),
    "that one it links to and one that links to it are joined by a title": (
        {"here.md": "[[one]]", "far/one.md": "[[Zed]]", "far/two.md": "---\ntitle: T\n---\n[[here]]"},
        {"far/two.md": "---\ntitle: Zed\n---\n[[here]]"},
    ),
    "the title of a related note": (
        {"here.md": "[[x]]", "far/x.md": "Text.", "far/one.md": "[[x]]"},
        {"far/one.md": "---\ntitle: Another\n---\n[[x]]"},
    ),
    "that a note comes to be related by where it links": (
        {"here.md": "[[x]]", "far/x.md": "Text.", "far/one.md": "Text."},
        {"far/one.md": "[[x]]"},
    ),
    "that a note comes to be related by who links to it": (
        {"here.md": HERE, "far/x.md": "[[here]]", "far/one.md": "Text."},
        {"far/x.md": "[[here]] [[one]]"},
    ),
    "that a note comes to be related by a title that is linked": (
        {"here.md": HERE, "far/x.md": "[[here]] [[Zed]]", "far/one.md": "Text."},
        {"far/one.md": "---\ntitle: Zed\n---\n"},
    ),
    "that a note is related by its tags": (
        {"here.md": "---\ntags: [a, b]\n---\n", "far/one.md": "---\ntags: [a]\n---\n", "far/two.md": "#c"},
        {"far/two.md": "#a and #b"},
    ),
    "a tag that too many have": (
        {
            "here.md": "---\ntags: [a, b]\n---\n",
            **{f"far/n{n}.md": "---\ntags: [a, b]\n---\n" for n in range(49)},
        },
        {"far/more.md": "#a"},
    ),
    "the order of related notes": (
        {
            "here.md": "[[x]]",
            "far/x.md": "Text.",
            **{f"far/n{n}.md": f"---\ndate: 2020-01-0{n}\n---\n[[x]]" for n in (1, 2)},
        },
        {"far/n1.md": "---\ndate: 2020-01-03\n---\n[[x]]"},
    ),
    "how much it shares with a related note": (
        {
            "here.md": "[[x]] [[y]]",
            "far/x.md": "Text.",
            "far/y.md": "Text.",
            "far/one.md": "[[x]]",
        },
        {"far/one.md": "[[x]] [[y]]"},
    ),
    "that another has passages from its work": (
        {"here.md": "---\nkind: excerpt\nwork: W\nauthor: A\n---\n", "far/one.md": "Text."},
        {"far/one.md": "---\nkind: excerpt\nwork: W\nauthor: A\n---\n"},
    ),
    "the title of a note that a field of its kind names": (
        {
            "here.md": '---\nkind: review\nwork: W\ntype: film\nlinks: ["[[far/one]]"]\n---\n',
            "far/one.md": "Text.",
        },
        {"far/one.md": "---\ntitle: Another\n---\nText."},
    ),
    "a picture of its own that becomes a note": (
        {"here.md": "---\nimage: one\n---\n", "one": "no picture"},
        {"one.md": "Text."},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_page_shows_of_other_notes_is_in_its_near_ground(case: str) -> None:
    notes, edit = CASES[case]
    (here,) = (path for path in notes if path.endswith("here.md"))
    page = f"{here[:-3]}/index.html"
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        start(Path(folder) / "root", notes)
        before, key_before = _near_and_key(_site(Path(folder)), page)
        _edit(Path(folder), edit)
        after, key_after = _near_and_key(_site(Path(folder)), page)
    assert key_before != key_after, "the page shows nothing of it: the case tries nothing"
    assert before != after


#: The same for pages that are not of one note: the page, the notes, the edit.
OTHERS: dict[str, tuple[str, Notes, Notes]] = {
    "a title on a page of older notes": (
        "archive/page/1/index.html",
        {f"n{n}.md": f"---\ndate: 2020-01-0{n}\n---\n" for n in range(1, 6)},
        {"n1.md": "---\ndate: 2020-01-01\ntitle: Another\n---\n"},
    ),
    "a summary on a page of older notes": (
        "archive/page/1/index.html",
        {f"n{n}.md": f"---\ndate: 2020-01-0{n}\n---\n" for n in range(1, 6)},
        {"n1.md": "---\ndate: 2020-01-01\n---\nAnother."},
    ),
    "a date that puts another note there": (
        "archive/page/1/index.html",
        {f"n{n}.md": f"---\ndate: 2020-01-0{n}\n---\n" for n in range(1, 6)},
        {"n5.md": "---\ndate: 2019-01-01\n---\n"},
    ),
    "that there is a page of newer notes between it and the newest": (
        "archive/page/1/index.html",
        {f"n{n}.md": f"---\ndate: 2020-01-0{n}\n---\n" for n in range(1, 6)},
        {"n6.md": "---\ndate: 2020-01-06\n---\n"},
    ),
    "the title of a folder on a page of its older notes": (
        "a/page/1/index.html",
        {f"a/n{n}.md": f"---\ndate: 2020-01-0{n}\n---\n" for n in range(1, 6)},
        {"a/index.md": "---\ntitle: Folder\n---\n"},
    ),
    "the title that a redirect tells": (
        "old/one/index.html",
        {"one.md": "---\naliases: [/old/one/]\n---\n"},
        {"one.md": "---\naliases: [/old/one/]\ntitle: Another\n---\n"},
    ),
    "a title in a feed": (
        "feed.xml",
        {"one.md": "---\ndate: 2020-01-01\n---\n"},
        {"one.md": "---\ntitle: Another\ndate: 2020-01-01\n---\n"},
    ),
    "where a link leads in a feed": (
        "tags/x/feed.json",
        {"one.md": "---\ndate: 2020-01-01\ntags: [x]\n---\n[[two]]"},
        {"a/two.md": "Text."},
    ),
    "where a link leads in a text that is embedded in one of a feed": (
        "feed.xml",
        {"one.md": "---\ndate: 2020-01-01\n---\n![[three]]", "three.md": "[[two]]"},
        {"a/two.md": "Text."},
    ),
    "the spelling of a tag in a feed": (
        "feed.json",
        {"one.md": "---\ndate: 2020-01-01\ntags: [x]\n---\n"},
        {"a/two.md": "---\ntags: [X]\n---\n"},
    ),
    "which notes a feed has": (
        "feed.json",
        {"one.md": "---\ndate: 2020-01-01\n---\n", "two.md": "Text."},
        {"two.md": "---\ndate: 2020-01-02\n---\n"},
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_a_list_or_a_feed_shows_of_notes_is_in_its_near_ground(case: str) -> None:
    page, notes, edit = OTHERS[case]
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        start(Path(folder) / "root", notes)
        before, key_before = _near_and_key(_site(Path(folder)), page)
        _edit(Path(folder), edit)
        after, key_after = _near_and_key(_site(Path(folder)), page)
    assert key_before != key_after, "the page shows nothing of it: the case tries nothing"
    assert before != after


def test_a_title_is_in_the_near_grounds_of_few_pages() -> None:
    notes = {
        f"folder{n % 5}/note{n:03}.md": f"---\ntitle: Title {n}\ndate: 2020-01-01\n---\n[[Title {n + 1}]]"
        for n in range(200)
    }
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        start(Path(folder) / "root", notes)
        before = _nears(_site(Path(folder)))
        _edit(
            Path(folder), {"folder0/note100.md": "---\ntitle: Another\ndate: 2020-01-01\n---\n[[Title 101]]"}
        )
        after = _nears(_site(Path(folder)))
    of_notes = [path for path in before if "/note" in path]
    changed = {path for path in of_notes if before[path] != after[path]}
    assert len(of_notes) == 200
    assert {
        "folder0/note100/index.html",
        "folder4/note099/index.html",
        "folder1/note101/index.html",
    } <= changed
    assert len(changed) < 20


def test_after_a_title_was_edited_the_pages_that_show_it_are_made_and_no_others() -> None:
    notes = {f"n{n:02}.md": f"---\ntitle: Title {n:02}\n---\n" for n in range(20)} | {"who.md": "[[n03]]"}
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        start(Path(folder) / "root", notes)
        ask = Ask(root=Path(folder) / "root", cache=Path(folder) / "cache", jobs=1)
        build(ask, quiet)
        made: list[str] = []
        _edit(Path(folder), {"n03.md": "---\ntitle: Title 03, again\n---\n"})
        written = build(ask, quiet).report.written
        made = [path for path in written if path.startswith(("n", "who"))]
        assert made == [f"{name}/index.html" for name in ("n02", "n03", "n04", "who")]


def _edit(folder: Path, edit: Notes) -> None:
    """Writes these files; an empty text takes a file away."""
    for path, text in edit.items():
        file = folder / "root" / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if text:
            file.write_text(text, encoding="utf-8")
        else:
            file.unlink()


def _site(folder: Path) -> Site:
    return read_site(Ask(root=folder / "root", cache=folder / "cache", jobs=1), quiet).site


def _nears(site: Site) -> dict[str, str]:
    planned = plan(site)
    return Grounds(site, planned).near(planned.claims)


def _keys(site: Site) -> dict[tuple[str, str], str]:
    """The keys of all pages with near grounds, by path and ground."""
    claims = plan(site).claims
    return {(path, near): key(site.theme, claims[path].make(site)) for path, near in _nears(site).items()}


def _near_and_key(site: Site, page: str) -> tuple[str, str]:
    return _nears(site)[page], key(site.theme, plan(site).claims[page].make(site))
