"""The published index says what the notes say, and is the same whatever way it came about."""

from __future__ import annotations

import gzip
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import analyse, lexicon
from kb.search.document import Document
from kb.search.export import gathering
from kb.search.export import manifest as manifests
from kb.search.export.changed import changed
from kb.search.export.coding import (
    DamagedError,
    front_coded,
    name_of,
    texts_of,
    unpacked,
    varint_at,
    varints,
    varints_at,
)
from kb.search.export.cuts import Sizes, filled, refilled
from kb.search.export.facets import facets_of
from kb.search.export.fragments import document_of, fragment
from kb.search.export.order import MANIFEST
from kb.search.export.published import twin
from kb.search.export.terms import (
    Columns,
    beginning_of,
    columns_of,
    joined,
    position_files,
    read_postings,
    term_shard,
    terms_of,
)
from kb.search.export.words import Reading, Word, word_shard, words_of
from kb.search.inverted import known_of
from search.export_world import (
    WORDS,
    analyses,
    document,
    documents,
    exported,
    fragments,
    inverted,
    published,
    shards,
)


@given(documents())
def test_the_published_files_answer_as_the_notes_do(found: list[Document]) -> None:
    there, here = inverted(found), shards(exported(found))
    assert (here.count, here.average) == (there.count, there.average)
    assert list(here.documents()) == list(there.documents())
    for doc in there.documents():
        assert here.length(doc) == there.length(doc)
        assert here.title_length(doc) == there.title_length(doc)
        assert here.known(doc) == there.known(doc)
        assert here.order(doc) == there.order(doc)
    for first in {*string.ascii_lowercase, *(word[0] for word in WORDS)}:
        assert here.surfaces(first) == there.surfaces(first)
        terms = here.beginning(first)
        assert terms == there.beginning(first)
        for term in terms:
            assert here.postings(term) == there.postings(term)
            assert [*map(tuple, here.positions(term))] == [*map(tuple, there.positions(term))]
            assert here.occurrences(term) == there.occurrences(term)
    for prefix in ("run", "walki", "happi", "happy", "zz", "dyi", "б", "𐐷"):
        assert here.beginning(prefix) == there.beginning(prefix)
    assert here.postings("nowhere") is None
    assert list(here.positions("nowhere")) == []


@given(documents(), st.lists(documents(), min_size=1, max_size=3))
def test_an_index_that_followed_changes_is_the_one_from_nothing(
    first: list[Document], later: list[list[Document]]
) -> None:
    files, before = exported(first), published(first)
    for step in later:
        found = {each.path: each for each in [*step, *first]}
        now = published(found.values())
        all_analyses = analyses(found.values())
        old = [(each.known.path, each.digest) for each in before]
        made = changed(shards(files), old, now, all_analyses.__getitem__, "en")
        clean = exported(list(found.values()))
        assert made is not None
        assert {path for path in clean if not path.startswith("f/")} == made.keys()
        for path, data in made.items():
            assert clean[path] == (files[path] if data is None else data), path
        files, before = clean, now


def test_a_changed_text_opens_only_the_shards_it_is_about() -> None:
    many = [
        document(f"{n:04}.md", f"title {n}", " ".join(f"w{(n * 7 + k * k) % 4000}" for k in range(200)))
        for n in range(300)
    ]
    files = exported(many)
    edited = [
        *many[:150],
        document("0150.md", "title 150", "w1 and a newword, and w2 twice: w2"),
        *many[151:],
    ]
    edited[150] = document("0150.md", "title 150", many[150].sections[0].text + " newword w2 w2")
    opened: list[str] = []

    def read(path: str) -> bytes:
        opened.append(path)
        return files[path]

    old = [(each.known.path, each.digest) for each in published(many)]
    made = changed(type(shards(files))(read), old, published(edited), analyses(edited).__getitem__, "en")
    assert made is not None
    clean = exported(edited)
    assert {path: files[path] if data is None else data for path, data in made.items()} == {
        path: data for path, data in clean.items() if not path.startswith("f/")
    }
    assert len([path for path in made if path.startswith("t/")]) > 8
    assert len([path for path in opened if path.startswith("t/")]) <= 4
    assert len([path for path, data in made.items() if path.startswith("t/") and data is not None]) <= 3


