"""The published index as pages of the site: fragments are planned like any page, all else is known when it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from kb.model.note import Note
from kb.model.problem import Place
from kb.search.export.order import FOLDER, MANIFEST, in_order
from kb.view.pages import DataPage
from kb.view.site import Claim, Site
from kb.view.theme import digest_of

#: What the files of each kind hold, in a person's words.
_HELD = {
    "manifest": "the index for searching: its constants, and what its files are called",
    "len": "the index for searching: the lengths of the notes",
    "facets": "the index for searching: tags, kinds and ratings",
    "dates": "the index for searching: the dates of the notes",
    "paths": "the index for searching: the paths of the notes",
    "t": "the index for searching: terms, and which notes hold them",
    "p": "the index for searching: where in the notes terms stand",
    "w": "the index for searching: words and their terms",
    "m": "the index for searching: what its files are called",
}


def fragment_pages(site: Site) -> Iterator[Claim]:
    """Claims of a fragment for each document, by its number."""
    if not site.settings.search.enabled:
        return
    offline = site.settings.search.offline
    for number in range(len(site.vault.notes)):
        for is_twin in (False, True) if offline else (False,):
            path = f"{FOLDER}/f/{number}.{'js' if is_twin else 'bin'}"
            make = partial(_fragment_page, number=number, path=path, is_twin=is_twin)
            by = "what the search shows of a note"
            yield Claim(path, by, Place(f"/{path}"), make, inside=partial(_ground, number=number), apart=True)


def index_claims(
    files: Mapping[str, bytes | None],
    stamp: str,
    *,
    offline: bool,
    again: Callable[[], Mapping[str, bytes | None]],
) -> dict[str, Claim]:
    """Claims of the files of an index, by their paths in the site. `stamp` names all that decides how they are packed.

    `again` gives them all from nothing: it is asked for one that was to be kept as it is, and is not there.
    """
    claims = {}
    packed = digest_of(stamp)
    for path, data in files.items():
        for is_twin in (False, True) if offline else (False,):
            name = f"{path.rpartition('.')[0]}.js" if is_twin else path
            known = digest_of((packed, data if path == MANIFEST else path))
            get = partial(_bytes, path, data, again, is_twin=is_twin)
            page = DataPage(f"{FOLDER}/{name}", known, get)
            held = _HELD[path.partition("/")[0].partition("-")[0].partition(".")[0]]
            place = Place(f"/{page.path}")
            claims[page.path] = Claim(
                page.path, held, place, partial(_itself, page), inside=partial(_known, known), apart=True
            )
    return claims


def _fragment_page(site: Site, number: int, path: str, *, is_twin: bool) -> DataPage:
    note = _in_order(site)[number]
    key = digest_of((site.theme.stamp, note.face, note.digest))

    def data() -> bytes:
        from kb.search.documents import document  # noqa: PLC0415 - a build that changes nothing needs none of it
        from kb.search.export.fragments import fragment  # noqa: PLC0415
        from kb.search.export.published import twin  # noqa: PLC0415

        made = fragment(document(note, site.bodies[note.path]))
        return twin(f"f/{number}.bin", made)[1] if is_twin else made

    return DataPage(path, key, data)


def _in_order(site: Site) -> list[Note]:
    return site.once("notes by number", lambda: in_order(site.vault.notes))


def _ground(site: Site, number: int) -> tuple[str, ...]:
    return site.once("grounds of fragments", lambda: _grounds(site))[number]


def _grounds(site: Site) -> list[tuple[str, ...]]:
    """What each fragment is made from."""
    stamp = digest_of(site.theme.stamp)
    return [(note.face, note.digest, stamp) for note in _in_order(site)]


def _bytes(
    path: str, data: bytes | None, again: Callable[[], Mapping[str, bytes | None]], *, is_twin: bool
) -> bytes:
    made = data if data is not None else again()[path]
    if made is None:
        message = f"{path} is not among the files of a whole index"
        raise KeyError(message)
    from kb.search.export.published import twin  # noqa: PLC0415 - most sites have none

    return twin(path, made)[1] if is_twin else made


def _itself(page: DataPage, _site: Site) -> DataPage:
    return page


def _known(known: str, _site: Site) -> tuple[str, ...]:
    return (known,)
