"""What a page says of itself to search engines: JSON-LD in the words of schema.org.

Every note is an ``Article``, and says where it lies. What a kind of notes is beyond that (a review of something, a
quotation of somebody) is said by its kind (`Kind.describe`), which is given the facts of the article and gives those of
the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from kb.model.note import Note
from kb.view.order import in_series, places
from kb.view.pages import Ref
from kb.view.site import Site
from kb.view.urls import absolute, series_url

#: Property → value, in the words of schema.org.
Facts: TypeAlias = dict[str, Any]

_CONTEXT = "https://schema.org"


def of_note(site: Site, note: Note, url: str, image: str, crumbs: tuple[Ref, ...]) -> str:
    """JSON that can stand inside ``<script>``. `crumbs` lead to the note's folder, by URLs from the root."""
    author = site.settings.author
    facts: Facts = {
        "@context": _CONTEXT,
        "@type": "Article",
        "headline": note.title,
        "description": note.description or note.summary,
        "datePublished": note.date,
        "dateModified": note.updated or note.date,
        "author": {"@type": "Person", "name": author} if author else "",
        "keywords": list(note.tags),
        "inLanguage": note.lang or site.settings.language,
        "wordCount": note.words,
        "image": image,
        "url": url,
        "mainEntityOfPage": url,
        **(_of_series(site, note) if note.series else {}),
    }
    kind = site.kinds.get(note.kind)
    whole = _said(kind.describe(site, note, facts) if kind and kind.describe else facts)
    return script_safe([whole, _way(site, note, url, crumbs)] if url and len(crumbs) > 1 else whole)


def of_site(site: Site) -> str:
    """What the front page says of the whole site."""
    settings = site.settings
    base = settings.base_url
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{base}search/?q={{query}}"},
        "query-input": "required name=query",
    }
    facts = {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": settings.title,
        "description": settings.description,
        "author": {"@type": "Person", "name": settings.author} if settings.author else "",
        "inLanguage": settings.language,
        "url": base,
        "potentialAction": search if base and site.theme.site.search else "",
    }
    return script_safe(_said(facts))


def script_safe(facts: object) -> str:
    """JSON in which nothing can end or open a ``<script>`` element."""
    text = msgspec.json.encode(facts).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _of_series(site: Site, note: Note) -> Facts:
    """Of which series a note is, and where in it."""
    base = site.settings.base_url
    series = {
        "@type": "CreativeWorkSeries",
        "name": in_series(site, note.series)[0].series,
        "url": absolute(base, series_url(note.series)) if base else "",
    }
    return {"isPartOf": _said(series), "position": 1 + places(site, note)[note.path]}


def _way(site: Site, note: Note, url: str, crumbs: tuple[Ref, ...]) -> Facts:
    base = site.settings.base_url
    steps = [(crumb.title, absolute(base, crumb.url.removeprefix("./"))) for crumb in crumbs]
    steps = [step for step in steps if step[1] != url]
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": item}
            for position, (name, item) in enumerate([*steps, (note.title, url)], 1)
        ],
    }


def _said(facts: Mapping[str, Any]) -> Facts:
    return {name: fact for name, fact in facts.items() if fact}
