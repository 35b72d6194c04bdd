"""CommonMark and GFM come out as markdown-it-py alone gives them, wherever our syntax does not claim the text.

Compared are the specifications' own examples, read by our parser and written by our renderer, against the
library's own. Both sides are brought to one form first: addresses without a scheme are targets, and the
ids and permalinks of headings, which only we write, are left out.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.model.note import Link, LinkKind, Note
from kb.model.settings import Dialect, Html
from kb.read import dialect as dialects
from kb.read.addresses import scheme_of
from kb.read.dialect import base, markdown
from kb.read.links import target_of
from read.test_parse_laws import texts
from read.written import read

DIALECT = Dialect(html=Html.TRUSTED, typographer=False)
_EXAMPLE = re.compile(r"^`{32} example[^\n]*\n(.*?)^\.\n.*?^`{32}$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r'<a href="([^"]*)"(?: title="([^"]*)")?>')
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="([^"]*)")?>')

#: What our own syntax claims: for each reason how to see that a note is meant, and in how many examples it is.
REASONS: Mapping[str, Callable[[Note, str], bool]] = {
    "[[x]] and ![[x]] are links and embeds": lambda note, _: bool(
        _kinds(note) & {LinkKind.WIKI, LinkKind.EMBED}
    ),
    "#hashtag is a tag": lambda note, _: LinkKind.TAG in _kinds(note),
    "a relative address in raw HTML is a link": lambda note, _: LinkKind.ADDRESS in _kinds(note),
    "a scheme that is not allowed is shown as text": lambda note, _: any(
        p.code == "unsafe-link" for p in note.problems
    ),
    "code in a known language is coloured": lambda _, page: 'class="highlight"' in page,
    "a task keeps its mark, and any mark is one": lambda _, page: "data-task" in page,
    "footnotes": lambda _, page: 'class="footnotes"' in page,
    "an underscore in a word does not cut an address in two, as in GFM itself": lambda _, page: (
        "a.b-c_d@a.b" in page
    ),
    "a heading that would skip a level does not, and looks as it was written": lambda _, page: (
        re.search('<h2 class="h[3-6]">', page) is not None
    ),
    "an image with a title that stands alone is a figure": lambda _, page: "<figcaption>" in page,
    "a comment is read by its author alone": lambda _, page: "<!--" not in page,
}
CLAIMED = {
    "commonmark/spec.txt": (3, 1, 14, 4, 2, 0, 0, 0, 8, 10, 7),
    "gfm/spec.txt": (3, 1, 14, 4, 2, 2, 0, 1, 8, 10, 8),
    "gfm/extensions.txt": (0, 0, 0, 0, 0, 3, 1, 0, 0, 0, 1),
    "gfm/regression.txt": (0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
}


@pytest.mark.parametrize("name", CLAIMED)
def test_every_example_of_the_specifications_comes_out_as_the_base_gives_it(
    name: str, corpus: Callable[[str], Path]
) -> None:
    claimed: Counter[str] = Counter()
    for text in _examples(corpus(name).read_text(encoding="utf-8")):
        ours, note = _ours(text)
        if ours != _alone(text, has_title=note.title_span is not None):
            claimed[next((reason for reason, applies in REASONS.items() if applies(note, ours)), text)] += 1
    assert claimed == Counter(dict(zip(REASONS, CLAIMED[name], strict=True)))


@given(texts.filter(lambda text: "@" not in text))
@example("a_b__c_ d__e __f_g\n_h_i")
@example('**a** *b*, (_c_) __d e__. *f*g **h:**i *j.* **k *l* m** *n **o* p** ***q*** "*r*" *s\nt* *a\u00a0*')
@example("[**a** _b_](c) ~~d *e* f~~ *g ==h* i== *www.a.b* *http://c.d* *e@f.g* **`h`** *i&amp;j* \\*k* *l*")
@example("1. a\n   - b\n> c\nd\n===\n: e\n\nf\n\n: g\n| h |\n|---|\n| i |\n")
def test_asking_only_the_rules_that_may_match_changes_no_token(text: str) -> None:
    text = text.replace("\0", "").replace("%%", "")
    assert _tokens(_QUICK, text) == _tokens(_PLAIN, text)


def test_the_notes_of_a_real_vault_give_the_same_tokens(corpus: Callable[[str], Path]) -> None:
    for path in sorted(corpus("obsidian-help-en").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert _tokens(_QUICK, text) == _tokens(_PLAIN, text), path


def _examples(text: str) -> list[str]:
    return [match[1].replace("→", "\t") for match in _EXAMPLE.finditer(text)]


def _kinds(note: Note) -> set[LinkKind]:
    return {link.kind for link in note.links}


def _ours(text: str) -> tuple[str, Note]:
    # An empty line in front, for an example that begins with a rule must not begin with front matter.
    note, body = read("\n" + text if text.startswith("---") else text, dialect=DIALECT)
    page = body.html[0] + "".join(
        _gap(link) + piece for link, piece in zip(note.links, body.html[1:], strict=True)
    )
    page = re.sub(r'<a class="permalink".*?</a>', "", page)
    return re.sub(r'(<h[1-6]) id="[^"]*"', r"\1", page).strip("\n"), note


def _gap(link: Link) -> str:
    label = f" {link.label}" if link.kind is LinkKind.IMAGE else ""
    return f"⟦{link.target}#{link.subpath}{label} {link.title}⟧"


def _alone(text: str, *, has_title: bool) -> str:
    page = str(base(DIALECT).render(text))
    page = _LINK.sub(lambda m: _target(m, "", m[2]), page)
    page = _IMAGE.sub(lambda m: _target(m, f" {html.unescape(m[2])}", m[3]), page)
    if has_title:
        page = re.sub(r"<h1>(.*?)</h1>\n", r"\1", page, count=1, flags=re.DOTALL)
    return page.strip("\n")


def _target(match: re.Match[str], label: str, title: str | None) -> str:
    address = html.unescape(match[1])
    if scheme_of(address) is not None:
        return match[0]
    target, subpath = target_of(address)
    return f"⟦{target}#{subpath}{label} {html.unescape(title or '')}⟧"


def _unquickened() -> MarkdownIt:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dialects, "Blocks", lambda plain: plain)
        patch.setattr(dialects, "Inlines", lambda plain: plain)
        return markdown(DIALECT)


_QUICK, _PLAIN = markdown(DIALECT), _unquickened()


def _tokens(md: MarkdownIt, text: str) -> list[Any]:
    return [_fields(token) for token in md.parse(text, {"mistakes": []})]


def _fields(token: Token) -> Any:
    """All of a token, its children with neighbouring texts joined: where a text is cut is nobody's business."""
    children: list[Any] = []
    for child in token.children or ():
        if child.type in {"text", "text_special"}:
            if children and isinstance(children[-1], str):
                children[-1] += child.content
            elif child.content:
                children.append(child.content)
        else:
            children.append(_fields(child))
    fields = {name: getattr(token, name) for name in Token.__slots__ if name != "children"}
    return fields, children
