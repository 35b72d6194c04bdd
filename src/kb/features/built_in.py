"""The features that every site has, in the order in which they may claim addresses.

Notes come first: where a note and a list want one address, the list's page shows the note's text
above the list (`kb.view.site.introduces`), and any other clash is decided for the note and reported.
"""

from __future__ import annotations

from kb.features.backlinks import BACKLINKS
from kb.features.cards import CARDS
from kb.features.charts import CHARTS
from kb.features.contents import CONTENTS_PAGE
from kb.features.decision import DECISIONS
from kb.features.diagrams import DIAGRAMS
from kb.features.excerpt import EXCERPTS
from kb.features.feeds import FEEDS
from kb.features.files import ASSETS, FILES
from kb.features.graph import GRAPH_PAGE
from kb.features.kinds import KINDS
from kb.features.machine import MACHINE
from kb.features.names import NAMES
from kb.features.notebooks import NOTEBOOKS
from kb.features.reblog import REBLOGS
from kb.features.redirects import REDIRECTS
from kb.features.review import REVIEWS
from kb.features.search import SEARCH
from kb.features.sections import SECTIONS
from kb.features.series import SERIES
from kb.features.tables import TABLES
from kb.features.tags import TAGS
from kb.features.twins import TWINS
from kb.plugin import Plugin
from kb.view.note import note_pages

NOTES = Plugin("notes", "1", pages=note_pages)

BUILT_IN: tuple[Plugin, ...] = (
    NOTES,
    SECTIONS,
    TAGS,
    BACKLINKS,
    TABLES,
    CHARTS,
    DECISIONS,
    DIAGRAMS,
    NOTEBOOKS,
    CONTENTS_PAGE,
    GRAPH_PAGE,
    SERIES,
    REVIEWS,
    EXCERPTS,
    REBLOGS,
    KINDS,
    SEARCH,
    REDIRECTS,
    FEEDS,
    MACHINE,
    TWINS,
    FILES,
    CARDS,
    ASSETS,
    NAMES,
)
