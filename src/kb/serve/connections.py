"""Connections that cost us no more than they should.

uvicorn waits for ever for the end of a request, and takes as many connections as come. Here whoever
has not sent a whole request ten seconds after we were ready for it is let go; of those who are still
sending, only so many may stay, and the oldest goes for the newest, so that half-open connections keep
nobody out. Event streams, which live long by nature, are counted by themselves (`kb.serve.stream`).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from kb.serve.guard import HEADERS
from kb.serve.room import room_for

#: Seconds for a whole request, and for a reader to take something off a full connection.
PATIENCE = 10.0
#: Connections that may be sending a request at one time: so many, or this part of the files that may be open.
MOST_WAITING, WAITING_PART = 64, 0.25
#: Seconds after which a peer that confirms nothing counts as gone (a laptop that was closed sends no farewell).
SILENCE = 12.0
#: The longest request line and headers, in bytes.
LONGEST_REQUEST = 32 * 1024

_STILL_SENDING = (h11.IDLE, h11.SEND_BODY)


class Connection(H11Protocol):
    """One connection, watched over."""

    #: All that are sending a request, the oldest first.
    waiting: dict[Connection, asyncio.TimerHandle]
    #: How many of them may be.
    most: int

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._slow_reader: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; past the limit the one that waited longest goes."""
        super().connection_made(transport)
        _notice_silence(transport)
        self._look()
        while len(self.waiting) > self.most:
            next(iter(self.waiting)).let_go()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The reader is slower than we are: fine for a while."""
        super().pause_writing()
        self._slow_reader = self._slow_reader or self.loop.call_later(PATIENCE, self.let_go)

    def resume_writing(self) -> None:
        """The reader has read on."""
        super().resume_writing()
        if self._slow_reader:
            self._slow_reader.cancel()
            self._slow_reader = None

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, and close."""
        lines = [
            b"HTTP/1.1 400 Bad Request",
            b"content-type: text/plain; charset=utf-8",
            b"connection: close",
        ]
        lines += [f"{name}: {value}".encode() for name, value in HEADERS.items()]
        self.transport.write(b"\r\n".join([*lines, b"", msg.encode(), b""]))
        self.transport.close()

    def _look(self) -> None:
        if self.transport.is_closing() or self.conn.their_state not in _STILL_SENDING:
            self._stop_waiting()
        elif self not in self.waiting:
            self.waiting[self] = self.loop.call_later(PATIENCE, self.let_go)

    def _stop_waiting(self) -> None:
        if timer := self.waiting.pop(self, None):
            timer.cancel()

    def let_go(self) -> None:
        """Close the connection without a word."""
        self._stop_waiting()
        self.transport.abort()


def connections() -> type[Connection]:
    """The class of the connections of one server, which together keep the limit."""
    most = room_for(MOST_WAITING, WAITING_PART)
    return type("Connection", (Connection,), {"waiting": {}, "most": most})


def _notice_silence(transport: asyncio.Transport) -> None:
    sock: socket.socket | None = transport.get_extra_info("socket")
    if sock is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        with contextlib.suppress(OSError):  # a system that knows the name but not the option
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(SILENCE * 1000))
