"""Notes and files inside notes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from website.web import PNG, Web, built


def _body(tmp_path: Path, host: str, **notes: str | bytes) -> str:
    """The body of the page of `host`, beside these notes. Every link in the site has to lead somewhere."""
    web = _web(tmp_path, host, **notes)
    return web.body("host/index.html")


def _web(tmp_path: Path, host: str, **notes: str | bytes) -> Web:
    files = {name.replace("__", "/") + ("" if "." in name else ".md"): text for name, text in notes.items()}
    web = built(tmp_path, {"host.md": host, **files})
    assert not list(web.faults())
    return web


NOTE = "# The note\n\nFirst.[^a] ^first\n\n## Part\n\nOf the part.[^a] See [[#Part]].\n\n- item ^item\n- other\n\n[^a]: A foot.\n"


def test_an_embedded_note_stands_in_a_frame_without_its_title_heading(tmp_path: Path) -> None:
    body = _body(tmp_path, "![[note]]", note="# The *note*\n\nText.")
    assert body.startswith(
        '<div class="embed" data-embed="note"><p class="embed-title"><a href="../note/">The note</a></p>'
    )
    assert "<h1" not in body
    assert "<p>Text.</p>" in body


def test_ids_of_an_embedded_note_are_its_own_and_its_links_follow(tmp_path: Path) -> None:
    body = _body(tmp_path, "Host.[^a]\n\n## Part\n\n![[note]]\n\n![[note]]\n\n[^a]: Of the host.", note=NOTE)
    assert 'id="part"' in body
    assert 'id="e1:part"' in body
    assert 'id="e2:part"' in body
    assert 'href="#e1:part"' in body
    assert 'href="#e2:part"' in body
    assert 'href="#e1:fn:1"' in body
    assert 'id="e1:fn:1"' in body


def test_an_embedded_section_leads_to_its_source_for_what_is_not_shown(tmp_path: Path) -> None:
    body = _body(tmp_path, "![[note#Part]]", note=NOTE)
    assert "First" not in body
    assert "A foot." not in body
    assert re.search(r'href="\.\./note/#fn(:|%3A)1"', body)
    assert '<a href="../note/#part">The note &gt; Part</a>' in body


def test_the_section_of_a_note_s_title_is_shown_without_the_title_heading(tmp_path: Path) -> None:
    body = _body(tmp_path, "![[note#The note]]", note=NOTE + "\n# Another\n\nLast.\n")
    frame = '<div class="embed" data-embed="section"><p class="embed-title"><a href="../note/#the-note">The note</a></p>'
    assert body.startswith(f'{frame}<div class="embed-content">\n<p id="e1:^first">First.')
    assert "Of the part" in body
    assert "Last" not in body


def test_an_embedded_block_and_list_item_are_shown_alone(tmp_path: Path) -> None:
    body = _body(tmp_path, "![[note#^first]]\n\n![[note#^item]]", note=NOTE)
    assert 'data-embed="block"' in body
    assert '<ul><li id="e2:^item">item</li>\n</ul>' in body
    assert "other" not in body
    assert "Of the part" not in body


def test_a_part_that_is_not_there_is_a_link_to_the_note(tmp_path: Path) -> None:
    web = _web(tmp_path, "![[note#Nowhere]]", note=NOTE)
    link = '<a class="embed-link" href="../note/">The note</a>'
    assert web.body("host/index.html").strip() == f'<p class="embed-missing">{link}</p>'
    assert "missing-heading" in web.codes()


def test_a_loop_is_shown_by_its_chain(tmp_path: Path) -> None:
    web = _web(tmp_path, "![[b]]", b="![[c]]", c="C.\n\n![[host]]\n")
    assert '<p class="embed-missing">This note embeds itself: host → b → c → host</p>' in web.body(
        "host/index.html"
    )
    assert "embed-loop" in web.codes()


def test_a_section_may_show_another_section_of_its_note_but_not_itself(tmp_path: Path) -> None:
    body = _body(tmp_path, "## A\n\n![[#B]]\n\n## B\n\nText of B.\n\n## C\n\n![[#C]]\n")
    assert body.count("Text of B.") == 2
    assert "This note embeds itself" in body


def test_embeds_are_shown_five_deep(tmp_path: Path) -> None:
    notes = {f"n{i}": f"Text {i}.\n\n![[n{i + 1}]]\n" for i in range(1, 9)}
    body = _body(tmp_path, "![[n1]]", **notes, n9="End.")
    assert "Text 5." in body
    assert "Text 6." not in body
    assert '<p class="embed-missing"><a class="embed-link" href="../n6/">n6</a></p>' in body


def test_a_page_holds_a_hundred_embeds_and_links_to_the_rest(tmp_path: Path) -> None:
    doubling = {f"n{i}": f"T{i}.\n\n![[n{i + 1}]]\n\n![[n{i + 1}]]\n\n![[n{i + 1}]]\n" for i in range(1, 5)}
    body = _body(tmp_path, "![[n1]]\n\n![[n1]]\n", **doubling, n5="End.")
    assert body.count('class="embed"') == 100
    assert body.count('class="embed-missing"') > 0


def test_a_page_holds_no_more_than_a_book_of_embedded_words(tmp_path: Path) -> None:
    long = "word " * 60_000
    body = _body(tmp_path, "![[n]]\n\n![[n]]\n\n![[n]]\n", n=long)
    assert body.count('class="embed"') == 2
    assert len(body) < 1_000_000


def test_what_stands_outside_an_embedded_section_costs_nothing(tmp_path: Path) -> None:
    body = _body(tmp_path, "![[n#S]]\n\n![[m]]", n="![[m]]\n\n![[host]]\n\n## S\n\nText.", m="M.")
    assert "e1:s" in body
    assert "This note embeds itself" not in body
    assert 'data-embed="note"' in body


@pytest.mark.parametrize(
    ("host", "around"),
    [
        ("- one\n- ![[n]]\n", ("<li>", "</li>")),
        ("- one ![[n]] two\n", ("<li>one", "two</li>")),
        ("> [!tip] Title\n> ![[n]]\n", ('<div class="callout-content">', "</div>")),
        ("> before ![[n]]\n", ("<p>before</p>", "</blockquote>")),
        ("| a | b |\n|---|---|\n| x ![[n]] y | z |\n", ("<td>x ", " y</td>")),
        ("before ![[n]] after\n", ("<p>before</p>", "<p>after</p>")),
        ("before\n![[n]]\nafter\n", ("<p>before</p>", "<p>after</p>")),
        ("![[n]] after\n", ("", "<p>after</p>")),
        ("before ![[n]]\n", ("<p>before</p>", "")),
        ("![[n]]![[n]]\n", ("", "</div></div>")),
    ],
)
def test_a_note_is_shown_wherever_a_block_may_stand(
    tmp_path: Path, host: str, around: tuple[str, str]
) -> None:
    body = _body(tmp_path, host, n="Text of n.")
    match = re.search(r'<div class="embed" data-embed="note">.*?</div></div>\n', body, re.DOTALL)
    assert match, body
    assert "Text of n." in match[0], body
    before, after = body[: match.start()].rstrip("\n"), body[match.end() :].lstrip("\n")
    assert before.endswith(around[0]) or f"{around[0]}\n" in before, body
    assert around[1] in after, body
    assert "<p></p>" not in body
    assert "<p> " not in body


@pytest.mark.parametrize(
    "host",
    [
        "# A ![[n]]\n\n## B ![[n]]\n",
        "*x ![[n]] y*\n",
        "**a ==![[n]]==**\n",
        "> [!tip] T ![[n]]\n> x\n",
        "x[^1]\n\n[^1]: y ![[n]]\n",
        "x ![[n]] y ^id\n",
        "<b>x ![[n]] y</b>\n",
    ],
)
def test_where_no_block_may_stand_there_is_a_link(tmp_path: Path, host: str) -> None:
    web = _web(tmp_path, host, n="Text of n.")
    text = web.text("host/index.html")
    assert '<a class="embed-link" href="../n/">n</a>' in text
    assert "Text of n." not in text


def test_a_note_shown_amid_text_still_links_here(tmp_path: Path) -> None:
    web = _web(tmp_path, "See ![[n]] here.", n="Text of n.")
    assert '<a class="u-url p-name" href="../host/">host</a>' in web.text("n/index.html")


IMAGE = ' decoding="async">'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![[p.png]]", '<img src="../p.png" alt="" width="2" height="3"' + IMAGE),
        ("![[p.png|4]]", '<img src="../p.png" alt="" width="4" height="6"' + IMAGE),
        ("![[p.png|40x20]]", '<img src="../p.png" alt="" width="40" height="20"' + IMAGE),
        ("![[p.png|An <alt>|4]]", '<img src="../p.png" alt="An &lt;alt&gt;" width="4" height="6"' + IMAGE),
        (
            "![A|1](p.png 'T \"q\"')",
            '<img src="../p.png" alt="A" width="1" height="2"'
            + IMAGE
            + "<figcaption>T &quot;q&quot;</figcaption>",
        ),
        ("![A](p.png)", '<img src="../p.png" alt="A" width="2" height="3"' + IMAGE),
        (
            "![[d.pdf#page=3&zoom=2]]",
            '<object class="pdf" data="../d.pdf#page=3&amp;zoom=2" type="application/pdf">',
        ),
        (
            "![[d.pdf|600x400]]",
            '<object class="pdf" data="../d.pdf" type="application/pdf" width="600" height="400">',
        ),
        (
            "![[a.ogg]]",
            '<audio src="../a.ogg" controls preload="metadata"><a href="../a.ogg">a.ogg</a></audio>',
        ),
        ("![[v.mp4|320]]", '<video src="../v.mp4" width="320" controls preload="metadata">'),
        ("![[s.csv]]", '<th scope="col" data-sort="text">data</th>'),
        ("[numbers](s.csv)", '<a href="../s.csv">numbers</a>'),
        ("[p. 3](d.pdf#page=3)", '<a href="../d.pdf#page=3">p. 3</a>'),
        ("[n](n.md 'A \"title\" & more')", '<a href="../n/" title="A &quot;title&quot; &amp; more">n</a>'),
        ("[x](nowhere.md 'T')", '<a class="missing" title="T">x</a>'),
        ("![[nowhere.png|what it shows]]", '<span class="missing">what it shows</span>'),
    ],
)
def test_files_are_shown_by_what_they_are(tmp_path: Path, written: str, shown: str) -> None:
    files: dict[str, str | bytes] = {"p.png": PNG, "n": "x"}
    files |= dict.fromkeys(("d.pdf", "a.ogg", "v.mp4", "s.csv"), b"data")
    assert shown in _body(tmp_path, written, **files)


HOSTILE = """
<p id="x" title='id="y"'>a</p>
<a href="#x" title=" id=z href=#x">b</a>
<details id="open" name="group"><summary>s</summary>

