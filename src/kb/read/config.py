"""`config.yaml` becomes `Settings`, or all of its mistakes at once; and the schema that editors use."""

from __future__ import annotations

from collections.abc import Container
from collections.abc import Mapping as Map
from typing import Any

import msgspec

from kb.model.problem import Place, Problem
from kb.model.settings import Html, Settings
from kb.read.advice import load_mapping
from kb.read.home import home_schema
from kb.read.look import FONTS, KEYS, LONGEST_LINE, SHIPPED, SHORTEST_LINE, TONES
from kb.read.settings import SETTINGS, TIMEZONE_HINT, base_url
from kb.read.spelling import nearest
from kb.read.yaml12 import Mapping, Node, Scalar

__all__ = ["base_url", "config_schema", "read_config"]

_DEFAULTS = Settings()


def read_config(
    path: str, text: str, timezones: Container[str] | None = None
) -> tuple[Settings | None, tuple[Problem, ...]]:
    """The settings in `text`, None if there is any mistake in it; and every mistake, in order.

    Whether a time zone exists is only asked where `timezones` are given.
    """
    document = load_mapping(text)
    reading = _Reading(path, text)
    for mistake in document.mistakes:
        reading.tell(mistake.line, mistake.column, mistake.message, mistake.hint)
    if isinstance(document.root, Mapping):
        reading.read(document.root, timezones)
    problems = tuple(sorted(reading.problems))
    return (None if problems else Settings(**reading.values)), problems


def config_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `config.yaml`, for editors; ``config.schema.json`` holds it."""
    definitions = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Settings)))["$defs"]
    known = definitions["Settings"]["properties"]
    menu_entry = definitions["MenuEntry"]
    entry = {key: menu_entry[key] for key in ("type", "properties", "required")} | {
        "additionalProperties": False
    }
    known["menu"]["items"] = entry
    offline = definitions["Search"]["properties"]["offline"]
    known["search"] = {
        "type": ["boolean", "object"],
        "properties": {"offline": offline},
        "additionalProperties": False,
        "default": _DEFAULTS.search.enabled,
    }
    known["look"] = _look_schema()
    known["home"] = home_schema()
    known["images"] = {
        "type": ["boolean", "object"],
        "properties": {
            "widths": {
                "type": "array",
                "items": {"type": "integer", "minimum": 16, "maximum": 8000},
                "minItems": 1,
                "maxItems": 8,
                "default": list(_DEFAULTS.images.widths),
            },
            "quality": {"type": "integer", "minimum": 1, "maximum": 100, "default": _DEFAULTS.images.quality},
        },
        "additionalProperties": False,
        "default": None,  # where what draws them is installed
    }
    known["cards"] = {
        "type": ["boolean", "object"],
        "properties": {"font": definitions["Cards"]["properties"]["font"]},
        "additionalProperties": False,
        "default": _DEFAULTS.cards.enabled,
    }
    known["html"] = {"enum": [choice.value for choice in Html], "default": _DEFAULTS.html.value}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kb configuration",
        "description": "The settings of a kb site. Every one may be left out.",
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            name: {"description": setting.purpose} | _or_null(known[name]) | dict(setting.limits)
            for name, setting in SETTINGS.items()
        },
    }


def _look_schema() -> dict[str, Any]:
    colour = {"type": "string", "pattern": "^#([0-9A-Fa-f]{3}){1,2}$"}
    two = {"type": "array", "items": colour, "minItems": 2, "maxItems": 2}
    one_or_two = {"oneOf": [colour, two | {"minItems": 1}]}
    shapes = {
        **dict.fromkeys(TONES, two),
        "accent": one_or_two,
        **{font: {"type": "string"} for font in FONTS},
        "font": {"enum": [SHIPPED]},
        "measure": {"type": "integer", "minimum": SHORTEST_LINE, "maximum": LONGEST_LINE},
    }
    settings = {name: shapes[name] for name in KEYS}
    return {"type": "object", "properties": settings, "additionalProperties": False, "default": {}}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """`schema`, or nothing: an empty value means the default."""
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return schema | {"type": [*kinds, "null"]}


class _Reading:
    """The reading of one configuration: gathers values and problems."""

    def __init__(self, path: str, text: str) -> None:
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self._path = path
        self._lines = text.split("\n")

    def read(self, root: Mapping, timezones: Container[str] | None) -> None:
        nodes: dict[str, Node] = {}
        for key, node in root.entries:
            if key.text not in SETTINGS:
                self._unknown(key)
            elif not (isinstance(node, Scalar) and node.value is None):
                nodes[key.text] = node
                value = SETTINGS[key.text].read(key.text, node, self._complain)
                if value is not None:
                    self.values[key.text] = value
        self._check_folders(nodes)
        zone = self.values.get("timezone")
        if zone and timezones is not None and zone not in timezones:
            self._complain(nodes["timezone"], f"there is no time zone '{zone}'", TIMEZONE_HINT)

    def _check_folders(self, nodes: Map[str, Node]) -> None:
        """A build must never write over what it reads."""
        output = self.values.get("output", _DEFAULTS.output)
        node = nodes.get("output") or nodes.get("content") or nodes.get("themes")
        if node is None:
            return
        for key in ("content", "themes"):
            folder = self.values.get(key, getattr(_DEFAULTS, key))
            inside = output.startswith(f"{folder}/") and folder != "."
            if output == folder or inside or folder.startswith(f"{output}/"):
                message = f"output '{output}' and {key} '{folder}' are one folder, or one is inside the other"
                self._complain(node, message, "choose another folder for output")

    def _unknown(self, key: Scalar) -> None:
        near = nearest(key.text, SETTINGS)
        hint = f"did you mean {near}?" if near else f"the settings are {', '.join(SETTINGS)}"
        self._complain(key, f"'{key.text}' is no setting", hint)

    def _complain(self, node: Node, message: str, hint: str) -> None:
        self.tell(node.line, node.column, message, hint)

    def tell(self, line: int, column: int, message: str, hint: str) -> None:
        excerpt = self._lines[line - 1] if line <= len(self._lines) else ""
        self.problems.append(Problem(Place(self._path, line, column), "config", message, hint, excerpt))
