"""``kb build --watch``: the preview's watcher, with a build after each change instead of a page on demand."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from threading import Event

from kb.cli.running import code_of
from kb.cli.terminal import Terminal
from kb.pipeline.opening import Ask


def watch_and_build(terminal: Terminal, ask: Ask, build: Callable[[Ask], int], *, poll: bool) -> int:
    """Build, and build again whenever a file of the site has really changed. Ends with Ctrl-C."""
    from kb.serve.live import Live  # noqa: PLC0415 - a single build needs no watcher
    from kb.serve.watch import watch  # noqa: PLC0415

    again = replace(ask, clean=False, jobs=1)  # beside a watcher's threads no process may be forked

    def rebuild() -> None:
        code_of(terminal, lambda: build(again))

    gc.enable()  # unlike other commands this one is not over soon
    live = Live(ask, drafts=ask.drafts)
    try:
        live.start()  # before the build, so that nothing can change between the two unseen
        code = build(ask)
        live.on_change(rebuild)
        with watch(live, poll=poll, say=terminal.warn):
            terminal.say("watching (Ctrl-C stops)")
            Event().wait()
    except KeyboardInterrupt:  # the way to stop it
        terminal.say()
        return 0
    return code
