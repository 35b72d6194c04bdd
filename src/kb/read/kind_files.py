"""A kind of notes that a person adds to a site: ``kinds/recipe.yaml`` says which fields a recipe has.

    plural: recipes
    fields:
      serves: number
      source: link
      difficulty:
        type: choice
        choices: [easy, hard]
        required: true
        hint: easy or hard

A field is a type alone, or a mapping of what is to be said of it. The file's name is the kind. All mistakes are told
at once, as those of ``config.yaml`` are.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from kb.model.kinds import Field, FieldType, Schema
from kb.model.problem import Place, Problem
from kb.read.advice import load_mapping
from kb.read.frontmatter import OLD_KEYS, PLAIN
from kb.read.spelling import nearest
from kb.read.values import READERS
from kb.read.wording import described
from kb.read.yaml12 import Mapping, Node, Scalar, Sequence

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_FIELD_NAME = re.compile(r"[^\W\d]\w*")
_TYPES = tuple(each.value for each in FieldType)
_KEYS = ("fields", "plural")
_FIELD_KEYS = ("type", "required", "label", "hint", "choices")


def read_kind(path: str, text: str, taken: Collection[str] = ()) -> tuple[Schema | None, tuple[Problem, ...]]:
    """The kind that the file at `path` describes, None if there is any mistake in it; and every mistake, in order.

    `taken` are names that no kind of a site's own can have.
    """
    reading = _Reading(path, text)
    kind = path.rpartition("/")[2].rpartition(".")[0]
    if not _NAME.fullmatch(kind):
        reading.tell(
            1, 1, f"{kind!r} is no name for a kind", "call the file by one word in small letters: recipe.yaml"
        )
    elif kind in taken or kind == PLAIN:
        reading.tell(1, 1, f"the kind {kind!r} is kb's own", "call yours something else")
    document = load_mapping(text)
    for mistake in document.mistakes:
        reading.tell(mistake.line, mistake.column, mistake.message, mistake.hint)
    schema = reading.schema(kind, document.root) if isinstance(document.root, Mapping) else Schema(kind)
    problems = tuple(sorted(reading.problems))
    return (None if problems else schema), problems


class _Reading:
    """The reading of one file: gathers problems."""

    def __init__(self, path: str, text: str) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._lines = text.split("\n")

    def schema(self, kind: str, root: Mapping) -> Schema:
        fields: tuple[Field, ...] = ()
        plural = ""
        for key, node in root.entries:
            match key.text:
                case "fields" if isinstance(node, Mapping):
                    fields = tuple(self._field(name, value) for name, value in node.entries)
                case "fields":
                    hint = "write each field on a line of its own, as 'serves: number'"
                    self._about(node, f"fields should be keys and values, not {described(node)}", hint)
                case "plural":
                    plural = self._text(key, node)
                case _:
                    self._unknown(key, _KEYS, "a kind has fields, and a plural")
        return Schema(kind, fields, plural)

    def tell(self, line: int, column: int, message: str, hint: str) -> None:
        excerpt = self._lines[line - 1] if line <= len(self._lines) else ""
        self.problems.append(Problem(Place(self._path, line, column), "config", message, hint, excerpt))

    def _field(self, key: Scalar, node: Node) -> Field:
        name = key.text
        if not _FIELD_NAME.fullmatch(name):
            self._about(
                key, f"{name!r} is no name for a field", "write letters, digits and _, a letter first"
            )
        elif name.lower() in READERS or name.lower() in OLD_KEYS:
            self._about(
                key, f"every note has a field {name!r} already", "take it out, or call it something else"
            )
        match node:
            case Mapping():
                return self._described_field(name, node)
            case Scalar(value=None):
                return Field(name)
        type_ = self._type(node)
        if type_ is FieldType.CHOICE:
            hint = f"write {name}: {{type: choice, choices: [a, b]}}"
            self._about(node, f"the choices of '{name}' are not said", hint)
        return Field(name, type_)

    def _described_field(self, name: str, node: Mapping) -> Field:
        said: dict[str, Any] = {}
        for key, value in node.entries:
            match key.text:
                case "type":
                    said["type"] = self._type(value)
                case "required":
                    said["required"] = self._required(value)
                case "choices":
                    said["choices"] = self._choices(value)
                case "label" | "hint":
                    said[key.text] = self._text(key, value)
                case _:
                    self._unknown(key, _FIELD_KEYS, f"a field has {', '.join(_FIELD_KEYS)}")
        if "choices" in said:
            said.setdefault("type", FieldType.CHOICE)
        field = Field(name, **said)
        if field.type is FieldType.CHOICE and "choices" not in said:
            self._about(node, f"the choices of '{name}' are not said", "add choices: [a, b]")
        elif field.choices and field.type is not FieldType.CHOICE:
            self._about(
                node, f"'{name}' is of type {field.type.value}, which has no choices", "write type: choice"
            )
        return field

    def _type(self, node: Node) -> FieldType:
        if isinstance(node, Scalar) and node.text in _TYPES:
            return FieldType(node.text)
        near = nearest(node.text, _TYPES) if isinstance(node, Scalar) else ""
        message = f"a field's type should be {', '.join(_TYPES[:-1])} or {_TYPES[-1]}, not {described(node)}"
        self._about(node, message, f"did you mean {near}?" if near else "write text, say")
        return FieldType.TEXT

    def _required(self, node: Node) -> bool:
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self._about(node, f"required should be true or false, not {described(node)}", "write true or false")
        return False

    def _choices(self, node: Node) -> tuple[str, ...]:
        if isinstance(node, Sequence) and node.items:
            texts = tuple(item.text.strip() for item in node.items if isinstance(item, Scalar))
            if len(texts) == len(node.items) and all(texts):
                return texts
        self._about(node, "choices should be a list of words", "write choices: [easy, hard]")
        return ("…",)

    def _text(self, key: Scalar, node: Node) -> str:
        if isinstance(node, Scalar):
            return " ".join(node.text.split())
        self._about(node, f"{key.text} should be text, not {described(node)}", "write words on one line")
        return ""

    def _unknown(self, key: Scalar, known: tuple[str, ...], otherwise: str) -> None:
        near = nearest(key.text, known)
        self._about(key, f"'{key.text}' means nothing here", f"did you mean {near}?" if near else otherwise)

    def _about(self, node: Node, message: str, hint: str) -> None:
        self.tell(node.line, node.column, message, hint)