text <span id="a&quot;b">c</span> <img id="pic" src="p.png" alt="x"> <a id="k" href="host.md">l</a>

</details>
<p aria-labelledby="x k">d</p>
"""


def test_ids_are_made_own_under_any_raw_html(tmp_path: Path) -> None:
    body = _body(tmp_path, '<b id="x">host</b>\n\n![[n]]\n\n![[n]]', n=HOSTILE, **{"p.png": PNG})
    for prefix in ("e1:", "e2:"):
        for id_ in ("x", "open", "pic", "k"):
            assert f'id="{prefix}{id_}"' in body
        assert f'href="#{prefix}x"' in body
        assert f'aria-labelledby="{prefix}x {prefix}k"' in body
    assert "e1:y" not in body
    assert "e1:z" not in body


def test_ids_are_made_own_under_trusted_html_however_it_is_written(tmp_path: Path) -> None:
    note = "<p id=x>a</p>\n<p ID = 'y'>b</p>\n<a href='#x'>c</a> <a href=#y>d</a>\n"
    files = {"host.md": "![[n]]", "n.md": note}
    web = built(tmp_path, files, "title: T\nhtml: trusted\n")
    body = web.body("host/index.html")
    for written in ('id="e1:x"', "ID = 'e1:y'", "href='#e1:x'", 'href="#e1:y"'):
        assert written in body
