"""A site on disk that is watched, with real files and the system's own events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kb.pipeline.opening import Ask
from kb.serve.live import Live
from kb.serve.watch import Watcher, watch

#: So long nothing may happen before a test believes that nothing will.
STILL = 0.4


@dataclass
class World:
    """A watched site. `changes` holds the site's number after each change."""

    root: Path
    live: Live
    watcher: Watcher
    changes: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def content(self) -> Path:
        return self.root / "content"

    def text(self, path: str) -> str:
        """The page at an output path, "" if there is none."""
        shown = self.live.page(path)
        return (shown.body or b"").decode() if shown else ""

    def sees(self, fact: Callable[[], bool], within: float = 10) -> bool:
        """Whether something comes true in time."""
        end = time.monotonic() + within
        while not fact():
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def shows(self, path: str, words: str, within: float = 10) -> bool:
        """Whether a page comes to say something."""
        return self.sees(lambda: words in self.text(path), within)

    def settled(self) -> int:
        """How many changes there were, once nothing happens any more."""
        while True:
            count = len(self.changes)
            time.sleep(STILL)
            if len(self.changes) == count:
                return count


def site(root: Path, notes: Mapping[str, str], config: str = "title: T\n") -> Path:
    """The files of a site."""
    (root / "content").mkdir(parents=True)
    (root / "config.yaml").write_text(config)
    for path, text in notes.items():
        (root / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "content" / path).write_text(text)
    return root


@contextmanager
def watched(
    root: Path, *, drafts: bool = True, poll: bool = False, rescan: float = 3600, output: Path | None = None
) -> Iterator[World]:
    """The site at `root`, watched; by default without looking at everything now and then."""
    cache = root.parent / f"{root.name} cache"
    live = Live(Ask(root=root, cache=cache, output=output, jobs=1), drafts=drafts)
    live.start()
    changes: list[int] = []
    notices: list[str] = []
    live.on_change(lambda: changes.append(live.number))
    with watch(live, poll=poll, rescan=rescan, say=notices.append) as watcher:
        yield World(root, live, watcher, changes, notices)
    live.close()
