"""What `kb check` says of links, as an author reads it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from kb.link.problems import problems
from kb.link.vault import update
from kb.model.problem import CODES, Place, Problem
from link.world import note, vault

PRIVATE_HINT = "publish that note, or take the link away; readers see its text alone"
ISLANDS = {"orphan", "dead-end"}


def told(texts: dict[str, str], withheld: dict[str, str] | None = None) -> list[str]:
    """Every problem but orphans and dead ends, as it is printed."""
    found = problems(vault(texts), vault(withheld) if withheld else None)
    return [f"{p.place}: {p.code}: {p.message}\n  hint: {p.hint}" for p in found if p.code not in ISLANDS]


def islands(texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(p.place.path, p.code) for p in problems(vault(texts)) if p.code in ISLANDS]


FIXTURE = Path(__file__).with_name("problems.md").read_text(encoding="utf-8")
CASES = {
    case.partition("\n")[0]: dict(re.findall(r"^```` (.+)\n((?s:.*?))````$", case, re.MULTILINE))
    for case in FIXTURE.split("\n## ")[1:]
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_told_with_its_place_and_what_to_do(case: str) -> None:
    texts = dict(CASES[case])
    expected = texts.pop("problems")
    assert "\n".join(told(texts)) == expected.rstrip("\n")


@pytest.mark.parametrize(
    "texts",
    [
        {"a.md": "[[b]] [x](b.md) ![[b]] [[b#h]] [[#^x]] #tag\nt ^x", "b.md": "## H"},
        {"a.md": "# A\n![[#B]]\n# B\ntext"},  # another section of its own
        {"a.md": "![[b#S]]", "b.md": "# T\n![[a]]\n# S\nno embed here"},
        {"a.md": "in a line ![[a]] it is a link"},
        {"a.md": "[[a.pdf#page=3]]", "a.pdf": ""},
        {"a.md": "---\nimage: https://x.org/i.png\n---\n"},
        {"n.md": "[[n]]", "x/n.md": ""},  # an exact path is never in doubt
    ],
)
def test_what_is_right_is_not_complained_of(texts: dict[str, str]) -> None:
    assert told(texts) == []


def test_what_a_hint_says_to_write_is_never_in_doubt_again() -> None:
    twins = {"x/n.md": "", "y/n.md": ""}
    for text in ("[[n]]", "[t](n.md)", "![[n]]"):
        (problem,) = (p for p in problems(vault({"a.md": text, **twins})) if p.code == "ambiguous-link")
        written = problem.hint.removeprefix("to be exact, write ")
        mended = written if written.startswith(("[", "!")) else f"[t]({written})"
        assert told({"a.md": mended, **twins}) == []


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("draft: true", "it is a draft"),
        ("publish: false", "it says 'publish: false'"),
        ("date: 2099-01-01", "its date, 2099-01-01, has not come yet"),
        ("readable: false", "its front matter has a mistake"),
    ],
)
def test_a_link_to_a_note_that_is_held_back_says_why(front: str, reason: str) -> None:
    assert told({"a.md": "[[secret]]"}, {"x/secret.md": f"---\n{front}\n---\n"}) == [
        f"a.md:1:1: link-to-private: 'secret' (x/secret.md) is not published: {reason}\n  hint: {PRIVATE_HINT}"
    ]


def test_a_published_note_of_the_name_comes_before_one_that_is_held_back() -> None:
    assert told({"a.md": "[[n]]", "n.md": ""}, {"x/n.md": "---\ndraft: true\n---\n"}) == []


def test_each_loop_is_told_once_and_its_embeds_elsewhere_not_at_all() -> None:
    texts = {"a.md": "![[b]]", "b.md": "![[a]]", "c.md": "![[a]]", "d.md": "![[e]]", "e.md": "![[d]]"}
    assert [line.partition(":")[0] for line in told(texts)] == ["a.md", "d.md"]


def test_a_loop_of_many_notes_is_told_by_its_beginning() -> None:
    texts = {f"{i:02}.md": f"![[{(i + 1) % 60:02}]]" for i in range(60)}
    (line,) = told(texts)
    assert "00 → 01 → 02 → 03 → 04 → 05 → 06 → 07 → 08 → 09 → … → 00" in line


def test_embeds_that_double_at_every_step_are_no_loop() -> None:
    lines = told({f"{i:02}.md": f"![[{i + 1:02}]]\n![[{i + 1:02}]]" if i < 30 else "" for i in range(31)})
    assert [line.partition(": embeds")[0] for line in lines] == ["24.md:1:1: embed-depth"]


def test_embeds_are_told_where_their_nesting_first_passes_the_limit() -> None:
    for last, expected in ((6, []), (7, ["1.md"]), (8, ["2.md"])):
        lines = told({f"{i}.md": f"![[{i + 1}]]" if i < last else "" for i in range(1, last + 1)})
        assert [line.partition(":")[0] for line in lines if "embed-depth" in line] == expected


def test_a_page_that_would_hold_too_many_embeds_is_told() -> None:
    texts = {"a.md": "![[b]]\n" * 10, "b.md": "![[c]]\n" * 9, "c.md": "", "d.md": "![[b]]\n" * 11}
    lines = [line for line in told(texts) if "embed-depth" in line]
    assert [line.partition(":")[0] for line in lines] == ["d.md"]


def test_an_embed_of_a_part_that_is_not_there_shows_nothing_and_so_is_no_loop() -> None:
    assert [line.split(": ")[1] for line in told({"a.md": "![[b#Nowhere]]", "b.md": "![[a]]"})] == [
        "missing-heading"
    ]


def test_orphans_and_dead_ends_are_told_apart() -> None:
    texts = {
        "index.md": "",
        "sub/README.md": "",
        "a.md": "[[b]]",
        "b.md": "[[index]]",
        "c.md": "",
        "d.md": "[[a]] [[nope]]",
    }
    assert islands(texts) == [("c.md", "dead-end"), ("c.md", "orphan"), ("d.md", "orphan")]


def test_links_to_oneself_and_to_files_lead_nowhere_further() -> None:
    texts = {"a.md": "[[a]] [[#h]] ![[i.png]]\n# h", "b.md": "[[c]]", "c.md": "[[b]]", "i.png": ""}
    assert islands(texts) == [("a.md", "dead-end"), ("a.md", "orphan")]


def test_the_only_note_of_a_vault_is_no_orphan() -> None:
    assert islands({"a.md": "text"}) == []


def test_problems_of_notes_and_of_links_come_in_one_order() -> None:
    own = Problem(Place("a.md", 2, 1), "heading-jump", "x", "y")
    world = vault({"a.md": "[[x]]\n\n[[y]]", "b.md": "[[z]]"})
    world = update(world, {"a.md": msgspec.structs.replace(world.notes["a.md"], problems=(own,))})
    places = [problem.place for problem in problems(world)]
    assert places == sorted(places)
    assert own in list(problems(world))


def test_every_code_is_known() -> None:
    for texts in CASES.values():
        assert {problem.code for problem in problems(vault(texts))} <= set(CODES)


def test_a_long_list_of_candidates_is_cut() -> None:
    (line,) = told({"a.md": "[[n]]"} | {f"{i}/n.md": "" for i in range(9)})
    assert "'n' could be 9 notes: 0/n.md, 1/n.md, 2/n.md, 3/n.md, 4/n.md or 4 more; 0/n.md" in line


def test_notes_made_here_know_their_lines() -> None:
    assert note("a.md", "---\ntitle: T\n---\nx [[b]]").links[0].line == 4
