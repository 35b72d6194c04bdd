"""Everything a build depends on, as one value, and the plan of all its pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias, TypeVar

from kb.link.resolve import is_relative, place_of
from kb.link.vault import Vault
from kb.model.fenced import Fence, Mistake
from kb.model.kinds import Schema
from kb.model.note import Body, Json, Link, LinkKind, Note
from kb.model.problem import Place, Problem
from kb.model.settings import Settings
from kb.view.pages import Page
from kb.view.theme import Theme, digest_of
from kb.view.urls import APART, LONGEST_PATH, file_of, folder_url, url_of, written_address

Make: TypeAlias = "Callable[[Site], Page]"
Inside: TypeAlias = "Callable[[Site], tuple[str, ...]]"
Near: TypeAlias = "Callable[[Site], str]"
T = TypeVar("T")

#: The question under which `Site.once` keeps the plan.
_PLAN = "plan"
#: Links in whose place a picture or a note is shown, which a page cannot be.
_SHOWN_INSIDE = frozenset((LinkKind.EMBED, LinkKind.IMAGE))


class Right(Enum):
    """By what right a file is claimed; it decides what becomes of a second claim."""

    FILE = "file"  # nobody else may have it
    NOTE = "note"  # a list may have it: its page shows the note above the list
    LIST = "list"
    REDIRECT = "redirect"  # the page only leads elsewhere: of two, none is lost


def nothing_more(_site: Site) -> tuple[str, ...]:
    """The inside of a page that shows nothing but the common ground."""
    return ()


class Claim(NamedTuple):
    """Somebody wants the output file at `path`. `by` says who, in an author's words; `place` where.

    `make` makes the page of a site. It is asked with the site, rather than made for one, because a claim
    outlives an edit: most edits change what pages say and not which pages there are.

    `inside` gives the digests of what the page shows beyond the site's common ground (`Site.common`): texts,
    words around links, summaries. Equal ground and equal digests mean an equal page, which then need not
    even be made. A page whose maker does not say what it shows is made by every build. One that is `apart` shows
    nothing of the common ground: `inside` is all of its ground.

    `near` gives a digest of what the page shows of that part of the common ground which speaks of notes, so that it
    can be left as it is where others have changed. It is asked for only where many pages would be made otherwise.
    """

    path: str
    by: str
    place: Place
    make: Make
    right: Right = Right.FILE
    inside: Inside | None = None
    apart: bool = False
    near: Near | None = None


Maker: TypeAlias = "Callable[[Site], Iterable[Claim]]"
#: What a kind's template sees as ``page.facts``, for a note on a page with this root.
Tell: TypeAlias = "Callable[[Site, Note, str], object]"
#: What machines are told of a note of this kind: schema.org facts, given those of any note.
Describe: TypeAlias = "Callable[[Site, Note, Mapping[str, Json]], Mapping[str, Json]]"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notes: its fields, and what is made of them.

    Without `tell` a template sees the fields one by one (`kb.view.facts.told`); without `describe` a note is an
    ``Article``. `original` gives the absolute address of which the note is a copy, "" if it is none. Notes of a kind
    are gathered at ``kinds/<kind>/``; a kind that `gathers` makes that page itself. `inside` gives digests of what
    `tell` and `describe` say beyond the site's common ground and the note: of the facts of other notes.
    """

    schema: Schema
    tell: Tell | None = None
    describe: Describe | None = None
    original: Callable[[Note], str] | None = None
    gathers: bool = False
    inside: Callable[[Site, Note], tuple[str, ...]] | None = None


