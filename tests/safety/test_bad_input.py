"""Bad input, case by case (A1-A18): every other page is built, and every mistake has its place."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kb.pipeline.opening import BadConfig
from safety.vault import Vault

GOOD = {"good.md": "# Good\n\nA good note.\n"}


# A1-A5, bytes and lines


def test_a1_a_byte_that_is_not_utf8_is_an_error_with_its_place_and_other_notes_are_built(
    vault: Vault,
) -> None:
    result = vault.write(
        {**GOOD, "latin.md": b"# Caf\xe9\n\nx\n", "late.md": b"# L\n\nfine\n\nna\xefve\n"}
    ).build()
    assert result.errors == [
        "content/late.md:5:3: not-utf8: not UTF-8 at byte 14 (line 5)",
        "content/latin.md:1:6: not-utf8: not UTF-8 at byte 6 (line 1)",
    ]
    assert "A good note." in result.page("good/")
    assert "late/index.html" not in result.pages


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a2_utf16_with_its_mark_is_read_and_warned_of(vault: Vault, codec: str) -> None:
    mark = "" if codec == "utf-16" else "\ufeff"
    result = vault.write({"wide.md": f"{mark}---\ntitle: Weit\n---\nÜber alles\n".encode(codec)}).build()
    assert "Über alles" in result.text("wide/")
    assert '<h1 class="p-name">Weit</h1>' in result.page("wide/")
    assert [line.split(":")[3] for line in result.warnings] == [" utf16"]
    assert result.errors == []


@pytest.mark.parametrize("marks", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"])
def test_a3_a_byte_order_mark_does_not_hide_the_front_matter(vault: Vault, marks: bytes) -> None:
    result = vault.write({"marked.md": marks + b"---\ntitle: Marked\n---\nText\n"}).build()
    assert '<h1 class="p-name">Marked</h1>' in result.page("marked/")
    assert "title:" not in result.text("marked/")
    assert "\ufeff" not in result.page("marked/")
    assert (result.errors, result.warnings) == ([], [])


NOTE = "---\ntitle: Lines\ntags: [a]\n---\n\n# One\n\ntext\nand more\n\n- a\n- b\n\n```\ncode\n```\n\n[[nowhere]]\n"


@pytest.mark.parametrize(("name", "end"), [("CRLF", "\r\n"), ("CR", "\r")])
def test_a4_every_kind_of_line_end_gives_the_same_page_and_the_same_places(
    vault: Vault, name: str, end: str
) -> None:
    usual = vault.write({"n.md": NOTE}).build()
    page, problems = usual.page("n/"), usual.warnings
    other = vault.write({"n.md": NOTE.replace("\n", end)}).build()
    assert other.page("n/") == page, name
    assert other.warnings == problems
    assert problems == ["content/n.md:18:1: broken-link: no note is called 'nowhere'"]


def test_a4_mixed_line_ends_give_the_same_page(vault: Vault) -> None:
    page = vault.write({"n.md": NOTE}).build().page("n/")
    mixed = "".join(line + ("\r\n", "\n", "\r")[i % 3] for i, line in enumerate(NOTE.split("\n")[:-1]))
    assert vault.write({"n.md": mixed}).build().page("n/") == page


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_a4_what_only_looks_like_a_line_end_shifts_no_place(vault: Vault, separator: str) -> None:
    result = vault.write({"n.md": f"one{separator}two\n\n[[nowhere]]\n"}).build()
    assert "content/n.md:3:1: broken-link: no note is called 'nowhere'" in result.warnings


def test_a5_nul_and_control_characters_are_replaced_and_warned_of(vault: Vault) -> None:
    (vault.root / "config.yaml").write_text("base_url: https://example.org/\n")
    result = vault.write({"n.md": b"---\ntitle: A\n---\n# T\x00t\n\nbell\x07 escape\x1b[31m\n"}).build()
    assert {line.split(": ")[1] for line in result.warnings} == {"control-character"}
    for path, text in result.pages.items():
        assert not {char for char in text if ord(char) < 32 and char not in "\n\t"}, path
    assert "T\ufffdt" in result.page("n/")


# A6-A13, front matter


@pytest.mark.parametrize("text", ["", "\n\n", "---\n---\n", "---\ntags: [a]\n---\n", "---\n", "---", "***\n"])
def test_a6_a_note_with_nothing_in_it_is_a_page_with_its_name_or_is_reported(vault: Vault, text: str) -> None:
    result = vault.write({**GOOD, "Nothing here.md": text}).build()
    if text.strip() == "---":  # opened and never closed, or a rule: one of both, and never silence
        assert result.errors or "nothing-here/index.html" in result.pages
    else:
        assert result.errors == []
        assert '<h1 class="p-name">Nothing here</h1>' in result.page("nothing-here/")


def test_a7_unclosed_front_matter_is_an_error_at_line_one(vault: Vault) -> None:
    result = vault.write({**GOOD, "open.md": "---\ntitle: Open\n\nThe body.\n"}).build()
    assert [line.split(": ")[:2] for line in result.errors] == [
        ["content/open.md:1:1", "front-matter-unclosed"]
    ]
    assert "never closed" in result.errors[0]
    assert "open/index.html" not in result.pages
    assert "good/index.html" in result.pages


def test_a8_front_matter_after_a_blank_line_is_read_and_warned_of(vault: Vault) -> None:
    result = vault.write({"late.md": "\n---\ntitle: Late\n---\nBody\n"}).build()
    assert '<h1 class="p-name">Late</h1>' in result.page("late/")
    assert "title:" not in result.text("late/")
    assert [line.split(": ")[1] for line in result.warnings] == ["front-matter-late"]


def test_a9_a_colon_in_a_title_is_shown_with_its_line_a_caret_and_the_mend(vault: Vault) -> None:
    result = vault.write({**GOOD, "film.md": "---\ntitle: Spartacus: Vengeance\n---\n"}).build()
    problem = result.problem("front-matter")
    assert str(problem.place) == "content/film.md:2:17"
    assert problem.excerpt == "title: Spartacus: Vengeance"
    assert 'title: "Spartacus: Vengeance"' in problem.hint
    assert "film/index.html" not in result.pages
    assert "good/index.html" in result.pages


@pytest.mark.parametrize(
    "date", ["2024-02-30", "0000-01-01", "30/02/2024", "yesterday", "2024-13-01", "9" * 5000]
)
def test_a10_a_date_that_does_not_exist_is_an_error_with_its_line(vault: Vault, date: str) -> None:
    result = vault.write({**GOOD, "n.md": f"---\ntitle: N\ndate: {date}\n---\n"}).build()
    (error,) = result.errors
    assert error.startswith("content/n.md:3:7: bad-date: 'date'")
    assert "n/index.html" not in result.pages
    assert "good/index.html" in result.pages


def test_a10_a_date_without_a_value_is_none_but_an_empty_text_is_an_error(vault: Vault) -> None:
    result = vault.write({"n.md": "---\ndate:\n---\nx\n", "m.md": "---\ndate: ''\n---\nx\n"}).build()
    assert "n/index.html" in result.pages
    assert [line.split(": ")[:2] for line in result.errors] == [["content/m.md:2:7", "bad-date"]]


@pytest.mark.parametrize(
    ("written", "tags", "told"),
    [
        ("#a", [], "front-matter-coerced"),
        ("[a, null]", ["a"], ""),
        ("1984", [], "front-matter-coerced"),
        ("y1984", ["y1984"], ""),
        ("one, two", ["one", "two"], ""),
        ("[b/c]", ["b/c"], ""),
        ("{a: 1}", [], "front-matter-coerced"),
        ("-1", ["-1"], ""),
    ],
)
def test_a11_tags_are_read_by_one_rule_and_nothing_is_lost_in_silence(
    vault: Vault, written: str, tags: list[str], told: str
) -> None:
    result = vault.write({"n.md": f"---\ntags: {written}\n---\nText\n"}).build()
    if "n/index.html" in result.pages:
        assert re.findall(r'<a class="tag p-category"[^>]*>#?([^<]+)</a>', result.page("n/")) == tags
    found = [
        line.split(": ")[1]
        for line in (*result.errors, *result.warnings)
        if line.startswith("content/n.md:2:")
    ]
    assert found == ([told] if told else [])


def test_a12_a_key_that_stands_twice_is_an_error_naming_both_lines(vault: Vault) -> None:
    result = vault.write({**GOOD, "n.md": "---\ntitle: One\ntags: [a]\ntitle: Two\n---\n"}).build()
    assert result.errors == [
        "content/n.md:4:1: duplicate-key: the key 'title' stands twice, in lines 2 and 4"
    ]
    assert "n/index.html" not in result.pages
    assert "good/index.html" in result.pages


@pytest.mark.parametrize("left", ["{{date}}", "{{title}}", "<% tp.date.now() %>", '"{{date:YYYY-MM-DD}}"'])
def test_a13_what_a_template_left_behind_is_warned_of(vault: Vault, left: str) -> None:
    result = vault.write({"n.md": f"---\ncreated: {left}\n---\nText\n"}).build()
    assert [line.split(": ")[1] for line in result.warnings] == ["template-placeholder"]
    assert result.errors == []
    assert "n/index.html" in result.pages


def test_a13_a_folder_of_templates_is_no_content(vault: Vault) -> None:
    (vault.root / "config.yaml").write_text("content: .\n")
    (vault.root / "templates").mkdir()
    (vault.root / "templates/daily.md").write_text("---\ncreated: {{date}}\n---\n")
    (vault.root / "note.md").write_text("text\n")
    result = vault.build()
    assert result.warnings == []
    assert "note/index.html" in result.pages
    assert "templates/daily/index.html" not in result.pages


# A14-A17, the text


@pytest.mark.parametrize(
    "language", ["tikz", "dataview", "javsdcript", "js-nolint", "{.python}", "plain", "text", ""]
)
def test_a14_an_unknown_language_is_shown_plain_with_at_most_one_warning(vault: Vault, language: str) -> None:
    block = f"```{language}\nif x < 1 & y:\n```\n\n"
    result = vault.write({"n.md": block * 3}).build()
    assert result.text("n/").count("<pre") == 3
    assert "&lt;" in result.text("n/")
    told = [line for line in result.warnings if "unknown-language" in line]
    assert len(told) <= 1
    assert result.errors == []
    if language == "javsdcript":
        assert "did you mean 'javascript'?" in result.problem("unknown-language").hint


@pytest.mark.parametrize(
    "text", ["It costs $5 and $6.", "an open $ here", "$ spaced $ out", "a $x without end", "5$ and 10$"]
)
def test_a15_prices_and_lone_dollars_stay_text(vault: Vault, text: str) -> None:
    result = vault.write({"n.md": f"{text}\n\nThe next paragraph.\n"}).build()
    assert f"<p>{text}</p>" in result.text("n/")
    assert "math" not in result.text("n/")


def test_a15_unclosed_display_maths_does_not_swallow_the_paragraphs_below(vault: Vault) -> None:
    text = vault.write({"n.md": "$$\na = b\n\nThe next paragraph.\n\n## A heading\n"}).build().text("n/")
    assert "<p>The next paragraph.</p>" in text
    assert "A heading" in text.partition("<h2")[2]


@pytest.mark.parametrize(
    ("config", "place", "words"),
    [
        ("tittle: x\n", "config.yaml:1:1", "did you mean title?"),
        ("title: A: B\n", "config.yaml:1:9", "quotes"),
        ("page_size: many\n", "config.yaml:1:12", ""),
        ("title: x\nhtml: yes please\n", "config.yaml:2:7", "sanitize"),
        ("timezone: Europe/Berln\n", "config.yaml:1:11", ""),
        ("theme: papper\n", "config.yaml:1:8", "paper"),
        ("title: x\nplugins: [no-such-plugin]\n", "config.yaml:2:10", "no-such-plugin"),
        ("plugins: ['no.such:plugin']\n", "config.yaml:1:10", "no plugin is called 'no.such:plugin'"),
        ("plugins: ['kb.plugin:nothing']\n", "config.yaml:1:10", "no plugin is called 'kb.plugin:nothing'"),
        ("plugins: ['kb.plugin:Maker']\n", "config.yaml:1:10", "'kb.plugin:Maker' is no plugin"),
    ],
)
def test_a16_a_mistake_in_the_configuration_has_its_place_and_nothing_is_built(
    vault: Vault, config: str, place: str, words: str
) -> None:
    vault.write(GOOD)
    (vault.root / "config.yaml").write_text(config)
    with pytest.raises(BadConfig) as bad:
        vault.build()
    (problem,) = bad.value.problems
    assert f"{problem.place}:".startswith(place)
    assert words in problem.message + problem.hint
    assert not vault.out.exists()


def test_a16_every_mistake_in_the_configuration_is_told_at_once(vault: Vault) -> None:
    (vault.root / "config.yaml").write_text("tittle: x\npage_size: many\ntimezone: Mars/Olympus\n")
    with pytest.raises(BadConfig) as bad:
        vault.build()
    assert [problem.place.line for problem in bad.value.problems] == [1, 2, 3]


def override(vault: Vault, text: str, name: str = "note.html") -> None:
    folder = vault.root / "themes/paper/templates"
    folder.mkdir(parents=True)
    (folder / name).write_text(text)


def test_a16_a_template_s_mistake_has_its_line_and_is_told_once_for_all_its_pages(vault: Vault) -> None:
    override(
        vault, '{% extends "paper/note.html" %}\n{% block main %}\n  {{ page.no_such }}\n{% endblock %}\n'
    )
    result = vault.write({**GOOD, "other.md": "text", "third.md": "text"}).build()
    (problem,) = [problem for problem in result.built.problems if problem.code == "template"]
    assert str(problem.place) == "themes/paper/templates/note.html:3:3"
    assert problem.excerpt == "  {{ page.no_such }}"
    assert "'no_such'" in problem.message
    assert "good.md and 2 more" in problem.hint
    assert result.built.report.failed == ("good/index.html", "other/index.html", "third/index.html")
    assert {"index.html", "archive/index.html", "404.html"} <= result.pages.keys()


def test_a16_a_template_that_cannot_be_parsed_has_its_line(vault: Vault) -> None:
    override(vault, "<p>\n{% if %}\n")
    result = vault.write(GOOD).build()
    (error,) = result.errors
    assert error.startswith("themes/paper/templates/note.html:2:")


def test_a16_the_last_good_page_stays_when_a_template_breaks(vault: Vault) -> None:
    before = vault.write(GOOD).build().page("good/")
    override(vault, "{{ page.no_such }}")
    assert vault.build().page("good/") == before


def test_a17_every_link_that_leads_nowhere_has_its_place(vault: Vault) -> None:
    text = "[[Nope]]\n\n[[good#Nope]]\n\n[[good#^nope]]\n\n![[no.png|alt]]\n\n[x](no.md)\n"
    result = vault.write({**GOOD, "n.md": text}).build()
    assert [line.rpartition(": ")[0].replace("content/n.md:", "") for line in result.warnings] == [
        "1:1: broken-link",
        "3:1: missing-heading",
        "5:1: missing-block",
        "7:1: missing-attachment",
        "9:1: broken-link",
    ]
    assert result.errors == []
    assert "Nope" in result.text("n/")


# A18, files that are no files


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a18_a_pipe_and_a_folder_named_like_notes_do_not_hang_the_build(vault: Vault) -> None:
    os.mkfifo(vault.content / "pipe.md")
    result = vault.write({**GOOD, "folder.md/inner.md": "inside"}).build()
    assert result.warnings == [
        "content/folder.md:1:1: not-a-file: this is a folder, though its name is a note's",
        "content/pipe.md:1:1: not-a-file: this is a pipe, and was not read",
    ]
    assert "inside" in result.page("folder.md/inner/")
    assert "good/index.html" in result.pages


def test_a18_a_link_to_nothing_is_an_error_and_others_are_built(vault: Vault) -> None:
    (vault.content / "gone.md").symlink_to(vault.content / "never-was.md")
    result = vault.write(GOOD).build()
    assert [line.split(": ")[:2] for line in result.errors] == [["content/gone.md:1:1", "unreadable-file"]]
    assert "good/index.html" in result.pages


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a18_a_file_that_may_not_be_read_is_an_error_and_others_are_built(vault: Vault) -> None:
    vault.write({**GOOD, "secret.md": "x"})
    (vault.content / "secret.md").chmod(0)
    result = vault.build()
    assert [line.split(": ")[:2] for line in result.errors] == [["content/secret.md:1:1", "unreadable-file"]]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a18_a_device_is_never_read(vault: Vault) -> None:
    (vault.content / "zero.md").symlink_to("/dev/zero")
    result = vault.write(GOOD).build()
    assert [line.split(": ")[1] for line in result.warnings] == ["symlink-outside"]
    assert "zero/index.html" not in result.pages
