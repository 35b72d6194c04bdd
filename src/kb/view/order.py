"""In which order notes stand in lists, and which note is before and after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import TypeVar

from kb.link.names import fold
from kb.model.note import Note
from kb.view.site import Site

T = TypeVar("T")


def by_date(site: Site, paths: Iterable[str]) -> tuple[Note, ...]:
    """The notes at these paths, oldest first; notes without a date count as oldest.

    Ties go by title from Z to A, so that a list, which begins with the newest, reads from A to Z.
    """
    rank = site.once("by date", lambda: _ranks(site))
    notes = site.vault.notes
    return tuple([notes[path] for path in sorted(paths, key=rank.__getitem__)])


def _ranks(site: Site) -> dict[str, int]:
    """Where each note stands among all by date: sorted once, so that no list has to compare dates again."""
    notes = site.vault.notes.values()
    by_title = sorted([(fold(note.title), note.path, note.date) for note in notes], reverse=True)
    order = sorted(by_title, key=itemgetter(2))
    return {path: rank for rank, (_, path, _) in enumerate(order)}


def in_folder(site: Site, folder: str) -> tuple[Note, ...]:
    """The notes directly in a folder, oldest first, its index left out."""
    return site.once(("in folder", folder), lambda: by_date(site, _directly_in(site, folder)))


def _directly_in(site: Site, folder: str) -> Iterator[str]:
    start = len(folder) + 1 if folder else 0
    inside = site.vault.within.get(folder, ())
    return (path for path in inside if "/" not in path[start:] and not is_index(path))


def folder_of(path: str) -> str:
    """The folder that holds this path, "" for the vault's own."""
    return path.rpartition("/")[0]


_INDEXES = frozenset(
    f"{name}.{ending}" for name in ("index", "readme") for ending in ("md", "markdown", "ipynb")
)


def is_index(path: str) -> bool:
    """Whether the note at this path is its folder's own page."""
    return path.rpartition("/")[2].lower() in _INDEXES


def neighbours(site: Site, note: Note) -> tuple[Note | None, Note | None]:
    """The notes before and after this one: in its series if it has one, else by date and title in its folder."""
    if not note.series and _asked_first(site, folder_of(note.path)):
        return _beside(site, note)
    row = _row(site, note)
    at = places(site, note).get(note.path)
    if at is None:
        return None, None
    return (row[at - 1] if at else None), (row[at + 1] if at + 1 < len(row) else None)


def _asked_first(site: Site, folder: str) -> bool:
    """Whether a folder's order has never been asked for. A preview asks once of each site, a build for every note."""
    if site.known(("in folder", folder)) is not None or site.known(("beside", folder)) is not None:
        return False
    return site.once(("beside", folder), lambda: True)


def _beside(site: Site, note: Note) -> tuple[Note | None, Note | None]:
    """The neighbours in a folder that nobody has put in order yet: for one page, two of its notes will do."""
    if is_index(note.path):
        return None, None
    notes = site.vault.notes
    here = (note.date, fold(note.title), note.path)
    others = (notes[path] for path in _directly_in(site, folder_of(note.path)))
    row = [(other.date, fold(other.title), other.path) for other in others]
    before = max((other for other in row if other < here), default=None)
    after = min((other for other in row if other > here), default=None)
    return (notes[before[2]] if before else None), (notes[after[2]] if after else None)


def places(site: Site, note: Note) -> dict[str, int]:
    """Where each note stands, from 0, in the row that this note belongs to."""
    row_name = ("series", fold(note.series)) if note.series else ("folder", folder_of(note.path))
    return site.once(
        ("places", row_name), lambda: {other.path: at for at, other in enumerate(_row(site, note))}
    )


def _row(site: Site, note: Note) -> tuple[Note, ...]:
    if note.series:
        return in_series(site, note.series)
    folder = folder_of(note.path)

    def from_a_to_z() -> tuple[Note, ...]:
        newest_first = in_folder(site, folder)[::-1]
        return tuple(sorted(newest_first, key=attrgetter("date")))  # stable: ties stay as lists show them

    return site.once(("row", folder), from_a_to_z)


def in_series(site: Site, series: str) -> tuple[Note, ...]:
    """The notes of a series by their ``order``, then date, then path."""

    def ordered() -> tuple[Note, ...]:
        notes = (site.vault.notes[path] for path in site.vault.series.get(fold(series), ()))
        return tuple(sorted(notes, key=lambda n: (n.order is None, n.order or 0.0, n.date, n.path)))

    return site.once(("in series", fold(series)), ordered)


def chunks(row: tuple[T, ...], size: int) -> tuple[tuple[T, ...], ...]:
    """A list, oldest first, cut into pages that keep their content when newer entries come.

    All pages but the last hold ``size`` entries for ever; the last, which stands at the list's own
    address, holds between ``size`` and twice as many, so that it is never nearly empty.
    """
    return tuple(chunk(row, size, number) for number in range(1, count_of(row, size) + 1))


def count_of(row: tuple[T, ...], size: int) -> int:
    """How many `chunks` there are."""
    return max(1, len(row) // size)


def chunk(row: tuple[T, ...], size: int, number: int) -> tuple[T, ...]:
    """One of the `chunks`, counted from 1."""
    start = (number - 1) * size
    return row[start:] if number == count_of(row, size) else row[start : start + size]
