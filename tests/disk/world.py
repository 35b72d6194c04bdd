"""A small world for the tests of the output: pages that are a path and a text."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.disk.output import Report, write
from kb.disk.stamp import digest
from kb.model.problem import Place, Problem
from kb.view.pages import Page


@dataclass(frozen=True)
class Text:
    """A page that is its text."""

    path: str
    text: str


class BadTemplateError(Exception):
    """What a template of this world raises."""


@dataclass(frozen=True)
class World:
    """A vault, a cache and an output folder."""

    root: Path

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def out(self) -> Path:
        return self.root / "site"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def build(self, pages: Mapping[str, str | Page], **options: Any) -> Report:
        """Build a site of these texts (or pages) by path. A text "boom" is a template that fails."""
        for folder in (self.content, self.cache):
            folder.mkdir(parents=True, exist_ok=True)
        options = {"out": self.out, "cache": self.cache, "jobs": 1, **options}
        return write(
            options.pop("out"),
            {path: maker(path, page) for path, page in pages.items()},
            key=lambda page: digest(page.text.encode()),  # type: ignore[attr-defined]
            render=render,
            complain=lambda path, error: Problem(Place(path), "template", str(error), "mend it"),
            content=self.content,
            failures=(BadTemplateError,),
            **options,
        )

    def tree(self, out: Path | None = None) -> dict[str, str]:
        """Every file of the output by its path, ours and others'."""
        base = out or self.out
        return {
            path.relative_to(base).as_posix(): path.read_text("utf-8", "surrogateescape")
            for path in sorted(base.rglob("*"))
            if path.is_file()
        }

    def pages(self) -> dict[str, str]:
        """Every file of the output but kb's own."""
        return {path: text for path, text in self.tree().items() if not path.startswith(".kb/")}

    def stats(self) -> dict[str, tuple[int, int]]:
        """Inode and time of everything in the output, folders too."""
        found = {path: os.lstat(path) for path in sorted(self.out.rglob("*"))}
        return {str(path): (stat.st_ino, stat.st_mtime_ns) for path, stat in found.items()}


def maker(path: str, page: str | Page) -> Callable[[], Page]:
    return (lambda: Text(path, page)) if isinstance(page, str) else (lambda: page)


def render(page: Page) -> bytes:
    assert isinstance(page, Text)
    if page.text == "boom":
        raise BadTemplateError("no such field")
    if page.text == "bug":
        raise ZeroDivisionError
    return page.text.encode()


def codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]
