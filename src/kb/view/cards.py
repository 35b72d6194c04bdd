"""What stands on the social card of a note, and where the card lies."""

from __future__ import annotations

from hashlib import blake2b

from kb.model.note import Note
from kb.view.pages import CardText, PicturePage
from kb.view.pictures import DRAWN, FOLDER, stamp_of
from kb.view.site import Site
from kb.view.theme import digest_of

#: What those who show cards ask for.
WIDTH, HEIGHT = 1200, 630
#: The tones of the theme `paper` on light pages.
_PAPER, _INK, _ACCENT = "#fdfbf7", "#241f1b", "#7b1e23"


def social_card(site: Site, note: Note) -> PicturePage | None:
    """The card of a note; None where cards are not wanted, or the note names a picture of its own."""
    settings = site.settings
    if not (settings.cards.enabled and settings.base_url) or note.image:
        return None
    return site.once(("social card", note.path), lambda: _card(site, note))


def _card(site: Site, note: Note) -> PicturePage:
    settings, look = site.settings, site.settings.look
    file = site.vault.files.get(settings.cards.font)
    text = CardText(
        title=note.title,
        above=note.kind if note.kind != "note" else "",
        below=settings.title,
        date=note.date[:10],
        paper=look.paper.light or _PAPER,
        ink=look.ink.light or _INK,
        accent=look.accent.light or _ACCENT,
        font=file.path if file else "",
        font_digest=file.digest if file else "",
    )
    digest = digest_of(text)
    name = blake2b(f"{digest} {DRAWN}".encode(), digest_size=6).hexdigest()
    return PicturePage(
        f"{FOLDER}/card-{name}.png", "", digest, WIDTH, HEIGHT, stamp=stamp_of(site), card=text
    )
