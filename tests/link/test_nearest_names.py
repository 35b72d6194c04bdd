"""What may have been meant by a name that stands for nothing."""

from __future__ import annotations

import pytest

from kb.link.nearest import nearest, suggestions
from kb.link.vault import update
from link.world import files, notes, vault

TEXTS = {
    "notes/builds.md": "# Incremental builds",
    "notes/Gaussian mixture.md": "---\naliases: GMM, Mixture of Gaussians\n---\n",
    "films/Yentl.md": "---\ntitle: Yentl (1983)\n---\n",
    "means/Harmonic mean.md": "",
    "means/Geometric mean.md": "",
    "img/elephant.png": "",
    "img/elephants.jpg": "",
    "elephant.md": "",
    "Node.js.md": "",
    "a long film.md": "",
}


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("Incremental bulids", "Incremental builds"),
        ("incremental build", "Incremental builds"),
        ("ncremental builds", "Incremental builds"),
        ("Gausian mixture", "Gaussian mixture"),
        ("Mixture of Gausians", "Mixture of Gaussians"),
        ("GMMs", "GMM"),
        ("Yentle", "Yentl"),
        ("harmonic-mean", "Harmonic mean"),
        ("old folder/Harmonic mean", "Harmonic mean"),
        ("Harmonic mean.md", "Harmonic mean"),
        ("elephent", "elephant"),
        ("elephent.png", "elephant.png"),
        ("elephant.jpg", "elephants.jpg"),
        ("Nodes.js", "Node.js"),
    ],
)
def test_a_slip_of_the_pen_is_recognised(written: str, first: str) -> None:
    assert nearest(vault(TEXTS), written)[0] == first


@pytest.mark.parametrize("written", ["Nothing like it", "", "/", "x", "日本語", "zzz.png", "a-long-film.mp4"])
def test_nothing_is_suggested_where_nothing_is_near(written: str) -> None:
    assert nearest(vault(TEXTS), written) == []


def test_a_note_is_suggested_by_one_of_its_names_alone() -> None:
    world = vault({"Builds.md": "---\ntitle: Builds\naliases: Build, The builds\n---\n"})
    assert [suggestion.path for suggestion in suggestions(world, "Buildz")] == ["Builds.md"]


def test_of_several_notes_of_one_name_the_shortest_path_is_suggested() -> None:
    assert suggestions(vault({"xx/Builds.md": "", "y/Builds.md": ""}), "Buildz")[0].path == "y/Builds.md"


def test_no_more_are_suggested_than_asked_for() -> None:
    world = vault({f"note {i}.md": "" for i in range(9)})
    assert len(nearest(world, "note x")) == 3
    assert len(nearest(world, "note x", 1)) == 1


def test_suggestions_do_not_depend_on_the_order_of_the_notes() -> None:
    texts = {f"note {i}.md": "" for i in range(40)}
    assert nearest(vault(texts), "note x") == nearest(vault(dict(reversed(texts.items()))), "note x")


def test_a_new_vault_suggests_its_own_names() -> None:
    old = vault({"Builds.md": ""})
    assert nearest(old, "Buildz") == ["Builds"]
    assert nearest(update(old, {"Builds.md": None} | notes({"Buildx.md": ""}), files({})), "Buildz") == [
        "Buildx"
    ]


def test_a_name_is_found_among_thousands_that_begin_and_end_alike() -> None:
    world = vault({f"meeting {i:04} minutes.md": "" for i in range(3000)} | {"meeting with Ada.md": ""})
    assert nearest(world, "meeting wiht Ada") == ["meeting with Ada"]
    assert "meeting 1234 minutes" in nearest(world, "meeting 1234 minuts")
