"""The plugins that take part: what kb adds itself, and what the configuration names."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from kb.disk.root import place_of
from kb.features.built_in import BUILT_IN
from kb.model.problem import Problem
from kb.pipeline.opening import BadConfig, Opened
from kb.pipeline.own_kinds import own_kinds
from kb.plugin import Plugin


def plugins_of(opened: Opened) -> tuple[Plugin, ...]:
    """What kb adds itself, the plugins that the configuration names, and the site's own kinds of notes.

    Raises `BadConfig` with all plugins that are not there or are none, and with every mistake in a kind's description.
    What goes wrong inside a plugin flies.
    """
    names = opened.settings.plugins
    found = [(name, list(_called(name))) for name in names]
    problems = []
    for name, plugins in found:
        if not plugins or not all(isinstance(plugin, Plugin) for plugin in plugins):
            what = f"{name!r} is no plugin" if plugins else f"no plugin is called {name!r}"
            hint = "install it, or name it as module:name, where the name stands for a kb.plugin.Plugin"
            problems.append(Problem(place_of(opened.root, "plugins"), "config", what, hint))
    if problems:
        raise BadConfig(tuple(problems))
    known = (*BUILT_IN, *(plugin for _, plugins in found for plugin in plugins))
    taken = frozenset(kind.schema.kind for plugin in known for kind in plugin.kinds)
    return (*known, *own_kinds(opened, taken))


def _called(name: str) -> Iterator[Plugin]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - 20 ms, and few sites name a plugin

    points = entry_points(group="kb.plugins", name=name)
    for point in points:
        yield point.load()
    module, colon, attribute = name.partition(":")
    if points or not colon:
        return
    try:
        home = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if not f"{module}.".startswith(f"{error.name}."):
            raise  # the module is there, and misses another one
    else:
        yield from [getattr(home, attribute)] if hasattr(home, attribute) else []
