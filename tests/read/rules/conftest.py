"""Fixtures of the rules: a heading names the case, the fenced blocks below it are the note and what it becomes.

`case` runs a test once for each case of the fixture that bears its module's name: test_marks.py reads
fixtures/marks.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.model.settings import Dialect
from kb.read.rules.callouts import add_callouts
from kb.read.rules.code import add_code
from kb.read.rules.comments import add_comments
from kb.read.rules.footnotes import add_footnotes
from kb.read.rules.marks import add_marks
from kb.read.rules.maths import add_maths
from kb.read.rules.tags import add_tags
from kb.read.rules.tasks import add_tasks
from kb.read.rules.typography import add_typography

_FIXTURES = Path(__file__).parent / "fixtures"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^~~~~~~(\w+)\n(.*?)^~~~~~~$", re.MULTILINE | re.DOTALL)


def cases(name: str) -> dict[str, dict[str, str]]:
    """Name of a case → its fenced blocks by the word behind the fence."""
    parts = _HEADING.split((_FIXTURES / f"{name}.md").read_text(encoding="utf-8"))
    return {n: dict(_BLOCK.findall(text)) for n, text in zip(parts[1::2], parts[2::2], strict=True)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        name = metafunc.module.__name__.rpartition(".")[2].removeprefix("test_")
        found = cases(name)
        metafunc.parametrize("case", found.values(), ids=[case.replace(" ", "-") for case in found])


def parser(dialect: Dialect) -> MarkdownIt:
    md = MarkdownIt("gfm-like2", {"linkify": False, "html": True, "maxNesting": 200})
    for add in (
        add_comments,
        add_callouts,
        add_marks,
        add_tags,
        add_maths,
        add_code,
        add_tasks,
        add_footnotes,
        add_typography,
    ):
        add(md, dialect)
    return md


@pytest.fixture(scope="session")
def render() -> Callable[..., str]:
    """The HTML of a note, read with all rules; `env` collects mistakes and needs."""
    parsers: dict[Dialect, MarkdownIt] = {}

    def html(
        text: str, env: dict[str, Any] | None = None, language: str = "en", *, typographer: bool = False
    ) -> str:
        dialect = Dialect(language=language, typographer=typographer)
        md = parsers.setdefault(dialect, parsers.get(dialect) or parser(dialect))
        return str(md.render(text, {} if env is None else env))

    return html


@pytest.fixture(scope="session")
def parse() -> Callable[[str], list[Token]]:
    """The tokens of a note, read with all rules."""
    md = parser(Dialect())
    return lambda text: md.parse(text, {})
