"""What a build is about to make public that was not, and to take away that was: told, and stopped if that is asked for.

Two lists are compared with the site that is to be written. The addresses of notes that the last build left stand in
the manifest beside the output, and live as long as the site does. The notes that it held back stand in the
cache (`disk/held`). Where that was lost, a note that was not public may have been held back, and counts as
one that was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.disk.held import recall_held, remember_held
from kb.disk.lock import Busy
from kb.disk.manifest import Manifest
from kb.disk.memory import manifest_stamp
from kb.disk.stamp import Stamp
from kb.model.problem import Problem
from kb.pipeline.opening import Ask
from kb.pipeline.reading import Files
from kb.view.site import Plan, Right, Site
from kb.view.told import folder_shown
from kb.view.urls import file_of, url_of


@dataclass(frozen=True, slots=True)
class Exposed:
    """What becomes public or ceases to be so, each sorted; notes are named as a person finds them.

    `published` are notes that the last build held back; `unknown` are notes that were not public, of which nobody
    knows any more whether they were held back; `due` are notes whose date has come. `gone` are addresses of notes
    at which nothing will stand.
    """

    published: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def unasked(self) -> bool:
        """Whether any of it may be a mistake. That a note's date comes is what its author wrote."""
        return bool(self.published or self.unknown or self.gone)


class Stopped(Exception):  # noqa: N818 - a state of affairs more than an error
    """Nothing was written, since `exposed` may be a mistake. `problems` are those of the notes."""

    def __init__(self, exposed: Exposed, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__("stopped before anything was written")
        self.exposed = exposed
        self.problems = problems


class Watch:
    """Looks at one build, from before it writes until it is done."""

    def __init__(self, files: Files, site: Site, planned: Plan, ask: Ask, began: Stamp | None) -> None:
        """`began` is the stamp of the manifest before the first file was read."""
        self.exposed = Exposed()
        self._files = files
        self._folder = folder_shown(files.opened.settings.content)
        self._planned = planned
        self._ask = ask
        self._began = began
        #: A draft that is shown because it was asked for is not public.
        self._pages = {
            path: page
            for path, note in site.vault.notes.items()
            if path not in site.marks and (page := file_of(url_of(note))) in planned.claims
        }
        redirects = {
            path
            for path, claim in planned.claims.items()
            if claim.right is Right.REDIRECT and claim.place.path not in site.marks
        }
        self.public = redirects.union(self._pages.values())

    def look(self, manifest: Manifest) -> None:
        """Compare with what the last build left. Raises `Stopped` where the person asked for that.

        Raises `Busy` if another build has written since this one began to read: it may have read later, and what is
        newer must not be replaced by what is older.
        """
        if manifest_stamp(self._out) != self._began:
            raise Busy(f"another build has written into {self._out} meanwhile")
        held, sure = recall_held(self._cache, self._out)
        before = manifest.public
        new = sorted(path for path, page in self._pages.items() if page not in (before or ()))
        found = [path for path in new if path in held]
        self.exposed = Exposed(
            published=self._named(path for path in found if held[path] != "future"),
            unknown=() if sure or before is None else self._named(path for path in new if path not in held),
            due=self._named(path for path in found if held[path] == "future"),
            gone=tuple(
                sorted(_shown(path) for path in (before or frozenset()) - self._planned.claims.keys())
            ),
        )
        if self._ask.careful and self.exposed.unasked:
            raise Stopped(self.exposed)

    def done(self) -> None:
        """The site is written: keep what was held back."""
        held, _ = recall_held(self._cache, self._out)
        remember_held(self._cache, self._out, _reasons(self._files.reasons, held))

    def _named(self, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._folder + path for path in paths)

    @property
    def _cache(self) -> Path:
        return self._files.opened.cache

    @property
    def _out(self) -> Path:
        return self._files.opened.output


def _reasons(reasons: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Why notes are held back. One that cannot be read is what it was when it could: its author has decided nothing."""
    found = {path: before.get(path, "") if why == "unreadable" else why for path, why in reasons.items()}
    return {path: why for path, why in found.items() if why}


def _shown(path: str) -> str:
    return f"/{path.removesuffix('index.html')}"
