"""The shape of the code, read off its syntax trees: who may import whom, and what stays behind the wall.

The checks are functions of ``{module: source}``, so that the tests at the end can show each of them
a small program that breaks its rule.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"

#: Room → the rooms it may import besides itself. A room is a folder or a module directly in `kb`. The
#: package itself, "", holds the version: it imports nothing, and everybody may import it.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "": frozenset(),
    "model": frozenset(),
    "media": frozenset(),
    "read": frozenset({"model"}),
    "link": frozenset({"model"}),
    "view": frozenset({"model", "link"}),
    "plugin": frozenset({"model", "link", "view"}),
    "features": frozenset({"model", "media", "read", "link", "view", "plugin"}),
    "search": frozenset({"model", "link", "view"}),
    "disk": frozenset({"model", "media", "link", "view"}),
    "pipeline": frozenset({"model", "read", "link", "view", "plugin", "features", "search", "disk", "media"}),
}
MAY_IMPORT["serve"] = MAY_IMPORT["pipeline"] | {"pipeline"}
MAY_IMPORT["cli"] = MAY_IMPORT["serve"] | {"serve"}
MAY_IMPORT["__main__"] = frozenset({"cli"})

#: Rooms that know no file, clock, network, process or chance.
PURE = frozenset({"model", "media", "read", "link", "view", "plugin", "features"})

#: What stays outside the pure rooms, `datetime` is for reading dates there, never for asking the clock.
IMPURE = frozenset(
    """
    asyncio atexit concurrent ctypes dbm fcntl fileinput getpass glob http importlib io linecache locale
    logging mmap multiprocessing os pathlib pkgutil platform pwd random resource runpy secrets select
    shelve shutil signal site socket socketserver sqlite3 ssl subprocess sysconfig tempfile threading
    time tokenize urllib.request uuid webbrowser zipfile zoneinfo
    click platformdirs watchdog
    """.split()
)

#: Built-in functions that no pure room calls: `hash` differs from process to process (it may serve
#: `__hash__`, whose values stay in the process), the others do I/O.
IMPURE_CALLS = frozenset({"open", "input", "print", "breakpoint", "hash", "exec", "eval", "__import__"})

#: Methods that ask the clock.
CLOCK = frozenset({"now", "utcnow", "today"})

#: Libraries that one room alone knows.
ONLY_IN = {"whoosh": "search", "click": "cli", "watchdog": "serve", "sqlite3": "disk"}

#: Libraries that can run what they read, and the modules that may use them all the same, with the reason.
RUNS_WHAT_IT_READS = frozenset({"pickle", "marshal", "shelve", "dill", "cloudpickle"})
PICKLES = {
    "kb.disk.parallel": "between a process and the children that it forked; never to or from a file",
    "kb.search.whoosh.pickles": "Whoosh's files are pickles: written as plain data, loaded by a loader that looks no name up",
}

LONGEST = 400
#: Modules longer than that, each with the reason why it is better in one piece.
LONG_ON_PURPOSE: dict[str, str] = {}

#: Modules that may catch everything and keep it, each with the reason.
CATCHES_ALL = {
    "kb.disk.parallel": "a worker hands whatever flew to its parent, where it flies on",
    "kb.search.whoosh.self_test": "a Whoosh of other insides may raise anything, and then is not the one we write for",
}


class Import(NamedTuple):
    """One name of an import statement, dots resolved: ``from kb.link import vault`` is ``kb.link.vault``."""

    module: str
    line: int
    name: str


def test_rooms_import_only_the_rooms_below_them(code: Mapping[str, str]) -> None:
    assert list(forbidden_imports(code)) == []


def test_every_room_is_known(code: Mapping[str, str]) -> None:
    assert {room_of(module) for module in code} <= set(MAY_IMPORT)


def test_modules_do_not_import_each_other_in_a_circle(code: Mapping[str, str]) -> None:
    assert cycle(code) == []


def test_pure_rooms_have_no_access_to_the_outside(code: Mapping[str, str]) -> None:
    assert list(impurities(code)) == []


def test_a_library_is_known_to_its_room_alone(code: Mapping[str, str]) -> None:
    assert list(strays(code)) == []


def test_imports_are_the_same_for_types_as_for_running(code: Mapping[str, str]) -> None:
    assert [module for module, source in code.items() if "TYPE_CHECKING" in source] == []


def test_nothing_catches_everything(code: Mapping[str, str]) -> None:
    assert {module for module, _ in catch_alls(code)} <= set(CATCHES_ALL)


def test_nothing_asks_for_the_language_of_the_system(code: Mapping[str, str]) -> None:
    asks = re.compile(
        r"^\s*(?:import|from) (?:locale|gettext)\b|\b(?:setlocale|strcoll|strxfrm)\(", re.MULTILINE
    )
    assert [module for module, source in code.items() if asks.search(source)] == []


def test_only_the_command_line_prints(code: Mapping[str, str]) -> None:
    assert list(prints(code)) == []


def test_no_module_is_too_long_to_read_at_once(code: Mapping[str, str]) -> None:
    long = {module for module, source in code.items() if source.count("\n") > LONGEST}
    assert long == set(LONG_ON_PURPOSE)


# How it is found out.


@pytest.fixture(scope="module")
def code() -> Mapping[str, str]:
    return {name(file): file.read_text(encoding="utf-8") for file in sorted(SRC.rglob("*.py"))}


def name(file: Path) -> str:
    parts = file.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(code: Mapping[str, str]) -> Iterator[Import]:
    for module, source in code.items():
        package = (
            module if any(other.startswith(f"{module}.") for other in code) else module.rpartition(".")[0]
        )
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                yield from (Import(module, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                up = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                origin = ".".join([*up, *([node.module] if node.module else [])])
                yield from (Import(module, node.lineno, f"{origin}.{alias.name}") for alias in node.names)


def imported_modules(code: Mapping[str, str]) -> Iterator[Import]:
    """The imports of our own modules: ``kb.link.vault.Vault`` is an import of ``kb.link.vault``."""
    for found in imports(code):
        if found.name in code:
            yield found
        elif found.name.split(".")[0] == "kb":
            yield found._replace(name=found.name.rpartition(".")[0])


def forbidden_imports(code: Mapping[str, str]) -> Iterator[str]:
    for found in imported_modules(code):
        here, there = room_of(found.module), room_of(found.name)
        if there not in MAY_IMPORT.get(here, frozenset()) | {here, ""}:
            yield f"{found.module}:{found.line} imports {found.name}"


def cycle(code: Mapping[str, str]) -> list[str]:
    graph: dict[str, set[str]] = {module: set() for module in code}
    for found in imported_modules(code):
        graph[found.module].add(found.name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(module) for module in error.args[1]]
    return []


def impurities(code: Mapping[str, str]) -> Iterator[str]:
    pure = {module: source for module, source in code.items() if room_of(module) in PURE}
    for found in imports(pure):
        if any(found.name == name or found.name.startswith(f"{name}.") for name in IMPURE):
            yield f"{found.module}:{found.line} imports {found.name}"
    for module, call in calls(pure):
        match call.func:
            case ast.Name(id="hash") if "__hash__" in enclosing(pure[module], call.lineno):
                pass
            case ast.Name(id=called) if called in IMPURE_CALLS:
                yield f"{module}:{call.lineno} calls {called}()"
            case ast.Attribute(attr=called) if called in CLOCK:
                yield f"{module}:{call.lineno} asks the clock by .{called}()"


def strays(code: Mapping[str, str]) -> Iterator[str]:
    for found in imports(code):
        library = found.name.split(".")[0]
        if library in RUNS_WHAT_IT_READS:
            allowed = found.module in PICKLES
        else:
            allowed = ONLY_IN.get(library, room_of(found.module)) == room_of(found.module)
        if not allowed:
            yield f"{found.module}:{found.line} imports {found.name}"


def catch_alls(code: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The handlers of everything, except those that clean up and let it fly on."""
    for module, source in code.items():
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.ExceptHandler(body=[*_, ast.Raise(exc=None)]):
                    pass
                case ast.ExceptHandler(type=None):
                    yield module, node.lineno
                case ast.ExceptHandler(type=ast.expr() as kinds) if any(
                    isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}
                    for kind in ast.walk(kinds)
                ):
                    yield module, node.lineno


