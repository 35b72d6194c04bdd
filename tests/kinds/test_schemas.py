"""Each case of fixtures/kinds.md and fixtures/own.md is a fact, and its heading is its name."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from kb.features.built_in import BUILT_IN
from kb.model.kinds import Schema
from kb.model.note import Source
from kb.model.settings import Dialect
from kb.read.kind_files import read_kind
from kb.read.parse import parser
from read.test_yaml_fixtures import FENCE, told

KINDS = {kind.schema.kind: kind for plugin in BUILT_IN for kind in plugin.kinds}
SCHEMAS = {name: kind.schema for name, kind in KINDS.items()}
PARSE = parser(Dialect(), [plugin.syntax for plugin in BUILT_IN if plugin.syntax], SCHEMAS)


def cases(name: str) -> dict[str, dict[str, str]]:
    """Name of a case → its fenced blocks by the word behind the fence."""
    found: dict[str, dict[str, str]] = {}
    blocks: dict[str, str] = {}
    inside = ""
    file = Path(__file__).parent / "fixtures" / name
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith(FENCE):
            inside = line.strip("~\n")
            if inside:
                blocks[inside] = ""
        elif inside:
            blocks[inside] += line
        elif line.startswith("## "):
            blocks = found[line[3:].strip()] = {}
    return found


def facts_of(text: str) -> tuple[str, str]:
    """The facts of a note and its problems, as fixtures show them."""
    note, _ = PARSE(Source("a.md", text.encode(), ""))
    facts = [f"{name}: {json.dumps(fact, ensure_ascii=False)}\n" for name, fact in note.facts.items()]
    return "".join(facts), told(note.problems)


def kind_of(text: str) -> tuple[str, str]:
    """The kind that a file describes and its problems, as fixtures show them."""
    schema, problems = read_kind("kinds/recipe.yaml", text, frozenset(SCHEMAS))
    return shown(schema) if schema else "", told(problems)


def shown(schema: Schema) -> str:
    fields = (
        json.dumps(
            {
                key: value
                for key, value in msgspec.to_builtins(field).items()
                if value or key in {"name", "type"}
            },
            ensure_ascii=False,
        )
        for field in schema.fields
    )
    return f"{schema.title}\n" + "".join(f"{field}\n" for field in fields)


NOTES = cases("kinds.md")
OWN = cases("own.md")


@pytest.mark.parametrize("case", NOTES.values(), ids=NOTES.keys())
def test_a_note_of_a_kind_is_read_as_the_manual_shows(case: dict[str, str]) -> None:
    assert facts_of(case["md"]) == (case.get("facts", ""), case.get("problems", ""))


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_field_of_every_kind_has_a_fixture_with_its_mistake(kind: str) -> None:
    told_of = "".join(
        case.get("problems", "") for case in NOTES.values() if f"\nkind: {kind}\n" in case["md"]
    )
    fields = SCHEMAS[kind].fields
    assert [field.name for field in fields if f"front-matter-value: '{field.name}' " not in told_of] == []
    needed = [f"a note of kind {kind} needs the field '{field.name}'" for field in fields if field.required]
    assert [each for each in needed if each not in told_of] == []


@pytest.mark.parametrize("case", OWN.values(), ids=OWN.keys())
def test_a_kind_of_ones_own_is_read_as_the_manual_shows(case: dict[str, str]) -> None:
    assert kind_of(case["yaml"]) == (case.get("kind", ""), case.get("problems", ""))
