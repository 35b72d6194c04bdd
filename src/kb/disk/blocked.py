"""What stands in the way of new pages: a file where a folder must go, a folder where a file must go.

If all of it is ours and about to be removed, it is removed first. If not, the page clashes with it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kb.disk.stage import Outcome, Verdict
from kb.model.problem import Place, Problem


def unblocked(
    out: Path, outcomes: Iterable[Outcome], removals: Sequence[str]
) -> tuple[list[Outcome], set[str]]:
    """The outcomes, with clashes for writes that are blocked; and which of `removals` must be done first."""
    way = _Way(out, frozenset(removals))
    settled = []
    for each in outcomes:
        blocker = way.blocker(each.path) if each.verdict is Verdict.WRITE else None
        settled.append(each if blocker is None else _clash(each.path, blocker))
    return settled, way.first


@dataclass
class _Way:
    """What was found so far: of folders, what blocks them; of removals, those that must come first."""

    out: Path
    removals: frozenset[str]
    first: set[str] = field(default_factory=set)
    folders: dict[str, str | None] = field(default_factory=lambda: {"": None})

    def blocker(self, path: str) -> str | None:
        """What keeps a file from going to `path`, if anything does."""
        if (found := self._folder(path.rpartition("/")[0])) is not None:
            return found
        if not _is_folder(f"{self.out}/{path}"):
            return None  # what else may stand there was looked at when the page was staged
        below = [
            each.relative_to(self.out).as_posix()
            for each in sorted((self.out / path).rglob("*"))
            if not _is_folder(each)
        ]
        foreign = [each for each in below if each not in self.removals]
        if foreign or not below:
            return foreign[0] if foreign else path
        self.first.update(below)
        return None

    def _folder(self, folder: str) -> str | None:
        if folder not in self.folders:
            self.folders[folder] = self._folder(folder.rpartition("/")[0]) or self._at(folder)
        return self.folders[folder]

    def _at(self, folder: str) -> str | None:
        target = f"{self.out}/{folder}"
        if _is_folder(target) or not os.path.lexists(target):
            return None
        if folder not in self.removals:
            return folder
        self.first.add(folder)
        return None


def _is_folder(path: str | Path) -> bool:
    """A folder itself: a link to one leads who knows where."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _clash(path: str, blocker: str) -> Outcome:
    message = f"{blocker} in the output folder is not kb's, and stands where the page {path} should go"
    hint = "move it away, or choose another output folder"
    return Outcome(path, Verdict.CLASH, problem=Problem(Place(f"/{path}"), "output-clash", message, hint))
