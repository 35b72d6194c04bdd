"""Mentions without a link are remarks of `kb check`, and no business of a build."""

from __future__ import annotations

from pathlib import Path

from kb.pipeline.checking import check
from kb.pipeline.opening import Ask
from website.web import built

NOTES = {
    "ml/gmm.md": "---\ntitle: Gaussian mixture models\naliases: [mixture of Gaussians]\n---\nText.\n",
    "means.md": "---\ndate: 2024-01-01\n---\nOne.\n\nThe bins of a\nmixture of Gaussians.\n",
    "linked.md": "A mixture of Gaussians, that is [[gmm]].\n",
    "secret.md": "---\ndraft: true\ntitle: The bins\n---\nA mixture of Gaussians.\n",
}


def found(root: Path, *, drafts: bool = False) -> list[str]:
    ask = Ask(root=root, cache=root / "cache", drafts=drafts)
    told = check(ask, lambda *_: None)
    return [f"{each.place}: {each.hint}" for each in told if each.code == "unlinked-mention"]


def test_a_check_tells_of_them_with_the_place_in_the_file_and_a_build_does_not(tmp_path: Path) -> None:
    assert "unlinked-mention" not in built(tmp_path, NOTES).codes()
    assert found(tmp_path) == [
        "content/means.md:7:1: if that note is meant, write [[gmm|mixture of Gaussians]]"
    ]


def test_a_draft_is_neither_named_nor_looked_through_unless_it_counts_as_published(tmp_path: Path) -> None:
    built(tmp_path, NOTES)
    assert [place.partition(":")[0] for place in found(tmp_path, drafts=True)] == [
        "content/means.md",
        "content/means.md",
        "content/secret.md",
    ]
