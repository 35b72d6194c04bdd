"""From a folder of files to a site: the part of the road that every command walks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import perf_counter

import msgspec

from kb.disk.clock import now_in
from kb.disk.data import Data
from kb.disk.ignore import skip_for
from kb.disk.load import load_notes
from kb.disk.patience import Patient
from kb.disk.root import place_of
from kb.disk.scan import scan
from kb.disk.store import Store
from kb.disk.themes import ENGINE, OF_FONT, OF_SEARCH, STYLE, ThemeFiles, read_theme
from kb.disk.versions import versions
from kb.link.mentions import calls_of
from kb.link.resolve import resolve
from kb.link.vault import Vault, says_of, update
from kb.link.visible import why_withheld
from kb.model.fenced import Fence, Fenced, GraphFence, Made
from kb.model.note import Attachment, Body, Link, LinkKind, Note, Source, with_digests
from kb.model.problem import Problem
from kb.model.settings import Settings
from kb.pipeline.opening import Ask, BadConfig, Opened, Progress, open_site
from kb.pipeline.plugins import plugins_of
from kb.plugin import Plugin
from kb.search.export.pages import fragment_pages
from kb.view.look import rules_of
from kb.view.pages import Ref, SiteInfo
from kb.view.site import Kind, Maker, Site
from kb.view.theme import Theme, digest_of, prepare
from kb.view.urls import attachment_url, url_of


@dataclass(frozen=True, slots=True)
class Files:
    """What the files of a site say, before anything is linked. `reasons`: why a note is withheld, by its path."""

    opened: Opened
    theme: ThemeFiles
    plugins: tuple[Plugin, ...]
    notes: Mapping[str, Note]
    attachments: Mapping[str, Attachment]
    bodies: Mapping[str, Body]
    reasons: Mapping[str, str]
    problems: tuple[Problem, ...]
    store: Store
    today: str = ""

    def public(self, *, drafts: bool) -> Mapping[str, Note]:
        """The notes that have a part in the site: those that are not withheld, and drafts if they are asked for."""
        hidden = {path for path, reason in self.reasons.items() if not (drafts and reason == "draft")}
        return (
            {path: note for path, note in self.notes.items() if path not in hidden} if hidden else self.notes
        )

    def stamp(self, *, drafts: bool) -> str:
        """A digest of all that a build depends on: equal stamps, equal sites and equal problems."""
        notes = [(path, note.digest) for path, note in self.notes.items()]
        theme = (self.theme.name, sorted(self.theme.templates.items()), sorted(self.theme.assets.items()))
        plugins = [(plugin.name, plugin.version) for plugin in self.plugins]
        files = list(self.attachments.values())
        found = (
            notes,
            files,
            sorted(self.reasons.items()),
            theme,
            plugins,
            self.opened.settings,
            self.problems,
            self.today,
        )
        return digest_of((versions(), drafts, found))


@dataclass(frozen=True, slots=True)
class Read:
    """A site as it stands, what is withheld from it, and what was found wrong on the way to it."""

    opened: Opened
    site: Site
    withheld: Vault
    problems: tuple[Problem, ...]
    plugins: tuple[Plugin, ...]
    theme: ThemeFiles


@dataclass(slots=True)
class Clock:
    """How long each stage took."""

    stages: list[tuple[str, float]] = field(default_factory=list)
    _last: float = field(default_factory=perf_counter)

    def done(self, stage: str) -> None:
        """The stage since the last call is over."""
        now = perf_counter()
        self.stages.append((stage, now - self._last))
        self._last = now


def read_site(ask: Ask, progress: Progress) -> Read:
    """The site as it is now. Raises `BadConfig`, `Refused`, `CacheError`."""
    return link_files(read_files(open_site(ask), ask, progress), drafts=ask.drafts)


def read_files(opened: Opened, ask: Ask, progress: Progress, clock: Clock | None = None) -> Files:
    """What the files say: the notes from the store or newly parsed, the theme, the plugins."""
    clock = clock or Clock()
    settings = opened.settings
    plugins = plugins_of(opened)
    theme = theme_of(opened)
    now = now_in(settings.timezone)
    clock.done("open")
    found = scan(opened.content, skip_for(opened.root, settings, (opened.output, opened.cache)))
    clock.done("scan")
    store = Store(opened.cache, dialect_stamp(settings, plugins), analysis_stamp(settings, plugins))
    parse = partial(parser_of, settings, plugins)
    analyse = partial(analyser_of, settings) if settings.search.enabled else None
    spare = None if theme.strange else partial(prepare, theme.templates)
    told = partial(progress, "reading")
    loaded = load_notes(opened.content, found, store, parse, ask.jobs, told, spare=spare, analyse=analyse)
    clock.done("read")
    return Files(
        opened,
        theme,
        plugins,
        loaded.notes,
        loaded.attachments,
        loaded.bodies,
        reasons_in(loaded.notes, now),
        (*found.problems, *loaded.problems),
        store,
        day_of(settings, now),
    )


def day_of(settings: Settings, now: datetime) -> str:
    """The date that pages may depend on: "" where the settings ask for nothing that changes from day to day."""
    wanted = any(part.name == "passage" for part in settings.home_parts)
    return now.date().isoformat() if wanted else ""


def reasons_in(notes: Mapping[str, Note], now: datetime) -> dict[str, str]:
    """Why notes are withheld at this moment, by path; the others are not named."""
    return {path: reason for path, note in notes.items() if (reason := why_withheld(note, now))}


def link_files(files: Files, *, drafts: bool) -> Read:
    """The site that the files make, in which a withheld note has no part; drafts are let in, marked, if asked for."""
    marks = {path: (reason,) for path, reason in files.reasons.items() if drafts and reason == "draft"}
    hidden = files.reasons.keys() - marks.keys()
    vault = update(Vault(), files.public(drafts=drafts), files.attachments)
    settings = files.opened.settings
    theme = themed(files.theme, settings, files.plugins, vault)
    plugins = files.plugins
    site = Site(
        vault,
        settings,
        theme,
        files.bodies,
        makers_of(plugins),
        marks,
        kinds_of(plugins),
        fences_of(plugins),
        Data(files.opened.content, files.attachments),
        files.today,
    )
    withheld = update(Vault(), {path: files.notes[path] for path in sorted(hidden)})
    return Read(files.opened, site, withheld, files.problems, files.plugins, files.theme)


def theme_of(opened: Opened) -> ThemeFiles:
    """The files of the configured theme. Raises `BadConfig` where there is none of this name."""
    searched = opened.settings.search.enabled
    without = (frozenset() if searched else OF_SEARCH) | (
        frozenset() if opened.settings.look.font else OF_FONT
    )
    theme = read_theme(opened.root, opened.settings.themes, opened.settings.theme, without)
    if isinstance(theme, Problem):
        if theme.code == "config":
            theme = msgspec.structs.replace(theme, place=place_of(opened.root, "theme"))
        raise BadConfig((theme,))
    if rules := rules_of(opened.settings.look):
        own = theme.assets.get(STYLE, b"") + b"\n" + rules.encode()
        theme = theme._replace(assets={**theme.assets, STYLE: own})
    if not searched:
        return theme
    from kb.search.script import client  # noqa: PLC0415 - only where there is search

    return theme._replace(assets={**theme.assets, ENGINE: client(opened.settings.language)})


def dialect_stamp(settings: Settings, plugins: Iterable[Plugin]) -> str:
    """Whatever turns a file's bytes into a note: a change of it makes every note anew."""
    return repr((versions(), settings.dialect, [(plugin.name, plugin.version) for plugin in plugins]))


