"""A preview that dies at any moment, in the middle of a morning's work, and what has to be true of it afterwards.

Whenever it is killed, the site and the notes are what they were, nothing lies about, the next preview shows what a clean build
gives, and so does the next build.
"""

from __future__ import annotations

import http.client
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from laws.worlds import tree
from safety.faults import CONFIG, STRANGERS
from safety.vault import nobody
from safety.warm import Running, Warm

_SERVE = ("serve", "--port", "0", "--no-drafts")
_PREVIEW_SCRIPT = b'<script src="/_kb/preview.js"'
_LONGEST_S = 120
#: So many of the pages are asked of the next preview each time, others every time.
_ASKED = 6


class Work:
    """What a person does beside a preview: step by step, each seen in the browser before the next."""

    def __init__(self, faulty: Warm) -> None:
        self._faulty = faulty
        #: What is in the folder of the site, beside the site itself, if nobody else puts anything there.
        self.files = sources(faulty.shell.here)

    def steps(self) -> Iterator[Callable[[], tuple[str, str]]]:
        """Each does something, and says at which address which words then stand."""
        yield lambda: self._saved("content/n4.md", "An edit [[n5]]\n", "n4/", "An edit")
        yield lambda: self._saved(
            "content/born.md", "---\ntags: [t1]\n---\nA new note [[n4]]\n", "born/", "A new note"
        )
        yield lambda: self._saved("content/n4.md", "---\ntitle: Another\n---\nMore\n", "born/", "Another")
        yield lambda: self._saved("content/data.csv", "5,6\n7,8\n", "", "7")
        yield lambda: self._gone("content/n7.md", "n6/", "n7")
        yield lambda: self._saved("config.yaml", CONFIG.replace("T", "Title"), "n5/", "Title")
        yield lambda: self._saved("themes/paper/templates/note.html", _TEMPLATE, "n5/", "footer of my own")
        yield lambda: self._saved(
            "content/n4.md", "---\ntitle: broken: yaml\n---\n", "n5/", "footer of my own"
        )
        yield lambda: self._saved("content/n4.md", "Mended\n", "n4/", "Mended")
        yield lambda: self._asked("_kb/search?q=mended", "n4")

    def _saved(self, name: str, text: str, address: str, words: str) -> tuple[str, str]:
        self.files[name] = text.encode()
        self._faulty.shell.write({name: text})
        return address, words

    def _gone(self, name: str, address: str, words: str) -> tuple[str, str]:
        del self.files[name]
        (self._faulty.shell.here / name).unlink()
        return address, words

    def _asked(self, address: str, words: str) -> tuple[str, str]:
        return address, words


_TEMPLATE = '{% extends "paper/note.html" %}{% block footer %}<p>footer of my own</p>{% endblock %}'


def moments_of(faulty: Warm) -> int:
    """How often the preview asks the disk for something, in all that work. Once more, or less, another time: it looks around."""
    faulty.reset()
    running = faulty.begun(*_SERVE, moment=0)
    _work(running, Work(faulty))
    done = running.end(signal.SIGINT)
    return int(done.out.rpartition("asked ")[2])


def killed_at(faulty: Warm, moment: int) -> None:
    """All that is to be true where a preview is killed at this moment, or at the end of the work if that is earlier."""
    faulty.reset()
    before, work = tree(faulty.site), Work(faulty)
    running = faulty.begun(*_SERVE, moment=moment)
    _work(running, work)
    done = running.end(signal.SIGKILL)
    assert done.code == -signal.SIGKILL, done
    assert tree(faulty.site) == before
    assert sources(faulty.shell.here) == work.files
    clean = _clean(faulty)
    _shows(faulty, clean, moment)
    assert tree(faulty.site) == before
    built = faulty.build()
    assert built.code in {0, 1}, built
    assert tree(faulty.site) == clean | {name: before[name] for name in STRANGERS}
    assert sources(faulty.shell.here) == work.files


def sources(here: Path) -> dict[str, bytes]:
    """What lies in the folder of a site, except in the site itself."""
    return {path: data for path, (data, _) in tree(here).items() if not path.startswith("site/")}


class Telling(Protocol):
    """A preview that was begun, and what it has said by now."""

    @property
    def out(self) -> str: ...

    def is_over(self) -> bool: ...


def listening_at(running: Telling) -> str | None:
    """Where the preview listens; None if it dies before it does."""
    last = time.monotonic() + _LONGEST_S
    while not running.is_over():
        _, found, rest = running.out.partition("http://")
        if found and " " in rest:
            return urlsplit(f"http://{rest.split()[0]}").netloc
        assert time.monotonic() < last, "the preview does not say where it is"
        time.sleep(0.01)
    return None


def asked_of(address: str, path: str) -> bytes:
    """What the preview there answers."""
    connection = http.client.HTTPConnection(address, timeout=_LONGEST_S)
    try:
        connection.request("GET", f"/{quote(path, safe='/?=')}")
        return connection.getresponse().read()
    finally:
        connection.close()


def _work(running: Running, work: Work) -> None:
    """Work until the preview dies, or all is done."""
    address = listening_at(running)
    if address is None:
        return
    for step in work.steps():
        if running.is_over():
            return
        path, words = step()
        last = time.monotonic() + _LONGEST_S
        while not running.is_over():
            with suppress(OSError, http.client.HTTPException):
                if words in asked_of(address, path).decode():
                    break
            assert time.monotonic() < last, f"/{path} does not say {words!r}"
            time.sleep(0.01)


def _clean(faulty: Warm) -> dict[str, tuple[bytes, int]]:
    """What a build from nothing gives now. In this process, which no fault has touched."""
    for folder in (output := faulty.shell.home / "clean", cache := faulty.shell.home / "clean-cache"):
        shutil.rmtree(folder, ignore_errors=True)
    build(Ask(root=faulty.shell.here, output=output, cache=cache, jobs=1), nobody)
    return tree(output)


def _shows(faulty: Warm, clean: dict[str, tuple[bytes, int]], turn: int) -> None:
    """Another preview shows these files; some of them are asked for, others every time."""
    paths = sorted(path for path in clean if not path.startswith(".kb/"))
    running = faulty.begun(*_SERVE)
    try:
        address = listening_at(running)
        assert address is not None, running.out
        for number in range(_ASKED):
            path = paths[(turn * _ASKED + number) % len(paths)]
            assert without_script(asked_of(address, path)) == clean[path][0], path
    finally:
        running.end(signal.SIGINT)


def without_script(page: bytes) -> bytes:
    """The page without what a preview adds: one element, on a line of its own."""
    head, found, rest = page.partition(_PREVIEW_SCRIPT)
    return head + rest.partition(b"</script>\n")[2] if found else page
