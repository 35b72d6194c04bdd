"""The drawing of a note's neighbours: who is in it, where they stand, and that their names never meet."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise

import pytest

from kb.link.around import outgoing, ties
from kb.link.mentions import hear
from kb.view.around import MOST, LocalGraph, choose, drawing
from kb.view.pages import Ref
from link.world import vault


def neighbours(count: int, title: str = "A note") -> tuple[Ref, ...]:
    return tuple(Ref(f"{title} {number}", f"../{number}/") for number in range(count))


def texts(svg: str) -> list[tuple[int, int, str]]:
    """Each line of each name: where it stands, and its words."""
    found = re.findall(r'<text x="(\d+)" y="(\d+)"[^>]*>([^<]*)(?:<tspan x="\d+" dy="(\d+)">([^<]*))?', svg)
    first = [(int(x), int(y), words) for x, y, words, _, _ in found]
    return first + [(int(x), int(y) + int(dy), more) for x, y, _, dy, more in found if more]


def test_outgoing_links_are_told_once_each_in_the_order_of_the_text() -> None:
    world = vault(
        {
            "n.md": "[[c]] [x](a.md) ![[b]] [[c|again]] [[n]] [[#top]] #a [[nowhere]] ![](p.png)",
            **{f"{name}.md": "" for name in "abc"},
            "p.png": "",
        }
    )
    assert [note.path for note in outgoing(world, world.notes["n.md"])] == ["c.md", "a.md", "b.md"]


@pytest.mark.parametrize("at_once", [False, True], ids=["one-asked-for", "all-heard-at-once"])
def test_ties_join_neighbours_in_whichever_direction_they_link(*, at_once: bool) -> None:
    world = vault({"a.md": "[[b]]", "b.md": "", "c.md": "[[a]] [[c]]", "d.md": "[[n]]", "n.md": ""})
    if at_once:
        hear(world)
    assert ties(world, ("a.md", "b.md", "c.md", "d.md")) == ((0, 1), (0, 2))


def test_who_links_both_ways_stands_once_and_first_at_the_right() -> None:
    world = vault({"a.md": "", "b.md": "", "c.md": ""})
    before, after, tied = choose(world, ("a.md", "b.md"), ("c.md", "b.md"))
    assert (before, after, tied) == (("a.md",), ("b.md", "c.md"), ())


def test_neighbours_that_are_joined_stand_together() -> None:
    world = vault({"a.md": "[[d]]", "b.md": "", "c.md": "", "d.md": ""})
    before, after, tied = choose(world, (), ("a.md", "b.md", "c.md", "d.md"))
    assert (before, after) == ((), ("a.md", "d.md", "b.md", "c.md"))
    assert tied == ((0, 1),)


def test_no_column_holds_more_than_it_may() -> None:
    world = vault({f"{number}.md": "" for number in range(40)})
    paths = tuple(sorted(world.notes))
    before, after, _ = choose(world, paths[:20], paths[20:])
    assert len(before) == len(after) == MOST


@pytest.mark.parametrize("before", [0, 1, 2, MOST])
@pytest.mark.parametrize("after", [0, 1, 6, MOST])
@pytest.mark.parametrize(
    "title", ["A", "A title of many words which goes on for a while and more", "長い題名" * 9]
)
def test_names_never_meet_and_stay_in_the_picture(before: int, after: int, title: str) -> None:
    if not before + after:
        return
    svg = drawing(LocalGraph("x", neighbours(before, title), neighbours(after, title)))
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert size
    width, height = map(int, size.groups())
    lines = texts(svg)
    for column in {x for x, _, _ in lines}:
        heights = sorted(y for x, y, _ in lines if x == column)
        assert all(below - above >= 17 for above, below in pairwise(heights))
        assert heights[0] >= 13
        assert heights[-1] <= height - 3
    for x, y in re.findall(r'cx="(\d+)" cy="(\d+)"', svg):
        assert 0 < int(x) < width
        assert 0 < int(y) < height


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Glue code", ["Glue code"]),
        ("Questions before a model goes live", ["Questions before a", "model goes live"]),
        ("A title of many words that never seems to end", ["A title of many words", "that never seems to…"]),
        ("Donaudampfschifffahrtselektrizitäten", ["Donaudampfschifffahrt", "selektrizitäten"]),
        ("統計学と機械学習の基礎について", ["統計学と機械学習の基", "礎について"]),
    ],
)
def test_a_long_name_goes_on_in_a_second_line_and_then_ends(title: str, lines: list[str]) -> None:
    svg = drawing(LocalGraph("x", (), (Ref(title, "../a/"),)))
    assert [words for _, _, words in texts(svg)] == lines
    assert (f'<a href="../a/"><title>{title}</title>' in svg) is (len(lines) > 1)


def test_the_drawing_is_described_and_its_names_are_links() -> None:
    graph = LocalGraph("A & B", neighbours(1), neighbours(2), (1,), ((0, 1),), 3)
    svg = drawing(graph)
    assert '<title id="kb:graph-title">Notes around A &amp; B</title>' in svg
    assert "1 note links here, this note links to 2 notes, 3 more are not drawn" in svg
    assert re.findall(r'<a href="(.*?)"', svg) == ["../0/", "../0/", "../1/"]
    assert svg.count('class="ties"') == svg.count('class="both"') == 1


def test_the_largest_drawing_is_small_on_the_wire() -> None:
    many = (
        neighbours(MOST, "A name that goes on and on as names do"),
        neighbours(MOST, "Another name, no shorter"),
    )
    every = tuple((one, other) for one in range(14) for other in range(one + 1, 14))
    svg = drawing(LocalGraph("x", *many, (0, 1), every))
    assert len(gzip.compress(svg.encode(), mtime=0)) < 2_000
