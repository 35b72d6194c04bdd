"""Where a note's front matter is, if it has one.

A note may begin with a rule (``---``) as well as with front matter (``---``). What looks like a key
decides: text is never taken for keys and thereby lost, and keys are never published as text, for one
of them might say ``publish: false``.
"""

from __future__ import annotations

import re
from enum import Enum, auto

import msgspec

from kb.read.yaml12 import MAX_LENGTH


class Matter(Enum):
    """What stands at the top of a note."""

    YAML = auto()
    UNCLOSED = auto()  # keys behind a --- that no other --- follows
    TOML = auto()


class Found(msgspec.Struct, frozen=True, gc=False):
    """A front matter: `yaml` is what stands between the fences, from the line after `line` on.

    `lines` is how many lines of the note it occupies, both fences and whatever stands before it included.
    """

    matter: Matter
    line: int
    lines: int
    yaml: str = ""


#: Spaces of any kind: one without a break is typed easily, and seen by nobody.
_SPACES = r"[^\S\n]*"
_END_OF_LINE = re.compile(rf"{_SPACES}(?:\n|\Z)")
#: Blank lines and comments are nothing, so what they stand before is still the top of the note.
_OPENING = re.compile(
    rf"(?:{_SPACES}(?:%%(?!%)(?:(?!%%)[\s\S])*%%(?!%){_SPACES})?\n)*(?P<fence>---){_SPACES}(?:\n|\Z)"
)
_TOML = re.compile(rf"\+\+\+{_SPACES}\n(?:[^\n]*\n)*?\+\+\+{_SPACES}(?:\n|\Z)")
#: ``key:`` as nearly every key is written. Prose with a colon in its first words looks the same.
_KEY = re.compile(
    r"^[ \t]*(?:[\"'][^\"'\n]+[\"']|[^\W\d][\w.-]*(?: [\w.-]+){0,3}) ?:(?:\s|\Z)|^\{|^<<:", re.MULTILINE
)
#: Keys of ours, also with ``=``; and those that keep a note private, in whatever form.
_OUR_KEY = re.compile(
    r"^(?:title|date|updated|draft|publish(?:ed)?|permalink|slug|tags?|alias(?:es)?|cssclass(?:es)?) ?[:=]",
    re.MULTILINE | re.IGNORECASE,
)
_PRIVACY = re.compile(
    r"^[ \t]*(?:- )?[\"']?(?:draft|publish(?:ed)?)\b[\"']?(?: ?[:=]| +(?:true|false|yes|no)\s*$)",
    re.MULTILINE | re.IGNORECASE,
)
_COMMENTS = re.compile(r"(?:[ \t]*(?:#[^\n]*)?(?:\n|\Z))*")


def find_front_matter(text: str) -> Found | None:
    """The front matter of a note; None where there is none, though the note may begin with a rule."""
    if text.startswith("+++"):
        return _toml(text)
    if text[:1] not in {"-", "%"} and not text[:1].isspace():
        return None
    opening = _OPENING.match(text)
    if not opening:
        return None
    start = opening.end()
    line = text.count("\n", 0, opening.start("fence")) + 1
    end = _closing(text, start)
    if end < 0:
        return (
            Found(Matter.UNCLOSED, line, 0) if _begins_with_keys(text[start : start + MAX_LENGTH]) else None
        )
    yaml = text[start:end]
    if not _holds_keys(yaml, at_top=line == 1):
        return None
    return Found(Matter.YAML, line, text.count("\n", 0, end) + 1, yaml)


def _closing(text: str, start: int) -> int:
    """Where the first line that closes a front matter begins, -1 if none does."""
    dashes = _fence("\n---", text, start, len(text))
    dots = _fence("\n...", text, start, len(text) if dashes < 0 else dashes)
    return dashes if dots < 0 else dots


def _fence(fence: str, text: str, start: int, end: int) -> int:
    at = text.find(fence, start - 1, end)
    while at >= 0 and not _END_OF_LINE.match(text, at + len(fence)):
        at = text.find(fence, at + 1, end)
    return at + 1 if at >= 0 else -1


def _toml(text: str) -> Found | None:
    match = _TOML.match(text)
    return Found(Matter.TOML, 1, match[0].rstrip("\n").count("\n") + 1) if match and "=" in match[0] else None


def _holds_keys(yaml: str, *, at_top: bool) -> bool:
    """Whether what stands between two rules is front matter. Nothing at all is, at the top of a note."""
    if _KEY.match(yaml) or (at_top and _COMMENTS.fullmatch(yaml)):
        return True
    return bool(_KEY.search(_paragraph(yaml)) or _PRIVACY.search(yaml))


def _begins_with_keys(text: str) -> bool:
    """Whether text behind a rule is front matter. A rule with a blank line below it is hardly ever."""
    key = _OUR_KEY if _END_OF_LINE.match(text) else _KEY
    paragraph = _paragraph(text)
    return bool(key.search(paragraph) or _PRIVACY.search(paragraph))


def _paragraph(text: str) -> str:
    """The first lines of `text` that are not blank."""
    return re.split(r"\n[ \t]*\n", text.lstrip("\n \t"), maxsplit=1)[0]
