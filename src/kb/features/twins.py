"""For programs that read: ``llms.txt``, which says what the site is and where to begin, and each note as Markdown.

A note's twin lies beside its page (``notes/x/index.md``) and leads to other twins. Twins double the number of
files, so they are made only where `config.yaml` asks for them. Both need the site's address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from html import unescape

import msgspec

from kb.features.sections import all_notes, central, subfolders
from kb.model.note import Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.fill import Frame, body_of, inside_of
from kb.view.pages import DataPage
from kb.view.prose import Framed, Prose
from kb.view.retold import retold
from kb.view.site import Claim, Site
from kb.view.theme import digest_of
from kb.view.urls import absolute, twin_url, url_of

LLMS = "llms.txt"
#: A site of so many notes is listed whole; of a larger one, what is new.
FEW, RECENT = 100, 20

_ADDRESS = re.compile(r'href="([^"#]+)')


def twins(site: Site) -> Iterator[Claim]:
    """Claims of ``llms.txt`` and, where they are wanted, of a twin for each note."""
    settings = site.settings
    if not settings.base_url:
        return
    if settings.llms:
        yield Claim(LLMS, "what programs read first", Place(f"/{LLMS}"), llms, inside=_llms_inside)
    if settings.twins:
        for path, note in sorted(site.vault.notes.items()):
            file, by = twin_url(url_of(note)), f"{path} (as Markdown)"
            yield Claim(
                file, by, Place(path), partial(twin, path=path), inside=partial(_twin_inside, path=path)
            )


def twin(site: Site, path: str) -> DataPage:
    """What the page of a note says, as Markdown: facts that the page shows, its title, its text."""
    note = site.vault.notes[path]
    base = site.settings.base_url
    facts = {
        "title": note.title,
        "url": absolute(base, url_of(note)),
        "kind": note.kind if note.kind != "note" else "",
        "date": note.date,
        "updated": note.updated,
        "author": site.settings.author,
        "tags": list(note.tags),
        "lang": note.lang or site.settings.language,
        "description": note.description or note.summary,
    }
    body = body_of(site, note, Frame.absolute(base, note))
    leads = [lead for address in _addresses(body) if (lead := _leads(site).twins.get(address))]
    made_of = (sorted(facts.items()), note.title, body, leads, site.theme.stamp)
    return DataPage(twin_url(url_of(note)), digest_of(made_of), partial(_twin, facts, body, site))


def llms(site: Site) -> DataPage:
    """``llms.txt`` (llmstxt.org): the site's name, a sentence, lists of links."""
    settings = site.settings
    parts = [f"# {_line(settings.title)}"]
    if settings.description:
        parts.append(f"> {_line(settings.description)}")
    if settings.author:
        parts.append(f"Written by {_line(settings.author)}.")
    listed = _listed(site)
    for title, notes in listed:
        if notes:
            parts.append(f"## {title}\n\n" + "\n".join(_entry(site, note) for note in notes))
    if folders := subfolders(site, ""):
        rows = (
            f"- [{_line(each.title)}]({absolute(settings.base_url, each.url)}): {each.count} notes"
            for each in folders
        )
        parts.append("## Folders\n\n" + "\n".join(rows))
    more = {"All notes by date": "archive/", "Feed": "feed.xml", "Sitemap": "sitemap.xml"}
    rows = (f"- [{name}]({absolute(settings.base_url, url)})" for name, url in more.items())
    parts.append("## Optional\n\n" + "\n".join(rows))
    text = "\n\n".join(parts) + "\n"
    return DataPage(LLMS, digest_of(text), partial(str.encode, text))


def _listed(site: Site) -> tuple[tuple[str, tuple[Note, ...]], ...]:
    notes = all_notes(site)
    if len(notes) <= FEW:
        return (("Notes", tuple(sorted(notes, key=lambda note: (note.title, note.path)))),)
    return (("Central notes", central(site)), ("New notes", tuple(reversed(notes[-RECENT:]))))


def _llms_inside(site: Site) -> tuple[str, ...]:
    return tuple(note.brief for _, notes in _listed(site) for note in notes)


def _twin_inside(site: Site, path: str) -> tuple[str, ...]:
    return inside_of(site, site.vault.notes[path])


def _entry(site: Site, note: Note) -> str:
    url = url_of(note)
    address = absolute(site.settings.base_url, twin_url(url) if site.settings.twins else url)
    summary = _line(note.description or note.summary)
    return f"- [{_line(note.title)}]({address})" + (f": {summary}" if summary else "")


def _line(text: str) -> str:
    return " ".join(text.replace("[", "(").replace("]", ")").split())


class _Leads:
    """Where a twin leads: to the twin of a note where a page leads to its page."""

    def __init__(self, site: Site) -> None:
        base = site.settings.base_url
        urls = [url_of(note) for note in site.vault.notes.values()]
        self.twins = {absolute(base, url): absolute(base, twin_url(url)) for url in urls}

    def __call__(self, address: str) -> str:
        page, sign, part = address.partition("#")
        return self.twins.get(page, page) + sign + part


def _addresses(prose: Prose) -> Iterator[str]:
    """The addresses that the gaps of a text lead to, and those of the texts embedded in it."""
    for filled in prose.fills:
        if isinstance(filled, Framed):
            yield from _ADDRESS.findall(unescape(filled.before))
            yield from _addresses(filled.prose)
        else:
            text = unescape(filled)
            yield from _ADDRESS.findall(text) if "<" in text else (text.partition("#")[0],)


def _leads(site: Site) -> _Leads:
    return site.once("twins", lambda: _Leads(site))


def _twin(facts: Mapping[str, object], body: Prose, site: Site) -> bytes:
    rows = (f"{name}: {_value(fact)}" for name, fact in facts.items() if fact)
    title = " ".join(str(facts["title"]).split())
    text = retold(str(body), _leads(site))
    return "\n".join(("---", *rows, "---", "", f"# {title}", "", text)).rstrip("\n").encode() + b"\n"


def _value(fact: object) -> str:
    """A value of front matter. JSON is YAML, and needs no rules for what has to stand in quotes."""
    items = fact if isinstance(fact, Iterable) and not isinstance(fact, str) else None
    return msgspec.json.encode(list(items) if items is not None else fact).decode()


TWINS = Plugin("twins", "1", pages=twins)
