"""Passages from elsewhere as notes in the content folder. Nothing that is there is ever changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from kb.disk.inside import is_inside
from kb.disk.refused import Refused
from kb.disk.starters import file_name, write_new, yaml_text


class Passages(NamedTuple):
    """What becomes a note: a work with its texts.

    `texts` are pairs: what a text says, in a form in which two can be compared, and how a note writes it.
    """

    title: str
    authors: tuple[str, ...]
    date: str
    texts: tuple[tuple[str, str], ...]


class Made(NamedTuple):
    """A note that was made, or would be, and how many passages it holds. No path where nothing was new."""

    path: Path | None
    title: str
    passages: int


def write_passages(
    content: Path, folder: str, works: Iterable[Passages], known: Callable[[str], str], *, dry: bool
) -> tuple[Made, ...]:
    """A note for each work, in this folder of the content; of a work that has one, a further note with what is new.

    `known` makes of a note's text what passages are compared with. Raises `Refused`.
    """
    target = content / folder if folder else content
    if not is_inside(content, target):
        raise Refused(f"{target} leads out of the notes' folder", "choose another folder")
    return tuple(_written(target, work, known, dry=dry) for work in works)


def _written(folder: Path, work: Passages, known: Callable[[str], str], *, dry: bool) -> Made:
    name = file_name(work.title) or "Untitled"
    path, number, there = folder / f"{name}.md", 1, ""
    while os.path.lexists(path):
        there += known(path.read_text(encoding="utf-8", errors="replace"))
        number += 1
        path = folder / f"{name} {number}.md"
    new = [written for said, written in work.texts if said not in there]
    if not new:
        return Made(None, work.title, 0)
    if not dry:
        write_new(path, _note(work, "\n\n".join(new)))
    return Made(path, work.title, len(new))


def _note(work: Passages, text: str) -> str:
    title = yaml_text(work.title)
    authors = "".join(f"\n  - {yaml_text(author)}" for author in work.authors) or " []"
    date = f"date: {work.date}\n" if work.date else ""
    said = f"title: {title}\nkind: excerpt\n{date}draft: true\nwork: {title}\nauthor:{authors}\n"
    return f"---\n{said}---\n\n{text}\n"
