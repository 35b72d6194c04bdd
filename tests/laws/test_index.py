"""Law 7: the index after any sequence of edits answers as an index built from nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kb.disk.refused import Refused
from kb.pipeline.opening import Ask, open_site
from kb.pipeline.reading import analyser_of, read_site
from kb.pipeline.searching import find
from kb.search.document import Analysis
from kb.search.export.order import known_of
from kb.search.whoosh.index import WhooshIndex
from kb.search.whoosh.tables import Entry
from kb.search.whoosh.upkeep import apply, bring_up_to_date, open_index, rebuild
from laws.worlds import Edit, edits, start, vaults
from search.entries import digests, entry, inverted, recall, told

WORDS = [
    "run",
    "running",
    "runner",
    "runs",
    "die",
    "dying",
    "Straße",
    "C++",
    "語",
    "night",
    "the",
    "note",
    "x1",
]
PATHS = st.sampled_from([f"{letter}.md" for letter in "abcdefgh"])
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
ENTRIES = st.builds(
    entry,
    PATHS,
    TEXTS,
    st.sampled_from(["", "Running notes", "Die Nacht"]),
    st.sampled_from(["", "2024-01-01", "2025-02"]),
    st.sampled_from([(), ("a/b",), ("night", "run")]),
)


def quiet(_what: str, _done: int, _all: int) -> None:
    """No progress is shown."""


class Edits(RuleBasedStateMachine):
    """A folder of documents, and the index that follows it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kb-law-")) / "index"
        self.entries: dict[str, Entry] = {}
        self.index: WhooshIndex = rebuild(self.folder, "law", (), {})

    def teardown(self) -> None:
        shutil.rmtree(self.folder.parent)

    @rule(some=st.lists(ENTRIES, min_size=1, max_size=4))
    def save(self, some: list[Entry]) -> None:
        for each in some:
            self.entries[each.known.path] = each
        changed = {each.known.path: each for each in some}
        self.index = apply(self.folder, self.index, changed.values(), (), recall(self.entries))

    @rule(path=PATHS)
    def delete(self, path: str) -> None:
        self.entries.pop(path, None)
        self.index = apply(self.folder, self.index, (), (path,), recall(self.entries))

    @rule(each=ENTRIES, gone=PATHS)
    def rename(self, each: Entry, gone: str) -> None:
        self.entries.pop(gone, None)
        self.entries[each.known.path] = each
        self.index = apply(self.folder, self.index, (each,), {gone} - {each.known.path}, recall(self.entries))

    @rule(each=ENTRIES)
    def forget_what_was_known(self, each: Entry) -> None:
        self.entries[each.known.path] = each
        known = {each.known.path: each}
        self.index = apply(self.folder, self.index, (each,), (), recall(known))

    @rule()
    def find_the_files_otherwise(self) -> None:
        self.index = bring_up_to_date(self.folder, "law", digests(self.entries), {}, recall(self.entries))

    @rule()
    def open_it_anew(self) -> None:
        found = open_index(self.folder, "law")
        assert found is not None
        self.index = found

    @invariant()
    def the_index_says_what_one_from_nothing_says(self) -> None:
        assert self.index.contents == digests(self.entries)
        assert told(self.index) == told(inverted(self.entries.values()))


Edits.TestCase.settings = settings(max_examples=settings().max_examples // 2, stateful_step_count=20)
TestIndex = Edits.TestCase


@settings(max_examples=settings().max_examples // 2)
@given(vaults(), st.lists(st.lists(edits(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_law_7_pages_and_index_agree_after_any_edits(notes: dict[str, str], steps: list[list[Edit]]) -> None:
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        root = Path(folder) / "root"
        start(root, notes)
        for step in ([], *steps):
            for edit in step:
                edit.do(root)
            ask = Ask(root=root, cache=Path(folder) / "cache", jobs=1)
            if not open_site(ask).settings.search.enabled:
                with pytest.raises(Refused):
                    find(ask, quiet)
                continue
            found = find(ask, quiet)
            again = find(ask, quiet)
            assert again.index.number == found.index.number
            read = read_site(ask, quiet)
            both = {**read.site.vault.notes, **read.withheld.notes}
            readable = {path: note for path, note in both.items() if note.readable}
            analyse_note = analyser_of(found.opened.settings)
            clean = [
                Entry(
                    known_of(note),
                    note.digest,
                    msgspec.msgpack.decode(analyse_note(note, found.texts.bodies[path]), type=Analysis),
                )
                for path, note in readable.items()
                if path in found.texts.bodies
            ]
            shown = {found.index.known(doc).path for doc in found.index.documents()}
            assert shown == readable.keys()
            assert found.index.contents == {path: note.digest for path, note in both.items()}
            if found.texts.bodies:
                assert told(found.index) == told(inverted(clean))
            for path, note in readable.items():
                text = again.texts.document(path)
                assert text is not None
                assert (text.title, text.url) == (note.title, note.url)
