"""The search index of the published site, as a build, `kb why` and the preview want it.

What makes an index is imported when one is made: a build that changes nothing needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypeAlias

from kb.disk.exported import Exported, ExportedFiles, recall_exported, remember_exported
from kb.disk.load import StaleNoteError
from kb.model.note import Body, Note
from kb.model.settings import Settings
from kb.pipeline.reading import Files, Read, analyser_of, analysis_stamp
from kb.search.document import Analysis
from kb.search.export.order import FOLDER, MANIFEST, Published, in_order, published
from kb.search.export.pages import index_claims
from kb.search.index import Index
from kb.view.site import Claim, Plan

#: Gives what notes add to an index, by their paths.
Added: TypeAlias = Callable[[Sequence[str]], Iterable[tuple[str, Analysis]]]

#: So many analyses are taken at once.
_SOME = 200
#: An index that was changed is asked so many queries about each note that is new, and about all others together.
_NEW, _OLD = 4, 12


def exporter_of(files: Files, *, drafts: bool) -> Exporter | None:
    """The index of what these files publish; None where there is no search."""
    settings = files.opened.settings
    if not settings.search.enabled:
        return None
    stamp = analysis_stamp(settings, files.plugins)
    return Exporter(files.public(drafts=drafts), files.bodies, settings, stamp, partial(_adding, files))


def with_index(read: Read, planned: Plan) -> Plan:
    """The plan of a site with the files of its index, which are made for it, from nothing."""
    settings = read.opened.settings
    if not settings.search.enabled:
        return planned
    # A preview shows notes that cannot be read, too, but there is nothing in them to be found.
    notes = {path: note for path, note in read.site.vault.notes.items() if note.readable}
    stamp = analysis_stamp(settings, read.plugins)
    exporter = Exporter(notes, read.site.bodies, settings, stamp, partial(_adding_in, read))
    return Plan({**exporter.claims(exporter.anew), **planned.claims}, planned.problems)


@dataclass(frozen=True, eq=False)
class Exporter:
    """The index of these notes. `stamp` names all that it depends on besides them; `adding` opens what they add."""

    notes: Mapping[str, Note]
    bodies: Mapping[str, Body]
    settings: Settings
    stamp: str
    adding: Callable[[], Added]

    def files(
        self, cache: Path, out: Path, index: Index | None, *, anew: bool = False
    ) -> Mapping[str, bytes | None]:
        """All files of the index, None for the bytes of those that the one in `out` has already, unless `anew`.

        They are asked what `index`, one of all notes or more, is asked, too. Raises `ExportError` if answers differ.
        """
        before = None if anew else recall_exported(cache, out, f"{FOLDER}/{MANIFEST}")
        there = ExportedFiles(out, FOLDER)
        made = self._changed(before, there) if before and before.stamp == self.stamp else None
        if made is None:
            made = self.anew
        if index is not None:
            known = set(before.documents) if before else set()
            new = [each.known.path for each in self.documents if (each.known.path, each.digest) not in known]
            try:
                self._prove(made, there, index, new)
            except (OSError, ValueError):  # what was to be kept is not there, or was changed by hand
                if None not in made.values():
                    raise
                made = self.anew
                self._prove(made, there, index, new)
        return made

    def claims(self, files: Mapping[str, bytes | None]) -> dict[str, Claim]:
        """Claims of these files as pages of the site."""
        offline = self.settings.search.offline
        return index_claims(files, self.stamp, offline=offline, again=lambda: self.anew)

    def remember(self, cache: Path, out: Path) -> None:
        """That the index in `out` is now this one."""
        documents = tuple((note.path, note.digest) for note in in_order(self.notes))
        remember_exported(cache, out, f"{FOLDER}/{MANIFEST}", Exported(self.stamp, documents))

    @cached_property
    def documents(self) -> list[Published]:
        """The documents of the index in their order."""
        return [published(note) for note in in_order(self.notes)]

    @cached_property
    def _added(self) -> Added:
        return self.adding()  # once: it holds the note store open

    @cached_property
    def anew(self) -> Mapping[str, bytes | None]:
        """All files of the index, from nothing. `StaleNoteError` if a note is another by now."""
        from kb.search.export.whole import whole  # noqa: PLC0415

        return whole(self.documents, self._analyses(self.documents), self.settings.language)

    def _changed(self, before: Exported, files: ExportedFiles) -> Mapping[str, bytes | None] | None:
        """All files, made out of those that are there, if that is possible and worth it."""
        from kb.search.export.changed import changed  # noqa: PLC0415
        from kb.search.export.shards import Shards  # noqa: PLC0415

        def analysis(number: int) -> Analysis:
            return next(self._analyses(self.documents[number : number + 1]))

        language = self.settings.language
        try:
            return changed(Shards(files.read), before.documents, self.documents, analysis, language)
        except (OSError, ValueError):  # somebody changed the output folder
            return None

    def _prove(
        self, files: Mapping[str, bytes | None], there: ExportedFiles, index: Index, new: Sequence[str]
    ) -> None:
        """Ask both for what is in these notes, and in some others."""
        from kb.search.documents import document  # noqa: PLC0415
        from kb.search.export.proof import QUERIES, prove  # noqa: PLC0415
        from kb.search.export.shards import Shards  # noqa: PLC0415
        from kb.search.part import Part  # noqa: PLC0415

        def read(path: str) -> bytes:
            data = files[path]
            return there.read(path) if data is None else data

        paths = list(self.notes)
        some = dict.fromkeys((*new, *paths[:: len(paths) // QUERIES + 1]))
        asked = (document(self.notes[path], self.bodies[path]) for path in some)
        queries = min(QUERIES, _OLD + _NEW * len(new)) if None in files.values() else QUERIES
        prove(Shards(read), Part(index, self.notes.keys()), asked, self.settings.language, queries)

    def _analyses(self, documents: Sequence[Published]) -> Iterator[Analysis]:
        """What each of them adds, in their order, taken a few at a time: all at once would fill the memory."""
        for start in range(0, len(documents), _SOME):
            paths = [each.known.path for each in documents[start : start + _SOME]]
            found = dict(self._added(paths))
            for path in paths:
                if path not in found:
                    raise StaleNoteError(path)
                yield found[path]


def _adding(files: Files) -> Added:
    from kb.pipeline.indexing import supply_of  # noqa: PLC0415

    return supply_of(files).added


def _adding_in(read: Read) -> Added:
    """The same where nothing is at hand but the texts."""
    from kb.pipeline.indexing import Supply  # noqa: PLC0415

    site = read.site
    analyse = partial(analyser_of, site.settings)
    return Supply(site.vault.notes, site.bodies, lambda _digests: (), analyse).added
