"""What a kind of note holds besides its text: the fields of its front matter, each of a type.

A `Schema` is only a description. It is read against a front matter elsewhere (`kb.read.fields`), and what comes of
it are a note's ``facts``: plain JSON values by the names of the fields, in the forms that `FieldType` tells.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class FieldType(StrEnum):
    """What a field holds, and in which form it stands in ``Note.facts``."""

    TEXT = "text"  # text on one line
    NUMBER = "number"  # a number
    DATE = "date"  # ISO 8601 text
    YEAR = "year"  # text: 1983, 1871–1872, c. 1600
    BOOLEAN = "boolean"  # true or false
    LIST = "list"  # a list of texts
    CHOICE = "choice"  # one of the field's choices
    ADDRESS = "address"  # text: a web address
    LINK = "link"  # text: a web address, or [[a note]]
    LINKS = "links"  # a list of {"label": …, "url": …}
    RATING = "rating"  # {"value": "3.5", "best": "5", "form": "points" | "stars" | "grade", "written": …}


class Field(msgspec.Struct, frozen=True):
    """One key of a kind's front matter.

    `label` is what a page calls it, `hint` what a new note says beside it and what a mistake is answered with.
    `choices` are those of a ``CHOICE``.
    """

    name: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    label: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What a page calls this field."""
        return self.label or self.name.replace("_", " ").capitalize()


class Schema(msgspec.Struct, frozen=True):
    """A kind by the word that stands behind ``kind:``, with its fields in the order in which pages show them."""

    kind: str
    fields: tuple[Field, ...] = ()
    plural: str = ""

    @property
    def title(self) -> str:
        """What the list of all notes of this kind is called."""
        return (self.plural or f"{self.kind}s").capitalize()

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((field for field in self.fields if field.name == name), None)
