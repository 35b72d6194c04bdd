"""`kb search`: what a person and a program see of what was found."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cli.shell import Shell, plain

BEES = """\
---
title: Keeping bees
date: 2024-05-01
tags: [garden/bees, honey]
kind: essay
---
Bees need flowers, and a gardener who leaves the thistles alone.

## In winter

They sit in a cluster, shivering, and eat the honey of the summer.
"""


@pytest.fixture
def notes(shell: Shell) -> Shell:
    shell.write(
        {
            "config.yaml": "title: Notes\n",
            "content/garden/bees.md": BEES,
            "content/honey.md": "---\ntitle: Honey\ndate: 2021-02-03\ndraft: true\n---\nHoney is made by bees of nectar.\n",
            "content/stone.md": "# Stones\n\nThey do nothing at all.\n",
        }
    )
    return shell


def test_a_program_reads_path_line_and_text(notes: Shell) -> None:
    done = notes.kb("search", "shivering")
    assert done.code == 0
    assert done.err == ""
    (line,) = done.out.splitlines()
    path, number, text = line.split(":", 2)
    assert (path, number) == ("content/garden/bees.md", "11")
    assert "shivering" in text


def test_the_words_need_no_quotes_and_a_minus_is_no_option(notes: Shell) -> None:
    assert len(notes.kb("search", "honey", "bees").out.splitlines()) == 2
    (line,) = notes.kb("search", "honey", "bees", "-nectar").out.splitlines()
    assert line.startswith("content/garden/bees.md:")


def test_a_path_is_named_from_where_the_person_is(notes: Shell, tmp_path: Path) -> None:
    inside = notes.kb("search", "shivering", cwd=notes.here / "content").out
    assert inside.startswith("garden/bees.md:11:")
    outside = notes.kb("-C", str(notes.here), "search", "shivering", cwd=tmp_path).out
    assert outside.startswith("here/content/garden/bees.md:11:")


def test_nothing_found_is_exit_code_one(notes: Shell) -> None:
    done = notes.kb("search", "qqqqzzzz")
    assert (done.code, done.out) == (1, "")


def test_a_misspelt_word_finds_the_likely_one_and_says_so(notes: Shell) -> None:
    done = notes.kb("search", "thisles")
    assert done.code == 0
    assert "content/garden/bees.md" in done.out
    assert "thistles" in done.err


def test_a_query_that_is_mended_says_how(notes: Shell) -> None:
    done = notes.kb("search", '"honey of the')
    assert done.code == 0
    assert done.err.strip()


def test_tags_kinds_and_dates_narrow_it_down(notes: Shell) -> None:
    def found(*options: str) -> list[str]:
        lines = notes.kb("search", "bees", *options).out.splitlines()
        return sorted(line.partition(":")[0].removeprefix("content/") for line in lines)

    assert found() == ["garden/bees.md", "honey.md"]
    assert found("--tag", "garden") == ["garden/bees.md"]
    assert found("--kind", "essay") == ["garden/bees.md"]
    assert found("--since", "2024") == ["garden/bees.md"]
    assert found("--limit", "1") in (["garden/bees.md"], ["honey.md"])


def test_json_has_exactly_the_promised_shape(notes: Shell) -> None:
    done = notes.kb("search", "nectar", "--format", "json")
    found = json.loads(done.out)
    assert list(found) == ["query", "total", "hits", "suggestion", "hint"]
    assert (found["query"], found["total"], found["suggestion"], found["hint"]) == ("nectar", 1, "", "")
    (hit,) = found["hits"]
    keys = ["title", "url", "path", "line", "score", "tags", "date", "kind", "marks", "snippet", "sections"]
    assert list(hit) == keys
    assert (hit["title"], hit["url"], hit["path"], hit["line"]) == ("Honey", "honey/", "honey.md", 6)
    assert (hit["date"], hit["kind"], hit["marks"], hit["tags"]) == ("2021-02-03", "note", ["draft"], [])
    ((start, end),) = hit["snippet"]["marks"]
    assert hit["snippet"]["text"][start:end] == "nectar"
    (hit,) = json.loads(notes.kb("search", "shivering", "--format", "json").out)["hits"]
    (section,) = hit["sections"]
    assert (section["anchor"], section["title"], section["line"]) == ("in-winter", "In winter", 9)
    assert list(section["snippet"]) == ["text", "marks"]


def test_json_of_nothing_found_is_an_empty_page(notes: Shell) -> None:
    done = notes.kb("search", "qqqqzzzz", "--format", "json")
    assert done.code == 1
    assert json.loads(done.out)["hits"] == []


def test_a_person_sees_titles_places_and_marked_words(notes: Shell) -> None:
    done = notes.terminal("search", "honey")
    assert done.code == 0
    lines = [line.rstrip() for line in plain(done.out).splitlines()]
    first = lines.index("1  Honey  draft")
    assert lines[first + 1] == "   content/honey.md:6  2021-02-03"
    assert lines[first + 2] == "   Honey is made by bees of nectar."
    assert lines[-1] == "2 notes"
    second = next(line for line in lines if line.startswith("2  "))
    assert second == "2  Keeping bees"
    assert "2024-05-01  #garden/bees  #honey" in plain(done.out)
    assert "\x1b[31m\x1b[1mHoney\x1b[0m is made" in done.out


def test_long_text_is_broken_at_spaces_within_the_terminal(notes: Shell) -> None:
    notes.write({"content/long.md": "# Long\n\n" + "needle and thread " * 40})
    done = notes.terminal("search", "needle", COLUMNS="60")
    assert max(map(len, plain(done.out).splitlines())) <= 60


def test_more_than_is_shown_is_counted(notes: Shell) -> None:
    done = notes.terminal("search", "honey", "--limit", "1")
    assert plain(done.out).splitlines()[-1] == "1 of 2 notes; --limit 2 shows all"


def test_notes_like_another(notes: Shell) -> None:
    done = notes.kb("search", "--like", "honey")
    assert done.code == 0
    assert [line.partition(":")[0] for line in done.out.splitlines()] == ["content/garden/bees.md"]
    by_path = notes.kb("search", "--like", "content/honey.md")
    assert by_path.out == done.out
    unknown = notes.kb("search", "--like", "nothing")
    assert (unknown.code, "no note is called 'nothing'" in unknown.err) == (2, True)


def test_a_hit_opens_in_the_persons_editor_at_its_line(notes: Shell, tmp_path: Path) -> None:
    log = tmp_path / "log"
    editor = tmp_path / "editor.sh"
    editor.write_text(f'#!/bin/sh\necho "$@" > {log}.part && mv {log}.part {log}\n')
    editor.chmod(0o755)
    done = notes.kb("search", "shivering", "--open", "1", KB_EDITOR=f"{editor} {{file}} {{line}}")
    assert (done.code, done.out) == (0, "")
    for _ in range(200):
        if log.exists():
            break
        os.sched_yield()
        import time

        time.sleep(0.02)
    assert log.read_text().split() == [str(notes.here / "content/garden/bees.md"), "11"]


def test_a_hit_that_is_not_there_opens_nothing(notes: Shell) -> None:
    assert notes.kb("search", "shivering", "--open", "7", KB_EDITOR="false").code == 1


def test_without_a_query_it_says_what_to_do(notes: Shell) -> None:
    done = notes.kb("search")
    assert done.code == 2
    assert "say what to look for" in done.err


def test_a_site_that_is_not_searched_says_so(notes: Shell) -> None:
    notes.write({"config.yaml": "search: false\n"})
    done = notes.kb("search", "bees")
    assert done.code == 2
    assert "not searched" in done.err


@pytest.mark.parametrize(
    "query",
    ["*", '"', "(" * 10_000, "a* " * 1000, "\x01", "é" * 1_000, "-", "OR", "title:", "date:x..y", "/(a+)+b/"],
)
def test_hostile_queries_are_answered(notes: Shell, query: str) -> None:
    done = notes.kb("search", "--", query)
    assert done.code in {0, 1}
    assert "Traceback" not in done.all


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Café am Ufer", "cafe"),
        ("Cafe\u0301 am Ufer", "café"),
        ("STRASSE", "strasse"),
        ("ភាសាខ្មែរ ជាភាសា", "ភាសាខ្មែរ"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("日本語の文章", "日本語"),
        ("اللغة العربية", "العربية"),
        ("한국어 문장", "한국어"),
    ],
)
def test_notes_in_any_script_are_found_by_their_own_words(shell: Shell, text: str, query: str) -> None:
    shell.write({"config.yaml": "title: T\n", "content/a.md": text + "\n", "content/b.md": "other\n"})
    (line,) = shell.kb("search", query).out.splitlines()
    assert line.startswith("content/a.md:1:")
