"""From what can go wrong around a command to its exit code, in one place."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from kb.cli.terminal import Terminal, counted
from kb.disk.cache import CacheError
from kb.disk.lock import Busy
from kb.disk.refused import Refused
from kb.pipeline.opening import BadConfig

P = ParamSpec("P")


def guarded(command: Callable[P, int]) -> Callable[P, int]:
    """A command that says in a person's words why it could not be carried out, and returns the code for it."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        gc.disable()  # a command is short, and collecting amid a hundred thousand notes' parts is not
        terminal: Terminal = click.get_current_context().find_object(Terminal)  # type: ignore[assignment]
        return code_of(terminal, lambda: command(*args, **kwargs))

    return run


def code_of(terminal: Terminal, work: Callable[[], int]) -> int:
    """What `work` returns; or the code for why it could not be done, which the person is told."""
    try:
        return work()
    except BadConfig as error:
        terminal.problems(error.problems)
        count = counted(len(error.problems), "mistake")
        click.echo(f"{count} in the configuration; nothing was done", err=True)
        return 2
    except (Refused, CacheError) as error:
        terminal.refuse(str(error), error.hint)
        return 2
    except Busy as error:
        terminal.refuse(str(error), "wait until it is done, and try again")
        return 75
