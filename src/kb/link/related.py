"""Which notes have to do with a note, and why: by the links and tags that both have, never by their texts.

What two notes share speaks for them the more, the fewer notes share it (Adamic and Adar, *Friends and neighbors on
the Web*, 2003). Here the weight falls in coarse steps and ends with none, so that

- an edit of a note is felt by those alone that share something with it, and by those of one step where it is the
  one too many;
- the work for a note is bounded: what more than `MOST` notes share is not even looked at, be it a tag or a hub.

Links are shared in two ways: both notes link to a third one, or a third one links to both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple, TypeVar

from kb.link.mentions import linked_from, linking_to
from kb.link.names import fold, is_index
from kb.link.vault import Vault
from kb.model.note import Note

#: A note in a reckoning: its path, or its number.
Key = TypeVar("Key", str, int)

#: What more notes than these have in common says nothing of any two of them.
MOST = 50
#: How many related notes are told, and how many of the tags that one shares.
SHOWN = 5
TAGS = 3
#: What something weighs that so many notes share, at most.
_STEPS = ((3, 4), (10, 2), (MOST, 1))
_WEIGHTS = tuple(next(weight for most, weight in _STEPS if count <= most) for count in range(MOST + 1))
#: What it takes to be related: one thing that few share, or two that are common.
_ENOUGH = 2


class Shared(NamedTuple):
    """A related note, and what it shares: how many notes both link to and are linked from, and rare tags (folded)."""

    note: Note
    links: int
    mentions: int
    tags: tuple[str, ...]


def related(vault: Vault, note: Note) -> tuple[Shared, ...]:
    """The notes that share most with this one, at most `SHOWN`; of equals the newer first, then by path.

    Left out is what the note's page leads to anyway: the notes it links to, those that link to it, and those of its
    series. A folder's index and a note of more than `MOST` links in or out have no related notes and are
    none: they have to do with everything.
    """
    tables = _tables(vault)
    mine = _had(vault, tables, note.path)
    if mine is None:
        return ()
    chosen = tables.chosen.get(note.path)
    if chosen is None:
        chosen = _best(
            _score(_sharing(vault, tables, mine), _known(note, mine), _series(vault, note)),
            partial(_newest_first, vault),
            lambda path: _had(vault, tables, path) is not None,
        )
    return tuple([_shared(vault, tables, mine, path) for path in chosen])


def compare(vault: Vault) -> None:
    """Choose the related notes of every note at once, for somebody who wants those of thousands; after `hear`.

    What `related` answers is the same. Notes are numbered, the newest first, since numbers lie close together: asked
    for one after the other, in between other work, the paths of the notes cost twice the time.
    """
    tables, notes = _tables(vault), vault.notes
    order = _newest_first(vault, notes)
    number = {path: at for at, path in enumerate(order)}
    had = [_had(vault, tables, path) for path in order]
    things = [
        *(_linking(vault, tables, path) for path in order),
        *(_linked(vault, tables, path) for path in order),
    ]
    things += [_tagged(vault, tables, tag) for tag in vault.cases]
    sharing: list[list[tuple[int, ...]]] = [[] for _ in order]
    for thing in things:
        if thing is not None and len(thing) > 1:
            members = tuple([number[path] for path in thing])
            for member in members:
                sharing[member].append(members)
    takes_part = [each is not None for each in had]
    numbered = {name: frozenset([number[path] for path in paths]) for name, paths in vault.series.items()}
    for at, (path, mine) in enumerate(zip(order, had, strict=True)):
        if mine is not None:
            known = [number[other] for other in _known(notes[path], mine)]
            score = _score(sharing[at], known, numbered.get(fold(notes[path].series), frozenset()))
            best = _best(score, sorted, takes_part.__getitem__)
            tables.chosen[path] = [order[other] for other in best]


class _Had(NamedTuple):
    """What a note has that others may have too: the notes it links to, those that link to it, and its rare tags."""

    targets: frozenset[str]
    sources: frozenset[str]
    tags: frozenset[str]


class _Tables(NamedTuple):
    """Answers that many notes ask for. None stands for more than `MOST`, in `had` for a note that is related to none.

    `chosen` are the related notes, where all notes were compared at once.
    """

    linked: dict[str, frozenset[str] | None]
    linking: dict[str, frozenset[str] | None]
    tagged: dict[str, frozenset[str] | None]
    had: dict[str, _Had | None]
    chosen: dict[str, list[str]]


_TABLES = ("related", "", "")


def _tables(vault: Vault) -> _Tables:
    tables: _Tables | None = vault.memo.get(_TABLES)
    if tables is None:
        tables = vault.memo[_TABLES] = _Tables({}, {}, {}, {}, {})
    return tables


def _had(vault: Vault, tables: _Tables, path: str) -> _Had | None:
    """What the note at `path` has; None if it has no related notes."""
    if path not in tables.had:
        tables.had[path] = _looked_up(vault, tables, vault.notes[path])
    return tables.had[path]


def _looked_up(vault: Vault, tables: _Tables, note: Note) -> _Had | None:
    if is_index(note.path):
        return None
    targets = _linked(vault, tables, note.path)
    sources = None if targets is None else _linking(vault, tables, note.path)
    if targets is None or sources is None:
        return None
    rare = [tag for tag in _tags(note) if _tagged(vault, tables, tag) is not None] if note.tags else ()
    return _Had(targets, sources, frozenset(rare))


def _linked(vault: Vault, tables: _Tables, path: str) -> frozenset[str] | None:
    """The notes that the one at `path` links to."""
    if path not in tables.linked:
        tables.linked[path] = linked_from(vault, vault.notes[path], MOST)
    return tables.linked[path]


def _linking(vault: Vault, tables: _Tables, path: str) -> frozenset[str] | None:
    """The notes that link to the one at `path`."""
    if path not in tables.linking:
        tables.linking[path] = linking_to(vault, vault.notes[path], MOST)
    return tables.linking[path]


def _tagged(vault: Vault, tables: _Tables, tag: str) -> frozenset[str] | None:
    """The notes that carry a tag or one below it."""
    if tag not in tables.tagged:
        found = frozenset([path for _, path in vault.cases[tag]])
        tables.tagged[tag] = found if len(found) <= MOST else None
    return tables.tagged[tag]


def _tags(note: Note) -> set[str]:
    """The note's tags and all that are above them, folded."""
    found = {fold(tag) for tag in note.tags}
    for tag in [tag for tag in found if "/" in tag]:
        above = tag.rpartition("/")[0]
        while above:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def _sharing(vault: Vault, tables: _Tables, mine: _Had) -> list[frozenset[str]]:
    """For each thing that a note has and few others have, the notes that have it."""
    found = [
        *[_linking(vault, tables, path) for path in mine.targets],
        *[_linked(vault, tables, path) for path in mine.sources],
        *[_tagged(vault, tables, tag) for tag in mine.tags],
    ]
    return [sharing for sharing in found if sharing is not None]


