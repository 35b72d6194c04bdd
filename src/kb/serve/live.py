"""The current site, held in memory and kept true: the one mutable variable of the preview.

`refresh` walks the road of a build for the files that changed, and puts a new state in the place of the old. A
state never changes, so whoever reads one is not disturbed. A page is made when somebody asks for it, and is
byte for byte what a build would write (law 3). A configuration or a theme that cannot be read changes
nothing but `trouble`; the notes go on.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock, RLock

from kb.disk.clock import now_in
from kb.disk.load import StaleNoteError
from kb.disk.themes import ThemeFiles
from kb.model.problem import Problem
from kb.pipeline.opening import Ask, Opened, Progress
from kb.pipeline.reading import Read
from kb.search.whoosh.upkeep import IndexBusyError
from kb.serve.finder import Finder
from kb.serve.footing import Footing, Hints
from kb.serve.lines import block_lines
from kb.serve.mirror import Changes, Mirror, difference
from kb.serve.state import Shown, after, first
from kb.view.site import Plan, Site

__all__ = ["Live", "Shown"]

#: Pages that are kept as made: an open one is asked for twice after each save.
_KEPT = 64
#: How often a page is made again because a note changed meanwhile.
_TRIES = 4


class Live:
    """A site that is being edited. All may be asked by any thread.

    With `drafts` it holds also what would not be published, marked; without, it is the published site.
    """

    def __init__(
        self, ask: Ask, *, drafts: bool, progress: Progress = lambda _what, _done, _all: None
    ) -> None:
        self._ask, self._drafts, self._progress = ask, drafts, progress
        self._listeners: list[Callable[[], None]] = []
        self._refreshing, self._making, self._checking = Lock(), RLock(), Lock()
        self._made: OrderedDict[str, tuple[int, Shown]] = OrderedDict()

    def start(self) -> None:
        """Load everything; to be called before there are threads. Raises what `open_site` raises, and `OSError`."""
        self._ground = Footing(self._ask)
        self._mirror = Mirror(self._ground.opened, self._ground.plugins, self._ask.jobs, self._progress)
        self._unread = False
        self._finder = self._new_finder()
        self._state = first(self._ground, self._mirror, self._now(), drafts=self._drafts)
        _set_aside()

    @property
    def opened(self) -> Opened:
        """The site's folder and settings."""
        return self._state.read.opened

    @property
    def site(self) -> Site:
        """The site of this moment."""
        return self._state.read.site

    @property
    def read(self) -> Read:
        """The site of this moment, and what was read for it."""
        return self._state.read

    @property
    def plan(self) -> Plan:
        """Its pages."""
        return self._state.plan

    @property
    def files(self) -> ThemeFiles:
        """The files of its theme."""
        return self._state.read.theme

    @property
    def number(self) -> int:
        """Grows with each change."""
        return self._state.number

    @property
    def saved(self) -> str:
        """The address of the one note that the last change was about, "" if it was about several or none."""
        return self._state.saved

    @property
    def moved(self) -> Mapping[str, str]:
        """Output files of the notes that the last change took away, with the address where the same text is now."""
        return self._state.moved

    @property
    def finder(self) -> Finder | None:
        """What answers a search in this site; None where it is not searched."""
        return self._finder

    @property
    def trouble(self) -> tuple[Problem, ...]:
        """Why the configuration, the theme or the folder of notes is not shown as it is, if so."""
        return self._ground.trouble

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What `kb check` tells of this state. Worked out when first asked for, which takes a while."""
        state = self._state
        with self._checking:
            return state.problems

    def page(self, path: str) -> Shown | None:
        """What a build would write at this output path; None if nothing. Raises `TemplateFailed`."""
        if (picture := self._state.picture(path)) is not None:  # of these it may take some, and each is large
            return picture
        with self._making:
            for _ in range(_TRIES):
                state = self._state
                number, shown = self._made.get(path, (0, None))
                if number == state.number:
                    return shown
                try:
                    shown = state.shown(path)
                except StaleNoteError:  # a note is another by now than this state says
                    if state is self._state:
                        self.refresh()
                    continue
                if shown is not None:
                    self._keep(path, state.number, shown)
                return shown
        return None

    def lines(self, path: str) -> list[int]:
        """The source lines of the blocks that stand directly in the body of this page's note, in their order."""
        read = self._state.read
        note = read.site.vault.notes.get(self._state.note_at(path))
        return block_lines(read.opened, read.plugins, note) if note else []

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each change, in the thread that brought it about."""
        self._listeners.append(listener)

    def refresh(self, hints: frozenset[str] | None = None) -> bool:
        """Bring the site up to date with these files (absolute paths), or with all; whether anything changed."""
        with self._refreshing:
            changed = self._refresh(self._ground.sort(hints))
        if changed:
            for listener in self._listeners:
                listener()
        return changed

    def concerns(self, path: str) -> bool:
        """Whether something that happens at this absolute path may change the site."""
        return self._ground.concerns(path)

    def watched(self) -> dict[Path, bool]:
        """The folders whose files make the site, and whether all that is below them counts."""
        return self._ground.watched()

    def warm(self) -> None:
        """Load what the first save would otherwise wait for."""
        self._mirror.warm()

    def settle(self) -> None:
        """Do what can wait for a quiet moment: remember what was parsed for the next start, free memory."""
        with self._refreshing:
            self._mirror.settle()
        if self._finder is not None and self._finder.behind:
            with suppress(IndexBusyError):  # somebody else writes just now: the next search asks again
                self._finder.index()
        gc.collect()

    def close(self) -> None:
        """Remember what was parsed, and let go of the cache."""
        with self._refreshing:
            self._mirror.settle()
            self._mirror.close()

    def _refresh(self, hints: Hints) -> bool:
        before, trouble, footing = self._state, self._ground.trouble, self._ground
        anew = (footing.look() if hints.footing else False) or self._unread
        try:
            changes = self._reload() if anew else self._look(hints)
        except OSError as error:
            footing.lost(error)
            changes = Changes()
        now = self._now()
        if changes or footing.is_new(before.read) or before.comes_of_age(now):
            self._state = after(before, footing, self._mirror, changes, now, drafts=self._drafts)
            notes = before.read.site.vault.notes
            self._mirror.forget(notes[path] for path in changes.notes if path in notes)
            if self._finder is not None:
                self._finder.saved(changes.notes)
        elif trouble != footing.trouble or before.read.problems != self._mirror.problems:
            self._state = after(before, footing, self._mirror, changes, now, drafts=self._drafts)
        if anew:
            _set_aside()
        return self._state is not before

    def _look(self, hints: Hints) -> Changes:
        known = [path for path in hints.paths if self._mirror.knows(path)]
        if hints.everywhere or len(known) < len(hints.paths):
            return self._mirror.look_everywhere()
        return self._mirror.look_at(known)

    def _reload(self) -> Changes:
        old, self._unread = self._mirror, True
        self._mirror = Mirror(self._ground.opened, self._ground.plugins, 1, self._progress)
        self._unread = False
        self._finder = self._new_finder()
        old.close()
        return difference(old, self._mirror)

    def _new_finder(self) -> Finder | None:
        opened, plugins = self._ground.opened, self._ground.plugins
        return Finder(opened, plugins, self._mirror) if opened.settings.search.enabled else None

    def _now(self) -> datetime:
        return now_in(self._ground.opened.settings.timezone)

    def _keep(self, path: str, number: int, shown: Shown) -> None:
        self._made[path] = (number, shown)
        self._made.move_to_end(path)
        if len(self._made) > _KEPT:
            self._made.popitem(last=False)


def _set_aside() -> None:
    """Spare the collector what stays for good: without this, one save in a row took ten times as long."""
    gc.collect()
    gc.freeze()