def test_documents_before_others_move_those_and_nothing_is_made_from_nothing() -> None:
    before = [document("b.md", "B", "rye and wheat"), document("d.md", "D", "rye")]
    after = [document("a.md", "A", "wheat"), *before, document("c.md", "C", "rye rye")]
    for old, new in ((before, after), (after, before), (before, after[:-2]), (after, [after[0], after[-1]])):
        files, were = exported(old), [(each.known.path, each.digest) for each in published(old)]
        made = changed(shards(files), were, published(new), analyses(new).__getitem__, "en")
        assert made is not None
        clean = {path: data for path, data in exported(new).items() if not path.startswith("f/")}
        assert {path: files[path] if data is None else data for path, data in made.items()} == clean


def test_of_many_changes_an_index_is_made_from_nothing() -> None:
    before, after = ([document(f"{n:02}.md", word) for n in range(30)] for word in ("A", "B"))
    old = [(each.known.path, each.digest) for each in published(before)]
    assert changed(shards(exported(before)), old, published(after), analyses(after).__getitem__, "en") is None


@given(documents())
def test_names_tell_the_content_and_nothing_tells_the_time(found: list[Document]) -> None:
    files = exported(found)
    assert files == exported(list(reversed(found)))
    for path, data in files.items():
        assert data[:2] == b"\x1f\x8b"
        assert data[4:8] == bytes(4)
        assert unpacked(data) == gzip.decompress(data)
        name = re.fullmatch(r"(?:[tpwm]/|len-|facets-|dates-|paths-)([a-z2-7]{10})\.bin", path)
        if name:
            assert name[1] == name_of(unpacked(data))
        else:
            assert path == MANIFEST or re.fullmatch(r"f/\d+\.bin", path)


@given(documents())
def test_whatever_the_index_holds_of_a_document_can_be_made_from_its_fragment(found: list[Document]) -> None:
    for each in found:
        again = document_of(fragment(each))
        assert analyse(again, lexicon("en")) == analyse(each, lexicon("en"))
        assert known_of(again) == known_of(each)


def test_a_tag_counts_for_its_ancestors_and_is_found_folded() -> None:
    found = [
        document("a.md", tags=("Über/Z", "x")),
        document("b.md", tags=("uber",), kind="Review"),
        document("c.md", tags=("X/y",)),
    ]
    files = exported(found)
    (name,) = (path for path in files if path.startswith("facets-"))
    facets = facets_of(unpacked(files[name]))
    assert [(each.folded, each.shown, each.docs) for each in facets.tags] == [
        ("uber", "Über", [0, 1]),
        ("uber/z", "Über/Z", [0]),
        ("x", "x", [0, 2]),
        ("x/y", "X/y", [2]),
    ]
    assert [(each.folded, each.shown, each.docs) for each in facets.kinds] == [
        ("note", "note", [0, 2]),
        ("review", "Review", [1]),
    ]


def test_ratings_ascend_with_those_who_have_them() -> None:
    found = [
        document("a.md", rating=400),
        document("b.md"),
        document("c.md", rating=0),
        document("d.md", rating=400),
    ]
    files = exported(found)
    (name,) = (path for path in files if path.startswith("facets-"))
    facets = facets_of(unpacked(files[name]))
    assert [(each.rating, each.docs) for each in facets.ratings] == [(0, [2]), (400, [0, 3])]


def test_an_index_of_nothing_answers_nothing() -> None:
    empty = shards(exported([]))
    assert (empty.count, empty.average) == (0, 0)
    assert empty.postings("a") is None
    assert empty.beginning("a") == {}
    assert empty.surfaces("a") == {}


def test_a_large_index_has_its_tables_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [
        document(f"{n:03}.md", f"t{n}", " ".join(f"w{(n * 31 + k * 17) % 6000}" for k in range(300)))
        for n in range(60)
    ]
    flat = shards(exported(many))
    monkeypatch.setattr("kb.search.export.published.ONE_LEVEL", 59)
    monkeypatch.setattr(manifests, "PART", 2)
    files = exported(many)
    deep = shards(files)
    assert deep.manifest.terms.parts is not None
    assert not deep.manifest.terms.first
    assert deep.term_shards == flat.term_shards
    assert deep.word_shards == flat.word_shards
    assert deep.postings("w77") == flat.postings("w77")
    assert set(deep.files()) == {path for path in files if not path.startswith("f/")}
    old = [(each.known.path, each.digest) for each in published(many)]
    edited = [*many[:-1], document("059.md", "t59", "w1 w2 neu")]
    made = changed(deep, old, published(edited), analyses(edited).__getitem__, "en")
    assert made is not None
    clean = exported(edited)
    assert made.keys() == {path for path in clean if not path.startswith("f/")}
    assert all(data is None or clean[path] == data for path, data in made.items())