def _series(vault: Vault, note: Note) -> AbstractSet[str]:
    """The notes of this one's series."""
    return vault.series.get(fold(note.series), frozenset()) if note.series else frozenset()


def _known(note: Note, mine: _Had) -> Iterable[str]:
    """The notes that this one's page leads to by links, and itself."""
    return (note.path, *mine.targets, *mine.sources)


def _score(
    things: Iterable[Sequence[Key] | frozenset[Key]], known: Iterable[Key], series: AbstractSet[Key]
) -> dict[Key, int]:
    """What each note has in common with one that has these things, weighed.

    Those that are `known` are left out, and those of its `series`, which may have thousands of notes: it is asked, not
    walked through.
    """
    score: dict[Key, int] = {}
    for sharing in things:
        weight = _WEIGHTS[len(sharing)]
        for key in sharing:
            score[key] = score.get(key, 0) + weight
    for key in known:
        score.pop(key, None)
    return {key: points for key, points in score.items() if key not in series} if series else score


def _best(
    score: dict[Key, int], newest_first: Callable[[list[Key]], list[Key]], takes_part: Callable[[Key], bool]
) -> list[Key]:
    """The best of those that have points enough. Few are ever put in order: those of equal points."""
    best: list[Key] = []
    for points in sorted(set(score.values()), reverse=True):
        if points < _ENOUGH:
            break
        equals = [key for key, theirs in score.items() if theirs == points]
        for key in newest_first(equals):
            if takes_part(key):
                best.append(key)
                if len(best) == SHOWN:
                    return best
    return best


def _newest_first(vault: Vault, paths: Iterable[str]) -> list[str]:
    notes = vault.notes
    order = sorted(paths)
    order.sort(key=lambda path: notes[path].date, reverse=True)
    return order


def _shared(vault: Vault, tables: _Tables, mine: _Had, path: str) -> Shared:
    theirs = _had(vault, tables, path)
    assert theirs is not None  # noqa: S101 - only such notes are chosen
    tags: list[str] = []
    if both := mine.tags & theirs.tags:
        # Who shares ml/debt shares ml, of which one then need not speak.
        nearest = [tag for tag in both if not any(each.startswith(f"{tag}/") for each in both)]
        tags = sorted(nearest, key=lambda tag: (len(tables.tagged[tag] or ()), tag))[:TAGS]
    links, mentions = len(mine.targets & theirs.targets), len(mine.sources & theirs.sources)
    return Shared(vault.notes[path], links, mentions, tuple(tags))
