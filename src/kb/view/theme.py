"""A page becomes bytes. The only door between our values and the templates.

A theme is its files. What all pages share (`SiteInfo`) counts as part of the theme, so a page's key
has three parts: the theme's digest, that of the note's text, and that of everything else on the
page. Equal keys, equal bytes; where two keys differ, the part that differs says why (`kb why`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, TypeAlias

import msgspec

from kb.model.endless import Endless
from kb.view.pages import CopyPage, DataPage, Page, PicturePage, SiteInfo
from kb.view.prose import Prose

Sources: TypeAlias = tuple[tuple[str, str], ...]

#: Templates of a page's frame: no note can ask for one of these by its ``kind``.
FRAMES = frozenset(
    (
        *(
            "base",
            "macros",
            "home",
            "section",
            "tag",
            "tags",
            "archive",
            "contents",
            "graph",
            "search",
            "404",
            "redirect",
        ),
        *("fields", "kind", "kinds", "reviews", "passages", "series"),
    )
)
#: The templates of pages that every site has, and what they are made with: the rest is compiled where it is used.
_EVERYWHERE = (
    "base",
    "macros",
    "note",
    "home",
    "section",
    "tag",
    "tags",
    "archive",
    "contents",
    "graph",
    "404",
)
#: The template of a kind that has fields and no template of its own.
FIELDS = "fields.html"


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme's files, and what every page shares.

    `templates` are Jinja sources by the name that ``extends`` uses: "note.html" (the site's own file
    where it has one), "paper/note.html" (the one that a theme ships). `assets` are bytes by name.
    """

    name: str
    templates: Mapping[str, str]
    assets: Mapping[str, bytes]
    site: SiteInfo
    stamp: str
    """Whatever else turns a note into bytes: the versions of kb and its libraries, the dialect, the plugins."""

    digest: str = ""
    sources: Sources = ()
    """The templates as a value: equal sources, one set of compiled templates."""

    strange: bool = False
    """Whether some of the templates did not come with kb: then all run where they can but shape pages."""

    @classmethod
    def of(
        cls,
        name: str,
        templates: Mapping[str, str],
        assets: Mapping[str, bytes],
        site: SiteInfo,
        stamp: str,
        *,
        strange: bool = False,
    ) -> Theme:
        """The theme made of these files. Equal files, equal digest."""
        sources = tuple(sorted(templates.items()))
        made_of = (name, stamp, sources, sorted(assets.items()), site, strange)
        return cls(name, templates, assets, site, stamp, digest_of(made_of), sources, strange)

    def template_for(self, kind: str, *, knows_fields: bool = False) -> str:
        """The template of a note of this kind: its own if the theme has one.

        Else that which shows the fields of any kind, if the kind `knows_fields` and the theme has it; else the plain
        note's.
        """
        name = f"{kind}.html"
        if kind not in FRAMES and name in self.templates:
            return name
        return FIELDS if knows_fields and FIELDS in self.templates else "note.html"


def digest_of(value: object) -> str:
    """A name for exactly this value: 128 bits of BLAKE2b over its canonical encoding."""
    return _hex(_ENCODER.encode(value))


def key(theme: Theme, page: Page) -> str:
    """A name for exactly what `render` is given: ``theme-text-rest``, in hexadecimal."""
    match page:
        case CopyPage():
            return f"copy-{page.digest}"
        case DataPage():
            return f"data-{page.key}"
        case PicturePage():
            return f"picture-{page.key}"
    body = getattr(page, "body", None)
    text: str = body.digest if isinstance(body, Prose) else ""
    rest = msgspec.msgpack.Encoder(enc_hook=partial(_plain, text)).encode((type(page).__name__, page))
    return f"{theme.digest[:_PART]}-{text[:_PART]}-{_hex(rest)[:_PART]}"


class TemplateFailed(Exception):  # noqa: N818 - a fact about a theme
    """A template could not make its page. `template` and `line` say where, `words` what."""

    def __init__(self, template: str, line: int, error: Exception) -> None:
        self.words = _in_words(error)
        self.endless = isinstance(error, Endless)
        super().__init__(f"{template}:{line}: {self.words}")
        self.template = template
        self.line = line


