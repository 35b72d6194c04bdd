from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model.problem import Place
from kb.read.text import Text, decode


def codes(text: Text) -> list[str]:
    return [problem.code for problem in text.problems]


def test_plain_utf8_is_taken_as_it_is() -> None:
    assert decode("a.md", "Grüße 🎬\n".encode()) == Text("Grüße 🎬\n")


def test_a_byte_that_is_no_utf8_is_an_error_that_names_byte_and_line() -> None:
    text = decode("a.md", b"one\ntwo \xe9t\xe9\n")
    assert not text.readable
    assert text.text == "one\ntwo \ufffdt\ufffd\n"
    (problem,) = text.problems
    assert problem.code == "not-utf8"
    assert problem.message == "not UTF-8 at byte 9 (line 2)"
    assert problem.place == Place("a.md", 2, 5)
    assert problem.excerpt == "two \ufffdt\ufffd"


def test_the_column_of_a_bad_byte_counts_characters_not_bytes() -> None:
    assert decode("a.md", "ä\r\nöü".encode() + b"\xff").problems[0].place == Place("a.md", 2, 3)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_with_a_byte_order_mark_is_decoded_with_a_warning(codec: str) -> None:
    data = "---\r\ntitle: Ä\r\n---\r\n".encode(codec)
    if codec[-2:] in {"le", "be"}:
        data = "\ufeff".encode(codec) + data
    text = decode("a.md", data)
    assert (text.text, text.readable, codes(text)) == ("---\ntitle: Ä\n---\n", True, ["utf16"])


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\xff\xfe\x00\x00\x01"])
def test_broken_utf16_is_not_readable(data: bytes) -> None:
    text = decode("a.md", data)
    assert (text.readable, codes(text)[0]) == (False, "not-utf8")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_not_taken_for_text_that_might_be_published(codec: str) -> None:
    text = decode("a.md", "---\npublish: false\n---\n".encode(codec))
    assert (text.readable, codes(text)) == (False, ["not-utf8"])
    assert "\0" not in text.text


@pytest.mark.parametrize("marks", [1, 2, 3])
def test_a_byte_order_mark_is_dropped_even_a_doubled_one(marks: int) -> None:
    assert decode("a.md", b"\xef\xbb\xbf" * marks + b"---\n") == Text("---\n")


@pytest.mark.parametrize("data", [b"a\r\nb\r\n", b"a\rb\r", b"a\r\nb\r", b"a\nb\r\n"])
def test_every_kind_of_newline_becomes_one(data: bytes) -> None:
    assert decode("a.md", data) == Text("a\nb\n")


def test_a_line_separator_is_a_character_and_no_line_break() -> None:
    assert decode("a.md", "a\u2028b\u2029c\n".encode()) == Text("a\u2028b\u2029c\n")


@pytest.mark.parametrize("char", ["\0", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9f", "\ufdd0", "\uffff"])
def test_a_control_character_is_replaced_with_a_warning_and_ends_no_line(char: str) -> None:
    text = decode("a.md", f"a\nbc{char}d\n{char}e".encode())
    assert text.text == "a\nbc\ufffdd\n\ufffde"
    assert text.readable
    (problem,) = text.problems
    assert (problem.code, problem.place) == ("control-character", Place("a.md", 2, 3))
    assert f"U+{ord(char):04X}" in problem.message
    assert "1 more" in problem.message


@pytest.mark.parametrize("char", ["\t", "\xa0", "é", "\xad", "\ufdfa", "\ufffd", "\ufeff", "\U0010ffff"])
def test_other_characters_are_left_alone(char: str) -> None:
    assert decode("a.md", f"a{char}b".encode()) == Text(f"a{char}b")


@given(st.binary() | st.text().map(str.encode) | st.text().map(lambda text: text.encode("utf-16")))
def test_no_bytes_fail_and_what_comes_out_is_clean(data: bytes) -> None:
    text = decode("a.md", data)
    text.text.encode()
    json.dumps(text.text)
    assert not any(ord(char) < 32 and char not in "\t\n" for char in text.text)
    assert decode("a.md", text.text.encode()).text == text.text.lstrip("\ufeff")


@given(st.text())
def test_text_without_problems_is_the_text_of_the_file(text: str) -> None:
    decoded = decode("a.md", text.encode())
    if not decoded.problems:
        assert decoded.text == text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def test_megabytes_of_bad_bytes_take_no_time_worth_speaking_of() -> None:
    for data in (b"\xff" * 10**6, b"\r" * 10**6, b"\0a" * 10**6, b"\xef\xbb\xbf" * 10**6):
        start = time.process_time()
        decode("a.md", data)
        assert time.process_time() - start < 2
