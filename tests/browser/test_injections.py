"""935 known ways of smuggling a script into a text, in every place where text can stand: nothing acts in a browser (B1).

Pages are asked in two ways. Chromium reads each of them, and every element is looked at for what would act if it were
shown or touched. Some are opened, too: there, whatever an injection calls (`alert`, `prompt` …)
is ours, and tells; so does every request that is no picture and leads elsewhere. Every text is tried as the text of a
note; in all other places one of four is, or each with KB_ALL_PAGES=1 (``make pages``).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from browser import searched
from browser.preview import KB, SRC, Preview

pytestmark = pytest.mark.xdist_group("browser")

#: Before any script of a page: what injections call is heard.
EARS = """
window.__acted = [];
for (const name of ["alert", "confirm", "prompt", "print", "open", "execScript"])
  window[name] = (...what) => { window.__acted.push(`${name}(${what})`); };
addEventListener("error", (event) => window.__acted.push(`error: ${event.message}`));
addEventListener("securitypolicyviolation", (event) => window.__acted.push(`violation: ${event.blockedURI}`));
"""
#: Everything in a page that runs, or would if somebody touched it. Our own scripts are files, and have none of these.
ACTIVE = r"""(page) => {
  const found = [];
  const shown = (element) => element.outerHTML.slice(0, 200);
  const bad = /^(?:javascript|vbscript|livescript|mocha|data|blob|filesystem|intent|view-source|jar):/i;
  const inert = new Set(["script", "base", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "portal",
    "template", "textarea", "animate", "set", "animatemotion", "animatetransform", "handler", "listener", "foreignobject"]);
  for (const element of page.querySelectorAll("*")) {
    const name = element.localName.toLowerCase();
    const ours = element.matches(`script[src*="_assets/"], script[src*="_search/"], script[type="application/ld+json"],
      form.graph-filters, form.reviews-filters, form[role="search"], form[action="/_kb/open"], head > style`)
      || element.textContent.startsWith('new EventSource("/_kb/events');
    if (inert.has(name) && !ours) found.push(`element: ${shown(element)}`);
    if (name === "meta" && element.httpEquiv && !/^content-/i.test(element.httpEquiv)) found.push(`meta: ${shown(element)}`);
    if (name === "link" && /import|preload|prefetch|stylesheet/i.test(element.rel) && !/_assets\//.test(element.href))
      found.push(`link: ${shown(element)}`);
    if (name === "style" && !ours && !element.closest("figure.diagram svg")) found.push(`style: ${shown(element)}`);
    for (const { name: key, value } of element.attributes) {
      const bare = value.replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\ufeff]/g, "");
      if (/^on/i.test(key)) found.push(`handler: ${shown(element)}`);
      if (bad.test(bare) && /^(?:href|src|srcset|action|formaction|data|poster|background|xlink:href|ping|cite)$/i.test(key))
        found.push(`address: ${shown(element)}`);
      if (key === "srcdoc") found.push(`srcdoc: ${shown(element)}`);
      if (key === "style" && /url\(|expression|@import|-moz-binding|behavior/i.test(value)) found.push(`style: ${shown(element)}`);
    }
  }
  return found;
}"""
OPEN = f"() => [...window.__acted, ...({ACTIVE})(document)]"
READ = f"""async (addresses) => Object.fromEntries((await Promise.all(addresses.map(async (address) => {{
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  return [address, ({ACTIVE})(page)];
}}))).filter(([, found]) => found.length))"""

NOTE = """\
---
title: {quoted}
description: {quoted}
aliases: [{quoted}]
tags: [{quoted}]
date: 2024-01-01
{kind}
---
# {line}

{text}

