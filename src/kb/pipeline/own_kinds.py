"""The kinds of notes that a site adds itself, as a plugin like any other."""

from __future__ import annotations

import msgspec

from kb.disk.kept import keep, kept
from kb.disk.kinds import kind_files
from kb.disk.versions import versions
from kb.model.kinds import Schema
from kb.pipeline.opening import BadConfig, Opened
from kb.plugin import Plugin
from kb.view.site import Kind
from kb.view.theme import FRAMES, digest_of


class _Schemas(msgspec.Struct, frozen=True):
    all: tuple[Schema, ...]


def own_kinds(opened: Opened, taken: frozenset[str]) -> tuple[Plugin, ...]:
    """The plugin that brings them, if there are any. `taken` are the names of the kinds that are known already.

    Its version is a digest of the files: a changed field makes every note anew. Raises `BadConfig` with every mistake
    in them, `Refused` where one cannot be read.
    """
    files = kind_files(opened.root)
    if not files:
        return ()
    schemas = _schemas(opened, files, taken | FRAMES)
    kinds = tuple(Kind(schema) for schema in schemas)
    return (Plugin("kinds of the site", digest_of(sorted(files.items())), kinds=kinds),)


def _schemas(opened: Opened, files: dict[str, str], taken: frozenset[str]) -> tuple[Schema, ...]:
    """What the files say. Remembered by their text, as the configuration is."""
    key = f"{versions()}\n{sorted(taken)}\n{sorted(files.items())}"
    if (known := kept(opened.cache, "kinds", key, _Schemas)) is not None:
        return known.all
    from kb.read.kind_files import read_kind  # noqa: PLC0415 - YAML takes 30 ms, and most commands find it unchanged

    read = [read_kind(path, text, taken) for path, text in files.items()]
    problems = tuple(problem for _, found in read for problem in found)
    if problems:
        raise BadConfig(problems)
    schemas = tuple(schema for schema, _ in read if schema is not None)
    keep(opened.cache, "kinds", key, _Schemas(schemas))
    return schemas
