"""``kb import``: notes made of what was marked elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.running import guarded
from kb.cli.terminal import Terminal, counted
from kb.disk.clippings import Passages, write_passages
from kb.disk.refused import Refused
from kb.pipeline.opening import Ask, open_site


@click.group()
def command() -> None:
    """Make notes of what was marked elsewhere. Nothing that is there is ever changed."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--folder", default="books", show_default=True, help="The folder of the content for the notes.")
@click.option("-n", "--dry-run", is_flag=True, help="Only say which notes would be made.")
@click.pass_obj
@guarded
def kindle(terminal: Terminal, file: Path, folder: str, *, dry_run: bool) -> int:
    """Make a note of each book in FILE, a Kindle's "My Clippings.txt", with what was highlighted in it.

    The notes are drafts. What is new in a book that has its note already goes into a further one beside it.
    """
    from kb.read.kindle import bare, read_clippings, written  # noqa: PLC0415 - nobody else reads such files

    opened = open_site(Ask(root=terminal.root, cache=terminal.cache))
    try:
        books = read_clippings(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refused(f"{file} is not UTF-8 text", "copy it from the device again") from error
    if not books:
        raise Refused(
            f"{file} holds no clippings that can be read", "it should be a Kindle's My Clippings.txt"
        )
    works = [
        Passages(
            book.title,
            book.authors,
            book.date,
            tuple((bare(each.text), written(each)) for each in book.clippings),
        )
        for book in books
    ]
    made = write_passages(opened.content, folder, works, bare, dry=dry_run)
    for each in made:
        if each.path is not None:
            shown = each.path.relative_to(opened.root)
            terminal.say(
                f"{'would make' if dry_run else 'made'} {shown}: {counted(each.passages, 'passage')}"
            )
    if not any(each.path for each in made):
        terminal.say(f"nothing is new in {counted(len(books), 'book')}")
    return 0
