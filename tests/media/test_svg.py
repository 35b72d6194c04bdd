"""A drawing that is opened by itself runs nothing, fetches nothing and tells no tales."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.media.css import harmless
from kb.media.picture import look, published
from kb.media.svg import NOTHING
from media.photos import SECRET, photo

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def inside(drawn: str) -> str:
    """What is left of something that is drawn."""
    text = published(f"{HEAD}{drawn}</svg>".encode()).decode()
    assert published(text.encode()) == text.encode()
    assert text.startswith(HEAD[:-1])
    if text == f"{HEAD[:-1]}/>\n":
        return ""
    return text.removeprefix(HEAD).removesuffix("</svg>\n")


@pytest.mark.parametrize(
    ("drawn", "left"),
    [
        ("<script>alert(1)</script>", ""),
        ("<script href='x.js'/>", ""),
        ("<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>", ""),
        ("<rect onload='a()' OnClick='b()' width='1'/>", '<rect width="1"/>'),
        ("<a href='javascript:alert(1)'><text>t</text></a>", "<a><text>t</text></a>"),
        ("<a xlink:href=' java&#10;script:alert(1)'/>", "<a/>"),
        ("<a href='data:text/html,x'/>", "<a/>"),
        ("<a href='//evil.example/'/>", "<a/>"),
        ("<a href='https://good.example/?a=1&amp;b'/>", '<a href="https://good.example/?a=1&amp;b"/>'),
        ("<a href='../other/'/>", '<a href="../other/"/>'),
        ("<a href='#here'/>", '<a href="#here"/>'),
        ("<a><set attributeName='href' to='javascript:alert(1)'/></a>", "<a/>"),
        ("<a><animate attributeName='xlink:href' values='javascript:alert(1)'/></a>", "<a/>"),
        ("<rect><set attributeName='onclick' to='a()'/></rect>", "<rect/>"),
        ("<animate attributeName='x' to='1'/>", '<animate attributeName="x" to="1"/>'),
        ("<image href='https://evil.example/x.png'/>", "<image/>"),
        ("<image href='photo.jpg'/>", "<image/>"),
        ("<image href='data:image/svg+xml;base64,AAAA'/>", "<image/>"),
        ("<use href='other.svg#a'/>", "<use/>"),
        ("<use xlink:href='#a'/>", '<use xlink:href="#a"/>'),
        ("<rect fill='url(https://evil.example/#a)'/>", '<rect fill="none"/>'),
        ("<rect fill='url(#a)'/>", '<rect fill="url(#a)"/>'),
        ("<rect style='fill:url(\"https://evil.example/\")'/>", '<rect style="fill:none"/>'),
        (r"<rect style='fill:u\72l(https://evil.example/)'/>", "<rect/>"),
        ("<style>@import 'https://evil.example/';</style>", "<style/>"),
        (r"<style>@\69mport 'https://evil.example/';</style>", "<style/>"),
        ("<style>a{background:url(//evil.example)}</style>", "<style>a{background:none}</style>"),
        ("<style>.a > .b{fill:red}</style>", "<style>.a &gt; .b{fill:red}</style>"),
        ("<metadata>/home/me</metadata><!-- me --><?php me ?>", ""),
        ("<g xmlns:i='http://www.inkscape.org/' i:label='/home/me'><i:page/></g>", "<g/>"),
        ("<iframe src='x'/><video/><handler>x</handler>", ""),
        ("<html:script xmlns:html='http://www.w3.org/1999/xhtml'>x</html:script>", ""),
        (
            "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml' onclick='a()'>A<img src='x'/> <b>b</b></p></foreignObject>",
            '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">A <b>b</b></p></foreignObject>',
        ),
        (
            "<text xml:space='preserve' xml:base='https://evil.example/'>a &lt; b</text>",
            '<text xml:space="preserve">a &lt; b</text>',
        ),
    ],
)
def test_what_is_left_of_a_drawing(drawn: str, left: str) -> None:
    assert inside(drawn) == left


def test_a_photograph_in_a_drawing_does_not_tell_where_it_was_taken() -> None:
    held = base64.b64encode(photo("JPEG")).decode()
    left = inside(f"<image href='data:image/jpeg;base64,{held}'/>")
    kept = base64.b64decode(left.partition("base64,")[2].partition('"')[0])
    assert kept == published(photo("JPEG"))
    assert SECRET not in kept


def test_a_doctype_goes_and_its_entities_are_what_they_stand_for() -> None:
    doctype = '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY w "word">]>'
    text = published(f'{doctype}<svg xmlns="&ns;"><text>&w;</text></svg>'.encode()).decode()
    assert text == f"{HEAD}<text>word</text></svg>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<svg",
        "<svg><g></svg>",
        "<html><svg xmlns='http://www.w3.org/2000/svg'/></html>",
        "<svg xmlns='http://example.org/'/>",
        "<svg>" + "<g>" * 600 + "</g>" * 600 + "</svg>",
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]><svg>&i;</svg>",
    ],
)
def test_what_is_no_svg_becomes_an_empty_drawing_and_is_told(text: str) -> None:
    assert published(text.encode()) == NOTHING
    assert look(text.encode()).flaw.startswith("it is no well-formed SVG")


def test_an_svg_in_another_encoding_is_read_too() -> None:
    text = "<?xml version='1.0' encoding='utf-16'?><svg xmlns='http://www.w3.org/2000/svg'><text>ä</text><script/></svg>"
    assert published(text.encode("utf-16")).decode() == f"{HEAD}<text>ä</text></svg>\n"


@given(st.text("url(@import)\\\"'/*#: ;75268c\n", max_size=40))
def test_no_style_sheet_leads_out(css: str) -> None:
    left = harmless(css).lower()
    assert "@import" not in left
    assert all(rest.lstrip(" \n\t").startswith(("#", '"#', "'#")) for rest in left.split("url(")[1:])
