"""Every command as a person uses it: what it takes, what it prints, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.shell import Shell

COMMANDS = ("init", "new", "build", "serve", "search", "check", "why", "explain-link")
KINDS = ("note", "review", "excerpt", "reblog", "decision")


def test_help_lists_every_command(shell: Shell) -> None:
    for option in ("--help", "-h"):
        done = shell.kb(option)
        assert done.code == 0
        assert all(f"  {command} " in done.out for command in COMMANDS)


def test_kb_alone_shows_its_help(shell: Shell) -> None:
    done = shell.kb()
    assert "Usage: kb" in done.all
    assert done.code == 2


def test_the_schema_of_the_configuration_can_be_had_for_an_editor(shell: Shell) -> None:
    done = shell.kb("--config-schema")
    assert (done.code, done.err) == (0, "")
    assert {"title", "base_url", "html"} <= json.loads(done.out)["properties"].keys()
    first = (Path(__file__).parents[2] / "config.yaml").read_text("utf-8").partition("\n")[0]
    assert (Path(__file__).parents[2] / first.partition("$schema=")[2]).is_file()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_fits_a_terminal(shell: Shell, command: str) -> None:
    done = shell.kb(command, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: kb {command}")
    assert all(len(line) <= 100 for line in done.out.splitlines())


def test_version_is_one_line(shell: Shell) -> None:
    done = shell.kb("--version")
    assert done.code == 0
    assert done.out.startswith("kb ")
    assert done.out.count("\n") == 1


def test_a_misspelt_command_is_a_usage_error_that_names_the_near_one(shell: Shell) -> None:
    done = shell.kb("biuld")
    assert done.code == 2
    assert "did you mean 'kb build'?" in done.err
    assert shell.kb("build", "--no-such-option").code == 2


# Where the site is


def test_the_nearest_config_upwards_is_the_site(small: Shell) -> None:
    below = small.here / "content/deep/er"
    below.mkdir(parents=True)
    done = small.kb("build", cwd=below)
    assert done.code == 0
    assert "one/index.html" in small.site()


def test_a_folder_can_be_named_from_anywhere(small: Shell, tmp_path: Path) -> None:
    assert small.kb("-C", str(small.here), "build", cwd=tmp_path).code == 0
    assert small.kb("--root", "here", "check", cwd=tmp_path).code == 0
    assert "one/index.html" in small.site()


@pytest.mark.parametrize(
    "command", [["build"], ["check"], ["why", "x"], ["explain-link", "a", "b"], ["new", "x"]]
)
def test_without_a_config_every_command_says_what_to_do(shell: Shell, command: list[str]) -> None:
    done = shell.kb(*command)
    assert done.code == 2
    assert "there is no config.yaml in" in done.err
    assert "hint: `kb init`" in done.err
    assert list(shell.here.iterdir()) == []


def test_a_named_folder_that_is_not_there_is_a_usage_error(shell: Shell) -> None:
    assert shell.kb("-C", "nowhere", "build").code == 2


def test_a_folder_without_a_config_is_a_vault(shell: Shell) -> None:
    shell.write({"vault/a.md": "[[b]]", "vault/sub/b.md": "text", "vault/.obsidian/app.json": "{}"})
    done = shell.kb("-C", "vault", "build", "--output", "out")
    assert done.code == 0
    assert {"a/index.html", "sub/b/index.html", "index.html"} <= shell.site("out").keys()
    assert "<title>" in shell.site("out")["index.html"].decode()
    assert shell.kb("-C", "vault", "check").code == 0


def test_folders_and_notes_may_have_spaces_and_umlauts(shell: Shell) -> None:
    shell.write(
        {"Müll & Söhne/Ein Ordner/Über alles.md": "[[Zwei Wörter]]", "Müll & Söhne/Zwei Wörter.md": "text"}
    )
    done = shell.kb("-C", "Müll & Söhne", "build", "-o", "Die Aus gabe")
    assert (done.code, done.err) == (0, "")
    assert "Die Aus gabe/" in done.out
    assert "ein-ordner/über-alles/index.html" in shell.site("Die Aus gabe")


# kb init


def test_a_new_site_builds_and_checks_without_a_warning(shell: Shell) -> None:
    done = shell.kb("init", "my-notes")
    assert done.code == 0
    assert "made my-notes/config.yaml" in done.out
    assert "kb -C my-notes build" in done.out
    built = shell.kb("-C", "my-notes", "build", "--strict")
    assert (built.code, built.err) == (0, "")
    assert "error" not in built.out
    assert "warning" not in built.out
    checked = shell.kb("-C", "my-notes", "check", "--strict")
    assert checked.code == 0
    assert "warning" not in checked.out
    assert b"My notes" in shell.site("my-notes/site")["index.html"]


def test_init_here_makes_the_site_here(shell: Shell) -> None:
    assert shell.kb("init").code == 0
    assert (shell.here / "config.yaml").is_file()
    assert shell.kb("build").code == 0


def test_init_in_a_folder_with_notes_writes_a_config_alone_that_takes_them_as_they_are(shell: Shell) -> None:
    shell.write({"a.md": "text", "sub/b.md": "text"})
    assert shell.kb("init").code == 0
    made = {path.relative_to(shell.here).as_posix() for path in shell.here.rglob("*") if path.is_file()}
    assert made == {"a.md", "sub/b.md", "config.yaml"}
    assert "content: .\n" in (shell.here / "config.yaml").read_text()
    assert shell.kb("build").code == 0
    assert {"a/index.html", "sub/b/index.html"} <= shell.site().keys()


def test_init_where_all_notes_lie_in_content_leaves_them_there(shell: Shell) -> None:
    shell.write({"content/a.md": "text"})
    assert shell.kb("init").code == 0
    assert "content: content\n" in (shell.here / "config.yaml").read_text()
    assert not (shell.here / "content/index.md").exists()


def test_init_never_overwrites(small: Shell) -> None:
    before = (small.here / "config.yaml").read_text()
    done = small.kb("init")
    assert done.code == 2
    assert "is there already" in done.err
    assert (small.here / "config.yaml").read_text() == before


# kb new


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_note_of_each_kind_builds_without_a_warning(shell: Shell, kind: str) -> None:
    shell.kb("init")
    done = shell.kb("new", "It's 2001: A #Space", "--kind", kind)
    assert done.code == 0
    path = shell.here / done.out.rstrip("\n")
    assert path == shell.here / "content/It's 2001 A Space.md"
    built = shell.kb("build", "--strict")
    assert (built.code, built.err) == (0, "")
    page = shell.site()["it's-2001-a-space/index.html"].decode()
    assert "It’s 2001: A #Space" in page or "It&#39;s 2001: A #Space" in page


def test_new_never_overwrites_nor_takes_an_address_that_is_taken(small: Shell) -> None:
    (small.here / "content/one.md").write_text("mine")
    for title in ("one", "One", "two-words"):
        done = small.kb("new", title)
        assert done.code == 2, title
        assert "is there already" in done.err
    assert (small.here / "content/one.md").read_text() == "mine"
    assert len(list((small.here / "content").glob("*.md"))) == 3


def test_new_makes_a_note_in_a_folder_and_prints_its_path(small: Shell) -> None:
    done = small.kb("new", "films/Aruvi", "-k", "review")
    assert done.out == "content/films/Aruvi.md\n"
    assert "kind: review\n" in (small.here / "content/films/Aruvi.md").read_text()
    quiet = small.kb("-q", "new", "Yentl")
    assert quiet.out == "content/Yentl.md\n"


def test_a_slash_between_spaces_is_a_word_of_the_title(small: Shell) -> None:
    done = small.kb("new", "films/Either: this / or that?")
    assert done.out == "content/films/Either this or that.md\n"
    text = (small.here / "content/films/Either this or that.md").read_text()
    assert 'title: "Either: this / or that?"\n' in text


@pytest.mark.parametrize("title", ["", "..", "///", "...", "???"])
def test_a_title_that_can_name_no_file_is_refused(small: Shell, title: str) -> None:
    done = small.kb("new", title)
    assert done.code == 2
    assert "no letter or digit" in done.err


@pytest.mark.parametrize("title", ["../../escape", "/etc/escape", "a/../../../escape"])
def test_a_title_never_leads_out_of_the_notes(small: Shell, title: str) -> None:
    done = small.kb("new", title)
    assert done.code == 0
    assert (small.here / done.out.rstrip("\n")).resolve().is_relative_to(small.here / "content")


def test_new_does_not_write_through_a_link_out_of_the_notes(small: Shell, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (small.here / "content/out").symlink_to(tmp_path / "outside")
    done = small.kb("new", "out/note")
    assert done.code == 2
    assert list((tmp_path / "outside").iterdir()) == []


def test_an_unknown_kind_is_refused_with_those_that_there_are(small: Shell) -> None:
    done = small.kb("new", "X", "--kind", "recipe")
    assert done.code == 2
    assert "decision, excerpt, note, reblog, review" in done.err
    assert "templates/recipe.md" in done.err
    assert "your own" not in small.kb("new", "X", "--kind", "../recipe").err


def test_a_site_s_own_template_makes_a_kind(small: Shell) -> None:
    small.write({"templates/recipe.md": "---\ntitle: {{title}}\nkind: {{kind}}\n---\nServes four.\n"})
    path = small.here / small.kb("new", "Soup", "--kind", "recipe").out.rstrip("\n")
    assert path.read_text() == "---\ntitle: Soup\nkind: recipe\n---\nServes four.\n"


def test_a_template_that_is_no_text_is_refused(small: Shell) -> None:
    small.write({"templates/recipe.md": b"\xff\xfe\x00"})
    assert small.kb("new", "Soup", "--kind", "recipe").code == 2


# kb why


@pytest.mark.parametrize(
    ("name", "path", "owner"),
    [
        ("one", "/one/index.html", "one.md"),
        ("content/one.md", "/one/index.html", "one.md"),
        ("Two words", "/two-words/index.html", "Two words.md"),
        ("two-words/", "/two-words/index.html", "Two words.md"),
        ("/two-words/", "/two-words/index.html", "Two words.md"),
        ("https://example.org/two-words/", "/two-words/index.html", "Two words.md"),
        ("site/two-words/index.html", "/two-words/index.html", "Two words.md"),
        ("tags/tag/", "/tags/tag/index.html", "the list of tag #tag"),
        ("content/dot.png", "/dot.png", "dot.png"),
        ("feed.xml", "/feed.xml", "the feed /feed.xml"),
        ("index.html", "/index.html", "index.md, the home page"),
        ("404.html", "/404.html", "the page for unknown addresses"),
    ],
)
def test_why_finds_a_page_by_file_address_and_note(small: Shell, name: str, path: str, owner: str) -> None:
    small.kb("build")
    done = small.kb("why", name)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == path
    assert lines[1] == f"  claimed by  {owner}"
    assert any(line.startswith("  state       is up to date") for line in lines), done.out


def test_why_says_what_a_page_shows_by_addresses_that_can_be_asked_about_next(small: Shell) -> None:
    lines = small.kb("why", "one").out.splitlines()
    assert lines[2:5] == [
        "  template    note.html",
        "  shows       the note's text (5 words), 2 links in it",
        "              tag tag",
    ]
    assert "              backlink from /two-words/ (Two)" in lines
    assert small.kb("why", "/two-words/").code == 0


def test_why_says_what_changed_a_page(small: Shell) -> None:
    assert "would be written by the next build" in small.kb("why", "one").out
    small.kb("build")
    assert "it was new" in small.kb("why", "one").out
    small.kb("build")
    assert "the last build left it alone" in small.kb("why", "one").out
    small.write({"content/one.md": "# One\n\nSee [[Two words]]. More. #tag\n"})
    ahead = small.kb("why", "one").out
    assert "would be written by the next build" in ahead
    assert "the text of the note changed" in ahead
    small.kb("build")
    behind = small.kb("why", "one").out
    assert "the last build wrote it" in behind
    assert "the text of the note changed" in behind
    small.write({"content/Two words.md": "# Zwei\n\nSee [[one]].\n\n![a dot](dot.png)\n"})
    small.kb("build")
    assert "something it shows of other notes changed" in small.kb("why", "one").out
    small.write({"config.yaml": "title: Other\nbase_url: https://example.org/\n"})
    small.kb("build")
    assert "the theme, the settings or kb itself changed" in small.kb("why", "one").out


def test_why_of_an_unknown_path_names_the_nearest_and_exits_with_2(small: Shell) -> None:
    done = small.kb("why", "tow-words/")
    assert done.code == 2
    assert "no page stands at 'tow-words/'" in done.err
    assert "two-words" in done.err
    assert "  hint: " in small.kb("why", "xyzzy").err


def test_why_of_a_note_that_is_not_published_says_so(small: Shell) -> None:
    small.write({"content/later.md": "---\ndraft: true\n---\n"})
    done = small.kb("why", "content/later.md")
    assert done.code == 2
    assert "later.md is not published: it is a draft" in done.err


# kb explain-link


def test_explain_link_names_the_candidates_and_the_rule(shell: Shell) -> None:
    shell.write(
        {"config.yaml": "", "content/a/Note.md": "x", "content/bb/Note.md": "x", "content/src.md": "[[Note]]"}
    )
    done = shell.kb("explain-link", "src", "[[Note]]")
    assert done.code == 0
    assert "a/Note.md" in done.out
    assert "bb/Note.md" in done.out
    assert "leads to a/Note.md by the rule shortest-path" in done.out


def test_explain_link_of_a_link_that_leads_nowhere_says_so_and_exits_with_1(small: Shell) -> None:
    done = small.kb("explain-link", "content/one.md", "Nope")
    assert done.code == 1
    assert done.out.rstrip().endswith("leads nowhere")


def test_explain_link_in_an_unknown_note_is_a_usage_error(small: Shell) -> None:
    done = small.kb("explain-link", "nobody", "one")
    assert done.code == 2
    assert "no note is called 'nobody'" in done.err
