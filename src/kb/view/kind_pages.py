"""What the templates of the kinds of notes may see, besides `kb.view.pages`: the facts of a note, and lists of them.

The rules are those of `kb.view.pages`: plain texts, URLs relative to the page, and nothing that is not said here.
"""

from __future__ import annotations

from msgspec import Struct

from kb.model.note import Json
from kb.view.pages import Card, Head, NotePage, Ref, TagRef
from kb.view.prose import Prose


class Rating(Struct, frozen=True):
    """A rating. `stars` are a drawing of it, ``★★★½☆``, right to a quarter; `text` is exact: ``3.5/5``, ``B+``.

    `words` are for whoever hears the page: ``3.5 out of 5``. `value` is from 0 to `best`; `share` from 0 to 1.
    """

    stars: str
    text: str
    words: str
    value: float
    best: float
    share: float


class Fact(Struct, frozen=True):
    """A field of a note as a page shows it: prints as its `text`.

    `items` are the texts of a list, `links` those of a link or links, `rating` that of a rating. `value` is what the
    note says: a text, a number, true or false.
    """

    name: str
    label: str
    text: str
    value: Json = None
    items: tuple[str, ...] = ()
    links: tuple[Ref, ...] = ()
    rating: Rating | None = None

    def __str__(self) -> str:
        return self.text


class Review(Struct, frozen=True):
    """What ``review.html`` sees as ``page.facts``. Texts are "" and tuples empty where the note says nothing.

    `met` is a date (``YYYY-MM-DD``) and `met_how` a word for it: "watched", "read". `gathering` leads to all reviews.
    """

    work: str
    type: str
    original_title: str
    year: str
    creators: tuple[str, ...]
    cast: tuple[str, ...]
    language: str
    minutes: float
    pages: float
    links: tuple[Ref, ...]
    rating: Rating | None
    met: str
    met_how: str
    verdict: str
    gathering: Ref


class ReviewRow(Struct, frozen=True):
    """A review as the page of all reviews shows it."""

    title: str
    url: str
    date: str
    review: Review
    tags: tuple[TagRef, ...] = ()
    marks: tuple[str, ...] = ()


class ReviewsPage(Struct, frozen=True):
    """All reviews, the newest first (``reviews.html``).

    `types` are those that occur; `data` leads to ``reviews.json``.
    """

    path: str
    head: Head
    title: str
    rows: tuple[ReviewRow, ...]
    types: tuple[str, ...]
    data: str
    note: NotePage | None = None
    breadcrumbs: tuple[Ref, ...] = ()
    feed: str = ""
    template: str = "reviews.html"


class Excerpt(Struct, frozen=True):
    """What ``excerpt.html`` sees as ``page.facts``: the work from which the passages are. Each is "" or () if unsaid.

    `place` is where in the work, if all passages are from one place. `gathering` leads to all passages from this work,
    in all notes; nothing where this note is the only one.
    """

    work: str
    authors: tuple[str, ...]
    publisher: str
    year: str
    place: str
    language: str
    translators: tuple[str, ...]
    url: str
    gathering: Ref | None
    kind: Ref


class Passage(Struct, frozen=True):
    """A passage of a work, as lists show it. `form` is "quote" or "paraphrase"; `place` where in the work it stands.

    `note` leads to the passage in its note. `body` is the passage itself, with its frame.
    """

    form: str
    place: str
    body: Prose
    note: Ref


class PassagesPage(Struct, frozen=True):
    """All passages from one work (``passages.html``), from whatever notes, in the order of their notes."""

    path: str
    head: Head
    title: str
    authors: tuple[str, ...]
    year: str
    passages: tuple[Passage, ...]
    reviews: tuple[Ref, ...]
    breadcrumbs: tuple[Ref, ...] = ()
    note: NotePage | None = None
    template: str = "passages.html"


class Reblog(Struct, frozen=True):
    """What ``reblog.html`` sees as ``page.facts``: where the original stands. Each is "" or 0 or empty if unsaid.

    `words` and `minutes` are those of the original, `more` the words of it that are not shown here.
    """

    url: str
    original_title: str
    site: str
    authors: tuple[str, ...]
    written: str
    words: int
    minutes: int
    more: int
    kind: Ref


class Decision(Struct, frozen=True):
    """What ``decision.html`` sees as ``page.facts``. Texts are "" where the note says nothing.

    `status` is "open", "decided" or "reconsidered"; `decided` and `look_again` are dates (``YYYY-MM-DD``). `options` is
    how many the first ``decision`` block weighs, `first` are those that its sums put in the first place; 0 and nothing
    where there is no such block.
    """

    question: str
    status: str
    decided: str
    chosen: str
    look_again: str
    kind: Ref
    options: int = 0
    first: tuple[str, ...] = ()


class DecisionRow(Struct, frozen=True):
    """A decision as the page of all decisions shows it."""

    title: str
    url: str
    date: str
    decision: Decision
    marks: tuple[str, ...] = ()


class DecisionsPage(Struct, frozen=True):
    """All decisions, the newest first (``decisions.html``). `note` is the note at its address, if there is one."""

    path: str
    head: Head
    title: str
    rows: tuple[DecisionRow, ...]
    note: NotePage | None = None
    breadcrumbs: tuple[Ref, ...] = ()
    feed: str = ""
    template: str = "decisions.html"


class SeriesPage(Struct, frozen=True):
    """The notes of a series in their order (``series.html``). `note` is the note at its address, if there is one."""

    path: str
    head: Head
    title: str
    cards: tuple[Card, ...]
    note: NotePage | None = None
    breadcrumbs: tuple[Ref, ...] = ()
    template: str = "series.html"
