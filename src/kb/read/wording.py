"""Values from YAML as a message names them, and what to write instead of the usual wrong ones."""

from __future__ import annotations

import re

from kb.read.yaml12 import Mapping, Node, Scalar, Sequence

#: The form of a language tag (RFC 5646), without its registry.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")

_LONGEST = 60


def described(node: Node) -> str:
    """What `node` is, to put behind "should be …, not"."""
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "keys and values"
        case Scalar(value=None):
            return "empty"
        case Scalar(value=str(), text=text):
            return f"'{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}'"
        case Scalar(text=text):
            return text


def advice_on_boolean(node: Node) -> str:
    """How to write the boolean that `node` seems to mean."""
    text = node.text.lower() if isinstance(node, Scalar) else ""
    if text in {"yes", "y", "on", "1"}:
        return "write true"
    return "write false" if text in {"no", "n", "off", "0"} else "write true or false"


def advice_on_language(text: str) -> str:
    """How to write the language that `text` seems to mean."""
    if LANGUAGE.fullmatch(text.replace("_", "-")):
        return f"write {text.replace('_', '-')}"
    return "write a tag like en, de or pt-BR"
