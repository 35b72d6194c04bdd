"""Event streams: what an open page is told when something was saved.

Each stream belongs to one page and knows what the browser last got of it. After a change each open
page is made once, and only a page whose bytes differ is an event; a stylesheet that moved to a new
address is an event of its own, and its address does not count among a page's bytes. A stream begins with the
mark of the page as it is now, so that a browser sees whether it missed something: between a page and its
stream, behind a closed lid, while the server was started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import quote

from anyio import to_thread

from kb.model.problem import Severity
from kb.serve.live import Live
from kb.serve.room import room_for

#: Seconds between two signs of life.
PING = 15.0
#: Seconds that the counting of problems waits, so that it takes no time from the pages that are being fetched.
_LATER = 0.15
#: So many pages may be open at one time, or this part of the files that may be open.
MOST_STREAMS, STREAMS_PART = 512, 0.4


@dataclass(eq=False, slots=True)
class _Stream:
    """One open page. `seen` is the mark of what its browser has, "" for no page at all."""

    path: str
    seen: str
    follow: bool
    queue: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)


def event(name: str, data: Mapping[str, object]) -> bytes:
    """One event as it goes over the wire."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def mark(body: bytes, styles: Mapping[str, str]) -> str:
    """A name for a page's bytes, wherever its stylesheets are at the moment."""
    for name, address in sorted(styles.items()):
        body = body.replace(address.encode(), name.encode())
    return blake2b(body, digest_size=12).hexdigest()


class Streams:
    """All open streams of a preview. `marked` says what is shown at an output path just now: its mark, or ""."""

    def __init__(self, live: Live, marked: Callable[[str], str]) -> None:
        self._live = live
        self._marked = marked
        self._open: set[_Stream] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._styles: Mapping[str, str] = {}
        self._counting: asyncio.Task[None] | None = None
        self._closed = False
        self._most = room_for(MOST_STREAMS, STREAMS_PART)
        live.on_change(self.changed)

    def __len__(self) -> int:
        return len(self._open)

    @property
    def full(self) -> bool:
        """Whether no further page may be opened."""
        return len(self._open) >= self._most

    def changed(self) -> None:
        """Something was saved. For any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to be told
                self._loop.call_soon_threadsafe(self._tell_all)

    def close(self) -> None:
        """End every stream, now."""
        self._closed = True
        if self._counting:
            self._counting.cancel()
        for stream in self._open:
            stream.queue.put_nowait(None)

    async def events(self, path: str, *, follow: bool) -> AsyncIterator[bytes]:
        """The stream for the page at this output path."""
        if not self._open:
            self._styles = styles(self._live)
        self._loop = asyncio.get_running_loop()
        stream = _Stream(path, self._marked(path), follow)
        self._open.add(stream)
        try:
            yield event("hello", {"number": self._live.number, "key": stream.seen})
            while not self._closed:
                try:
                    told = await asyncio.wait_for(stream.queue.get(), PING)
                except TimeoutError:
                    yield b": ping\n\n"
                    continue
                if told is None:
                    return
                yield told
        finally:
            self._open.discard(stream)

    def _tell_all(self) -> None:
        if self._closed or not self._open:
            return
        before, self._styles = self._styles, styles(self._live)
        moved = [
            event("style", {"from": before[name], "to": address})
            for name, address in self._styles.items()
            if before.get(name, address) != address
        ]
        marks = {path: self._marked(path) for path in sorted({stream.path for stream in self._open})}
        for stream in self._open:
            for told in moved:
                stream.queue.put_nowait(told)
            self._tell(stream, marks[stream.path])
        self._follow()
        if self._counting is None or self._counting.done():
            self._counting = asyncio.ensure_future(self._count())

    def _tell(self, stream: _Stream, now: str) -> None:
        if now == stream.seen:
            return
        stream.seen = now
        stream.queue.put_nowait(
            event("page", {"path": stream.path, "key": now}) if now else self._gone(stream.path)
        )

    def _gone(self, path: str) -> bytes:
        to = self._live.moved.get(path, "")
        return event("gone", {"path": path, "to": quote(to)} if to else {"path": path})

    async def _count(self) -> None:
        """Tell how many problems there are, once it is quiet."""
        told = -1
        while told != self._live.number:
            number = self._live.number
            await asyncio.sleep(_LATER)
            if number == self._live.number:
                await self._tell_problems()
                told = number

    async def _tell_problems(self) -> None:
        number = self._live.number
        problems = await to_thread.run_sync(lambda: self._live.problems)
        counts = Counter(problem.severity for problem in (*self._live.trouble, *problems))
        data = {
            "number": number,
            "errors": counts[Severity.ERROR],
            "warnings": counts[Severity.WARNING],
        }
        for stream in self._open:
            stream.queue.put_nowait(event("problems", data))

    def _follow(self) -> None:
        url = self._live.saved
        for stream in self._open:
            if stream.follow and url:
                stream.queue.put_nowait(event("follow", {"url": quote(url)}))


def styles(live: Live) -> Mapping[str, str]:
    """Where the theme's stylesheets are, by name."""
    return {name: path for name, path in live.site.theme.site.assets.items() if name.endswith(".css")}
