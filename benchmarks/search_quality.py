"""How well a search finds what was looked for: kb's published search beside Pagefind, on the same pages.

    make bench-search                          the vaults of KB_CORPORA (default: ../shared/corpora)
    make bench-search ARGS="--classes title typo"
    make bench-search ARGS="--vault FOLDER --show"    another vault, with every query that missed

Known-item search: a query is made from one note, and that note is what has to be found. Score: the reciprocal rank of
the note among the first ten (MRR@10), averaged over a class of queries. Nine classes, 60 queries each, made with one
seed from notes that have a title of their own and more than 200 characters; no constant of the ranking was chosen by
looking at them. Both engines run in one Chromium, each over the files that it publishes, asked as its own search box
asks. Pagefind gets the notes' pages alone, and of those the article without its lists of links.

Exits with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import mean
from typing import Any

from kb.pipeline.opening import Ask
from kb.pipeline.reading import read_site
from kb.search.analysis import LONGEST, STOP, Lexicon, body_of, lexicon, tokens
from kb.search.document import Document
from kb.search.documents import document

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
CORPORA = Path(os.environ.get("KB_CORPORA", REPOSITORY.parent / "shared" / "corpora"))
VAULTS = ("obsidian-help-en", "quartz-docs", "eips")
SEED = 42
EACH = 60
#: A class may be so much worse than Pagefind's; all of them together have to be so much better.
WORST, LEAD, TYPOS = 0.03, 0.10, 0.90
CLASSES = (
    "title",
    "title-2words",
    "heading",
    "sentence-5w",
    "sentence-quoted",
    "keywords-3",
    "title-typo",
    "title-morph",
    "as-you-type",
)
KB, PAGEFIND = "kb", "Pagefind"

#: Five words with nothing but a space between them.
_FIVE_WORDS = re.compile(r"(?<![\w.-])(?:[A-Za-z]{2,} ){4}[A-Za-z]{2,}(?![\w-])")

Draw = Callable[["Maker", Document], str | None]


@dataclass(frozen=True)
class Query:
    """What is typed, and the address of the note that should be found."""

    kind: str
    text: str
    url: str


@dataclass(frozen=True)
class Result:
    """Where the note stood among the first ten of each engine, 0 if nowhere."""

    query: Query
    ranks: Mapping[str, int]


class Maker:
    """Makes queries from the notes of one vault."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.random = random.Random(SEED)
        self.lexicon: Lexicon = lexicon("en")
        self.bodies = {one.path: body_of(one) for one in documents}
        self.texts = {
            one.path: " ".join(section.text.replace("\n", " ") for section in one.sections)
            for one in documents
        }
        titles = Counter(_same(one.title) for one in documents)
        self.headings = Counter(
            heading for one in documents for heading in {_same(section.title) for section in one.sections}
        )
        self.documents = [
            one
            for one in documents
            if titles[_same(one.title)] == 1 and len(_same(one.title)) > 2 and len(self.texts[one.path]) > 200
        ]
        self.count = len(documents)
        self.surfaces: Counter[str] = Counter()
        self.holding: Counter[str] = Counter()
        for one in documents:
            words = set(tokens(f"{one.title} {self.bodies[one.path]}"))
            self.surfaces.update(words)
            self.holding.update({term for word in words if (term := self.lexicon[word])})
        self.forms: dict[str, set[str]] = defaultdict(set)
        for word in self.surfaces:
            if term := self.lexicon[word]:
                self.forms[term].add(word)

    def queries(self, kind: str, each: int) -> Iterator[Query]:
        """Up to `each` queries of a class."""
        made = tries = 0
        while made < each and tries < 20_000:
            tries += 1
            one = self.random.choice(self.documents)
            text = _DRAWS[kind](self, one)
            if text:
                made += 1
                yield Query(kind, text, one.url)

    def two_words(self, one: Document) -> str | None:
        """Two words of a longer title, in any order."""
        words = sorted(set(content(one.title)))
        return " ".join(self.random.sample(words, 2)) if len(words) > 2 else None

    def heading(self, one: Document) -> str | None:
        """A heading that no other note has."""
        own = [section.title for section in one.sections if section.title]
        own = [title for title in own if self.headings[_same(title)] == 1 and len(content(title)) > 1]
        return self.random.choice(own) if own else None

    def sentence(self, one: Document) -> str | None:
        """Five words that stand in a row, three of which say something."""
        texts = (section.text.replace("\n", " ") for section in one.sections)
        runs = [run for text in texts for run in _FIVE_WORDS.findall(text)]
        runs = [run for run in runs if len(content(run)) > 2]
        return self.random.choice(runs) if runs else None

    def quoted(self, one: Document) -> str | None:
        """The same as a phrase."""
        run = self.sentence(one)
        return f'"{run}"' if run else None

    def keywords(self, one: Document) -> str | None:
        """Three of the eight words that are most the note's own."""
        words = content(self.texts[one.path])
        counts = Counter(term for word in words if (term := self.lexicon[word]))
        if len(counts) < 8:
            return None
        best = sorted(
            counts, key=lambda term: -counts[term] * math.log(self.count / (self.holding[term] or 1))
        )
        first: dict[str, str] = {}
        for word in words:
            if term := self.lexicon[word]:
                first.setdefault(term, word)
        return " ".join(first[term] for term in self.random.sample(best[:8], 3))

    def typo(self, one: Document) -> str | None:
        """A title with one slip in one of its words, which no note holds then."""
        words = content(one.title)
        long = [number for number, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if not long or len(words) > 5:
            return None
        number = self.random.choice(long)
        slip = self._slip(words[number])
        if self.surfaces[slip]:
            return None
        return " ".join([*words[:number], slip, *words[number + 1 :]])

    def _slip(self, word: str) -> str:
        at, letter = self.random.randrange(1, len(word) - 1), self.random.choice("abcdefghijklmnopqrstuvwxyz")
        match self.random.choice("dits"):
            case "d":
                return word[:at] + word[at + 1 :]
            case "i":
                return word[:at] + letter + word[at:]
            case "t":
                return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + letter + word[at + 1 :]

    def morph(self, one: Document) -> str | None:
        """Two words of a title, one of them in another form."""
        words = list(dict.fromkeys(content(one.title)))
        if len(words) > 2:
            words = self.random.sample(words, 2)
        own, changed = set(tokens(one.title)), False
        for number, word in enumerate(words):
            others = sorted(
                form
                for form in self.forms.get(self.lexicon[word] or "", ())
                if form not in own and form.isalpha()
            )
            if others and not changed:
                words[number], changed = self.random.choice(others), True
        return " ".join(words) if changed and len(words) == 2 else None

    def typing(self, one: Document) -> str | None:
        """The beginning of a title, its last word not finished."""
        words = content(one.title)
        if not 2 <= len(words) <= 5 or len(words[-1]) < 6:
            return None
        if len(words) > 2 and len(words[1]) > 5:
            words = words[:2]
        last = words[-1]
        return " ".join([*words[:-1], last[: max(3, len(last) * 6 // 10)]])


_DRAWS: Mapping[str, Draw] = {
    "title": lambda _maker, one: one.title,
    "title-2words": Maker.two_words,
    "heading": Maker.heading,
    "sentence-5w": Maker.sentence,
    "sentence-quoted": Maker.quoted,
    "keywords-3": Maker.keywords,
    "title-typo": Maker.typo,
    "title-morph": Maker.morph,
    "as-you-type": Maker.typing,
}


def content(text: str) -> list[str]:
    """The words of a text that say something."""
    return [
        word for word in tokens(text) if word not in STOP and 2 < len(word) <= LONGEST and not word.isdigit()
    ]


def _same(text: str) -> str:
    return " ".join(tokens(text))


class Contest:
    """One vault, built and indexed by both."""

    def __init__(self, vault: Path) -> None:
        self.vault = vault
        self.work = HERE / "work" / "search" / vault.name
        self.site, self.pages = self.work / "kb", self.work / "pages"

    def prepare(self) -> list[Document]:
        """Build the site, give Pagefind its notes, and read what they say."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        environment = {**os.environ, "KB_CACHE_DIR": str(self.work / "cache")}
        command = [
            sys.executable,
            "-m",
            "kb",
            "-q",
            "-C",
            str(self.vault),
            "build",
            "--output",
            str(self.site),
        ]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if done.returncode > 1:  # 1: some notes of the vault have mistakes
            sys.exit(done.stderr)
        site = read_site(Ask(root=self.vault, cache=self.work / "cache"), _quiet).site
        documents = [document(note, site.bodies[path]) for path, note in sorted(site.vault.notes.items())]
        documents = [one for one in documents if (self.site / one.url / "index.html").is_file()]
        for one in documents:
            target = self.pages / one.url / "index.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.site / one.url / "index.html", target)
        self._pagefind()
        return documents

    def _pagefind(self) -> None:
        lists = ".backlinks, .related, .pager, .toc, .breadcrumbs, .tags, .meta, .permalink"
        command = [sys.executable, "-m", "pagefind", "--site", str(self.pages), "--quiet"]
        command += ["--root-selector", "article", "--exclude-selectors", lists]
        subprocess.run(command, check=True, capture_output=True)

    def run(self, queries: Sequence[Query]) -> list[Result]:
        """Ask both engines."""
        with _served(self.work) as address, _browser() as page:
            page.goto(f"{address}/kb/404.html")
            client = next((self.site / "_search").glob("client.*.js")).name
            page.evaluate(
                _START, {"client": f"/kb/_search/{client}", "pagefind": "/pages/pagefind/pagefind.js"}
            )
            return [Result(query, page.evaluate(_ASK, _asked(query))) for query in queries]


def _asked(query: Query) -> dict[str, str]:
    mode = "typed" if query.kind == "as-you-type" else "submitted"
    return {"text": query.text, "url": query.url, "mode": mode}


_START = """async ({client, pagefind}) => {
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = client; script.onload = resolve; script.onerror = reject;
    document.head.append(script);
  });
  window.kb = KBSearch.create({base: new URL("/kb/", location).href, backend: "shards"});
  window.pagefind = await import(pagefind);
  await window.pagefind.options({baseUrl: "/"});
  await window.pagefind.init();
}"""
_ASK = """async ({text, url, mode}) => {
  const plain = (found) => {
    const address = found.replace(/^\\//, "").replace(/index\\.html$/, "");
    try { return decodeURI(address); } catch { return address; }
  };
  const place = (found) => found.map(plain).indexOf(plain(url)) + 1;
  const ours = await window.kb.search(text, {mode, limit: 10, offset: 0, tag: "", kind: "", since: ""});
  const theirs = await window.pagefind.search(text);
  const first = await Promise.all(theirs.results.slice(0, 10).map((result) => result.data()));
  return {
    kb: place(ours.hits.map((hit) => hit.url)),
    Pagefind: place(first.map((data) => data.raw_url || data.url)),
  };
}"""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder over HTTP on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - heavy, and only here

    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if binary is None:
        sys.exit("no Chromium is installed here")
    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        browser = play.chromium.launch(executable_path=binary, args=flags)
        yield browser.new_page()
        browser.close()


def _quiet(_what: str, _done: int, _all: int) -> None:
    """Hear of progress, and say nothing."""


def score(results: Iterable[Result], engine: str) -> float:
    """The mean reciprocal rank among the first ten."""
    return mean(1 / rank if (rank := result.ranks[engine]) else 0.0 for result in results)


def table(name: str, results: Sequence[Result]) -> list[str]:
    """Prints a vault's scores, and gives the bars it missed."""
    missed = []
    print(f"\n{name:<28}{'kb':>8}{'Pagefind':>10}{'lead':>8}   first of ten: kb, Pagefind   queries")
    for kind in dict.fromkeys(result.query.kind for result in results):
        some = [result for result in results if result.query.kind == kind]
        ours, theirs = score(some, KB), score(some, PAGEFIND)
        firsts = [mean(result.ranks[engine] == 1 for result in some) for engine in (KB, PAGEFIND)]
        bad = ours < theirs - WORST
        print(
            f"  {kind:<26}{ours:8.3f}{theirs:10.3f}{ours - theirs:+8.3f}   {firsts[0]:10.2f} {firsts[1]:9.2f}"
            f"      {len(some):8}{'   FAIL' if bad else ''}"
        )
        if bad:
            missed.append(f"{name}: {kind} is {theirs - ours:.3f} below Pagefind's")
    ours, theirs = score(results, KB), score(results, PAGEFIND)
    print(f"  {'mean':<26}{ours:8.3f}{theirs:10.3f}{ours - theirs:+8.3f}")
    return missed if ours > theirs else [*missed, f"{name}: the mean is not above Pagefind's"]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--vault", type=Path, action="append", help="a vault to measure on, instead of the corpora"
    )
    parser.add_argument("--classes", nargs="+", choices=CLASSES, default=CLASSES, help="classes of queries")
    parser.add_argument("--each", type=int, default=EACH, help="queries a class")
    parser.add_argument("--show", action="store_true", help="show the queries that missed")
    arguments = parser.parse_args()
    vaults = arguments.vault or [vault for name in VAULTS if (vault := CORPORA / name).is_dir()]
    if not vaults:
        sys.exit(f"no vault is in {CORPORA} (set KB_CORPORA, or name one with --vault)")
    everything: list[Result] = []
    missed: list[str] = []
    for vault in vaults:
        contest = Contest(vault)
        maker = Maker(contest.prepare())
        queries = [query for kind in arguments.classes for query in maker.queries(kind, arguments.each)]
        results = contest.run(queries)
        missed += table(vault.name, results)
        everything += results
        if arguments.show:
            for result in results:
                if result.ranks[KB] != 1:
                    print(
                        "   ",
                        result.query.kind,
                        json.dumps(result.query.text),
                        result.query.url,
                        result.ranks,
                    )
    lead = score(everything, KB) - score(everything, PAGEFIND)
    print(f"\nall vaults: {lead:+.3f} beside Pagefind (bar: {LEAD:+.2f})")
    if lead < LEAD:
        missed.append("the lead over all vaults is too small")
    slips = [result for result in everything if result.query.kind == "title-typo"]
    if slips:
        print(f"typos: {score(slips, KB):.3f} (bar: {TYPOS})")
        if score(slips, KB) < TYPOS:
            missed.append("typos are found too seldom")
    print("\n".join(("", *missed)) if missed else "every bar is held")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
