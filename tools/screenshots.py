"""Take the pictures of the manual anew: ``make screenshots``, into ``docs/pictures/``.

This repository's own notes are built in both themes, served, and looked at by the Chromium of this machine, as the
browser tests do it and in their fonts; what a terminal shows is drawn as a page. Equal sites give equal pictures on one
machine: the clock is in none of them. Look at what is written before it is kept. ``tests/test_screenshots.py`` holds
each to its weight, and the manual to naming all of them.
"""

from __future__ import annotations

import html
import io
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from browser import searched  # noqa: E402 - it lies among the tests
from browser.conftest import FONTS, NAMES, OPTIONS  # noqa: E402 - the same

PICTURES = ROOT / "docs" / "pictures"
KB = [sys.executable, "-m", "kb"]
QUALITY = 70
WIDE, PHONE = (1200, 780), (360, 720)


class Scene(NamedTuple):
    """A picture: which page, in which window and scheme, and what a reader does there first."""

    path: str
    size: tuple[int, int] = WIDE
    scheme: str = "light"
    first: Callable[[Page], object] = lambda _page: None


def search(page: Page) -> None:
    """Search for something, as far as its results."""
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Search the notes").press_sequentially("geometric mean", delay=10)
    page.locator("dialog [role=option]").first.wait_for()
    page.wait_for_timeout(500)


def preview(page: Page) -> None:
    """Rest on a link until it shows what is behind it."""
    page.locator(".note > .body a", has_text="Entanglement").first.hover()
    page.locator(".preview").wait_for()


def settle(page: Page) -> None:
    """Wait until the drawing of all notes stands still."""
    page.locator("canvas").wait_for()
    page.wait_for_timeout(6000)


def to(selector: str) -> Callable[[Page], object]:
    """Scroll until this is at the top of the window."""
    return lambda page: page.locator(selector).first.evaluate("(each) => each.scrollIntoView()")


SCENES = {
    "home": Scene("paper/"),
    "note": Scene("paper/ml/machine-learning-debt/"),
    "preview": Scene("paper/ml/machine-learning-debt/", (820, 780), first=preview),
    "connections": Scene("paper/ml/entanglement/", (820, 780), first=to(".backlinks")),
    "search": Scene("paper/statistics/which-mean-when/", (820, 700), first=search),
    "graph": Scene("paper/graph/", (1000, 780), first=settle),
    "reviews": Scene("paper/kinds/review/", (1000, 700)),
    "decision": Scene("paper/laptop/choosing-a-laptop/", (1000, 780), first=to("figure.decision")),
    "dark": Scene("paper/statistics/gaussian-mixture-models/", scheme="dark"),
    "phone": Scene("paper/films/yentl/", PHONE),
    "desk": Scene("desk/ml/machine-learning-debt/", (1440, 860)),
}

#: What is typed, before the next is, into a folder that has just one note with mistakes.
SESSION = (["init", "notes"], ["-C", "notes", "check"], ["-C", "notes", "build"])
MISTAKEN = """\
---
title: Sourdough
date: 2026-03-01
tags: [bread]
---

Feed it twice a day; for the rest see [[How to wirte]].

![[loaf.jpg]]
"""
STYLES = {
    "1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "34": "blue", "35": "magenta", "36": "cyan",
}  # fmt: skip
SHEET = """
html { font: 15px/1.5 "DejaVu Sans Mono", monospace; background: #1b1a18; color: #ddd8cf; }
body { margin: 0; padding: 20px 24px; inline-size: 96ch; }
pre { margin: 0; font: inherit; white-space: pre-wrap; }
.bold { font-weight: 700; } .dim { opacity: .7; } .red { color: #ef8a80; } .yellow { color: #e2be6a; }
.green { color: #9ccb86; } .cyan { color: #82c4c9; } .blue { color: #8fb0e6; } .magenta { color: #d09ad0; }
"""


