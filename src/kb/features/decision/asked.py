"""What a ``decision`` block asks for: the mean, the criteria, and where the options are.

    mean: geometric
    option: [maker, model]
    criteria:
      price: {weight: 3, direction: lower, unit: €, at most: 1800, normalise: share}
      keyboard: {weight: 5, normalise: 0..10}
      battery: 2
    file: candidates.csv

Behind a line ``---`` may stand the options as CSV, or under `options:` as YAML. A criterion is called as its column;
a number alone is its weight. All mistakes are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from kb.features.decision.sums import MOST_WEIGHT, Mean
from kb.model.fenced import Mistake
from kb.read.advice import load_mapping
from kb.read.spelling import nearest
from kb.read.wording import described
from kb.read.yaml12 import Mapping, Node, Scalar, Sequence


class Scale(StrEnum):
    """How a value becomes a score between 0 and 1."""

    MIN_MAX = "min-max"  # the worst of the options is 0, the best is 1
    SHARE = "share"  # the share of the best: half as much is 0.5, at twice the price it is 0.5
    RANK = "rank"  # how many of the others it beats
    FIXED = "fixed"  # from one number to another, whatever the options are


class Criterion(NamedTuple):
    """A column that counts. `low` and `high` are the ends of a fixed scale. `line` and `column`: where it is named."""

    name: str
    label: str
    weight: float
    lower: bool = False
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    scale: Scale = Scale.MIN_MAX
    low: float = 0.0
    high: float = 1.0
    line: int = 1
    column: int = 1


class Written(NamedTuple):
    """A value as it was written, and where in the block."""

    text: str
    line: int
    column: int


class Asked(NamedTuple):
    """What a block asks for. `points` is what a total is out of. `line` is that of the first criterion.

    `options` are those that stand in the YAML, under "" the place of each; `rows` is the CSV behind it, which begins on
    line `first_row`.
    """

    mean: Mean = Mean.ARITHMETIC
    title: str = ""
    option: tuple[str, ...] = ()
    points: int = 100
    criteria: tuple[Criterion, ...] = ()
    file: str = ""
    options: Map[str, Map[str, Written]] = MappingProxyType({})
    rows: str = ""
    first_row: int = 1
    line: int = 1


#: What the totals may be out of: a power of ten, so that they have as many figures whichever it is.
_POINTS = {"1": 1, "10": 10, "100": 100}
_KEYS = ("mean", "title", "option", "points", "criteria", "file", "options")
_OF_CRITERION = ("label", "weight", "direction", "unit", "at most", "at least", "normalise")
_RULE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_ENDS = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)\s*")
_OTHER_SPELLINGS = {"normalize": "normalise", "at_most": "at most", "at_least": "at least", "max": "at most",
                    "min": "at least"}  # fmt: skip


def read_asked(text: str) -> tuple[Asked, tuple[Mistake, ...]]:
    """What the block says, and every mistake in how it says it."""
    rule = _RULE.search(text)
    head = text[: rule.start()] if rule else text
    reading = _Reading()
    document = load_mapping(head)
    for mistake in document.mistakes:
        reading.tell(mistake.line, mistake.column, mistake.message, mistake.hint)
    asked = Asked()
    if isinstance(document.root, Mapping):
        asked = reading.asked(document.root)
    elif not document.mistakes:
        reading.tell(1, 1, "a decision needs criteria", _CRITERIA_HINT)
    if rule:
        first_row = head.count("\n") + 2
        asked = asked._replace(rows=text[rule.end() + 1 :], first_row=first_row)
    if not reading.mistakes and sum(map(bool, (asked.file, asked.options, asked.rows.strip()))) != 1:
        what = (
            "the options stand nowhere"
            if not (asked.file or asked.options)
            else "the options stand in two places"
        )
        hint = "name a `file:`, or write them as CSV behind a line of ---, or under `options:`"
        reading.tell(1, 1, what, hint)
    return asked, tuple(sorted(reading.mistakes))


_CRITERIA_HINT = (
    "write `criteria:` and below it the columns that count, as 'price: {weight: 3, direction: lower}'"
)


class _Reading:
    """The reading of one block: gathers mistakes."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def tell(self, line: int, column: int, message: str, hint: str) -> None:
        self.mistakes.append(Mistake(line, column, message, hint))

    def asked(self, root: Mapping) -> Asked:
        asked = Asked()
        for key, node in root.entries:
            match key.text:
                case "mean":
                    asked = asked._replace(
                        mean=Mean(self._choice(node, tuple(Mean), Mean.ARITHMETIC, "the mean"))
                    )
                case "title":
                    asked = asked._replace(title=self._text(key, node))
                case "file":
                    asked = asked._replace(file=self._text(key, node))
                case "option":
                    asked = asked._replace(option=self._texts(key, node))
                case "points":
                    points = self._choice(node, tuple(_POINTS), "100", "what the totals are out of")
                    asked = asked._replace(points=_POINTS[points])
                case "criteria":
                    asked = asked._replace(criteria=self._criteria(node), line=key.line)
                case "options":
                    asked = asked._replace(options=self._options(node))
                case _:
                    self._unknown(key, _KEYS, "a decision has")
        if not asked.criteria and not self.mistakes:
            self.tell(1, 1, "a decision needs criteria", _CRITERIA_HINT)
        return asked

    def _criteria(self, node: Node) -> tuple[Criterion, ...]:
        if not isinstance(node, Mapping):
            self._about(
                node, f"the criteria should be keys and values, not {described(node)}", _CRITERIA_HINT
            )
            return ()
        return tuple(self._criterion(key, value) for key, value in node.entries)

    def _criterion(self, key: Scalar, node: Node) -> Criterion:
        label = key.text.replace("_", " ").strip().capitalize()
        plain = Criterion(key.text, label, 1.0, line=key.line, column=key.column)
        if not isinstance(node, Mapping):
            return plain._replace(weight=self._weight(key.text, node))
        said = plain
        for name, value in node.entries:
            said = self._said(said, name, value)
        if said.at_most is not None and said.at_least is not None and said.at_most < said.at_least:
            self._about(key, f"no {key.text} can be at most {said.at_most:g} and at least {said.at_least:g}",
                        "change one of the two")  # fmt: skip
        return said

    def _said(self, said: Criterion, name: Scalar, value: Node) -> Criterion:
        match _OTHER_SPELLINGS.get(name.text, name.text):
            case "label":
                said = said._replace(label=self._text(name, value))
            case "unit":
                said = said._replace(unit=self._text(name, value))
            case "weight":
                said = said._replace(weight=self._weight(said.name, value))
            case "direction":
                way = self._choice(value, ("higher", "lower"), "higher", "the direction")
                said = said._replace(lower=way == "lower")
            case "at most":
                said = said._replace(at_most=self._number(name, value))
            case "at least":
                said = said._replace(at_least=self._number(name, value))
            case "normalise":
                said = self._scaled(said, value)
            case _:
                self._unknown(name, _OF_CRITERION, "a criterion has")
        return said

    def _weight(self, name: str, node: Node) -> float:
        match node:
            case Scalar(value=int() | float() as value) if not isinstance(value, bool):
                if 0 <= value <= MOST_WEIGHT:
                    return float(value) + 0.0  # -0.0 is 0.0
        hint = f"write a number from 0 to {MOST_WEIGHT:,.0f}; what matters twice as much has twice the weight"
        self._about(
            node, f"the weight of {name} should be a number of at least 0, not {described(node)}", hint
        )
        return 1.0

    def _number(self, key: Scalar, node: Node) -> float | None:
        match node:
            case Scalar(value=int() | float() as value) if not isinstance(value, bool):
                return float(value)
        self._about(
            node, f"'{key.text}' should be a number, not {described(node)}", "write it without its unit"
        )
        return None

    def _scaled(self, said: Criterion, node: Node) -> Criterion:
        text = node.text if isinstance(node, Scalar) else ""
        if ends := _ENDS.fullmatch(text):
            low, high = float(ends[1]), float(ends[2])
            if low < high:
                return said._replace(scale=Scale.FIXED, low=low, high=high)
            self._about(node, f"the scale {text} has no length", "write the lower end first, as 0..10")
            return said
        choices = tuple(each for each in Scale if each is not Scale.FIXED)
        chosen = self._choice(node, choices, Scale.MIN_MAX, "normalise", "or a scale as 0..10")
        return said._replace(scale=Scale(chosen))

    def _options(self, node: Node) -> dict[str, dict[str, Written]]:
        hint = "write each option on a line of its own, as 'Folio 14: {price: 1149, weight: 1.41}'"
        if not isinstance(node, Mapping):
            self._about(node, f"the options should be keys and values, not {described(node)}", hint)
            return {}
        found: dict[str, dict[str, Written]] = {}
        for name, values in node.entries:
            row = found[name.text] = {"": Written("", name.line, name.column)}
            if not isinstance(values, Mapping):
                self._about(values, f"an option should be keys and values, not {described(values)}", hint)
                continue
            for key, value in values.entries:
                text = value.text if isinstance(value, Scalar) and value.value is not None else ""
                if not isinstance(value, Scalar):
                    self._about(value, f"'{key.text}' should be one value, not {described(value)}", hint)
                row[key.text] = Written(text.strip(), value.line, value.column)
        return found

    def _choice(self, node: Node, choices: tuple[str, ...], otherwise: str, what: str, also: str = "") -> str:
        text = node.text if isinstance(node, Scalar) else ""
        if text in choices:
            return text
        meant = nearest(text, choices)
        hint = (
            f"did you mean {meant}?"
            if meant
            else f"write one of {', '.join(choices)}{', ' + also if also else ''}"
        )
        self._about(node, f"{what} should be one of {', '.join(choices)}, not {described(node)}", hint)
        return otherwise

    def _text(self, key: Scalar, node: Node) -> str:
        if isinstance(node, Scalar) and node.value is not None:
            return node.text.strip()
        self._about(node, f"'{key.text}' should be text, not {described(node)}", "write it on one line")
        return ""

    def _texts(self, key: Scalar, node: Node) -> tuple[str, ...]:
        if isinstance(node, Sequence):
            return tuple(self._text(key, item) for item in node.items)
        return (self._text(key, node),)

    def _unknown(self, key: Scalar, known: tuple[str, ...], what: str) -> None:
        meant = nearest(key.text, known)
        hint = f"did you mean '{meant}'?" if meant else f"{what} {', '.join(known)}"
        self._about(key, f"'{key.text}' means nothing here", hint)

    def _about(self, node: Node, message: str, hint: str) -> None:
        self.tell(node.line, node.column, message, hint)
