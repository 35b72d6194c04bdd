"""Social cards: a picture with the title of a note, for those who see a link to it elsewhere. Made where `cards` asks.

A card says what the note's face says (title, kind, date) and the site's name; a note with a picture of its own needs
none.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.cards import social_card
from kb.view.pages import PicturePage
from kb.view.site import Claim, Site, nothing_more


def cards(site: Site) -> Iterator[Claim]:
    """A card for each note that has no picture of its own. Two that say the same are one."""
    made: dict[str, PicturePage] = {}
    for path, note in sorted(site.vault.notes.items()):
        page = social_card(site, note)
        if page is not None and made.setdefault(page.path, page) is page:
            by = f"the card of {path}"
            yield Claim(page.path, by, Place(path), partial(_itself, page), inside=nothing_more)


def _itself(page: PicturePage, _site: Site) -> PicturePage:
    return page


CARDS = Plugin("cards", "1", pages=cards)
