"""Lengths are quantised as Whoosh quantises them."""

from __future__ import annotations

from whoosh.util.numeric import byte_to_length
from whoosh.util.numeric import length_to_byte as whoosh_byte

from kb.search.lengths import BYTE_TO_LENGTH, length_to_byte, mean_length


def test_a_byte_stands_for_the_length_that_whoosh_takes_it_for() -> None:
    assert list(BYTE_TO_LENGTH) == [byte_to_length(byte) for byte in range(256)]


def test_a_length_becomes_the_byte_that_whoosh_makes_of_it() -> None:
    lengths = [
        *range(5000),
        *(length + step for length in BYTE_TO_LENGTH for step in (-1, 0, 1)),
        106_374,
        10**7,
    ]
    assert [length_to_byte(length) for length in lengths] == [whoosh_byte(length) for length in lengths]


def test_the_mean_length_is_that_of_what_the_bytes_stand_for() -> None:
    assert mean_length(bytes([0, 1, 11, 11])) == (0 + 1 + 12 + 12) / 4
    assert mean_length(b"") == 0
