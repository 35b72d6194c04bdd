"""Who may ask the preview for anything: the first thing that a request meets.

Every request is taken for hostile, since any page in the person's browser can send one. A name that
somebody else's DNS points at this machine (`Host`), another site's script (`Origin`) or element
(`Sec-Fetch-Site`), a method that could change something, a body where none belongs: each is refused
before a page is looked up. `refusal` decides and does no I/O; `Guard` carries it out and puts the
same few headers on every response. There is no CORS header at all, so no other site can read one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The addresses that take a POST: one opens an editor, the other makes a note.
OPEN = "/_kb/open"
NEW = "/_kb/new"
POSTS = frozenset((OPEN, NEW))
#: Nothing that we are sent is longer than this.
LONGEST_BODY = 16 * 1024
LONGEST_TARGET = 8 * 1024
LONGEST_HEAD = 32 * 1024
MOST_HEADERS = 100
COOKIE = "kb-preview"

#: On every response, unless it says something else itself. A cached page of yesterday's site, or of another
#: project on the same port, would be a lie.
HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in.

    `hosts` are what a `Host` header may say, with the port (``localhost:8000``) or, for any port, without.
    On a `network` others can reach us, so a browser must show the token once and is known by a cookie
    afterwards; there any address in numbers is a fitting host, since no DNS can point that elsewhere.
    """

    token: str
    hosts: frozenset[str]
    network: bool = False


class Refusal(NamedTuple):
    """Why a request is not answered."""

    status: int
    reason: str


def refusal(door: Door, scope: Scope) -> Refusal | None:
    """Why this request is refused, or None if it may be answered. The token is not looked at."""
    headers = Headers(scope=scope)
    return _too_much(scope, headers) or _to_another(door, scope, headers) or _with_a_body(headers)


class Guard:
    """An application that only answers those who may ask."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = refusal(self._door, scope)
        answer = _refusing(refused, scope["path"]) if refused else self._at_the_door(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    sent.setdefault(name, value)
            await send(message)

        await (answer or self._app)(scope, receive, send_guarded)

    def _at_the_door(self, scope: Scope) -> Response | None:
        """What a stranger from the network gets instead of a page: a cookie for the token, or nothing."""
        if not self._door.network or _same(_cookie(Headers(scope=scope)), self._door.token):
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"))
        if not any(name == "token" and _same(value, self._door.token) for name, value in query):
            return _refusing(
                Refusal(403, "open the address that kb serve printed, with its token"), scope["path"]
            )
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        path = "/" + scope["raw_path"].decode("latin-1").lstrip("/\\")  # never //elsewhere.example
        entered = RedirectResponse(f"{path}?{rest}" if rest else path, 303)
        entered.set_cookie(COOKIE, self._door.token, httponly=True, samesite="strict")
        return entered


def _too_much(scope: Scope, headers: Headers) -> Refusal | None:
    if scope["http_version"] not in {"1.0", "1.1"}:
        return Refusal(400, "this is spoken to in HTTP/1.1")
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_TARGET:
        return Refusal(414, "no address is that long")
    if (
        len(headers) > MOST_HEADERS
        or sum(len(name) + len(value) for name, value in headers.raw) > LONGEST_HEAD
    ):
        return Refusal(431, "too many headers")
    return None


def _to_another(door: Door, scope: Scope, headers: Headers) -> Refusal | None:
    """Whether it means another server than us, or something that we do not do."""
    hosts, path, method = headers.getlist("host"), scope["path"], scope["method"]
    if len(hosts) != 1 or not _is_ours(door, hosts[0]):
        return Refusal(403, "this preview is not at that address")
    if not path.startswith("/"):
        return Refusal(400, "a path starts with a slash")
    allowed = {"POST"} if path in POSTS else {"GET", "HEAD"}
    if method not in allowed:
        return Refusal(405, "there is nothing here to change")
    return _from_elsewhere(method, hosts[0], headers)


def _refusing(refused: Refusal, path: str) -> Response:
    headers = {"connection": "close"}
    if refused.status == 405:  # noqa: PLR2004 - "method not allowed" wants to know which are
        headers["allow"] = "POST" if path in POSTS else "GET, HEAD"
    return PlainTextResponse(f"{refused.reason}\n", refused.status, headers)


def _is_ours(door: Door, host: str) -> bool:
    host = host.lower()
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    return host in door.hosts or match[1] in door.hosts or (door.network and _is_address(match[1]))


def _is_address(name: str) -> bool:
    try:
        return not ip_address(name.removeprefix("[").removesuffix("]")).is_unspecified
    except ValueError:
        return False


def _from_elsewhere(method: str, host: str, headers: Headers) -> Refusal | None:
    """Whether another site's page asks. A link to us on one is followed; a script or an image of ours is not lent."""
    origins = headers.getlist("origin")
    if any(origin.lower() != f"http://{host.lower()}" for origin in origins) or (
        method == "POST" and not origins
    ):
        return Refusal(403, "only the preview's own pages may ask for this")
    followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"} and (
        method == "POST" or not followed
    ):
        return Refusal(403, "only the preview's own pages may ask for this")
    return None


def _with_a_body(headers: Headers) -> Refusal | None:
    length = headers.get("content-length")
    if "transfer-encoding" in headers:
        return Refusal(400 if length is not None else 411, "say how long the body is, in one way")
    if length is not None and not (length.isascii() and length.isdigit()):
        return Refusal(400, "a length is a number")
    if length is not None and int(length) > LONGEST_BODY:
        return Refusal(413, "nothing of that size belongs here")
    return None


def _cookie(headers: Headers) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())
