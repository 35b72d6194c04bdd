"""What the preview shows at an output path: the page as a build writes it, or the last good one and its problem."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from kb.model.problem import Problem
from kb.serve.live import Live, Shown
from kb.serve.stream import mark, styles
from kb.view.theme import TemplateFailed
from kb.view.told import template_problem
from kb.view.urls import file_of

#: Pages whose last good state is kept, in case a template breaks.
_KEPT = 64


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: a file of the site, or HTML. `problem` says why it is not the page of this moment."""

    path: str
    page: bytes | None = None
    source: Path | None = None
    html: bool = False
    note: str = ""
    mark: str = ""
    problem: Problem | None = None


class Showing:
    """The site as the preview shows it. Remembers the last good state of the pages that were looked at."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self._good: OrderedDict[str, View] = OrderedDict()

    def at(self, path: str) -> View | None:
        """What is shown at this output path, or None if the site has no such file."""
        try:
            shown = self.live.page(path)
        except TemplateFailed as failed:
            return self._instead(path, failed)
        if shown is None:
            return None
        view = self._view(path, shown)
        if view.html:
            self._good[path] = view
            self._good.move_to_end(path)
            if len(self._good) > _KEPT:
                self._good.popitem(last=False)
        return view

    def marked(self, path: str) -> str:
        """The mark of what is shown at this output path, "" for nothing."""
        view = self.at(path)
        return view.mark if view else ""

    @property
    def broken(self) -> tuple[Problem, ...]:
        """What keeps pages whose last good state is shown from being made: each mistake of a template once."""
        found = (view.problem for path in tuple(self._good) if (view := self.at(path)))
        return tuple({problem.place: problem for problem in found if problem}.values())

    def has(self, path: str) -> bool:
        """Whether the site has a file at this output path."""
        return path in self.live.plan.claims

    def _view(self, path: str, shown: Shown) -> View:
        if shown.body is None:
            return View(path, source=shown.source)
        html = shown.kind == "page" and path.endswith((".html", ".htm"))
        name = mark(shown.body, styles(self.live)) if html else ""
        return View(path, shown.body, html=html, note=shown.note, mark=name)

    def _instead(self, path: str, failed: TemplateFailed) -> View:
        claim = self.live.plan.claims[path]
        files = self.live.files
        problem = template_problem(
            files.places.get(failed.template, failed.template),
            files.templates.get(failed.template, ""),
            f"mend the template; the page of {claim.by} could not be made",
            failed,
        )
        good = self._good.get(path)
        name = f"{good.mark if good else ''}!"
        return View(
            path,
            good.page if good else None,
            html=True,
            note=good.note if good else "",
            mark=name,
            problem=problem,
        )


def names(raw: bytes) -> Iterator[str]:
    """The output paths that a request's path may mean, the likeliest first.

    Each is only ever looked up among the paths of the site, so that no spelling of ``..`` leads anywhere.
    """
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return
    if text.startswith("/"):
        yield from dict.fromkeys(file_of(form) for form in (text[1:], unicodedata.normalize("NFC", text[1:])))
