"""Pages as a real site has them, for the tests of the theme and for the eye.

``python tests/theme/sample.py FOLDER`` (with ``PYTHONPATH=src``) writes each page as HTML into FOLDER,
so that one can look at all of them in a browser.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from kb.disk.themes import ThemeFiles, read_theme
from kb.view.around import LocalGraph
from kb.view.graph_pages import GraphPage, Linked
from kb.view.home_page import HomePage
from kb.view.kind_pages import (
    Decision,
    DecisionRow,
    DecisionsPage,
    Excerpt,
    Fact,
    Passage,
    PassagesPage,
    Rating,
    Reblog,
    Review,
    ReviewRow,
    ReviewsPage,
    SeriesPage,
)
from kb.view.long_pages import BacklinksPage
from kb.view.pages import (
    Backlink,
    Branch,
    Card,
    ContentsPage,
    Head,
    ListPage,
    NotePage,
    NotFoundPage,
    RedirectPage,
    Ref,
    Related,
    Row,
    SearchPage,
    SiteInfo,
    TagRef,
    TagsPage,
    TocEntry,
)
from kb.view.prose import Prose
from kb.view.series import Part
from kb.view.theme import Theme, render

PAPER = Path(__file__).resolve().parents[2] / "themes" / "paper"

Sample: TypeAlias = (
    NotePage
    | ListPage
    | HomePage
    | BacklinksPage
    | ContentsPage
    | TagsPage
    | GraphPage
    | SearchPage
    | NotFoundPage
    | RedirectPage
    | ReviewsPage
    | DecisionsPage
    | SeriesPage
    | PassagesPage
)

SITE = SiteInfo(
    title="A commonplace book",
    description="Notes on machine learning, means, films and a laptop.",
    author="A. Keeper",
    language="en",
    base_url="https://example.org/notes/",
    assets={
        "style.css": "_assets/style.0123.css",
        "favicon.svg": "_assets/favicon.0123.svg",
        "paper.js": "_assets/paper.0123.js",
    },
    menu=(Ref("All notes", "archive/"), Ref("Tags", "tags/"), Ref("Elsewhere", "https://example.com/")),
    has_feeds=True,
    search="_search/client.0123.js",
    graph="graph/",
)

#: A site of which nothing is known but its name.
BARE_SITE = SiteInfo("Notes", "", "", "en", "", assets={"style.css": "_assets/style.0123.css"})


def theme(site: SiteInfo = SITE, own: dict[str, str] | None = None) -> Theme:
    """The theme as it is shipped, with templates of the site's ``own`` before its."""
    shipped = {path.name: path.read_text("utf-8") for path in sorted((PAPER / "templates").iterdir())}
    by_full_name = {f"paper/{name}": text for name, text in shipped.items()}
    assets = {path.name: path.read_bytes() for path in sorted((PAPER / "assets").iterdir()) if path.is_file()}
    return Theme.of("paper", {**by_full_name, **shipped, **(own or {})}, assets, site, "test")


def html(page: Sample, site: SiteInfo = SITE, own: dict[str, str] | None = None) -> str:
    """The page as the theme sets it."""
    return render(theme(site, own), page).decode()


def prose(text: str) -> Prose:
    """HTML as the body of a note."""
    return Prose(f"sample:{text}", (), (), lambda: (text,))


def head(title: str, root: str = "", **more: str | tuple[Ref, ...] | tuple[str, ...]) -> Head:
    """A head with everything in it."""
    full = Head(
        title=title,
        root=root,
        lang="en",
        description="What models cost after they are trained.",
        canonical="https://example.org/notes/ml/debt/hub/",
        image="https://example.org/notes/debt.png",
        type="article",
        published="2024-03-12",
        modified="2024-05-01",
        json_ld='{"@context":"https://schema.org","@type":"Article","headline":"Debt \\u003cb\\u003e"}',
        feeds=(
            Ref("#debt", f"{root}tags/debt/feed.xml"),
            Ref("#debt", f"{root}tags/debt/feed.json"),
        ),
        previous=f"{root}ml/glue/",
        next=f"{root}ml/jungle/",
    )
    return replace(full, **more)


