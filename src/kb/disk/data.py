"""The rows in the vault's files by their paths, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.disk.inside import read_inside
from kb.disk.sheets import SHEETS, as_csv
from kb.model.fenced import Mistake
from kb.model.note import Attachment


@dataclass(frozen=True, slots=True)
class Data(Mapping[str, bytes | Mistake]):
    """What the files of a vault hold; a KeyError for one that cannot be read, or is none of them.

    A spreadsheet is given as CSV, that of one of its sheets as ``path#sheet``; or why it cannot be had.
    """

    content: Path
    files: Mapping[str, Attachment]

    def __getitem__(self, name: str) -> bytes | Mistake:
        path, _, sheet = (name, "", "") if name in self.files else name.partition("#")
        if path not in self.files:
            raise KeyError(name)
        try:
            data = read_inside(self.content, path)
        except OSError as error:
            raise KeyError(name) from error
        return as_csv(path, data, sheet) if path.rpartition(".")[2].lower() in SHEETS else data

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)
