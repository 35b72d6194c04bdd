"""Mermaid as drawings of ours: every kind, in the theme's colours, with nothing in it that could act."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from kb.features.diagrams import mermaid
from kb.features.diagrams.colours import themed
from kb.model.fenced import Fenced, Made

KINDS = {
    "Flowchart": "flowchart LR\n  A[Note] -->|parse| B(Vault)\n  subgraph x[Inside]\n  B --> C{New?}\n  end\n",
    "Sequence diagram": "sequenceDiagram\n  autonumber\n  A->>B: hello\n  Note over A,B: a note\n  loop daily\n  B-->>A: hi\n  end\n",
    "Class diagram": "classDiagram\n  Animal <|-- Duck\n  Animal : +int age\n",
    "State diagram": "stateDiagram-v2\n  [*] --> Still\n  Still --> [*]\n",
    "Entity relationship diagram": "erDiagram\n  CUSTOMER ||--o{ ORDER : places\n",
    "Gantt chart": "gantt\n  dateFormat YYYY-MM-DD\n  section S\n  a :a1, 2024-01-01, 30d\n  b :after a1, 20d\n",
    "Pie chart": 'pie title Pets\n  "Dogs" : 386\n  "Cats" : 85\n',
    "Mind map": "mindmap\n  root((middle))\n    A\n      B\n",
    "Timeline": "timeline\n  title H\n  2002 : One\n  2004 : Two : Three\n",
    "Graph of commits": "gitGraph\n  commit\n  branch develop\n  commit\n",
    "Quadrant chart": "quadrantChart\n  x-axis Low --> High\n  y-axis Low --> High\n  P: [0.3,0.6]\n",
    "Journey": "journey\n  title My day\n  section Go\n  Make tea: 5: Me\n",
    "Chart": 'xychart-beta\n  x-axis [jan, feb]\n  y-axis "R" 0 --> 10\n  bar [5,6]\n',
}
_LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b|(?:rgba?|hsla?)\([^)]*\)")


def draw(text: str, info: str = "") -> Made:
    return mermaid(Fenced("mermaid", info, text))


def svg(made: Made) -> str:
    return made.html[made.html.index("<svg") : made.html.index("</svg>") + len("</svg>")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_in_the_colours_of_the_theme_and_says_what_it_is(kind: str) -> None:
    made = draw(KINDS[kind])
    assert made.mistakes == ()
    assert made.needs == ("diagram",)
    drawing = svg(made)
    assert f'aria-label="{kind}"' in made.html
    assert f"<title>{kind}</title>" in drawing
    assert _LITERAL.findall(drawing) == []
    assert "var(--ink)" in drawing
    assert fromstring(drawing.replace("xlink:", "")).tag == "svg"  # noqa: S314 - ours


@pytest.mark.parametrize("kind", KINDS)
def test_every_id_is_its_own_and_is_there_for_a_reason(kind: str) -> None:
    drawing = svg(draw(KINDS[kind]))
    ids = re.findall(r' id="([^"]*)"', drawing)
    assert len(ids) == len(set(ids))
    assert all(f"#{one})" in drawing or f'"#{one}"' in drawing for one in ids)
    assert all(one in ids for one in re.findall(r"url\(#([^)]*)\)", drawing))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_svg_and_html_and_no_more(kind: str) -> None:
    """By the checker of the W3C all kinds together have no error; these are what it found."""
    root = fromstring(svg(draw(KINDS[kind])).replace("xlink:", ""))  # noqa: S314 - ours
    assert [one.tag for one in root.iter() if "name" in one.attrib or one.get("font-weight") == ""] == []
    assert [
        one.attrib for one in root.iter("circle") if {"width", "height", "overflow"} & one.attrib.keys()
    ] == []
    assert not list(root.iterfind(".//span//p"))


def test_it_takes_the_caption_behind_its_language_and_keeps_its_text_for_who_cannot_see_it() -> None:
    made = draw("flowchart LR\n  A & B --> C\n", "How it goes")
    assert "<figcaption>How it goes</figcaption>" in made.html
    assert "<title>How it goes</title>" in made.html
    assert "<pre><code>flowchart LR\n  A &amp; B --&gt; C\n</code></pre>" in made.html


def test_the_title_that_an_author_gives_is_kept() -> None:
    drawing = svg(draw("flowchart LR\n  accTitle: From notes\n  accDescr: In two steps\n  A --> B\n"))
    assert re.search(r"<title[^>]*>From notes</title>", drawing)
    assert "In two steps" in drawing
    assert drawing.count("<title") == 1


def test_what_an_author_paints_stays_and_is_seen_on_paper_in_the_dark_too() -> None:
    made = draw("flowchart LR\n  A[the red one] --> B\n  style A fill:#f9f,stroke:#333\n")
    assert 'class="diagram painted"' in made.html
    assert "#f9f" in svg(made)
    assert "painted" not in draw("flowchart LR\n  A[the red one] --> B\n").html


@pytest.mark.parametrize(
    ("colour", "ours"),
    [
        ("#fefefe", "var(--shade)"),
        ("#000", "var(--ink)"),
        ("hsl(52.6, 60%, NaN%)", "var(--ink)"),
        ("rgba(185,185,185,1)", "var(--rule)"),
        ("lightgrey", "var(--soft)"),
        ("#ff8888", "color-mix(in oklab,var(--s1) 35%,var(--paper))"),
        ("rgb(0 0 120 / 0.4)", "var(--s4)"),
    ],
)
def test_a_colour_of_another_hand_becomes_the_nearest_of_the_theme(colour: str, ours: str) -> None:
    assert themed(f"fill:{colour};", "") == f"fill:{ours};"
    assert themed(f"fill:{colour};", f"style a {colour.lower()}") == f"fill:{colour};"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("flowchart LR\n A --> \n", 2, 8, "the diagram cannot be read: unexpected end of input"),
        ("sequenceDiagram\n A->>B: hi\n B--x", 3, 6, "the diagram cannot be read: unexpected end of input"),
        ("pie\n x\n", 2, 2, "the diagram cannot be read: unexpected pie statement: x"),
        ("hello\n", 1, 1, "the diagram does not say of which kind it is"),
        ("", 1, 1, "the diagram does not say of which kind it is"),
        (
            "flowchart LR\n" + "".join(f"A{n} --> A{n * 7 % 3000}\n" for n in range(3000)),
            1, 1, "this diagram is too large to be drawn",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(text: str, line: int, column: int, message: str) -> None:
    made = draw(text)
    assert made.html == ""
    (mistake,) = made.mistakes
    assert (mistake.line, mistake.column) == (line, column)
    assert mistake.message.startswith(message)
    assert mistake.hint
    assert not mistake.harmless


@pytest.mark.parametrize(
    "text",
    [
        'flowchart LR\n A["<img src=x onerror=alert(1)>"] --> B\n click A "javascript:alert(1)"\n',
        'flowchart LR\n A --> B\n click A call alert(1) "tip"\n',
        '%%{init: {"themeCSS": "*{background:url(http://evil/x)} </style><script>alert(1)</script>"}}%%\nflowchart LR\n A-->B\n',
        '---\nconfig:\n  themeVariables:\n    primaryColor: "red;}</style><script>alert(1)</script>"\n---\nflowchart LR\n A-->B\n',
        'flowchart LR\n A@{ img: "https://evil.example/x.png", label: "x", w: 60, h: 60 }\n',
        "sequenceDiagram\n A->>B: <script>alert(1)</script>\n link A: Dash @ javascript:alert(1)\n",
    ],
)
def test_nothing_in_a_drawing_acts_or_fetches(text: str) -> None:
    drawing = svg(draw(text))
    assert not re.search(r"<script|<img|\son\w+=|javascript:|url\((?!#)|evil", drawing)
    assert drawing.count("</style>") <= 1
    root = fromstring(drawing.replace("xlink:", ""))  # noqa: S314 - ours
    assert {element.tag for element in root.iter()} <= set(
        "svg g a path rect circle ellipse line polygon polyline text tspan title desc defs marker symbol style filter"
        " feDropShadow image foreignObject div span p".split()
    )


def test_a_link_to_the_web_is_one() -> None:
    assert 'href="https://example.org' in svg(
        draw('flowchart LR\n A --> B\n click A href "https://example.org/"\n')
    )


def test_without_merman_it_is_text_and_the_way_out_is_told(tmp_path: Path) -> None:
    (tmp_path / "merman.py").write_text("raise ImportError\n", encoding="utf-8")
    program = (
        "from kb.features.diagrams import mermaid; from kb.model.fenced import Fenced\n"
        "made = mermaid(Fenced('mermaid', '', 'flowchart LR\\n A-->B\\n'))\n"
        "print(made.html == '', made.mistakes[0].not_installed, made.mistakes[0].hint)"
    )
    src = Path(__file__).resolve().parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{tmp_path}:{src}"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "True True install it with pip install 'kb[diagrams]'\n"


def test_equal_texts_give_equal_drawings_in_every_process() -> None:
    program = (
        "import sys; from kb.features.diagrams import mermaid; from kb.model.fenced import Fenced\n"
        "sys.stdout.write(mermaid(Fenced('mermaid', '', sys.stdin.read())).html)"
    )
    src = Path(__file__).resolve().parents[2] / "src"
    for text in KINDS.values():
        made = [
            subprocess.run(
                [sys.executable, "-c", program],
                env={"PYTHONPATH": str(src), "PYTHONHASHSEED": seed},
                input=text, capture_output=True, text=True, check=True,
            ).stdout
            for seed in ("1", "2")
        ]  # fmt: skip
        assert made[0] == made[1] == draw(text).html