def test_a_file_that_is_not_what_its_name_says_is_refused() -> None:
    files = exported([document("a.md", "Bread", "rye and wheat")])
    (name,) = (path for path in files if path.startswith("t/"))
    damaged = {**files, name: gzip.compress(b"\x00", mtime=0)}
    with pytest.raises(DamagedError):
        shards(damaged).postings("rye")
    with pytest.raises(DamagedError):
        shards({**files, name: files[name][:-9]}).postings("rye")
    with pytest.raises(DamagedError):
        _ = shards({**files, MANIFEST: gzip.compress(b'{"format":1}')}).count


def test_a_twin_is_a_call_with_the_file_in_it() -> None:
    path, data = twin("t/abcdefghij.bin", b"\x1f\x8b")
    assert (path, data) == ("t/abcdefghij.js", b'kbSearch("t/abcdefghij","H4s=");\n')


NUMBERS = st.lists(st.integers(0, 40) | st.integers(0, 2**40), max_size=60)


@given(NUMBERS, st.binary(max_size=3))
def test_varints_are_read_back(numbers: list[int], behind: bytes) -> None:
    data = varints(numbers)
    assert varints_at(data + behind, 0, len(numbers)) == (numbers, len(data))
    if numbers:
        assert varint_at(data, 0)[0] == numbers[0]


@given(st.lists(st.text(max_size=6)))
def test_front_coded_texts_are_read_back(texts: list[str]) -> None:
    assert texts_of(front_coded(texts)) == texts


@dataclass(frozen=True)
class Thing:
    text: bytes
    size: int


THINGS = st.dictionaries(st.binary(min_size=1, max_size=2), st.integers(1, 40), max_size=60)


@given(THINGS, THINGS, st.sets(st.binary(min_size=1, max_size=2), max_size=4))
def test_shards_filled_anew_after_a_change_are_those_filled_from_nothing(
    old: dict[bytes, int], new: dict[bytes, int], gone: set[bytes]
) -> None:
    sizes = Sizes(20, 100, 90)
    now = {text: size for text, size in {**old, **dict(list(new.items())[:5])}.items() if text not in gone}
    before = list(filled((Thing(text, old[text]) for text in sorted(old)), sizes))
    differing = sorted(text for text in old.keys() | now.keys() if old.get(text) != now.get(text))

    def amended(number: int, own: Sequence[bytes]) -> list[Thing]:
        entries = {thing.text: thing for thing in (before[number] if before else [])}
        for text in own:
            entries.pop(text, None)
            if text in now:
                entries[text] = Thing(text, now[text])
        return [entries[text] for text in sorted(entries)]

    cuts = refilled([shard[0].text for shard in before], differing, amended, sizes)
    again = [before[cut.old] if cut.old is not None else list(cut.entries) for cut in cuts]
    assert again == list(filled((Thing(text, now[text]) for text in sorted(now)), sizes))


COLUMNS = st.dictionaries(
    st.integers(0, 5000),
    st.tuples(
        st.integers(1, 600), st.integers(0, 7), st.lists(st.integers(1, 300), min_size=1, max_size=200)
    ),
    min_size=1,
    max_size=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=4), COLUMNS, max_size=6))
def test_terms_are_read_back_and_come_apart(found: dict[str, dict[int, tuple[int, int, list[int]]]]) -> None:
    made = []
    taken = []
    for text, rows in sorted(found.items(), key=lambda item: item[0].encode()):
        docs = sorted(rows)
        columns = Columns(
            docs,
            [rows[doc][0] for doc in docs],
            [rows[doc][1] for doc in docs],
            [len(rows[doc][2]) for doc in docs],
            b"".join(varints(rows[doc][2]) for doc in docs),
        )
        taken.append(columns)
        made.append(joined(text.encode(), ((text.encode() + b"s", 3),), columns))
    assert [columns_of(term) for term in made] == taken
    assert terms_of(term_shard(made), position_files(made)) == made


