"""`kb explain-link`: how a typed link is understood, and what each rule says to it."""

from __future__ import annotations

import pytest

from kb.link.explain import explain, parse_link
from kb.link.resolve import resolve
from kb.model.note import Link, LinkKind
from link.world import vault

WIKI, EMBED, MARKDOWN, IMAGE = LinkKind.WIKI, LinkKind.EMBED, LinkKind.MARKDOWN, LinkKind.IMAGE


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[[b/Note#H|x]]", Link(WIKI, "b/Note", "H", "x")),
        ("[[ b/Note # H | x ]]", Link(WIKI, "b/Note", "H", "x")),
        ("[[A#B#C]]", Link(WIKI, "A", "B#C")),
        (r"[[A\|x]]", Link(WIKI, "A", "", "x")),
        ("[[#^id]]", Link(WIKI, "", "^id")),
        ("b/Note", Link(WIKI, "b/Note")),
        ("b/Note#H", Link(WIKI, "b/Note", "H")),
        ("  Note | x ", Link(WIKI, "Note", "", "x")),
        ("![[a.png|300]]", Link(EMBED, "a.png", "", "300")),
        ("[t](b.md#h)", Link(MARKDOWN, "b.md", "h", "t")),
        ("[t](my%20b.md 'a title')", Link(MARKDOWN, "my b.md", "", "t")),
        ("[t](<my b.md>)", Link(MARKDOWN, "my b.md", "", "t")),
        ("![alt](i.png)", Link(IMAGE, "i.png", "", "alt")),
        ("a [b", Link(WIKI, "a [b")),
        ("", Link(WIKI, "")),
    ],
)
def test_a_link_is_understood_as_it_is_typed(text: str, link: Link) -> None:
    assert parse_link(text) == link


TEXTS = {
    "zzzz/src.md": "",
    "zzzz/Note.md": "# H",
    "a/b/Note.md": "",
    "b/Note.md": "",
    "c/i.png": "",
    "alias.md": "---\naliases: Known as\n---\n",
    "titled.md": "# A title",
}


def test_an_explanation_reads_from_the_first_rule_to_the_one_that_won() -> None:
    assert str(explain(vault(TEXTS), "zzzz/src.md", "[[Note#H]]")) == (
        "[[Note#H]] in zzzz/src.md\n"
        "     1 itself: not asked: there is a target\n"
        "     2 ending: no ending: notes first, .md is implied; then files that have no ending either\n"
        "     3 relative: not asked: no ./ or ../\n"
        "     4 absolute: not asked: no / at the beginning\n"
        "     5 exact-path: no one path is exactly 'Note'\n"
        "     6 only-candidate: 3 paths end in 'Note'\n"
        "  →  7 same-folder: zzzz/Note.md is in zzzz/\n"
        "candidates:\n"
        "    a/b/Note.md\n"
        "    b/Note.md\n"
        "  → zzzz/Note.md\n"
        "leads to zzzz/Note.md by the rule same-folder\n"
        "  there to #h"
    )


def test_an_explanation_of_a_link_that_leads_nowhere_says_what_is_near() -> None:
    told = explain(vault(TEXTS), "zzzz/src.md", "[[Alais]]")
    assert [step.decided for step in told.steps] == [False] * len(told.steps)
    assert [near.path for near in told.nearest] == ["alias.md"]
    assert str(told).endswith("leads nowhere\n  near: alias (alias.md)")


def test_the_other_candidates_are_named_even_where_the_exact_path_wins() -> None:
    told = explain(vault({**TEXTS, "Note.md": ""}), "zzzz/src.md", "[[Note]]")
    assert told.resolution.rule == "exact-path"
    assert told.candidates == ("Note.md", "a/b/Note.md", "b/Note.md", "zzzz/Note.md")


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("[[#H]]", "itself", "no target, so zzzz/src.md itself"),
        ("[[./Note]]", "relative", "counted from zzzz/: zzzz/Note.md"),
        ("[[/b/Note]]", "absolute", "counted from the vault's root: b/Note.md"),
        ("[[b/Note]]", "exact-path", "b/Note.md is the exact path"),
        ("![[i.png]]", "only-candidate", "only c/i.png ends in 'i.png'"),
        ("[[known as]]", "alias", "one note has the alias 'known as'"),
        ("[[a title]]", "title", "one note has the title 'a title'"),
    ],
)
def test_exactly_the_rule_that_decided_says_so(text: str, rule: str, said: str) -> None:
    world = vault(TEXTS)
    told = explain(world, "zzzz/src.md", text)
    assert [(step.rule, step.said) for step in told.steps if step.decided] == [(rule, said)]
    assert told.resolution == resolve(world, "zzzz/src.md", parse_link(text))
    assert told.steps[-1].decided


@pytest.mark.parametrize(
    ("paths", "text", "rule"),
    [
        (["a/N.md", "bb/N.md"], "[[N]]", "shortest-path"),
        (["a/N.md", "b/N.md"], "[[N]]", "alphabetical"),
        (["n.md", "N.md"], "[[N.MD]]", "alphabetical"),
        (["x/b/N.md", "x/b/b/N.md"], "[[b/N]]", "shortest-path"),
    ],
)
def test_a_choice_among_several_is_told_rule_by_rule(paths: list[str], text: str, rule: str) -> None:
    told = explain(vault(dict.fromkeys(paths, "")), "x/b/y.md", text)
    assert [step.rule for step in told.steps if step.decided] == [rule]
    assert told.steps[-1].decided


def test_a_way_out_of_the_vault_is_told() -> None:
    told = explain(vault(TEXTS), "zzzz/src.md", "../../x")
    assert told.steps[-1].said == "it climbs out of the vault; no further rule is asked"
    told = explain(vault(TEXTS), "zzzz/src.md", "../x")
    assert told.steps[-1].said == "nothing stands at 'x'; no further rule is asked"


def test_a_missing_heading_is_told() -> None:
    assert str(explain(vault(TEXTS), "zzzz/src.md", "b/Note#Nope")).endswith("\n  which has no 'Nope'")


def test_a_source_that_is_no_note_can_be_asked_for_too() -> None:
    assert explain(vault(TEXTS), "new/note.md", "b/Note").resolution.rule == "exact-path"
    assert explain(vault(TEXTS), "new/note.md", "#H").resolution.target is None
