"""How it looks: problems in text and JSON, colour, the progress bar, quiet and verbose, odd terminals."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from cli.shell import KB, Shell, plain

PROBLEM = re.compile(r"\S[^:]*:\d+:\d+: [a-z0-9-]+: \S.*\Z")


def test_a_problem_is_place_code_message_and_hint_the_same_in_build_and_check(broken: Shell) -> None:
    expected = """\
content/a.md:5:1: heading-jump: a heading of level 3 follows one of level 1
  hint: begin it with ##
content/index.md:3:11: broken-link: no note is called 'Nowehre'
  hint: create it, or add an alias
content/film.md:2:17: front-matter: YAML reads the ': ' in this value as the end of a key
    title: Spartacus: Vengeance
                    ^
  hint: put quotes around the value: title: "Spartacus: Vengeance"
"""
    assert broken.kb("build").err == expected
    assert broken.kb("check").out == expected + "1 error, 2 warnings\n"


def test_json_has_exactly_the_promised_shape(broken: Shell) -> None:
    done = broken.kb("check", "--format", "json")
    assert done.code == 1
    found = json.loads(done.out)
    assert list(found) == ["problems"]
    assert all(
        list(each) == ["path", "line", "column", "code", "severity", "message", "hint"]
        for each in found["problems"]
    )
    assert found["problems"][1] == {
        "path": "content/film.md",
        "line": 2,
        "column": 17,
        "code": "front-matter",
        "severity": "error",
        "message": "YAML reads the ': ' in this value as the end of a key",
        "hint": 'put quotes around the value: title: "Spartacus: Vengeance"',
    }


def test_json_of_a_good_site_is_an_empty_list(small: Shell) -> None:
    assert json.loads(small.kb("check", "--format", "json").out) == {"problems": []}
    assert json.loads(small.kb("-q", "check", "--format", "json").out) == {"problems": []}


def test_json_tells_of_a_mistake_in_the_configuration_too(small: Shell) -> None:
    small.write({"config.yaml": "titel: x\n"})
    done = small.kb("check", "--format", "json")
    assert done.code == 2
    (found,) = json.loads(done.out)["problems"]
    assert (found["path"], found["line"], found["code"]) == ("config.yaml", 1, "config")


def test_a_good_site_has_nothing_to_mend(small: Shell) -> None:
    assert small.kb("check").out == "nothing to mend\n"


def test_quiet_says_nothing_but_errors(broken: Shell) -> None:
    done = broken.kb("-q", "build")
    assert done.out == ""
    assert [line for line in done.err.splitlines() if PROBLEM.match(line)] == [
        "content/film.md:2:17: front-matter: YAML reads the ': ' in this value as the end of a key"
    ]
    (broken.here / "content/film.md").unlink()
    assert broken.kb("-q", "build").all == ""
    assert broken.kb("-q", "check").all == ""


def test_quiet_still_answers_what_was_asked(small: Shell) -> None:
    assert small.kb("-q", "why", "one").out.startswith("/one/index.html\n")
    assert "leads to Two words.md" in small.kb("-q", "explain-link", "one", "Two words").out


def test_verbose_says_what_is_only_good_to_know(small: Shell) -> None:
    small.write({"content/lonely.md": "No links."})
    assert "orphan" not in small.kb("build").err
    verbose = small.kb("-v", "build")
    assert "content/lonely.md:1:1: orphan: " in verbose.err
    assert verbose.code == 0
    assert small.kb("check").out.endswith("\n2 remarks\n")


def test_a_flood_of_one_warning_hides_no_other(small: Shell) -> None:
    small.write({"content/many.md": "![](dot.png)\n\n" * 80 + "[[nowhere]]\n"})
    done = small.kb("build")
    listed = [line for line in done.err.splitlines() if PROBLEM.match(line)]
    assert len(listed) == 11
    assert " broken-link: " in listed[-1]
    assert "… and 70 more warnings (70 image-without-alt); `kb check` lists them all\n" in done.err
    assert done.out.endswith("; 81 warnings\n")
    assert len([line for line in small.kb("build", "--strict").err.splitlines() if PROBLEM.match(line)]) == 81
    assert small.kb("check").out.endswith("\n81 warnings, 2 remarks\n")


# Colour


def test_a_terminal_is_coloured_and_a_pipe_is_not(broken: Shell) -> None:
    assert "\x1b" not in broken.kb("build").all
    coloured = broken.terminal("check")
    assert "\x1b[31mfront-matter:\x1b[0m" in coloured.out
    assert "content/film.md:2:17: front-matter: " in plain(coloured.out)
    assert coloured.code == 1


def test_no_color_is_obeyed(broken: Shell) -> None:
    assert "\x1b" not in broken.terminal("--no-color", "check").out
    assert "\x1b" not in broken.terminal("check", NO_COLOR="1").out
    assert "\x1b" not in broken.terminal("check", TERM="dumb").out
    assert "\x1b" in broken.terminal("check", NO_COLOR="").out


def test_in_a_terminal_files_stand_apart_and_errors_last(broken: Shell) -> None:
    blocks = plain(broken.terminal("check").out).split("\n\n")
    assert [block.partition(":")[0] for block in blocks] == [
        "content/a.md",
        "content/index.md",
        "content/film.md",
    ]


def test_a_note_cannot_write_to_the_terminal(shell: Shell) -> None:
    shell.write({"config.yaml": "", "content/n.md": "---\ntitle: a: \x1b]0;owned\x07\x1b[31m\u202e\n---\n"})
    shell.write({"content/m.md": "[[no\x1b[2Jwhere\u202e]]\n"})
    for text in (shell.kb("check").out, shell.kb("build").all, plain(shell.terminal("check").out)):
        assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_the_caret_stands_below_the_mistake_in_every_script(shell: Shell) -> None:
    shell.write(
        {
            "config.yaml": "",
            "content/n.md": "---\ntitle: 漢字: x\n---\n",
            "content/o.md": "---\ntitle: e\u0301: x\n---\n",
        }
    )
    lines = shell.kb("check").out.splitlines()
    first, second = (lines.index(line) for line in lines if line.startswith("    title:"))
    assert lines[first + 1].index("^") == 4 + len("title: ") + 4
    assert lines[second + 1].index("^") == 4 + len("title: ") + 1


# Progress


def test_long_work_shows_a_bar_in_a_terminal_and_wipes_it(shell: Shell) -> None:
    text = "# N\n\n- text *a* `c`\n" * 60
    shell.write({"config.yaml": "", **{f"content/n{i}.md": text for i in range(250)}})
    seen = shell.terminal("build", "--clean").out
    assert re.search(r"\r\x1b\[K(reading|writing) +[━╌]+ [\d,]+ of [\d,]+", seen)
    assert re.search(r"\r\x1b\[K[^━╌\r]*\Z", seen)
    for unseen in (shell.terminal("-q", "build", "--clean"), shell.kb("build", "--clean")):
        assert "━" not in unseen.out + unseen.err


def test_quick_work_shows_no_bar(small: Shell) -> None:
    small.kb("build")
    assert "━" not in small.terminal("build").out


# Odd terminals


def test_a_reader_that_has_seen_enough_is_no_mistake(small: Shell) -> None:
    small.write({"content/many.md": "\n\n".join(f"[[nowhere {i}]]" for i in range(5000))})
    for command in ("check", "check --format json"):
        line = " ".join(f"'{part}'" for part in KB) + f" {command} | head -n 1"
        done = subprocess.run(
            ["bash", "-c", line], cwd=small.here, env=small.env, capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        assert done.stdout.count("\n") == 1


def test_a_closed_output_is_no_mistake(small: Shell) -> None:
    line = " ".join(f"'{part}'" for part in KB) + " build >&-"
    done = subprocess.run(
        ["bash", "-c", line], cwd=small.here, env=small.env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "one/index.html" in small.site()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
@pytest.mark.parametrize("command", ["check", "build", "check --format json"])
def test_an_output_that_is_full_is_told_in_words_and_is_no_success(small: Shell, command: str) -> None:
    line = " ".join(f"'{part}'" for part in KB) + f" {command} >/dev/full"
    done = subprocess.run(
        ["bash", "-c", line], cwd=small.here, env=small.env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (
        1,
        "kb: the output cannot be written: No space left on device\n",
    )


def test_a_terminal_without_unicode_gets_what_it_can_show(small: Shell) -> None:
    small.write({"content/Ünïcode.md": "[[漢字]]"})
    assert small.kb("build", LC_ALL="C", LANG="C").code == 0
    done = small.kb("build", PYTHONIOENCODING="cp1252")
    assert done.code == 0
    assert "-> site/" in done.out
    assert r"\u6f22\u5b57" in small.kb("check", PYTHONIOENCODING="cp1252").out
    done = small.kb("check", "--format", "json", PYTHONIOENCODING="cp1252")
    assert any("漢字" in each["message"] for each in json.loads(done.out)["problems"])
