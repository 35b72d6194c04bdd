"""Notebooks on a site: linked to and from, embedded, found, and told apart from nothing else that is a note."""

from __future__ import annotations

import json
from pathlib import Path

from cli.shell import Shell
from website.web import CONFIG, built

OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["forty-two\n"]}
BOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# The book\n", "\n", "See [[other]].\n"]},
            {"cell_type": "markdown", "metadata": {}, "source": ["## Sums\n", "\n", "They follow. ^sums\n"]},
            {"cell_type": "code", "metadata": {}, "source": ["print(6 * 7)"], "outputs": [OUTPUT]},
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
    indent=1,
)


def test_a_notebook_is_linked_to_as_any_note(tmp_path: Path) -> None:
    other = "# Other\n\n[[book]], [[book.ipynb|by file]], [so](book.ipynb#sums), [[The book#Sums]]\n\n![[book#^sums]]\n"
    web = built(tmp_path, {"book.ipynb": BOOK, "other.md": other})
    page = web.page("other/index.html")
    assert [each["href"] for each in page.all("a") if "book" in each.get("href", "")][:4] == [
        "../book/",
        "../book/",
        "../book/#sums",
        "../book/#sums",
    ]
    assert "They follow." in web.text("other/index.html")
    assert "They follow." in web.text("book/index.html")
    assert 'href="../other/"' in web.text("book/index.html")
    assert [each for each in web.problems if each.severity != "info"] == []
    assert not (web.folder / "book.ipynb").exists()


def test_its_code_and_what_that_put_out_are_found(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write({"config.yaml": CONFIG, "content/book.ipynb": BOOK, "content/other.md": "# Other\n"})
    for query in ("print", "forty", "follow"):
        found = json.loads(shell.kb("search", query, "--format", "json").out)
        assert [hit["title"] for hit in found["hits"]] == ["The book"], query


def test_a_broken_notebook_is_told_keeps_its_page_away_and_harms_no_other(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write({"config.yaml": CONFIG, "content/book.ipynb": BOOK[:-40], "content/other.md": "# Other\n"})
    done = shell.kb("build")
    assert done.code == 1
    assert "content/book.ipynb:" in done.all
    assert "notebook: the notebook is no JSON" in done.all
    assert "open and save it in Jupyter" in done.all
    assert shell.page("book/index.html") is None
    assert shell.page("other/index.html")


def test_a_draft_of_a_notebook_is_not_published(tmp_path: Path) -> None:
    draft = json.dumps({**json.loads(BOOK), "metadata": {"kb": {"draft": True}}})
    web = built(tmp_path, {"book.ipynb": draft, "other.md": "# Other\n\n[[book]]\n"})
    assert not (web.folder / "book").exists()
    assert not any(b"forty" in path.read_bytes() for path in web.folder.rglob("*") if path.is_file())