@dataclass(frozen=True, eq=False)
class Site:
    """A vault, and how it is to be shown. `bodies` gives a note's HTML by its path, on demand."""

    vault: Vault
    settings: Settings
    theme: Theme
    bodies: Mapping[str, Body]
    makers: tuple[Maker, ...] = ()
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Why a note would not be published, by path ("draft", "future", "private"); only in a preview."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """The kinds of notes that are known, by the word behind ``kind:``."""

    fences: Mapping[str, Fence] = field(default_factory=dict)
    """What makes fenced blocks that are more than code, by their languages."""

    data: Mapping[str, bytes | Mistake] = field(default_factory=dict)
    """The bytes of a file of the vault by its path, on demand; a KeyError where it cannot be read."""

    today: str = ""
    """The date of the build, ``YYYY-MM-DD``; "" unless the settings ask for something that depends on it."""

    _answers: dict[object, Any] = field(default_factory=dict, repr=False)

    @property
    def common(self) -> str:
        """A digest of the common ground: all that any page may see without asking for a note's inside."""
        return self.once("common", lambda: _common(self))

    def known(self, question: object) -> object | None:
        """The answer to a question that was asked before, else None. It may save work, and changes no answer."""
        return self._answers.get(question)

    def once(self, question: object, answer: Callable[[], T]) -> T:
        """The answer to a question about this very site, worked out when first asked.

        The site never changes, so neither does the answer; another site starts without any.
        """
        found: T | None = self._answers.get(question)
        if found is None:
            found = self._answers[question] = answer()
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """Every output file with the claim that was granted it, and those that could not be."""

    claims: Mapping[str, Claim]
    problems: tuple[Problem, ...]

    def pages(self, site: Site) -> dict[str, Callable[[], Page]]:
        """The promise of each of the site's pages, by its output file."""
        return {path: partial(claim.make, site) for path, claim in self.claims.items()}


def plan(site: Site) -> Plan:
    """All claims of all makers, granted once each: the first claim of a path wins, others are problems."""
    return site.once(_PLAN, lambda: _planned(site))


def replan(site: Site, planned: Plan) -> Plan:
    """The same plan, known to be that of this site too."""
    return site.once(_PLAN, lambda: planned)


def page_at(site: Site, source: str, target: str) -> str | None:
    """The address of a page that stands where a link in the note at `source` says; None if none does.

    It is for links that lead to no note and no file: ``/archive/``, ``/tags/film/``, ``ml/`` for a folder's list.
    """
    absolute = target.startswith("/")
    if not (absolute or target.endswith("/")):
        return None
    claims = plan(site).claims
    for written in (target,) if absolute or is_relative(target) else (f"/{target}", target):
        place = place_of(source, written)
        if place is None:
            continue
        folder = folder_url(place.strip("/"))
        for address in (written_address(place), folder, folder.removesuffix(APART), place):
            if file_of(address) in claims:
                return address
    return None


def leads_to_page(site: Site, note: Note, link: Link) -> bool:
    """Whether a link of this note, if it leads to no note and no file, leads to another page of the site."""
    return link.kind not in _SHOWN_INSIDE and page_at(site, note.path, link.target) is not None


def _planned(site: Site) -> Plan:
    """The plan, made.

    Two paths that only case or Unicode form tells apart are one path, since some systems hold just one. A
    list takes the place of the note at its address, since its page shows that note.
    """
    granted: dict[str, Claim] = {}
    problems: list[Problem] = []
    for maker in site.makers:
        for claim in maker(site):
            if len(claim.path) > LONGEST_PATH // 4 and len(claim.path.encode()) > LONGEST_PATH:
                problems.append(_too_long(claim))
                continue
            same = _same_file(claim.path)
            first = granted.setdefault(same, claim)
            if first is claim:
                continue
            if first.right is Right.NOTE and claim.right is Right.LIST and first.path == claim.path:
                granted[same] = claim._replace(by=f"{first.by}, {claim.by}", place=first.place)
            else:
                problems.append(_clash(first, claim))
    problems += _drop_files_as_folders(granted)
    return Plan({claim.path: claim for claim in granted.values()}, tuple(problems))


