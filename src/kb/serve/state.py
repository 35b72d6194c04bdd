"""A site as it stood at one moment, and the step from one moment to the next. Nothing here ever changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kb.disk.data import Data
from kb.disk.pictures import pictures
from kb.link.vault import Vault, update
from kb.media.picture import is_picture
from kb.model.note import Note
from kb.model.problem import Problem
from kb.pipeline.checking import all_problems
from kb.pipeline.exporting import with_index
from kb.pipeline.reading import Read, day_of, fences_of, kinds_of, makers_of, reasons_in, themed
from kb.pipeline.rendering import render_within
from kb.search.export.order import FOLDER
from kb.serve.footing import Footing
from kb.serve.mirror import Changes, Mirror
from kb.serve.stake import same_pages
from kb.view.pages import CopyPage, DataPage, PicturePage
from kb.view.site import Claim, Plan, Right, Site, plan, replan
from kb.view.theme import key
from kb.view.urls import file_of, url_of


class Shown(NamedTuple):
    """A file of the site. `kind` is "page" or "file"; a file of the vault lies at `source` and has no `body`.

    `note` is the path of the note that the page shows, "" if none.
    """

    kind: str
    body: bytes | None
    source: Path | None
    key: str
    note: str


@dataclass(frozen=True, eq=False)
class State:
    """A site with its plan. `reasons`: why a note would not be published, by its path.

    Of the last change: `saved` is the address of the one note that it was about, if it was one; `moved` has
    the output files of notes that went away, with the address where the same text is now.
    """

    number: int
    read: Read
    plan: Plan
    reasons: Mapping[str, str] = field(default_factory=dict)
    saved: str = ""
    moved: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of the files, the links and the addresses."""
        return all_problems(self.read, self.plan)

    @cached_property
    def _with_index(self) -> Plan:
        """The plan with the files of the index for searching. Made when first asked for, which takes a while."""
        return with_index(self.read, self.plan)

    def note_at(self, path: str) -> str:
        """The path of the note that the page at this output path shows, "" if it shows none."""
        claim = self.plan.claims.get(path)
        shows = claim is not None and claim.right in {Right.NOTE, Right.LIST}
        return claim.place.path if claim and shows and claim.place.path in self.read.site.vault.notes else ""

    def shown(self, path: str) -> Shown | None:
        """What a build would write at this output path. Raises `TemplateFailed`, `StaleNoteError`."""
        claim: Claim | None = self.plan.claims.get(path)
        if claim is None and path.startswith(f"{FOLDER}/"):
            claim = self._with_index.claims.get(path)
        if claim is None:
            return None
        site = self.read.site
        page = claim.make(site)
        name = key(site.theme, page)
        if isinstance(page, PicturePage):
            return self._drawn(page)
        if isinstance(page, CopyPage):
            return Shown("file", None, self.read.opened.content / page.source, name, "")
        kind = "file" if isinstance(page, DataPage) else "page"
        return Shown(kind, render_within(site.theme, page), None, name, self.note_at(path))

    def picture(self, path: str) -> Shown | None:
        """The same for a picture, which no other page waits for; None for all else."""
        claim = self.plan.claims.get(path)
        if claim is None or not is_picture(path):
            return None
        page = claim.make(self.read.site)
        return self._drawn(page) if isinstance(page, PicturePage) else None

    def _drawn(self, page: PicturePage) -> Shown | None:
        opened = self.read.opened
        try:
            data = pictures(opened.content, opened.cache)(page)
        except OSError:  # removed a moment ago, or it may not be read
            return None
        return Shown("file", data, None, key(self.read.site.theme, page), "")

    def comes_of_age(self, now: datetime) -> bool:
        """Whether the date of some note of the future has come, or another day for pages that show one."""
        if day_of(self.read.opened.settings, now) != self.read.site.today:
            return True
        return any(why == "future" and not self._still(path, now) for path, why in self.reasons.items())

    def _still(self, path: str, now: datetime) -> bool:
        read = self.read
        note = read.site.vault.notes.get(path) or read.withheld.notes[path]
        return reasons_in({path: note}, now).get(path) == "future"


def first(footing: Footing, mirror: Mirror, now: datetime, *, drafts: bool) -> State:
    """The site as it is."""
    settings = footing.opened.settings
    site = Site(Vault(), settings, themed(footing.theme, settings, footing.plugins, Vault()), {})
    nothing = State(0, Read(footing.opened, site, Vault(), (), (), footing.theme), Plan({}, ()))
    return after(nothing, footing, mirror, Changes(mirror.notes, mirror.files), now, drafts=drafts)


def after(
    before: State, footing: Footing, mirror: Mirror, changes: Changes, now: datetime, *, drafts: bool
) -> State:
    """The site after these changes of its files, on this footing. With `drafts`, nothing is withheld, but marked."""
    old = before.read
    future = [path for path, why in before.reasons.items() if why == "future"]
    asked = dict.fromkeys((*changes.notes, *future))
    found = {path: note for path in asked if (note := mirror.notes.get(path))}
    reasons = {path: why for path, why in before.reasons.items() if path not in asked} | reasons_in(
        found, now
    )
    hidden = set() if drafts else reasons.keys() & found.keys()
    public = {path: None if path in hidden else found.get(path) for path in asked}
    private = {path: found[path] if path in hidden else None for path in asked}
    vault = _updated(old.site.vault, public, changes)
    withheld = _updated(old.withheld, private)
    marks = {path: (why,) for path, why in reasons.items()} if drafts else {}
    site = _site(old.site, footing, mirror, vault, marks, day_of(footing.opened.settings, now))
    read = Read(footing.opened, site, withheld, mirror.problems, footing.plugins, footing.theme)
    planned = replan(site, before.plan) if same_pages(old.site, site, public) else plan(site)
    return State(
        before.number + 1, read, planned, reasons, _saved(site, public), _moved(old.site, site, public)
    )


def _updated(vault: Vault, notes: Mapping[str, Note | None], changes: Changes = Changes()) -> Vault:  # noqa: B008 - frozen
    """The vault with these changes; the same one where there are none."""
    real = {path: note for path, note in notes.items() if note is not vault.notes.get(path)}
    return update(vault, real, changes.files) if real or changes.files else vault


def _site(
    old: Site,
    footing: Footing,
    mirror: Mirror,
    vault: Vault,
    marks: Mapping[str, tuple[str, ...]],
    today: str,
) -> Site:
    settings = footing.opened.settings
    theme = themed(footing.theme, settings, footing.plugins, vault)
    if theme.digest == old.theme.digest:  # one value for one theme: nothing compares its files again
        theme = old.theme
    plugins = footing.plugins
    return Site(
        vault,
        settings,
        theme,
        mirror.bodies(vault.notes),
        makers_of(plugins),
        marks,
        kinds_of(plugins),
        fences_of(plugins),
        Data(footing.opened.content, vault.files),
        today,
    )


def _saved(site: Site, public: Mapping[str, Note | None]) -> str:
    notes = [site.vault.notes[path] for path, note in public.items() if note is not None]
    return f"/{url_of(notes[0])}" if len(notes) == 1 else ""


def _moved(old: Site, site: Site, public: Mapping[str, Note | None]) -> dict[str, str]:
    gone = {
        path: old.vault.notes[path]
        for path in public
        if path in old.vault.notes and path not in site.vault.notes
    }
    if not gone:
        return {}
    come = {note.digest: note for path, note in public.items() if note and path not in old.vault.notes}
    return {
        file_of(url_of(note)): f"/{url_of(come[note.digest])}"
        for note in gone.values()
        if note.digest in come
    }