def prepare(templates: Mapping[str, str]) -> None:
    """Load what renders the pages of every site, so that the processes that are forked from this one need not.

    For themes that came with kb. What only some sites need, such as the templates of kinds of notes, is loaded where a
    page asks for it.
    """
    from jinja2 import TemplateError  # noqa: PLC0415

    environment = _environment(tuple(sorted(templates.items())), strange=False)
    for name in _EVERYWHERE:
        with suppress(TemplateError):  # told when a page is made by it
            environment.get_template(f"{name}.html")


def render(theme: Theme, page: Page) -> bytes:
    """The bytes of a page's file. Not for a `CopyPage` or a `PicturePage`, which are made of a file of the vault.

    Raises `TemplateFailed` for whatever goes wrong inside a template.
    """
    if isinstance(page, DataPage):
        return page.data()
    from jinja2 import TemplateError  # noqa: PLC0415 - a warm build renders nothing

    name: str = page.template  # type: ignore[attr-defined]
    environment = _environment(theme.sources, strange=theme.strange)
    try:
        text: str = environment.get_template(name).render(page=page, site=theme.site)
    except (TemplateError, *_FROM_TEMPLATES) as error:
        place = _place_in_template(error)
        if place is None and (
            theme.strange or isinstance(error, RecursionError)
        ):  # before or behind its lines
            place = name, 1
        if place is None:
            raise
        raise TemplateFailed(*place, error) from error
    except (Endless, MemoryError, SyntaxError) as error:
        raise TemplateFailed(*(_place_in_template(error) or (name, 1)), error) from error
    return text.encode()


#: How Jinja names the object that it was given.
_OUR_PAGE = re.compile(r"'kb\.view\.pages\.(\w+) object'")
#: What an expression in a template can raise besides Jinja's own errors.
_FROM_TEMPLATES = (RuntimeError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, OSError)


def _place_in_template(error: BaseException) -> tuple[str, int] | None:
    """The template and line where an error arose, if a template it was."""
    if isinstance(error, SyntaxError):  # of the code that was made of it, whose lines say nothing
        return (error.filename, 1) if error.filename else None
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    if name and line:  # a TemplateSyntaxError knows
        return str(name), int(line)
    place, trace = None, error.__traceback__
    while trace is not None:  # Jinja gives the frames of a template its own file and lines
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            place = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return place


def _in_words(error: Exception) -> str:
    if isinstance(error, Endless):
        return "this does not come to an end, and was given up"
    if isinstance(error, SyntaxError | RecursionError):
        return "this is nested too deeply, or has itself within itself"
    if isinstance(error, MemoryError):
        return "this takes more memory than any page needs"
    words = _OUR_PAGE.sub(r"a \1", str(error))
    return words if type(error).__module__.startswith("jinja2") else f"{type(error).__name__}: {words}"


def _plain(text: str, value: object) -> Any:
    """A prose as what it is made of; the digest ``text``, which stands elsewhere in the key, left out."""
    if isinstance(value, Prose):
        return value.parts if value.digest != text else value.parts[1:]
    message = f"no page may hold a {type(value).__name__}"
    raise TypeError(message)


def _hex(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


_ENCODER = msgspec.msgpack.Encoder(enc_hook=partial(_plain, ""))
#: Hexadecimal digits of each part of a key: 96 bits, so that no two of a billion pages are alike by chance.
_PART = 24


@lru_cache(maxsize=2)
def _environment(sources: Sources, *, strange: bool) -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - a warm build renders nothing

    from kb.view.compiling import QuickGenerator  # noqa: PLC0415 - the same

    templates = dict(sources)

    def source(name: str) -> tuple[str, str, None] | None:
        text = templates.get(name)
        return None if text is None else (text, name, None)

    kind: type[Environment] = Environment
    generator: type[QuickGenerator] = QuickGenerator
    if strange:
        from kb.view.sandbox import SandboxGenerator, Shut  # noqa: PLC0415 - only where there is such a theme

        kind, generator = Shut, SandboxGenerator
    environment = kind(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.code_generator_class = generator
    return environment
