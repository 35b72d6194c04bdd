r"""Regular expressions that a reader types into a search, looked for line by line in a time that grows with the text.

Python's own engine tries one way after another, and for ``(a+)+b`` there are more ways than anybody waits for. Here
all ways are gone at once (Thompson's construction): a pattern becomes a net of states, and the sets of states that
are ever reached are remembered with the character that led on from them. What cannot be done so (back references,
looking ahead or behind) is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

#: A pattern of more states is refused: it would take long to walk through even so.
LARGEST = 2000
_MOST_SETS = 5000
_LONGEST = 500
_REPEAT = re.compile(r"(\*|\+|\?|\{(?!\})(\d*)(,?)(\d*)\})\??")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_RESERVED = re.compile(r"\\.|[\[&~|]", re.DOTALL)
_SIMPLE = frozenset("dDwWsS")
_CONTROLS = frozenset("tnrfv")

#: What stands beside a position: nothing, a letter of a word, anything else.
_EDGE, _LETTER, _OTHER = range(3)
_ACCEPTED = -1


class NotUnderstoodError(Exception):
    """The pattern is wrong, too large, or asks for what is not done here."""


class _Step(NamedTuple):
    """A state: on a character that `matches` to `next`; or at once to `next` and `other`, if `looks` allows it."""

    matches: Callable[[str], object] | None
    looks: str
    next: int
    other: int = -1


#: Builds a part of the net, given the state that follows it; gives the state to enter it by.
_Build: TypeAlias = Callable[[int], int]


class _Net:
    """The states of a pattern. Made from its end to its beginning, so that each knows what follows."""

    def __init__(self, pattern: str) -> None:
        self.steps: list[_Step] = [_Step(None, "end", -1)]
        self._flags = 0
        if pattern.startswith("(?i)"):
            pattern, self._flags = pattern[4:], re.IGNORECASE
        self._pattern = pattern
        self._at = 0
        self._depth = 0
        tree = self._choice()
        if self._at < len(pattern):
            raise NotUnderstoodError("a parenthesis is closed that was not opened")
        self.start = tree(0)

    def add(self, step: _Step) -> int:
        """The number of a new state."""
        if len(self.steps) >= LARGEST:
            raise NotUnderstoodError("the expression is too large")
        self.steps.append(step)
        return len(self.steps) - 1

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _choice(self) -> _Build:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())

        def build(then: int) -> int:
            first = branches[-1](then)
            for branch in reversed(branches[:-1]):
                first = self.add(_Step(None, "", branch(then), first))
            return first

        return build

    def _sequence(self) -> _Build:
        parts: list[_Build] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._repeated(self._atom()))

        def build(then: int) -> int:
            for part in reversed(parts):
                then = part(then)
            return then

        return build

    def _repeated(self, part: _Build) -> _Build:
        while match := _REPEAT.match(self._pattern, self._at):
            self._at = match.end()
            if self._peek() == "+":
                raise NotUnderstoodError("a + behind a repeat is not known here")
            sign, least, comma, most = match.groups()
            low = {"*": 0, "+": 1, "?": 0}.get(sign, int(least or 0))
            high = {"*": None, "+": None, "?": 1}.get(sign, int(most) if most else None if comma else low)
            if low > LARGEST or (high or 0) > LARGEST:
                raise NotUnderstoodError("the expression is too large")
            part = self._times(part, low, high)
        return part

    def _times(self, part: _Build, low: int, high: int | None) -> _Build:
        def build(then: int) -> int:
            if high is None:
                loop = self.add(_Step(None, "", -1, then))
                self.steps[loop] = _Step(None, "", part(loop), then)
                first = loop
            else:
                first = then
                for _ in range(high - low):
                    first = self.add(_Step(None, "", part(first), then))
            for _ in range(low):
                first = part(first)
            return first

        return build

    def _atom(self) -> _Build:
        sign = self._peek()
        if sign == "(":
            return self._group()
        if sign in {"^", "$"}:
            self._at += 1
            return self._looking(sign)
        if sign == "[":
            match = _CLASS.match(self._pattern, self._at)
            if match is None:
                raise NotUnderstoodError("a bracket is not closed")
            return self._class(match[0])
        if sign == "\\":
            escaped = self._pattern[self._at + 1 : self._at + 2]
            if escaped in {"b", "B"}:
                self._at += 2
                return self._looking(escaped)
            if not escaped or (escaped.isalnum() and escaped not in _SIMPLE | _CONTROLS):
                raise NotUnderstoodError(f"\\{escaped} is not known here")
            return self._letter(f"\\{escaped}")
        return self._letter(sign)

    def _group(self) -> _Build:
        self._depth += 1
        self._at += 1
        if self._pattern.startswith("?:", self._at):
            self._at += 2
        elif self._peek() == "?" or self._depth > 50:  # noqa: PLR2004 - deep enough
            raise NotUnderstoodError("of what begins with (? only (?i) and (?: are known here")
        inside = self._choice()
        if self._peek() != ")":
            raise NotUnderstoodError("a parenthesis is not closed")
        self._at += 1
        self._depth -= 1
        return inside

    def _class(self, written: str) -> _Build:
        """One character of several. Signs that may mean more to a later Python are made to mean themselves."""
        self._at += len(written)
        if "--" in written:
            raise NotUnderstoodError("-- in brackets is not known here")
        return self._letter(f"[{_RESERVED.sub(_escaped, written[1:])}", 0)

    def _letter(self, written: str, length: int | None = None) -> _Build:
        """One character: a letter, a class, an escape. Python knows what it matches."""
        self._at += len(written) if length is None else length
        if written in {"*", "+", "?"}:
            raise NotUnderstoodError("nothing to repeat")
        try:
            matches = re.compile(re.escape(written) if written in {"{", "}"} else written, self._flags).match
        except re.error as error:
            raise NotUnderstoodError(str(error)) from error
        return lambda then: self.add(_Step(matches, "", then))

    def _looking(self, sign: str) -> _Build:
        return lambda then: self.add(_Step(None, sign, then))


def looking_for(pattern: str) -> Callable[[str], bool]:
    """What says whether a line holds the pattern. Raises `NotUnderstoodError`."""
    if len(pattern) > _LONGEST:
        raise NotUnderstoodError("the expression is too large")
    return _Walk(_Net(pattern)).found_in


class _Walk:
    """The sets of states that were reached, numbered, and what led from one to the next."""

    def __init__(self, net: _Net) -> None:
        self._steps, self._start = net.steps, net.start
        self._forget()

    def found_in(self, line: str) -> bool:
        """Whether the pattern is found anywhere in a line."""
        ways, now = self._ways, 0
        for letter in line:
            following = ways.get((now, letter))
            if following is None:
                following = self._follow(now, letter)
                ways = self._ways
            if following == _ACCEPTED:
                return True
            now = following
        return self._accepts(*self._sets[now], _EDGE)[1]

    def _forget(self) -> None:
        first = (frozenset({self._start}), _EDGE)
        self._ways: dict[tuple[int, str], int] = {}
        self._sets = [first]
        self._numbers = {first: 0}

    def _follow(self, now: int, letter: str) -> int:
        states, before = self._sets[now]
        here = _LETTER if letter == "_" or letter.isalnum() else _OTHER
        reached, accepted = self._accepts(states, before, here)
        if accepted:
            self._ways[now, letter] = _ACCEPTED
            return _ACCEPTED
        onward = {self._start}
        for state in reached:
            step = self._steps[state]
            if step.matches is not None and step.matches(letter):
                onward.add(step.next)
        key = (frozenset(onward), here)
        if key not in self._numbers and len(self._sets) >= _MOST_SETS:
            self._forget()
            now = -2  # its number is forgotten, too
        number = self._numbers.setdefault(key, len(self._sets))
        if number == len(self._sets):
            self._sets.append(key)
        if now >= 0:
            self._ways[now, letter] = number
        return number

    def _accepts(self, states: frozenset[int], before: int, after: int) -> tuple[set[int], bool]:
        """All states reached from these without a character, and whether the pattern ends here."""
        reached: set[int] = set()
        rest = list(states)
        while rest:
            state = rest.pop()
            if state in reached:
                continue
            reached.add(state)
            step = self._steps[state]
            if step.looks == "end":
                return reached, True
            if step.matches is None and _allows(step.looks, before, after):
                rest.append(step.next)
                if step.other >= 0:
                    rest.append(step.other)
        return reached, False


def _escaped(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("\\") else f"\\{match[0]}"


def _allows(looks: str, before: int, after: int) -> bool:
    match looks:
        case "^":
            return before == _EDGE
        case "$":
            return after == _EDGE
        case "b" | "B":
            return ((before == _LETTER) != (after == _LETTER)) == (looks == "b")
        case _:
            return True
