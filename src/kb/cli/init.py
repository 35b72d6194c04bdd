"""``kb init``: a small site to start from."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.running import guarded
from kb.cli.terminal import Terminal
from kb.disk.starters import start_site


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=None, required=False)
@click.pass_obj
@guarded
def command(terminal: Terminal, folder: Path | None) -> int:
    """Make a small site in FOLDER (here, if not given) that builds at once.

    A folder that has notes already is only given a config.yaml. No file is ever overwritten.
    """
    target = folder or terminal.root or Path()
    for path in start_site(target):
        terminal.say(f"made {path}")
    where = "" if target == Path() else f" -C {target}"
    terminal.say(f"now: kb{where} build")
    return 0
