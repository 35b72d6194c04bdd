"""What grows in one place of a site makes no page elsewhere larger: by bytes, in sizes that a test can afford."""

from __future__ import annotations

from pathlib import Path

from website.web import CONFIG, built

FEW, MANY = 20, 200


def test_j3_a_line_of_two_megabytes_is_shown_whole(tmp_path: Path) -> None:
    words = 400_000
    web = built(tmp_path, {"long.md": "word " * words, "b.md": "[[long]]"})
    assert {problem.code for problem in web.problems} <= {"orphan", "dead-end", "large-note"}
    assert web.text("long/index.html").count("word ") >= words - 1


def test_j4_a_note_s_page_does_not_grow_with_the_number_of_tags(tmp_path: Path) -> None:
    def size(count: int) -> int:
        others = {f"n{n}.md": f"---\ntags: [a{n:03}, b{n:03}]\n---\nText.\n" for n in range(count)}
        site = {"one.md": "---\ntags: [a000]\n---\nText.\n", **others}
        return len(built(tmp_path / str(count), site).files["one/index.html"])

    assert size(MANY) <= size(FEW) + 100


def test_j4_the_page_of_all_tags_and_the_front_page_do_not_grow_with_the_number_of_tags(
    tmp_path: Path,
) -> None:
    def largest(count: int) -> list[int]:
        tags = [
            f"---\ntags: [{', '.join(f'a{n}-{each}' for each in range(10))}]\n---\n" for n in range(count)
        ]
        files = {f"n{n}.md": text for n, text in enumerate(tags)}
        web = built(tmp_path / str(count), files, CONFIG + "page_size: 5\n")
        shown = [web.files["index.html"], web.files["tags/index.html"], web.files["tags/page/1/index.html"]]
        return [len(page) for page in shown]

    few, many = largest(FEW), largest(2 * FEW)
    assert many[0] <= few[0] + 100
    assert many[1] <= few[1] + 4 * 100  # the ways to four more pages
    assert many[2] <= few[2] + 100


def test_j5_who_links_to_a_hub_has_no_larger_page_for_all_others_that_do(tmp_path: Path) -> None:
    def sizes(count: int) -> tuple[int, int]:
        links = {f"n{n:03}.md": "See [[hub]].\n" for n in range(count)}
        files = built(tmp_path / str(count), {"hub.md": "Hub.\n", **links}).files
        return len(files["n005/index.html"]), len(files["hub/index.html"])

    (few, _), (many, hub) = sizes(FEW), sizes(MANY)
    assert many <= few + 100
    assert hub <= sizes(2 * MANY)[1] <= hub + 100


def test_j5_three_thousand_backlinks_stand_on_pages_of_a_few_kilobytes_each(tmp_path: Path) -> None:
    web = built(
        tmp_path, {"hub.md": "Hub.\n", **{f"n{n}.md": "Many words see [[hub]].\n" for n in range(3000)}}
    )
    pages = {path: data for path, data in web.files.items() if path.startswith("hub/")}
    assert len(pages) == 1 + 3000 // 50
    assert max(map(len, pages.values())) < 20_000
    listed = sum(data.count(b"<mark>hub</mark>") for path, data in pages.items() if "linked-from" in path)
    assert listed == 3000


def test_j5_a_note_of_three_thousand_links_has_a_page_by_their_number(tmp_path: Path) -> None:
    def page(count: int) -> bytes:
        notes = {f"n{n}.md": "Words.\n" for n in range(count)}
        out = "".join(f"- [[n{n}]]\n" for n in range(count))
        return built(tmp_path / str(count), {"out.md": out, **notes}).files["out/index.html"]

    few, many = page(300), page(3000)
    assert len(many) < 11 * len(few)
    assert (
        many.count(b"<a href=") < 2 * 3000 + 50
    )  # in the text and in the list of what it links to, not in the drawing
