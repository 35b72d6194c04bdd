"""What a person may configure, as values that are complete and valid.

`config.yaml` is read elsewhere (`kb.read.config`); here is only what it comes to. A folder without
a `config.yaml` has ``Settings(content=".")``.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Html(StrEnum):
    """What becomes of raw HTML in a note."""

    SANITIZE = "sanitize"  # kept if on the allowlist
    TRUSTED = "trusted"  # kept as written
    ESCAPE = "escape"  # shown as text


class Dialect(msgspec.Struct, frozen=True):
    """The settings that change how a note's text is read. Part of the note store's key."""

    html: Html = Html.SANITIZE
    hard_breaks: bool = False
    typographer: bool = True
    language: str = "en"


class MenuEntry(msgspec.Struct, frozen=True):
    """One entry of the site's menu. `link` is a note (as in a wikilink), a path of the site, or an address."""

    title: str
    link: str


class Search(msgspec.Struct, frozen=True):
    """Whether the site can be searched; `offline`: also where it is opened from a disk, without a server."""

    enabled: bool = True
    offline: bool = False


class Tone(msgspec.Struct, frozen=True):
    """A colour on light paper and on dark, each as ``#rrggbb``; "" is the theme's own."""

    light: str = ""
    dark: str = ""


class Look(msgspec.Struct, frozen=True):
    """How a site differs from its theme: colours, fonts (each a CSS list of names), characters in a line.

    What is empty, or 0, is as the theme has it. `font` names the font that comes with the theme, which the site then
    brings to its readers.
    """

    accent: Tone = Tone()
    paper: Tone = Tone()
    ink: Tone = Tone()
    serif: str = ""
    sans: str = ""
    mono: str = ""
    font: str = ""
    measure: int = 0


class Images(msgspec.Struct, frozen=True):
    """How pictures are drawn anew: in these `widths` (pixels), as WebP of this `quality` (1 to 100).

    `variants` None: where what draws them is installed. Whoever opens a site makes it true or false.
    """

    variants: bool | None = None
    widths: tuple[int, ...] = (480, 960, 1440)
    quality: int = 80


class Cards(msgspec.Struct, frozen=True):
    """Whether each note has a social card; `font`: a file among the notes to write with, or ""."""

    enabled: bool = False
    font: str = ""


#: What the front page may show beside its text, in the order in which it does where nobody says otherwise.
HOME_PARTS = ("passage", "new", "central", "folders", "kinds", "tags")
#: Those that show several entries: all but the passage of the day.
COUNTED_PARTS = HOME_PARTS[1:]


class HomePart(msgspec.Struct, frozen=True):
    """A part of the front page, one of `HOME_PARTS`; `count` entries of it, 0 for as many as are usual."""

    name: str
    count: int = 0


class Settings(msgspec.Struct, frozen=True):
    """Everything `config.yaml` says. Folders are POSIX paths relative to the site's root.

    `base_url` is absolute and ends with "/", or is empty. `ignore` holds gitignore patterns.
    `starters` are the folders that hold the user's own templates for `kb new`; they are no content.
    `timezone` is an IANA name. `page_size` notes stand on one page of a list, `feed_size` in a feed.
    `graph`: whether there is a page with the graph of all notes. `home` None: the usual front page.
    """

    title: str = "Notes"
    description: str = ""
    author: str = ""
    language: str = "en"
    timezone: str = "UTC"
    base_url: str = ""
    content: str = "content"
    output: str = "site"
    theme: str = "paper"
    themes: str = "themes"
    starters: tuple[str, ...] = ("templates",)
    ignore: tuple[str, ...] = ()
    favicon: str = ""
    logo: str = ""
    html: Html = Html.SANITIZE
    hard_breaks: bool = False
    typographer: bool = True
    page_size: int = 50
    feed_size: int = 20
    menu: tuple[MenuEntry, ...] = ()
    plugins: tuple[str, ...] = ()
    search: Search = Search()
    graph: bool = True
    look: Look = Look()
    images: Images = Images()
    cards: Cards = Cards()
    llms: bool = True
    twins: bool = False
    passage_of_the_day: bool = False
    home: tuple[HomePart, ...] | None = None

    @property
    def home_parts(self) -> tuple[HomePart, ...]:
        """The parts of the front page in their order.

        The passage of the day is one if `home` names it, or, where there is no `home`, if `passage_of_the_day` asks.
        """
        if self.home is not None:
            return self.home
        return tuple(
            HomePart(name) for name in HOME_PARTS if name in COUNTED_PARTS or self.passage_of_the_day
        )

    @property
    def dialect(self) -> Dialect:
        """What `parse` needs to know of the settings."""
        return Dialect(self.html, self.hard_breaks, self.typographer, self.language)
