"""From the save of a note to the changed page in the client's hands: `kb serve`, beside `hugo server`.

    make bench-serve                    100, 1,000 and 10,000 notes; Hugo at 1,000; memory over 2,000 saves
    make bench-serve ARGS=--quick       100 and 1,000 notes; memory over 200 saves

The clock starts at the rename that puts the saved file in its place and stops when a client on this machine,
which was told by the server that its page changed (by kb's event stream, by Hugo's LiveReload socket), has
fetched that page and found the edit in it. 30 saves, each of another paragraph of the page that is open. Exits
with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import secrets
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

from against_hugo import KB_CONFIG, REPOSITORY, SEED, hugo_binary
from make_vault import Name, names

HERE = Path(__file__).resolve().parent
SAVES = 30
#: What is promised on two quiet cores, in milliseconds, and as a share of Hugo's time at 1,000 notes.
SAVE_BAR, TEMPLATE_BAR, START_BAR = 60.0, 150.0, 2000.0
HUGO_BAR = 0.25
#: Megabytes by which the memory may differ between the first tenth of many saves and the last.
MEMORY_BAR = 10.0
PATIENCE = 30.0


@dataclass(frozen=True)
class Row:
    """A line of the result. `bar` is what `value` may be at most."""

    what: str
    value: float
    text: str
    bar: float | None = None

    @property
    def missed(self) -> bool:
        """Whether a promise is broken."""
        return self.bar is not None and self.value > self.bar


@dataclass(frozen=True)
class Open:
    """A page that is open in a client: `told` returns when the server says that it changed."""

    port: int
    path: str
    told: Callable[[], None]

    def has(self, words: str) -> bool:
        """Whether the page, fetched anew, says this."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", self.path)
        body = connection.getresponse().read()
        connection.close()
        return words.encode() in body

    def waits_for(self, words: str) -> None:
        """Be told and fetch, until the page says this."""
        end = time.monotonic() + PATIENCE
        self.told()
        while not self.has(words):
            if time.monotonic() > end:
                sys.exit(f"{self.path} never came to say {words!r}")
            time.sleep(0.002)


def prepared(notes: int, program: str) -> Path:
    """A site of so many notes."""
    root = HERE / "work" / f"serve-{notes}" / program
    shutil.rmtree(root, ignore_errors=True)
    if program == "hugo":
        shutil.copytree(HERE / "hugo", root)
        (root / "assets").mkdir()
        shutil.copy(REPOSITORY / "themes/paper/assets/style.css", root / "assets")
    else:
        root.mkdir(parents=True)
        (root / "config.yaml").write_text(KB_CONFIG)
    maker = [sys.executable, str(HERE / "make_vault.py"), str(root / "content")]
    subprocess.run([*maker, f"--notes={notes}", f"--for={program}", f"--seed={SEED}"], check=True)
    return root


