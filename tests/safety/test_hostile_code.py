"""Code that is written to keep the highlighter busy (B10): it costs a moment, or its note is refused in words."""

from __future__ import annotations

import re
import string
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from kb.pipeline.opening import Ask
from kb.read.rules.code import spans
from kb.serve.live import Live
from safety.vault import Vault

GOOD = {"good.md": "# Good\n\n```python\nimport this\n```\n"}
ENDLESS = "# Bad\n\n> - ```python\n>   endless = True\n>   ```\n\n```python\nimport that\n```\n"
TOLD = (
    "content/bad.md:3:5: endless-code: this code block keeps the highlighter for 'python' busy without end",
    "shorten it, or name no language; until then the note is not published",
)


def endless(language: str, code: str) -> str:
    """A lexer that does not come to an end with some code."""
    while "endless" in code:
        re.match(r"(?:a+)+$", "a" * 22 + "b")
    return spans(language, code)


@pytest.fixture
def _an_endless_lexer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.read.rules.code.spans", endless)
    monkeypatch.setattr("kb.disk.patience.SECONDS", 0.3)


@pytest.mark.usefixtures("_an_endless_lexer")
@pytest.mark.parametrize("jobs", [1, 2])
def test_b10_a_note_whose_code_never_ends_is_refused_by_file_and_line_and_others_are_built(
    vault: Vault, jobs: int
) -> None:
    many = 1 if jobs == 1 else 120  # one process reads what is less
    others = {f"{number}.md": f"# {number}\n\n```python\nx = {number}\n```\n" for number in range(many)}
    result = vault.write({**GOOD, **others, "bad.md": ENDLESS}).build(jobs=jobs)
    assert result.errors == [TOLD[0]]
    assert result.problem("endless-code").hint == TOLD[1]
    assert '<span class="kn">import</span>' in result.text("good/")
    assert f"{many - 1}/index.html" in result.pages
    assert "bad/index.html" not in result.pages
    assert "endless" not in "".join(result.pages.values())


def test_b10_a_lexer_that_really_never_ends_is_given_up(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """395 letters for which the lexer of Minecraft's schemas needs more than a day."""
    monkeypatch.setattr("kb.disk.patience.SECONDS", 1.0)
    code = "".join(
        f"<!--{letter}" for letter in string.ascii_letters + string.digits[2:] + string.punctuation
    )[:395]
    began = time.process_time()
    result = vault.write({**GOOD, "bad.md": f"Text.\n\n```mcschema\n{code}\n```\n"}).build(jobs=1)
    assert time.process_time() - began < 15
    assert [error.partition(": this")[0] for error in result.errors] == ["content/bad.md:3:1: endless-code"]
    assert "good/index.html" in result.pages


def test_b10_a_note_full_of_code_that_looks_endless_is_shown_plain_at_once_with_file_and_line(
    vault: Vault,
) -> None:
    line = "".join(f"//{letter}" for letter in string.ascii_letters) * 8
    long = "".join(f"{number}{line}" for number in range(40))
    blocks = [
        f"```{language}\n{number}{long}\n```\n" for number, language in enumerate(["c", "rust", "java"] * 4)
    ]
    began = time.process_time()
    result = vault.write({"bad.md": "\n".join(blocks)}).build(jobs=1)
    assert time.process_time() - began < 15
    places = [warning.partition(": this")[0] for warning in result.warnings]
    assert places == [f"content/bad.md:{1 + 4 * number}:1: slow-code" for number in range(12)]
    assert "<span" not in result.text("bad/").partition("<pre>")[2]


def test_b10_what_was_given_up_is_never_remembered_as_what_the_note_says(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write({**GOOD, "bad.md": ENDLESS})
    with monkeypatch.context() as patched:
        patched.setattr("kb.read.rules.code.spans", endless)
        patched.setattr("kb.disk.patience.SECONDS", 0.3)
        assert vault.build().errors == [TOLD[0]]
    again = vault.build()
    assert again.errors == []
    assert '<span class="kc">True</span>' in again.text("bad/")


@pytest.fixture
def live(vault: Vault) -> Iterator[Live]:
    vault.write({**GOOD, "note.md": "# Note\n\nText.\n"})
    found = Live(Ask(root=vault.root, cache=vault.cache, jobs=1), drafts=True)
    found.start()
    yield found
    found.close()


def saved(live: Live, path: Path, text: str) -> None:
    """A save, as the watcher tells of it: in a thread of its own."""
    path.write_text(text)
    thread = Thread(target=live.refresh, args=(frozenset((str(path),)),))
    thread.start()
    thread.join()


@pytest.mark.usefixtures("_an_endless_lexer")
def test_b10_the_preview_tells_of_such_a_note_and_goes_on(vault: Vault, live: Live) -> None:
    note = vault.content / "note.md"
    saved(live, note, ENDLESS)
    assert [(str(each.place), each.code) for each in live.problems if each.code == "endless-code"] == [
        ("content/note.md:3:5", "endless-code")
    ]
    saved(live, note, "# Note\n\n```python\nimport that\n```\n")
    assert [each.code for each in live.problems if each.code == "endless-code"] == []
    shown = live.page("note/index.html")
    assert shown is not None
    assert b'<span class="kn">import</span>' in (shown.body or b"")
    live.settle()
    assert vault.build().text("note/") in (shown.body or b"").decode()
