"""The setting ``home``: the parts of the front page in their order, as a person writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from kb.model.settings import COUNTED_PARTS, HOME_PARTS, HomePart
from kb.read.spelling import nearest
from kb.read.wording import described
from kb.read.yaml12 import Mapping, Node, Scalar, Sequence

Report: TypeAlias = Callable[[Node, str, str], None]

_MOST = 1000
_A_LIST = "write home: [new, central], or each part on a line of its own, after '- '"
_A_NUMBER = f"write a number from 1 to {_MOST}, such as 12"


def read_home(key: str, node: Node, report: Report) -> tuple[HomePart, ...] | None:
    """The parts that `home` names. Everything that does not fit is reported; None if it is no list."""
    if not isinstance(node, Sequence):
        report(node, f"{key} should be a list, not {described(node)}", _A_LIST)
        return None
    parts: dict[str, HomePart] = {}
    for item in node.items:
        part = _part(key, item, report)
        if part and part.name in parts:
            report(item, f"{key} names {part.name} twice", "leave one of the two out")
        elif part:
            parts[part.name] = part
    return tuple(parts.values())


def home_schema() -> dict[str, Any]:
    """What an editor should know of it."""
    number = {"type": "integer", "minimum": 1, "maximum": _MOST}
    counted = {
        "type": "object",
        "properties": dict.fromkeys(COUNTED_PARTS, number),
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {
        "type": "array",
        "uniqueItems": True,
        "items": {"anyOf": [{"enum": list(HOME_PARTS)}, counted]},
        "default": None,
    }


def _part(key: str, node: Node, report: Report) -> HomePart | None:
    match node:
        case Scalar():
            return HomePart(node.text) if _is_known(key, node, report) else None
        case Mapping(entries=((name, value),)):
            if not _is_known(key, name, report):
                return None
            count = _count(name.text, value, report)
            return HomePart(name.text, count) if count else None
    hint = "write the name of a part, such as new, or new: 5 for how many entries it shows"
    report(node, f"an entry of {key} should be one part of the front page, not {described(node)}", hint)
    return None


def _is_known(key: str, name: Scalar, report: Report) -> bool:
    if name.text in HOME_PARTS:
        return True
    near = nearest(name.text, HOME_PARTS)
    hint = f"did you mean {near}?" if near else f"the parts are {', '.join(HOME_PARTS)}"
    report(
        name,
        f"{described(name)} is no part of the front page" if name.text else f"an entry of {key} is empty",
        hint,
    )
    return False


def _count(name: str, node: Node, report: Report) -> int | None:
    if name not in COUNTED_PARTS:
        report(node, f"{name} shows one entry and takes no number", f"write - {name}")
        return None
    if isinstance(node, Scalar) and type(node.value) is int and 1 <= node.value <= _MOST:
        return node.value
    what = f"{name} should be how many entries there are, from 1 to {_MOST}"
    report(node, f"{what}, not {described(node)}", _A_NUMBER)
    return None
