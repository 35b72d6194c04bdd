"""A plugin: one optional pure function per arrow of the pipeline.

What kb adds itself (`kb.features`) comes through this same door. A plugin of somebody else's is found by
the entry point group ``kb.plugins`` or as ``module:name``, and only if `config.yaml` names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.link.vault import Vault
from kb.model.fenced import Fence, GraphFence
from kb.model.note import Note
from kb.model.problem import Problem
from kb.view.site import Kind, Maker


@dataclass(frozen=True, slots=True)
class Plugin:
    """What a plugin may do; every part is optional and pure.

    `version` is part of the note store's key: raise it whenever `syntax` or `note` change what they do.
    `syntax` is given a ``markdown_it.MarkdownIt`` to extend. `note` maps each note after parsing.
    `problems` finds mistakes in the whole vault. `pages` claims output files. `kinds` are kinds of notes with their
    fields; of two of one name, the later counts. `fences` make something other than code of fenced blocks, by language;
    so do `graphs`, which are given what lays out graphs.
    """

    name: str
    version: str
    syntax: Callable[[Any], None] | None = None
    note: Callable[[Note], Note] | None = None
    problems: Callable[[Vault], Iterable[Problem]] | None = None
    pages: Maker | None = None
    kinds: tuple[Kind, ...] = ()
    fences: Mapping[str, Fence] = field(default_factory=dict)
    graphs: Mapping[str, GraphFence] = field(default_factory=dict)
