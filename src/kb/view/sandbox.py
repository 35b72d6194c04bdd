"""Where the templates of a theme that did not come with kb are run: they shape pages, and can do nothing else.

Jinja's own sandbox keeps them from whatever is not plain data: from names with an underscore before them, from
Python's insides, from changing what they are given. It does not keep them from taking all memory, in one step or in
many, and a large step is one that no signal interrupts. So no step makes a text or a list larger than a limit that no
honest page comes near. What takes long in many steps is stopped from outside (`kb.disk.patience`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from jinja2 import nodes
from jinja2.compiler import Frame
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kb.view.compiling import QuickGenerator

#: Characters of a text, or entries of a list, that one step of a template may make.
MOST = 10_000_000
#: Characters that a page may have.
LONGEST_PAGE = 256_000_000
#: A number of places or of signs that is given to a filter or a method.
_WIDEST = 100_000
#: Bits of a number that a template may reckon with.
_BITS = 100_000
#: A width in a format: ``%1000000d``, ``%*d``, ``{:>1000000}``.
_WIDE = re.compile(r"[0-9]{6}|%[^a-zA-Z%]*\*|\{[^{}]*\{")
#: What makes much of little. What they are given is looked at before they are let do it.
_GROWING = ("batch", "center", "format", "indent", "join", "replace", "slice", "sum", "wordwrap")
#: What takes a number of places, or a text to put into them.
_WIDENING = frozenset("batch center expandtabs indent ljust rjust slice to_bytes wordwrap zfill".split())


class Shut(ImmutableSandboxedEnvironment):
    """Jinja for the templates of somebody else."""

    intercepted_binops = frozenset(("*", "**", "%", "+", "//", "/", "-"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals.pop("lipsum", None)  # a text of any length, another one each time
        for name in _GROWING:
            self.filters[name] = _looked_at(name, self.filters[name])

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """All that a template put out; no more than a page may have."""
        out, length = [], 0
        for part in parts:
            length += len(part)
            if length > LONGEST_PAGE:
                raise SecurityError(f"this template puts out more than {LONGEST_PAGE:,} characters")
            out.append(part)
        return "".join(out)

    def joined(self, context: EvalContext, parts: tuple[Any, ...]) -> str:
        """What ``~`` makes."""
        _within(_lengths(parts))
        return (markup_join if context.autoescape else str_join)(parts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """What an operator makes of two values, if that is not too much."""
        _measure_operator(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, PYI063 - as Jinja has it
        """What a function or a method gives, if that is not too much."""
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str | int):
            _measure(getattr(__obj, "__name__", ""), owner, (*args, *kwargs.values()))
        return super().call(__context, __obj, *args, **kwargs)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """The method ``format`` of a text, in which Jinja lets nothing but plain data be named."""
        wrapped = super().wrap_str_format(value)
        if wrapped is None:
            return None

        def looked_at(*given: Any, **named: Any) -> str:
            _measure("format", value.__self__, (*given, *named.values()))
            return wrapped(*given, **named)

        return looked_at


class SandboxGenerator(QuickGenerator):
    """Lets ``~``, which Jinja reckons without asking its environment, be asked for."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - as Jinja has it
        """A row of ``~``."""
        self.write("environment.joined(context.eval_ctx, (")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


def _measure_operator(operator: str, left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length()
        _within(bits, _BITS)
    elif operator == "+":
        _within(_size(left) + _size(right))
    elif operator == "*":
        thing, times = (right, left) if isinstance(left, int) else (left, right)
        _within(_size(thing) * times if isinstance(times, int) else 0)
    elif operator == "%" and isinstance(left, str):
        _measure("format", left, right if isinstance(right, tuple) else (right,))


def _measure(name: str, owner: Any, given: tuple[Any, ...]) -> None:
    """Look at what a filter, or the method of the same name, is about to make of its owner."""
    match name:
        case "format" | "format_map":
            if _WIDE.search(text := str(owner)):
                raise SecurityError("a format of this template is too wide")
            _within(len(text) + _lengths(given) * (text.count("%") + text.count("{")))
        case "replace" if len(given) > 1:
            text, old, new = str(owner), str(given[0]), str(given[1])
            _within(len(text) + text.count(old) * len(new))
        case "join" if given:
            parts = tuple(given[0])
            _within(_lengths(parts) + len(owner) * len(parts))
        case "sum" if not all(isinstance(each, str | int | float | None) for each in given):
            raise SecurityError("only numbers can be summed up")
        case _ if name in _WIDENING:
            widest = max((_width(each) for each in given), default=8)
            _within(widest, _WIDEST)
            _within(
                widest * (str(owner).count("\n") + str(owner).count("\t") if isinstance(owner, str) else 1)
            )


def _looked_at(name: str, made_by: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose work is looked at before."""

    @wraps(made_by)
    def looked_at(*given: Any, **named: Any) -> Any:
        at = next(at for at, each in enumerate(given) if not isinstance(each, Context | EvalContext | Shut))
        others = (*given[at + 1 :], *named.values())
        if name == "join":
            given = (
                *given[:at],
                tuple(given[at]),
                *given[at + 1 :],
            )  # what can be read once only is read here
            _measure(name, str(others[0]) if others else "", (given[at],))
        else:
            _measure(name, given[at], others)
        return made_by(*given, **named)

    return looked_at


def _width(given: Any) -> int:
    return len(given) if isinstance(given, str) else int(given) if isinstance(given, int | float) else 0


def _lengths(parts: Iterable[Any]) -> int:
    return sum(len(part) if isinstance(part, str) else len(str(part)) for part in parts)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes | list | tuple | Mapping) else 1


def _within(size: int, most: int = MOST) -> None:
    if size > most:
        raise SecurityError(f"this makes more than {most:,} of something, which no page needs")
