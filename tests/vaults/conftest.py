"""The corpora, each built once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from kb.model.note import Note
from kb.pipeline.building import Built, build
from kb.pipeline.opening import Ask
from kb.pipeline.reading import read_site
from vaults.crawled import BASE, Site, crawl


class Vault(NamedTuple):
    """A corpus, its published notes by path, what its build said, and the site that came of it."""

    root: Path
    ask: Ask
    notes: Mapping[str, Note]
    built: Built
    site: Site

    @property
    def output(self) -> Path:
        """The folder the site is in."""
        return self.built.opened.output


BuiltVault: TypeAlias = Callable[[str], Vault]


@pytest.fixture(scope="session")
def built_vault(corpus: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> BuiltVault:
    """The corpus of that name as a site."""

    @cache
    def of(name: str) -> Vault:
        folder = tmp_path_factory.mktemp(name)
        ask = Ask(root=corpus(name), output=folder / "site", cache=folder / "cache", base_url=BASE)
        built = build(ask, lambda *_: None)
        notes = read_site(ask, lambda *_: None).site.vault.notes
        return Vault(corpus(name), ask, notes, built, crawl(built.opened.output))

    return of
