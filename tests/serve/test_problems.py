"""Errors where the writer is, and the way from there into the editor."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.disk.refused import Refused
from kb.serve.editor import editor_command, open_editor, source_file
from serve.preview import Preview, preview, until

FILES: dict[str, str | bytes] = {
    "config.yaml": "title: Small\nbase_url: https://example.org/\n",
    "content/index.md": "# Home\n\n[[one]] [[<img src=x onerror=alert(1)>]]\n",
    "content/one.md": "# One\n\n[[Nowhere]]\n",
    "content/fine.md": "# Fine\n\n[[one]]\n",
    "content/.secret": "",
    "themes/paper/templates/note.html": '{% extends "paper/note.html" %}\n',
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Preview]:
    with preview(tmp_path, FILES) as running:
        yield running


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that writes down what it was asked for; the file of its notes."""
    program = tmp_path / "code"
    program.write_text('#!/bin/sh\nfor each in "$@"; do echo "$each" >> "$0.log"; done\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("KB_EDITOR", str(program))
    return tmp_path / "code.log"


def test_the_problems_of_a_note_are_told_to_its_page(site: Preview) -> None:
    said = site.ask("/_kb/problems.json?path=one/index.html").json
    problems = said["problems"]
    assert said["note"] == "one.md"
    assert isinstance(problems, list)
    assert [(each["path"], each["line"], each["code"]) for each in problems] == [
        ("content/one.md", 3, "broken-link")
    ]
    assert site.ask("/_kb/problems.json?path=nowhere/index.html").json["problems"] == []


def test_the_page_of_problems_lists_them_all_with_the_way_to_page_and_editor(site: Preview) -> None:
    page = site.ask("/_kb/problems").text
    assert "2 warnings" in page
    assert '<a href="/one/">content/one.md</a>' in page
    assert "content/one.md:3:1" in page
    assert 'action="/_kb/open"' in page
    assert f'name="token" value="{site.token}"' in page


def test_what_a_note_says_is_text_on_the_page_of_problems(site: Preview) -> None:
    page = site.ask("/_kb/problems").text
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_a_broken_template_shows_the_last_good_page_and_says_where(site: Preview) -> None:
    good = site.ask("/one/")
    site.write(
        {
            "themes/paper/templates/note.html": '{% extends "paper/note.html" %}\n{% block body %}{{ page.nothing }}{% endblock %}\n'
        }
    )
    shown = site.ask("/one/")
    assert shown.status == 200
    assert shown.body.partition(b"<script src")[0] == good.body.partition(b"<script src")[0]
    problem = first(site, "one/index.html")
    assert (problem["code"], problem["path"], problem["line"]) == (
        "template",
        "themes/paper/templates/note.html",
        2,
    )
    assert "nothing" in str(problem["message"])
    assert "page.nothing" in str(problem["excerpt"])
    assert "themes/paper/templates/note.html:2" in site.ask("/_kb/problems").text


def test_a_page_that_never_was_good_shows_the_mistake_instead_and_comes_to_life(site: Preview) -> None:
    site.write({"themes/paper/templates/note.html": "{% if <b> %}\n"})
    shown = site.ask("/fine/")
    assert shown.status == 500
    assert "themes/paper/templates/note.html:1" in shown.text
    assert "{% if &lt;b&gt; %}" in shown.text
    assert "/_kb/preview.js" in shown.text
    with site.stream("fine/index.html") as stream:
        stream.next("hello")
        site.write({"themes/paper/templates/note.html": '{% extends "paper/note.html" %}\n'})
        assert stream.next("page", "gone")[0] == "page"
    assert site.ask("/fine/").status == 200


def test_a_broken_configuration_keeps_the_site_and_is_told_on_every_page(site: Preview) -> None:
    site.write({"config.yaml": "title: [\n"})
    assert site.ask("/one/").status == 200
    assert first(site, "fine/index.html")["code"] == "config"
    assert "config.yaml" in site.ask("/_kb/problems").text


def test_a_note_whose_front_matter_cannot_be_read_shows_that_at_its_address(site: Preview) -> None:
    site.write({"content/bad.md": "---\ntitle: Spartacus: Vengeance\n---\nText\n"})
    assert site.ask("/bad/").status == 200
    problem = first(site, "bad/index.html")
    assert (problem["path"], problem["line"], problem["severity"]) == ("content/bad.md", 2, "error")


def test_without_drafts_too_the_address_of_an_unreadable_note_says_why(tmp_path: Path) -> None:
    files = {
        **FILES,
        "content/bad.md": "---\ntitle: A: <b>\n---\n",
        "content/wip.md": "---\ndraft: true\n---\n",
    }
    with preview(tmp_path, files, drafts=False) as site:
        shown = site.ask("/bad/")
        assert shown.status == 404
        assert "content/bad.md:2" in shown.text
        assert "front-matter" in shown.text
        assert "<b>" not in shown.text
        assert "Nothing is kept at this address" in site.ask("/wip/").text
        with site.stream("bad/index.html") as stream:
            stream.next("hello")
            site.write({"content/bad.md": "# Good\n"})
            assert stream.next("page", "gone")[0] == "page"


def test_each_block_knows_its_line(site: Preview) -> None:
    lines = site.ask("/_kb/lines?path=one/index.html").json["lines"]
    assert isinstance(lines, list)
    assert 3 in lines
    assert site.ask("/_kb/lines?path=nowhere").json == {"lines": []}


# The editor


def post(site: Preview, said: object, **headers: str) -> int:
    own = {"Origin": f"http://{site.host}", "Content-Type": "application/json", **headers}
    return site.ask("/_kb/open", own, "POST", json.dumps(said).encode()).status


def test_the_editor_opens_at_the_line(site: Preview, editor: Path) -> None:
    assert post(site, {"path": "content/one.md", "line": 3, "token": site.token}) == 204
    assert until(lambda: editor.exists() and editor.read_text().count("\n") == 2)
    assert editor.read_text() == f"--goto\n{site.root / 'content/one.md'}:3\n"


def test_a_form_opens_it_too_and_a_note_may_be_named_as_in_the_vault(site: Preview, editor: Path) -> None:
    headers = {"Origin": f"http://{site.host}", "Content-Type": "application/x-www-form-urlencoded"}
    body = f"path=one.md&line=1&token={site.token}".encode()
    assert site.ask("/_kb/open", headers, "POST", body).status == 204
    assert until(lambda: editor.exists() and "one.md:1" in editor.read_text())


@pytest.mark.parametrize(
    ("said", "headers"),
    [
        ({"token": "guessed"}, {}),
        ({"token": ""}, {}),
        ({}, {"Origin": "https://evil.com"}),
        ({}, {"Origin": "null"}),
        ({}, {"Origin": "http://localhost:1"}),
        ({}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}),
        ({}, {"Host": "evil.com"}),
        ({}, {"Content-Type": "text/plain"}),
    ],
)
def test_nobody_else_opens_an_editor(
    site: Preview, editor: Path, said: dict[str, str], headers: dict[str, str]
) -> None:
    assert post(site, {"path": "content/one.md", "line": 1, "token": site.token, **said}, **headers) == 403
    assert not editor.exists()


