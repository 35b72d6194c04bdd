"""A length as one byte: exact up to ten words, then within 3 %.

The steps are Whoosh's (`whoosh.util.numeric`, which takes 80 ms to be imported), so that every index of ours knows the
same lengths, whatever it is made of.
"""

from __future__ import annotations

from bisect import bisect_left

#: What length a byte stands for.
BYTE_TO_LENGTH: tuple[int, ...] = tuple(round((1.033**byte - 1) * 27) for byte in range(256))


def length_to_byte(length: int) -> int:
    """The byte for a length: the smallest that stands for as much, 255 for all that is beyond."""
    return min(bisect_left(BYTE_TO_LENGTH, length), 255)


def mean_length(lengths: bytes) -> float:
    """The mean of what these bytes stand for, 0 for none."""
    if not lengths:
        return 0.0
    return sum(lengths.count(byte) * BYTE_TO_LENGTH[byte] for byte in set(lengths)) / len(lengths)
