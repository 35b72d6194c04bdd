"""Tasks: ``- [ ]`` is open, ``- [x]`` is done, and so is any other mark.

The mark is kept as the item's ``data-task``, so that a theme can tell ``[-]`` from ``[x]``. The box is
the first child of the item's text, where a reader of the page expects it in loose lists too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kb.model.settings import Dialect
from kb.read.rules.labels import Label, label

_TASK = re.compile(r"\[([^\[\]\s]\ufe0f?| )\][ \t]+(?=\S)")
#: A quick look at a whole note: without this in it, there is no task.
_ANY = re.compile(r"\[[^\[\]\n]{1,2}\][ \t]")


def add_tasks(md: MarkdownIt, dialect: Dialect) -> None:
    """Teach `md` tasks. Replaces its own, which know one mark."""
    md.options["tasklists"] = False
    md.core.ruler.after("block", "tasks", _tasks)
    name = escapeHtml(label(Label.TASK, dialect.language))
    md.renderer.rules["task_box"] = partial(_render, name)  # type: ignore[attr-defined] # the HTML renderer's


def _tasks(state: StateCore) -> None:
    if not _ANY.search(state.src):
        return
    for item, paragraph, text in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type == "list_item_open" and paragraph.type == "paragraph_open":
            found = _TASK.match(text.content)
            if found:
                _become_task(item, text, found)


def _become_task(item: Token, text: Token, found: re.Match[str]) -> None:
    mark = found[1]
    item.attrs = {"class": "task task-list-item", "data-task": mark}
    text.content = text.content[found.end() :]
    text.children = [Token("task_box", "input", 0, meta={"done": mark != " "})]


def _render(name: str, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    checked = " checked" if tokens[index].meta["done"] else ""
    return f'<input type="checkbox" disabled{checked} aria-label="{name}"> '
