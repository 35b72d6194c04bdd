"""An index is opened, brought up to date, or made anew.

Only one process writes at a time, and others wait for it; whoever reads goes on with the commit that they opened. A
commit that dies leaves the one before it. What is odd in any way is made anew from the analyses, which the note
store keeps: 4 s for 10,000 notes.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from kb.search.lengths import BYTE_TO_LENGTH
from kb.search.whoosh.files import SegmentFiles
from kb.search.whoosh.index import WhooshIndex
from kb.search.whoosh.pickles import NotPlainError
from kb.search.whoosh.state import (
    OddIndexError,
    Part,
    State,
    boot,
    clean,
    latest,
    latest_toc,
    read_state,
    sealed,
    toc_name,
    write_state,
)
from kb.search.whoosh.tables import Entry

if sys.platform != "win32":
    import fcntl

#: Gives what the index takes in of the notes with these paths; those it does not know are left out.
Recall: TypeAlias = Callable[[Iterable[str]], Iterable[Entry]]

_LOCK = "lock"
_WAIT_SECONDS, _PAUSE_SECONDS = 120.0, 0.02
#: A commit by another process may remove files between our look at its number and our opening of them.
_TRIES = 5
#: Segments join when one that is there holds at most so many times the documents of all newer ones.
_FACTOR = 2
#: From this share of changed notes on it is quicker to make all anew.
_MANY = 0.3


class IndexBusyError(Exception):
    """Another process has been writing into the index for minutes."""


def open_index(folder: Path, fingerprint: str, known: WhooshIndex | None = None) -> WhooshIndex | None:
    """The index as it is; None if there is none, or one that cannot be trusted.

    What `known`, an older state of the same index, has opened already is not opened again.
    """
    try:
        _private(folder)
        for _ in range(_TRIES):
            number = latest(folder)
            if number < 0:
                return None
            try:
                state = read_state(folder, number)
                if state.fingerprint != fingerprint:
                    return None
                if known is not None and known.state == state:
                    return known
                return _opened(folder, number, state, known)
            except FileNotFoundError:
                continue
    except (OddIndexError, NotPlainError, OSError, msgspec.MsgspecError):
        return None
    return None


def bring_up_to_date(
    folder: Path,
    fingerprint: str,
    wanted: Mapping[str, str],
    aside: Mapping[str, str],
    recall: Recall,
) -> WhooshIndex:
    """The index of just these notes, which are given by path and digest; `aside` are those that are in no index."""
    whole = {**wanted, **aside}
    index = open_index(folder, fingerprint)
    if index is not None and index.contents == whole:
        return index
    with _writing(folder):
        index = open_index(folder, fingerprint)
        contents = {} if index is None else index.contents
        changed = [path for path, digest in wanted.items() if contents.get(path) != digest]
        removed = [path for path in contents if path not in wanted]
        if index is not None and len(changed) + len(removed) <= _MANY * len(wanted):
            return _apply(folder, index, recall(changed), removed, aside, recall)
        return _rebuild(folder, fingerprint, recall(wanted), aside)


def apply(
    folder: Path,
    index: WhooshIndex,
    changed: Iterable[Entry],
    removed: Iterable[str],
    recall: Recall,
    unreadable: Mapping[str, str] = MappingProxyType({}),
) -> WhooshIndex:
    """The index with these documents new or other than they were, and these gone; `unreadable` are among those.

    What others have committed since stays. If the index is not there any more, all of it comes from `recall`.
    """
    with _writing(folder):
        now = open_index(folder, index.state.fingerprint, index)
        entries, gone = list(changed), list(removed)
        if now is not None:
            paths = {*gone, *(entry.known.path for entry in entries)}
            aside = {path: digest for path, digest in now.state.aside.items() if path not in paths}
            return _apply(folder, now, entries, gone, {**aside, **unreadable}, recall)
        named = {entry.known.path: entry for entry in entries}
        others = [path for path in index.contents if path not in named and path not in gone]
        all_of_it = chain(recall(others), named.values())
        return _rebuild(folder, index.state.fingerprint, all_of_it, {**index.state.aside, **unreadable})


def rebuild(
    folder: Path, fingerprint: str, entries: Iterable[Entry], aside: Mapping[str, str]
) -> WhooshIndex:
    """A new index of these documents in the place of whatever there was."""
    with _writing(folder):
        return _rebuild(folder, fingerprint, entries, aside)


def _rebuild(
    folder: Path, fingerprint: str, entries: Iterable[Entry], aside: Mapping[str, str]
) -> WhooshIndex:
    return _commit(folder, State(fingerprint, aside=dict(aside)), (), entries, None)


def _apply(
    folder: Path,
    index: WhooshIndex,
    changed: Iterable[Entry],
    removed: Iterable[str],
    aside: Mapping[str, str],
    recall: Recall,
) -> WhooshIndex:
    entries = {entry.known.path: entry for entry in changed}
    places = [place for path in (*removed, *entries) if (place := index.place(path)) is not None]
    parts = []
    for number, (part, segment) in enumerate(zip(index.state.parts, index.segments, strict=True)):
        gone = sorted(doc for at, doc in places if at == number)
        parts.append(_less(part, segment, gone) if gone else part)
    kept, again = _joined(parts, len(entries))
    paths = [
        path
        for number in again
        for doc, path in enumerate(index.segments[number].documents.paths)
        if doc not in set(parts[number].gone)
    ]
    found = {entry.known.path: entry for entry in recall(paths)} if paths else {}
    if found.keys() != set(paths):  # the store has lost some: leave the segments as they are
        kept, found = tuple(part for part in parts if part.left), {}
    state = msgspec.structs.replace(index.state, parts=kept, aside=dict(aside))
    return _commit(folder, state, index.state.parts, [*found.values(), *entries.values()], index)


def _joined(parts: Sequence[Part], new: int) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    """Which segments stay, and the numbers of those whose documents are written again with the new ones.

    The sizes of those that stay fall by a factor from each to the next, so there are few; a document is written again
    as often as its segment doubles.
    """
    size = new
    again: list[int] = []
    for number in sorted(range(len(parts)), key=lambda number: parts[number].left):
        part = parts[number]
        if part.left and part.left > _FACTOR * size:
            break
        size += part.left
        again.append(number)
    if not new:
        again = [number for number in again if not parts[number].left]
    return tuple(part for number, part in enumerate(parts) if number not in again), tuple(again)


def _less(part: Part, segment: SegmentFiles, gone: Sequence[int]) -> Part:
    """The part without these documents."""
    words, terms = segment.words.lost(segment.held, gone)
    lost_words, lost_terms = dict(part.lost_words), dict(part.lost_terms)
    for lost, more in ((lost_words, words), (lost_terms, terms)):
        for number, times in more.items():
            lost[number] = lost.get(number, 0) + times
    total = part.total - sum(BYTE_TO_LENGTH[segment.documents.lengths[doc]] for doc in gone)
    return msgspec.structs.replace(
        part,
        total=total,
        gone=tuple(sorted({*part.gone, *gone})),
        lost_words=lost_words,
        lost_terms=lost_terms,
    )


def _commit(
    folder: Path, state: State, old: Sequence[Part], entries: Iterable[Entry], known: WhooshIndex | None
) -> WhooshIndex:
    """Write the new segments, Whoosh's table of contents, and last the state that makes it all count."""
    from kb.search.whoosh.self_test import writes_fast  # noqa: PLC0415 - Whoosh takes 80 ms, and reading needs none

    plain = state.plain if old else not writes_fast(folder.parent)
    if plain:
        from kb.search.whoosh.plain import commit_plainly  # noqa: PLC0415 - the same

        part = commit_plainly(folder, old, state.parts, entries)
        number = latest_toc(folder)
        parts = (*state.parts, *([part] if part is not None else []))
    else:
        from kb.search.whoosh.writing import commit, write_parts  # noqa: PLC0415 - the same

        number = max(latest(folder), latest_toc(folder)) + 1
        parts = (*state.parts, *write_parts(folder, entries))
        commit(folder, number, parts)
    toc = toc_name(number)
    new = msgspec.structs.replace(state, parts=parts, plain=plain, toc=sealed(folder / toc, toc), boot=boot())
    write_state(folder, number, new)
    clean(folder, number, new, keep=(_LOCK,))
    return _opened(folder, number, new, known)


