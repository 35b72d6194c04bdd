"""Whether anything changed since the search index was made, asked before anything else is loaded.

A person waits for the answer of `kb search` from the moment it starts. In a large site another process looks at the
files, by their stamps alone, while this one imports what the answer needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from typing import NamedTuple

import msgspec

from kb.disk.ignore import skip_for
from kb.disk.kept import keep, kept
from kb.disk.parallel import MANY, beside
from kb.disk.refused import Refused
from kb.disk.root import CONFIG
from kb.disk.scan import scan
from kb.disk.stamp import digest
from kb.disk.store import Store
from kb.disk.versions import versions
from kb.pipeline.opening import Ask, Opened, open_site

_NAME = "search"


class Stamps(msgspec.Struct, frozen=True):
    """What names the notes, the analyses and the index of a site, as `pipeline.reading` makes it of its settings.

    `notes` is how many there were when the index was made.
    """

    dialect: str
    analysed: str
    index: str
    notes: int


class Look(NamedTuple):
    """A look at the files of a site. There are no stamps where no index was made yet.

    `seen` waits for the name of the notes that the files hold: nothing if some would have to be read for it.
    """

    opened: Opened
    stamps: Stamps | None
    seen: Callable[[], bytes]


def look(ask: Ask) -> Look:
    """Begin to look. Raises what `open_site` raises, and `Refused` where the site is not searched."""
    opened = open_site(ask)
    if not opened.settings.search.enabled:
        raise Refused("this site is not searched", f"say `search: true` in {CONFIG}")
    stamps = kept(opened.cache, _NAME, _key(opened), Stamps)
    if stamps is None:
        return Look(opened, None, bytes)
    seen = partial(_seen, opened, stamps)
    return Look(opened, stamps, beside(seen) if stamps.notes >= MANY else seen)


def remember(opened: Opened, stamps: Stamps) -> None:
    """Keep what names an index that was just made or brought up to date, so that the next look is a short one."""
    if not opened.settings.plugins:  # those of others may change while kb does not
        keep(opened.cache, _NAME, _key(opened), stamps)


def _key(opened: Opened) -> str:
    return repr((versions(), opened.settings))


def name_of(digests: Mapping[str, str]) -> bytes:
    """A name for these notes, given by path and digest: equal names, equal notes."""
    return digest("\0".join(chain.from_iterable(sorted(digests.items()))).encode()).encode()


def _seen(opened: Opened, stamps: Stamps) -> bytes:
    known = Store(opened.cache, stamps.dialect, stamps.analysed).hints()
    found = scan(opened.content, skip_for(opened.root, opened.settings, (opened.output, opened.cache)))
    digests = {}
    for path, stamp in found.notes.items():
        one = known.get(path)
        if one is None or one.stamp != stamp:
            return b""
        digests[path] = one.digest
    return name_of(digests)
