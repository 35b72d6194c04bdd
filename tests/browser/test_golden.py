"""The main pages look as they did when somebody last looked at them: ``golden/`` holds their pictures.

The fonts are those of ``fonts.conf``; where they are absent, the tests are skipped. Two versions of Chromium never draw
letters alike. Where this one is the one that made the pictures, a page is compared with its picture, pixel by pixel and
with a tolerance. With any other what is compared is where things stand: each part about as far from the left and about
as wide as it was, in the same order from top to bottom.

``KB_GOLDEN=1 pytest tests/browser/test_golden.py`` makes the pictures anew. Look at them before they are kept.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from browser import searched
from browser.conftest import has_fonts
from browser.preview import KB, SRC

pytestmark = pytest.mark.xdist_group("browser")

GOLDEN = Path(__file__).parent / "golden"
FACTS = GOLDEN / "facts.json"
MAKING = os.environ.get("KB_GOLDEN") == "1"
#: Pictures are half the size of the page: a few kB each, and all that an eye would miss is still in them.
SCALE = 0.5
HEIGHT = 1000
#: How many of a thousand points may differ by more than a shade.
TOLERANCE = 4
#: How far, in hundredths of the window, a part may stand from where it stood, in other letters.
SHIFT = 12

PARTS = (
    ".brand", ".menu", ".tools", "h1", ".breadcrumbs", ".meta", ".tags", ".toc", ".body", ".body h2", ".highlight",
    ".copy", ".callout", ".body table", ".footnotes li", ".backlinks", ".contents", ".leaders", ".tree", ".search-field",
)  # fmt: skip

PROSE = (
    "What is kept in a commonplace book is what its keeper wants to find again, in the words that led to it. "
)
NOTE = f"""---
title: On keeping a commonplace book
date: 2024-03-01
updated: 2024-05-01
tags: [books, habits/writing]
series: Habits
order: 1
---

{PROSE * 3}It was said in 1706.[^locke] See [[On reading|what to read]].

## Heads and indexes

{PROSE * 2}

> [!tip] Two letters
> The first letter of the head, and the first vowel after it.

| Head | Pages | Since |
|---|---:|---:|
| Beauty | 12 | 1701 |
| Memory | 4 | 1704 |

```python
def head(word):
    return word[0], next(letter for letter in word[1:] if letter in "aeiou")
```

### In practice

- one page for each head,
- the index on the first two.

{PROSE * 4}

[^locke]: A New Method of Making Common-Place-Books, in two pages and an index of a hundred cells.
"""
FILES = {
    "config.yaml": "title: A commonplace book\nbase_url: https://example.org/\n"
    "menu:\n  - title: By date\n    link: archive/\n  - title: Tags\n    link: tags/\n",
    "content/index.md": f"# A commonplace book\n\n{PROSE * 2}\n",
    "content/habits/On keeping.md": NOTE,
    "content/habits/On reading.md": "---\ntitle: On reading\ndate: 2024-02-01\ntags: [books]\nseries: Habits\norder: 2\n---\n\n"
    "Slowly. It begins with [[On keeping|keeping a book]].\n",
    **{
        f"content/days/Day {day}.md": f"---\ntitle: The {day}th day\ndate: 202{day % 4}-01-{day:02}\ntags: [days, books]\n---\n\nA day.\n"
        for day in range(4, 14)
    },
}

#: The pages in the default theme, and those that another theme sets out its own way, in that one.
PAGES = {
    "home": "paper/",
    "note": "paper/habits/on-keeping/",
    "tag": "paper/tags/books/",
    "contents": "paper/contents/",
    "desk-home": "desk/",
    "desk-note": "desk/habits/on-keeping/",
    "desk-tag": "desk/tags/books/",
}
CASES = [
    (name, path, width, scheme)
    for name, path in PAGES.items()
    for width in (360, 820, 1440)
    for scheme in (("light", "dark") if name.endswith("note") and width == 1440 else ("light",))
]

#: What tells two sets of fonts apart: how wide some words are in each of the theme's.
FONTS = """() => ["--serif", "--sans", "--mono"].map((name) => {
  const words = document.createElement("span");
  words.textContent = "Hamburgefonstiv 0123456789 “ßœ” fi";
  words.style.setProperty("font", `100px ${getComputedStyle(document.documentElement).getPropertyValue(name)}`);
  words.style.setProperty("position", "absolute");
  words.style.setProperty("white-space", "nowrap");
  document.body.append(words);
  const width = words.getBoundingClientRect().width;
  words.remove();
  return Math.round(width);
})"""
PLACES = """(parts) => Object.fromEntries(parts.flatMap((part) => {
  const box = document.querySelector(part)?.getBoundingClientRect();
  return box?.width ? [[part, [box.x, box.y, box.width, box.height].map(Math.round)]] : [];
}))"""
#: How many of a thousand points of two pictures differ by more than a shade; 1000 for pictures of two sizes.
DIFFERENCE = """async (pictures) => {
  const [one, other] = await Promise.all(pictures.map(async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const { width, height } = picture;
    const sheet = new OffscreenCanvas(width, height).getContext("2d");
    sheet.drawImage(picture, 0, 0);
    return { width, height, points: sheet.getImageData(0, 0, width, height).data };
  }));
  if (one.width !== other.width || one.height !== other.height) return 1000;
  let differ = 0;
  for (let at = 0; at < one.points.length; at += 4) {
    const most = Math.max(...[0, 1, 2].map((part) => Math.abs(one.points[at + part] - other.points[at + part])));
    if (most > 40) differ += 1;
  }
  return (4000 * differ) / one.points.length;
}"""


@pytest.fixture(scope="module", autouse=True)
def _fonts() -> None:
    if not has_fonts():
        why = "the fonts of the pictures are not installed: Debian's fonts-liberation"
        if os.environ.get("KB_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{why}, and KB_REQUIRE_BROWSER=1 asks for them")
        pytest.skip(why)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same notes in either theme, each site in a folder of its theme's name."""
    web = tmp_path_factory.mktemp("golden")
    for theme in ("paper", "desk"):
        root = tmp_path_factory.mktemp(theme)
        config = f"{FILES['config.yaml']}theme: {theme}\n"
        for name, text in {**FILES, "config.yaml": config}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(root / "cache")}
        command = [*KB, "-C", str(root), "build", "--output", str(web / theme)]
        subprocess.run(command, env=env, check=True, capture_output=True)
    with searched.served(web) as address:
        yield address


