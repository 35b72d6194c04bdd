"""The lists of backlinks come and go in a preview as the notes do that link: the plan is made anew only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.pipeline.opening import Ask
from kb.serve.live import Live
from kb.view.site import plan

LIST = "hub/linked-from/index.html"


def _live(root: Path, linking: int) -> Live:
    (root / "content").mkdir(parents=True)
    (root / "config.yaml").write_text("title: One\npage_size: 2\n")
    (root / "content" / "hub.md").write_text("# Hub\n")
    for number in range(5):
        text = "[[hub]]\n" if number < linking else "Nothing.\n"
        (root / "content" / f"n{number}.md").write_text(text)
    live = Live(Ask(root=root, cache=root / "cache", jobs=1), drafts=True)
    live.start()
    return live


def _save(live: Live, root: Path, name: str, text: str) -> None:
    file = root / "content" / name
    file.write_text(text)
    live.refresh(frozenset((str(file),)))


@pytest.mark.parametrize(
    ("linking", "name", "text", "then"),
    [
        (3, "n4.md", "At last [[hub]].\n", True),
        (4, "n3.md", "No more.\n", False),
        (4, "hub.md", "# Hub\n\nAnother text.\n", True),
        (4, "n4.md", "Nothing of the kind.\n", True),
    ],
)
def test_a_list_of_backlinks_is_shown_when_there_are_enough(
    tmp_path: Path, linking: int, name: str, text: str, *, then: bool
) -> None:
    live = _live(tmp_path, linking)
    assert (LIST in live.plan.claims) == (linking >= 4)
    _save(live, tmp_path, name, text)
    assert (LIST in live.plan.claims) == then
    assert list(live.plan.claims) == list(plan(live.site).claims)
    live.close()


def test_links_that_a_new_alias_catches_count_for_the_note_that_has_it(tmp_path: Path) -> None:
    live = _live(tmp_path, 0)
    for number in range(4):
        _save(live, tmp_path, f"n{number}.md", "[[the middle]]\n")
    assert LIST not in live.plan.claims
    _save(live, tmp_path, "hub.md", "---\naliases: [The middle]\n---\n")
    assert LIST in live.plan.claims
    live.close()


def test_an_edit_of_words_alone_keeps_the_plan_of_a_hub(tmp_path: Path) -> None:
    live = _live(tmp_path, 5)
    before = live.plan
    _save(live, tmp_path, "n1.md", "Other words around [[hub]] are here.\n")
    assert live.plan is before
    live.close()