[{line}](https://example.org/) [label]({line}) [label](<{line}>) <{line}> ![{line}](a.png) ![alt]({line})

[[{line}]] [[Start|{line}]] ![[{line}]] #{line} ==**{line}**== ^[{line}] `{line}` ${line}$

> [!note] {line}
> {line}

| {line} | b |
|---|---|
| {line} | c |

## {line}

- [ ] {line}

```{line}
{line}
```

```csv {line}
a,{line}
{line},1
```

```chart
type: bar
title: {quoted}
---
a,b
{line},1
```

```mermaid
flowchart LR
  a["{line}"] --> b
```

[r]: {line} "{line}"
[r] <b title="{line}" {line}>{line}</b>

Term {line}
: {line}
"""
EVERY = 1 if os.environ.get("KB_ALL_PAGES") == "1" else 4
KINDS = (
    "",
    "kind: review\nwork: {0}\ntype: film\ncreators: [{0}]\nverdict: {0}\nrating: 3/5",
    "kind: excerpt\nwork: {0}\nauthor: {0}\npublisher: {0}",
    "kind: reblog\nurl: https://example.org/\nsite: {0}\nauthor: {0}",
    "series: {0}\norder: 1",
)
#: Embedding many notes in one page saves most of the time.
TOGETHER = 24


@pytest.fixture(scope="module")
def injections(corpus: Callable[[str], Path]) -> list[str]:
    folder = corpus("strings")
    texts = [each["text"] for each in json.loads((folder / "xss.json").read_text(encoding="utf-8"))]
    naughty: list[str] = json.loads((folder / "naughty.json").read_text(encoding="utf-8"))
    return texts + naughty


def written(folder: Path, texts: list[str], html: str) -> None:
    """The vault: a note for each text, and notes that embed many of them."""
    (folder / "content").mkdir(parents=True)
    config = f"title: Injected\nbase_url: https://example.org/sub/path/\nhtml: {html}\n"
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    for number, text in enumerate(texts):
        alone = f"---\npermalink: /n/{number}/\n---\n{text}\n"
        (folder / "content" / f"n{number:04}.md").write_bytes(alone.encode(errors="replace"))
        if number % EVERY:
            continue
        line = " ".join(text.replace("\0", " ").split()) or "x"
        quoted = json.dumps(text.replace("\0", " "), ensure_ascii=True)
        name = re.sub(r"[/\x00-\x1f\ud800-\udfff]", " ", text)[:30].strip(". ") or "x"
        kind = KINDS[number // EVERY % len(KINDS)].format(quoted)
        note = NOTE.format(quoted=quoted, kind=kind, line=line, text=text)
        data = note.encode(errors="replace")
        (folder / "content" / f"{number:04} {name}.md").write_bytes(data)
    for first in range(0, len(texts), TOGETHER):
        many = "\n\n".join(f"![[n{number:04}]]" for number in range(first, min(first + TOGETHER, len(texts))))
        (folder / "content" / f"Together {first:04}.md").write_text(many + "\n", encoding="utf-8")
    (folder / "content" / "Start.md").write_text("# Start\n\nWords.\n", encoding="utf-8")


def build(folder: Path, output: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(folder / "cache")}
    done = subprocess.run(
        [*KB, "-C", str(folder), "build", "--output", str(output)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr[-2000:]


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    context.add_init_script(EARS)
    context.set_default_timeout(20_000)
    yield context
    context.close()


class Watched:
    """A page, and what acted in it or would."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.acted: dict[str, list[str]] = {}
        self._heard: list[str] = []
        self.page.on("dialog", self._dialog)
        self.page.on("popup", lambda page: self._heard.append(f"window: {page.url}"))
        self.page.route(re.compile(r"^(?!http://127\.0\.0\.1)"), self._elsewhere)

    def _dialog(self, dialog: Any) -> None:
        self._heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _elsewhere(self, route: Route, request: Request) -> None:
        if request.resource_type not in {"image", "media"}:
            self._heard.append(f"request: {request.resource_type} {request.url}")
        route.abort()

    def look(self, address: str) -> None:
        """Read a page, and keep what acts."""
        self.page.goto(address, wait_until="load")
        self.asked(address)

    def asked(self, what: str) -> None:
        """Keep what acts in the page as it is now."""
        found = [*self._heard, *self.page.evaluate(OPEN)]
        self._heard.clear()
        if found:
            self.acted[what] = found


@pytest.mark.parametrize("html", ["sanitize", "escape"])
def test_b1_nothing_acts_in_any_page(
    html: str, injections: list[str], tmp_path: Path, context: BrowserContext
) -> None:
    texts = injections if html == "sanitize" else injections[::9]
    written(tmp_path / "vault", texts, html)
    build(tmp_path / "vault", tmp_path / "web" / "sub" / "path")
    site = tmp_path / "web" / "sub" / "path"
    # An old address leads on at once: such a page is one element, and has no text of anybody's.
    pages = sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if path.is_file() and b"<main" in path.read_bytes()
    )
    alone = [path for path in pages if re.match(r"\d{4}-", path)]
    assert len(alone) >= len(texts) / EVERY * 0.9
    lists = [path for path in pages if not re.match(r"\d{4}-|n/|tags/|\d{4}\b", path)]
    tags = [path for path in pages if path.startswith("tags/")]
    read = [*lists, *alone, *tags[::10]]  # the texts alone, below n/, stand in the lists
    with searched.served(tmp_path / "web") as address:
        watched = Watched(context)
        watched.look(f"{address}sub/path/start/")
        for first in range(0, len(read), 50):
            some = [f"{address}sub/path/{path}" for path in read[first : first + 50]]
            watched.acted.update(watched.page.evaluate(READ, some))
        for path in (*lists, *alone[:: 1 if EVERY == 1 else 10]):
            watched.look(f"{address}sub/path/{path}")
        watched.page.close()
    assert watched.acted == {}
    assert len(lists) > len(texts) // TOGETHER


