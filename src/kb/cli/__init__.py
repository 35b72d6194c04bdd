"""The command line: argv → one call → text and an exit code. The only room that prints.

Exit codes: 0 all is well; 1 the notes have errors, the rest was built; 2 the command or the configuration
is wrong, nothing was built; 75 another build is running; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from traceback import walk_tb
from typing import NoReturn

import click

import kb
from kb import __version__
from kb.cli.terminal import Terminal, never_fail_to_print

#: One module per command; imported when the command is called, so that ``kb --help`` costs nothing.
COMMANDS = {
    "init": "Make a small site to start from.",
    "new": "Make a new note from the template of its kind.",
    "import": "Make notes of what was marked elsewhere, such as on a Kindle.",
    "build": "Write the site.",
    "serve": "See the site as you write, in your browser.",
    "search": "Find notes by what they say.",
    "check": "List everything in the notes that wants mending.",
    "theme": "List the themes, make one, see what yours changes.",
    "why": "Say what a page is made of, and why it was rewritten or not.",
    "explain-link": "Say where a link leads, and which rule decided.",
}

OK, NOTES_HAVE_ERRORS, USAGE, BUSY, INTERRUPTED = 0, 1, 2, 75, 130


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports each only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order in which a person meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, from its module."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"kb.cli.{name}_" if iskeyword(name) else f"kb.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in the help, without an import."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed, or the one that was meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

            close = get_close_matches(args[0], COMMANDS, 1)
            hint = f"did you mean 'kb {close[0]}'?" if close else "'kb --help' lists the commands"
            raise click.UsageError(f"there is no command '{args[0]}'; {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="kb -C FOLDER build --output OUT builds any folder of Markdown, configured or not.",
)
@click.option(
    "-C",
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="The site's folder; otherwise the nearest one upwards with a config.yaml.",
)
@click.option(
    "--cache-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to remember what was read (else KB_CACHE_DIR, else your cache folder).",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Print what is only good to know, too.")
@click.option("--no-color", is_flag=True, help="Never colour (the variable NO_COLOR does the same).")
@click.option(
    "--config-schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _param, wanted: _print_schema(ctx) if wanted else None,
    help="Print the JSON Schema of config.yaml, for editors, and exit.",
)
@click.version_option(__version__, prog_name="kb", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, /, root: Path | None, cache_dir: Path | None, **looks: bool) -> None:
    """Markdown notes in, a linked, searchable, beautiful static site out."""
    ctx.obj = Terminal(root, cache_dir, looks["quiet"], looks["verbose"], looks["no_color"])


def _print_schema(ctx: click.Context) -> None:
    click.echo(
        (Path(kb.__file__).parent / "read" / "config.schema.json").read_text(encoding="utf-8"), nl=False
    )
    ctx.exit()


def main(argv: list[str] | None = None) -> None:
    """Run ``kb`` and leave the process with its exit code."""
    never_fail_to_print()
    code = _run(argv)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has seen enough: kb check | head
        _print_no_more()
    except OSError as error:
        code = _cannot_print(error)
    sys.exit(code)


def run() -> NoReturn:
    """``kb`` as a program of its own: when all is said and written, the process ends without further ado.

    To take ten thousand notes apart first, as Python does on its way out, would cost a tenth of a second.
    """
    gc.disable()  # from here on, since importing what a command needs makes much and leaves nothing to collect
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def _run(argv: list[str] | None) -> int:
    try:
        code = cli.main(argv, prog_name="kb", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except ImportError as error:
        return _cannot_load(str(error))
    except OSError as error:
        if _is_of_loading(error):
            return _cannot_load(f"{error.filename or 'a file of Python'}: {error.strerror}")
        if isinstance(error, BrokenPipeError) or not _is_of_printing(error):
            raise
        return _cannot_print(error)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; every page of the site is whole", err=True)
        return INTERRUPTED
    return code if isinstance(code, int) else OK


def _cannot_load(why: str) -> int:
    click.echo(f"kb: a part of kb, or of what it needs, cannot be loaded: {why}", err=True)
    click.echo("  try again; if it stays so, install kb anew", err=True)
    return USAGE


def _cannot_print(error: OSError) -> int:
    _print_no_more()
    click.echo(f"kb: the output cannot be written: {error.strerror}", err=True)
    return NOTES_HAVE_ERRORS


def _print_no_more() -> None:
    """What could not be printed would be tried again whenever the output is flushed, at last by Python's end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_of_loading(error: OSError) -> bool:
    """Whether it was a file of Python, of a library or of kb itself that failed."""
    if error.filename is not None and Path(os.fsdecode(error.filename)).is_relative_to(
        Path(kb.__file__).parent
    ):
        return True
    return any("importlib" in frame.f_code.co_filename for frame, _line in walk_tb(error.__traceback__))


def _is_of_printing(error: OSError) -> bool:
    """Whether it was no file of the site that failed, but what we print into: ``kb check > /full/disk``."""
    frames = [frame for frame, _line in walk_tb(error.__traceback__)]
    return frames[-1].f_code is click.echo.__code__
