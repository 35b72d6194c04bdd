"""Small sites built whole, and their output as a browser, a crawler or a feed reader finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from kb.model.problem import Problem
from kb.pipeline.building import build
from kb.pipeline.opening import Ask

BASE = "https://example.org/sub/"
CONFIG = f"title: A site\nauthor: An author\nbase_url: {BASE}\n"
#: 2 pixels wide, 3 high.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000030806000000b9ead0e3"
    "0000000b49444154789c6360400600000e0001a5f3b2a60000000049454e44ae426082"
)


class Page(HTMLParser):
    """The start tags of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str, **with_: str) -> list[dict[str, str]]:
        """The attributes of each such tag that has these."""
        return [found for name, found in self.tags if name == tag and with_.items() <= found.items()]

    @property
    def ids(self) -> list[str]:
        """Every id, as often as it stands there."""
        return [found["id"] for _, found in self.tags if "id" in found]

    @property
    def addresses(self) -> list[str]:
        """Whatever the page links to or loads."""
        names = ("href", "src", "data", "poster")
        return [found[name] for _, found in self.tags for name in names if name in found]


@dataclass(frozen=True)
class Web:
    """A built site: its files, and what the build said."""

    folder: Path
    problems: tuple[Problem, ...] = ()
    base: str = BASE

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Every file of the output but kb's own notes about it."""
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        paths = {path.relative_to(self.folder).as_posix(): path for path in found}
        return {name: path.read_bytes() for name, path in paths.items() if not name.startswith(".kb/")}

    def text(self, path: str) -> str:
        return self.files[path].decode()

    def page(self, path: str) -> Page:
        return Page(self.text(path))

    def body(self, path: str) -> str:
        """What the author wrote on a note's page."""
        match = re.search(
            r'<div class="body e-content">\n(.*?)\n?</div>\n(?=<section|<nav|</article>)',
            self.text(path),
            re.DOTALL,
        )
        assert match, f"{path} is no page of a note"
        return match[1]

    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]

    def faults(self) -> Iterator[str]:
        """Links within the site that lead to nothing, and ids that stand twice in one page."""
        pages = {path: Page(data.decode()) for path, data in self.files.items() if path.endswith(".html")}
        for path, page in pages.items():
            for id_ in sorted({id_ for id_ in page.ids if page.ids.count(id_) > 1}):
                yield f"{path}: the id {id_!r} stands twice"
            for address in page.addresses:
                whole = urljoin(self.base + path, address)
                file, _, fragment = whole.partition("#")
                if not file.startswith(self.base):
                    if urlsplit(file).netloc == urlsplit(self.base).netloc:
                        yield f"{path}: {address} leads out of the site"
                    continue
                name = unquote(file.removeprefix(self.base))
                name = name + "index.html" if name.endswith("/") or not name else name
                if name not in self.files:
                    yield f"{path}: {address} leads to no file"
                elif fragment and name in pages and unquote(fragment) not in pages[name].ids:
                    yield f"{path}: {address} leads to no id"


def written(root: Path, files: Mapping[str, str | bytes], config: str = CONFIG) -> None:
    """Put these files into the site's folder, those of the content by their paths in it."""
    for path, data in {
        "config.yaml": config,
        **{f"content/{path}": data for path, data in files.items()},
    }.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))


def built(root: Path, files: Mapping[str, str | bytes], config: str = CONFIG) -> Web:
    """The site that these files make. A second call in the same folder adds to the first."""
    written(root, files, config)
    (root / "content").mkdir(exist_ok=True)
    return made(root, root / "site")


def made(root: Path, output: Path, base_url: str | None = None) -> Web:
    """The site in this folder, built."""
    report = build(Ask(root=root, output=output, base_url=base_url), lambda *_: None)
    base = report.opened.settings.base_url or BASE
    return Web(output, report.problems, base)
