"""The manual is a site without a fault, and says all there is to say of settings, templates, problems and commands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from kb.cli import COMMANDS
from kb.model.problem import CODES, Severity
from kb.read.reference import settings_reference
from kb.view.reference import reference
from website.web import Web, made

DOCS = Path(__file__).parents[1] / "docs"


def built(tmp_path: Path) -> Web:
    shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("site", "__pycache__"))
    return made(tmp_path / "docs", tmp_path / "site", "https://manual.example.net/kb/")


def test_the_manual_is_built_without_a_fault(tmp_path: Path) -> None:
    web = built(tmp_path)
    assert [problem for problem in web.problems if problem.severity is not Severity.INFO] == []
    assert list(web.faults()) == []


def test_the_settings_and_what_a_template_sees_are_told_as_they_are() -> None:
    """Where this fails, write them anew: ``python docs/reference.py``."""
    assert (DOCS / "reference" / "Settings.md").read_text("utf-8") == settings_reference()
    assert (DOCS / "reference" / "What a template sees.md").read_text("utf-8") == reference()


def test_every_problem_has_its_paragraph_with_what_to_do() -> None:
    text = (DOCS / "reference" / "Problems.md").read_text("utf-8")
    told = dict(re.findall(r"^### ([a-z0-9-]+)\n\n(.*)", text, re.MULTILINE))
    assert told.keys() == CODES.keys()
    begins = {Severity.ERROR: "An error", Severity.WARNING: "A warning", Severity.INFO: "Good to know"}
    for code, (severity, _) in CODES.items():
        assert told[code].startswith(begins[severity]), code


def test_every_command_is_told() -> None:
    text = (DOCS / "reference" / "Commands.md").read_text("utf-8")
    assert {name for name in COMMANDS if f"`kb {name}" not in text} == set()
