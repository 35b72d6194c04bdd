"""Diagrams in Mermaid, drawn without a browser by merman (the extra ``diagrams``).

merman is deterministic: it knows no clock, measures text without fonts, and counts its work in place of time. What it
draws is made safe as any SVG (`kb.media.svg`), and then ours (`kb.features.diagrams.drawing`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import blake2b
from html import escape
from typing import Any

from kb.features.diagrams.colours import VARIABLES, painted_by, themed
from kb.features.diagrams.drawing import Drawing, drawn
from kb.media.svg import UnreadableError, sanitized
from kb.model.fenced import Fenced, Made, Mistake

#: Labels as SVG, not as HTML in it; and a little nearer together than Mermaid has them.
_FLOWCHART = {"htmlLabels": False, "padding": 8, "nodeSpacing": 40, "rankSpacing": 40}
_SITE = {"htmlLabels": False, "flowchart": _FLOWCHART, "theme": "base", "look": "classic"}
#: "interactive" is merman's word for how much work an author's text may make: it counts, and so says the same anywhere.
_OPTIONS = {
    "site_config": {**_SITE, "themeVariables": VARIABLES},
    "resources": {"profile": "interactive"},
}
_KINDS = {
    "architecture": "Architecture diagram",
    "block": "Block diagram",
    "c4": "C4 diagram",
    "class": "Class diagram",
    "classDiagram": "Class diagram",
    "er": "Entity relationship diagram",
    "flowchart-v2": "Flowchart",
    "gantt": "Gantt chart",
    "gitGraph": "Graph of commits",
    "journey": "Journey",
    "kanban": "Kanban board",
    "mindmap": "Mind map",
    "pie": "Pie chart",
    "quadrantChart": "Quadrant chart",
    "requirement": "Requirement diagram",
    "sankey": "Sankey diagram",
    "sequence": "Sequence diagram",
    "stateDiagram": "State diagram",
    "timeline": "Timeline",
    "xychart": "Chart",
}


def diagram(fenced: Fenced) -> Made:
    """The diagram as a figure: the drawing, its caption, and the text behind it.

    Without merman, and where the text cannot be read, HTML is "", and the block is shown as code.
    """
    try:
        from merman import Merman, MermanError  # noqa: PLC0415 - 30 ms, and an extra
    except ImportError:
        message = "this diagram is shown as text: what draws Mermaid is not installed"
        hint = "install it with pip install 'kb[diagrams]'"
        return Made(mistakes=(Mistake(0, 1, message, hint, not_installed=True),))
    name = "d" + blake2b(fenced.text.encode(errors="surrogatepass"), digest_size=4).hexdigest()
    merman = Merman()
    try:
        svg = merman.render_svg(fenced.text, json.dumps({**_OPTIONS, "svg": {"diagram_id": name}}))
        drawing = drawn(
            sanitized(svg.encode()),
            name,
            partial(themed, kept=fenced.text.lower()),
            is_painted=painted_by(fenced.text),
        )
    except UnreadableError:
        message, hint = (
            "the drawing of this diagram cannot be read",
            "take out what is unusual in it, part by part",
        )
        return Made(mistakes=(Mistake(1, 1, message, hint),))
    except MermanError as error:
        found = json.loads(merman.analyze_json(fenced.text, None)).get("diagnostics", [])
        return Made(mistakes=(_mistake(error, found),))
    return Made(figure(fenced, drawing, _KINDS.get(drawing.kind, "Diagram")), ("diagram",))


def _mistake(error: Exception, found: Sequence[Mapping[str, Any]]) -> Mistake:
    """What merman says of the text, and where: the exception, and what it finds when it only looks."""
    if getattr(error, "resource", None):
        return Mistake(1, 1, "this diagram is too large to be drawn", "make two of it")
    worst = next((each for each in found if each["severity"] == "error"), None)
    if worst is None:
        said = str(getattr(error, "message", "")) or "it means nothing to what draws it"
        return Mistake(1, 1, f"the diagram cannot be drawn: {said}", "look at the text of the diagram")
    if worst["id"] == "merman.parse.no_diagram":
        hint = "begin it with a kind, such as flowchart LR, sequenceDiagram or mindmap"
        return Mistake(1, 1, "the diagram does not say of which kind it is", hint)
    span = worst.get("span") or {}
    message = f"the diagram cannot be read: {worst['message']}"
    return Mistake(span.get("line", 1), span.get("column", 1), message, "mend it here, or in the line above")


def figure(fenced: Fenced, drawing: Drawing, kind: str) -> str:
    """The drawing with its caption, and its text behind it; `kind` is what it is called where it has no title."""
    title = fenced.info.strip()
    caption = f"<figcaption>{escape(title)}</figcaption>\n" if title else ""
    named = "" if drawing.is_named else f"<title>{escape(title or kind)}</title>"
    painted = " painted" if drawing.is_painted else ""
    return (
        f'<figure class="diagram{painted}">\n{caption}'
        f'<div class="drawing" role="group" aria-label="{escape(kind)}" tabindex="0">\n'
        f"{drawing.opening}{named}{drawing.rest}\n</div>\n"
        f"<details><summary>As text</summary>\n<pre><code>{escape(fenced.text)}</code></pre>\n</details>\n</figure>\n"
    )