BODY = """
<p>Ordinary technical debt exists in machine learning <em>too</em>, and then there is
<a href="../more/">more of it</a>: the model is a <strong>black box</strong> whose edges erode, its data change
under you, and whoever reads its predictions never said so.<sup class="footnote-ref"><a href="#fn:1" id="fnref:1" role="doc-noteref">1</a></sup>
It was named in 2015, costs more each year, and nobody has paid it back. See also
<a class="missing" title="no such note">Undeclared consumers</a>, <a href="https://example.com/a/rather/long/address">a page
elsewhere</a>, and <a class="tag" href="../../tags/ml/">#ml/debt</a>.</p>
<h2 id="erosion">Complex models erode boundaries <a class="permalink" href="#erosion" aria-label="Link to this section">#</a></h2>
<p>Entanglement comes first: change <mark>anything</mark>, change everything. In <code>features.py</code> a new column moves the
weight of all others; press <kbd>Ctrl</kbd> + <kbd>C</kbd> while you can. H<sub>2</sub>O and 10<sup>6</sup> rows behave.
Prices such as $5 stay prices, and <code class="math">e^{i\\pi} = -1</code> stays true.</p>
<ul>
<li>correction cascades, that is models that patch models
<ul>
<li>until there is a chain of dependencies, and
<ul><li>nobody dares to take one away</li></ul></li>
</ul></li>
<li>undeclared consumers</li>
</ul>
<ol>
<li><p>Measure what each costs.</p></li>
<li><p>Write it down.</p></li>
</ol>
<ul class="contains-task-list">
<li class="task-list-item"><input class="task-list-item-checkbox" type="checkbox" disabled> read the paper again</li>
<li class="task-list-item" data-task="x"><input class="task-list-item-checkbox" type="checkbox" disabled checked> keep a list of consumers</li>
</ul>
<h3 id="pass">A model that patches a model <a class="permalink" href="#pass" aria-label="Link to this section">#</a></h3>
<p>The first lines of such a thing:</p>
<div class="highlight"><pre><code><span class="k">def</span> <span class="nf">corrected</span>(base, patch, x):
    <span class="c1"># a correction learned on the errors of yesterday's model, which will be retrained tomorrow without telling us</span>
    <span class="k">return</span> base(x) + patch(x, base(x))
</code></pre></div>
<pre><code>plain    text
	with a tab
</code></pre>
<div class="callout" data-callout="note"><div class="callout-title"><span class="callout-icon" aria-hidden="true"></span><span class="callout-title-inner">Note</span></div>
<div class="callout-content"><p>A callout of the plainest kind, with <a href="../x/">a link</a>.</p></div></div>
<div class="callout" data-callout="tip"><div class="callout-title"><span class="callout-icon" aria-hidden="true"></span><span class="callout-title-inner">A tip with a title of its own</span></div>
<div class="callout-content"><p>Version the data.</p>
<div class="callout" data-callout="example"><div class="callout-title"><span class="callout-icon" aria-hidden="true"></span><span class="callout-title-inner">Example</span></div><div class="callout-content"><p>Nested.</p></div></div></div></div>
<div class="callout" data-callout="warning"><div class="callout-title"><span class="callout-icon" aria-hidden="true"></span><span class="callout-title-inner">Warning</span></div>
<div class="callout-content"><p>Thresholds that were fixed by hand.</p></div></div>
<div class="callout" data-callout="danger"><div class="callout-title"><span class="callout-icon" aria-hidden="true"></span><span class="callout-title-inner">Danger</span></div>
<div class="callout-content"><p>A trading algorithm without limits.</p></div></div>
<details class="callout" data-callout="question"><summary class="callout-title"><span class="callout-icon" aria-hidden="true"></span><span class="callout-title-inner">Closed at first</span></summary>
<div class="callout-content"><p>It opens without a script.</p></div></details>
<details class="callout" data-callout="quote" open><summary class="callout-title"><span class="callout-icon" aria-hidden="true"></span><span class="callout-title-inner">Quote</span></summary>
<div class="callout-content"><p>Open at first.</p></div></details>
<h2 id="costs">What it costs <a class="permalink" href="#costs" aria-label="Link to this section">#</a></h2>
<table>
<thead><tr><th>Debt</th><th style="text-align:right">Hours</th><th style="text-align:right">Per year</th><th>Where one finds it first, and how it is seen</th></tr></thead>
<tbody>
<tr><td>Glue code</td><td style="text-align:right">1,120</td><td style="text-align:right">3.5 %</td><td>around every general package</td></tr>
<tr><td>Pipeline jungles</td><td style="text-align:right">96</td><td style="text-align:right">11.0 %</td><td>in front of the model, where many formats are read</td></tr>
<tr><td>Dead paths</td><td style="text-align:right">7</td><td style="text-align:right">0.1 %</td><td>behind flags</td></tr>
</tbody>
</table>
<p>One line of a report that has no spaces: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft
and <code>a_very_long_identifier_that_never_ends_and_has_no_place_to_break_except_anywhere()</code>.</p>
<blockquote><p>Retold: the code that learns is a small box in the middle of a large picture; around it stand the
boxes that feed, check, serve and watch it.</p><p>Sculley and others</p></blockquote>
<dl><dt>Direct feedback</dt><dd>The model chooses what it will be trained on.</dd>
<dt>Hidden feedback</dt><dd>Two systems meet in the world.</dd></dl>
<div class="embed" data-embed="section"><p class="embed-title"><a href="../gmm/#em">Gaussian mixtures &gt; EM</a></p>
<div class="embed-content"><p>Expectation, then maximisation, until nothing moves.</p></div></div>
<p class="embed-missing">This note embeds itself: A → B → A</p>
<figure><img src="data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%201200%20400'%3E%3Crect%20width='1200'%20height='400'%20fill='%23b9b2a6'/%3E%3C/svg%3E" alt="A grey field" width="1200" height="400"><figcaption>A wide picture, and what it shows.</figcaption></figure>
<pre><code class="math" data-display="block">\\bar x_p = \\Bigl(\\frac 1 n \\sum_{i=1}^{n} x_i^{\\,p}\\Bigr)^{1/p} \\qquad \\text{for } p \\ne 0, \\text{ and its limit for } p \\to 0</code></pre>
<h3 id="three">A heading of level three</h3>
<h4 id="four">A heading of level four</h4>
<p>Text below it.</p>
<h5 id="five">A heading of level five</h5>
<p>Text below it.</p>
<h6 id="six">A heading of level six</h6>
<p>Text below it, <del>struck out</del>, and <a href="https://example.org/a/very/long/address/that/goes/on/and/on">https://example.org/a/very/long/address/that/goes/on/and/on/and/never/breaks</a>.</p>
<hr>
<p>Last words.</p>
<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">
<ol>
<li id="fn:1"><p>Hidden technical debt, NIPS 2015. <a href="#fnref:1" class="footnote-backref" role="doc-backlink" aria-label="Back to reference">↩︎</a></p></li>
</ol>
</section>
"""

