"""Each case of decisions.md is a fact, and its heading is its name."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from kb.features.built_in import BUILT_IN
from kb.model.note import Body, Note, Source
from kb.model.settings import Dialect
from kb.pipeline.reading import fences_of
from kb.read.parse import parser
from read.test_yaml_fixtures import FENCE, told

FILE = Path(__file__).with_name("decisions.md")
PARSE = parser(Dialect(), fences=fences_of(BUILT_IN))
_SAYS = re.compile(r'<li data-says="[^"]*">(.*?)</li>')
_ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)


def cases() -> dict[str, dict[str, str]]:
    """Name of a case → its fenced blocks by the word behind the fence."""
    found: dict[str, dict[str, str]] = {}
    blocks: dict[str, str] = {}
    inside = ""
    for line in FILE.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith(FENCE):
            inside = line.strip("~\n")
            if inside:
                blocks[inside] = ""
        elif inside:
            blocks[inside] += line
        elif line.startswith("## "):
            blocks = found[line[3:].strip()] = {}
    return found


def parsed(block: str) -> tuple[Note, Body]:
    return PARSE(Source("a.md", f"```decision\n{block}```\n".encode(), ""))


def shown(made: str) -> str:
    """The rows of the ranking and the findings, as text."""
    table = made.partition("<tbody>")[2].partition("</table>")[0]
    rows = [
        " | ".join(
            _text(cell)
            for cell in re.findall(
                r"<t[dh][^>]*>(.*?)</t[dh]>", row.replace("<small>", " (").replace("</small>", ")")
            )
        )
        for row in _ROW.findall(table)
    ]
    return "".join(f"{line}\n" for line in (*rows, *map(_text, _SAYS.findall(made))))


def _text(piece: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", piece)).replace("\u00a0", " ")


@pytest.mark.parametrize("name", cases())
def test_a_decision(name: str) -> None:
    case = cases()[name]
    note, body = parsed(case["decision"])
    assert told(note.problems) == case.get("problems", "")
    made = "".join(body.html)
    assert (shown(made) if '<figure class="decision"' in made else "") == case.get("shown", "")
    assert ("decision" in note.needs) == ("shown" in case)


@pytest.mark.parametrize("scale", ["min-max", "share", "rank", "0..10"])
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_a_score_of_nothing_has_no_sign(scale: str, direction: str) -> None:
    asked = f"criteria:\n  light: {{weight: -0.0, direction: {direction}, normalise: {scale}}}\n"
    made = "".join(parsed(f"{asked}---\nlamp,light\nOld,-0\nNew,0\nDear,10\n")[1].html)
    assert re.findall(r'data-(?:scores|weight)="([^"]*)"', made)[0] == "0.0"
    assert '"-0' not in made
