"""A graph in DOT, read before Graphviz sees it: so that mistakes have their place, and its size is known.

What Graphviz is given is written anew from what was understood here, every word of it quoted. The grammar:
https://graphviz.org/doc/info/lang.html.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.features.diagrams.attributes import COLOURS, Refused, attribute
from kb.model.fenced import Mistake

#: What is drawn at most, an edge of minlen 3 counted as three: dot makes a node of every rank that an edge goes
#: through, and long ones took it nineteen seconds. Within these limits the worst that was found takes three.
MOST_NODES, MOST_EDGES, MOST_TEXT = 80, 160, 20_000
#: Nodes and edges together, where each edge looks for its way around all nodes.
MOST_AROUND = 80
_STRAIGHT = frozenset(("line", "curved", "false", "no", "none", ""))
_DEEPEST, _LONGEST_NAME = 16, 100
_GAP = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/|(?:(?<=\n)|\A)#[^\n]*)+", re.DOTALL)
_TOKEN = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<name>[^\W\d]\w*)|(?P<number>-?(?:\.\d+|\d+(?:\.\d*)?))'
    r"|(?P<html><)|(?P<sign>->|--|[{}\[\];,=:+])",
    re.DOTALL,
)
_ANGLE = re.compile(r"<!--.*?-->|[<>]", re.DOTALL)
_KEYWORDS = frozenset(("strict", "graph", "digraph", "node", "edge", "subgraph"))
_NO_COLOUR = re.compile(r"(?i)black|white|none|transparent|")


class Graph(NamedTuple):
    """A graph: its DOT as Graphviz is given it, the engine that lays it out, whether its author chose colours."""

    dot: str
    engine: str
    is_painted: bool
    mistakes: tuple[Mistake, ...]


class Unreadable(Exception):  # noqa: N818 - what is wrong with the text
    """The text is no graph that is drawn; the mistake says why."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


class _Token(NamedTuple):
    kind: str
    """``word`` (whatever names something), ``html``, ``key``, ``sign``, ``end``."""
    text: str
    at: int

    @property
    def said(self) -> str:
        """How an error names it."""
        return "the end" if self.kind == "end" else f"'{self.text[:30]}'"


def graph(text: str, defaults: str) -> Graph:
    """The graph of a text, beginning with `defaults`, statements of DOT. Raises `Unreadable`."""
    return _Reader(text).graph(defaults)


