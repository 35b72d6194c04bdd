"""Pages are rendered: those of a theme that did not come with kb within limits of time and memory."""

from __future__ import annotations

from collections import Counter

from kb.disk.patience import limited
from kb.view.pages import Page
from kb.view.theme import TemplateFailed, Theme, render

#: Seconds of processor time for a page, a hundred times of what the slowest honest ones take.
SECONDS = 10.0
#: Bytes that rendering a page may take, beyond what the process has already.
MEMORY = 2 << 30
#: So many pages a template may keep from coming to an end; the others are not tried then, or a build would take days.
_TRIES = 2


def render_within(theme: Theme, page: Page) -> bytes:
    """The bytes of a page's file. Raises `TemplateFailed`, also where a template does not come to an end."""
    if not theme.strange:
        return render(theme, page)
    with limited(SECONDS, MEMORY):
        return render(theme, page)


class Rendering:
    """Renders the pages of a theme. In each process that does, it remembers which templates never ended."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._tried: Counter[str] = Counter()
        self._failed: dict[str, TemplateFailed] = {}

    def __call__(self, page: Page) -> bytes:
        """The bytes of a page's file. Raises `TemplateFailed`."""
        template: str = getattr(page, "template", "")
        if self._tried[template] >= _TRIES:
            raise self._failed[template]
        try:
            return render_within(self._theme, page)
        except TemplateFailed as failed:
            if failed.endless:
                self._tried[template] += 1
                self._failed[template] = failed
            raise