@given(
    st.dictionaries(
        st.binary(min_size=1, max_size=3),
        st.lists(
            st.builds(Reading, st.binary(max_size=3), st.integers(0, 99999), surface=st.booleans()),
            min_size=1,
            max_size=2,
        ),
    )
)
def test_words_are_read_back(found: dict[bytes, list[Reading]]) -> None:
    words = [Word(text, tuple(readings)) for text, readings in sorted(found.items())]
    assert words_of(word_shard(words)) == words


def test_the_manifest_of_another_format_is_not_read() -> None:
    files = exported([document("a.md")])
    data = msgspec.json.decode(unpacked(files[MANIFEST])) | {"format": 99}
    with pytest.raises(DamagedError, match="99"):
        manifests.read_manifest(msgspec.json.encode(data))


def test_fragments_are_numbered_by_date_and_path() -> None:
    found = [document("b.md", date="2020-01-01"), document("a.md", date="2020-01-01"), document("z.md")]
    files = fragments(found)
    assert [document_of(files[f"f/{n}.bin"]).path for n in range(3)] == ["z.md", "a.md", "b.md"]


@given(NUMBERS)
def test_a_number_among_varints_is_found_by_its_place(numbers: list[int]) -> None:
    data = varints(numbers)
    assert [varint_at(data, beginning_of(data, number))[0] for number in range(len(numbers))] == numbers
    assert beginning_of(data, len(numbers)) == len(data)


READERS: dict[str, Callable[[bytes], object]] = {
    "number": lambda data: varint_at(data, 0),
    "numbers": lambda data: varints_at(data, 0, 9),
    "texts": texts_of,
    "words": words_of,
    "terms": lambda data: terms_of(data, []),
    "postings": lambda data: read_postings(data, 0, 3),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("data", [b"\x80", b"\xff" * 100_000])
def test_a_number_without_an_end_is_damage(reader: str, data: bytes) -> None:
    with pytest.raises(DamagedError):
        READERS[reader](data)


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        ("numbers", b"\x01\x81\x01"),
        ("texts", b"\x00\x05ab"),
        ("words", b"\x02\x00\x01a\x01\x00\x04"),
        ("terms", b"\x01\x00\x01a\x00\x01\x02\x00\x00"),  # two bytes of postings, which are not there
        ("terms", b"\x01\x00\x01a\x00\x00\x00\x00\x00"),  # no file of positions
        ("postings", b"\x00\x01\x01\x02"),
    ],
)
def test_what_ends_too_early_is_damage(reader: str, data: bytes) -> None:
    with pytest.raises(DamagedError):
        READERS[reader](data)


def test_a_mask_of_no_document_is_damage() -> None:
    with pytest.raises(DamagedError):
        read_postings(varints([0, 1, 1, 7, 1]), 0, 1)


def test_a_table_within_tables_is_damage() -> None:
    table = manifests.Table(parts=manifests.Table(parts=manifests.Table()))
    with pytest.raises(DamagedError):
        manifests.shards_of(table, lambda _name: b"{}")
    with pytest.raises(DamagedError):
        manifests.shards_of(
            manifests.Table(parts=manifests.Table(("a",), "n" * 10)), lambda _name: msgspec.json.encode(table)
        )
    with pytest.raises(DamagedError):
        manifests.read_manifest(b'{"terms":' + b'{"parts":' * 100_000)


@given(documents())
def test_it_is_the_same_index_however_often_postings_are_written_down(found: list[Document]) -> None:
    at_once = exported(found)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gathering, "_AT_LEAST", 3)
        assert exported(found) == at_once


def test_a_word_that_stands_in_a_note_hundreds_of_times_is_written_down_beside_others() -> None:
    often = [document(f"{number}.md", "fish", f"{'fish ' * 100 * number}bird") for number in range(5)]
    there, here = inverted(often), shards(exported(often))
    for term in ("fish", "bird"):
        assert here.postings(term) == there.postings(term)
        assert [*map(tuple, here.positions(term))] == [*map(tuple, there.positions(term))]
        assert here.occurrences(term) == there.occurrences(term)
