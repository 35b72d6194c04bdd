"""What templates see of lists that are too long for the page they belong to; contracts as those of `kb.view.pages`."""

from __future__ import annotations

from msgspec import Struct

from kb.view.pages import Backlink, Head, NotePage, Ref


class BacklinksPage(Struct, frozen=True):
    """Notes that link to a note of many backlinks, the newest first, with the words around (``backlinks.html``).

    `about` is the note. `number`, `count`, `total`, `newer` and `older` are as in `ListPage`; `note` is the note at
    the list's own address, if there is one.
    """

    path: str
    head: Head
    title: str
    about: Ref
    backlinks: tuple[Backlink, ...]
    total: int = 0
    number: int = 1
    count: int = 1
    newer: str = ""
    older: str = ""
    breadcrumbs: tuple[Ref, ...] = ()
    note: NotePage | None = None
    template: str = "backlinks.html"
