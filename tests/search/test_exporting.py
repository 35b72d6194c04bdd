"""How a build comes to the files of its index."""

from __future__ import annotations

import pytest

from kb.model.note import Body, Note
from kb.model.settings import Settings
from kb.pipeline import exporting
from kb.pipeline.exporting import Added, Exporter
from kb.pipeline.indexing import Supply
from kb.pipeline.reading import analyser_of


def test_notes_are_taken_a_few_at_a_time_out_of_one_supply(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    opened: list[Supply] = []
    notes = {f"{number}.md": Note(f"{number}.md", str(number), f"Note {number}") for number in range(7)}
    bodies = {path: Body(("",), f"words of {note.title}") for path, note in notes.items()}

    def adding() -> Added:
        opened.append(Supply(notes, bodies, lambda _digests: (), lambda: analyser_of(settings)))
        return opened[-1].added

    at_once = Exporter(notes, bodies, settings, "", adding).anew
    monkeypatch.setattr(exporting, "_SOME", 2)
    assert Exporter(notes, bodies, settings, "", adding).anew == at_once
    assert len(opened) == 2  # each holds the note store open