NOTE = NotePage(
    path="ml/debt/hub/index.html",
    head=head("Technical debt in machine learning", "../../../"),
    title="Technical debt in machine learning",
    heading=prose("Technical debt in <em>machine learning</em>"),
    body=prose(BODY),
    kind="excerpt",
    date="2024-03-12",
    updated="2024-05-01",
    words=1400,
    minutes=6,
    summary="What models cost after they are trained.",
    tags=tuple(
        TagRef(tag, f"../../../tags/{tag}/")
        for tag in ("ml", "ml/debt", "engineering", "papers/read", "to-think-about")
    ),
    toc=(
        TocEntry(0, "Complex models erode boundaries", "#erosion"),
        TocEntry(1, "A model that patches a model", "#pass"),
        TocEntry(0, "What it costs", "#costs"),
        *(
            TocEntry(1 + n % 2, f"An entry of the contents, the {n}th of them", f"#c{n}")
            for n in range(4, 11)
        ),
    ),
    breadcrumbs=(
        Ref("A commonplace book", "../../../"),
        Ref("Machine learning", "../../"),
        Ref("Debt", "../"),
    ),
    backlinks=tuple(
        Backlink(
            f"Note that links {n}",
            f"../links-{n}/",
            "Before the words there were others, and the ",
            "technical debt",
            " was paid.",
        )
        for n in range(1, 9)
    ),
    all_backlinks=TagRef("Technical debt in machine learning", "linked-from/", 112),
    related=(
        Related("Configuration debt", "../configuration/", 3, 0, ("ml/debt",)),
        Related("A model that nobody dares to take away", "../old/", 1, 2, ("ml/debt", "papers/read")),
        Related("Glue", "../../glue/", tags=("ml/debt",)),
        Related("Pipelines, and what one finds in front of them", "../../pipelines/", 2),
        Related("Monitoring", "../../monitoring/", mentions=1),
    ),
    outgoing=(
        Ref("Glue code", "../glue/"),
        Ref("Configuration debt, and what one pays for it", "../configuration/"),
    ),
    graph=LocalGraph(
        "Technical debt in machine learning",
        tuple(Ref(f"Note that links {n}", f"../links-{n}/") for n in range(1, 8)),
        (
            Ref("Glue code", "../glue/"),
            Ref("Configuration debt, and what one pays for it", "../configuration/"),
        ),
        (0,),
        ((0, 1), (0, 7), (7, 8)),
        1,
    ),
    series="Debts and their names",
    series_place="2 of 5",
    series_url="../../../series/debts/",
    parts=(
        Part(1, "Glue code", "../glue/"),
        Part(2, "Technical debt in machine learning", "./", here=True),
        Part(0),
        Part(5, "Pipeline jungles", "../jungle/"),
    ),
    previous=Ref("Glue code", "../glue/"),
    next=Ref("Pipeline jungles and how one gets out of them", "../jungle/"),
    cssclasses=("wide", "review"),
    meta={"title": "Technical debt in machine learning"},
    marks=("draft",),
)

