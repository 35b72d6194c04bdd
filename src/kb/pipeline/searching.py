"""`kb search`: an open index that is as fresh as the files, and the texts behind it.

Whether anything changed costs little to know: the configuration by its text, every file by its stamp (`looking`), the
index by its digests. Only where something is new are the Markdown library, YAML or Whoosh imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

import msgspec

from kb.disk.cache import CacheError
from kb.disk.clock import now_in
from kb.disk.store import Store
from kb.link.names import bare
from kb.link.visible import why_withheld
from kb.model.note import Body, Note
from kb.model.problem import Problem
from kb.pipeline.looking import Look, look, name_of
from kb.pipeline.opening import Ask, Opened, Progress
from kb.search.analysis import fold, lexicon
from kb.search.document import Document
from kb.search.documents import document
from kb.search.searching import Options, SearchPage, more_like, search
from kb.search.whoosh.index import WhooshIndex
from kb.search.whoosh.upkeep import open_index


@dataclass(frozen=True, slots=True)
class Found:
    """An index, brought up to date, with the way to its texts. `problems`: files that could not be read."""

    opened: Opened
    index: WhooshIndex
    texts: Texts
    problems: tuple[Problem, ...] = ()

    def search(self, query: str, options: Options) -> SearchPage:
        """What is found for a query."""
        return search(self.index, self.texts.document, query, self._of_this_site(options))

    def like(self, path: str, options: Options) -> SearchPage:
        """The notes most like the one at this path."""
        return more_like(self.index, self.texts.document, path, self._of_this_site(options))

    def called(self, name: str) -> tuple[str, ...]:
        """The paths of the notes that a person may mean: the one at this path, else those of this name or title."""
        inside = name.removeprefix("./").removeprefix(f"{self.opened.settings.content}/")
        paths = [self.index.order(doc)[1] for doc in self.index.documents()]
        for exact in (inside, f"{inside}.md", f"{inside}.ipynb"):
            if exact in paths:
                return (exact,)
        wanted = fold(bare(inside))
        named = [path for path in paths if fold(PurePosixPath(path).stem) == wanted]
        if not named:
            known = map(self.index.known, self.index.documents())
            named = [each.path for each in known if fold(each.title) == wanted]
        return tuple(sorted(named))

    def _of_this_site(self, options: Options) -> Options:
        return options._replace(language=self.opened.settings.language, marks=self.texts.marks)


@dataclass(slots=True)
class Texts:
    """The notes and documents behind an index, each fetched when it is asked for.

    `notes` and `bodies` are all that is known without the store; `digests` are those that the index was made from.
    """

    store: Store
    digests: Mapping[str, str]
    now: datetime
    notes: Mapping[str, Note]
    bodies: Mapping[str, Body]

    def note(self, path: str) -> Note | None:
        """The note at this path; None if it is known no more."""
        return self.notes.get(path) or self.store.stored(path, self.digests[path])

    def document(self, path: str) -> Document | None:
        """The document at this path; None if it is known no more."""
        note = self.note(path)
        if note is None:
            return None
        if path in self.bodies:
            return document(note, self.bodies[path])
        data = self.store.body(path, note.digest)
        return None if data is None else document(note, msgspec.msgpack.decode(data, type=Body))

    def marks(self, path: str) -> tuple[str, ...]:
        """Why a note would not be published now: "draft", "private", "future"; mostly nothing."""
        note = self.note(path)
        why = "" if note is None else why_withheld(note, self.now)
        return (why,) if why else ()


def find(ask: Ask, progress: Progress, begun: Look | None = None) -> Found:
    """The index of the site, as fresh as its files. Raises what `look` raises, and `IndexBusyError`.

    `begun` is a look at the files that was begun before.
    """
    begun = begun or look(ask)
    return _unchanged(begun) or _changed(begun.opened, ask, progress)


def _unchanged(begun: Look) -> Found | None:
    """The index, if by the stamps of all files nothing is other than when it was made."""
    opened, stamps = begun.opened, begun.stamps
    index = open_index(opened.index, stamps.index) if stamps is not None else None
    contents = {} if index is None else index.contents
    lexicon(opened.settings.language)  # what every answer needs, while another process looks at the files
    named = name_of(contents)
    if begun.seen() != named or index is None or stamps is None:
        return None
    store = Store(opened.cache, stamps.dialect, stamps.analysed)
    return Found(opened, index, Texts(store, contents, now_in(opened.settings.timezone), {}, {}))


def _changed(opened: Opened, ask: Ask, progress: Progress) -> Found:
    """The index, brought up to date with what the files say now."""
    from kb.pipeline import indexing, reading  # noqa: PLC0415 - 100 ms, and mostly nothing changed

    files = reading.read_files(opened, ask, progress)
    try:
        index = indexing.index_of(files, progress)
    except OSError as error:
        raise CacheError(f"the search index in {opened.index} cannot be written: {error.strerror}") from error
    digests = {path: note.digest for path, note in files.notes.items()}
    texts = Texts(files.store, digests, now_in(opened.settings.timezone), files.notes, files.bodies)
    return Found(opened, index, texts, files.problems)