def free_port() -> int:
    """A port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def kb(root: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """``kb serve``, running."""
    command = [
        sys.executable,
        "-c",
        "from kb.cli import main; main()",
        "-C",
        str(root),
        "serve",
        f"--port={port}",
    ]
    env = {**os.environ, "KB_CACHE_DIR": str(root.parent / "cache"), "PYTHONPATH": str(REPOSITORY / "src")}
    with running(command, port, env) as process:
        yield process


@contextmanager
def hugo(root: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """``hugo server``, running, as it comes but for the disk it would write to."""
    address = ["--bind=127.0.0.1", f"--port={port}", f"--baseURL=http://127.0.0.1:{port}/"]
    command = [str(hugo_binary()), "server", f"--source={root}", *address, "--renderToMemory"]
    with running(command, port, dict(os.environ)) as process:
        yield process


@contextmanager
def running(command: list[str], port: int, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server, once it answers; ended afterwards."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        while not answers(port):
            if process.poll() is not None:
                sys.exit(f"ended: {' '.join(command)}")
            time.sleep(0.005)
        yield process
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    """Whether a server gives its first page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def open_in_kb(port: int, name: Name) -> Open:
    """A page with its event stream."""
    path = quote(f"{name.url[1:]}index.html")
    sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    sock.sendall(f"GET /_kb/events?path={path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    lines = sock.makefile("rb")

    def told() -> None:
        while not lines.readline().startswith(b"event: page"):
            pass

    while not lines.readline().startswith(b"event: hello"):
        pass
    return Open(port, quote(name.url), told)


def open_in_hugo(port: int, name: Name) -> Open:
    """A page with its LiveReload socket."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    sock.sendall(
        f"GET /livereload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    stream = sock.makefile("rb")
    while stream.readline() != b"\r\n":
        pass
    hello = {"command": "hello", "protocols": ["http://livereload.com/protocols/official-7"]}
    sock.sendall(masked(json.dumps(hello).encode()))

    def told() -> None:
        while b'"reload"' not in message(stream.read):
            pass

    open_page = Open(port, quote(name.url), told)
    open_page.has("")  # Hugo renders at once what was looked at last
    return open_page


def masked(text: bytes) -> bytes:
    """A text frame of a client, its mask all zero."""
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text


def message(read: Callable[[int], bytes]) -> bytes:
    """The next frame from a server."""
    length = read(2)[1] & 0x7F
    if length == 126:
        (length,) = struct.unpack(">H", read(2))
    return read(length)


def save(file: Path, text: str) -> float:
    """Save as editors do: a new file, renamed into place. When that was."""
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(text, encoding="utf-8")
    when = time.perf_counter()
    draft.replace(file)
    return when


def save_times(root: Path, name: Name, page: Open, saves: int = SAVES) -> list[float]:
    """Milliseconds from each save to the page."""
    file = root / "content" / name.path
    text = file.read_text(encoding="utf-8")
    times = []
    for number in range(saves):
        words = f"Saved {number} {secrets.token_hex(4)}."
        when = save(file, f"{text}\n{words}\n")
        page.waits_for(words)
        times.append((time.perf_counter() - when) * 1e3)
        time.sleep(0.1)
    return times


def template_time(root: Path, page: Open) -> float:
    """Milliseconds from the save of a template to the open page."""
    file = root / "themes/paper/templates/note.html"
    file.parent.mkdir(parents=True)
    times = []
    for number in range(6):
        words = f"Template {number}."
        block = "{% block after_body %}<p>" + words + "</p>{% endblock %}"
        when = save(file, '{% extends "paper/note.html" %}' + block)
        page.waits_for(words)
        times.append((time.perf_counter() - when) * 1e3)
        time.sleep(0.3)
    return median(times[1:])  # the first made the folder


def memory(process: subprocess.Popen[bytes]) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def memory_rows(
    root: Path, everybody: list[Name], page: Open, of: subprocess.Popen[bytes], saves: int
) -> Row:
    """What many saves of many notes leave behind."""
    texts = [(root / "content" / name.path).read_text(encoding="utf-8") for name in everybody[:100]]
    early = 0.0
    for number in range(saves):
        name = everybody[number % len(texts)]
        save(
            root / "content" / name.path,
            f"{texts[number % len(texts)]}\n[[{everybody[number % 37].title}]] {number}\n",
        )
        time.sleep(0.06)
        if number == saves // 10:
            early = memory(of)
    page.has("")
    late = memory(of)
    return Row(f"memory, {saves:,} saves", late - early, f"{early:6.0f} MB   {late:6.0f} MB", MEMORY_BAR)


def row(what: str, times: list[float], bar: float | None = None) -> Row:
    """The median and the 95th percentile."""
    return Row(what, median(times), f"{median(times):6.1f} ms   {quantiles(times, n=20)[-1]:6.1f} ms", bar)


def kb_rows(notes: int, many: int) -> Iterator[Row]:
    """What kb does with so many notes; memory over `many` saves, if any."""
    everybody, root, port = names(notes, SEED), prepared(notes, "kb"), free_port()
    with kb(root, port):
        pass  # the first start parses everything
    begin = time.perf_counter()
    with kb(root, port) as process:
        started = (time.perf_counter() - begin) * 1e3
        yield Row(f"kb, {notes:,}: warm start to first page", started, f"{started:6.0f} ms", START_BAR)
        time.sleep(1)
        page = open_in_kb(port, everybody[0])
        yield row(f"kb, {notes:,}: save to page", save_times(root, everybody[0], page), SAVE_BAR)
        edited = template_time(root, page)
        yield Row(f"kb, {notes:,}: template to page", edited, f"{edited:6.1f} ms", TEMPLATE_BAR)
        if many:
            yield memory_rows(root, everybody, page, process, many)


def hugo_row(notes: int) -> Row:
    """What Hugo does with so many notes."""
    everybody, root, port = names(notes, SEED), prepared(notes, "hugo"), free_port()
    with hugo(root, port):
        page = open_in_hugo(port, everybody[0])
        return row(f"Hugo, {notes:,}: save to page", save_times(root, everybody[0], page))


def shown(lines: Iterator[Row]) -> list[Row]:
    """Each line, printed as soon as it is known."""
    rows = []
    for line in lines:
        verdict = "" if line.bar is None else f"{line.bar:>10.2f}   {'FAIL' if line.missed else 'PASS'}"
        print(f"  {line.what:<36}{line.text:<28}{verdict}", flush=True)
        rows.append(line)
    return rows


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="no 10,000 notes, fewer saves for the memory")
    parser.add_argument("--no-hugo", action="store_true", help="kb alone")
    arguments = parser.parse_args()
    sizes = (100, 1_000) if arguments.quick else (100, 1_000, 10_000)
    print(f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f} before the start")
    print(f"  {'':<36}{'median':>9}   {'95th':>9}{'at most':>17}")
    rows: list[Row] = []
    for notes in sizes:
        many = (200 if arguments.quick else 2_000) if notes == sizes[-1] else 0
        found = shown(kb_rows(notes, many))
        rows += found
        if notes == 1_000 and not arguments.no_hugo:
            other = hugo_row(notes)
            ratio = found[1].value / other.value
            rows += shown(iter((other, Row("kb by Hugo, 1,000", ratio, f"{ratio:6.3f} ×", HUGO_BAR))))
    sys.exit(any(line.missed for line in rows))


if __name__ == "__main__":
    main()
