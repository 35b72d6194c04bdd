"""What a search on the published site costs its reader: bytes and milliseconds, counted in Chromium.

    make bench-search-transfer                       10,000 notes
    make bench-search-transfer ARGS="--notes 1000"

The notes are those of `make bench` (`make_vault.py`), built by `kb build` and served by a plain static server on this
machine. Every query is asked in a browser that has nothing of the site yet; its words are drawn from the notes. *Bytes*
are those of all files of the index that it fetched, ten results with their passages included; the client comes on top,
once. *Cold* is from the first line of the client to the results, *warm* the same query again.

Exits with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Response, sync_playwright

from kb.search.analysis import Lexicon, body_of, lexicon, tokens
from kb.search.export.shards import Shards
from kb.search.script import client
from make_vault import make_vault

WORK = Path(__file__).resolve().parent / "work" / "transfer"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Kilobytes that the median query of a kind may cost at 10,000 notes.
BARS = {"one word": 50, "a phrase": 100}
BARS_HOLD_AT = 10_000
ASK = """
async ([query, mode]) => {
  const start = performance.now();
  const engine = KBSearch.create({ base: new URL("/", location.href).href, backend: "shards" });
  const { total } = await engine.search(query, { mode });
  const cold = performance.now() - start;
  const times = [];
  for (let round = 0; round < 5; round++) {
    const again = performance.now();
    await engine.search(query, { mode });
    times.push(performance.now() - again);
  }
  return { total, cold, warm: times.sort((one, other) => one - other)[2] };
}
"""


class Cost(NamedTuple):
    """What one query cost: bytes by the first letters of the files' paths, milliseconds."""

    bytes: dict[str, int]
    total: int
    cold: float
    warm: float

    @property
    def all_bytes(self) -> int:
        """Those of all files."""
        return sum(self.bytes.values())


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that its base gives it
        """Nothing: what is served is counted in the browser."""


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--notes", type=int, default=BARS_HOLD_AT)
    parser.add_argument("--queries", type=int, default=30, help="of each kind")
    asked = parser.parse_args()
    site = built(asked.notes)
    print(
        f"{asked.notes} notes; the client: {len(gzip.compress(client('en'), 9)) / 1000:.1f} kB packed, once\n"
    )
    print(
        f"{'':14} {'kB median':>9} {'p95':>6} {'max':>6} {'cold ms':>8} {'warm ms':>8} {'max':>6}   of them, kB"
    )
    missed = False
    with served(site) as address, chromium() as browser:
        for kind, queries in queries_of(site, asked.queries).items():
            costs = [cost(browser, address, query, kind) for query in queries]
            missed |= told(kind, costs, judged=asked.notes == BARS_HOLD_AT)
    sys.exit(missed)


def built(notes: int) -> Path:
    """The site of so many notes."""
    shutil.rmtree(WORK, ignore_errors=True)
    make_vault(WORK / "vault" / "content", notes, 1, "kb")
    (WORK / "vault" / "config.yaml").write_text("title: Notes\ncontent: content\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "kb",
        "-q",
        "-C",
        str(WORK / "vault"),
        "build",
        "--output",
        str(WORK / "site"),
    ]
    subprocess.run(command, check=True, env={**os.environ, "KB_CACHE_DIR": str(WORK / "cache")})
    (WORK / "site" / "measured.html").write_text(
        '<!doctype html><meta charset="utf-8"><script src="measured.js"></script>'
    )
    (WORK / "site" / "measured.js").write_bytes(client("en"))
    return WORK / "site"


def queries_of(site: Path, count: int) -> dict[str, list[str]]:
    """Queries of each kind, about notes that are there."""
    index = Shards(lambda path: (site / "_search" / path).read_bytes())
    chance, words = Random(5), lexicon("en")
    notes = [index.document(chance.randrange(index.count)) for _ in range(count)]
    texts = [tokens(body_of(note)) for note in notes]
    starts = [chance.randrange(max(len(text) - 3, 1)) for text in texts]
    return {
        "one word": [chance.choice(said(text, words)) for text in texts],
        "two words": [" ".join(chance.sample(said(text, words), 2)) for text in texts],
        "a title": [note.title for note in notes],
        "a phrase": [f'"{" ".join(text[at : at + 3])}"' for text, at in zip(texts, starts, strict=True)],
        "while typing": [chance.choice(said(text, words))[:4] for text in texts],
        "misspelt": [f"{word[:2]}{word[3:]}" for text in texts for word in [max(said(text, words), key=len)]],
    }


def said(text: list[str], words: Lexicon) -> list[str]:
    """The words of a text that can be searched for and are not short."""
    return [word for word in text if len(word) > 3 and words[word] is not None]


def cost(browser: Browser, address: str, query: str, kind: str) -> Cost:
    """What a query costs in a browser that has nothing yet."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}measured.html")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks what it is given
    found: Any = page.evaluate(ASK, [query, "typed" if kind == "while typing" else "submitted"])
    sizes: dict[str, int] = {}
    for answer in answers:
        name = (
            answer.url.removeprefix(f"{address}_search/")
            .partition("/")[0]
            .partition("-")[0]
            .partition(".")[0]
        )
        sizes[name] = sizes.get(name, 0) + len(answer.body())
    context.close()
    return Cost(sizes, found["total"], found["cold"], found["warm"])


def told(kind: str, costs: list[Cost], *, judged: bool) -> bool:
    """Print what queries of a kind cost; whether they missed their bar."""
    sizes = sorted(one.all_bytes / 1000 for one in costs)
    parts = {
        name: median([one.bytes.get(name, 0) for one in costs]) / 1000 for one in costs for name in one.bytes
    }
    most = ", ".join(f"{name} {size:.1f}" for name, size in sorted(parts.items()))
    bar = BARS.get(kind)
    missed = judged and bar is not None and median(sizes) > bar
    verdict = f"  {'MISSED' if missed else 'PASS'}: at most {bar}" if judged and bar else ""
    print(
        f"{kind:14} {median(sizes):9.1f} {sizes[int(len(sizes) * 0.95)]:6.1f} {sizes[-1]:6.1f}"
        f" {median([one.cold for one in costs]):8.1f} {median([one.warm for one in costs]):8.1f}"
        f" {max(one.warm for one in costs):6.1f}   {most}{verdict}"
    )
    return missed


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of this folder."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit(f"no browser is installed: none of {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
