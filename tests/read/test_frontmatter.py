"""Laws of the front matter. Its cases are in fixtures/frontmatter.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model.note import Note
from kb.read.dates import advice_on_date, date_of_name, iso_date
from kb.read.frontmatter import FrontMatter, read_front_matter
from kb.read.rules.tags import tag_at
from kb.read.spelling import nearest, slips


def read(yaml: str) -> FrontMatter:
    return read_front_matter("a.md", f"---\n{yaml}\n---\n")


def field(name: str, value: str) -> Any:
    return read(f"{name}: {value}").fields.get(name)


# What comes of it.


@given(st.text())
def test_every_note_can_be_made_and_stored_from_its_fields(text: str) -> None:
    matter = read_front_matter("a.md", "---\ntitle: x\n" + text.replace("\r", "\n") + "\n---\n")
    note = Note(path="a.md", digest="", **{"title": "a", **matter.fields})
    msgspec.msgpack.encode(note)
    json.dumps(note.meta, allow_nan=False)


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs", "Cc"))))
def test_a_tag_in_front_matter_is_one_that_could_stand_in_the_text(text: str) -> None:
    for tag in field("tags", json.dumps(text, ensure_ascii=False)) or ():
        assert tag_at(f"#{tag}", 0) == tag


@given(st.text("abcÄö1/_-🎬", min_size=1))
def test_a_tag_that_could_stand_in_the_text_is_taken_as_it_is(text: str) -> None:
    if tag_at(f"#{text}", 0) == text:
        assert field("tags", json.dumps([text], ensure_ascii=False)) == (text,)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_a_quoted_title_is_taken_word_for_word(text: str) -> None:
    assert field("title", json.dumps(text, ensure_ascii=False)) == (" ".join(text.split()) or None)


@given(st.text("-. \tab:\n", max_size=40))
def test_the_text_after_a_front_matter_is_never_part_of_it(text: str) -> None:
    assert read_front_matter("a.md", f"---\ntitle: x\n---\n{text}").lines == 3


def test_the_same_text_gives_the_same_front_matter() -> None:
    yaml = "tags: [b, a, B]\nx: {b: 1, a: 2}\ntittle: y\nup: [[Z]]\ndate: never"
    assert read(yaml) == read(yaml)
    assert list(read(yaml).fields["meta"]) == ["tags", "x", "tittle", "up", "date"]


def test_a_very_long_line_is_not_repeated_in_every_problem() -> None:
    matter = read("tags: [" + "a!b, " * 5_000 + "]")
    assert {problem.excerpt for problem in matter.problems} == {""}
    assert len(matter.problems) == 100


@pytest.mark.parametrize("name", ["obsidian-help-en", "quartz-docs"])
def test_front_matter_of_real_vaults_is_read(name: str, corpus: Any) -> None:
    folder: Path = corpus(name)
    for file in sorted(folder.rglob("*.md")):
        matter = read_front_matter(file.name, file.read_text(encoding="utf-8-sig"))
        assert matter.readable, (file, matter.problems)


# Dates.


@given(st.datetimes())
def test_a_date_in_iso_form_is_itself(moment: Any) -> None:
    assert iso_date(moment.date().isoformat()) == moment.date().isoformat()
    assert iso_date(moment.isoformat(timespec="seconds")) == moment.isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024-5-1", "2024-05-01"),
        ("2024-05-01 10:00", "2024-05-01T10:00:00"),
        ("2024-05-01t9:05:07", "2024-05-01T09:05:07"),
        ("2024-05-01T10:00:00.25Z", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01T10:00:00+02:00", "2024-05-01T10:00:00+02:00"),
        ("2024-05-01 10:00:00 -0330", "2024-05-01T10:00:00-03:30"),
        ("2024-05-01 10:00 +02", "2024-05-01T10:00:00+02:00"),
        ("1600-02-29", "1600-02-29"),
        ("9999-12-31", "9999-12-31"),
        ("2024-03-31 02:30", "2024-03-31T02:30:00"),
        ("0000-01-01", ""), ("2024-02-30", ""), ("2023-02-29", ""), ("2024-13-01", ""), ("2024-00-10", ""),
        ("2024-05-01 24:00", ""), ("2024-05-01 10:60", ""), ("2024-05-01T10:00:60", ""),
        ("2024-05-01T10:00+24:00", ""), ("2024-05-01T10:00+02:60", ""), ("2024-05-01 10", ""),
        ("30/02/2024", ""), ("2024/05/01", ""), ("20240501", ""), ("1 May 2024", ""), ("24-05-01", ""), ("", ""),
        ("२०२४-०५-०१", ""),
    ],
)  # fmt: skip
def test_a_date_is_read_as_written(written: str, meant: str) -> None:
    assert iso_date(written) == meant


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("2024/05/01", "write 2024-05-01"),
        ("20240501", "write 2024-05-01"),
        ("01.02.2024", "write 2024-01-02 or 2024-02-01"),
        ("31/12/2024", "write 2024-12-31"),
    ],
)
def test_the_advice_is_the_date_that_was_meant(written: str, advice: str) -> None:
    assert advice_on_date(written) == advice


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("2024-05-01-a.md", "2024-05-01"), ("x/2024-05-01.md", "2024-05-01"), ("2024-05-01 a.md", "2024-05-01"),
        ("2024-05-01_a.md", "2024-05-01"), ("2024-05-01a.md", ""), ("2024-02-30-a.md", ""),
        ("2024-05-01-x/a.md", ""), ("a-2024-05-01.md", ""), ("2024-5-1-a.md", ""),
    ],
)  # fmt: skip
def test_the_date_in_a_name_is_at_its_beginning(path: str, date: str) -> None:
    assert date_of_name(path) == date


# Slips of the pen.


@pytest.mark.parametrize(
    ("word", "other", "count"),
    [
        ("title", "title", 0),
        ("tittle", "title", 1),
        ("titel", "title", 1),
        ("publsh", "publish", 1),
        ("", "ab", 2),
    ],
)
def test_a_slip_is_a_letter_too_few_too_many_wrong_or_swapped(word: str, other: str, count: int) -> None:
    assert slips(word, other) == slips(other, word) == count


def test_of_near_words_the_nearest_is_meant() -> None:
    assert nearest("theem", ["themes", "theme"]) == "theme"
    assert nearest("Titel", ["title"]) == "title"
    assert nearest("xyz", ["title"]) == ""


@pytest.mark.parametrize("space", [" ", "\t", "\u00a0", "\u3000"])
def test_a_space_that_nobody_sees_opens_no_private_note(space: str) -> None:
    matter = read_front_matter("a.md", f"{space}\n---{space}\npublish: false\n---{space}\nText.\n")
    assert (matter.fields["publish"], matter.lines) == (False, 4)
