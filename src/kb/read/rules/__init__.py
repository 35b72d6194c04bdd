"""The rules of the dialect beyond CommonMark: one file per rule.

Each module exports ``add_<name>(md, dialect)``, which teaches one rule to a `MarkdownIt`. A rule says
what the author did wrong in ``env["mistakes"]``, one tuple for each mistake: code, line and column in
the parsed text (both from zero), message, hint. What a page must load, it adds to ``env["needs"]``.

`comments` is the exception: comments are taken out of the text before any rule sees it.
"""
