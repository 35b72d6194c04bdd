"""``kb serve``: see the site as you write."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from time import perf_counter

import click

from kb.cli.running import guarded
from kb.cli.terminal import Terminal, counted
from kb.pipeline.opening import Ask
from kb.serve.live import Live
from kb.serve.server import Address, listen, server
from kb.serve.watch import watch


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="NAME",
    help="Where to listen; by default only this machine can reach it.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, help="The port, or the next free one; 0 for any."
)
@click.option("--open", "opens", is_flag=True, help="Open the site in your browser.")
@click.option(
    "--poll", is_flag=True, help="Look for changes every second, where the system does not report them."
)
@click.option("--no-drafts", is_flag=True, help="Show only what would be published.")
@click.option("--follow", is_flag=True, help="Let the browser go to the note that was just saved.")
@click.pass_obj
@guarded
def command(
    terminal: Terminal,
    host: str,
    port: int,
    opens: bool,  # noqa: FBT001 - click passes options by name
    poll: bool,  # noqa: FBT001
    no_drafts: bool,  # noqa: FBT001
    follow: bool,  # noqa: FBT001
) -> int:
    """Show the site in a browser, each page as it is asked for, and refresh open pages when a file is saved.

    Drafts, future and private notes are shown, marked as such. Nothing is written into the site's folder.
    """
    start = perf_counter()
    address, sockets = listen(host, port)
    gc.enable()  # unlike other commands this one is not over soon
    live = Live(Ask(root=terminal.root, cache=terminal.cache), drafts=not no_drafts)
    try:
        live.start()
        said = _Said(terminal, live, address, asked=port, start=start, opens=opens)
        with watch(live, poll=poll, say=terminal.warn):
            server(live, address, said.started, follow=follow).run(sockets)
    except KeyboardInterrupt:  # the way to stop it
        terminal.say()
    return 0


@dataclass(frozen=True, slots=True)
class _Said:
    """What there is to say once the server listens."""

    terminal: Terminal
    live: Live
    address: Address
    asked: int
    start: float
    opens: bool

    def started(self) -> None:
        """Where the site is, in one line; and what a person should know about that."""
        terminal, address = self.terminal, self.address
        if address.port != self.asked and self.asked:
            click.echo(f"port {self.asked} is in use; using {address.port}", err=True)
        if address.network:
            terminal.warn(
                f"with --host {address.host}, everybody on your network who has the address below can read "
                "these notes, drafts and all"
            )
        took = perf_counter() - self.start
        terminal.answer(f"{terminal.style(address.url, bold=True)}  (Ctrl-C stops)")
        terminal.say(f"{counted(len(self.live.site.vault.notes), 'note')}, ready in {took:.2f} s")
        if self.opens:
            click.launch(address.url)
