"""Real vaults under the hands of somebody who writes: the site that was kept up equals one made from nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from vaults.crawled import BASE


def _touch(root: Path) -> None:
    for path in _notes(root)[::3]:
        os.utime(path, (1_700_000_000, 1_700_000_000))


def _write_below(root: Path) -> None:
    for path in _notes(root)[::7]:
        path.write_text(
            path.read_text(encoding="utf-8") + "\n\nA line more, on [[Home]] and #new.\n", encoding="utf-8"
        )


def _rename(root: Path) -> None:
    for number, path in enumerate(_notes(root)[::11]):
        path.rename(path.with_name(f"Renamed {number}.md"))


def _retitle(root: Path) -> None:
    for path in _notes(root)[2::13]:
        lines = path.read_text(encoding="utf-8").replace("\ntitle: ", "\ntitel: ")
        head = (
            "---\ntitle: Another title\n" if lines.startswith("---\n") else "---\ntitle: Another title\n---\n"
        )
        path.write_text(head + lines.removeprefix("---\n"), encoding="utf-8")


def _delete(root: Path) -> None:
    for path in _notes(root)[4::9]:
        path.unlink()


def _take_pictures_away(root: Path) -> None:
    for path in sorted(root.rglob("*.png"))[::2]:
        path.unlink()


EDITS: Mapping[str, Callable[[Path], None]] = {
    "touched": _touch,
    "longer": _write_below,
    "renamed": _rename,
    "retitled": _retitle,
    "deleted": _delete,
    "without half its pictures": _take_pictures_away,
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) for name in ("obsidian-help-en", "quartz-docs")]
)
def test_a_site_that_was_kept_up_equals_one_made_from_nothing(
    name: str, corpus: Callable[[str], Path], tmp_path: Path
) -> None:
    root = tmp_path / name
    shutil.copytree(corpus(name), root, copy_function=shutil.copyfile)
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)  # the corpora may be written to by nobody
    kept_up = Ask(root=root, output=tmp_path / "kept up", cache=tmp_path / "cache", base_url=BASE)
    build(kept_up, _quiet)
    for what, edit in EDITS.items():
        edit(root)
        anew = replace(kept_up, output=tmp_path / what, cache=tmp_path / f"cache of {what}")
        build(kept_up, _quiet)
        build(anew, _quiet)
        assert _files(tmp_path / "kept up") == _files(tmp_path / what), what


def _notes(root: Path) -> list[Path]:
    return sorted(root.rglob("*.md"))


def _files(site: Path) -> dict[str, bytes]:
    """Every file of a site but what kb keeps for itself."""
    found = (path for path in site.rglob("*") if path.is_file() and ".kb" not in path.relative_to(site).parts)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


def _quiet(_what: str, _done: int, _of: int) -> None:
    """Nobody watches."""
