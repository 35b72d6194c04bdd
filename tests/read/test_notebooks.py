"""Notebooks as notes: what their cells say, where it stands in the file, and nothing that runs."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from kb.features.notebooks import output
from kb.model.fenced import Fenced
from kb.model.note import Body, LinkKind, Note, Source
from kb.model.settings import Dialect
from kb.read.notebooks import OUTPUT, as_markdown
from kb.read.parse import parser

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000030806000000b9ead0e3"
    "0000000b49444154789c6360400600000e0001a5f3b2a60000000049454e44ae426082"
)
PICTURE = base64.b64encode(PNG).decode()
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><circle r="2"/></svg>'
)


def words(text: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True), **more}


def raw(text: str) -> dict[str, Any]:
    return {**words(text), "cell_type": "raw"}


def code(text: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    metadata = {"tags": list(tags)} if tags else {}
    return {**words(text), "cell_type": "code", "metadata": metadata, "outputs": list(outputs)}


def data(**bundle: str) -> dict[str, Any]:
    kinds = {"png": "image/png", "svg": "image/svg+xml", "html": "text/html", "plain": "text/plain",
             "latex": "text/latex", "markdown": "text/markdown", "jpeg": "image/jpeg"}  # fmt: skip
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {kinds[key]: value for key, value in bundle.items()},
    }


def said(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text.splitlines(keepends=True)}


def book(*cells: dict[str, Any], **metadata: Any) -> str:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def read(text: str) -> tuple[Note, Body]:
    parse = parser(Dialect(), fences={OUTPUT: output})
    return parse(Source("folder/A book.ipynb", text.encode(), "digest"))


def page(text: str) -> str:
    return "".join(read(text)[1].html)


def test_cells_are_read_in_their_order_in_the_full_dialect() -> None:
    text = book(
        words("# Title\n\nSee [[Other#Part]] and #tag, $x^2$.\n"), code("import math"), words("## Then\n")
    )
    note, body = read(text)
    assert note.title == "Title"
    assert [(link.kind, link.target, link.subpath) for link in note.links][:2] == [
        (LinkKind.WIKI, "Other", "Part"),
        (LinkKind.TAG, "tag", ""),
    ]
    assert note.tags == ("tag",)
    assert [heading.text for heading in note.headings] == ["Title", "Then"]
    html = "".join(body.html)
    assert html.index("<math") < html.index("language-python") < html.index("Then")


def test_places_are_those_of_the_file() -> None:
    text = book(words("One.\n\nTwo [[Nowhere]].\n"), words("See [[Far]].\n"))
    note, _ = read(text)
    lines = text.split("\n")
    for link, words_ in zip(note.links, ("[[Nowhere]]", "[[Far]]"), strict=True):
        assert lines[link.line - 1][link.column - 1 :].startswith(words_)


def test_a_mistake_names_the_cell_and_the_line_in_it() -> None:
    text = book(words("One.\n"), words("Two.\n\n$\\frac{1$\n"))
    (problem,) = read(text)[0].problems
    assert problem.message.startswith("cell 2, line 3: ")
    assert "frac" in text.split("\n")[problem.place.line - 1]


@pytest.mark.parametrize("first", [raw, words])
def test_a_first_cell_can_be_the_front_matter(first: Any) -> None:
    note, body = read(book(first("---\ntitle: Named\ntags: [a]\ndraft: true\n---"), words("Text.\n")))
    assert (note.title, note.tags, note.draft) == ("Named", ("a",), True)
    assert "draft" not in "".join(body.html)


def test_metadata_can_hold_a_front_matter_and_a_cell_has_the_last_word() -> None:
    note, _ = read(
        book(raw("---\ntitle: Own\n---"), kb={"title": "Not this", "tags": ["a"], "date": "2024-05-01"})
    )
    assert (note.title, note.tags, note.date[:10]) == ("Own", ("a",), "2024-05-01")
    note, _ = read(book(words("Text.\n"), kb={"publish": False}))
    assert not note.publish


def test_a_mistake_in_the_front_matter_stands_where_it_is_and_keeps_the_notebook_private() -> None:
    text = book(raw("---\ntitle: [\n---"), words("Text.\n"))
    note, _ = read(text)
    assert not note.readable
    assert any("title" in text.split("\n")[problem.place.line - 1] for problem in note.problems)


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"language_info": {"name": "R"}}, "r"),
        ({"kernelspec": {"language": "julia"}}, "julia"),
        ({"language_info": {"name": "a b`"}}, "python"),
        ({"language_info": []}, "python"),
        ({}, "python"),
    ],
)
def test_code_is_in_the_language_of_the_kernel(metadata: dict[str, Any], language: str) -> None:
    assert f'class="language-{language}"' in page(book(code("x"), **metadata))


def test_what_code_puts_out_stands_behind_it() -> None:
    html = page(book(code("x", said("3.14 <b>\n"), said("careful\n", "stderr"), data(plain="'x'"))))
    assert '<pre class="output" tabindex="0">3.14 &lt;b&gt;</pre>' in html
    assert '<pre class="output stderr" tabindex="0">careful</pre>' in html
    assert '<pre class="output" tabindex="0">\'x\'</pre>' in html.replace("&#x27;", "'")


def test_of_several_forms_the_most_telling_is_shown() -> None:
    html = page(book(code("x", data(plain="<Figure>", png=PICTURE, html="<b>no</b>"))))
    assert (
        f'<img src="data:image/png;base64,{PICTURE}" alt="Drawn by the code above" width="2" height="3">'
        in html
    )
    assert "<b>no</b>" not in html
    assert "Figure" not in html


@pytest.mark.parametrize(
    ("bundle", "size"),
    [
        (
            {"svg": '<svg xmlns="http://www.w3.org/2000/svg" width="20pt" height="30.4pt"><g/></svg>'},
            (20, 30),
        ),
        ({"svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 50"><g/></svg>'}, (40, 50)),
        (
            {"jpeg": base64.b64encode(b"\xff\xd8\xff\xe0\0\x02\xff\xc0\0\x11\x08\0\x05\0\x09").decode()},
            (9, 5),
        ),
    ],
)
def test_a_picture_has_its_size_so_that_nothing_jumps(bundle: dict[str, str], size: tuple[int, int]) -> None:
    assert f'width="{size[0]}" height="{size[1]}"' in page(book(code("x", data(**bundle))))


def test_formulas_and_markdown_that_code_puts_out_are_read_as_such() -> None:
    html = page(book(code("x", data(latex="$$\\mu = 1$$", plain="mu"), data(markdown="*so*", plain="so"))))
    assert "<math" in html
    assert "<em>so</em>" in html


def test_html_and_drawings_are_cleaned() -> None:
    hostile = '<table onclick="alert(1)"><tr><td>1</td></tr></table><script>alert(1)</script><img src="javascript:alert(1)">'
    html = page(book(code("x", data(html=hostile), data(svg=SVG))))
    assert "<td>1</td>" in html
    assert not re.search(r"<script|onclick|javascript:", html)
    drawing = base64.b64decode(re.findall(r"data:image/svg\+xml;base64,([^\"]*)", html)[0])
    assert b"circle" in drawing
    assert b"alert" not in drawing


def test_an_error_is_shown_without_the_colours_of_a_terminal() -> None:
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no",
        "traceback": ["\x1b[0;31mValueError\x1b[0m: no"],
    }
    assert '<pre class="output error" tabindex="0">ValueError: no</pre>' in page(book(code("x", error)))
    assert "ValueError: no" in page(book(code("x", {**error, "traceback": []})))


@pytest.mark.parametrize(
    ("tag", "shown", "hidden"),
    [
        ("remove-cell", "", "in out"),
        ("remove_cell", "", "in out"),
        ("remove-input", "out", "in"),
        ("remove-output", "in", "out"),
    ],
)
def test_what_is_tagged_so_is_left_out(tag: str, shown: str, hidden: str) -> None:
    note, body = read(book(code("word_in", said("word_out"), tags=(tag,)), words("Rest.\n")))
    texts = "".join(body.html) + str(body.texts if hasattr(body, "texts") else "")
    assert all(f"word_{part}" in texts for part in shown.split())
    assert not any(f"word_{part}" in texts for part in hidden.split())
    assert note.readable


@pytest.mark.parametrize(
    ("tag", "title"), [("hide-input", "Code"), ("hide_output", "Output"), ("hide-cell", "Code")]
)
def test_what_is_tagged_so_is_folded(tag: str, title: str) -> None:
    html = page(book(code("word_in", said("word_out"), tags=(tag,))))
    assert f'<span class="callout-title-inner">{title}</span>' in html
    assert "<details" in html
    assert "word_out" in html


def test_a_picture_attached_to_a_cell_is_shown() -> None:
    cell = words("Look: ![A dot](attachment:dot.png)\n", attachments={"dot.png": {"image/png": PICTURE}})
    assert f'<img src="data:image/png;base64,{PICTURE}" alt="A dot"' in page(book(cell))


def test_fences_in_what_is_put_out_end_nothing() -> None:
    html = page(book(code("x = '~~~~'", said("~~~~\n~~~~~~\n[[no link]]\n")), words("*Then*.\n")))
    assert "[[no link]]" in html
    assert "<em>Then</em>" in html


@pytest.mark.parametrize(
    ("text", "line", "said_"),
    [
        ("{", 1, "the notebook is no JSON"),
        ('{\n "cells": [\n  1,,\n', 3, "the notebook is no JSON"),
        ("[]", 1, "the file says nothing of being a notebook"),
        ("{}", 1, "the file says nothing of being a notebook"),
        ('{"nbformat": 3, "worksheets": []}', 1, "the notebook is of format 3; kb reads format 4"),
        ('{"nbformat": 4}', 1, "the notebook has no list of cells"),
        ('{"nbformat": 4, "cells": [1]}', 1, "the notebook has no list of cells"),
        ("[" * 100_000, 1, "the notebook is nested too deeply"),
        ("", 1, "the notebook is no JSON"),
    ],
)
def test_what_is_no_notebook_is_told_and_not_published(text: str, line: int, said_: str) -> None:
    note, body = read(text)
    assert not note.readable
    assert "".join(body.html) == ""
    (problem,) = [each for each in note.problems if each.code == "notebook"]
    assert problem.message.startswith(said_)
    assert problem.place.line == line
    assert problem.hint


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"cell_type": "code"},
        {"cell_type": "code", "source": 3, "outputs": 4, "metadata": 5},
        {
            "cell_type": "code",
            "source": ["x", 1],
            "outputs": [1, {}, {"output_type": "display_data", "data": []}],
        },
        {
            "cell_type": "code",
            "source": "x",
            "outputs": [{"output_type": "display_data", "data": {"image/png": 7}}],
        },
        {
            "cell_type": "code",
            "source": "x",
            "outputs": [{"output_type": "display_data", "data": {"image/png": "<b>"}}],
        },
        {"cell_type": "code", "source": "x", "outputs": [{"output_type": "error", "traceback": [1, None]}]},
        {"cell_type": "markdown", "source": "![a](attachment:b)", "attachments": 3},
        {"cell_type": "heading", "source": "old"},
        {"cell_type": "markdown", "metadata": {"tags": [1, None]}, "source": None},
    ],
)
def test_an_odd_cell_harms_no_other(cell: dict[str, Any]) -> None:
    assert "Still here." in page(book(cell, words("Still here.\n")))


def test_an_output_that_is_too_large_is_left_out_and_told() -> None:
    note, body = read(book(code("x", data(png="A" * (5 << 20), plain="a plot"))))
    assert len("".join(body.html)) < 2000
    assert "a plot" in "".join(body.html)
    assert [problem.code for problem in note.problems] == ["block-value"]


def test_a_picture_that_is_none_is_told() -> None:
    note, body = read(book(code("x", data(png=base64.b64encode(b"<script>").decode(), plain="a plot"))))
    assert "<img" not in "".join(body.html)
    assert [problem.code for problem in note.problems] == ["block-value"]


def test_whoever_writes_such_a_block_by_hand_gets_no_more_than_a_notebook() -> None:
    payload = base64.b64encode(b"<script>alert(1)</script><b>x</b>").decode()
    made = output(Fenced(OUTPUT, f"text/html {payload}", "x\n"))
    assert "<script" not in made.html
    assert (
        output(Fenced(OUTPUT, "nonsense", "x <b>\n")).html
        == '<pre class="output" tabindex="0">x &lt;b&gt;</pre>\n'
    )


def test_the_lines_of_a_large_notebook_are_found_in_one_pass() -> None:
    text = book(*(words(f"Line {number}.\n\nMore.\n") for number in range(3000)))
    lines = text.split("\n")
    made = as_markdown(text)
    assert all(
        written.split(".")[0] in lines[line - 1]
        for written, line in zip(made.text.split("\n"), made.lines, strict=False)
        if written.startswith("Line")
    )