@pytest.fixture(scope="module")
def facts() -> Iterator[dict[str, Any]]:
    """What is known of the pictures: which browser and fonts made them, and where the parts of each page stood."""
    known: dict[str, Any] = json.loads(FACTS.read_text("utf-8")) if FACTS.is_file() else {}
    yield known
    if MAKING:
        FACTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")


def read(page: Page, address: str) -> None:
    """The page as it is when nothing more will come."""
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize(("name", "path", "width", "scheme"), CASES, ids=lambda each: str(each) or "root")
def test_a_page_looks_as_when_somebody_last_looked_at_it(
    chromium: Browser,
    site: str,
    facts: dict[str, Any],
    name: str,
    path: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, device_scale_factor=SCALE
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    read(page, site + path)
    file = GOLDEN / f"{name}-{width}-{scheme}.png"
    places = page.evaluate(PLACES, list(PARTS))
    machine = [chromium.version.partition(".")[0], *page.evaluate(FONTS)]
    picture = page.screenshot()
    if MAKING:
        GOLDEN.mkdir(exist_ok=True)
        file.write_bytes(picture)
        facts["machine"] = machine
        facts[file.name] = places
    elif machine == facts["machine"]:
        pictures = [base64.b64encode(data).decode() for data in (file.read_bytes(), picture)]
        assert page.evaluate(DIFFERENCE, pictures) <= TOLERANCE
    else:
        assert moved(facts[file.name], places, width) == []
    context.close()


def moved(before: Mapping[str, list[int]], now: Mapping[str, list[int]], width: int) -> list[str]:
    """Which parts of a page stand elsewhere than they did, whatever the letters are."""
    found = [f"{part} came or went" for part in sorted(before.keys() ^ now.keys())]
    both = [part for part in PARTS if part in before and part in now]
    for part in both:
        for what, at in (("from the left", 0), ("wide", 2)):
            if abs(before[part][at] - now[part][at]) * 100 > SHIFT * width:
                found.append(f"{part} is {now[part][at]} {what}, was {before[part][at]}")
    below = [
        f"{other} stands no longer below {one}"
        for one in both
        for other in both
        if before[one][1] + before[one][3] <= before[other][1] and now[other][1] < now[one][1]
    ]
    return found + below


def test_in_other_letters_it_is_noticed_where_a_part_stands_elsewhere() -> None:
    before = {"h1": [100, 10, 300, 40], ".body": [100, 60, 600, 900]}
    assert moved(before, {"h1": [105, 12, 280, 44], ".body": [100, 70, 630, 1000]}, 1440) == []
    assert moved(before, {".body": [100, 60, 600, 900]}, 1440) == ["h1 came or went"]
    assert moved(before, {**before, "h1": [400, 10, 300, 40]}, 1440) == ["h1 is 400 from the left, was 100"]
    assert ".body stands no longer below h1" in moved(before, {**before, ".body": [100, 5, 600, 900]}, 1440)
