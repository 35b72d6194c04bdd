"""Files as responses: their type, their ranges, and what keeps a stranger's file from acting as one of our pages."""

from __future__ import annotations

import mimetypes
import os
from dataclasses import dataclass
from enum import Enum
from functools import partial
from hashlib import blake2b
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kb.disk.inside import open_inside

#: Only what Python itself knows, so that a file has one type on every machine; and what it does not know yet.
_TYPES = mimetypes.MimeTypes()
for _type, _extension in (
    ("application/atom+xml", ".atom"),
    ("application/manifest+json", ".webmanifest"),
    ("application/xml", ".xml"),
    ("audio/flac", ".flac"),
    ("audio/mp4", ".m4a"),
    ("audio/ogg", ".ogg"),
    ("font/woff", ".woff"),
    ("font/woff2", ".woff2"),
    ("image/avif", ".avif"),
    ("image/webp", ".webp"),
    ("text/javascript", ".js"),
    ("text/javascript", ".mjs"),
    ("text/markdown", ".md"),
    ("video/ogg", ".ogv"),
    ("video/x-matroska", ".mkv"),
):
    _TYPES.add_type(_type, _extension)
_TEXTS = frozenset(("application/xml", "application/atom+xml", "image/svg+xml"))
#: Types that a browser opens as a document, with scripts and all.
_DOCUMENTS = frozenset(("text/html", "application/xhtml+xml", "image/svg+xml", "application/xml", "text/xml"))
_PIECE = 256 * 1024


class NoSuchPart(Enum):
    """The answer to a range that begins behind the end."""

    BEYOND = "beyond the end"


@dataclass(frozen=True, slots=True)
class Held:
    """The bytes of a file of the site: at hand, or in a folder under a name."""

    data: bytes = b""
    folder: Path | None = None
    name: str = ""


def media_type(path: str) -> str:
    """The type of a file by its name, as a header says it."""
    known, encoding = _TYPES.guess_type(path)
    if known is None or encoding:
        return "application/octet-stream"
    return f"{known}; charset=utf-8" if known.startswith("text/") or known in _TEXTS else known


def part(header: str, size: int) -> tuple[int, int] | NoSuchPart | None:
    """Which bytes a `Range` header asks for, as start and end; None for all of them.

    What is malformed, and more than one range, is answered with the whole file, as RFC 9110 allows.
    """
    unit, _, wanted = header.partition("=")
    first, dash, last = (text.strip() for text in wanted.partition("-"))
    if unit.strip().lower() != "bytes" or not dash or not _digits(first + last):
        return None
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else NoSuchPart.BEYOND
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return NoSuchPart.BEYOND
    return int(first), min(int(last) + 1, size) if last else size


class FileResponse(Response):
    """A file or a part of it, read while it is sent, from where it really lies; 404 if that is elsewhere."""

    def __init__(self, path: str, held: Held) -> None:
        self._path = path
        self._held = held
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what the request asks for."""
        held = self._held
        if held.folder is None:
            mark = blake2b(held.data, digest_size=12).hexdigest()
            await self._send(scope, send, len(held.data), mark, None)
            return
        try:
            with open_inside(held.folder, held.name) as fd:
                status = os.fstat(fd)
                await self._send(
                    scope, send, status.st_size, f"{status.st_size:x}-{status.st_mtime_ns:x}", fd
                )
        except OSError:
            if getattr(self, "status_code", 0):  # half of it is sent
                raise
            await Response("this file is not there any more\n", 404, media_type="text/plain")(
                scope, receive, send
            )

    async def _send(self, scope: Scope, send: Send, size: int, mark: str, fd: int | None) -> None:
        asked = Headers(scope=scope)
        start, end, self.status_code = 0, size, 200
        self.init_headers(
            {"accept-ranges": "bytes", "etag": f'"{mark}"', "content-type": media_type(self._path)}
        )
        if "range" in asked and asked.get("if-range", f'"{mark}"') == f'"{mark}"':
            match part(asked["range"], size):
                case NoSuchPart():
                    start, end, self.status_code = 0, 0, 416
                    self.headers["content-range"] = f"bytes */{size}"
                case (start, end):
                    self.status_code = 206
                    self.headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
        self.headers["content-length"] = str(end - start)
        self._keep_apart()
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            start = end
        while fd is not None and end - start > _PIECE:
            piece = await to_thread.run_sync(partial(os.pread, fd, _PIECE, start))
            if not piece:  # the file grew shorter: the connection closes, and the browser knows
                raise OSError("a file grew shorter while it was sent")
            start += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        rest = self._held.data[start:end] if fd is None else os.pread(fd, end - start, start)
        await send({"type": "http.response.body", "body": rest})

    def _keep_apart(self) -> None:
        """Let no attachment act in the name of our pages: it may come from anywhere."""
        kind = self.headers["content-type"].partition(";")[0]
        if kind in _DOCUMENTS and (self._held.folder is not None or kind == "image/svg+xml"):
            self.headers["content-security-policy"] = "sandbox"
        if kind == "application/pdf":  # notes show one inside an <object>, which is a frame
            self.headers["x-frame-options"] = "SAMEORIGIN"


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 40  # noqa: PLR2004 - longer than any two sizes
