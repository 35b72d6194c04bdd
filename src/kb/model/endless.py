"""What is said where somebody's text keeps us busy for longer than anybody would wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from kb.model.note import Note

#: Makes of two texts, such as a language and code in it, a third.
Work: TypeAlias = Callable[[str, str], str]
#: Problems that another machine, or another day, may not find in the same text.
_FLEETING = frozenset({"endless-code"})


class Endless(Exception):  # noqa: N818 - a fact about a text
    """Work on a text was given up: it had taken more processor time than any honest text takes."""


def is_lasting(note: Note) -> bool:
    """Whether the same text makes the same note anywhere. What does not last is not remembered."""
    return not any(problem.code in _FLEETING for problem in note.problems)
