"""What stands under the notes: configuration, plugins, theme. Their last good state, and what is wrong now.

A configuration that cannot be read, a theme that is not there, a folder of notes that is gone: each leaves
everything as it was, is told as `trouble`, and is over as soon as it is mended.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kb.disk.cache import CacheError
from kb.disk.ignore import skip_for
from kb.disk.kinds import KINDS
from kb.disk.refused import Refused
from kb.disk.root import CONFIG
from kb.disk.themes import ThemeFiles
from kb.model.problem import Place, Problem
from kb.model.settings import Settings
from kb.pipeline.opening import Ask, BadConfig, Opened, open_site
from kb.pipeline.plugins import plugins_of
from kb.pipeline.reading import Read, theme_of
from kb.plugin import Plugin


@dataclass(frozen=True, slots=True)
class Hints:
    """Where something may have changed. `paths` are in the content folder; `everywhere` means all of it."""

    footing: bool = False
    everywhere: bool = False
    paths: tuple[str, ...] = ()


class Footing:
    """The footing of a site. Not for several threads at a time."""

    def __init__(self, ask: Ask) -> None:
        """As it is now. Raises `BadConfig`, `Refused`, `CacheError`."""
        self._ask = ask
        self.opened: Opened = open_site(ask)
        self.plugins: tuple[Plugin, ...] = plugins_of(self.opened)
        self.theme: ThemeFiles = theme_of(self.opened)
        self.trouble: tuple[Problem, ...] = ()
        self._config = self.opened.root / CONFIG
        self._had_config = self._config.is_file()
        self._settle()

    def look(self) -> bool:
        """Look again; whether the notes have to be read anew, since they are others or mean something else."""
        try:
            opened = self._opened()
            plugins = plugins_of(opened)
            theme = theme_of(opened)
        except BadConfig as error:
            self.trouble = error.problems
            return False
        except (Refused, CacheError) as error:
            self.trouble = (Problem(Place(CONFIG), "config", str(error), error.hint),)
            return False
        except ImportError as error:
            self.trouble = (
                Problem(
                    Place(CONFIG),
                    "config",
                    f"a plugin cannot be loaded: {error}",
                    "mend it, or take it out of `plugins:`",
                ),
            )
            return False
        except OSError:  # a file of the theme went away while it was read: there will be another look
            return False
        anew = plugins != self.plugins or _reading(opened.settings) != _reading(self.opened.settings)
        self.opened, self.plugins, self.theme, self.trouble = opened, plugins, theme, ()
        self._had_config = self._config.is_file()
        self._settle()
        return anew

    def is_new(self, read: Read) -> bool:
        """Whether this is another footing than that of `read`."""
        return self.opened != read.opened or self.theme != read.theme or self.plugins != read.plugins

    def lost(self, error: OSError) -> None:
        """The notes cannot be read."""
        where = self.opened.settings.content
        message = f"the notes cannot be read: {error.strerror or error}"
        hint = "what they said last is shown until they are there again"
        self.trouble = (Problem(Place(where), "unreadable-file", message, hint),)

    def sort(self, hints: frozenset[str] | None) -> Hints:
        """What these absolute paths are to us; ``None`` stands for all there is."""
        if hints is None:
            return Hints(footing=True, everywhere=True)
        inside = [path for hint in sorted(hints) if (path := self._inside(hint)) is not None]
        return Hints(
            footing=any(map(self._is_footing, hints)),
            everywhere="" in inside or any(path.rpartition("/")[2] == ".gitignore" for path in inside),
            paths=tuple(path for path in dict.fromkeys(inside) if path),
        )

    def concerns(self, path: str) -> bool:
        """Whether a change at this absolute path may be a change of the site."""
        return self._is_footing(path) or self._inside(path) is not None

    def watched(self) -> dict[Path, bool]:
        """The folders to be watched, and whether with all that is below."""
        root, content = self.opened.root, self.opened.content
        folders = {root: False, root / KINDS: False, self._themes: True, content: True}
        here = {Path(os.path.realpath(path)): deep for path, deep in folders.items() if path.is_dir()}
        deep = [path for path, is_deep in here.items() if is_deep]
        return {
            path: is_deep
            for path, is_deep in here.items()
            if not any(path != other and path.is_relative_to(other) for other in deep)
        }

    def _opened(self) -> Opened:
        if self._had_config and not self._config.is_file():
            raise Refused(f"{CONFIG} is gone", "put it back; until then the site is shown as it said")
        return open_site(self._ask)

    def _settle(self) -> None:
        opened = self.opened
        self._themes = opened.root / opened.settings.themes
        self._skip = skip_for(opened.root, opened.settings, (opened.output, opened.cache))
        self._contents = _prefixes(opened.content)
        self._footings = (*_prefixes(self._themes), *_prefixes(opened.root / KINDS))
        configs = (*_both(opened.root / CONFIG), *_both(opened.root))
        self._configs = frozenset(map(str, configs))

    def _is_footing(self, path: str) -> bool:
        return path in self._configs or f"{path}/".startswith(self._footings)

    def _inside(self, path: str) -> str | None:
        """A path as one in the content folder; "" for the folder itself, None for what is no content."""
        for prefix in self._contents:
            if f"{path}/" == prefix:
                return ""
            if path.startswith(prefix):
                return self._unless_skipped(path[len(prefix) :])
        return None

    def _unless_skipped(self, path: str) -> str | None:
        """`path`, unless it is one that no `.gitignore` is needed to leave out."""
        above = ""
        for name in path.split("/"):
            above = f"{above}/{name}" if above else name
            if name != ".gitignore" and self._skip.ignores(above, name, folder=False):
                return None
        return path


def _reading(settings: Settings) -> tuple[object, ...]:
    """Whatever decides which files are notes, and what they say."""
    own = (settings.content, settings.output, settings.themes, settings.starters, settings.ignore)
    return (*own, settings.dialect, settings.plugins, settings.search.enabled)


def _both(path: Path) -> tuple[Path, Path]:
    return Path(os.path.normpath(path)), Path(os.path.realpath(path))


def _prefixes(folder: Path) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{path}/" for path in _both(folder)))
