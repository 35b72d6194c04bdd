"""The kind ``decision``: its fields, and what its pages and machines are told of them."""

from __future__ import annotations

from collections.abc import Mapping

from kb.features.kinds import kind_title
from kb.link.resolve import resolve
from kb.model.kinds import Field, FieldType, Schema
from kb.model.note import Attachment, Json, Note
from kb.view.blocks import made_from
from kb.view.kind_pages import Decision
from kb.view.pages import Ref
from kb.view.site import Site
from kb.view.urls import kind_url

DECISION = "decision"
#: The fact under which a note keeps what its first block comes to.
WEIGHED = "weighed"
SCHEMA = Schema(
    DECISION,
    (
        Field("question", hint="what is to be decided"),
        Field("status", FieldType.CHOICE, hint="open, decided or reconsidered",
              choices=("open", "decided", "reconsidered")),
        Field("decided", FieldType.DATE, hint="when it was decided"),
        Field("chosen", hint="what was chosen"),
        Field("look_again", FieldType.DATE, label="Look again", hint="when the decision is to be looked at again"),
    ),
)  # fmt: skip


def tell(site: Site, note: Note, root: str) -> Decision:
    """What a note says of its decision. One that has been made, or has an outcome, is decided."""
    facts = note.facts
    weighed = weighed_of(site, note)
    return Decision(
        question=facts.get("question", ""),
        status=_status(facts),
        decided=facts.get("decided", "")[:10],
        chosen=facts.get("chosen", ""),
        look_again=facts.get("look_again", "")[:10],
        kind=Ref(kind_title(site, DECISION), root + kind_url(DECISION)),
        options=weighed.get("options", 0),
        first=tuple(weighed.get("first", ())),
    )


def describe(site: Site, note: Note, plain: Mapping[str, Json]) -> Mapping[str, Json]:
    """The note as schema.org has it: an article about the choice that somebody made, or is about to make.

    An ``Article`` is what the note is; ``ChooseAction`` is what it is about, and the one type that knows of options.
    They are a list in the order of their rank, as far as they have one.
    """
    facts = note.facts
    choice = {
        "@type": "ChooseAction",
        "name": facts.get("question") or note.title,
        "actionStatus": f"https://schema.org/{'Potential' if _status(facts) == 'open' else 'Completed'}ActionStatus",
        "endTime": facts.get("decided"),
        "actionOption": _listed(weighed_of(site, note).get("ranked", ())),
        "result": {"@type": "Thing", "name": facts["chosen"]} if "chosen" in facts else None,
    }
    return {**plain, "about": {name: fact for name, fact in choice.items() if fact}}


def weighed_of(site: Site, note: Note) -> Mapping[str, Json]:
    """What the first block of a note comes to: how many `options`, which are `ranked`, which of them `first`.

    A note knows that of a block that holds its options; of one that names a file, it takes the file.
    """
    found: Mapping[str, Json] = note.facts.get(WEIGHED, {})
    for link in note.links:
        if not found and link.block.startswith(f"{DECISION} "):
            file = resolve(site.vault, note.path, link).target
            found = made_from(site, file, link).facts.get(WEIGHED, {}) if isinstance(file, Attachment) else {}
    return found


def _status(facts: Mapping[str, Json]) -> str:
    status: str = facts.get("status", "decided" if "decided" in facts or "chosen" in facts else "open")
    return status


def _listed(names: Json) -> Mapping[str, Json] | None:
    if not names:
        return None
    items = [{"@type": "ListItem", "position": place, "name": name} for place, name in enumerate(names, 1)]
    order = "https://schema.org/ItemListOrderAscending"  # the first place first
    return {"@type": "ItemList", "itemListOrder": order, "itemListElement": items}
