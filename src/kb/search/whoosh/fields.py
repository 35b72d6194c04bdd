"""The names of the fields of an index: known to those who read one without Whoosh, too."""

from __future__ import annotations

from kb.search.document import HEADING, TAGS, TITLE

PATH, TEXTS = "path", "text"
#: The fields that only say whether a term stands in them, by the bit of the mask.
MARKS = {TITLE: "title", HEADING: "headings", TAGS: "tags"}
