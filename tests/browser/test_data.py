"""Tables and charts as readers meet them: sorted by a press, readable without a script, and nothing for axe to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from browser import axe
from website.web import built

pytestmark = pytest.mark.xdist_group("browser")

NOTE = """\
# One

```csv Costs
what,cost
ink,9
pen,10
paper,
card,1
```

```chart
type: bar
title: Costs, drawn
y: [cost, weight]
---
what,cost,weight
ink,9,3
pen,10,1
```

```chart
type: density
x: v
---
v,weight,mean,sd
1,0.5,1,0.4
1.2,0.5,3,0.5
3,,,
3.1,,,
```

```chart
type: box
---
one,two
1,3
2,5
9,6
```

```mermaid
flowchart LR
  first[Alder] -->|then| second[Birch] --> third[Cedar] --> fourth[Damson] --> fifth[Elder] --> sixth[Fir]
```

```mermaid
pie
  "Alder" : 3
  "Birch" : 2
```
"""


LABELS = """\
```chart
type: bar
---
what,cost
A rather long name for a bar,1200
WWWWWWWWWWWWWWWWWWWWWWWWWW,-5
September,3
```

```chart
type: line
---
date,price
2025-01-15,1000000
2025-02-15,1200000
2025-03-15,900000
2025-04-15,1000000
2025-05-15,1200000
2025-06-15,1000000
2025-07-15,1200000
```

```chart
type: scatter
---
far,high
1000000000000,-0.001
9000000000000,0.004
3000000000000,0.001
```

```chart
type: histogram
x: v
---
v
1000001
1000002
1000003.5
1000009
```

```chart
type: box
---
one,The other one with a long name
1,3000000
2,5000000
9,6000000
```
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(
        tmp_path_factory.mktemp("data"), {"one.md": NOTE, "labels.md": LABELS}, "search: false\n"
    ).folder


@pytest.fixture
def page(chromium: Browser, site: Path) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    page.goto((site / "one" / "index.html").as_uri())
    yield page
    context.close()


def column(page: Page) -> list[str]:
    cells = page.locator(".data-table >> nth=0 >> tbody >> td:first-child")
    return cells.all_inner_texts()


def test_a_column_of_numbers_is_sorted_the_greatest_first_and_empty_cells_last(page: Page) -> None:
    head = page.get_by_role("columnheader", name="cost").first
    head.get_by_role("button").click()
    assert column(page) == ["pen", "ink", "card", "paper"]
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").press("Enter")
    assert column(page) == ["card", "ink", "pen", "paper"]
    assert head.get_attribute("aria-sort") == "ascending"


def test_a_column_of_words_is_sorted_by_the_alphabet(page: Page) -> None:
    page.get_by_role("columnheader", name="what").first.get_by_role("button").click()
    assert column(page) == ["card", "ink", "paper", "pen"]


def test_without_a_script_the_rows_stand_as_they_were_written(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "one" / "index.html").as_uri())
    assert column(page) == ["ink", "pen", "paper", "card"]
    assert page.locator("figure.chart svg[role=img]").count() == 3
    context.close()


def test_nothing_moves_the_page_sideways_on_a_phone(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto((site / "one" / "index.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    chromium: Browser, site: Path, scheme: Literal["light", "dark"], axe_core: str
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto((site / "one" / "index.html").as_uri())
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert axe.faults(page, axe_core) == []
    context.close()


def test_no_label_is_cut_off_and_none_covers_another(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(viewport={"width": 1200, "height": 700})
    page = context.new_page()
    page.goto((site / "labels" / "index.html").as_uri())
    charts = page.evaluate(
        """[...document.querySelectorAll(".chart svg")].map((svg) => ({
            width: svg.viewBox.baseVal.width,
            height: svg.viewBox.baseVal.height,
            boxes: [...svg.querySelectorAll("text")].map((text) => {
                const { x, y, width, height } = text.getBBox();
                return [x, y, x + width, y + height];
            }),
        }))"""
    )
    assert len(charts) == 5
    for chart in charts:
        boxes = chart["boxes"]
        assert all(x >= 0 and right <= chart["width"] for x, _, right, _ in boxes)
        assert all(y >= -4 and bottom <= chart["height"] for _, y, _, bottom in boxes)
        pairs = [(one, other) for number, one in enumerate(boxes) for other in boxes[:number]]
        assert not [(one, other) for one, other in pairs if _overlap(one, other)]
    context.close()


def _overlap(one: list[float], other: list[float]) -> bool:
    """Whether the letters of two labels meet: their boxes are taller than these are."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0 and down > 4
