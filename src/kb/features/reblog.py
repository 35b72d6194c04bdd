"""Reblogs (``kind: reblog``): one's own comment, then how somebody else's text begins, in a frame that names it.

The frame is the dialect's business (`kb.read.rules.reblogs`), so that the excerpt keeps it wherever it is shown: in
feeds, in notes that embed it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kb.features.kinds import kind_title
from kb.model.kinds import Field, FieldType, Schema
from kb.model.note import Json, Note
from kb.plugin import Plugin
from kb.view.kind_pages import Reblog
from kb.view.pages import Ref
from kb.view.site import Kind, Site
from kb.view.urls import kind_url

REBLOG = "reblog"
SCHEMA = Schema(
    REBLOG,
    (
        Field("url", FieldType.ADDRESS, required=True, hint="the address of the original"),
        Field("original_title", hint="what the original is called"),
        Field("site", hint="where it stands"),
        Field("author", FieldType.LIST, hint="who wrote it"),
        Field("written", FieldType.DATE, hint="when the original was written"),
        Field("words", FieldType.NUMBER, hint="how many words the original has"),
        Field("minutes", FieldType.NUMBER, hint="how many minutes it takes"),
        Field("more", FieldType.NUMBER, hint="how many words of it are not shown here"),
        Field(
            "canonical",
            FieldType.CHOICE,
            hint="which of the two search engines should find: original or this",
            choices=("original", "this"),
        ),
    ),
)


def tell(site: Site, note: Note, root: str) -> Reblog:
    """What a reblog says of its original."""
    facts = note.facts
    return Reblog(
        url=facts.get("url", ""),
        original_title=facts.get("original_title", ""),
        site=facts.get("site", ""),
        authors=tuple(facts.get("author", ())),
        written=facts.get("written", "")[:10],
        words=facts.get("words", 0),
        minutes=facts.get("minutes", 0),
        more=facts.get("more", 0),
        kind=Ref(kind_title(site, REBLOG), root + kind_url(REBLOG)),
    )


def original(note: Note) -> str:
    """The address of the original, where the note asks search engines to find that one."""
    return str(note.facts.get("url", "")) if note.facts.get("canonical") == "original" else ""


def describe(_site: Site, note: Note, plain: Mapping[str, Json]) -> Mapping[str, Json]:
    """The note as schema.org has it: it rests on an article of somebody else's."""
    facts = note.facts
    source = {
        "@type": "Article",
        "headline": facts.get("original_title") or note.title,
        "url": facts.get("url"),
        "author": [{"@type": "Person", "name": name} for name in facts.get("author", ())],
        "publisher": {"@type": "Organization", "name": facts["site"]} if "site" in facts else None,
        "datePublished": facts.get("written"),
        "wordCount": facts.get("words"),
        "timeRequired": f"PT{facts['minutes']}M" if "minutes" in facts else None,
    }
    return {**plain, "isBasedOn": {name: fact for name, fact in source.items() if fact}}


REBLOGS = Plugin("reblogs", "1", kinds=(Kind(SCHEMA, tell=tell, describe=describe, original=original),))
