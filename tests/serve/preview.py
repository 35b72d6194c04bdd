"""A preview over real sockets, and clients that say exactly what a test wants said."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from kb.pipeline.opening import Ask
from kb.serve.live import Live
from kb.serve.server import Address, Server, listen, server


@dataclass(frozen=True)
class Answer:
    """A response as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> dict[str, object]:
        value: dict[str, object] = json.loads(self.body)
        return value


@dataclass
class Preview:
    """A running preview of a folder."""

    root: Path
    live: Live
    server: Server
    address: Address
    thread: threading.Thread = field(repr=False)

    @property
    def port(self) -> int:
        return self.address.port

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return self.address.token

    def connect(self, timeout: float = 10) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def raw(self, request: bytes, timeout: float = 10) -> bytes:
        """All that comes back for these bytes until the other end closes (or says no more for the time given)."""
        with self.connect(timeout) as sock:
            with suppress(OSError):  # closed on us while we were sending
                sock.sendall(request)
            return rest(sock)

    def ask(
        self, target: str, headers: Mapping[str, str] | None = None, method: str = "GET", body: bytes = b""
    ) -> Answer:
        """The answer to one request; `target` goes out as it stands."""
        said = {"Host": self.host, "Connection": "close", **(headers or {})}
        if body:
            said["Content-Length"] = str(len(body))
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        return answer(self.raw("\r\n".join([*lines, "", ""]).encode() + body))

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Save these files, and let the preview see it."""
        put(self.root, files)
        self.live.refresh(None)

    @contextmanager
    def stream(self, path: str, query: str = "") -> Iterator[Stream]:
        with self.connect() as sock:
            target = f"/_kb/events?path={quote(path)}{query}"
            sock.sendall(f"GET {target} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
            stream = Stream(sock)
            with stream.lines:
                yield stream


class Stream:
    """An event stream, read event by event."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.lines = sock.makefile("rb")
        self.head = b"".join(iter(self.lines.readline, b"\r\n"))

    def next(self, *names: str) -> tuple[str, dict[str, object]]:
        """The next event, of these names if any are given."""
        name = ""
        for line in iter(self.lines.readline, b""):
            field_, _, value = line.decode().rstrip("\r\n").partition(": ")
            if field_ == "event":
                name = value
            elif field_ == "data" and (not names or name in names):
                return name, json.loads(value)
        raise EOFError("the stream ended")

    def silent(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        self.sock.settimeout(seconds)
        try:
            self.next("page", "gone", "style")
        except TimeoutError:
            return True
        finally:
            self.sock.settimeout(10)
        return False


def put(root: Path, files: Mapping[str, str | bytes | None]) -> None:
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def rest(sock: socket.socket) -> bytes:
    got = b""
    try:
        while piece := sock.recv(1 << 16):
            got += piece
    except (TimeoutError, ConnectionResetError):
        pass
    return got


def answer(got: bytes) -> Answer:
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(
        int(first.split(" ")[1]),
        headers,
        _whole(body) if "chunked" in headers.get("transfer-encoding", "") else body,
    )


def _whole(chunks: bytes) -> bytes:
    whole = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        whole += chunks[: int(size, 16)]
        chunks = chunks[int(size, 16) + 2 :]
    return whole


@contextmanager
def preview(
    root: Path,
    files: Mapping[str, str | bytes],
    *,
    host: str = "127.0.0.1",
    drafts: bool = True,
    follow: bool = False,
) -> Iterator[Preview]:
    """A preview of these files, listening on a free port."""
    put(root / "here", files)
    live = Live(Ask(root=root / "here", cache=root / "cache", jobs=1), drafts=drafts)
    live.start()
    address, sockets = listen(host, 0)
    started = threading.Event()
    running = server(live, address, started.set, follow=follow)
    thread = threading.Thread(target=running.run, args=(sockets,), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield Preview(root / "here", live, running, address, thread)
    finally:
        running.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def until(fact: object, seconds: float = 20) -> bool:
    """Whether a fact comes true in time."""
    assert callable(fact)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.01)
    return bool(fact())