def _opened(folder: Path, number: int, state: State, known: WhooshIndex | None) -> WhooshIndex:
    segments = {}
    if known is not None:
        segments = dict(zip((part.id for part in known.state.parts), known.segments, strict=True))
    kind: type[SegmentFiles] = SegmentFiles
    if state.plain:
        from kb.search.whoosh.plain import PlainSegment  # noqa: PLC0415 - the same

        kind = PlainSegment
    return WhooshIndex(number, state, [segments.get(part.id) or kind(folder, part) for part in state.parts])


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Nobody else writes meanwhile. The folder is there, and ours alone."""
    _make_private(folder)
    fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(fd, folder)
        yield
    finally:
        os.close(fd)


def _lock(fd: int, folder: Path) -> None:
    if sys.platform == "win32":
        return
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise IndexBusyError(f"another process keeps writing into {folder}") from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _private(folder: Path) -> None:
    """`OddIndexError` if somebody else could have put the files of `folder` there."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise OddIndexError("no folder")
    if os.name == "posix" and (found.st_uid != os.geteuid() or found.st_mode & 0o077):
        raise OddIndexError("not ours alone")


def _make_private(folder: Path) -> None:
    """A folder that is ours alone; an empty one in the place of whatever else is there."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _private(folder)
    except FileNotFoundError:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OddIndexError:
        if folder.is_symlink() or not folder.is_dir():
            folder.unlink()
        else:
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
