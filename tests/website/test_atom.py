"""Our Atom is what the library `feedgenerator` writes of the same feed, as far as XML tells things apart."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.features.feeds import Entry, Feed, Texts, atom
from kb.view.prose import Prose

feedgenerator = pytest.importorskip("feedgenerator")

TEXTS = st.text(st.sampled_from("ab &<>\"'é😀\n\t;") | st.characters(codec="utf-8"), max_size=20)
SHOWN = "\ufffd"


def xml(text: str) -> str:
    """What XML can hold of a text."""
    held = "\t\n\r"
    return "".join(
        c if c in held or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff") else SHOWN
        for c in text
    )


def by_the_library(feed: Feed) -> bytes:
    class Atom(feedgenerator.Atom1Feed):  # type: ignore[misc,name-defined]
        def latest_post_date(self) -> datetime:
            return datetime.fromisoformat(feed.updated)

        def root_attributes(self) -> dict[str, str]:
            ours = {"xmlns:h": "http://www.w3.org/1999/xhtml"} if feed.style else {}
            return {**super().root_attributes(), **ours}

        def add_root_elements(self, handler: Any) -> None:
            super().add_root_elements(handler)
            if feed.style:
                handler.startElement("h:p", {"class": "what"})
                handler.characters(
                    "This is a feed: put its address into a feed reader, and you will be told what is new. "
                )
                handler.addQuickElement("h:a", "Back to the site", {"href": feed.home})
                handler.endElement("h:p")

        def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
            super().add_item_elements(handler, item)
            if feed.style:
                handler.addQuickElement("h:a", item["title"], {"href": item["link"]})

    made = Atom(
        title=xml(feed.title),
        link=feed.home,
        description=xml(feed.description),
        language=feed.lang,
        feed_url=feed.url,
        feed_guid=feed.url,
        author_name=xml(feed.author),
    )
    for entry in feed.entries:
        made.add_item(
            title=xml(entry.title),
            link=entry.url,
            unique_id=entry.url,
            pubdate=datetime.fromisoformat(entry.published),
            updateddate=datetime.fromisoformat(entry.updated),
            description=escape(xml(entry.summary)) or None,
            content=xml(str(entry.content)),
            categories=[xml(tag) for tag in entry.tags],
        )
    written: str = made.writeString("utf-8")
    return written.encode()


MOMENTS = st.sampled_from(
    ["2021-05-06T00:00:00+00:00", "2019-01-01T10:00:00+02:00", "1970-01-01T00:00:00+00:00"]
)
URLS = st.sampled_from(
    [
        "https://example.org/a/",
        "https://example.org/a%20b/?x=1&y='2'",
        "https://exämple.org/ü (1)/",
        'https://e.org/"<>/',
    ]
)
ENTRIES = st.builds(
    Entry,
    url=URLS,
    title=TEXTS,
    published=MOMENTS,
    updated=MOMENTS,
    summary=TEXTS,
    tags=st.lists(TEXTS, max_size=3).map(tuple),
    lang=st.just("en"),
    content=TEXTS.map(lambda text: Prose(text, (), (), lambda: (text,))),
)
FEEDS = st.builds(
    Feed,
    title=TEXTS,
    description=TEXTS,
    home=URLS,
    url=URLS,
    author=TEXTS,
    lang=st.sampled_from(["en", "de-AT"]),
    updated=MOMENTS,
    entries=st.lists(ENTRIES, max_size=4).map(tuple),
    stamp=st.just("1"),
    style=st.sampled_from(["", "_assets/needs/feed.css", "../a&b'.css"]),
)
EMPTY = Feed(
    "", "", "https://e.org/", "https://e.org/feed.xml", "", "en", "2021-05-06T00:00:00+00:00", (), "1"
)


@given(FEEDS)
@example(EMPTY)
def test_a_feed_says_what_the_library_would_say(feed: Feed) -> None:
    ours, theirs = atom(feed, Texts()).decode(), by_the_library(feed).decode()
    assert ET.canonicalize(ours) == ET.canonicalize(_with_style(theirs, feed))


def _with_style(text: str, feed: Feed) -> str:
    """The library writes no style sheet before the root."""
    head, end, rest = text.partition("?>")
    style = (
        f'\n<?xml-stylesheet type="text/css" href="{escape(feed.style, quote=False)}"?>' if feed.style else ""
    )
    return f"{head}{end}{style}{rest}"


@given(ENTRIES, ENTRIES)
def test_two_entries_of_one_address_keep_their_own_texts(one: Entry, other: Entry) -> None:
    texts = Texts()
    assert [texts.of(one), texts.of(other)] == [str(one.content), str(other.content)]
