"""What a person asks of `kb search`, as it stood on the command line."""

from __future__ import annotations

from typing import NamedTuple


class Wish(NamedTuple):
    """A query, or a note to find others like. `number`: which of what is found is to be opened."""

    query: str
    like: str | None
    number: int | None
    form: str
    limit: int
    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: str = ""
