"""Graphviz, which lays graphs out: the libraries that PyGraphviz ships (the extra ``graphviz``), called as they are.

No program is run and no file is read. Of Graphviz's plugins those are left out that ask for fonts and pictures: so it
measures words by its own tables, and what it draws depends on its version and on nothing of the machine. PyGraphviz's
own functions know no choice of plugins, and tell errors to the standard error alone.

It is C, and not made for threads: one graph is drawn at a time.
"""

from __future__ import annotations

import ctypes
import re
import threading
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec
from typing import Any, NamedTuple

from kb.model.fenced import LaidOut, Mistake

_PACKAGE, _LIBRARY = "pygraphviz", "_graphviz"
_PLUGINS = ("dot_layout", "neato_layout", "core")
_ONE_AT_A_TIME = threading.Lock()
_MISSING = Mistake(
    0,
    1,
    "this diagram is shown as text: Graphviz, which draws it, is not installed",
    "install it with pip install 'kb[graphviz]'",
    not_installed=True,
)
_UNLIKE = Mistake(
    0,
    1,
    "this diagram is shown as text: the Graphviz that is installed is none that kb can use",
    "install the one it knows with pip install 'kb[graphviz]'",
    not_installed=True,
)
#: What each thing that Graphviz says begins with; it may go on over several lines.
_KIND = re.compile(r"^(?:Warning|Error): ", re.MULTILINE)
#: It says this once a process, of the first letter that its table of widths lacks; letters are then of one width.
_OF_THE_TABLE = "no value for width"
_Teller = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p)


class _Symbol(ctypes.Structure):
    """An entry of the table of plugins that a context is made with (``lt_symlist_t``)."""

    _fields_ = (("name", ctypes.c_char_p), ("address", ctypes.c_void_p))


class _Graphviz(NamedTuple):
    """The library, and the table of the plugins that it may use."""

    library: Any
    plugins: ctypes.Array[_Symbol]


def layout(text: str, engine: str) -> LaidOut | Mistake:
    """The SVG of a graph in DOT, laid out by an engine such as ``dot``; or what keeps it from being drawn."""
    graphviz = _graphviz()
    if isinstance(graphviz, Mistake):
        return graphviz
    with _ONE_AT_A_TIME:
        told: list[bytes] = []

        def tell(part: bytes) -> int:
            told.append(part)
            return 0

        teller = _Teller(tell)
        graphviz.library.agseterrf(teller)
        try:
            svg = _drawn(graphviz, text.encode(errors="replace"), engine.encode())
        finally:
            graphviz.library.agseterrf(_Teller())
    each_said = (" ".join(one.split()) for one in _KIND.split(b"".join(told).decode(errors="replace"))[1:])
    said = tuple(one for one in each_said if one and _OF_THE_TABLE not in one)
    if svg is None:
        message = f"Graphviz cannot draw this: {'; '.join(said) or 'it does not say why'}"
        return Mistake(1, 1, message, "take out what is unusual in it, part by part")
    return LaidOut(svg, said)


def is_loaded() -> bool:
    """Whether there is a Graphviz that can draw. It is loaded, if there is."""
    return isinstance(_graphviz(), _Graphviz)


def _drawn(graphviz: _Graphviz, text: bytes, engine: bytes) -> bytes | None:
    library = graphviz.library
    context = library.gvContextPlugins(ctypes.byref(graphviz.plugins), 0)
    graph = library.agmemread(text)
    try:
        if not graph or library.gvLayout(context, graph, engine):
            return None
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        try:
            if library.gvRenderData(context, graph, b"svg", ctypes.byref(data), ctypes.byref(size)):
                return None
            return ctypes.string_at(data, size.value)
        finally:
            library.gvFreeRenderData(data)
            library.gvFreeLayout(context, graph)
    finally:
        if graph:
            library.agclose(graph)
        library.gvFreeContext(context)


@cache
def _graphviz() -> _Graphviz | Mistake:
    """Graphviz, if it is installed with all that we need of it; else what a person should know.

    PyGraphviz itself is not imported: where the system lacks a library that it needs, that would raise.
    """
    package = find_spec(_PACKAGE)
    found = package and PathFinder.find_spec(_LIBRARY, package.submodule_search_locations)
    if not found or not found.origin:
        return _MISSING
    try:
        library = ctypes.CDLL(found.origin)
    except OSError as error:
        return Mistake(
            0,
            1,
            f"this diagram is shown as text: Graphviz, which draws it, cannot be loaded: {error}",
            "install what it needs of the system, on Debian with apt install libglib2.0-0 libxrender1 libxext6",
            not_loaded=True,
        )
    try:
        _declare(library)
        plugins = [
            (name, ctypes.addressof(ctypes.c_char.in_dll(library, name)))
            for name in (f"gvplugin_{plugin}_LTX_library" for plugin in _PLUGINS)
        ]
    except (AttributeError, ValueError):  # another make of it, in which these are not
        return _UNLIKE
    table = (_Symbol * (len(plugins) + 1))(*(_Symbol(name.encode(), address) for name, address in plugins))
    return _Graphviz(library, table)


def _declare(library: Any) -> None:
    """What the functions take and give: pointers that are taken for numbers lose their upper half."""
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, gives, takes in (
        ("gvContextPlugins", pointer, (pointer, number)),
        ("gvFreeContext", number, (pointer,)),
        ("gvLayout", number, (pointer, pointer, text)),
        ("gvRenderData", number, (pointer, pointer, text, pointer, pointer)),
        ("gvFreeRenderData", None, (pointer,)),
        ("gvFreeLayout", number, (pointer, pointer)),
        ("agmemread", pointer, (text,)),
        ("agclose", number, (pointer,)),
        ("agseterrf", pointer, (_Teller,)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = gives, takes