BARE_HEAD = Head(title="Bare", root="", lang="en")
BARE_NOTE = NotePage("bare/index.html", BARE_HEAD, "Bare", prose("Bare"), prose(""))

CARDS = (
    Card(
        "Technical debt in machine learning",
        "ml/debt/hub/",
        "2024-05-01",
        "What models cost after they are trained.",
        "excerpt",
    ),
    Card(
        "Aruvi",
        "films/aruvi/",
        "2024-04-17",
        "The crew, used to staging drama, has to live through a real one.",
        "review",
    ),
    Card(
        "A laptop, after five years",
        "laptop/",
        "2024-03-02",
        "The market lives by confusion: near-identical models, names that cannot be compared, and bundles.",
        "decision",
        ("draft",),
    ),
    Card("Kinds of mean", "means/", "2023-11-30"),
    Card("A note without a date", "undated/", "", "It was always there."),
)

TAGS = (
    TagRef("books", "tags/books/", 12),
    TagRef("films", "tags/films/", 4),
    TagRef("ml", "tags/ml/", 131),
    TagRef("ml/debt", "tags/ml/debt/", 9, 1),
    TagRef("ml/debt/glue", "tags/ml/debt/glue/", 1, 2),
    TagRef("a-tag-with-a-name-that-is-rather-long-for-a-narrow-page", "tags/long/", 1),
    TagRef("statistics", "tags/statistics/", 44),
)


def introduction(html: str, backlinks: int) -> NotePage:
    """The note whose own address is that of a list."""
    return replace(BARE_NOTE, body=prose(html), backlinks=NOTE.backlinks[:backlinks])


SECTION = ListPage(
    path="ml/index.html",
    head=head("Machine learning", "../", type="website"),
    title="Machine learning",
    cards=CARDS,
    template="section.html",
    total=45,
    note=introduction("<p>What I know of it, which is <a href='x/'>little</a>.</p>", 2),
    children=(TagRef("Debt", "debt/", 9), TagRef("Mixtures", "mixtures/", 1)),
    breadcrumbs=(Ref("A commonplace book", "../"), Ref("Sciences", "../sciences/")),
    number=2,
    count=3,
    newer="../ml/",
    older="page/1/",
    feed="feed.xml",
)