def prints(code: Mapping[str, str]) -> Iterator[str]:
    silent = {module: source for module, source in code.items() if room_of(module) != "cli"}
    for module, call in calls(silent):
        match call.func:
            case ast.Name(id="print"):
                yield f"{module}:{call.lineno} print()"
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr")):
                yield f"{module}:{call.lineno} writes to the terminal"


def calls(code: Mapping[str, str]) -> Iterator[tuple[str, ast.Call]]:
    for module, source in code.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                yield module, node


def enclosing(source: str, line: int) -> set[str]:
    """The names of the functions that this line stands in."""
    return {
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or node.lineno)
    }


# That it would be found out.


@pytest.mark.parametrize(
    "source",
    [
        "import kb.cli",
        "from kb import cli",
        "from kb.cli import main",
        "from .. import cli",
        "from ..cli import main",
        "def f() -> None:\n    from kb.cli import main",
        "if False:\n    import kb.cli",
    ],
)
def test_an_import_from_above_is_seen_in_every_spelling(source: str) -> None:
    code = {"kb": "", "kb.link": "", "kb.link.vault": source, "kb.cli": ""}
    line = source.count("\n") + 1
    assert list(forbidden_imports(code)) == [f"kb.link.vault:{line} imports kb.cli"]


@pytest.mark.parametrize(
    "source", ["from . import urls", "from .urls import url", "from kb.view.urls import url"]
)
def test_an_import_within_a_room_is_free(source: str) -> None:
    code = {"kb": "", "kb.view": "", "kb.view.site": source, "kb.view.urls": ""}
    assert list(forbidden_imports(code)) == []
    assert [found.name for found in imported_modules(code)] == ["kb.view.urls"]