class _Reader:
    """Reads one text: a method for each rule of the grammar, which writes what it has understood into `_out`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._out: list[str] = []
        self._mistakes: list[Mistake] = []
        self._nodes: set[str] = set()
        self._subgraphs: dict[str, set[str]] = {}
        self._edges, self._depth, self._arrow = 0, 0, "->"
        self._engine, self._painted = "dot", False
        self._splines, self._splines_at = "", 0
        self._minlen, self._minlen_at = 1.0, 0
        if len(text) > MOST_TEXT:
            raise self._error(0, "this diagram is too large to be drawn", "make two of it")
        self._now = self._read(0)

    def graph(self, defaults: str) -> Graph:
        if self._is("strict"):
            self._take()
            self._out.append("strict")
        kind = self._take()
        if kind.kind != "key" or kind.text not in {"graph", "digraph"}:
            hint = "begin it with digraph { … } or graph { … }"
            raise self._error(kind.at, "the diagram does not say that it is a graph", hint)
        self._arrow = "->" if kind.text == "digraph" else "--"
        if self._now.kind == "word":
            self._name()
        self._expect("{")
        self._out += [kind.text, "{", defaults]
        self._statements(self._nodes)
        self._expect("}")
        self._out.append("}")
        if self._now.kind != "end":
            raise self._error(self._now.at, f"{self._now.said} stands behind the graph", "take it out")
        if self._edges * self._minlen > MOST_EDGES:
            message = f"with minlen={self._minlen:g}, {MOST_EDGES / self._minlen:.0f} edges are drawn at most"
            raise self._error(self._minlen_at, message, "take a smaller one, or make two of it")
        around = self._splines == "ortho" or (
            self._engine not in {"dot", "osage"} and self._splines not in _STRAIGHT
        )
        if around and len(self._nodes) + self._edges > MOST_AROUND:
            message = f"with splines={self._splines}, {MOST_AROUND} nodes and edges are drawn at most"
            raise self._error(self._splines_at, message, "take splines=line, or make two of it")
        return Graph("\n".join(self._out), self._engine, self._painted, tuple(self._mistakes))

    def _statements(self, around: set[str]) -> None:
        """Statements up to the bracket that closes them; the names of their nodes are added to `around`."""
        while not self._is("}"):
            if self._is(";"):
                self._take()
                continue
            before = len(self._out)
            if self._now.kind == "key" and self._now.text in {"graph", "node", "edge"}:
                self._out.append(self._take().text)
                if not self._is("["):
                    raise self._wanted("[")
                self._attributes()
            else:
                self._statement(around)
            if len(self._out) > before:
                self._out.append(";")

    def _statement(self, around: set[str]) -> None:
        """An attribute of the graph, a node, a subgraph, or a chain of edges."""
        first = self._now
        if first.kind == "word":
            name = self._name()
            if self._is("="):
                self._take()
                self._write_attribute(first, name, self._take())
                return
            ends = self._node(name, first)
        elif self._is("{") or self._is("subgraph"):
            ends = self._subgraph()
        elif first.kind == "end":
            raise self._wanted("}")
        else:
            raise self._error(
                first.at, f"{first.said} cannot stand here", "look for what is missing before it"
            )
        around |= ends
        while self._now.text in {"->", "--"} and self._now.kind == "sign":
            ends = self._edge(ends)
            around |= ends
        if self._is("["):
            self._attributes()

    def _edge(self, tails: set[str]) -> set[str]:
        arrow = self._take()
        if arrow.text != self._arrow:
            graph_is = "a digraph" if self._arrow == "->" else "a graph"
            raise self._error(
                arrow.at, f"edges of {graph_is} are written {self._arrow}", f"write {self._arrow}"
            )
        self._out.append(self._arrow)
        if self._now.kind == "word":
            token = self._now
            heads = self._node(self._name(), token)
        elif self._is("{") or self._is("subgraph"):
            heads = self._subgraph()
        else:
            raise self._error(self._now.at, f"behind {arrow.text}, {self._now.said} is no node", "name one")
        self._edges += len(tails) * len(heads)
        if self._edges > MOST_EDGES:
            message = f"this diagram has more than {MOST_EDGES} edges"
            raise self._error(arrow.at, message, "make two of it, or leave out what can be guessed")
        return heads

    def _node(self, name: str, token: _Token) -> set[str]:
        self._nodes.add(name)
        if len(self._nodes) > MOST_NODES:
            raise self._error(token.at, f"this diagram has more than {MOST_NODES} nodes", "make two of it")
        self._out.append(_quoted(name))
        while self._is(":"):
            self._take()
            if self._now.kind != "word":
                raise self._error(self._now.at, f"{self._now.said} is no port", "name one")
            self._out.append(f":{_quoted(self._name())}")
        return {name}

    def _subgraph(self) -> set[str]:
        """A subgraph; what is returned are its nodes, those of before included where it is named again."""
        start, inside = self._now, set[str]()
        if self._is("subgraph"):
            self._take()
            self._out.append("subgraph")
            if self._now.kind == "word":
                name = self._name()
                self._out.append(_quoted(name))
                inside = self._subgraphs.setdefault(name, inside)
                if not self._is("{"):
                    self._out.append("{}")
                    return inside
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(start.at, "subgraphs stand too deep in each other", "take some of them out")
        self._expect("{")
        self._out.append("{")
        self._statements(inside)
        self._expect("}")
        self._out.append("}")
        self._depth -= 1
        return inside

    def _attributes(self) -> None:
        while self._is("["):
            self._take()
            self._out.append("[")
            while not self._is("]"):
                first = self._now
                if first.kind not in {"word", "key"}:
                    raise self._error(first.at, f"{first.said} is no attribute", "close the list with ]")
                name = self._name()
                value = _Token("word", "true", first.at)
                if self._is("="):
                    self._take()
                    value = self._take()
                self._write_attribute(first, name, value)
                if self._is(",") or self._is(";"):
                    self._take()
            self._take()
            self._out.append("]")

    def _write_attribute(self, at: _Token, name: str, value: _Token) -> None:
        if value.kind not in {"word", "html"}:
            raise self._error(value.at, f"'{name}' has no value", 'write one behind =, in "quotation marks"')
        text = value.text
        if value.kind == "word":
            text += self._joined()
        try:
            pair = attribute(name, text, html=value.kind == "html")
        except Refused as refused:
            if refused.whole:
                raise self._error(at.at, refused.message, refused.hint) from refused
            self._mistakes.append(self._mistake(at.at, refused.message, refused.hint)._replace(harmless=True))
            return
        if name.lower() == "layout":
            self._engine = text.lower()
        elif pair:
            key, text = pair
            if key == "minlen" and (number := float(text or 0)) > self._minlen:
                self._minlen, self._minlen_at = number, at.at
            if key == "splines" and text.lower() not in _STRAIGHT:
                self._splines, self._splines_at = text.lower(), at.at
            self._painted |= (key in COLOURS and _NO_COLOUR.fullmatch(text) is None) or (
                value.kind == "html" and "color" in text.lower()
            )
            self._out.append(f"{_quoted(key)}={f'<{text}>' if value.kind == 'html' else _quoted(text)}")

    def _name(self) -> str:
        token = self._take()
        name = token.text + self._joined()
        if len(name) > _LONGEST_NAME:
            raise self._error(token.at, "this name is too long", 'give it a short one, and a label="…"')
        return name

    def _joined(self) -> str:
        """What is joined to a string by ``+``."""
        text = ""
        while self._is("+"):
            self._take()
            if self._now.kind != "word":
                raise self._error(self._now.at, f"behind +, {self._now.said} is no string", "take out the +")
            text += self._take().text
        return text

    def _is(self, text: str) -> bool:
        return self._now.kind in {"sign", "key"} and self._now.text == text

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise self._wanted(sign)
        self._take()

    def _wanted(self, sign: str) -> Unreadable:
        return self._error(
            self._now.at, f"'{sign}' is missing before {self._now.said}", f"write {sign} there"
        )

    def _take(self) -> _Token:
        token = self._now
        if token.kind != "end":
            self._now = self._read(self._end)
        return token

    def _read(self, at: int) -> _Token:
        gap = _GAP.match(self._text, at)
        at = gap.end() if gap else at
        self._end = at
        if at == len(self._text):
            return _Token("end", "", at)
        match = _TOKEN.match(self._text, at)
        if match is None:
            if self._text[at] == '"':
                raise self._error(at, "the string that begins here does not end", 'close it with "')
            raise self._error(at, f"'{self._text[at]}' means nothing here", 'put names in "quotation marks"')
        self._end = match.end()
        text = match[0]
        match match.lastgroup:
            case "quoted":
                return _Token("word", text[1:-1].replace("\\\n", ""), at)
            case "html":
                return self._html(at)
            case "sign":
                return _Token("sign", text, at)
            case "name" if text.lower() in _KEYWORDS:
                return _Token("key", text.lower(), at)
        return _Token("word", text, at)

    def _html(self, at: int) -> _Token:
        depth = 0
        for match in _ANGLE.finditer(self._text, at):
            depth += {"<": 1, ">": -1}.get(match[0], 0)
            if not depth:
                self._end = match.end()
                return _Token("html", self._text[at + 1 : match.start()], at)
        raise self._error(at, "the HTML that begins here does not end", "close it with >")

    def _mistake(self, at: int, message: str, hint: str) -> Mistake:
        line = self._text.count("\n", 0, at) + 1
        return Mistake(line, at - (self._text.rfind("\n", 0, at) + 1) + 1, message, hint)

    def _error(self, at: int, message: str, hint: str) -> Unreadable:
        return Unreadable(self._mistake(at, message, hint))


def _quoted(text: str) -> str:
    return f'"{text}"'
