"""The settings, as a page of the manual: made from what reads them, so that it cannot be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kb.read.config import config_schema

_HEAD = """\
# Settings

The settings of a site stand in `config.yaml`, in its top folder. Every one may be left out. An editor that knows JSON
Schema completes and checks them: `kb --config-schema` prints the schema.
"""


def settings_reference() -> str:
    """The whole reference, as Markdown."""
    rows = (_row(name, about) for name, about in config_schema()["properties"].items())
    return "\n".join(
        (_HEAD, "| setting | what it is for | if nothing is said |", "|---|---|---|", *rows, *_parts(), "")
    )


def _row(name: str, about: dict[str, Any]) -> str:
    return f"| `{name}` | {_cell(about['description'])}{_choices(about)} | {_default(about.get('default'))} |"


def _choices(about: dict[str, Any]) -> str:
    named = [f"`{choice}`" for choice in about.get("enum", ()) if choice is not None]
    return f" One of {', '.join(named)}." if named else ""


def _default(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case "" | [] | {} | None:
            return "nothing"
        case list():
            return ", ".join(f"`{each}`" for each in value)
    return f"`{value}`"


def _parts() -> Iterator[str]:
    """The settings that have settings of their own."""
    for name, about in config_schema()["properties"].items():
        parts = about.get("properties", {})
        if parts:
            yield f"\n## {name}\n\n{about['description']}\n"
            yield f"`{name}` has " + ", ".join(f"`{part}`" for part in parts) + "."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
