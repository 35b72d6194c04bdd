"""`kb serve` and `kb build --watch` as a person runs them."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError

import pytest

from cli.shell import Shell
from serve.preview import until


class Running:
    """A command that goes on, with what it has printed so far."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.out: list[str] = []
        self.err: list[str] = []
        self.readers = [
            threading.Thread(target=lambda: self.out.extend(map(bytes.decode, process.stdout or ()))),
            threading.Thread(target=lambda: self.err.extend(map(bytes.decode, process.stderr or ()))),
        ]
        for reader in self.readers:
            reader.start()

    def says(self, words: str, seconds: float = 30) -> bool:
        return until(lambda: words in "".join(self.out + self.err), seconds)

    @property
    def url(self) -> str:
        assert self.says("(Ctrl-C stops)"), self.err
        match = re.search(r"http://\S+", "".join(self.out))
        assert match
        return match[0]

    def stop(self, with_: signal.Signals = signal.SIGINT) -> float:
        """End it as a person does; how long that took."""
        start = time.monotonic()
        self.process.send_signal(with_)
        self.process.wait(60)
        for reader in self.readers:
            reader.join()
        return time.monotonic() - start


@contextmanager
def running(shell: Shell, *arguments: str) -> Iterator[Running]:
    with shell.start(*arguments) as process:
        command = Running(process)
        try:
            yield command
        finally:
            if process.poll() is None:
                process.kill()
                command.stop(signal.SIGKILL)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    made.write(
        {
            "config.yaml": "title: Small\nbase_url: https://example.org/\n",
            "content/index.md": "# Home\n\n[[one]]\n",
            "content/one.md": "# One\n",
            "content/wip.md": "---\ndraft: true\n---\n# Wip\n",
        }
    )
    return made


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - our own
        text: str = response.read().decode()
    return text


@pytest.mark.alone
def test_it_says_where_it_is_and_how_many_notes_it_shows(shell: Shell) -> None:
    with running(shell, "serve", "--port", "0") as serve:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", serve.url)
        assert serve.says("3 notes, ready in ")
        assert "<h1" in get(serve.url)
        assert "Wip" in get(serve.url + "wip/")
        assert serve.stop() < 0.5
        assert serve.process.returncode == 0
        assert "".join(serve.err) == ""
        assert len(serve.out) == 3


def test_nothing_is_written_into_the_site(shell: Shell) -> None:
    with running(shell, "serve", "--port", "0") as serve:
        get(serve.url)
        shell.write({"content/one.md": "# One\n\nMore.\n"})
        assert until(lambda: "More." in get(serve.url + "one/"))
        serve.stop()
    assert not (shell.here / "site").exists()


def test_without_drafts_it_shows_what_would_be_published(shell: Shell) -> None:
    with running(shell, "serve", "--port", "0", "--no-drafts") as serve:
        assert serve.says("2 notes")
        with pytest.raises(HTTPError, match="404") as missing:
            get(serve.url + "wip/")
        missing.value.close()
        serve.stop()


@pytest.mark.alone
def test_ctrl_c_ends_it_at_once_with_streams_and_downloads_open(shell: Shell) -> None:
    shell.write({"content/big.bin": b"x" * 50_000_000, "content/index.md": "[big](big.bin)\n"})
    with running(shell, "serve", "--port", "0") as serve:
        port = int(serve.url.rstrip("/").rpartition(":")[2])
        sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
        for number, sock in enumerate(sockets):
            target = "/_kb/events?path=index.html" if number % 2 else "/big.bin"
            sock.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert sock.recv(10)
        assert serve.stop() < 0.5
        assert serve.process.returncode == 0
        assert "Traceback" not in "".join(serve.err)
        for sock in sockets:
            sock.close()


def test_a_port_in_use_is_left_alone_and_the_next_one_taken(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(shell, "serve", "--port", str(port)) as serve:
            number = int(serve.url.rstrip("/").rpartition(":")[2])
            assert port < number <= port + 50
            assert serve.says(f"port {port} is in use; using {number}")
            serve.stop()


def test_only_this_machine_can_reach_it(shell: Shell) -> None:
    with running(shell, "serve", "--port", "0") as serve:
        port = int(serve.url.rstrip("/").rpartition(":")[2])
        for host in addresses_of_this_machine():
            with pytest.raises(OSError):  # noqa: PT011 - refused, or no way there
                socket.create_connection((host, port), timeout=1).close()
        serve.stop()


def test_on_a_network_it_warns_and_lets_in_only_who_has_the_token(shell: Shell) -> None:
    with running(shell, "serve", "--port", "0", "--host", "0.0.0.0") as serve:  # noqa: S104 - what it is about
        url = serve.url
        assert serve.says("warning: with --host 0.0.0.0, everybody on your network")
        bare, _, query = url.partition("?")
        assert re.fullmatch(r"token=[\w-]{20,}", query)
        for wrong in (bare, f"{bare}?token=guessed", f"{bare}one/?token=", f"{bare}_kb/preview.js"):
            with pytest.raises(HTTPError, match="403") as refused:
                get(wrong)
            refused.value.close()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with browser.open(url) as entered:
            assert entered.url == bare
        with browser.open(bare + "one/") as page:
            assert b"One" in page.read()
        port = int(bare.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(f"GET //evil.com/?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert b"location: /evil.com/\r\n" in sock.recv(2000).lower()
        with pytest.raises(HTTPError, match="403") as named:
            browser.open(urllib.request.Request(bare, headers={"Host": f"evil.com:{port}"}))  # noqa: S310
        named.value.close()
        serve.stop()


def test_a_mistake_in_the_configuration_is_said_before_anything_listens(shell: Shell) -> None:
    shell.write({"config.yaml": "title: [\n"})
    done = shell.kb("serve", "--port", "0")
    assert done.code == 2
    assert "config.yaml" in done.err
    assert "http://" not in done.out


def test_a_host_that_is_not_here_is_said(shell: Shell) -> None:
    done = shell.kb("serve", "--host", "192.0.2.1", "--port", "0")
    assert done.code == 2
    assert "192.0.2.1" in done.err


@pytest.mark.alone
def test_a_build_that_watches_builds_again_after_each_change_and_says_so(shell: Shell) -> None:
    with running(shell, "build", "--watch") as build:
        assert build.says("watching (Ctrl-C stops)")
        assert b"More." not in (shell.page("one/index.html") or b"")
        shell.write({"content/one.md": "# One\n\nMore. [[wip]]\n"})
        assert until(lambda: b"More." in (shell.page("one/index.html") or b""))
        shell.write({"content/two.md": "# Two\n"})
        assert until(lambda: shell.page("two/index.html"))
        (shell.here / "content" / "two.md").unlink()
        assert until(lambda: shell.page("two/index.html") is None)
        assert until(lambda: len([line for line in build.out if line.startswith("built ")]) >= 4)
        shell.write({"config.yaml": "title: [\n"})
        assert build.says("nothing was done")
        shell.write({"config.yaml": "title: Other\nbase_url: https://example.org/\n"})
        assert until(lambda: b"Other" in (shell.page("index.html") or b""))
        assert build.stop() < 1
        assert build.process.returncode == 0
        assert "Traceback" not in "".join(build.err)
    watched = shell.site()
    assert not [path for path in watched if path.startswith("wip")]
    shell.kb("build", "--clean")
    assert shell.site() == watched


def addresses_of_this_machine() -> set[str]:
    found = {str(where[0]) for *_, where in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return {host for host in found if not host.startswith("127.")}
