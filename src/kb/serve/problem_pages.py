"""Problems in the browser: the page of all of them, the page that stands where none could be made, and as JSON.

Plain HTML with a style of its own, since the theme may be what is broken. Every word from a note, a
path or a template is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote

from kb.model.problem import Problem, Severity

_STYLE = """
:root{color-scheme:light dark;--ink:light-dark(#1f1d1a,#e8e4dc);--soft:light-dark(#6d675e,#a39c90);
--paper:light-dark(#fffdf9,#191816);--line:light-dark(#e4ddd0,#38342e);--bad:light-dark(#a32020,#ff8f80);
--odd:light-dark(#7d5400,#e8b95c)}
body{max-width:46rem;margin:3rem auto;padding:0 1.2rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.05rem;margin:2.2rem 0 .4rem;overflow-wrap:anywhere}
h2 a,p a{color:inherit}ul{list-style:none;margin:0;padding:0}
li{border-top:1px solid var(--line);padding:.7rem 0;overflow-wrap:anywhere}
li p{margin:.15rem 0}.hint,.place,.none{color:var(--soft)}.place{font-size:.85rem}
.error{color:var(--bad)}.warning{color:var(--odd)}.info{color:var(--soft)}
pre{margin:.4rem 0;padding:.5rem .7rem;border:1px solid var(--line);border-radius:.3rem;overflow-x:auto;
font:.85rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
form{display:inline}button{font:inherit;font-size:.85rem;padding:.05rem .55rem;border:1px solid var(--line);
border-radius:.3rem;background:none;color:inherit;cursor:pointer}
.new label{display:inline-block;margin:0 .8rem .4rem 0;color:var(--soft)}.new :is(input,select){font:inherit;
padding:.1rem .4rem;border:1px solid var(--line);border-radius:.3rem;background:none;color:var(--ink);max-width:100%}
.new button{font-size:1rem}@media (prefers-reduced-motion:no-preference){@view-transition{navigation:auto}}
mark{background:none;color:inherit;text-decoration:underline dotted}
"""
#: Keeps the page of problems fresh. What it listens to is told by `kb.serve.stream`.
_FRESH = (
    'new EventSource("/_kb/events?path=").addEventListener("problems",'
    "e=>{if(JSON.parse(e.data).number!==+document.body.dataset.number)location.reload()})"
)
#: The worst first: unlike in a terminal, a reader begins at the top.
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
#: A page that lists more is no help to anybody.
MOST = 1000


def as_json(problem: Problem) -> dict[str, object]:
    """A problem as the script in the browser gets it."""
    return {
        "path": problem.place.path,
        "line": problem.place.line,
        "column": problem.place.column,
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        "excerpt": problem.excerpt,
    }


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Errors, warnings, remarks; of a kind in the order of their places."""
    return sorted(problems, key=lambda problem: (_ORDER.index(problem.severity), problem))


def problems_page(
    problems: Sequence[Problem], addresses: Callable[[str], str | None], token: str, number: int
) -> str:
    """The page of all problems. `addresses` gives the address of the page that a file became, if it did."""
    shown = _by_file(problems)[:MOST]
    counts = {severity: sum(problem.severity is severity for problem in problems) for severity in _ORDER}
    parts = [f"<h1>{_counted(counts)}</h1>"]
    for path, group in groupby(shown, key=lambda problem: problem.place.path):
        address = addresses(path)
        name = escape(path)
        heading = name if address is None else f'<a href="/{escape(quote(address))}">{name}</a>'
        parts.append(f"<h2>{heading}</h2>\n<ul>{''.join(_item(problem, token) for problem in group)}</ul>")
    if left := len(problems) - len(shown):
        parts.append(f'<p class="none">… and {left:,} more; <code>kb check</code> lists them all.</p>')
    return plain_page("Problems", "\n".join(parts), f' data-number="{number}"', f"<script>{_FRESH}</script>")


def instead(problems: Iterable[Problem], what: str, token: str) -> str:
    """The page that stands where a page could not be made, and says why."""
    items = "".join(_item(problem, token) for problem in _by_file(problems))
    return plain_page(what, f"<h1>{escape(what)}</h1>\n<ul>{items}</ul>")


def plain_page(title: str, body: str, attributes: str = "", script: str = "") -> str:
    """A page of the preview's own."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body{attributes}>\n<main>\n{body}\n</main>\n{script}</body>\n</html>\n"
    )


def _by_file(problems: Iterable[Problem]) -> list[Problem]:
    """File by file, those with the worst problems first."""
    found = worst_first(problems)
    worst: dict[str, int] = {}
    for problem in found:
        worst.setdefault(problem.place.path, _ORDER.index(problem.severity))
    return sorted(found, key=lambda problem: (worst[problem.place.path], problem.place.path))


def _item(problem: Problem, token: str) -> str:
    place = problem.place
    excerpt = f"<pre>{escape(problem.excerpt)}</pre>" if problem.excerpt.strip() else ""
    hint = f'<p class="hint">{escape(problem.hint)}</p>' if problem.hint else ""
    return (
        f'<li><p><span class="{problem.severity.value}">{problem.code}</span> {escape(problem.message)}</p>'
        f'{excerpt}{hint}<p class="place">{escape(str(place))} {_opener(place.path, place.line, token)}</p></li>\n'
    )


def _opener(path: str, line: int, token: str) -> str:
    fields = {"path": path, "line": str(line), "token": token}
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items()
    )
    return f'<form method="post" action="/_kb/open">{hidden}<button>open in editor</button></form>'


def _counted(counts: Mapping[Severity, int]) -> str:
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
    said = [
        f"{counts[each]:,} {word}{'' if counts[each] == 1 else 's'}"
        for each, word in words.items()
        if counts[each]
    ]
    return ", ".join(said) or "Nothing wants mending"
