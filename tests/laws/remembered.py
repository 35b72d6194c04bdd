"""What two libraries make of equal input is made once in each process: it took three fifths of a history's time.

Neither is on trial in the laws, and both know nothing but what they are given: Jinja when it makes code of a template's text,
Pillow when it chooses the 64 colours of a card.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from hashlib import blake2b
from typing import Any

import jinja2
from PIL import Image

#: So many answers of each are kept; a picture of a card has 750 kB.
_KEPT = 100


def remember() -> None:
    """From now on, in this process and its children."""
    jinja2.Environment.compile = _remembered(jinja2.Environment.compile, _template)  # type: ignore[method-assign]
    Image.Image.quantize = _remembered(Image.Image.quantize, _picture, Image.Image.copy)  # type: ignore[method-assign]


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


def _template(environment: jinja2.Environment, *given: Any, **named: Any) -> Hashable:
    names = frozenset((*environment.filters, *environment.tests, *environment.extensions))
    settings = (environment.autoescape, environment.trim_blocks, environment.lstrip_blocks)
    kinds = (type(environment), environment.code_generator_class)
    return kinds, names, settings, given, tuple(named.items())


def _picture(image: Image.Image, *given: Any, **named: Any) -> Hashable:
    return blake2b(image.tobytes()).digest(), image.mode, image.size, given, tuple(named.items())
