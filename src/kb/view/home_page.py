"""What the template of the front page may see, besides `kb.view.pages`."""

from __future__ import annotations

from msgspec import Struct

from kb.model.settings import HOME_PARTS
from kb.view.kind_pages import Passage
from kb.view.pages import Card, Head, NotePage, TagRef


class HomePage(Struct, frozen=True):
    """The front page (``home.html``): the root's own note if there is one, what is new, folders, kinds, tags.

    `parts` are what stands below the text, in their order: passage, new, central, folders, kinds, tags, or some of
    them (the setting `home`). What is no part is empty. `passage` is the passage of the day, nothing where the site
    has none or does not want one. `cut` names the parts (folders, kinds, tags) that would be too long, of which only
    the largest are here.
    """

    path: str
    head: Head
    title: str
    note: NotePage | None
    recent: tuple[Card, ...]
    central: tuple[Card, ...]
    sections: tuple[TagRef, ...]
    tags: tuple[TagRef, ...]
    total: int
    archive: str
    all_tags: str
    kinds: tuple[TagRef, ...] = ()
    all_kinds: str = ""
    passage: Passage | None = None
    parts: tuple[str, ...] = HOME_PARTS
    cut: tuple[str, ...] = ()
    template: str = "home.html"