def analysis_stamp(settings: Settings, plugins: Iterable[Plugin]) -> str:
    """Whatever decides what search makes of a file's bytes; "" where the site cannot be searched."""
    if not settings.search.enabled:
        return ""
    from kb.search.analysis import stamp  # noqa: PLC0415 - only where there is search

    return f"{dialect_stamp(settings, plugins)} {stamp(settings.language)}"


def analyser_of(settings: Settings) -> Callable[[Note, Body], bytes]:
    """What makes of a note what search keeps of it: an `Analysis`, encoded. Nothing of a note that cannot be read."""
    from kb.search.analysis import analyse, lexicon  # noqa: PLC0415 - only in a process that parses
    from kb.search.documents import document  # noqa: PLC0415

    words, encode = lexicon(settings.language), msgspec.msgpack.Encoder().encode

    def analysed(note: Note, body: Body) -> bytes:
        return encode(analyse(document(note, body), words)) if note.readable else b""

    return analysed


def parser_of(
    settings: Settings, plugins: tuple[Plugin, ...], color: Patient | None = None
) -> Callable[[Source], tuple[Note, Body]]:
    """What reads a source. Called in the process that reads, so that no other one loads the Markdown library.

    `color` makes the HTML of code; without it, it is made here, and given up after some time.
    """
    from kb.read.parse import parser  # noqa: PLC0415
    from kb.read.rules.code import spans  # noqa: PLC0415

    schemas = {kind: known.schema for kind, known in kinds_of(plugins).items()}
    syntax = [plugin.syntax for plugin in plugins if plugin.syntax]
    parse = parser(settings.dialect, syntax, schemas, fences_of(plugins), color or Patient(spans))
    changes = [*(plugin.note for plugin in plugins if plugin.note), with_digests]

    def changed(source: Source) -> tuple[Note, Body]:
        note, body = parse(source)
        for change in changes:
            note = change(note)
        note = msgspec.structs.replace(note, url=url_of(note))
        calls, says = sorted(calls_of(note)), dict.fromkeys(says_of(note))
        return msgspec.structs.replace(note, calls=tuple(calls), says=tuple(says)), body

    return changed