def test_a_circle_is_seen_even_through_a_function() -> None:
    code = {
        "kb.view.a": "from kb.view import b",
        "kb.view.b": "from kb.view.c import x",
        "kb.view.c": "def f() -> None:\n    import kb.view.a",
    }
    assert set(cycle(code)) == set(code)


@pytest.mark.parametrize(
    "source",
    [
        "import os.path",
        "from os import path",
        "from concurrent.futures import Executor",
        "from urllib.request import urlopen",
        "open('x')",
        "hash('x')",
        "def key() -> int:\n    return hash('x')",
        "datetime.now()",
        "datetime.date.today()",
    ],
)
def test_a_way_to_the_outside_is_seen(source: str) -> None:
    assert len(list(impurities({"kb.view.site": source}))) == 1
    assert list(impurities({"kb.disk.output": source})) == []


@pytest.mark.parametrize(
    "source",
    [
        "from urllib.parse import quote",
        "from datetime import date",
        "import posixpath",
        "def __hash__(self) -> int:\n    return hash(self.path)",
    ],
)
def test_what_only_computes_is_no_way_to_the_outside(source: str) -> None:
    assert list(impurities({"kb.view.site": source})) == []


@pytest.mark.parametrize("kind", ["", " Exception", " BaseException as error", " (OSError, Exception)"])
def test_a_handler_that_catches_everything_is_seen(kind: str) -> None:
    assert list(catch_alls({"kb.a": f"try:\n    f()\nexcept{kind}:\n    pass"})) == [("kb.a", 3)]


def test_a_handler_that_lets_everything_fly_on_is_none() -> None:
    assert list(catch_alls({"kb.a": "try:\n    f()\nexcept BaseException:\n    g()\n    raise"})) == []


@pytest.mark.parametrize("source", ["print(1)", "sys.stdout.write('1')", "sys.stderr.flush()"])
def test_printing_is_seen(source: str) -> None:
    assert len(list(prints({"kb.disk.a": source}))) == 1
    assert list(prints({"kb.cli.a": source})) == []


def test_a_module_of_the_standard_library_is_spelt_as_it_is_called() -> None:
    assert {name.split(".")[0] for name in IMPURE} - sys.stdlib_module_names == {
        "click",
        "platformdirs",
        "watchdog",
    }
