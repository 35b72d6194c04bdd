r"""Positions: variable-length integers in an `Analysis`, in Whoosh a count and a pickle of the steps.

Whoosh reads whatever the pickle holds by iterating over it. A pickled ``bytes`` is such a thing, and far cheaper than a
list: ``\x80\x03C``, how many, the steps themselves, ``.``. Where a step is larger than a byte it is a list.
"""

from __future__ import annotations

from itertools import accumulate
from struct import pack, unpack_from

from kb.search.analysis import unpacked
from kb.search.whoosh.pickles import pickled, pickled_bytes, plain

_BYTES = b"\x80\x03C"
_COUNT = 4
_STEPS = _COUNT + len(_BYTES) + 1
_HEADS = tuple(pack("!I", n) + _BYTES + bytes((n,)) for n in range(256))
#: A pickled list whose first number takes two bytes, and the others one each.
_LIST = b"\x80\x03](M"
_SMALL = tuple(b"K" + bytes((n,)) for n in range(256)).__getitem__
_COUNTS = tuple(pack("!I", n) for n in range(128))
_SEVEN = 127
#: Encodings up to this length are remembered: a term's only position in a note, mostly.
_SHORT = 3


class Values(dict[bytes, bytes]):
    """Whoosh's form of a document's positions by ours, pickled. Short ones are made once."""

    def __missing__(self, ours: bytes) -> bytes:
        theirs = pickled_bytes(_value(ours))
        if len(ours) <= _SHORT:
            self[ours] = theirs
        return theirs


def count_of(value: bytes) -> int:
    """How many positions a value of Whoosh's says."""
    count: int = unpack_from("!I", value)[0]
    return count


def positions_of(value: bytes) -> list[int]:
    """The positions that a value of Whoosh's says, ascending."""
    if value.startswith(_BYTES, _COUNT):
        return list(accumulate(value[_STEPS : _STEPS + value[_STEPS - 1]]))
    steps = plain(value[_COUNT:])
    found = list(accumulate(steps))
    if len(found) != unpack_from("!I", value)[0]:
        raise ValueError("not as many positions as the value says")
    return found


def _value(ours: bytes) -> bytes:
    """Whoosh's form of it. What most are is told apart by a look: number by number costs four times as much."""
    if ours.isascii():
        return _HEADS[ours[0]] + ours[1:] + b"."
    count, first, rest = ours[0], ours[1:3], ours[3:]
    if (
        count <= _SEVEN < first[0] and first[1] <= _SEVEN and rest.isascii()
    ):  # only the first one takes two bytes
        at = first[0] & _SEVEN | first[1] << 7
        if at < len(_HEADS):
            return _HEADS[count] + bytes((at,)) + rest + b"."
        return _COUNTS[count] + _LIST + at.to_bytes(2, "little") + b"".join(map(_SMALL, rest)) + b"e."
    count, *steps = unpacked(ours)
    try:
        return _HEADS[count] + bytes(steps) + b"."
    except (ValueError, IndexError):
        return pack("!I", count) + pickled(steps)
