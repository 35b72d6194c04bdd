"""``kb new``: a new note from the template of its kind."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.running import guarded
from kb.cli.terminal import Terminal
from kb.disk.clock import now_in
from kb.disk.kinds import kind_files
from kb.disk.starters import new_note, starter_of
from kb.pipeline.opening import Ask, Opened, open_site


@click.command()
@click.argument("title")
@click.option(
    "-k", "--kind", default="note", show_default=True, help="note, review, excerpt, reblog, decision, …"
)
@click.pass_obj
@guarded
def command(terminal: Terminal, title: str, kind: str) -> int:
    """Make a note called TITLE and print its path. A title such as films/Aruvi makes it in a folder."""
    opened = open_site(Ask(root=terminal.root, cache=terminal.cache))
    own = _starters(opened) if kind_files(opened.root) else {}
    path = new_note(opened.root, opened.settings, title, kind, now_in(opened.settings.timezone), own)
    here = Path.cwd()
    terminal.answer(str(path.relative_to(here) if path.is_relative_to(here) else path))
    return 0


def _starters(opened: Opened) -> dict[str, str]:
    """The first lines of a note of each kind that the site adds itself."""
    from kb.pipeline.plugins import plugins_of  # noqa: PLC0415 - few sites have kinds of their own

    kinds = [kind for plugin in plugins_of(opened) for kind in plugin.kinds]
    return {kind.schema.kind: starter_of(kind.schema) for kind in kinds if not (kind.tell or kind.gathers)}
