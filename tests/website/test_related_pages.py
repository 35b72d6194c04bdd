"""Related notes on a page, and which pages an edit writes again for their sake."""

from __future__ import annotations

import re
from pathlib import Path

from website.web import Web, built

NOTES = {
    "debt.md": "---\ntags: [ml/debt]\n---\n[[glue]] [[drift]]\n",
    "ml/gmm.md": "---\ntags: [ml/debt]\ntitle: Mixtures\n---\n[[glue]] and [[drift]]\n",
    "glue.md": "Glue.\n",
    "drift.md": "Drift.\n",
    "film.md": "---\ntags: [film]\n---\nA film.\n",
}


def related(web: Web, path: str) -> list[tuple[str, str]]:
    section = re.search(r'<section class="related".*?</section>', web.text(path), re.DOTALL)
    return re.findall(
        r'<li><a href="(.*?)">.*?<span class="reason">(.*?)</span>', section[0] if section else ""
    )


def rewritten(root: Path, files: dict[str, str]) -> set[str]:
    """The pages of notes that are others after this edit."""
    before = dict(built(root, NOTES).files)
    after = built(root, files).files
    notes = {f"{path.removesuffix('.md')}/index.html" for path in NOTES}
    return {path for path in notes if before[path] != after[path]}


def test_a_page_tells_which_notes_are_related_and_why(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES)
    assert related(web, "debt/index.html") == [("../ml/gmm/", "shares 2 links and #ml/debt")]
    assert related(web, "glue/index.html") == [("../drift/", "2 notes link to both")]
    assert related(web, "film/index.html") == []
    assert not list(web.faults())


def test_an_edit_of_a_text_writes_the_pages_of_no_related_notes(tmp_path: Path) -> None:
    same_links = NOTES["ml/gmm.md"].replace("[[glue]] and", "More words. [[glue]], then")
    written = rewritten(tmp_path, {"ml/gmm.md": same_links})
    assert "debt/index.html" not in written
    assert "ml/gmm/index.html" in written


def test_a_new_title_is_on_the_pages_of_related_notes(tmp_path: Path) -> None:
    written = rewritten(tmp_path, {"ml/gmm.md": NOTES["ml/gmm.md"].replace("Mixtures", "Gaussian mixtures")})
    assert written == {"ml/gmm/index.html", "debt/index.html", "glue/index.html", "drift/index.html"}


def test_a_new_link_writes_the_pages_that_it_brings_together_and_no_other(tmp_path: Path) -> None:
    written = rewritten(tmp_path, {"film.md": NOTES["film.md"] + "See [[glue]].\n"})
    assert written == {"film/index.html", "glue/index.html", "debt/index.html", "ml/gmm/index.html"}


def test_a_draft_is_related_to_nothing_that_is_published(tmp_path: Path) -> None:
    draft = "---\ntags: [ml/debt]\ndraft: true\n---\n[[glue]] [[drift]]\n"
    web = built(tmp_path, {**NOTES, "secret.md": draft})
    assert related(web, "debt/index.html") == [("../ml/gmm/", "shares 2 links and #ml/debt")]
    assert related(web, "glue/index.html") == [("../drift/", "2 notes link to both")]
    assert b"secret" not in b"".join(web.files.values())