def main() -> int:
    """Take them; say which are new."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        print("this takes a Chromium")
        return 2
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        web = built(folder)
        chromium = playwright.chromium.launch(
            executable_path=browser, args=OPTIONS, env={**os.environ, "FONTCONFIG_FILE": str(FONTS)}
        )
        with searched.served(web) as address:
            for name, scene in SCENES.items():
                keep(name, taken(chromium, address, scene))
        keep("terminal", terminal(chromium, folder))
        chromium.close()
    return 0


def built(folder: Path) -> Path:
    """A folder with the owner's site in each of the themes."""
    config = (ROOT / "config.yaml").read_text("utf-8")
    for theme in ("paper", "desk"):
        root = folder / theme
        shutil.copytree(ROOT / "content", root / "content")
        (root / "config.yaml").write_text(re.sub(r"(?m)^theme: .*$", f"theme: {theme}", config), "utf-8")
        command = [*KB, "-C", str(root), "build", "--output", str(folder / "web" / theme)]
        subprocess.run(command, env=environment(folder), check=True, capture_output=True)
    return folder / "web"


def environment(folder: Path) -> dict[str, str]:
    """That of a person with a terminal in colour and nothing remembered."""
    path = f"{ROOT / 'src'}"
    return {
        **os.environ,
        "PYTHONPATH": path,
        "KB_CACHE_DIR": str(folder / "cache"),
        "COLUMNS": "92",
        "TERM": "xterm-256color",
    }


def taken(chromium: Browser, address: str, scene: Scene) -> bytes:
    """The scene as PNG."""
    width, height = scene.size
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scene.scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address + scene.path, wait_until="networkidle")
    scene.first(page)
    page.wait_for_timeout(300)
    picture = page.screenshot()
    context.close()
    return picture


def terminal(chromium: Browser, folder: Path) -> bytes:
    """What a person sees who begins a site and mistypes, as PNG."""
    root = folder / "session"
    root.mkdir()
    said = []
    for words in SESSION:
        shown = html.escape(" ".join(words))
        said.append(
            f'<span class="dim">$</span> <span class="bold">kb {shown}</span>\n{typed(words, root, folder)}'
        )
        (root / "notes" / "content" / "Sourdough.md").write_text(MISTAKEN, "utf-8")
    page = chromium.new_page(viewport={"width": 940, "height": 400})
    page.set_content(f"<style>{SHEET}</style><pre>{chr(10).join(said)}</pre>")
    return page.locator("body").screenshot()


def typed(words: list[str], root: Path, folder: Path) -> str:
    """What kb says to a terminal, as HTML. How long it took is always the same, since pictures should be."""
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [*KB, *words], cwd=root, env=environment(folder), stdin=inner, stdout=inner, stderr=inner
    )
    os.close(inner)
    said = b""
    try:
        while part := os.read(outer, 65536):
            said += part
    except OSError:  # so a terminal ends
        pass
    process.wait()
    os.close(outer)
    lines = said.decode().replace("\r\n", "\n").split("\n")
    text = "\n".join(re.sub(r"\x1b\[\d*K", "", line.rpartition("\r")[2]) for line in lines)
    return in_html(re.sub(r"in \d+\.\d+ s", "in 0.29 s", text))


def in_html(text: str) -> str:
    """A terminal's colours as spans."""
    parts, opened = [], 0
    for at, part in enumerate(re.split(r"\x1b\[([\d;]*)m", text)):
        if at % 2 == 0:
            parts.append(html.escape(part))
        elif part in {"", "0"}:
            parts.append("</span>" * opened)
            opened = 0
        else:
            names = " ".join(STYLES[code] for code in part.split(";") if code in STYLES)
            parts.append(f'<span class="{names}">')
            opened += 1
    return "".join(parts)


def keep(name: str, picture: bytes) -> None:
    """Write the picture, unless the one that is there shows the same."""
    file = PICTURES / f"{name}.webp"
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    data = io.BytesIO()
    image.save(data, "WEBP", quality=QUALITY, method=6)
    if file.is_file() and file.read_bytes() == data.getvalue():
        return
    file.write_bytes(data.getvalue())
    print(f"{file.relative_to(ROOT)}: {image.width} by {image.height}, {file.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
