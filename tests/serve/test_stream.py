"""What an open page is told, and what becomes of pages that are open no more."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from serve.preview import Preview, preview, until

FILES: dict[str, str | bytes] = {
    "config.yaml": "title: Small\nbase_url: https://example.org/\n",
    "content/index.md": "# Home\n\n[[one]]\n",
    "content/one.md": "# One\n\nFirst.\n",
    "content/two.md": "# Two\n\n[[one]]\n",
    "themes/paper/assets/custom.css": "body { color: black }\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Preview]:
    with preview(tmp_path, FILES) as running:
        yield running


def key_in(page: str) -> str:
    match = re.search(r'data-key="([^"]*)"', page)
    assert match
    return match[1]


def test_a_stream_begins_with_what_the_page_is_now(site: Preview) -> None:
    with site.stream("one/index.html") as stream:
        assert b"text/event-stream" in stream.head
        name, data = stream.next()
        assert (name, data["key"]) == ("hello", key_in(site.ask("/one/").text))


def test_a_saved_page_is_told_to_those_who_have_it_open_and_to_nobody_else(site: Preview) -> None:
    with site.stream("one/index.html") as one, site.stream("two/index.html") as two:
        one.next("hello"), two.next("hello")
        site.write({"content/one.md": "# One\n\nSecond.\n"})
        name, data = one.next("page", "gone", "style")
        shown = site.ask("/one/").text
        assert name == "page"
        assert data == {"path": "one/index.html", "key": key_in(shown)}
        assert "Second." in shown
        assert two.silent(0.4)


def test_a_save_that_changes_no_byte_of_the_page_is_no_event(site: Preview) -> None:
    with site.stream("one/index.html") as one:
        one.next("hello")
        site.write({"content/one.md": "# One\n\nFirst.  \n\n\n"})
        site.write({"content/elsewhere/three.md": "# Three\n"})
        assert one.silent(0.4)


def test_a_page_that_goes_and_comes_back(site: Preview) -> None:
    with site.stream("two/index.html") as two:
        two.next("hello")
        site.write({"content/two.md": None})
        assert two.next("page", "gone") == ("gone", {"path": "two/index.html"})
        assert site.ask("/two/").status == 404
        site.write({"content/two.md": "# Two\n"})
        assert two.next("page", "gone")[0] == "page"


def test_a_page_that_was_not_there_is_told_when_it_is_made(site: Preview) -> None:
    with site.stream("new/index.html") as new:
        assert new.next("hello")[1]["key"] == ""
        site.write({"content/new.md": "# New\n"})
        assert new.next("page", "gone")[0] == "page"


def test_a_stylesheet_is_told_by_its_new_address_and_the_page_counts_as_it_was(site: Preview) -> None:
    with site.stream("one/index.html") as one:
        one.next("hello")
        site.write({"themes/paper/assets/custom.css": "body { color: navy }\n"})
        name, data = one.next("page", "gone", "style")
        assert name == "style"
        old, new = str(data["from"]), str(data["to"])
        assert old != new
        assert b"navy" in site.ask(f"/{new}").body
        assert one.silent(0.4)


def test_problems_are_counted_after_a_save(site: Preview) -> None:
    with site.stream("one/index.html") as one:
        one.next("hello")
        site.write({"content/one.md": "# One\n\n[[Nowhere]] [[Nothing]]\n"})
        data = one.next("problems")[1]
        assert (data["errors"], data["warnings"]) == (0, 2)
        site.write({"content/one.md": "# One\n"})
        assert one.next("problems")[1]["warnings"] == 0


@pytest.mark.alone
def test_two_hundred_pages_may_be_open_and_cost_little(site: Preview) -> None:
    with ExitStack() as stack:
        before = memory()
        streams = [stack.enter_context(site.stream("one/index.html")) for _ in range(200)]
        for stream in streams:
            stream.next("hello")
        assert memory() - before < 100_000
        start = time.monotonic()
        assert site.ask("/two/").status == 200
        assert time.monotonic() - start < 0.2
        site.write({"content/one.md": "# One\n\nFor all.\n"})
        assert all(stream.next("page")[0] == "page" for stream in streams)
        assert len(streams_of(site)) == 200
    assert until(lambda: not len(streams_of(site)))
    assert until(lambda: not site.server.server_state.connections)


def test_a_reader_who_never_reads_is_let_go(site: Preview) -> None:
    with site.stream("one/index.html"):
        assert until(lambda: len(streams_of(site)) == 1)
    assert until(lambda: not len(streams_of(site)))


@pytest.mark.alone
def test_all_streams_end_when_the_server_does(site: Preview) -> None:
    with ExitStack() as stack:
        streams = [stack.enter_context(site.stream("one/index.html")) for _ in range(20)]
        for stream in streams:
            stream.next("hello")
        start = time.monotonic()
        site.server.should_exit = True
        site.thread.join(5)
        assert time.monotonic() - start < 0.5
        for stream in streams:
            with pytest.raises(EOFError):
                stream.next()


def test_only_who_asked_is_led_to_the_saved_note(site: Preview) -> None:
    with site.stream("one/index.html", "&follow=1") as follows, site.stream("one/index.html") as stays:
        follows.next("hello"), stays.next("hello")
        site.write({"content/two.md": "# Two\n\n[[one]]\n\nSaved.\n"})
        assert follows.next("follow")[1] == {"url": "/two/"}
        assert stays.silent(0.3)


def test_a_reload_while_things_change_never_meets_half_a_page(site: Preview) -> None:
    for number in range(30):
        site.write({"content/one.md": f"# One\n\n{number} {'word ' * 200}{number}\n"})
        got = site.ask("/one/")
        assert got.status == 200
        assert f"{number} word" in got.text
        assert got.text.endswith("</html>\n")


def streams_of(site: Preview) -> list[object]:
    streams = site.server.config.app.state.streams  # type: ignore[union-attr]
    return [None] * len(streams)


def memory() -> int:
    """Kilobytes that this process takes, the server being a thread of it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0
