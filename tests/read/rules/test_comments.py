from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from kb.read.rules.comments import Uncommented, remove_comments

MARKER = "Geheimnis"


def problems(seen: Uncommented) -> str:
    return "".join(
        f"{line}:{column + 1}: {code}: {message}\n  hint: {hint}\n"
        for code, line, column, message, hint in seen.mistakes
    )


def test_the_note_is_seen_as(case: dict[str, str]) -> None:
    seen = remove_comments(case["md"])
    assert seen.text.removesuffix("\n") == case["text"].removesuffix("\n")
    assert problems(seen) == case.get("problems", "")


def test_every_line_knows_where_it_came_from() -> None:
    seen = remove_comments("one\n%%gone%%\n\ntwo %%a\nb\nc%% three\nfour", first_line=5)
    assert list(zip(seen.lines or (), seen.text.split("\n"), strict=True)) == [
        (5, "one"),
        (7, ""),
        (8, "two"),
        (10, "three"),
        (11, "four"),
    ]


def test_windows_line_ends_make_no_difference() -> None:
    text = "a %%b%%\r\n```\r\n%%c%%\r\n```\r\n%%d%%\r\ne\r\n"
    assert remove_comments(text).text.replace("\r", "") == remove_comments(text.replace("\r", "")).text


BLOCKS = st.sampled_from([
    "text", "`code`", "- item", "  more", "> quote", "    indented", "```", "~~~", "# Head", "", "<div>", "</div>",
    "1. one", "   ```", "> ```", "| a | b |", "|---|---|", "`", "``", "\t", "100%", "%%%", "$$", "[^1]: note",
])  # fmt: skip
NOTES = st.lists(BLOCKS, max_size=12).map("\n".join)


@given(NOTES)
def test_a_text_without_comments_stays_as_it_is(text: str) -> None:
    assert remove_comments(text) == Uncommented(text)


@given(NOTES, st.sampled_from(["", "\n", "\n\n"]))
def test_a_comment_at_the_start_hides_all_of_it(text: str, between: str) -> None:
    hidden = text.replace("%%%", "")
    seen = remove_comments(f"%%{hidden}{between}{MARKER}{between}%%{text}")
    assert MARKER not in seen.text


@given(
    before=NOTES, after=NOTES, comment=st.sampled_from(["%%{} x%%", "a %%{}%% b", "- %%{}%%", "> %%{}\n> %%"])
)
def test_no_reader_of_the_page_sees_a_comment_outside_of_code(
    before: str, after: str, comment: str, render: Callable[..., str]
) -> None:
    html = render(remove_comments(f"{before}\n\n{comment.format(MARKER)}\n\n{after}").text)
    while "<code" in html:
        start = html.index("<code")
        html = html[:start] + html[html.index("</code>", start) + 7 :]
    assert MARKER not in html


@given(
    NOTES.filter(lambda text: "```" not in text),
    st.lists(st.sampled_from(["%%a%%", "b", "%%", ""]), max_size=5),
)
def test_what_stands_in_a_fence_stays(before: str, code: list[str]) -> None:
    fence = "\n".join(["", "~~~~~~", *code, "~~~~~~", ""])
    opened = before.count("~~~") % 2 or "<div>" in before or "    " in before
    text = f"# Top\n\n{'' if opened else before}\n\n# Next\n{fence}"
    if "%" not in before:
        assert fence in remove_comments(text).text


def test_what_the_parser_takes_for_text_is_hidden_after_all(render: Callable[..., str]) -> None:
    # To the first pass `…` looks like code here; the parser sees two cells, and formulas.
    for text in (f"| a ` | b |\n|---|---|\n| ` %%{MARKER}%% | ` |\n", f"$`$ %%{MARKER}%% $`$"):
        assert MARKER in remove_comments(text).text
        assert MARKER not in render(remove_comments(text).text)
