"""``kb check``: everything in the notes that wants mending."""

from __future__ import annotations

import click
import msgspec

from kb.cli.running import guarded
from kb.cli.terminal import Terminal, counted
from kb.model.problem import Problem, Severity
from kb.pipeline.checking import check
from kb.pipeline.opening import Ask, BadConfig


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people or programs."
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@click.option("--drafts", is_flag=True, help="Count drafts as published.")
@click.pass_obj
@guarded
def command(terminal: Terminal, form: str, strict: bool, drafts: bool) -> int:  # noqa: FBT001 - click passes by name
    """List everything in the notes that wants mending: where, what, and what to do."""
    try:
        with terminal.progress() as progress:
            problems = check(Ask(root=terminal.root, cache=terminal.cache, drafts=drafts), progress)
    except BadConfig as error:
        if form == "json":
            click.echo(_json(error.problems))
            return 2
        raise
    if form == "json":
        click.echo(_json(problems))
    else:
        shown = [p for p in problems if not terminal.quiet or p.severity is Severity.ERROR]
        terminal.problems(shown, err=False)
        remarks = sum(problem.severity is Severity.INFO for problem in problems)
        numbers = [terminal.counts(problems), counted(remarks, "remark") if remarks else ""]
        terminal.say(", ".join(filter(None, numbers)) or terminal.style("nothing to mend", bold=True))
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return 1 if any(problem.severity in bad for problem in problems) else 0


def _json(problems: tuple[Problem, ...]) -> bytes:
    """UTF-8 whatever the terminal can show: a program reads it."""
    rows = [
        {
            "path": problem.place.path,
            "line": problem.place.line,
            "column": problem.place.column,
            "code": problem.code,
            "severity": problem.severity.value,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    return msgspec.json.format(msgspec.json.encode({"problems": rows}), indent=2)
