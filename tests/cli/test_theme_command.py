"""``kb theme``: the list, a new one, and what an override changes and misses."""

from __future__ import annotations

import pytest

from cli.shell import Shell
from kb.disk.themes import shipped
from kb.view.overrides import blocks, extends, parts_of


@pytest.fixture
def shell(shell: Shell) -> Shell:
    shell.write({"config.yaml": "title: Small\n", "content/one.md": "# One\n"})
    return shell


def test_the_list_marks_the_theme_in_use_and_says_where_each_is(shell: Shell) -> None:
    shell.kb("theme", "new", "evening")
    lines = shell.kb("theme", "list").out.splitlines()
    assert any(line.startswith("* paper") and line.endswith("comes with kb") for line in lines)
    assert any(line.startswith("  evening") and "themes/evening, builds on paper" in line for line in lines)


def test_a_new_theme_shows_everything_as_its_base_does(shell: Shell) -> None:
    shell.kb("build")
    before = shell.page("one/index.html")
    made = shell.kb("theme", "new", "evening")
    assert "write theme: evening in config.yaml" in made.out
    shell.write({"config.yaml": "title: Small\ntheme: evening\n"})
    assert shell.kb("build").code == 0
    after = shell.page("one/index.html")
    assert before
    assert after
    assert b"custom." in after
    link = next(line for line in after.splitlines() if b"custom." in line)
    assert after.replace(link + b"\n", b"") == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("paper",), "a theme is called paper already"),
        (("x", "--inherits", "nothing"), "no theme is called 'nothing'"),
        (("../x",), "cannot be the name of a folder"),
        (("..",), "cannot be the name of a folder"),
        (("",), "cannot be the name of a folder"),
    ],
)
def test_what_cannot_be_a_new_theme_is_refused(shell: Shell, arguments: tuple[str, ...], told: str) -> None:
    done = shell.kb("theme", "new", *arguments)
    assert done.code == 2
    assert told in done.err
    assert not (shell.here / "themes").exists()


def test_without_an_override_there_is_nothing_to_show(shell: Shell) -> None:
    assert "nothing is overridden" in shell.kb("theme", "diff").out


def test_a_block_is_compared_with_the_block_that_it_stands_for(shell: Shell) -> None:
    shell.write(
        {
            "themes/paper/templates/note.html": '{% extends "paper/note.html" %}\n'
            "{% block title %}<h1>Mine</h1>{% endblock %}\n{% block titel %}x{% endblock %}\n"
        }
    )
    out = shell.kb("theme", "diff").out
    assert "themes/paper/templates/note.html stands for paper/note.html" in out
    assert "+<h1>Mine</h1>" in out
    assert "block titel: paper/note.html has no such block" in out
    assert "backlinks" not in out
    assert "kb theme diff --seen" in out


def test_what_has_changed_below_since_it_was_seen_is_told_until_it_is_seen(shell: Shell) -> None:
    own = '{% extends "paper/note.html" %}\n{% block title %}Mine{% endblock %}\n'
    shell.write({"themes/paper/templates/note.html": own})
    assert "remembered 1 file of 1 file" in shell.kb("theme", "diff", "--seen").out
    assert "since" not in shell.kb("theme", "diff").out
    memory = shell.here / "themes/paper/upstream/templates/note.html"
    now = (shipped() / "paper/templates/note.html").read_text()
    assert memory.read_text() == now
    memory.write_text(
        now.replace("{% block title %}", "{% block title %}\nOlder").replace("backlinks", "older")
    )
    out = shell.kb("theme", "diff").out
    assert "block title has changed in paper/note.html since" in out
    assert "-Older" in out
    assert "1 part changed below" in out
    shell.kb("theme", "diff", "--seen")
    assert memory.read_text() == now


def test_a_file_that_extends_nothing_is_compared_whole(shell: Shell) -> None:
    shell.write({"themes/paper/templates/404.html": "Gone.\n", "themes/paper/assets/custom.css": "a{}"})
    out = shell.kb("theme", "diff").out
    assert "the file" in out
    assert "+Gone." in out
    assert "custom.css" not in out


def test_a_link_out_of_the_site_is_not_read(shell: Shell) -> None:
    secret = shell.here.parent / "secret.html"
    secret.write_text("SECRET")
    (shell.here / "themes/paper/templates").mkdir(parents=True)
    (shell.here / "themes/paper/templates/note.html").symlink_to(secret)
    done = shell.kb("theme", "diff")
    assert done.code == 2
    assert "leads out of the site" in done.err
    assert "SECRET" not in done.out


def test_blocks_are_found_by_their_tags_and_by_nothing_that_looks_like_one() -> None:
    source = (
        '{# {% block no %} #}{% extends "a/b.html" %}{% block a %}1{%- block b -%}2{% endblock b %}3'
        "{% endblock %}{% raw %}{% block c %}{% endraw %}"
    )
    assert extends(source) == "a/b.html"
    assert blocks(source) == {"a": "1{%- block b -%}2{% endblock b %}3", "b": "2"}
    assert blocks("{% block %") == {}


def test_a_template_that_extends_another_than_it_stands_for_is_a_whole() -> None:
    parts = parts_of("note.html", '{% extends "base.html" %}{% block main %}x{% endblock %}', "y", "z")
    assert [(part.name, part.changed_upstream) for part in parts] == [("", True)]
