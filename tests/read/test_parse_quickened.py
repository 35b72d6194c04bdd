"""The rules that are asked only where they may match give the same tokens as all rules asked everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.model.settings import Dialect, Html
from kb.read import dialect as dialects
from kb.read.dialect import markdown
from read.test_parse_laws import texts

DIALECT = Dialect(html=Html.TRUSTED, typographer=False)


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
