"""What is fuzzed: for each reader of foreign bytes, a function that any bytes must pass.

A target raises for what no input may bring about. What a reader says is wrong with its input is an answer, and passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import msgspec

from kb.features.built_in import BUILT_IN
from kb.model.fenced import Fence, Fenced
from kb.model.note import Body, Note, Source
from kb.model.problem import CODES, Problem
from kb.model.settings import Dialect, Html
from kb.pipeline.reading import fences_of
from kb.read.parse import Parse, parser
from kb.read.written import read_written
from kb.search.export.coding import name_of, packed, texts_of, unpacked
from kb.search.export.facets import facets_of
from kb.search.export.fragments import document_of
from kb.search.export.manifest import Manifest, read_manifest
from kb.search.export.order import MANIFEST
from kb.search.export.shards import Shards
from kb.search.export.terms import terms_of
from kb.search.export.words import words_of
from kb.search.query import as_json, parse

_ACTIVE = re.compile(
    r"<(?:script|style|iframe|object|embed|textarea|meta|link|base|form)\b"
    r"|<[a-z][^<>]*\son\w+\s*="
    r"|<[a-z][^<>]*\s(?:href|src)=[\"']?\s*(?:javascript|data|vbscript):",
    re.IGNORECASE,
)
_MODES = (Html.SANITIZE, Html.ESCAPE)


@cache
def _parser(mode: Html) -> Parse:
    return parser(Dialect(html=mode))


def front_matter(data: bytes) -> None:
    """The front matter of a note, and what comes before its text is parsed."""
    written = read_written("a.md", b"---\n" + data)
    _are_told((*written.text.problems, *written.matter.problems), data)
    msgspec.msgpack.encode(written.matter.fields)  # the note store keeps it


def dialect(data: bytes) -> None:
    """A whole note, in both ways of treating HTML that let nothing act."""
    for mode in _MODES:
        note, body = _parser(mode)(Source("a.md", data, "digest"))
        _holds(note, body, data)


@cache
def _fences() -> dict[str, Fence]:
    return fences_of(BUILT_IN)


def blocks(data: bytes) -> None:
    """A fenced block: a byte for its language, what stands behind that, its lines, and behind a NUL the file it names."""
    kind, (text, _, file) = data[:1], data[1:].partition(b"\0")
    language = sorted(_fences())[kind[0] % len(_fences()) if kind else 0]
    info, _, lines = text.decode(errors="replace").partition("\n")
    made = _fences()[language](Fenced(language, info, lines))
    if made.file:
        made = _fences()[language](Fenced(language, info, lines, made.file, file))
    # A drawing has a style sheet of its own, made anew by kb (tests/diagrams).
    if acting := {found[0] for found in _ACTIVE.finditer(_without_texts(made.html))} - {"<style"}:
        raise AssertionError(f"this acts: {acting}")
    for mistake in made.mistakes:
        end = len((file if mistake.in_file else lines.encode()).splitlines()) + 2
        if mistake.code not in CODES or not 0 <= mistake.line <= end or mistake.column < 1:
            raise AssertionError(f"a mistake with an odd place: {mistake}")
    msgspec.msgpack.encode((made.file, dict(made.facts)))  # the note store keeps them


def query(data: bytes) -> None:
    """What somebody searches for."""
    text = data.decode(errors="surrogateescape")
    asked = parse(text)
    if asked != parse(text):
        raise AssertionError("one text, two queries")
    as_json(asked.tree)


def shards(data: bytes) -> None:
    """Files of the published index: the first byte says as which of them the rest is read."""
    kind, rest = data[:1], data[1:]
    read = _FILES[kind[0] % len(_FILES)] if kind else unpacked
    with suppress(
        ValueError
    ):  # `DamagedError` is one, as are those of msgspec and UTF-8: a build makes the index anew
        read(rest)


def _terms(data: bytes) -> None:
    half = len(data) // 2
    terms_of(data, [])
    terms_of(data[:half], [data[half:]])


def _index(data: bytes) -> None:
    """An index whose manifest, terms and words are given, each named as it should be."""
    third = len(data) // 3
    parts = {name_of(part): part for part in (data[:third], data[third : 2 * third], data[2 * third :])}
    one, *more = parts
    manifest = msgspec.json.encode(
        {
            **dict.fromkeys(("build", "language", "stemmer", "fingerprint"), "en"),
            "format": 1,
            "count": 1,
            "average": 1.0,
            "k1": 1.2,
            "b": 0.75,
            "positions": 8192,
            **dict.fromkeys(("lengths", "facets", "dates", "paths"), one),
            "terms": {"first": ["a"], "names": one},
            "words": {"first": ["a"], "names": more[-1] if more else one},
        }
    )
    found = Shards(
        lambda path: packed(
            manifest if path == MANIFEST else parts[path.rpartition("/")[2].partition(".")[0]]
        )
    )
    for ask in (found.postings, found.occurrences, found.beginning, found.surfaces):
        with suppress(ValueError):
            ask("a")
    found.terms(0)


def _manifest(data: bytes) -> None:
    found: Manifest = read_manifest(data)
    Shards(lambda _path: packed(msgspec.json.encode(found))).term_shards  # noqa: B018 - computed when asked


_FILES: tuple[Callable[[bytes], object], ...] = (
    _terms,
    words_of,
    texts_of,
    facets_of,
    _manifest,
    document_of,
    lambda data: document_of(packed(data)),
    unpacked,
    _index,
)

TARGETS: dict[str, Callable[[bytes], None]] = {
    "front_matter": front_matter,
    "dialect": dialect,
    "blocks": blocks,
    "query": query,
    "shards": shards,
}


def _holds(note: Note, body: Body, data: bytes) -> None:
    if len(body.html) != len(note.links) + 1:
        raise AssertionError("the HTML is not cut at the links")
    if found := _ACTIVE.search(_without_texts("".join(body.html))):
        raise AssertionError(f"this acts: {found[0]!r}")
    if list(body.taken) != sorted(body.taken) or not all(0 <= at <= len(body.text) for at in body.taken):
        raise AssertionError("what is taken lies outside the text")
    _are_told(note.problems, data)


def _without_texts(page: str) -> str:
    """The page without the values of attributes that are words: a title may speak of handlers."""
    return re.sub(r"(?<=[\s])(?!href|src)[\w:-]+=\"[^\"]*\"", "", page)


def _are_told(problems: tuple[Problem, ...], data: bytes) -> None:
    lines = len(re.split(rb"\r\n?|\n", data)) + 2
    for problem in problems:
        if problem.code not in CODES or not 1 <= problem.place.line <= lines or problem.place.column < 1:
            raise AssertionError(f"a problem with an odd place or code: {problem}")
