"""Links that name a page by its address on the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from website.web import built

NOTES = {
    "ml/gmm.md": "---\ntags: [film/old]\n---\nOne.",
    "Big Ideas/a.md": "---\npermalink: /2017/05/ideas/\naliases: [/old/a.html]\n---\nTwo.",
}


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("[x](/archive/)", "../archive/"),
        ("[x](/tags/)", "../tags/"),
        ("[x](/tags/film/)", "../tags/film/"),
        ("[x](/tags/Film/old/)", "../tags/film/old/"),
        ("[x](/ml/)", "../ml/"),
        ("[x](ml/)", "../ml/"),
        ("[x](/ml)", "../ml/"),
        ("[x](</Big Ideas/>)", "../big-ideas/"),
        ("[x](./ml/#top)", "../ml/#top"),
        ("[x](/feed.xml)", "../feed.xml"),
        ("[x](/)", "../"),
        ("[[/archive/|x]]", "../archive/"),
        ("[x](/2017/05/ideas/)", "../2017/05/ideas/"),
        ("[x](/2017/05/ideas)", "../2017/05/ideas/"),
        ("[x](/2017/05/ideas/index.html)", "../2017/05/ideas/"),
        ("[x](/old/a.html)", "../2017/05/ideas/"),
        ("<a href='/archive/'>x</a>", "../archive/"),
        ("<a href='/2017/05/ideas/'>x</a>", "../2017/05/ideas/"),
    ],
)
def test_a_link_to_an_address_of_the_site_leads_there(tmp_path: Path, link: str, href: str) -> None:
    web = built(tmp_path, NOTES | {"n.md": f"See {link}."})
    assert f'<a href="{href}">x</a>' in web.body("n/index.html")
    assert not {"broken-link", "missing-attachment"} & set(web.codes())


@pytest.mark.parametrize("link", ["[x](/nowhere/)", "[x](archive)", "![[/archive/]]", "[x](/../archive/)"])
def test_what_is_at_no_address_stays_broken(tmp_path: Path, link: str) -> None:
    web = built(tmp_path, NOTES | {"n.md": link})
    assert {"broken-link", "link-outside"} & set(web.codes())


def test_a_link_to_a_notes_address_is_a_link_to_the_note(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES | {"n.md": "# From\n\nAs told [there](/2017/05/ideas/#x)."})
    assert "As told <mark>there</mark>" in web.text("2017/05/ideas/index.html")
    assert "missing-heading" in web.codes()


def test_the_address_of_a_private_note_is_told_to_be_private(tmp_path: Path) -> None:
    web = built(tmp_path, {"p.md": "---\npermalink: /x/y/\npublish: false\n---\n", "n.md": "[x](/x/y/)"})
    assert "link-to-private" in web.codes()
    assert '<a class="missing">x</a>' in web.body("n/index.html")


def test_a_note_beside_a_list_comes_first(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES | {"archive.md": "# Mine", "n.md": "[x](/archive)", "ml/index.md": "# ML"})
    assert '<a href="../archive/">x</a>' in web.body("n/index.html")
    assert "<mark>x</mark>" in web.text("archive/index.html")


def test_a_note_that_is_told_of_is_named_by_a_path_that_can_be_opened(tmp_path: Path) -> None:
    notes = {"a/x.md": "# X\n\n[[Buidls]] [[m#Y]] [[p]] [[n]]", "b/Builds.md": "", "m.md": ""}
    notes |= {"c/n.md": "", "d/n.md": "", "p.md": "---\npublish: false\n---\n"}
    said = {problem.code: problem for problem in built(tmp_path, notes).problems}
    assert said["broken-link"].hint == "did you mean 'Builds' (content/b/Builds.md)?"
    assert said["missing-heading"].hint.endswith("add the heading to content/m.md")
    assert "'p' (content/p.md) is not published" in said["link-to-private"].message
    assert "content/c/n.md or content/d/n.md; content/c/n.md was chosen" in said["ambiguous-link"].message
    assert said["ambiguous-link"].hint == "to be exact, write [[c/n]]"


def test_a_link_to_the_heading_that_is_the_title_leads_to_it(tmp_path: Path) -> None:
    linked = "[[Of n#The *title*]] [[index#Home]] [[f/index#Folder]] [[tags#All tags]]"
    notes = {
        "index.md": "# Home\n",
        "f/index.md": "# Folder\n",
        "tags.md": "# All tags\n#x",
        "f/a.md": linked,
    }
    web = built(tmp_path, {"Of n.md": "Text.\n\n# The *title*\n", **notes})
    assert '<h1 class="p-name" id="the-title">The <em>title</em></h1>' in web.text("of-n/index.html")
    assert not list(web.faults())
    assert not {"broken-link", "missing-heading"} & set(web.codes())


@pytest.mark.parametrize(
    ("link", "hint"),
    [
        ("[[tags/film/old|x]]", "if the page at /tags/film/old/ is meant, write [[/tags/film/old/]]"),
        ("[x](<Big Ideas>)", "if the page at /Big Ideas/ is meant, write /Big%20Ideas/"),
        ("[[tags/films]]", "create it, or add an alias"),
    ],
)
def test_a_link_that_lacks_the_slashes_of_an_address_is_told_of_them(
    tmp_path: Path, link: str, hint: str
) -> None:
    web = built(tmp_path, NOTES | {"n.md": link})
    assert [problem.hint for problem in web.problems if problem.code == "broken-link"] == [hint]
    written = hint.partition("write ")[2]
    if written:
        mended = f"[x]({written})" if written.startswith("/") else written
        assert "broken-link" not in built(tmp_path, {"n.md": mended}).codes()
