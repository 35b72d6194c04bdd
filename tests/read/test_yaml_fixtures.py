"""Each case of fixtures/frontmatter.md and fixtures/config.md is a fact, and its heading is its name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from kb.model.note import Link
from kb.model.problem import Problem
from kb.model.settings import Settings
from kb.read.config import read_config
from kb.read.frontmatter import FrontMatter, read_front_matter

FENCE = "~~~~~~"


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


def said_of_note(case: dict[str, str]) -> dict[str, str]:
    """What there is to say about the note of a case, by the names of the fixture's blocks."""
    note = case["md"]
    matter = read_front_matter(case.get("path", "a.md").strip(), note)
    return {
        "fields": fields(matter),
        "meta": "".join(f"{key}: {shown(value)}\n" for key, value in matter.fields.get("meta", {}).items()),
        "text": "".join(note.splitlines(keepends=True)[matter.lines :]),
        "problems": told(matter.problems),
    }


def said_of_config(case: dict[str, str]) -> dict[str, str]:
    """What there is to say about the configuration of a case; of the settings, those unlike the default."""
    settings, problems = read_config("config.yaml", case["yaml"])
    default = msgspec.to_builtins(Settings())
    values = msgspec.to_builtins(settings).items() if settings else ()
    changed = "".join(f"{key}: {shown(value)}\n" for key, value in values if value != default[key])
    return {"settings": changed, "problems": told(problems)}


def fields(matter: FrontMatter) -> str:
    values = {key: value for key, value in matter.fields.items() if key not in {"meta", "references"}}
    lines = [f"{key}: {shown(value)}\n" for key, value in values.items()]
    lines += [f"link: {shown_link(link)}\n" for link in matter.fields.get("references", ())]
    return "".join(lines) + ("" if matter.readable else "not published\n")


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def shown_link(link: Link) -> str:
    return (
        f"{link.line}:{link.column} {link.target}{'#' if link.subpath else ''}{link.subpath} '{link.label}'"
    )


def told(problems: Iterable[Problem]) -> str:
    return "".join(
        f"{p.place.line}:{p.place.column} {p.code}: {p.message}\n  hint: {p.hint}\n" for p in problems
    )


NOTES, CONFIGS = cases("frontmatter.md"), cases("config.md")


@pytest.mark.parametrize("case", NOTES.values(), ids=[name.replace(" ", "-") for name in NOTES])
def test_the_front_matter_says(case: dict[str, str]) -> None:
    expected = {"problems": "", **{name: text for name, text in case.items() if name not in {"md", "path"}}}
    said = said_of_note(case)
    assert {name: said[name] for name in expected} == expected


@pytest.mark.parametrize("case", CONFIGS.values(), ids=[name.replace(" ", "-") for name in CONFIGS])
def test_the_configuration_says(case: dict[str, str]) -> None:
    expected = {
        "settings": "",
        "problems": "",
        **{name: text for name, text in case.items() if name != "yaml"},
    }
    assert said_of_config(case) == expected
