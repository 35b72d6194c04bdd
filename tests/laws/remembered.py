"""What two libraries make of equal input is made once in each process, and what kb ships is read once: it was most of
a history's time.

Neither library is on trial in the laws, and both know nothing but what they are given: Jinja when it makes code of a
template's text, Pillow when it chooses the 64 colours of a card. Nobody edits a shipped theme in a history, only the
site's own layer upon it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from typing import Any

import jinja2
from PIL import Image

from kb.disk import themes

#: So many answers of each are kept; a picture of a card has 750 kB.
_KEPT = 100


def remember() -> None:
    """From now on, in this process and its children."""
    jinja2.Environment.compile = _remembered(jinja2.Environment.compile, _template)  # type: ignore[method-assign]
    Image.Image.quantize = _remembered(Image.Image.quantize, _picture, Image.Image.copy)  # type: ignore[method-assign]
    themes._add_layer = _shipped_once(themes._add_layer)


def _remembered(
    make: Callable[..., Any],
    what: Callable[..., Hashable],
    given: Callable[[Any], Any] = lambda made: made,
) -> Callable[..., Any]:
    known: dict[Hashable, Any] = {}

    @wraps(make)
    def remembered(*arguments: Any, **named: Any) -> Any:
        key = what(*arguments, **named)
        if key not in known:
            if len(known) == _KEPT:
                del known[next(iter(known))]
            known[key] = make(*arguments, **named)
        return given(known[key])

    return remembered


def _shipped_once(add: Callable[[themes.ThemeFiles, Path, Path], None]) -> Callable[..., None]:
    known: dict[Path, themes.ThemeFiles] = {}

    def remembered(theme: themes.ThemeFiles, layer: Path, root: Path) -> None:
        if layer.parent != themes.shipped():
            add(theme, layer, root)
            return
        if layer not in known:
            known[layer] = themes.ThemeFiles(layer.name, {}, {}, {})
            add(known[layer], layer, root)
        theme.templates.update(known[layer].templates)
        theme.assets.update(known[layer].assets)
        theme.places.update(known[layer].places)

    return remembered


def _template(environment: jinja2.Environment, *given: Any, **named: Any) -> Hashable:
    names = frozenset((*environment.filters, *environment.tests, *environment.extensions))
    settings = (environment.autoescape, environment.trim_blocks, environment.lstrip_blocks)
    kinds = (type(environment), environment.code_generator_class)
    return kinds, names, settings, given, tuple(named.items())


def _picture(image: Image.Image, *given: Any, **named: Any) -> Hashable:
    return blake2b(image.tobytes()).digest(), image.mode, image.size, given, tuple(named.items())