PARTS_OF_TAGS = (
    Ref("absence – machine learning", "page/1/"),
    Ref("means/arithmetic – what nobody calls by its name", "page/2/"),
)
PASSAGE = Passage("quote", "p. 3", prose("<p>Said.</p>"), Ref("A note", "a/#^p-3"))
HOME = HomePage(
    path="index.html",
    head=head("A commonplace book", type="website"),
    title="A commonplace book",
    note=introduction(
        "<p>Notes I would like to find again: on models and what they cost, on means, on films, on a laptop.</p>",
        1,
    ),
    recent=CARDS,
    central=CARDS[:2],
    sections=(
        TagRef("Films", "films/", 4),
        TagRef("Machine learning", "ml/", 45),
        TagRef("Means", "means/", 6),
    ),
    tags=TAGS,
    total=55,
    archive="archive/",
    all_tags="tags/",
    kinds=TAGS[:1],
    all_kinds="kinds/",
    cut=("folders", "kinds", "tags"),
    passage=PASSAGE,
)

CONTENTS = ContentsPage(
    path="contents/index.html",
    head=head("Contents", "../", type="website"),
    title="Contents",
    folders=(
        Branch(
            "Machine learning",
            "../ml/",
            45,
            (Branch("Debt", "../ml/debt/", 1, (), (Ref("Glue code", "../ml/debt/glue/"),)),),
            (Ref("Mixtures", "../ml/mixtures/"),),
        ),
        Branch("Many", "../many/", 9000),
    ),
    notes=(Ref("A note in no folder", "../loose/"),),
    series=(Row("Debts and their names", (Ref("Glue code", "../ml/debt/glue/"),)),),
    total=55,
    note=introduction("<p>How it is kept.</p>", 0),
)

RATING = Rating("★★★½☆", "3.5/5", "3.5 out of 5", 3.5, 5.0, 0.7)
REVIEW = Review(
    work="The lamp at night",
    type="film",
    original_title="Die Lampe in der Nacht",
    year="1962",
    creators=("Ada Stern", "Ole Vik"),
    cast=("Mia Holm", "Jan Holm"),
    language="German",
    minutes=94,
    pages=120,
    links=(Ref("IMDb", "https://example.com/lamp"), Ref("Wikidata", "https://example.com/q1")),
    rating=RATING,
    met="2024-03-02",
    met_how="watched",
    verdict="Long, and worth it.",
    gathering=Ref("Reviews", "../../../kinds/review/"),
)
BARE_REVIEW = Review("", "", "", "", (), (), "", 0, 0, (), None, "", "", "", Ref("Reviews", "kinds/review/"))
KINDS = Ref("Excerpts", "../../../kinds/excerpt/")
EXCERPT = Excerpt(
    "The lamp at night",
    ("Ada Stern",),
    "Lantern",
    "1962",
    "ch. 3",
    "German",
    ("Ole Vik",),
    "https://example.com/",
    Ref("All passages from The lamp at night", "../../../kinds/excerpt/lamp/"),
    KINDS,
)
REBLOG = Reblog(
    "https://example.com/", "A lamp", "Lantern", ("Ada Stern",), "2024-01-02", 5929, 22, 6045, KINDS
)
DECISION = Decision(
    "Which lamp?", "reconsidered", "2024-01-02", "The old one", "2026-01-02", KINDS, 3, ("The new one",)
)
PASSAGES = PassagesPage(
    "kinds/excerpt/lamp/index.html",
    head("The lamp at night", "../../../"),
    "The lamp at night",
    ("Ada Stern",),
    "1962",
    (Passage("quote", "p. 3", prose("<p>Said.</p>"), Ref("A note", "../../../a/#^p-3")),),
    (Ref("A review", "../../../b/"),),
    (Ref("A commonplace book", "../../../"), Ref("Kinds", "../../../kinds/")),
    introduction("<p>How I read it.</p>", 1),
)
FACTS = {
    "serves": Fact("serves", "Serves", "4", 4),
    "source": Fact("source", "Source", "a book", "a book", (), (Ref("a book", "https://example.com/"),)),
    "liked": Fact("liked", "Liked", "3.5/5", None, (), (), RATING),
    "nothing": None,
}


def of_kind(kind: str, facts: object, note: NotePage = NOTE) -> NotePage:
    """A note of a kind that has a template of its own."""
    return replace(note, kind=kind, facts=facts, template=f"{kind}.html")


