"""What we will not do, said before anything is done."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - it is an answer
    """A command cannot or must not be carried out as asked. `hint` says what to do instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message