class Grounds:
    """What the pages of a plan are made from, as digests: equal grounds, equal pages.

    The `wide` ones are the common ground and what each page shows beyond it, and cost a tenth of making the page.
    """

    def __init__(self, site: Site, planned: Plan) -> None:
        self._site, self._claims = site, planned.claims
        # Digests of one length: joined, they are still told apart.
        self._inside = {
            path: "".join(claim.inside(site)) for path, claim in planned.claims.items() if claim.inside
        }
        common = site.common.encode()
        plain = blake2b(common, digest_size=12).hexdigest()

        def wide(path: str, shown: str) -> str:
            if planned.claims[path].apart:
                return shown
            return blake2b(common + shown.encode(), digest_size=12).hexdigest() if shown else plain

        self.wide = {path: wide(path, shown) for path, shown in self._inside.items()}

    def near(self, paths: Iterable[str]) -> dict[str, str]:
        """The near grounds of those of these pages that have one: they hold no more of other notes than a page shows.

        Pages whose near grounds are equal are equal, however the wide ones differ. They cost twice as much.
        """
        base = _base(self._site)
        found = {}
        for path in paths:
            near = self._claims[path].near
            if near is not None and path in self._inside:
                made_of = f"{base}{self._inside[path]}|{near(self._site)}"
                found[path] = blake2b(made_of.encode(), digest_size=12).hexdigest()
        return found


def grounds(site: Site, planned: Plan) -> dict[str, str]:
    """The wide ground of each page of a plan."""
    return Grounds(site, planned).wide


def introduces(site: Site, url: str) -> Note | None:
    """The note whose own address is that of a list: its text stands above the list."""
    return site.once("by url", lambda: _by_url(site)).get(url)


def _common(site: Site) -> str:
    return digest_of((_base(site), [note.face for _, note in sorted(site.vault.notes.items())]))


def _base(site: Site) -> str:
    """A digest of the common ground without the notes."""
    files = [file for _, file in sorted(site.vault.files.items())]
    makers = [f"{maker.__module__}.{maker.__qualname__}" for maker in site.makers]
    return digest_of((files, makers, site.settings, site.theme.digest, sorted(site.marks.items())))


def _by_url(site: Site) -> dict[str, Note]:
    found: dict[str, Note] = {}
    for path in sorted(site.vault.notes):
        note = site.vault.notes[path]
        found.setdefault(url_of(note), note)
    return found


def _same_file(path: str) -> str:
    return path if path.isascii() and path.islower() else unicodedata.normalize("NFC", path).casefold()


def _too_long(claim: Claim) -> Problem:
    return Problem(
        claim.place,
        "long-address",
        f"its page would stand at an address of {len(claim.path.encode()):,} bytes, and not every system can hold more"
        f" than {LONGEST_PATH}; it was not made",
        "move it nearer to the top, shorten the names of its folders, or give a note its own `permalink:`",
    )


def _clash(first: Claim, second: Claim) -> Problem:
    address = second.path.removesuffix("index.html")
    if first.right is second.right is Right.REDIRECT:
        return Problem(
            second.place,
            "duplicate-alias",
            f"/{address} is an alias of {second.place.path} and of {first.place.path}; it leads to the second",
            "take it out of one of them",
        )
    return Problem(
        first.place
        if second.place.path.startswith("/")
        else second.place,  # a note can be opened, a list cannot
        "duplicate-url",
        f"{second.by} and {first.by} both claim the address /{address}",
        "give one of them another name, or its own `permalink:` in the front matter",
    )


def _drop_files_as_folders(granted: dict[str, Claim]) -> list[Problem]:
    """Take away claims such as ``a/b`` beside ``a``, which no disk can hold both; a redirect goes before a page."""
    problems: list[Problem] = []
    if not _has_file_as_folder(granted):
        return problems
    for same, claim in list(granted.items()):
        head = same
        while (head := head.rpartition("/")[0]) and same in granted:
            if (file := granted.get(head)) is None:
                continue
            problems.append(_below_a_file(file, claim))
            only_file_leads_on = file.right is Right.REDIRECT and claim.right is not Right.REDIRECT
            del granted[head if only_file_leads_on else same]
    return problems


def _has_file_as_folder(granted: Mapping[str, Claim]) -> bool:
    """Whether any of these paths is also the folder of another; each folder is looked at once."""
    folders = {path.rpartition("/")[0] for path in granted}
    while folders and folders.isdisjoint(granted):
        folders = {folder.rpartition("/")[0] for folder in folders if folder}
    return bool(folders)


def _below_a_file(file: Claim, claim: Claim) -> Problem:
    return Problem(
        file.place if claim.place.path.startswith("/") else claim.place,
        "duplicate-url",
        f"{claim.by} would stand below /{file.path}, which is {file.by}; no disk can hold both",
        "give one of them another name, or its own `permalink:` in the front matter",
    )