#: Every template, with everything that its page can hold.
FULL: dict[str, Sample] = {
    "note": NOTE,
    "fields": of_kind("fields", FACTS),
    "review": of_kind("review", REVIEW),
    "excerpt": of_kind("excerpt", EXCERPT),
    "reblog": of_kind("reblog", REBLOG),
    "decision": of_kind("decision", DECISION),
    "passages": PASSAGES,
    "backlinks": BacklinksPage(
        "notes/ml/debt/hub/linked-from/index.html",
        head("What links to Technical debt in machine learning", "../../../../../"),
        "What links to Technical debt in machine learning",
        Ref(NOTE.title, "../../../../../notes/ml/debt/hub/"),
        NOTE.backlinks,
        112,
        2,
        2,
        "",
        "page/1/",
        (*NOTE.breadcrumbs, Ref(NOTE.title, "../../../../../notes/ml/debt/hub/")),
        introduction("<p>Who speaks of it.</p>", 1),
    ),
    "series": SeriesPage(
        "series/debts/index.html",
        head("Debts and their names", "../../"),
        "Debts and their names",
        CARDS[:3],
        introduction("<p>Why there are so many.</p>", 1),
        (Ref("A commonplace book", "../../"), Ref("Series", "../")),
    ),
    "reviews": ReviewsPage(
        "kinds/review/index.html",
        head("Reviews", "../../"),
        "Reviews",
        (ReviewRow("The lamp", "../../lamp/", "2024-03-04", REVIEW, TAGS[:1], ("draft",)),),
        ("film",),
        "../../reviews.json",
        introduction("<p>How I rate.</p>", 1),
        (Ref("A commonplace book", "../../"), Ref("Kinds", "../../kinds/")),
        "../../kinds/review/feed.xml",
    ),
    "decisions": DecisionsPage(
        "kinds/decision/index.html",
        head("Decisions", "../../"),
        "Decisions",
        (
            DecisionRow("Which lamp", "../../which/", "2024-03-04", DECISION, ("draft",)),
            DecisionRow(
                "Which desk", "../../desk/", "", Decision("", "open", "", "", "", KINDS, 2, ("A", "B"))
            ),
        ),
        introduction("<p>How I decide.</p>", 1),
        (Ref("A commonplace book", "../../"), Ref("Kinds", "../../kinds/")),
        "../../kinds/decision/feed.xml",
    ),
    "kind": replace(SECTION, path="kinds/recipe/index.html", title="Recipes", template="kind.html"),
    "kinds": TagsPage("kinds/index.html", head("Kinds", "../"), "Kinds", TAGS[:2], template="kinds.html"),
    "section": SECTION,
    "tag": replace(
        SECTION,
        path="tags/ml/index.html",
        title="#ml",
        template="tag.html",
        children=TAGS[3:5],
        all_children=Ref("ml – ml/debt", "../page/2/"),
        beside=TAGS[:2],
    ),
    "archive": replace(
        SECTION,
        path="archive/index.html",
        title="All notes",
        template="archive.html",
        note=None,
        children=(),
    ),
    "contents": CONTENTS,
    "tags": TagsPage(
        "tags/index.html", head("Tags", "../"), "Tags", TAGS, introduction("<p>How I tag.</p>", 0)
    ),
    "many-tags": TagsPage(
        "tags/index.html", head("Tags", "../"), "Tags", TAGS, total=1234, parts=PARTS_OF_TAGS
    ),
    "part-of-tags": TagsPage(
        "tags/page/2/index.html",
        head("Tags, page 2", "../../../"),
        "Tags",
        TAGS,
        number=2,
        previous=PARTS_OF_TAGS[0],
        next=PARTS_OF_TAGS[1],
        breadcrumbs=(Ref("A commonplace book", "../../../"), Ref("Tags", "../../../tags/")),
    ),
    "home": HOME,
    "graph": GraphPage(
        "graph/index.html",
        head("Graph", "../", type="website", needs=("d3-force", "graph")),
        "Graph",
        "graph.json",
        (Linked("Glue code", "../glue/", 9, 4), Linked("Aruvi", "../films/aruvi/", 0, 1)),
        55,
        120,
        "../archive/",
        introduction("<p>How it hangs together.</p>", 0),
    ),
    "search": SearchPage(
        "search/index.html",
        head("Search", "../", robots="noindex"),
        "Search",
        "../archive/",
        "../tags/",
        introduction("<p>How I search.</p>", 0),
    ),
    "404": NotFoundPage(
        "404.html",
        head("Not found", "/notes/", robots="noindex"),
        "Not found",
        "/notes/",
        "/notes/archive/",
        "/notes/tags/",
        "/notes/contents/",
    ),
    "redirect": RedirectPage(
        "old/index.html", head("Aruvi", "../", robots="noindex"), "Aruvi", "../films/aruvi/"
    ),
}

