"""The Markdown of a vault: which rules there are, in one list, and their settings.

The base is CommonMark with GFM tables, strikethrough and bare addresses. Our own syntax is one module
for each rule, in `kb.read.rules`; links and block ids, which the renderer must know, are beside this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from kb.model.settings import Dialect, Html
from kb.read.blocks import name_blocks
from kb.read.equations import add_references
from kb.read.links import add_links
from kb.read.quick_blocks import Blocks
from kb.read.quick_inlines import Inlines
from kb.read.rules.callouts import add_callouts
from kb.read.rules.code import Color, add_code, spans
from kb.read.rules.comments import add_comments
from kb.read.rules.footnotes import add_footnotes
from kb.read.rules.marks import add_marks
from kb.read.rules.maths import add_maths
from kb.read.rules.passages import add_passages
from kb.read.rules.reblogs import add_reblogs
from kb.read.rules.tags import add_tags
from kb.read.rules.tasks import add_tasks
from kb.read.rules.typography import add_typography

#: Levels of nesting that are read; a list takes two, a quote one. What lies deeper becomes text. A callout
#: takes four calls for its level, of the thousand that Python allows: 200 levels left too few to the caller.
NESTING = 150

#: One after the other: a later rule may put itself before an earlier one.
RULES: tuple[Callable[[MarkdownIt, Dialect], None], ...] = (
    add_footnotes,
    add_callouts,
    add_tasks,
    add_code,
    add_maths,
    add_references,
    add_marks,
    add_tags,
    add_comments,
    add_typography,
)


def markdown(
    dialect: Dialect,
    syntax: Sequence[Callable[[MarkdownIt], None]] = (),
    fences: Iterable[str] = (),
    color: Color = spans,
) -> MarkdownIt:
    """A parser of this dialect, `syntax` being what plugins add to it, `fences` the languages that they know.

    `color` makes the HTML of code.
    """
    md = base(dialect)
    add_links(md)
    for add in RULES:
        add(md, dialect)
    md.core.ruler.after("block", "name_blocks", name_blocks)
    add_passages(md, dialect)
    add_reblogs(md, dialect)
    for extend in syntax:
        extend(md)
    md.options["kb fences"] = frozenset(fences)
    md.options["kb color"] = color
    md.block, md.inline = Blocks(md.block), Inlines(md.inline)
    md.core.ruler.disable(
        ["normalize", "text_join"]
    )  # `decode` does the one, our renderer needs not the other
    return md


def base(dialect: Dialect) -> MarkdownIt:
    """What the dialect rests on: other people's rules alone."""
    options = {
        "maxNesting": NESTING,
        "html": dialect.html is not Html.ESCAPE,
        "breaks": dialect.hard_breaks,
        "tasklists": True,
    }
    md = MarkdownIt("js-default", options)
    md.disable(["linkify", "replacements", "smartquotes"])  # GFM's addresses and our own typography instead
    md.use(gfm_autolink_plugin)
    md.use(deflist_plugin)
    return md
