"""``kb build``: write the site."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from time import perf_counter

import click

from kb.cli.exposed import tell_exposed, tell_stopped
from kb.cli.running import guarded
from kb.cli.terminal import Terminal, counted
from kb.cli.watching import watch_and_build
from kb.model.problem import Problem, Severity
from kb.pipeline.building import Built, build, verify
from kb.pipeline.exposing import Stopped
from kb.pipeline.opening import Ask

#: So many warnings of one kind are listed after a build, lest a flood of them hide all others.
MOST_OF_A_KIND = 10


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="The folder to write to."
)
@click.option("--clean", is_flag=True, help="Forget what is remembered, and write every page anew.")
@click.option("--verify", "verified", is_flag=True, help="Build anew beside it, too, and compare every byte.")
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 1 for warnings, too; stop before anything is written, if what was held back would become "
    "public, or what was public would be gone.",
)
@click.option("--accept", is_flag=True, help="With --strict: what becomes public or is gone is meant to be.")
@click.option("--drafts", is_flag=True, help="Include notes that say `draft: true`, marked as such.")
@click.option(
    "-j", "--jobs", type=click.IntRange(0), default=0, help="Processes to use; 0 for one per processor."
)
@click.option("--base-url", help="The site's address, instead of the configured one.")
@click.option("--timings", is_flag=True, help="Say how long each stage took.")
@click.option("--watch", "watches", is_flag=True, help="Build again after each change, until Ctrl-C.")
@click.option("--poll", is_flag=True, help="With --watch: look for changes, where the system does not tell.")
@click.pass_obj
@guarded
def command(  # noqa: PLR0913, PLR0917 - one for each option
    terminal: Terminal,
    output: Path | None,
    clean: bool,  # noqa: FBT001 - click passes options by name
    verified: bool,  # noqa: FBT001
    strict: bool,  # noqa: FBT001
    accept: bool,  # noqa: FBT001
    drafts: bool,  # noqa: FBT001
    jobs: int,
    base_url: str | None,
    timings: bool,  # noqa: FBT001
    watches: bool,  # noqa: FBT001
    poll: bool,  # noqa: FBT001
) -> int:
    """Write the site: whatever changed since the last build, and nothing else.

    Everything is rendered before the first file changes. Files that kb did not write are never
    touched.
    """
    start = perf_counter()
    ask = Ask(
        root=terminal.root,
        cache=terminal.cache,
        output=output,
        base_url=base_url,
        drafts=drafts,
        jobs=jobs,
        clean=clean,
        careful=strict and not accept,
    )
    if watches:
        return watch_and_build(terminal, ask, partial(_build, terminal, strict=strict), poll=poll)
    try:
        with terminal.progress() as progress:
            built = build(ask, progress)
            took = perf_counter() - start
            difference = verify(ask, built, progress) if verified else None
    except Stopped as stopped:
        return _stop(terminal, stopped)
    _list(terminal, built.problems, strict=strict)
    if timings:
        for stage, seconds in built.timings:
            terminal.answer(f"{stage:<10} {seconds * 1000:8,.0f} ms")
        terminal.answer(f"{'in all':<10} {took * 1000:8,.0f} ms")
    _close(terminal, built, took)
    tell_exposed(terminal, built)
    if difference is not None:
        _say_difference(terminal, difference, built)
    return 1 if difference or _failed(built, strict=strict) else 0


def _build(terminal: Terminal, ask: Ask, *, strict: bool) -> int:
    """One build among many."""
    start = perf_counter()
    try:
        with terminal.progress() as progress:
            built = build(ask, progress)
    except Stopped as stopped:
        return _stop(terminal, stopped)
    _list(terminal, built.problems, strict=strict)
    _close(terminal, built, perf_counter() - start)
    tell_exposed(terminal, built)
    return 1 if _failed(built, strict=strict) else 0


def _stop(terminal: Terminal, stopped: Stopped) -> int:
    _list(terminal, stopped.problems, strict=True)
    tell_stopped(terminal, stopped.exposed)
    return 1


def _failed(built: Built, *, strict: bool) -> bool:
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return bool(built.report.failed) or any(problem.severity in bad for problem in built.problems)


def _list(terminal: Terminal, problems: tuple[Problem, ...], *, strict: bool) -> None:
    by = {
        severity: [problem for problem in problems if problem.severity is severity] for severity in Severity
    }
    errors, warnings = by[Severity.ERROR], by[Severity.WARNING]
    if terminal.quiet:
        terminal.problems([*errors, *warnings] if strict else errors)
        return
    shown = warnings if strict or terminal.verbose else _some_of_each(warnings)
    terminal.problems([*(by[Severity.INFO] if terminal.verbose else ()), *shown, *errors])
    if left := Counter(each.code for each in warnings) - Counter(each.code for each in shown):
        kinds = ", ".join(f"{count:,} {code}" for code, count in left.most_common())
        click.echo(
            f"… and {counted(left.total(), 'more warning')} ({kinds}); `kb check` lists them all", err=True
        )


def _some_of_each(warnings: list[Problem]) -> list[Problem]:
    shown: list[Problem] = []
    listed: Counter[str] = Counter()
    for warning in warnings:
        listed[warning.code] += 1
        if listed[warning.code] <= MOST_OF_A_KIND:
            shown.append(warning)
    return shown


def _close(terminal: Terminal, built: Built, took: float) -> None:
    report = built.report
    numbers = f"{len(report.written):,} written, {len(report.kept):,} kept, {len(report.removed):,} removed"
    line = f"built {counted(built.files, 'file')} ({numbers}) in {took:.2f} s → {built.shown_output}"
    failed = terminal.style(f"{counted(len(report.failed), 'page')} not written", fg="red", bold=True)
    trouble = [failed] if report.failed else []
    if counts := terminal.counts(built.problems):
        trouble.append(counts)
    terminal.say(terminal.style(line, bold=True) + (f"; {', '.join(trouble)}" if trouble else ""))


def _say_difference(terminal: Terminal, difference: tuple[str, ...], built: Built) -> None:
    if not difference:
        terminal.say(f"verified: a clean build gives the same {counted(built.files, 'file')}, byte for byte")
        return
    for line in difference:
        click.echo(line, err=True)
    click.echo(
        f"verification failed: {counted(len(difference), 'difference')} from a clean build. This is a mistake in kb, "
        "not in your notes. Build with --clean, and please report it.",
        err=True,
    )
