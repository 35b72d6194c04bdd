"""What programs read: llms.txt, and what each page says as Markdown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from website.web import BASE, CONFIG, PNG, Web, built, written

TWINS = CONFIG + "twins: true\n"

NOTE = """---
title: "Kitchen: sink"
date: 2020-01-02
tags: [x]
secret: SECRET
---
# Kitchen: sink

*em* **strong** ~~del~~ ==mark== `code *x*` %%SECRET%% <!-- SECRET --> [[other|the *other*]], [[#Part]], [[hidden]],
<a href="other.md">raw</a>, #tag and 1 * 2_a < 3. ^SECRETblock

> [!warning]- Careful
> A callout
> > quoted

- one
  - two `` ` ``

    more of two
- [x] done
- [ ] open

3. three
4. four

## Part

```python
def f(): return "%%kept%%"
```

| a | b \\| c |
|---|:-:|
| 1 | [l](https://e.org/a_(c)) |

Term
: Meaning

![alt](pic.png "Cap")

![[other]]

A foot[^1] and a line\x20\x20
break. \\# no heading

1\\. no list

[^1]: The note.
"""
TOLD = """# Kitchen: sink

*em* **strong** ~~del~~ ==mark== `code *x*` [the *other*](https://example.org/sub/other/index.md), \
[Part](https://example.org/sub/a/index.md#part), hidden, [raw](https://example.org/sub/other/index.md), \
[#tag](https://example.org/sub/tags/tag/) and 1 \\* 2_a \\< 3.

> **Careful**
>
> A callout
>
> > quoted

- one
  - two `` ` ``

    more of two
- [x] done
- [ ] open

3. three
4. four

## Part

```python
def f(): return "%%kept%%"
```

| a | b \\| c |
| --- | --- |
| 1 | [l](<https://e.org/a_(c)>) |

**Term**

Meaning

![alt](https://example.org/sub/pic.png)

*Cap*

[Other](https://example.org/sub/other/index.md)

Other’s text.

A foot[^1] and a line\x20\x20
break. # no heading

1\\. no list

[^1]: The note.
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Web:
    notes: dict[str, str | bytes] = {
        "a.md": NOTE,
        "other.md": "# Other\n\nOther's text.\n",
        "hidden.md": "---\npublish: false\n---\nSECRET",
        "old.md": "---\npermalink: /2017/old.html\n---\nOld [[a]].",
        "f/index.md": "# The folder\n\n[[old]]",
        "pic.png": PNG,
    }
    return built(tmp_path_factory.mktemp("twins"), notes, TWINS)


def parted(text: str) -> tuple[dict[str, object], str]:
    """Front matter and text."""
    _, matter, body = text.split("---\n", 2)
    return yaml.safe_load(matter), body.lstrip("\n")


def test_a_twin_says_what_its_page_says(web: Web) -> None:
    facts, text = parted(web.text("a/index.md"))
    assert text == TOLD
    assert {str(name): str(fact) for name, fact in facts.items() if name != "description"} == {
        "title": "Kitchen: sink",
        "url": f"{BASE}a/",
        "date": "2020-01-02",
        "author": "An author",
        "tags": "['x', 'tag']",
        "lang": "en",
    }


def test_a_twin_keeps_the_secrets_that_its_page_keeps(web: Web) -> None:
    assert [
        path for path, data in web.files.items() if b"SECRET" in data and b"SECRETblock" not in data
    ] == []
    assert b"SECRET" not in web.files["a/index.md"] + web.files["llms.txt"]
    assert "hidden/index.md" not in web.files


def test_each_note_has_a_twin_beside_its_page_and_says_so(web: Web) -> None:
    twins = {"a/index.md", "other/index.md", "2017/old.html.md", "f/index.md"}
    assert {path for path in web.files if path.endswith(".md")} == twins
    for page, href in (("a/index.html", "../a/index.md"), ("2017/old.html", "../2017/old.html.md")):
        (link,) = web.page(page).all("link", type="text/markdown")
        assert link["href"] == href
    assert "(https://example.org/sub/2017/old.html.md)" in web.text("f/index.md")


def test_llms_txt_says_what_the_site_is_and_leads_to_the_notes(web: Web) -> None:
    text = web.text("llms.txt")
    assert text.startswith("# A site\n\nWritten by An author.\n\n## Notes\n\n")
    assert f"\n- [Other]({BASE}other/index.md): Other’s text.\n" in text
    addresses = re.findall(r"\((https://[^)]*)\)", text)
    names = [address.removeprefix(BASE) for address in addresses]
    assert [
        name for name in names if (name + "index.html" if name.endswith("/") else name) not in web.files
    ] == []


def test_a_large_site_is_told_by_what_is_central_and_what_is_new(tmp_path: Path) -> None:
    notes = {
        f"n{number}.md": f"---\ndate: 2020-01-{1 + number % 28:02}\n---\n[[n1]]" for number in range(120)
    }
    text = built(tmp_path, notes).text("llms.txt")
    assert f"## Central notes\n\n- [n1]({BASE}n1/)" in text
    assert text.count("\n- ") < 40


def test_twins_are_made_where_they_are_asked_for_and_llms_txt_unless_it_is_not_wanted(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "x"})
    assert "llms.txt" in web.files
    assert not [path for path in web.files if path.endswith(".md")]
    assert "text/markdown" not in web.text("a/index.html")
    assert "llms.txt" not in built(tmp_path, {}, CONFIG + "llms: false\n").files
    without = built(tmp_path, {}, "title: A site\ntwins: true\n")
    assert not [path for path in without.files if path.endswith((".md", "llms.txt"))]
    assert "text/markdown" not in without.text("a/index.html")


def test_a_link_that_comes_to_lead_to_a_note_leads_to_its_twin_in_the_next_build(tmp_path: Path) -> None:
    written(tmp_path, {"a.md": "[f](/f/)", "f/x.md": "x"}, TWINS)
    ask = Ask(root=tmp_path, cache=tmp_path / "cache")
    build(ask, lambda *_: None)
    assert f"({BASE}f/)" in (tmp_path / "site/a/index.md").read_text()
    written(tmp_path, {"f/index.md": "now a note"}, TWINS)
    report = build(ask, lambda *_: None).report
    assert f"({BASE}f/index.md)" in (tmp_path / "site/a/index.md").read_text()
    assert "f/x/index.md" not in report.written
