"""Notes that are linked to and not written yet, as invitations: who wants one, and a way to begin it.

The published site shows such a link as plain text. In the preview it leads here: to a page that says who speaks of the
note, and offers to make it, in the browser or by `kb new`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple
from urllib.parse import quote, urlencode

from kb.link.names import bare, folder_of, links_of, said
from kb.link.resolve import place_of, resolve
from kb.model.note import Link, LinkKind, Note
from kb.serve.guard import NEW
from kb.serve.problem_pages import plain_page
from kb.view.fill import shown_in
from kb.view.site import Site, leads_to_page
from kb.view.urls import url_of

#: The page of one such note.
WANTED = "/_kb/wanted"
#: Links whose place on a page is an ``<a>``.
_LINKS = frozenset((LinkKind.WIKI, LinkKind.MARKDOWN))


class Wish(NamedTuple):
    """A note that speaks of one that is not there, and its link."""

    note: Note
    link: Link


def missing(site: Site, path: str) -> list[dict[str, str]]:
    """The links of a note's page that lead nowhere, in the order of each text: what they show, and whither."""
    note = site.vault.notes.get(path)
    if note is None:
        return []
    return [
        {"label": link.label, "url": _address(each.path, link.target)}
        for each in shown_in(site, note)
        for link in each.links
        if link.kind in _LINKS and _is_missing(site, each, link)
    ]


def wishes(site: Site, target: str) -> Iterator[Wish]:
    """Who speaks of the note that a link to `target` would lead to, by path, each note once."""
    for path in sorted(site.vault.saying.get(said(target), ())):
        note = site.vault.notes[path]
        for link in links_of(note):
            if said(link.target) == said(target) and _is_missing(site, note, link):
                yield Wish(note, link)
                break


def found(site: Site, source: str, target: str) -> Note | None:
    """The note that a link in `source` leads to by now."""
    note = resolve(site.vault, source, Link(LinkKind.WIKI, target)).target
    return note if isinstance(note, Note) else None


def title_for(source: str, target: str) -> str:
    """What `kb new` is to be told, so that a link to `target` in the note at `source` leads to the new note.

    A bare name goes beside the note that speaks of it; it is found anywhere.
    """
    name = target.strip("/")
    name = bare(name)
    if target.startswith(("/", "./", "../")):
        place = place_of(source, target)
        return (place or said(target)).strip("/").removesuffix(".md")
    folder = folder_of(source)
    return f"{folder}/{name}" if folder and "/" not in name else name


def wanted_page(
    site: Site,
    source: str,
    target: str,
    kinds: Iterable[str],
    token: str,
    refused: tuple[str, str] = ("", ""),
) -> str:
    """The page of a note that is not there. `refused` says why it could not be made, and what to do."""
    name = target.strip("/").rpartition("/")[2].removesuffix(".md")
    title = title_for(source, target)
    said_by = list(wishes(site, target))
    parts = [f"<h1>“{escape(name)}” is not written yet</h1>"]
    if refused[0]:
        hint = f'<br><span class="hint">{escape(refused[1])}</span>' if refused[1] else ""
        parts.append(f'<p role="alert"><span class="error">{escape(refused[0])}</span>{hint}</p>')
    options = "".join(
        f"<option{' selected' if kind == 'note' else ''}>{escape(kind)}</option>" for kind in kinds
    )
    hidden = {"token": token, "target": target, "from": source}
    fields = "".join(
        f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in hidden.items()
    )
    parts.append(
        f'<form class="new" method="post" action="{NEW}">{fields}'
        f'<p><label>Its place and name <input name="title" value="{escape(title)}" required></label>'
        f' <label>Kind <select name="kind">{options}</select></label> <button>Begin it</button></p></form>\n'
        f'<p class="hint">Or in a terminal: <code>kb new {escape(shlex.quote(title))}</code></p>'
    )
    if said_by:
        parts.append(f"<h2>{_counted(len(said_by))} of it</h2>\n<ul>{''.join(map(_wish, said_by))}</ul>")
    return plain_page(f"{name}: not written yet", "\n".join(parts))


def _is_missing(site: Site, note: Note, link: Link) -> bool:
    return (
        bool(link.target)
        and link.kind is not LinkKind.TAG
        and resolve(site.vault, note.path, link).target is None
        and not leads_to_page(site, note, link)
    )


def _address(source: str, target: str) -> str:
    return f"{WANTED}?{urlencode({'target': target, 'from': source})}"


def _counted(notes: int) -> str:
    return "One note speaks" if notes == 1 else f"{notes:,} notes speak"


def _wish(wish: Wish) -> str:
    note, link = wish
    shown = f"{escape(link.before)}<mark>{escape(link.label or link.target)}</mark>{escape(link.after)}"
    address = quote(url_of(note))
    return (
        f'<li><p><a href="/{escape(address)}">{escape(note.title)}</a></p>'
        f'<p>{shown}</p><p class="place">{escape(str(note.place(link)))}</p></li>\n'
    )
