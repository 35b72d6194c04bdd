"""The templates of the default theme: what they may ask for, what they let through, what they promise."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, TypeVar

import pytest
from jinja2 import Environment, meta, nodes
from msgspec import Struct
from msgspec.structs import fields, replace

from kb.view.graph_pages import GraphPage
from kb.view.home_page import HomePage
from kb.view.kind_pages import DecisionsPage, PassagesPage, ReviewsPage, SeriesPage
from kb.view.long_pages import BacklinksPage
from kb.view.pages import (
    ContentsPage,
    Head,
    ListPage,
    NotePage,
    NotFoundPage,
    RedirectPage,
    Ref,
    SearchPage,
    SiteInfo,
    TagsPage,
)
from kb.view.prose import Prose
from theme.sample import BARE, BARE_SITE, FULL, NOTE, PAPER, SECTION, SITE, Sample, html

T = TypeVar("T")

TEMPLATES = sorted(path.name for path in (PAPER / "templates").iterdir())
FRAMED = [name for name in FULL if name != "redirect"]

#: What `page` may be in each template. The base is read by all pages but the redirect.
PAGES: dict[str, tuple[type, ...]] = {
    "base.html": (NotePage, ListPage, HomePage, ContentsPage, TagsPage, GraphPage, SearchPage, NotFoundPage),
    "note.html": (NotePage,),
    "fields.html": (NotePage,),
    "review.html": (NotePage,),
    "excerpt.html": (NotePage,),
    "reblog.html": (NotePage,),
    "decision.html": (NotePage,),
    "passages.html": (PassagesPage,),
    "series.html": (SeriesPage,),
    "reviews.html": (ReviewsPage,),
    "decisions.html": (DecisionsPage,),
    "kind.html": (ListPage,),
    "kinds.html": (TagsPage,),
    "section.html": (ListPage,),
    "tag.html": (ListPage,),
    "archive.html": (ListPage,),
    "macros.html": (ListPage,),
    "backlinks.html": (BacklinksPage,),
    "home.html": (HomePage,),
    "contents.html": (ContentsPage,),
    "tags.html": (TagsPage,),
    "graph.html": (GraphPage,),
    "search.html": (SearchPage,),
    "404.html": (NotFoundPage,),
    "redirect.html": (RedirectPage,),
}

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class Outline(HTMLParser):
    """The elements of a page in order, with what is wrong in how they are nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Elements and the names of their attributes, without any text."""
        return [(tag, tuple(attributes)) for tag, attributes in self.elements]

    def all(self, tag: str, **having: str) -> list[dict[str, str]]:
        """The attributes of each such element."""
        return [found for name, found in self.elements if name == tag and having.items() <= found.items()]


def ast(name: str) -> nodes.Template:
    return Environment(autoescape=True).parse((PAPER / "templates" / name).read_text("utf-8"))


def blocks(name: str) -> set[str]:
    return {block.name for block in ast(name).find_all(nodes.Block)}


def with_text(value: T, text: str) -> T:
    """The value with ``text`` in place of every text in it that an author could have written."""
    kept = {"path", "template", "json_ld", "assets", "needs"}
    if isinstance(value, Struct):
        changed = {
            f.name: with_text(getattr(value, f.name), text) for f in fields(value) if f.name not in kept
        }
        return replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(with_text(each, text) for each in value)  # type: ignore[return-value]
    return text if isinstance(value, str) else value  # type: ignore[return-value]


@pytest.mark.parametrize("site", [SITE, BARE_SITE], ids=["full-site", "bare-site"])
@pytest.mark.parametrize("pages", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("name", FULL)
def test_every_page_comes_out_whole_with_all_of_its_fields_and_with_none(
    name: str, pages: dict[str, Sample], site: SiteInfo
) -> None:
    text = html(pages[name], site)
    outline = Outline(text)
    assert text.startswith("<!doctype html>\n<html lang=")
    assert text.endswith("</html>\n")
    assert outline.faults == []
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = {
        attributes[key]
        for _, attributes in outline.elements
        for key in ("aria-labelledby",)
        if key in attributes
    }
    assert labels <= set(ids)


@pytest.mark.parametrize("name", FULL)
def test_no_text_of_an_author_can_become_an_element_or_an_attribute(name: str) -> None:
    hostile = '"\'><script>alert(1)</script><b x="{{ 7 * 7 }}&lt;'
    attacked = Outline(html(with_text(FULL[name], hostile), with_text(SITE, hostile)))
    plain = re.sub(r"[^\w ]", "x", hostile)  # as long, since names in a drawing are broken into lines
    harmless = Outline(html(with_text(FULL[name], plain), with_text(SITE, plain)))
    assert attacked.shape == harmless.shape
    assert attacked.faults == []


def test_only_prose_goes_out_unescaped() -> None:
    heading = Prose("a", (), (), lambda: ("A <em>title</em>",))
    text = html(
        replace(NOTE, title="A <em>title</em>", heading=heading, head=replace(NOTE.head, title="A <b>"))
    )
    assert '<h1 class="p-name">A <em>title</em></h1>' in text
    assert "<title>A &lt;b&gt; · " in text


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_sees_page_and_site_and_nothing_besides(name: str) -> None:
    imported = {macro for line in ast(name).find_all(nodes.FromImport) for macro in line.names}
    assert meta.find_undeclared_variables(ast(name)) - imported <= {"page", "site"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_asks_its_page_only_for_fields_that_every_such_page_has(name: str) -> None:
    seen: dict[str, tuple[type, ...]] = {"page": PAGES[name], "site": (SiteInfo,)}
    for read in ast(name).find_all(nodes.Getattr):
        match read.node:
            case nodes.Name(name=("page" | "site") as whose):
                classes = seen[whose]
            case nodes.Getattr(node=nodes.Name(name="page"), attr="head"):
                classes = (Head,)
            case _:
                continue
        for each in classes:
            assert read.attr in {field.name for field in fields(each)}, (
                read.attr,
                each.__name__,
                read.lineno,
            )


def test_every_template_of_the_theme_is_one_that_some_page_asks_for() -> None:
    asked = {page.template for page in FULL.values()}
    assert asked | {"base.html", "macros.html"} == set(TEMPLATES)


def test_every_block_of_the_base_and_the_note_is_named_in_the_list_for_people() -> None:
    head = (PAPER / "templates" / "base.html").read_text("utf-8").partition("#}")[0]
    listed = head.partition("Blocks of this file")[2]
    assert set(re.findall(r"^ {4,6}([a-z_]+)  ", listed, re.MULTILINE)) == blocks("base.html") | blocks(
        "note.html"
    )


@pytest.mark.parametrize("block", sorted(blocks("note.html")))
def test_a_site_can_replace_each_block_of_the_note_by_itself(block: str) -> None:
    own = {"note.html": f'{{% extends "paper/note.html" %}}{{% block {block} %}}MINE{{% endblock %}}'}
    assert "MINE" in html(NOTE, own=own)


def test_a_block_of_the_base_is_replaced_on_every_page() -> None:
    own = {
        "base.html": '{% extends "paper/base.html" %}{% block footer %}{{ super() }}<p>MINE</p>{% endblock %}'
    }
    for name in FRAMED:
        assert "<p>MINE</p>\n</footer>" in html(FULL[name], own=own).replace(
            "MINE</p></footer>", "MINE</p>\n</footer>"
        )


@pytest.mark.parametrize("name", FRAMED)
def test_every_page_has_its_landmarks_one_title_and_a_way_past_the_menu(name: str) -> None:
    outline = Outline(html(FULL[name]))
    assert [len(outline.all(tag)) for tag in ("main", "h1")] == [1, 1]
    assert outline.all("main") == [{"id": "kb:main"}]
    assert next(attributes for tag, attributes in outline.elements if tag == "a") == {
        "class": "skip",
        "href": "#kb:main",
    }
    unnamed = [nav for nav in outline.all("nav") if not ({"aria-label", "aria-labelledby"} & nav.keys())]
    assert unnamed == []


@pytest.mark.parametrize("name", FULL)
def test_a_strict_content_security_policy_leaves_the_theme_whole(name: str) -> None:
    page = FULL[name]
    outline = Outline(html(replace(page, body=Prose.of("")) if isinstance(page, NotePage) else page))
    programs = [script for script in outline.all("script") if script != {"type": "application/ld+json"}]
    keys = [{"src", "data-root", "data-engine"}] if name != "redirect" else []
    assert [script.keys() for script in programs] == keys
    assert outline.all("style") == []
    assert [
        tag
        for tag, attributes in outline.elements
        if any(key == "style" or key.startswith("on") for key in attributes)
    ] == []


@pytest.mark.parametrize("name", FRAMED)
def test_a_site_without_a_search_has_no_way_to_it_on_any_page(name: str) -> None:
    outline = Outline(html(FULL[name], replace(SITE, search="")))
    assert outline.all("a", **{"class": "find"}) == []
    assert [script.keys() for script in outline.all("script") if "src" in script] == [{"src", "data-root"}]


@pytest.mark.parametrize("name", FRAMED)
def test_a_theme_without_scripts_has_none_on_any_page(name: str) -> None:
    outline = Outline(html(FULL[name], BARE_SITE))
    assert all(script == {"type": "application/ld+json"} for script in outline.all("script"))


def test_the_way_to_the_search_is_a_link_that_needs_no_script() -> None:
    outline = Outline(html(NOTE))
    assert [link["href"] for link in outline.all("a", **{"class": "find"})] == ["../../../search/"]
    assert {
        "src": "../../../_assets/paper.0123.js",
        "data-root": "../../../",
        "data-engine": "_search/client.0123.js",
    } in outline.all("script")


def test_the_results_page_is_a_form_whose_address_can_be_linked_to() -> None:
    outline = Outline(html(FULL["search"]))
    assert [form["method"] for form in outline.all("form")] == ["get"]
    assert {field["name"] for field in outline.all("input")} == {"q", "tag", "kind", "since"}


def test_a_reader_without_javascript_is_led_from_the_results_page_to_the_notes() -> None:
    aside = html(FULL["search"]).partition("<noscript>")[2].partition("</noscript>")[0]
    assert '<a href="../archive/">' in aside
    assert '<a href="../tags/">' in aside


def test_ids_of_the_theme_cannot_be_those_of_a_heading() -> None:
    own = {"{{ page.anchor }}", "{{ page.note.anchor }}"}  # of a heading of the note itself, its title
    for name in TEMPLATES:
        found = set(re.findall(r'\sid="([^"]*)"', (PAPER / "templates" / name).read_text("utf-8")))
        assert all(id_.startswith("kb:") for id_ in found - own)


def test_the_head_says_what_machines_want_to_know() -> None:
    text = html(NOTE)
    for line in (
        '<html lang="en">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>Technical debt in machine learning · A commonplace book</title>",
        '<meta name="description" content="What models cost after they are trained.">',
        '<link rel="canonical" href="https://example.org/notes/ml/debt/hub/">',
        '<link rel="stylesheet" href="../../../_assets/style.0123.css">',
        '<meta property="og:type" content="article">',
        '<meta property="og:url" content="https://example.org/notes/ml/debt/hub/">',
        '<meta property="article:published_time" content="2024-03-12">',
        '<link rel="alternate" type="application/atom+xml" title="A commonplace book" href="../../../feed.xml">',
        '<link rel="alternate" type="application/feed+json" title="A commonplace book" href="../../../feed.json">',
        '<link rel="alternate" type="application/feed+json" title="#debt" href="../../../tags/debt/feed.json">',
        '<link rel="prev" href="../../../ml/glue/">',
        '<script type="application/ld+json">{"@context":"https://schema.org"',
    ):
        assert line in text
    assert "robots" not in text


def test_what_a_site_does_not_have_leaves_no_empty_element_behind() -> None:
    text = html(BARE["note"], BARE_SITE)
    for absent in (
        "canonical",
        'content=""',
        'href=""',
        "og:url",
        "og:image",
        "<nav",
        "<section",
        "<ol",
        "ld+json",
    ):
        assert absent not in text


def test_a_language_written_from_the_right_says_so() -> None:
    assert '<html lang="ar-EG" dir="rtl">' in html(replace(NOTE, head=replace(NOTE.head, lang="ar-EG")))
    assert '<html lang="arn">' in html(replace(NOTE, head=replace(NOTE.head, lang="arn")))


def test_a_menu_entry_that_leads_out_keeps_its_address_and_the_page_one_is_on_is_marked() -> None:
    menu = (Ref("Out", "https://example.com/a/"), Ref("Mail", "mailto:a@example.com"), Ref("All", "archive/"))
    text = html(replace(NOTE, path="archive/index.html"), replace(SITE, menu=menu))
    assert '<a href="https://example.com/a/">Out</a>' in text
    assert '<a href="mailto:a@example.com">Mail</a>' in text
    assert '<a href="../../../archive/" aria-current="page">All</a>' in text


def test_a_backlink_shows_the_words_around_the_link_and_marks_the_link() -> None:
    assert (
        '<li class="h-cite"><a class="u-url p-name" href="../links-1/">Note that links 1</a>'
        '<p class="p-content">Before the words there were others, and the <mark>technical debt</mark> was paid.</p></li>'
    ) in html(NOTE)


def test_a_related_note_is_told_with_what_it_shares() -> None:
    reasons = re.findall(r'<span class="reason">(.*?)</span>', html(NOTE))
    assert reasons == [
        "shares 3 links and #ml/debt",
        "shares a link and #ml/debt, #papers/read; 2 notes link to both",
        "shares #ml/debt",
        "shares 2 links",
        "one note links to both",
    ]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "about a minute"), (6, "about 6 minutes"), (89, "about 89 minutes"), (120, "about 2 hours")],
)
def test_the_reading_time_is_said_in_words(minutes: int, said: str) -> None:
    assert f'<span class="minutes">{said}</span>' in html(replace(NOTE, minutes=minutes))


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("draft", "Draft."),
        ("private", "Private."),
        ("future", "Dated in the future."),
        ("unreadable", "Not readable."),
    ],
)
def test_a_note_that_will_not_be_published_says_so_in_the_preview(mark: str, said: str) -> None:
    assert f'<p class="marks" role="note"><strong>{said}</strong>' in html(replace(NOTE, marks=(mark,)))


def test_the_archive_has_a_heading_for_each_year_and_one_for_what_has_no_date() -> None:
    assert re.findall(r'<h2 class="year">(.*?)</h2>', html(FULL["archive"])) == ["2024", "2023", "Undated"]


def test_a_list_says_how_much_it_holds_and_leads_to_newer_and_older_pages() -> None:
    text = html(SECTION)
    assert '<span class="minutes">45 notes</span>' in text
    assert '<a class="previous" rel="prev" href="../ml/">Newer notes</a>' in text
    assert '<span class="place">Page 2 of 3</span>' in text
    assert '<a class="next" rel="next" href="page/1/">Older notes</a>' in text
    assert '<span class="minutes">1 note</span>' in html(replace(SECTION, total=1))


def test_a_redirect_leads_on_without_a_script_and_names_the_right_address() -> None:
    text = html(FULL["redirect"])
    assert '<meta http-equiv="refresh" content="0; url=../films/aruvi/">' in text
    assert '<a href="../films/aruvi/">Aruvi</a>' in text
    assert '<link rel="canonical" href="https://example.org/notes/' in text


def test_the_page_for_a_wrong_address_shows_three_ways_back() -> None:
    targets = [link["href"] for link in Outline(html(FULL["404"])).all("a")]
    assert {"/notes/", "/notes/archive/", "/notes/tags/"} <= set(targets)


def test_a_stylesheet_of_the_sites_own_comes_after_the_themes() -> None:
    assets: Any = {**SITE.assets, "custom.css": "_assets/custom.4567.css"}
    sheets = [
        link["href"]
        for link in Outline(html(NOTE, replace(SITE, assets=assets))).all("link", rel="stylesheet")
    ]
    assert sheets == ["../../../_assets/style.0123.css", "../../../_assets/custom.4567.css"]
