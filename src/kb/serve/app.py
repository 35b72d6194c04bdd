"""The preview as an application: an address → what is shown there.

Nothing is kept but the current site (`kb.serve.live`). A page is what a build would write, byte for
byte; the script that keeps it fresh is added to the response alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hmac import compare_digest
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from kb.disk.clock import now_in
from kb.disk.refused import Refused
from kb.disk.root import CONFIG
from kb.disk.starters import kinds, new_note
from kb.model.problem import Problem, Severity
from kb.search.whoosh.upkeep import IndexBusyError
from kb.serve.editor import open_editor, source_file
from kb.serve.finder import Finder
from kb.serve.finding import alike, facets
from kb.serve.finding import found as results
from kb.serve.guard import LONGEST_BODY, NEW, OPEN, Door, Guard
from kb.serve.live import Live
from kb.serve.mentioned import mentioned
from kb.serve.problem_pages import as_json, instead, problems_page, worst_first
from kb.serve.respond import FileResponse, Held, media_type
from kb.serve.showing import Showing, View, names
from kb.serve.stream import Streams
from kb.serve.wanted import WANTED, found, missing, wanted_page
from kb.view.urls import file_of, is_file, path_url, url_of

#: Our own files in the browser, by address.
_BROWSER = ("preview.js", "idiomorph.js", "preview.css")
#: What a POST may say.
_SAID = ("token", "path", "line", "title", "kind", "from", "target")
_LOOPBACK = frozenset(("127.0.0.1", "::1", "testclient"))

#: What a browser gets that asks, of itself, for the newer version of a service worker. kb has none: it belongs to
#: another project, which was at this port before, and would show its old pages. This one takes its place and goes.
_NO_WORKER = """\
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await self.clients.claim();
  await self.registration.unregister();
  for (const client of await self.clients.matchAll({ type: "window" })) await client.navigate(client.url);
})()));
"""


def app(live: Live, door: Door, *, follow: bool = False) -> Starlette:
    """The application that shows this site to whom the door lets in. Its `state.streams` are to be closed at the end.

    With `follow` the browser goes to each note that is saved.
    """
    preview = _Preview(live, door, follow=follow)
    routes = [
        Route("/_kb/events", preview.events),
        Route("/_kb/problems", preview.problems),
        Route("/_kb/problems.json", preview.problems_json),
        Route("/_kb/lines", preview.lines),
        Route("/_kb/search", preview.search),
        Route("/_kb/search/facets", preview.facets),
        Route("/_kb/like", preview.like),
        Route("/_kb/mentions", preview.mentions),
        Route("/_kb/missing", preview.missing),
        Route(WANTED, preview.wanted),
        Route(OPEN, preview.open, methods=["POST"]),
        Route(NEW, preview.new, methods=["POST"]),
        *(Route(f"/_kb/{name}", _browser_file(name)) for name in _BROWSER),
        Route("/{path:path}", preview.file),
    ]
    made = Starlette(routes=routes, middleware=[Middleware(Guard, door=door)])
    made.router.redirect_slashes = False
    made.state.streams = preview.streams
    return made


class _Preview:
    """What the routes share: the site, and who is looking at it."""

    def __init__(self, live: Live, door: Door, *, follow: bool) -> None:
        self._live = live
        self._door = door
        self._follow = follow
        self._showing = Showing(live)
        self.streams = Streams(live, self._showing.marked)

    async def file(self, request: Request) -> Response:
        """A file of the site, the way to it, or the page that says there is none."""
        if request.headers.get("service-worker") == "script":
            return Response(_NO_WORKER, media_type="text/javascript")
        return await self._file(request)

    async def _file(self, request: Request) -> Response:
        raw: bytes = request.scope["raw_path"]
        for path in names(raw):
            if view := self._showing.at(path):
                return self._shown(view)
            if self._showing.has(f"{path}/index.html"):
                return RedirectResponse(_with_query(f"/{quote(path)}/", request), 301)
            if elsewhere := self._below_base(path):
                return RedirectResponse(_with_query(f"/{quote(elsewhere)}", request), 302)
        if unreadable := await to_thread.run_sync(self._unreadable, next(names(raw), "")):
            return self._page_of(unreadable, "This note cannot be read", View(next(names(raw))), 404)
        missing = self._showing.at("404.html")
        if missing is None or not missing.html:
            return Response("there is no such page\n", 404)
        wanted = next(names(raw), "")  # should it ever be made, this page becomes it
        return self._shown(replace(missing, path=wanted, mark=""), 404)

    async def events(self, request: Request) -> Response:
        """The stream of what happens to a page."""
        if self.streams.full:
            return Response("too many pages are open\n", 503)
        asked = request.query_params
        follow = asked.get("follow", "") not in {"", "0"}
        told = self.streams.events(asked.get("path", ""), follow=follow)
        return StreamingResponse(told, media_type="text/event-stream")

    def problems(self, _request: Request) -> Response:
        """The page of all problems."""
        addresses = self._addresses()
        number = self._live.number
        return HTMLResponse(problems_page(self._all_problems(), addresses.get, self._door.token, number))

    async def problems_json(self, request: Request) -> Response:
        """The problems of the note that a page shows, whatever is wrong with the page itself first."""
        view = self._showing.at(request.query_params.get("path", ""))
        note = await to_thread.run_sync(self._of_note, view.note) if view and view.note else ()
        own = (view.problem,) if view and view.problem else ()
        found = [as_json(problem) for problem in (*self._live.trouble, *own, *note)]
        return _json({"number": self._live.number, "note": view.note if view else "", "problems": found})

    async def lines(self, request: Request) -> Response:
        """The line in its note of each block of a page."""
        path = request.query_params.get("path", "")
        return _json({"lines": self._live.lines(path) if self._showing.has(path) else []})

    async def search(self, request: Request) -> Response:
        """What is found by the words of the query."""
        return await self._find(lambda finder: results(self._live, finder, request.query_params))

    async def facets(self, _request: Request) -> Response:
        """What a search can be narrowed down to."""
        return await self._find(lambda _finder: facets(self._live))

    async def like(self, request: Request) -> Response:
        """The notes that are about the same as the one on a page."""
        view = self._showing.at(request.query_params.get("path", ""))
        note = view.note if view else ""
        return await self._find(lambda finder: alike(self._live, finder, note))

    async def mentions(self, request: Request) -> Response:
        """The mentions without a link in the note of a page, and of it in other notes."""
        view = self._showing.at(request.query_params.get("path", ""))
        note = view.note if view else ""
        return await self._find(lambda finder: mentioned(self._live, finder, note))

    async def _find(self, answer: Callable[[Finder], object]) -> Response:
        finder = self._live.finder
        if finder is None:
            return _json(
                {"message": "this site is not searched", "hint": f"say `search: true` in {CONFIG}"}, 404
            )
        try:
            return _json(await to_thread.run_sync(answer, finder))
        except IndexBusyError as busy:
            return _json({"message": str(busy), "hint": "ask again"}, 503)

    async def missing(self, request: Request) -> Response:
        """The links of a page that lead nowhere, and to what they invite."""
        view = self._showing.at(request.query_params.get("path", ""))
        return _json({"missing": missing(self._live.site, view.note if view else "")})

    async def wanted(self, request: Request) -> Response:
        """The page of a note that is linked to and not there; the note itself, should it be there by now."""
        asked = request.query_params
        source, target = asked.get("from", ""), asked.get("target", "")
        if not target.strip("/. "):
            return Response("say which note\n", 400)
        if note := found(self._live.site, source, target):
            return RedirectResponse(f"/{quote(url_of(note))}", 302)
        return await self._invited(source, target)

    async def _invited(self, source: str, target: str, refused: Refused | None = None) -> Response:
        opened = self._live.opened
        known = await to_thread.run_sync(kinds, opened.root, opened.settings)
        why = (str(refused), refused.hint) if refused else ("", "")
        page = wanted_page(self._live.site, source, target, known, self._door.token, why)
        return HTMLResponse(page, 409 if refused else 200)

    async def new(self, request: Request) -> Response:
        """Make a note, and go to its page: for the preview's own pages, on this machine."""
        asked = _fields(await request.body(), request.headers.get("content-type", ""))
        if stranger := self._stranger(request, asked, "a note is only made"):
            return stranger
        assert asked is not None  # noqa: S101 - else it had no token
        try:
            path = await to_thread.run_sync(self._new, asked["title"], asked["kind"] or "note")
        except Refused as refused:
            return await self._invited(asked["from"], asked["target"], refused)
        return RedirectResponse(f"/{quote(path_url(path))}", 303)

    def _new(self, title: str, kind: str) -> str:
        """Make a note and give its path in the folder of notes. The watcher shows it to the preview, as any other."""
        opened = self._live.opened
        made = new_note(opened.root, opened.settings, title, kind, now_in(opened.settings.timezone))
        return made.relative_to(opened.root / opened.settings.content).as_posix()

    async def open(self, request: Request) -> Response:
        """Open a file of the site in the person's editor: for the preview's own pages, on this machine."""
        asked = _fields(await request.body(), request.headers.get("content-type", ""))
        if stranger := self._stranger(request, asked, "an editor is only opened"):
            return stranger
        assert asked is not None  # noqa: S101 - else it had no token
        try:
            await to_thread.run_sync(self._open, asked["path"], max(1, int(asked["line"] or 1)))
        except (Refused, ValueError) as refused:
            return _json({"message": str(refused), "hint": getattr(refused, "hint", "")}, 409)
        return Response(status_code=204)

    def _stranger(self, request: Request, asked: Mapping[str, str] | None, what: str) -> Response | None:
        """The answer to who may not ask for this, None for who may."""
        if request.client is None or request.client.host not in _LOOPBACK:
            return _json({"message": f"{what} from this machine", "hint": ""}, 403)
        if asked is None or not compare_digest(asked["token"].encode(), self._door.token.encode()):
            return _json({"message": "only the preview's own pages may ask for this", "hint": ""}, 403)
        return None

    def _open(self, path: str, line: int) -> None:
        opened = self._live.opened
        open_editor(os.environ, source_file(opened.root, opened.content, path), line)

    def _shown(self, view: View, status: int = 200) -> Response:
        if view.page is None and view.problem:
            return self._page_of((view.problem,), "This page could not be made", view, 500)
        if view.source is not None:
            content = self._live.opened.content
            return FileResponse(
                view.path, Held(folder=content, name=view.source.relative_to(content).as_posix())
            )
        assert view.page is not None  # noqa: S101 - a view is a file or has bytes
        if view.html:
            return HTMLResponse(self._with_script(view, view.page), status)
        return FileResponse(view.path, Held(view.page))

    def _page_of(self, problems: Sequence[Problem], what: str, view: View, status: int) -> Response:
        """The page that stands where a view should, until what is wrong is mended."""
        text = instead(problems, what, self._door.token)
        return HTMLResponse(self._with_script(view, text.encode()), status)

    def _with_script(self, view: View, page: bytes) -> bytes:
        told = {"token": self._door.token, "path": view.path, "key": view.mark, "note": view.note}
        if self._follow:
            told["follow"] = "1"
        data = "".join(f' data-{name}="{escape(value)}"' for name, value in told.items())
        script = f'<script src="/_kb/preview.js"{data} defer></script>\n'.encode()
        head, end, tail = page.rpartition(b"</body>")
        return head + script + end + tail if end else page + script

    def _below_base(self, path: str) -> str:
        """The path inside the site of one that begins as the published site's address does, as on its page 404."""
        base = urlsplit(self._live.site.settings.base_url).path.strip("/")
        inside = path.removeprefix(f"{base}/") if base else path
        return inside if inside != path and self._showing.has(inside) else ""

    def _addresses(self) -> dict[str, str]:
        opened = self._live.opened
        prefix = "" if opened.settings.content == "." else f"{opened.settings.content}/"
        return {f"{prefix}{path}": url_of(note) for path, note in self._live.site.vault.notes.items()}

    def _all_problems(self) -> tuple[Problem, ...]:
        return (*self._live.trouble, *self._showing.broken, *self._live.problems)

    def _of_note(self, note: str) -> tuple[Problem, ...]:
        content = self._live.opened.settings.content
        path = note if content == "." else f"{content}/{note}"
        found = [problem for problem in self._live.problems if problem.place.path == path]
        return tuple(worst_first(problem for problem in found if problem.severity is not Severity.INFO))

    def _unreadable(self, path: str) -> tuple[Problem, ...]:
        """What is wrong with the note that would stand at this output path, if it could be read."""
        if not is_file(path):  # a browser's own questions (favicon.ico) are not worth looking at all problems
            return ()
        opened, notes = self._live.opened, self._live.site.vault.notes
        prefix = "" if opened.settings.content == "." else f"{opened.settings.content}/"
        return tuple(
            problem
            for problem in self._live.problems
            if problem.severity is Severity.ERROR
            and problem.place.path.startswith(prefix)
            and (note := problem.place.path.removeprefix(prefix)) not in notes
            and file_of(path_url(note)) == path
        )


def _browser_file(name: str) -> Callable[[Request], Response]:
    def file(_request: Request) -> Response:
        data = files("kb.serve").joinpath("browser", name).read_bytes()
        return Response(data, media_type=media_type(name))

    return file


def _fields(body: bytes, kind: str) -> dict[str, str] | None:
    """What a POST says, from JSON or a form; None if it says nothing of use."""
    if len(body) > LONGEST_BODY:
        return None
    try:
        said: Any = (
            json.loads(body)
            if kind.startswith("application/json")
            else parse_qs(body.decode(), strict_parsing=True)
        )
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    values = {name: value[0] if isinstance(value, list) and value else value for name, value in said.items()}
    return {name: str(values.get(name, "")) for name in _SAID}


def _json(value: object, status: int = 200) -> Response:
    return JSONResponse(value, status)


def _with_query(path: str, request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
