"""A small vault in a temporary folder, built by the real road: what every safety test stands on.

`Vault.build` and `Vault.check` hold, in every test, what is promised in every case: nothing outside the
output and the cache is changed, no temporary file is left, and a second run says and writes the same.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.model.problem import Problem, Severity
from kb.pipeline.building import Built, build
from kb.pipeline.checking import check
from kb.pipeline.opening import Ask


def nobody(_what: str, _done: int, _all: int) -> None:
    """Nobody watches the progress."""


@dataclass(frozen=True)
class Result:
    """A build: its pages by path, and its problems as a person reads them."""

    built: Built
    out: Path

    @property
    def pages(self) -> dict[str, str]:
        files = (path for path in sorted(self.out.rglob("*")) if path.is_file())
        texts = {path.relative_to(self.out).as_posix(): path.read_text("utf-8", "replace") for path in files}
        return {
            path: text
            for path, text in texts.items()
            if not path.startswith((".kb/", "_assets/", "_search/"))
        }

    @property
    def errors(self) -> list[str]:
        return _told(self.built.problems, Severity.ERROR)

    @property
    def warnings(self) -> list[str]:
        return _told(self.built.problems, Severity.WARNING)

    def page(self, address: str) -> str:
        """The page at an address."""
        return self.pages[f"{address}index.html" if address.endswith("/") or not address else address]

    def text(self, address: str) -> str:
        """What the note at an address says, as HTML: the part of its page between its header and its end."""
        return self.page(address).partition("</header>")[2].partition("</article>")[0]

    def problem(self, code: str) -> Problem:
        """The one problem of this code."""
        (found,) = [problem for problem in self.built.problems if problem.code == code]
        return found


class Vault:
    """Files in ``<root>/content``, with a ``config.yaml`` beside it."""

    def __init__(self, root: Path) -> None:
        self.root = root / "vault"
        self.content = self.root / "content"
        self.out = self.root / "site"
        self.cache = root / "cache"
        self.content.mkdir(parents=True)
        (self.root / "config.yaml").write_text("title: Safe\n", "utf-8")

    def write(self, files: Mapping[str, str | bytes]) -> Vault:
        """Put these files, by their path below the vault's ``content``, there."""
        for name, text in files.items():
            path = self.content / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def ask(self, **options: Any) -> Ask:
        return Ask(root=self.root, cache=self.cache, **options)

    def build(self, **options: Any) -> Result:
        """Build twice, and see that nothing but the output has changed and that the second run is the first."""
        before = self._sources()
        first = build(self.ask(**options), nobody)
        tree = self._output()
        second = build(self.ask(**options), nobody)
        assert self._output() == tree, "a second build wrote something else"
        assert second.report.written == ()
        assert second.problems == first.problems
        assert self._sources() == before, "a build changed what it reads"
        assert sorted(path.name for path in (self.out / ".kb").iterdir()) == ["manifest.json"]
        return Result(first, self.out)

    def check(self) -> tuple[Problem, ...]:
        """What `kb check` finds, twice the same, and nothing was changed."""
        before = self._sources()
        found = check(self.ask(), nobody)
        assert check(self.ask(), nobody) == found
        assert self._sources() == before
        return found

    def _sources(self) -> dict[str, tuple[int, int, int]]:
        found = (
            path for path in self.root.rglob("*") if not path.is_relative_to(self.out) and path != self.root
        )
        stats = {str(path): os.lstat(path) for path in found}
        # A folder's time changes with the output folder that is made in it.
        return {
            path: (each.st_mode, each.st_size, 0 if stat.S_ISDIR(each.st_mode) else each.st_mtime_ns)
            for path, each in stats.items()
        }

    def _output(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(self.out.rglob("*")) if path.is_file()}


def _told(problems: tuple[Problem, ...], severity: Severity) -> list[str]:
    return [f"{p.place}: {p.code}: {p.message}" for p in problems if p.severity is severity]
