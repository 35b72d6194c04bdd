"""Law 3 for the preview: what it shows at every path is the file that a build writes, after every edit.

A guard of what lets the preview be quick: the plan that outlives an edit (`kb.serve.stake`), the files that
are looked at by their hints alone (`kb.serve.mirror`), the ground that is only looked at when it may have changed.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.pipeline.building import build
from kb.pipeline.checking import check
from kb.pipeline.exporting import with_index
from kb.pipeline.opening import Ask
from kb.serve.live import Live
from kb.view.site import Plan, plan
from laws.test_laws import quiet, world
from laws.worlds import PNG, Edit, edits, texts, tree, vaults


def shown(live: Live) -> dict[str, bytes]:
    """Everything that the preview shows, by output path."""
    found = {}
    for path in with_index(live._state.read, live.plan).claims:
        page = live.page(path)
        assert page is not None
        found[path] = page.source.read_bytes() if page.source else page.body
    return {path: body for path, body in found.items() if body is not None}


def built(folder: Path) -> dict[str, bytes]:
    """Everything that a build writes, by output path."""
    build(Ask(root=folder / "root", cache=folder / "cache-of-build", output=folder / "site", jobs=1), quiet)
    return {path: data for path, (data, _) in tree(folder / "site").items() if not path.startswith(".kb/")}


def stamps(root: Path) -> dict[str, tuple[int, ...]]:
    """What tells files apart, by absolute path."""
    files = [path for path in root.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino, path.stat().st_size) for path in files}


def changed(before: dict[str, tuple[int, ...]], after: dict[str, tuple[int, ...]]) -> frozenset[str]:
    """The paths that a perfect watcher would name."""
    return frozenset(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


@given(vaults(), st.lists(st.tuples(st.lists(edits(), min_size=1, max_size=3), st.booleans()), max_size=6))
def test_the_preview_of_every_path_is_the_file_that_a_build_writes_after_every_edit(
    notes: dict[str, str], steps: list[tuple[list[Edit], bool]]
) -> None:
    with world(notes) as folder:
        root = folder / "root"
        ask = Ask(root=root, cache=folder / "cache", jobs=1)
        live = Live(ask, drafts=False)
        live.start()
        assert shown(live) == built(folder)
        for step, is_hinted in steps:
            before, number = stamps(root), live.number
            for edit in step:
                edit.do(root)
            news = live.refresh(changed(before, stamps(root)) if is_hinted else None)
            assert news == (live.number > number)
            assert shown(live) == built(folder)
            assert live.problems == check(ask, quiet)
        assert not live.refresh(None)
        live.close()


def claims(planned: Plan) -> dict[str, tuple[object, ...]]:
    """What a plan says, without the functions that make its pages."""
    return {path: (claim.by, claim.place, claim.right) for path, claim in planned.claims.items()}


NOTES = ("one.md", "Two.md", "a/index.md")
PICTURES = {"pic.png": PNG, "a/pic.png": PNG + b"other"}


@settings(max_examples=4 * settings().max_examples)
@given(st.lists(st.tuples(st.sampled_from(NOTES), texts()), min_size=2, max_size=12))
def test_a_plan_that_outlives_an_edit_is_the_plan_that_would_be_made_now(
    saves: list[tuple[str, str]],
) -> None:
    with world(dict.fromkeys(NOTES, "")) as folder:
        root = folder / "root"
        for path, data in PICTURES.items():
            (root / "content" / path).write_bytes(data)
        config = (root / "config.yaml").read_text()
        (root / "config.yaml").write_text(config.replace("page_size: 2", "page_size: 1"))
        live = Live(Ask(root=root, cache=folder / "cache", jobs=1), drafts=True)
        live.start()
        for path, words in saves:
            file = root / "content" / path
            file.write_text(words, encoding="utf-8")
            live.refresh(frozenset((str(file),)))
            now = plan(live.site)
            assert claims(live.plan) == claims(now)
            assert live.plan.problems == now.problems
            assert list(live.plan.claims) == list(now.claims)
        live.close()


@given(vaults(), st.lists(edits(), min_size=1, max_size=4))
def test_a_preview_that_was_edited_shows_what_a_new_one_shows_drafts_and_all(
    notes: dict[str, str], steps: list[Edit]
) -> None:
    with world(notes) as folder:
        ask = Ask(root=folder / "root", cache=folder / "cache", jobs=1)
        live = Live(ask, drafts=True)
        live.start()
        for edit in steps:
            edit.do(folder / "root")
            live.refresh(None)
        live.settle()
        again = Live(ask, drafts=True)
        again.start()
        assert shown(live) == shown(again)
        assert live.site.marks == again.site.marks
        assert live.problems == again.problems
        live.close()
        again.close()