def test_a_request_without_an_origin_opens_none(site: Preview, editor: Path) -> None:
    body = json.dumps({"path": "content/one.md", "line": 1, "token": site.token}).encode()
    assert site.ask("/_kb/open", {"Content-Type": "application/json"}, "POST", body).status == 403
    assert not editor.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../outside",
        "content/../../outside",
        "content/nothing.md",
        "content",
        "",
        "content/.secret",
        "-x",
        "content/one.md\0",
    ],
)
def test_only_files_of_the_site_are_opened(site: Preview, editor: Path, path: str) -> None:
    (site.root.parent / "outside").write_text("")
    assert post(site, {"path": path, "line": 1, "token": site.token}) == 409
    assert not editor.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"{", b'{"path": "content/one.md"}', b"\xff"])
def test_nonsense_opens_none(site: Preview, editor: Path, body: bytes) -> None:
    headers = {"Origin": f"http://{site.host}", "Content-Type": "application/json"}
    assert site.ask("/_kb/open", headers, "POST", body).status == 403
    assert not editor.exists()


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        ({"KB_EDITOR": "code"}, ["code", "--goto", "/v/a b.md:7"]),
        ({"KB_EDITOR": "code -r", "EDITOR": "vim"}, ["code", "-r", "--goto", "/v/a b.md:7"]),
        ({"KB_EDITOR": "", "VISUAL": "subl", "EDITOR": "vim"}, ["subl", "/v/a b.md:7"]),
        ({"EDITOR": "vim"}, ["vim", "+7", "/v/a b.md"]),
        ({"EDITOR": "nano"}, ["nano", "+7", "/v/a b.md"]),
        ({"EDITOR": "emacsclient -n"}, ["emacsclient", "-n", "+7", "/v/a b.md"]),
        ({"EDITOR": "kate"}, ["kate", "--line", "7", "/v/a b.md"]),
        ({"EDITOR": "'/opt/my editor/thing'"}, ["/opt/my editor/thing", "/v/a b.md"]),
        ({"EDITOR": "thing --at {line} {file}"}, ["thing", "--at", "7", "/v/a b.md"]),
        ({"EDITOR": "thing; rm -rf /"}, ["thing;", "rm", "-rf", "/", "/v/a b.md"]),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_way(environ: dict[str, str], command: list[str]) -> None:
    assert editor_command(environ, Path("/v/a b.md"), 7) == command


@pytest.mark.parametrize(
    "environ", [{}, {"EDITOR": "  "}, {"EDITOR": "'open quote"}, {"EDITOR": "/no/such/editor"}]
)
def test_an_editor_that_is_none_is_said(environ: dict[str, str]) -> None:
    with pytest.raises(Refused):
        open_editor(environ, Path("/v/a.md"), 1)


def test_an_editor_for_the_terminal_is_not_started_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing:  # noqa: PTH123
        monkeypatch.setattr("sys.stdin", nothing)
        with pytest.raises(Refused, match="needs a terminal"):
            open_editor({"EDITOR": "vim"}, Path("/v/a.md"), 1)


def test_a_link_out_of_the_site_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "site" / "content").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("")
    (tmp_path / "site" / "content" / "a.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(Refused):
        source_file(tmp_path / "site", tmp_path / "site" / "content", "content/a.md")


def first(site: Preview, path: str) -> dict[str, object]:
    problems = site.ask(f"/_kb/problems.json?path={path}").json["problems"]
    assert isinstance(problems, list)
    found: dict[str, object] = problems[0]
    return found


def test_a_note_that_cannot_be_read_is_shown_and_keeps_no_other_from_being_found(site: Preview) -> None:
    site.write({"content/broken.md": "---\ntitle: A: B\n---\nText.\n"})
    assert "Not readable." in site.ask("/broken/").text
    assert site.ask("/_search/manifest.bin").status == 200
