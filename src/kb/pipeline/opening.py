"""Finding a site: its folder, its settings, its cache. All that can be known before a note is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec

from kb.disk.cache import cache_folder
from kb.disk.clock import Zones
from kb.disk.kept import keep, kept
from kb.disk.pictures import can_draw, can_write
from kb.disk.refused import Refused
from kb.disk.root import CONFIG, config_text, find_root, place_of
from kb.disk.versions import versions
from kb.model.problem import Problem
from kb.model.settings import Settings

#: Hears what is being done, how much of it is done, and how much there is.
Progress: TypeAlias = Callable[[str, int, int], None]


def unheard(_what: str, _done: int, _all: int) -> None:
    """Progress that nobody hears of."""


class BadConfig(Exception):  # noqa: N818 - a fact about what a person wrote
    """The configuration is wrong; nothing was done. `problems` says where and how."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person wants done, as they said it on the command line."""

    root: Path | None = None
    cache: Path | None = None
    output: Path | None = None
    base_url: str | None = None
    drafts: bool = False
    jobs: int = 0
    clean: bool = False
    careful: bool = False
    """Stop before anything is written, if what was not public would become so, or what was would be gone."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A site's folder with its settings: all that can be known before a note is read."""

    root: Path
    settings: Settings
    output: Path
    cache: Path

    @property
    def content(self) -> Path:
        """The folder that holds the notes."""
        return self.root / self.settings.content

    @property
    def index(self) -> Path:
        """The folder of the search index."""
        return self.cache / "search" / "index"

    def shown(self, problem: Problem) -> Problem:
        """A problem with its place as a path from the site's root, where a person would look."""
        inside = self.output.is_relative_to(self.root)
        output = self.output.relative_to(self.root) if inside else self.output
        from kb.view.told import from_root  # noqa: PLC0415 - 15 ms, and only where something is wrong

        return from_root(problem, self.settings.content, output.as_posix())


def open_site(ask: Ask) -> Opened:
    """Find the site and read its configuration. Raises `BadConfig`, `Refused`, `CacheError`."""
    root = find_root(ask.root)
    text = config_text(root)
    cache = cache_folder(root, ask.cache)
    settings = Settings(title=root.name or "Notes", content=".") if text is None else _configured(cache, text)
    if ask.base_url is not None:
        settings = msgspec.structs.replace(settings, base_url=_base_url(ask.base_url))
    settings = _with_means(root, settings)
    output = (ask.output or root / settings.output).absolute()
    opened = Opened(root, settings, output, cache)
    if not opened.content.is_dir():
        what = f"the content folder {opened.content} is not there"
        hint = f"make it, or say where the notes are with `content:` in {CONFIG}"
        raise BadConfig((Problem(place_of(root, "content"), "config", what, hint),))
    return opened


def _with_means(root: Path, settings: Settings) -> Settings:
    """The settings, knowing which libraries are there. Raises `BadConfig` if one is asked for in vain."""
    images = settings.images
    able = images.variants is not False and can_draw()
    if images.variants and not able:
        what = "images: true needs Pillow, which is not installed"
        hint = "install it with pip install 'kb[images]', or take the setting away"
        raise BadConfig((Problem(place_of(root, "images"), "config", what, hint),))
    if settings.cards.enabled and not (can_draw() and (settings.cards.font or can_write())):
        what = "cards need Pillow and a font, which are not installed"
        hint = "install them with pip install 'kb[images]', or take the setting away"
        raise BadConfig((Problem(place_of(root, "cards"), "config", what, hint),))
    return msgspec.structs.replace(settings, images=msgspec.structs.replace(images, variants=able))


def _configured(cache: Path, text: str) -> Settings:
    """What the configuration says. Remembered by its text: YAML takes 30 ms, and most commands find it unchanged."""
    key = f"{versions()}\n{text}"
    if (settings := kept(cache, "settings", key, Settings)) is not None:
        return settings
    from kb.read.config import read_config  # noqa: PLC0415

    settings, problems = read_config(CONFIG, text, Zones())
    if settings is None:
        raise BadConfig(problems)
    if not problems:
        keep(cache, "settings", key, settings)
    return settings


def _base_url(text: str) -> str:
    from kb.read.config import base_url  # noqa: PLC0415 - only where it is asked for

    if not (url := base_url(text)):
        raise Refused(f"{text!r} is not the address of a site", "write it like https://example.org/notes/")
    return url