#: Every template, with a page that has nothing but what it must have.
BARE: dict[str, Sample] = {
    "note": BARE_NOTE,
    "fields": of_kind("fields", {}, BARE_NOTE),
    "review": of_kind("review", BARE_REVIEW, BARE_NOTE),
    "excerpt": of_kind("excerpt", Excerpt("", (), "", "", "", "", (), "", None, KINDS), BARE_NOTE),
    "reblog": of_kind("reblog", Reblog("", "", "", (), "", 0, 0, 0, KINDS), BARE_NOTE),
    "decision": of_kind("decision", Decision("", "open", "", "", "", KINDS), BARE_NOTE),
    "backlinks": BacklinksPage("b/linked-from/index.html", BARE_HEAD, "What links to b", Ref("b", "../"), ()),
    "series": SeriesPage("s/index.html", BARE_HEAD, "S", ()),
    "passages": PassagesPage("p/index.html", BARE_HEAD, "P", (), "", (), ()),
    "reviews": ReviewsPage("r/index.html", BARE_HEAD, "R", (), (), "reviews.json"),
    "decisions": DecisionsPage(
        "d/index.html",
        BARE_HEAD,
        "D",
        (DecisionRow("Which", "../../which/", "", Decision("", "open", "", "", "", KINDS)),),
    ),
    "kind": ListPage("k/index.html", BARE_HEAD, "K", (), "kind.html"),
    "kinds": TagsPage("kinds/index.html", BARE_HEAD, "Kinds", (), template="kinds.html"),
    "section": ListPage("s/index.html", BARE_HEAD, "S", (), "section.html"),
    "tag": ListPage("t/index.html", BARE_HEAD, "#t", (), "tag.html"),
    "archive": ListPage("archive/index.html", BARE_HEAD, "All notes", (), "archive.html"),
    "contents": ContentsPage("contents/index.html", BARE_HEAD, "Contents", (), (), (), 0),
    "tags": TagsPage("tags/index.html", BARE_HEAD, "Tags", ()),
    "many-tags": TagsPage("tags/index.html", BARE_HEAD, "Tags", TAGS[:1], total=9, parts=PARTS_OF_TAGS[:1]),
    "part-of-tags": TagsPage("tags/page/1/index.html", BARE_HEAD, "Tags", TAGS[:1], number=1),
    "home": HomePage("index.html", BARE_HEAD, "Bare", None, (), (), (), (), 0, "archive/", "tags/"),
    "graph": GraphPage("graph/index.html", BARE_HEAD, "Graph", "graph.json", (), 0, 0, "archive/"),
    "search": SearchPage("search/index.html", BARE_HEAD, "Search", "archive/", "tags/"),
    "404": NotFoundPage("404.html", BARE_HEAD, "Not found", "/", "/archive/", "/tags/", "/contents/"),
    "redirect": RedirectPage("old/index.html", BARE_HEAD, "Bare", "../bare/"),
}


def write(folder: Path, pages: Iterable[tuple[str, Sample]]) -> None:
    """Each page as ``name.html``, and the theme's assets where all of them find them."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [path.name for path in sorted((PAPER / "assets").iterdir()) if path.is_file()]
    own = replace(SITE, assets={name: name for name in names})
    for name in names:
        (folder / name).write_bytes((PAPER / "assets" / name).read_bytes())
    sheets = [(folder / name).read_text("utf-8") for name in names if name.endswith(".css")]
    (folder / "style.css").write_text("\n".join(sheets), "utf-8")
    paper = read_theme(folder, "themes", "paper")
    assert isinstance(paper, ThemeFiles)
    (folder / "paper.js").write_bytes(paper.assets["paper.js"])
    for name, page in pages:
        flat = replace(page, head=replace(page.head, root=""))
        (folder / f"{name}.html").write_text(html(flat, own), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), FULL.items())
    write(Path(sys.argv[1]), ((f"{name}-bare", page) for name, page in BARE.items()))