def makers_of(plugins: Iterable[Plugin]) -> tuple[Maker, ...]:
    """The plugins' makers of pages, in their order, and that of what the search shows of each note."""
    return (*(plugin.pages for plugin in plugins if plugin.pages), fragment_pages)


def fences_of(plugins: Iterable[Plugin]) -> dict[str, Fence]:
    """What makes fenced blocks that are more than code, by their languages."""
    fences: dict[str, Fence] = {}
    for plugin in plugins:
        fences |= plugin.fences
        fences |= {language: partial(_laid_out, graph) for language, graph in plugin.graphs.items()}
    return fences


def _laid_out(graph: GraphFence, fenced: Fenced) -> Made:
    from kb.disk.graphviz import layout  # noqa: PLC0415 - only where there is a graph

    return graph(fenced, layout)


def kinds_of(plugins: Iterable[Plugin]) -> dict[str, Kind]:
    """The kinds of notes that the plugins know, by their names."""
    return {kind.schema.kind: kind for plugin in plugins for kind in plugin.kinds}


def themed(files: ThemeFiles, settings: Settings, plugins: Iterable[Plugin], vault: Vault) -> Theme:
    """A theme with what all pages of this site share, the dialect that their notes are read in included."""
    assets = files.asset_paths()
    info = SiteInfo(
        title=settings.title,
        description=settings.description,
        author=settings.author,
        language=settings.language,
        base_url=settings.base_url,
        assets=assets,
        menu=tuple(Ref(entry.title, _menu_url(vault, entry.link)) for entry in settings.menu),
        favicon=_file_url(vault, settings.favicon),
        logo=_file_url(vault, settings.logo),
        has_feeds=bool(settings.base_url),
        search=assets.get(ENGINE, ""),
        graph="graph/" if settings.graph else "",
    )
    stamp = dialect_stamp(settings, plugins)
    return Theme.of(files.name, files.templates, files.assets, info, stamp, strange=files.strange)


def _menu_url(vault: Vault, link: str) -> str:
    """Where a menu entry leads: an address, a path of the site, or a note."""
    if "://" in link or link.startswith("mailto:"):
        return link
    found = resolve(vault, "", Link(LinkKind.WIKI, link.strip("[]"))).target
    match found:
        case Note():
            return url_of(found)
        case Attachment():
            return attachment_url(found.path)
    return link.lstrip("/")


def _file_url(vault: Vault, path: str) -> str:
    return attachment_url(path) if path in vault.files else ""
