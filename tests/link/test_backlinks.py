"""Who links here, and whether a file is used."""

from __future__ import annotations

import time

import pytest

from kb.link.mentions import mentions, most_mentioned, uses
from kb.link.vault import Vault
from link.world import vault


def sources(world: Vault, path: str) -> list[str]:
    return [source.path for source, _ in mentions(world, world.notes[path])]


def label(world: Vault, path: str) -> list[str]:
    return [link.label for _, link in mentions(world, world.notes[path])]


def test_backlinks_come_by_path_one_for_each_note() -> None:
    world = vault(
        {"n.md": "", "c.md": "[[n]] [[n]]", "a.md": "[x](n.md)", "b/d.md": "![[n]]", "e.md": "[[m]]"}
    )
    assert sources(world, "n.md") == ["a.md", "b/d.md", "c.md"]


def test_a_note_is_no_backlink_of_itself() -> None:
    assert sources(vault({"n.md": "[[n]] [[#top]] [[./n]]"}), "n.md") == []


def test_a_note_is_found_under_each_of_its_names() -> None:
    texts = {
        "x/n.md": "---\naliases: Other, y/Third\n---\n# The Title\n",
        "a.md": "[[n]]",
        "b.md": "[[X/N.md]]",
        "c.md": "[[other]]",
        "d.md": "[[y/third]]",
        "e.md": "[[the title]]",
        "f.md": "[q](./x/n.md)",
        "g.md": "[q](/x/n)",
        "h.md": "[[third]]",
    }
    assert sources(vault(texts), "x/n.md") == [f"{c}.md" for c in "abcdefg"]


@pytest.mark.parametrize("text", ["[x](sub/)", "[[sub/]]", "[x](./sub/)", "[[sub/index]]", "[x](sub/a/..)"])
def test_a_link_to_a_folder_is_a_backlink_of_its_index(text: str) -> None:
    assert sources(vault({"sub/index.md": "", "a.md": text}), "sub/index.md") == ["a.md"]


def test_a_link_upwards_is_a_backlink_of_the_index_there() -> None:
    assert sources(vault({"index.md": "", "a/b.md": "[up](../)"}), "index.md") == ["a/b.md"]


def test_a_link_that_leads_to_another_note_of_the_name_is_none() -> None:
    world = vault({"n.md": "", "x/n.md": "", "a.md": "[[n]]", "x/b.md": "[[./n]]"})
    assert sources(world, "n.md") == ["a.md"]
    assert sources(world, "x/n.md") == ["x/b.md"]


def test_a_link_with_words_around_it_is_shown_before_a_bare_one() -> None:
    assert label(vault({"n.md": "", "a.md": "[[n|bare]]\nsee [[n|told]] here\nand [[n|late]]"}), "n.md") == [
        "told"
    ]
    assert label(vault({"n.md": "", "a.md": "[[n|one]]\n[[n|two]]"}), "n.md") == ["one"]


def test_front_matter_links_count_after_those_of_the_text() -> None:
    front = "---\nup: [[n|front]]\n---\n"
    assert label(vault({"n.md": "", "a.md": front}), "n.md") == ["front"]
    assert label(vault({"n.md": "", "a.md": front + "[[n|text]]"}), "n.md") == ["text"]


def test_a_tag_of_that_name_is_no_backlink() -> None:
    assert sources(vault({"n.md": "", "a.md": "#n"}), "n.md") == []


def test_the_most_mentioned_notes_come_with_how_many_mention_them() -> None:
    texts = {
        "x/n.md": "",
        "n.md": "",
        "b.md": "[[n]]",
        "a.md": "[[n]] [[b]]",
        "c.md": "[[x/n]] [[b]]",
        "d.md": "[[b]] [[n]]",
    }
    found = [(count, note.path) for count, note in most_mentioned(vault(texts), 9)]
    assert found == [(3, "b.md"), (3, "n.md"), (1, "x/n.md")]
    assert [(count, note.path) for count, note in most_mentioned(vault(texts), 2)] == found[:2]


@pytest.mark.parametrize(
    "text",
    [
        "![[i.png]]",
        "![x](img/i.png)",
        "[x](i.png)",
        "[[I.PNG]]",
        "---\nimage: img/i.png\n---\n",
        "---\ncover: [[i.png]]\n---\n",
    ],
)
def test_a_file_is_used_by_a_note_that_names_it_in_any_way(text: str) -> None:
    world = vault({"a.md": text, "img/i.png": "", "img/other.png": ""})
    assert uses(world, world.files["img/i.png"])
    assert not uses(world, world.files["img/other.png"])


def test_a_file_is_not_used_by_a_link_to_its_namesake_or_by_a_web_address() -> None:
    world = vault(
        {
            "a.md": "![[i.png]]\n",
            "b.md": "---\nimage: https://x.org/x/i.png\n---\n",
            "i.png": "",
            "x/i.png": "",
        }
    )
    assert uses(world, world.files["i.png"])
    assert not uses(world, world.files["x/i.png"])


def test_a_note_of_many_links_is_asked_in_time_by_their_number_and_not_by_its_square() -> None:
    def seconds(count: int) -> float:
        targets = {f"n{n}.md": "" for n in range(count)} | {f"f{n}.bin": "" for n in range(count)}
        world = vault({"out.md": "\n".join(f"[[{name}]]" for name in targets), **targets})
        start = time.process_time()
        heard = sum(len(sources(world, f"n{n}.md")) for n in range(count))
        used = sum(uses(world, file) for file in world.files.values())
        assert (heard, used) == (count, count)
        return time.process_time() - start

    few, many = min(seconds(500) for _ in range(3)), min(seconds(4000) for _ in range(2))
    assert many / few < 24  # 8 times the links; by the square it would be 64


def test_of_notes_that_are_all_mentioned_alike_the_first_by_title_are_found_in_time_by_their_number() -> None:
    def seconds(count: int) -> float:
        world = vault({f"n{n:05}.md": f"[[n{(n + 1) % count:05}]]" for n in range(count)})
        start = time.process_time()
        found = most_mentioned(world, 3)
        assert [(number, note.path) for number, note in found] == [(1, f"n{n:05}.md") for n in range(3)]
        return time.process_time() - start

    few, many = min(seconds(500) for _ in range(3)), min(seconds(4000) for _ in range(2))
    assert many / few < 24  # 8 times the notes; by the square it would be 64
