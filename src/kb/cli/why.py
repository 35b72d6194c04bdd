"""``kb why``: what a page is made of, and why it was or was not rewritten."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.running import guarded
from kb.cli.terminal import Terminal
from kb.pipeline.checking import why
from kb.pipeline.opening import Ask
from kb.view.why import Unknown


@click.command()
@click.argument("path")
@click.option("--drafts", is_flag=True, help="Count drafts as published.")
@click.option("--base-url", help="The site's address, if the build was given one.")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False), help="The output folder, if not the configured one."
)
@click.pass_obj
@guarded
def command(terminal: Terminal, path: str, drafts: bool, base_url: str | None, output: str | None) -> int:  # noqa: FBT001
    """Say what a page is made of, and why it was or was not rewritten.

    PATH is an output file, an address, or a note.
    """
    ask = Ask(terminal.root, terminal.cache, Path(output) if output else None, base_url, drafts)
    with terminal.progress() as progress:
        answer = why(ask, path, progress)
    if isinstance(answer, Unknown):
        near = f"these come nearest: {', '.join(answer.nearest)}" if answer.nearest else ""
        terminal.refuse(
            f"no page stands at {path!r}",
            answer.because or near or "name a page by its address, its file or its note",
        )
        return 2
    terminal.answer(terminal.style(f"/{answer.path}", bold=True))
    terminal.answer(f"  claimed by  {answer.owner}")
    if answer.template:
        terminal.answer(f"  template    {answer.template}")
    for i, part in enumerate(answer.shows):
        terminal.answer(f"  {'shows' if i == 0 else '':<11} {part}")
    terminal.answer(f"  {'state':<11} {answer.verdict}")
    for i, reason in enumerate(answer.reasons):
        terminal.answer(f"  {'because' if i == 0 else '':<11} {reason}")
    return 0
