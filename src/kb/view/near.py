"""What a note's page shows of other notes, as a digest: far cheaper than the page, and as sharp as need be.

A *wide* ground holds all that any page may see of any note, so an edit of one title is in all of them. A *near* ground
holds what this page can show. It follows from where links lead, which is asked once for all notes, and goes three
steps:

- `reach` of a note: its face, and which notes its links lead to, one by one. Who shows a note with its links (those
  that it links to, those that link to it) depends on that.
- `whole`: its reach, and which notes link to it. That is all that `kb.link.related` asks of a note it compares with.
- what is *shared*: the wholes of all that link to one note, of all that one note links to, of all that carry one
  tag. The related notes of a note follow from what it has of these, and nothing else does.

All of it is a little too much, never too little: a page may have another near ground and be the same, and then is made
for nothing. That equal ones mean equal pages is what `tests/laws` tries, with every edit they know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from kb.link.mentions import Heard, hear
from kb.link.names import fold, links_of
from kb.link.related import MOST
from kb.link.resolve import Target, display_tag
from kb.model.note import Link, LinkKind, Note
from kb.view.fill import shown_in
from kb.view.order import in_series, neighbours
from kb.view.site import Site, page_at

#: Stands for what more than `MOST` notes share.
_MANY = "many"


class _Near(NamedTuple):
    """What many pages ask for, by the path of a note; `tags` and `series` by their folded names.

    `texts` says what all links of a note show of what they lead to. `targets` and `sources` are what a note brings to
    the page of one that links to it, and of one that it links to.
    """

    heard: Heard
    texts: Mapping[str, str]
    wholes: Mapping[str, str]
    targets: Mapping[str, str]
    sources: Mapping[str, str]
    tags: Mapping[str, str]
    series: Mapping[str, str]


def around(site: Site, note: Note) -> str:
    """A digest of all notes around this one as its page shows them, and of its own face."""
    near, path = _near(site), note.path
    shown = [near.texts[path]]
    if len(texts := shown_in(site, note)) > 1:
        shown += [near.texts[each.path] for each in texts]
    if note.series:
        beside = near.series[fold(note.series)]
    else:
        beside = ",".join([each.face if each else "" for each in neighbours(site, note)])
    tags, targets, sources = near.tags, near.targets, near.sources
    return _digest(
        "|".join(
            (
                near.wholes[path],
                beside,
                "".join([targets[each] for each in sorted(near.heard.linked.get(path, ()))]),
                "".join([sources[each] for each in sorted(near.heard.linking.get(path, ()))]),
                "".join([tags[fold(tag)] for tag in note.tags]),
                *shown,
            )
        )
    )


def shown_by_texts(site: Site, notes: Iterable[Note]) -> str:
    """A digest of what the texts of these notes show of others, with the faces of the notes."""
    texts = _near(site).texts
    return _digest(
        "|".join(
            [
                part
                for note in notes
                for each in shown_in(site, note)
                for part in (each.face, texts[each.path])
            ]
        )
    )


def faces(notes: Iterable[Note]) -> str:
    """A digest of the faces of these notes, in their order."""
    return _digest("".join([note.face for note in notes]))


def _near(site: Site) -> _Near:
    return site.once("near", lambda: _made(site))


def _made(site: Site) -> _Near:
    vault = site.vault
    notes, heard = vault.notes, hear(vault)
    texts, reaches = {}, {}
    for path, note in notes.items():
        row: Sequence[Target | None] = heard.leads.get(path, ())
        texts[path] = _text(site, path, links_of(note), row) if row else ""
        reaches[path] = _digest("\n".join([note.face, *[each.path if each else "" for each in row]]))
    linked, linking = heard.linked, heard.linking
    wholes = {path: _digest("\n".join([reaches[path], *sorted(linking.get(path, ()))])) for path in notes}
    return _Near(
        heard,
        texts,
        wholes,
        {path: reaches[path] + _shared(wholes, linking.get(path, ())) for path in linking},
        {path: reaches[path] + _shared(wholes, linked[path]) for path in linked},
        _tags(site, wholes),
        {name: faces(in_series(site, name)) for name in vault.series},
    )


def _text(site: Site, path: str, links: Sequence[Link], row: Sequence[Target | None]) -> str:
    """What each link of a note shows of where it leads: a note's face, a file's path, the address of another page."""
    return ",".join(
        [
            each.face
            if type(each) is Note
            else each.path
            if each
            else (page_at(site, path, link.target) or "")
            if link.target and link.kind is not LinkKind.TAG
            else ""
            for link, each in zip(links, row, strict=True)
        ]
    )


def _shared(wholes: Mapping[str, str], members: Iterable[str]) -> str:
    """What those have in common who share one thing: a digest, "" where it is nobody's but one's."""
    paths = sorted(members)
    if len(paths) > MOST:
        return _MANY
    return _digest("".join([wholes[path] for path in paths])) if len(paths) > 1 else ""


def _tags(site: Site, wholes: Mapping[str, str]) -> dict[str, str]:
    """What each tag brings to a page: how it is spelled, who shares it, and the same of the tags above it."""
    found: dict[str, str] = {}
    for tag in sorted(site.vault.cases):  # a tag stands behind those above it
        above = found.get(tag.rpartition("/")[0], "")
        sharing = _shared(wholes, {path for _, path in site.vault.cases[tag]})
        found[tag] = _digest(f"{display_tag(site.vault, tag)}\n{sharing}\n{above}")
    return found


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()
