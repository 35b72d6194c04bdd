"""The search index of a site that is being edited: always as fresh as the last save, and nothing waits for it before.

A save only notes down what changed; the next question takes it in, some milliseconds for some notes. The first one
opens the index, or makes it. Questions may come from any thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from threading import Lock

from kb.disk.clock import now_in
from kb.disk.load import StaleNoteError
from kb.link.visible import why_withheld
from kb.pipeline.indexing import Supply, fingerprint, index_from, refreshed
from kb.pipeline.opening import Opened
from kb.pipeline.reading import analyser_of
from kb.plugin import Plugin
from kb.search.document import Document
from kb.search.documents import document
from kb.search.whoosh.index import WhooshIndex
from kb.serve.mirror import Mirror


class Finder:
    """The index of all notes of a mirror that can be read, and the texts behind it."""

    def __init__(self, opened: Opened, plugins: tuple[Plugin, ...], mirror: Mirror) -> None:
        self._opened, self._mirror = opened, mirror
        self._named = fingerprint(opened.settings, plugins)
        self._index: WhooshIndex | None = None
        self._pending: frozenset[str] = frozenset()
        self._taking, self._noting = Lock(), Lock()

    def saved(self, paths: Iterable[str]) -> None:
        """Take note that the notes of these paths are new, other than they were, or gone. Costs nothing."""
        with self._noting:
            self._pending = self._pending.union(paths)

    @property
    def behind(self) -> bool:
        """Whether the index is open, and something was saved since it was asked last."""
        return self._index is not None and bool(self._pending)

    def index(self) -> WhooshIndex:
        """The index of this moment. Raises `IndexBusyError` if another process keeps writing into it."""
        with self._taking:
            with self._noting:
                pending, self._pending = self._pending, frozenset()
            try:
                if self._index is None:
                    self._index = index_from(self._opened, self._named, self._supply())
                elif pending:
                    changed = {path: self._mirror.notes.get(path) for path in pending}
                    self._index = refreshed(self._opened, self._index, changed, self._supply())
            except BaseException:
                with self._noting:
                    self._pending = pending | self._pending
                raise
            return self._index

    def document(self, path: str) -> Document | None:
        """The document of a note as it is now; None if there is none."""
        note = self._mirror.notes.get(path)
        if note is None:
            return None
        try:
            return document(note, self._mirror.bodies({path: note})[path])
        except StaleNoteError:  # edited this moment: the next refresh knows it
            return None

    def marks(self, path: str) -> tuple[str, ...]:
        """Why a note would not be published now: "draft", "private", "future"; mostly nothing."""
        note = self._mirror.notes.get(path)
        why = "" if note is None else why_withheld(note, now_in(self._opened.settings.timezone))
        return (why,) if why else ()

    def _supply(self) -> Supply:
        notes = dict(self._mirror.notes)
        bodies, mirror = self._mirror.bodies(notes), self._mirror
        return Supply(
            notes, bodies, mirror.analyses, partial(analyser_of, self._opened.settings), mirror.keep_analyses
        )
