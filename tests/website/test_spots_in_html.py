"""Spots that an author marked in HTML: links lead to them as to headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from website.web import CONFIG, built

HTML = """
<a name="old">Old</a> <a NAME=bare href="https://example.org/">b</a> <span id="Spot">s</span>

<h2 id="raw">Raw</h2>

<a id="both" name="other">c</a>
"""


@pytest.mark.parametrize("name", ["old", "bare", "Spot", "spot", "raw", "both"])
@pytest.mark.parametrize("html", ["sanitize", "trusted"])
def test_a_spot_marked_in_html_is_the_end_of_links(tmp_path: Path, name: str, html: str) -> None:
    notes = {"a.md": HTML, "b.md": f"[x](a.md#{name}) [[a#{name}|x]]", "c.md": f"{HTML}\n\n[x](#{name})"}
    web = built(tmp_path, notes, f"{CONFIG}html: {html}\n")
    assert "missing-heading" not in web.codes()
    id_ = "Spot" if name == "spot" else name
    assert web.body("b/index.html").count(f'href="../a/#{id_}"') == 2
    assert f'href="#{id_}"' in web.body("c/index.html")
    if html == "sanitize":
        assert id_ in web.page("a/index.html").ids


def test_a_spot_marked_in_html_is_no_section_to_embed(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": f"Secretly long.\n\n{HTML}", "b.md": "![[a#old]]"})
    assert '<a class="embed-link" href="../a/#old">' in web.body("b/index.html")
    assert "Secretly" not in web.body("b/index.html")


def test_ids_of_elements_in_code_are_no_ends_of_links(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": '`<a name="x">`\n\n<!-- <a name="x"> -->\n\n[x](#x)'})
    assert "missing-heading" in web.codes()
