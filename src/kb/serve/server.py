"""Listening: a free port, and an end that comes at once."""

from __future__ import annotations

import asyncio
import errno
import logging
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

import uvicorn
from starlette.applications import Starlette

from kb.disk.refused import Refused
from kb.serve.app import app
from kb.serve.connections import connections
from kb.serve.guard import Door
from kb.serve.live import Live
from kb.serve.room import room_for

#: So many ports are tried, from the one that was asked for.
_TRIES = 50
_OURS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the preview listens. `url` is what a person opens; on a network it holds the token."""

    host: str
    port: int
    network: bool
    token: str

    @property
    def url(self) -> str:
        """What a person opens in their browser on this machine."""
        name = "127.0.0.1" if _is_wildcard(self.host) else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}/" + (f"?token={self.token}" if self.network else "")

    @property
    def door(self) -> Door:
        """Who is let in at this address."""
        names = {*_OURS, f"[{self.host}]" if ":" in self.host else self.host.lower()}
        if not self.network:
            return Door(self.token, frozenset(f"{name}:{self.port}" for name in names))
        machine = socket.gethostname().lower()
        wildcards = {name for name in names if _is_wildcard(name.strip("[]"))}
        return Door(self.token, frozenset({*names, machine, f"{machine}.local"} - wildcards), network=True)


#: So many connections are taken at once, before any can be let go: or this part of the files that may be open.
_AT_ONCE, _ONCE_PART = 128, 0.1


class Server(uvicorn.Server):
    """uvicorn, but an end that waits for nobody."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._say = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self._say()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams as they should end, and whatever else is still open without asking."""
        application: Starlette = self.config.app  # type: ignore[assignment]
        application.state.streams.close()
        await asyncio.sleep(0.02)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> tuple[Address, list[socket.socket]]:
    """Sockets at this port or the next free one above it. Raises `Refused`."""
    addresses = _addresses(host)
    for number in range(port, min(port + _TRIES, 65536)) if port else [0]:
        if sockets := _bind(addresses, number):
            bound: int = sockets[0].getsockname()[1]
            return Address(host, bound, _is_network(addresses), secrets.token_urlsafe(16)), sockets
    raise Refused(f"every port from {port} to {port + _TRIES - 1} is in use", "name another one with --port")


def server(live: Live, address: Address, started: Callable[[], None], *, follow: bool = False) -> Server:
    """A server that listens once it is run with its sockets. `started` is called when it does."""
    for logger in ("uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(logger).setLevel(logging.ERROR)  # a bad request is the client's business
    config = uvicorn.Config(
        app(live, address.door, follow=follow),
        http=connections(),
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=room_for(_AT_ONCE, _ONCE_PART),
        timeout_graceful_shutdown=1,
    )
    return Server(config, started)


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    """The addresses behind a name: for localhost both of its kinds."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise Refused(
            f"{host!r} is no address of this machine ({error.strerror})", "try --host 127.0.0.1"
        ) from error
    return list(dict.fromkeys((family, str(where[0])) for family, _, _, _, where in found))


def _bind(addresses: list[tuple[socket.AddressFamily, str]], port: int) -> list[socket.socket]:
    """A listening socket for each address, all at one port; none if somebody else has that port."""
    sockets: list[socket.socket] = []
    for family, where in addresses:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family is socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind((where, port or (sockets[0].getsockname()[1] if sockets else 0)))
            sock.listen(128)
        except OSError as error:
            sock.close()
            if sockets and error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:  # no IPv6 here
                continue
            for other in sockets:
                other.close()
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return []
            raise Refused(
                f"{where} cannot be listened at: {error.strerror}", "try --host 127.0.0.1"
            ) from error
        sockets.append(sock)
    return sockets


def _is_network(addresses: list[tuple[socket.AddressFamily, str]]) -> bool:
    return not all(ip_address(where.partition("%")[0]).is_loopback for _, where in addresses)


def _is_wildcard(host: str) -> bool:
    return host in {"", "0.0.0.0", "::"}  # noqa: S104 - to say what it is
