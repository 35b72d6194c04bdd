"""Graphs in DOT as drawings of ours: laid out by the real Graphviz, within limits, with nothing in them that could act."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.disk.graphviz import layout
from kb.features.diagrams import dot
from kb.features.diagrams.attributes import ENGINES
from kb.features.diagrams.graph import Unreadable, graph
from kb.model.fenced import Fenced, Made
from website.web import built

SRC = Path(__file__).resolve().parents[2] / "src"
GRAPHS = {
    "a tree": "digraph {\n  rankdir=LR\n  a -> {b c} [label=go]\n  b -> d; c -> d:w // both\n}\n",
    "clusters": "digraph G { subgraph cluster_x { label=In; a -> b; style=filled } b -> c; { rank=same; c d } }",
    "records": 'strict graph { r [shape=record, label="{<x> one|{two|three}}"]; r:x -- s [xlabel="é"] }',
    "HTML": "digraph { a [label=<<b>Bold</b>&nbsp;text>]; b [label=<<table border='0'><tr><td port='p'>1 &lt; 2</td></tr></table>>]; a -> b:p }",
    "comments": '# begin\ndigraph { /* no */ "a" + "b" -> "c\\"d" [weight=3 minlen=2,penwidth=2.5;] }',
}
_LITERAL = re.compile(r"\"(?:#[0-9a-fA-F]{3,8}|black|white|lightgrey)\"")


def draw(text: str, info: str = "") -> Made:
    return dot(Fenced("dot", info, text), layout)


def svg(made: Made) -> str:
    return made.html[made.html.index("<svg") : made.html.index("</svg>") + len("</svg>")]


def words(made: Made) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg(made))


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_graph_is_drawn_in_the_colours_of_the_theme(name: str, engine: str) -> None:
    made = draw(GRAPHS[name].replace("{", f"{{ layout={engine};", 1))
    assert made.mistakes == ()
    assert made.needs == ("diagram",)
    drawing = svg(made)
    assert _LITERAL.findall(drawing) == []
    assert "font-family" not in drawing
    assert "var(--ink)" in drawing
    assert "painted" not in made.html
    root = fromstring(drawing.replace("xlink:", ""))  # noqa: S314 - ours
    assert [element.text for element in root.iter("title")] == ["Graph"]


def test_its_words_stand_in_it_and_its_text_behind_it() -> None:
    made = draw(GRAPHS["a tree"], "What follows")
    assert sorted(words(made)) == ["a", "b", "c", "d", "go", "go"]
    assert "<figcaption>What follows</figcaption>" in made.html
    assert "<title>What follows</title>" in made.html
    assert "a -&gt; {b c} [label=go]" in made.html
    assert words(draw(GRAPHS["comments"])) == ["ab", "c&quot;d"] or words(draw(GRAPHS["comments"])) == [
        "ab",
        'c"d',
    ]


def test_a_fill_that_is_left_to_graphviz_is_a_shade() -> None:
    assert 'fill="var(--shade)"' in svg(draw("graph { a [style=filled] }"))


def test_what_an_author_paints_stays_on_paper() -> None:
    made = draw(
        'digraph { a [style=filled color=lightblue] -> b [color="0.5 1 1"]; a -> b [color="#f9f"] }'.replace(
            ' -> b [color="0', '; b [color="0'
        )
    )
    assert 'class="diagram painted"' in made.html
    assert 'fill="lightblue"' in svg(made)
    assert "#00ffff" in svg(made)
    assert "#ff99ff" in svg(made)
    assert "painted" not in draw('digraph { a [color=black bgcolor=white label="my color"] }').html


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "the diagram does not say that it is a graph"),
        ("flowchart LR\n", 1, 1, "the diagram does not say that it is a graph"),
        ("digraph {\n  a -> \n}", 3, 1, "behind ->, '}' is no node"),
        ("digraph {\n  a -- b\n}", 2, 5, "edges of a digraph are written ->"),
        ("graph {\n  a -> b\n}", 2, 5, "edges of a graph are written --"),
        ("digraph {\n  a -> b", 2, 9, "'}' is missing before the end"),
        ("digraph { a } b", 1, 15, "'b' stands behind the graph"),
        ("digraph {\n a [label=]\n}", 2, 11, "'label' has no value"),
        ("digraph {\n a [label=x\n}", 3, 1, "'}' is no attribute"),
        ("digraph { node a }", 1, 16, "'[' is missing before 'a'"),
        ('digraph {\n  a [label="x]\n}', 2, 12, "the string that begins here does not end"),
        ("digraph {\n  a [label=<b]\n}", 2, 12, "the HTML that begins here does not end"),
        ("digraph {\n  a [label=<<b>x>]\n}", 2, 6, "the HTML of this label cannot be read: mismatched tag"),
        ("digraph { ä-b? }", 1, 12, "'-' means nothing here"),
        ('digraph {\n  a [image="x.png"]\n}', 2, 6, "'image' would read a file"),
        ("digraph { imagepath=x }", 1, 11, "'imagepath' would read a file"),
        ("digraph { fontpath=x }", 1, 11, "'fontpath' would read a file"),
        ("digraph { a [shapefile=x] }", 1, 14, "'shapefile' would read a file"),
        ("digraph { a [label=<<img src='x'/>>] }", 1, 14, "a label has no <img>"),
        ("digraph { a [label=<<a:b/>>] }", 1, 14, "a label has no <a:b>"),
        ("digraph { a [label=<<td href='file:x'/>>] }", 1, 14, "'file:x' is no address"),
        ("digraph { a [xurl=<x>] }", 1, 14, ""),
        ("digraph { layout=circo }", 1, 11, "'circo' is no layout that kb draws"),
        ("digraph { a [peripheries=99] }", 1, 14, "'peripheries' is at most 8"),
        ("digraph { a [width=inf] }", 1, 14, "'inf' is no number for 'width'"),
        ("digraph { edge [minlen=100] }", 1, 17, "'minlen' is at most 3"),
        ("graph {" + " ".join(f"n{n}" for n in range(81)) + "}", 1, 318 + 0, "this diagram has more than 80 nodes"),
        ("graph { {a b c d e f g h i j k l m} -- {n o p q r s t u v w x y z} }", 1, 37, "this diagram has more than 160 edges"),
        ("graph {" + "{" * 20 + "}" * 21, 1, 24, "subgraphs stand too deep in each other"),
        (f"graph {{ {'a' * 101} }}", 1, 9, "this name is too long"),
        (f'graph {{ a [label="{"a" * 1001}"] }}', 1, 12, "the value of 'label' is too long"),
        (f'graph {{ a [shape=record label="{"{" * 41}"] }}', 1, 25, "the value of 'label' is too long"),
        ("graph { a }" + " " * 20_000, 1, 1, "this diagram is too large to be drawn"),
        ("graph { edge [minlen=1.5] }", 1, 15, "'1.5' is no whole number for 'minlen'"),
        ("graph { edge [minlen=2] " + "a -- b " * 81 + "}", 1, 15, "with minlen=2, 80 edges are drawn at most"),
        ("graph { splines=ortho " + "a -- b " * 80 + "}", 1, 9, "with splines=ortho, 80 nodes and edges"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is_in_the_words_of_the_author(
    text: str, line: int, column: int, message: str
) -> None:
    made = draw(text)
    (mistake,) = made.mistakes
    assert mistake.message.startswith(message)
    assert (mistake.line, mistake.column) == (line, column)
    assert mistake.hint
    assert mistake.harmless == bool(made.html)


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ("digraph {\n a [colr=red]\n}", 2, 5, "kb does not know the attribute 'colr'", "did you mean 'color'?"),
        ("digraph {\n a [shape=hexxagon]\n}", 2, 5, "'hexxagon' is no shape", "did you mean 'hexagon'?"),
        ("digraph {\n a [color=gren]\n}", 2, 11, "Graphviz says: gren is not a known color.", ""),
        ('digraph {\n a [URL="javascript:alert(1)"]\n}', 2, 5, "'javascript:alert(1)' is no address", ""),
        ('digraph {\n a [href=" JavaScript:alert(1)"]\n}', 2, 5, "' JavaScript:alert(1)' is no address", ""),
        ('digraph {\n edge [headURL="data:text/html,x"]\n}', 2, 8, "'data:text/html,x' is no address", ""),
    ],
)  # fmt: skip
def test_what_does_no_harm_is_told_and_the_rest_is_drawn(
    text: str, line: int, column: int, message: str, hint: str
) -> None:
    made = draw(text)
    (mistake,) = made.mistakes
    assert mistake.message.startswith(message)
    assert (mistake.line, mistake.column, mistake.harmless) == (line, column, True)
    assert mistake.hint.startswith(hint)
    assert "javascript" not in svg(made).lower()
    assert "href" not in svg(made)


def test_links_to_the_web_are_kept() -> None:
    assert 'href="https://example.org/"' in svg(
        draw('digraph { a [URL="https://example.org/", target=_top] }')
    )


def test_a_file_is_not_opened_whatever_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_text("<svg/>", encoding="utf-8")
    for key in ("image", "IMAGE", "shapefile"):
        assert draw(f'graph {{ a [{key}="{tmp_path}/x.svg"] }}').html == ""
    assert "<image" not in svg(draw(f'graph {{ a [label="{tmp_path}/x.svg", shape=custom] }}'))


_PIECES = st.sampled_from(
    'digraph graph strict subgraph node edge { } [ ] -> -- = ; , : + a b "c" <i> cluster_a label shape record color red'
    ' "{x|y}" rank same <<b>t</b>> 1 -2.5 .5 \\ " < > é /* */ // # \n layout neato splines ortho'.split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=25))
def test_what_we_can_read_graphviz_can(pieces: list[str]) -> None:
    text = f"digraph {{ {' '.join(pieces)} }}"
    try:
        graph(text, "")
    except Unreadable:
        return
    made = draw(text)
    assert made.html or not any("syntax error" in mistake.message for mistake in made.mistakes)


def test_the_largest_graphs_take_seconds_and_no_more() -> None:
    chance = random.Random(3)  # noqa: S311 - no secret
    chain = "".join(f"n{n} -> n{n + 1};" for n in range(79))
    far = "".join(f"n{chance.randrange(20)} -> n{chance.randrange(60, 80)};" for _ in range(81))
    start = process_time()
    assert draw(f"digraph {{ {chain} {far} }}").html
    assert process_time() - start < 30


def test_drawings_do_not_depend_on_what_was_drawn_before_or_on_the_process() -> None:
    program = (
        "import sys; from kb.features.diagrams import dot; from kb.model.fenced import Fenced\n"
        "from kb.disk.graphviz import layout\n"
        "sys.stdout.write(dot(Fenced('dot', '', sys.stdin.read()), layout).html)"
    )
    for engine in ENGINES:
        for text in GRAPHS.values():
            whole = text.replace("{", f"{{ layout={engine};", 1)
            made = [
                subprocess.run(
                    [sys.executable, "-c", program],
                    env={"PYTHONPATH": str(SRC), "PYTHONHASHSEED": seed, "LC_ALL": locale, "HOME": "/nowhere"},
                    input=whole, capture_output=True, text=True, check=True, encoding="utf-8",
                ).stdout
                for seed, locale in (("1", "C.UTF-8"), ("2", "de_DE.UTF-8"))
            ]  # fmt: skip
            draw("digraph { layout=neato; x -> y -> z -> x; node [shape=nonsense]; w }")
            assert made[0] == made[1] == draw(whole).html


def test_without_graphviz_it_is_text_and_the_way_out_is_told(tmp_path: Path) -> None:
    _installed_as(tmp_path, {"__init__.py": ""})
    html, _, hint = _told(tmp_path)
    assert (html, hint) == ("", "install it with pip install 'kb[graphviz]'")


def test_a_graphviz_that_the_system_cannot_load_is_told_with_what_is_missing(tmp_path: Path) -> None:
    library = f"_graphviz{EXTENSION_SUFFIXES[0]}"
    _installed_as(
        tmp_path, {"__init__.py": "raise ImportError('libgobject-2.0.so.0')", library: "no library"}
    )
    message, hint = _told(tmp_path)[1:]
    assert message.startswith("this diagram is shown as text: Graphviz, which draws it, cannot be loaded: ")
    assert library in message
    assert "apt install libglib2.0-0" in hint


def test_another_make_of_graphviz_is_told_to_be_none_that_kb_can_use(tmp_path: Path) -> None:
    _installed_as(tmp_path, {"__init__.py": ""})
    any_library = Path(find_spec("_ctypes").origin)  # type: ignore[union-attr, arg-type]
    shutil.copy(any_library, tmp_path / "pygraphviz" / f"_graphviz{EXTENSION_SUFFIXES[0]}")
    message, hint = _told(tmp_path)[1:]
    assert (message.endswith("is none that kb can use"), "kb[graphviz]" in hint) == (True, True)


def _installed_as(folder: Path, files: dict[str, str]) -> None:
    (folder / "pygraphviz").mkdir()
    for name, text in files.items():
        (folder / "pygraphviz" / name).write_text(text)


def _told(folder: Path) -> list[str]:
    """What stands of a graph where PyGraphviz is what lies in a folder: its HTML, which is nothing, message and hint."""
    program = (
        "from kb.features.diagrams import dot; from kb.model.fenced import Fenced\n"
        "from kb.disk.graphviz import layout\n"
        "made = dot(Fenced('dot', '', 'graph { a }'), layout)\n"
        "(mistake,) = made.mistakes\n"
        "assert mistake.not_installed or mistake.not_loaded\n"
        "print(made.html, mistake.message, mistake.hint, sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{folder}:{SRC}"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_a_block_in_a_note_is_drawn_and_its_mistake_has_the_line_of_the_note(tmp_path: Path) -> None:
    web = built(
        tmp_path,
        {
            "a.md": "# A\n\n```dot How it goes\ndigraph { alder -> birch }\n```\n",
            "b.md": "# B\n\nText.\n\n```graphviz\ngraph {\n a -> b\n}\n```\n",
        },
    )
    assert '<figure class="diagram">' in web.text("a/index.html")
    assert "/needs/diagram." in web.text("a/index.html")
    (problem,) = (each for each in web.problems if each.severity != "info")
    assert (problem.place.path, problem.place.line, problem.place.column) == ("content/b.md", 7, 4)
    assert re.sub("<[^>]*>", "", web.text("b/index.html")).count("a -&gt; b") == 1


def test_a_graph_is_drawn_by_the_next_build_once_the_system_has_what_was_missing(tmp_path: Path) -> None:
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    _installed_as(lacking, {"__init__.py": "", f"_graphviz{EXTENSION_SUFFIXES[0]}": "no library"})
    note = tmp_path / "site" / "content" / "a.md"
    note.parent.mkdir(parents=True)
    note.write_text("# A\n\n```dot\ndigraph { alder -> birch }\n```\n")
    (tmp_path / "site" / "config.yaml").write_text("title: T\n")

    def built_with(*found_first: Path) -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "kb", "build", "--verify"],
            cwd=tmp_path / "site",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*found_first, SRC)))},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout + done.stderr, (tmp_path / "site/site/a/index.html").read_text()

    said, page = built_with(lacking)
    assert "cannot be loaded" in said
    assert "alder -&gt; birch" in re.sub("<[^>]*>", "", page)
    said, page = built_with()
    assert '<figure class="diagram">' in page
    assert "cannot be loaded" not in said
    said, page = built_with(lacking)
    assert '<figure class="diagram">' not in page
