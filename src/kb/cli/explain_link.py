"""``kb explain-link``: where a link leads, and which rule decided."""

from __future__ import annotations

import click

from kb.cli.running import guarded
from kb.cli.terminal import Terminal
from kb.pipeline.checking import explain_link
from kb.pipeline.opening import Ask


@click.command()
@click.argument("note")
@click.argument("link")
@click.option("--drafts", is_flag=True, help="Count drafts as published.")
@click.pass_obj
@guarded
def command(terminal: Terminal, note: str, link: str, drafts: bool) -> int:  # noqa: FBT001 - click passes by name
    """Say where LINK leads when it stands in NOTE: the candidates, each rule, and the one that decided.

    LINK is written as in a note: "Note#Heading", "[[folder/Note|words]]", "![[picture.png]]", "[words](Note.md)".
    """
    with terminal.progress() as progress:
        answer = explain_link(
            Ask(root=terminal.root, cache=terminal.cache, drafts=drafts), note, link, progress
        )
    terminal.answer(str(answer))
    return 0 if answer.target or answer.page else 1