def test_b1_nothing_that_is_searched_for_acts(
    injections: list[str], book: Path, context: BrowserContext
) -> None:
    with searched.served(book / "web") as address:
        watched = Watched(context)
        watched.page.goto(f"{address}sub/path/", wait_until="load")
        watched.page.keyboard.press("/")
        field = watched.page.get_by_role("combobox", name="Search the notes")
        for text in injections[::6]:
            line = " ".join(text.replace("\0", " ").encode(errors="replace").decode().split())
            field.fill(line)
            watched.page.wait_for_timeout(5)
            watched.asked(line)
        watched.page.wait_for_timeout(300)
        watched.asked("the last one")
        watched.page.close()
    assert watched.acted == {}


def test_b1_nothing_acts_where_the_preview_tells_what_is_wrong(
    injections: list[str], tmp_path: Path, context: BrowserContext
) -> None:
    written(tmp_path / "vault", injections[::12], "sanitize")
    preview = Preview(tmp_path / "vault", tmp_path / "cache")
    preview.start()
    try:
        watched = Watched(context)
        for path in (
            "_kb/problems",
            "together-0000/",
            "search/?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
            "start/",
        ):
            watched.look(preview.url + path)
            watched.page.wait_for_timeout(300)
            watched.asked(path)
        watched.page.close()
    finally:
        preview.stop()
    assert watched.acted == {}


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>", '<img src="x:" onerror="1">', '<a href="java&#10;script:alert(1)">x</a>',
        '<a href="https://example.org/" onclick="1">x</a>', "<iframe></iframe>", "<form></form>", '<base href="/">',
        '<svg><a xlink:href="javascript:1"><text>x</text></a></svg>', "<svg><animate attributeName='href'/></svg>",
        "<style>*{}</style>", '<p style="background:url(x)">x</p>', '<meta http-equiv="refresh" content="9;url=x">',
        '<link rel="stylesheet" href="https://example.org/x.css">', '<img src="data:text/html,x">',
    ],
)  # fmt: skip
def test_what_would_act_is_noticed(planted: str, tmp_path: Path, context: BrowserContext) -> None:
    (tmp_path / "index.html").write_text(f"<!doctype html><title>x</title><p>{planted}</p>", encoding="utf-8")
    with searched.served(tmp_path) as address:
        watched = Watched(context)
        watched.look(f"{address}index.html")
        watched.page.close()
    assert watched.acted
