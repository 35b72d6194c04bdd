"""``kb search``: find notes by what they say.

Only what the look at the files needs is imported here: the rest, `kb.cli.answer`, while another process looks.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.cli.running import guarded
from kb.cli.terminal import Terminal
from kb.cli.wish import Wish
from kb.pipeline.looking import look
from kb.pipeline.opening import Ask


@click.command(context_settings={"ignore_unknown_options": True})  # -word is a word to be left out
@click.argument("query", nargs=-1)
@click.option("--limit", type=click.IntRange(1), default=10, metavar="N", help="At most so many notes (10).")
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="Only notes with this tag, or one below it."
)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only notes of this kind.")
@click.option(
    "--since", default="", metavar="DAY", help="Only notes dated since 2026, 2026-11 or 2026-11-27."
)
@click.option("--like", metavar="NOTE", help="Notes that are about the same as this one, instead of a query.")
@click.option("--open", "number", type=click.IntRange(1), metavar="N", help="Open the N-th in your editor.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people or programs."
)
@click.pass_obj
@guarded
def command(terminal: Terminal, /, query: Sequence[str], like: str | None, **wished: object) -> int:
    """Find notes by what they say: all words of QUERY, the best first; drafts and private notes, too.

    "a phrase", OR, -without, ( ), begin*, fuzzy~, title:word, heading:word, tag:a/b, kind:review, path:part,
    rating:>=4, date:2024..2026, before:2025, after:2024-06; line:(a b) and section:(a b) for words that stand together.

    A misspelt word finds the likeliest. The exit code is 1 if nothing is found.
    """
    if not query and like is None:
        raise click.UsageError("say what to look for, or name a note with --like")
    ask = Ask(root=terminal.root, cache=terminal.cache)
    begun = look(ask)
    from kb.cli.answer import answer  # noqa: PLC0415 - 50 ms, in which the files are looked at

    return answer(terminal, ask, begun, Wish(" ".join(query), like, **wished))  # type: ignore[arg-type]
