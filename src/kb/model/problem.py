"""What we tell an author who made a mistake: where, what, and what to do.

A `Problem` is something the author can mend. Anything else is our bug and flies as an exception.
Every code is listed in `CODES` with its severity; a code keeps its meaning for ever, so that it
can be looked up, silenced or counted.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How bad a problem is. Only an error makes a command exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Place(msgspec.Struct, frozen=True, order=True, gc=False, array_like=True):
    """A spot in a source file. Lines and columns count from one, columns in characters."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Problem(msgspec.Struct, frozen=True, order=True, gc=False, array_like=True):
    """One mistake, and what its author can do. `excerpt` is the source line where showing it helps, else empty."""

    place: Place
    code: str
    message: str
    hint: str
    excerpt: str = ""

    @property
    def severity(self) -> Severity:
        """What `CODES` says of this problem's code."""
        return CODES[self.code][0]


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

#: Every code there is: its severity, and what it means in one line (the manual is made from this).
CODES: dict[str, tuple[Severity, str]] = {
    # reading a file
    "unreadable-file": (_E, "a note could not be opened or read"),
    "not-utf8": (_E, "a note is not UTF-8 text"),
    "utf16": (_W, "a note is UTF-16; it was decoded, other tools may not"),
    "control-character": (_W, "a NUL or another control character was replaced"),
    "symlink-outside": (_W, "a symbolic link leads out of the vault and was not followed"),
    "symlink-loop": (_W, "a symbolic link leads back to a folder above it"),
    "not-a-file": (_W, "a name that looks like a note is a folder, a pipe or a device"),
    # front matter
    "front-matter": (_E, "the front matter cannot be read; the note is not published"),
    "front-matter-unclosed": (_E, "the front matter is opened and never closed; the note is not published"),
    "front-matter-late": (_W, "the front matter does not start on the first line"),
    "front-matter-value": (_E, "a front matter value has the wrong type or form"),
    "front-matter-coerced": (_W, "a front matter value was read in another sense than written"),
    "front-matter-key": (_W, "a front matter key is old, or looks like a misspelt one"),
    "missing-field": (_W, "a note says nothing in a field that its kind needs"),
    "unknown-kind": (_W, "a note is of a kind that is not known, and looks like a misspelt one"),
    "duplicate-key": (_E, "a front matter key stands twice; the note is not published"),
    "bad-date": (_E, "a date that does not exist or cannot be read; the note is not published"),
    "template-placeholder": (_W, "a template's placeholder such as {{date}} was left in a note"),
    # the text
    "nesting-limit": (_E, "lists or quotes are nested deeper than can be read"),
    "unclosed-comment": (_W, "a %% comment is opened and never closed; it hides the rest of the note"),
    "unknown-language": (_W, "a code block names a language that the highlighter does not know"),
    "slow-code": (_W, "a code block would take too long to highlight and is shown plain"),
    "endless-code": (_E, "highlighting a code block had to be given up; the note is not published"),
    "hidden-character": (
        _W,
        "code, or a text, holds a character that nobody sees; it may say other than it shows",
    ),
    "truncated-url": (_W, "an address looks cut off"),
    "unsafe-link": (_W, "a link has a scheme that is not allowed; it is shown as text"),
    "external-wikilink": (_W, "a wikilink holds a web address"),
    "image-without-alt": (_W, "an image has no alternative text"),
    "block": (_E, "a table, a chart, a decision or a diagram cannot be made; its block is shown as text"),
    "duplicate-equation": (_W, "two equations of a note have one label"),
    "missing-equation": (_W, "a reference to an equation that the note does not have"),
    "notebook": (_E, "a notebook cannot be read, and is not published"),
    "not-installed": (_I, "a block is shown as text, since what would draw it is not installed"),
    "not-loaded": (_W, "a block is shown as text, since the system lacks something that would draw it"),
    "block-remark": (
        _I,
        "the result of a decision hangs on something that may not be meant: a tie, one option, a zero",
    ),
    "block-value": (_W, "a value of a table, a chart or a decision was left out, or read in a sense of ours"),
    "math": (_W, "a formula cannot be read; it is shown as its TeX"),
    "heading-jump": (_W, "a heading skips a level"),
    "large-note": (_W, "a note is so long that only its beginning can be searched"),
    "duplicate-block": (_W, "a block id stands twice in one note"),
    # links
    "broken-link": (_W, "a link leads to no note"),
    "missing-attachment": (_W, "a link or an embed names a file that is not there"),
    "unreadable-image": (
        _W,
        "a picture is cut off, too large or none at all; it is published, but not as it should be",
    ),
    "missing-heading": (_W, "a link names a heading that its note does not have"),
    "missing-block": (_W, "a link names a block that its note does not have"),
    "ambiguous-link": (_W, "a link could mean several notes; a rule chose one"),
    "link-outside": (_W, "a relative link climbs out of the vault"),
    "link-to-private": (_W, "a link leads to a note that is not published"),
    "embed-loop": (_W, "a note embeds itself, perhaps through others"),
    "embed-depth": (_W, "embeds are nested too deeply or grow too large"),
    # the site
    "duplicate-url": (_E, "two sources claim one address"),
    "duplicate-alias": (_W, "two notes once had one address; it leads to the first"),
    "bad-permalink": (_E, "a permalink or slug that cannot be an address inside the site"),
    "odd-name": (_W, "a file name that not every system can hold; its address was changed"),
    "long-address": (_E, "an address is longer than every system can hold; its page is not made"),
    "template": (_E, "a template failed on a page"),
    "output-clash": (_E, "a file that kb did not write stands where a page should go"),
    "output-edited": (_W, "a file of the site was changed by hand; it was kept aside"),
    "cache": (_W, "the cache was damaged and has been rebuilt"),
    "config": (_E, "a mistake in the configuration"),
    "no-base-url": (_I, "without the site's address there are no feeds, sitemap or canonical links"),
    "orphan": (_I, "no note links here"),
    "dead-end": (_I, "this note links to no other"),
    "unlinked-mention": (_I, "a note is mentioned by its title or an alias, and not linked"),
}
