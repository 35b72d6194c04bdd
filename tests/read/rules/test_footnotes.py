from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it.token import Token


def test_the_note_becomes(case: dict[str, str], render: Callable[..., str]) -> None:
    assert render(case["md"]) == case["html"]


def test_ids_hold_a_colon_so_that_no_heading_has_them(render: Callable[..., str]) -> None:
    html = render("a[^x] b[^x]\n\n[^x]: c\n")
    assert re.findall(r' id="([^"]*)"', html) == ["fnref:1", "fnref:1-2", "fn:1"]


def test_a_footnote_on_the_spot_knows_its_line(parse: Callable[..., list[Token]]) -> None:
    tokens = parse("Text\n\none\ntwo^[see [[this]]]\nthree^[here]\n")
    assert [(t.content, t.map) for t in tokens if t.type == "inline"][2:] == [
        ("see [[this]]", [3, 4]),
        ("here", [4, 5]),
    ]


def test_labels_are_in_the_language_of_the_site(render: Callable[..., str]) -> None:
    html = render("a^[b]\n", language="de-AT")
    assert 'aria-label="Fußnoten"' in html
    assert 'aria-label="Zurück zur Stelle 1"' in html


def test_nothing_of_one_note_stays_for_the_next(render: Callable[..., str]) -> None:
    env: dict[str, object] = {}
    render("a[^x]\n\n[^x]: c\n", env)
    assert "footnote" not in render("a[^x]\n", env)
