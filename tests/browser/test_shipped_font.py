"""The font that comes with the theme: it is seen, its small caps are drawn, and nothing moves for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser import searched
from browser.conftest import has_fonts
from browser.preview import KB, SRC

pytestmark = pytest.mark.xdist_group("browser")

PROSE = (
    "What is kept in a commonplace book is what its keeper wants to find again, in the words that led to it. "
)
NOTE = f"---\ntitle: On keeping\ndate: 2024-03-01\n---\n\n{PROSE * 9}\n\n*{PROSE.strip()}*\n\n{PROSE * 5}\n"
SHIFTS = (
    "window.shifts = []; new PerformanceObserver((list) => { for (const each of list.getEntries())"
    " shifts.push(each.value); }).observe({ type: 'layout-shift', buffered: true })"
)
#: How wide some words are in the font of the text, and whether a small cap is another glyph than a large one made smaller.
MEASURED = """() => {
  const width = (style) => {
    const words = document.createElement("span");
    words.textContent = "What its keeper wants to find again, in the words that led to it";
    for (const [name, value] of Object.entries({ position: "absolute", "white-space": "nowrap", "font-size": "100px", ...style }))
      words.style.setProperty(name, value);
    document.querySelector(".body").append(words);
    const { width } = words.getBoundingClientRect();
    words.remove();
    return width;
  };
  const caps = { "font-variant-caps": "all-small-caps" };
  return {
    text: width({}),
    real: width(caps),
    made: width({ ...caps, "font-feature-settings": '"smcp" 0, "c2sc" 0' }),
    ready: [...document.fonts].filter(({ family, status }) => family === "Commonplace" && status === "loaded").length,
  };
}"""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same note in either theme, with the font."""
    web = tmp_path_factory.mktemp("fonts")
    for theme in ("paper", "desk"):
        root = tmp_path_factory.mktemp(theme)
        (root / "content").mkdir()
        (root / "content" / "on keeping.md").write_text(NOTE, "utf-8")
        (root / "config.yaml").write_text(
            f"title: Kept\ntheme: {theme}\nlook: {{font: commonplace}}\n", "utf-8"
        )
        env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(root / "cache")}
        command = [*KB, "-C", str(root), "build", "--output", str(web / theme)]
        subprocess.run(command, env=env, check=True, capture_output=True)
    with searched.served(web) as address:
        yield address


def seen(chromium: Browser, address: str, width: int, *, comes: bool) -> dict[str, Any]:
    """What is measured on a note, where the font comes at once or never."""
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    if not comes:
        page.route("**/*.woff2", lambda route: route.abort())
    page.add_init_script(SHIFTS)
    page.goto(address, wait_until="networkidle")
    page.reload(wait_until="networkidle")  # by now it is there in time
    page.evaluate("document.fonts.ready")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: dict[str, Any] = page.evaluate(MEASURED)
    found["shifts"] = page.evaluate("shifts")
    found["fonts"] = {Path(url).name.partition(".")[0] for url in asked if url.endswith(".woff2")}
    context.close()
    return found


@pytest.mark.parametrize(("theme", "width"), [("paper", 360), ("desk", 1440)])
def test_nothing_moves_whether_the_font_comes_or_not(
    chromium: Browser, sites: str, theme: str, width: int
) -> None:
    if not has_fonts():
        pytest.skip("the font that stands in is not installed: Debian's fonts-liberation")
    with_it = seen(chromium, f"{sites}{theme}/on-keeping/", width, comes=True)
    without = seen(chromium, f"{sites}{theme}/on-keeping/", width, comes=False)
    assert with_it["shifts"] == without["shifts"] == []
    assert with_it["fonts"] == {"commonplace-normal", "commonplace-italic"}
    assert with_it["ready"] == 2
    assert without["ready"] == 0
    # Small caps are drawn, and not made of large ones.
    assert with_it["real"] != with_it["made"]
    # What stands in is as wide.
    assert abs(with_it["text"] - without["text"]) < 0.03 * with_it["text"]
