"""What the preview answers: pages as a build writes them, files in parts, and the way to the right address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from kb.media.picture import published
from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from media.photos import SECRET, photo, shown
from serve.preview import Answer, Preview, preview

CINEMA = unicodedata.normalize("NFC", "Café 🎬")
VIDEO = bytes(range(256)) * 4
FILES: dict[str, str | bytes] = {
    "config.yaml": "title: Small\nbase_url: https://example.org/notes/\n",
    "content/index.md": "# Home\n\n[[one]] ![v](clip.mp4) ![s](draw.svg) [p](page.html) [pdf](a.pdf) ![[C++ & 50%.png]]\n",
    "content/one.md": "# One\n\n<b>bold</b> See [[Café 🎬]], [[a+b]] and [[folder/deep]].\n",
    f"content/{CINEMA}.md": "# Film\n",
    "content/a+b.md": "# Plus\n",
    "content/what? #1.md": "# Odd\n",
    "content/folder/deep.md": "# Deep\n",
    "content/clip.mp4": VIDEO,
    "content/draw.svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "content/page.html": "<script>alert(1)</script>",
    "content/a.pdf": b"%PDF-1.4",
    "content/C++ & 50%.png": b"png",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    with preview(tmp_path_factory.mktemp("http"), FILES) as running:
        yield running


def without_script(page: Answer) -> bytes:
    head, _, tail = page.body.partition(b'<script src="/_kb/preview.js"')
    return head + tail.partition(b"</script>\n")[2]


def test_a_page_is_what_a_build_writes_and_the_script_is_added_to_the_response_alone(
    site: Preview, tmp_path: Path
) -> None:
    built = build(Ask(root=site.root, cache=tmp_path / "cache", output=tmp_path / "site"), lambda *_: None)
    assert built.files > 10
    pages = [path for path in (tmp_path / "site").rglob("*") if path.is_file() and ".kb" not in path.parts]
    for path in pages:
        address = "/" + path.relative_to(tmp_path / "site").as_posix()
        shown = site.ask(quote(address))
        assert shown.status == 200
        if path.suffix == ".html" and path.name != "page.html":
            assert shown.body != path.read_bytes()
            assert without_script(shown) == path.read_bytes()
        else:
            assert shown.body == path.read_bytes()


def test_the_script_knows_its_page(site: Preview) -> None:
    text = site.ask("/one/").text
    tag = text[text.index('<script src="/_kb/preview.js"') :]
    assert f'data-token="{site.token}"' in tag
    assert 'data-path="one/index.html"' in tag
    assert 'data-note="one.md"' in tag
    assert tag.index("</script>") < tag.index("</body>")


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/", "Home"),
        ("/index.html", "Home"),
        ("/one/", "One"),
        ("/one/index.html", "One"),
        ("/one/?a=b", "One"),
        ("/caf%C3%A9-%F0%9F%8E%AC/", "Film"),
        ("/cafe%CC%81-%F0%9F%8E%AC/", "Film"),
        ("/a+b/", "Plus"),
        ("/a%2Bb/", "Plus"),
        ("/%6Fne/", "One"),
        ("/folder/deep/", "Deep"),
        ("/what-1/", "Odd"),
    ],
)
def test_each_spelling_of_an_address_shows_its_page(site: Preview, address: str, title: str) -> None:
    shown = site.ask(address)
    assert shown.status == 200
    assert re.search(rf"<h1[^>]*>{title}</h1>", shown.text)


@pytest.mark.parametrize("address", ["/a%20b/", "/one%3Fx", "/one/%23", "/a b/", "/ONE/", "/caf%E9/"])
def test_another_name_is_another_page_which_is_not_there(site: Preview, address: str) -> None:
    assert site.ask(address).status in {400, 404}


def test_a_folder_without_its_slash_leads_to_the_page(site: Preview) -> None:
    shown = site.ask("/one?x=1")
    assert (shown.status, shown.headers["location"]) == (301, "/one/?x=1")
    assert site.ask("/caf%C3%A9-%F0%9F%8E%AC").headers["location"] == "/caf%C3%A9-%F0%9F%8E%AC/"


def test_links_of_the_page_404_lead_into_the_preview_though_the_site_will_stand_elsewhere(
    site: Preview,
) -> None:
    shown = site.ask("/notes/archive/")
    assert (shown.status, shown.headers["location"]) == (302, "/archive/index.html")


def test_what_is_not_there_shows_the_sites_own_page_404(site: Preview) -> None:
    shown = site.ask("/nowhere/")
    assert shown.status == 404
    assert "Nothing is kept at this address" in shown.text
    assert 'data-path="nowhere/index.html"' in shown.text


def test_a_head_request_tells_all_but_the_body(site: Preview) -> None:
    for address in ("/one/", "/clip.mp4", "/nowhere/"):
        whole, head = site.ask(address), site.ask(address, method="HEAD")
        assert head.body == b""
        assert head.status == whole.status
        assert int(head.headers["content-length"]) == len(whole.body)


@pytest.mark.parametrize(
    ("wanted", "status", "said", "body"),
    [
        ("bytes=0-9", 206, "bytes 0-9/1024", VIDEO[:10]),
        ("bytes=1000-", 206, "bytes 1000-1023/1024", VIDEO[1000:]),
        ("bytes=-5", 206, "bytes 1019-1023/1024", VIDEO[-5:]),
        ("bytes=-5000", 206, "bytes 0-1023/1024", VIDEO),
        ("bytes=1020-9999", 206, "bytes 1020-1023/1024", VIDEO[1020:]),
        ("bytes=1024-", 416, "bytes */1024", b""),
        ("bytes=-0", 416, "bytes */1024", b""),
        ("bytes=9-0", 200, None, VIDEO),
        ("bytes=0-0,2-3", 200, None, VIDEO),
        ("lines=0-9", 200, None, VIDEO),
        ("bytes=a-b", 200, None, VIDEO),
        ("bytes=-", 200, None, VIDEO),
        ("bytes=" + "9" * 500 + "-", 200, None, VIDEO),
    ],
)
def test_a_part_of_a_file(site: Preview, wanted: str, status: int, said: str | None, body: bytes) -> None:
    got = site.ask("/clip.mp4", {"Range": wanted})
    assert (got.status, got.headers.get("content-range"), got.body) == (status, said, body)
    assert got.headers["accept-ranges"] == "bytes"


def test_a_part_is_given_only_of_the_file_that_the_browser_has(site: Preview) -> None:
    etag = site.ask("/clip.mp4").headers["etag"]
    assert site.ask("/clip.mp4", {"Range": "bytes=0-3", "If-Range": etag}).body == VIDEO[:4]
    assert site.ask("/clip.mp4", {"Range": "bytes=0-3", "If-Range": '"old"'}).body == VIDEO
    assert (
        site.ask("/clip.mp4", {"Range": "bytes=0-3", "If-Range": "Mon, 01 Jan 2024 00:00:00 GMT"}).body
        == VIDEO
    )


def test_a_part_of_a_file_may_be_asked_for_by_head(site: Preview) -> None:
    got = site.ask("/clip.mp4", {"Range": "bytes=0-3"}, method="HEAD")
    assert (got.status, got.headers["content-length"], got.body) == (206, "4", b"")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/clip.mp4", "video/mp4"),
        ("/draw.svg", "image/svg+xml; charset=utf-8"),
        ("/feed.xml", "application/xml; charset=utf-8"),
        ("/feed.json", "application/json"),
        ("/a.pdf", "application/pdf"),
    ],
)
def test_each_file_says_its_type(site: Preview, address: str, kind: str) -> None:
    assert site.ask(address).headers["content-type"] == kind


@pytest.mark.parametrize("address", ["/draw.svg", "/page.html"])
def test_an_attachment_runs_no_script_in_our_name(site: Preview, address: str) -> None:
    got = site.ask(address)
    assert got.status == 200
    assert got.headers["content-security-policy"] == "sandbox"
    assert b"script" not in got.body or address.endswith(".html")
    assert b"/_kb/preview.js" not in got.body


def test_a_pdf_may_stand_in_a_note(site: Preview) -> None:
    assert site.ask("/a.pdf").headers["x-frame-options"] == "SAMEORIGIN"
    assert site.ask("/page.html").headers["x-frame-options"] == "DENY"


def test_a_name_with_signs_that_mean_something_in_an_address(site: Preview) -> None:
    home = site.ask("/").text
    source = home.split('.png"')[0].rpartition('"')[2] + ".png"
    assert site.ask("/" + unescape(source)).body == b"png"


def test_a_connection_serves_more_than_one_request(site: Preview) -> None:
    one = f"GET /one/ HTTP/1.1\r\nHost: {site.host}\r\n\r\n"
    last = f"GET /a+b/ HTTP/1.1\r\nHost: {site.host}\r\nConnection: close\r\n\r\n"
    assert site.raw((one + one + last).encode()).count(b"HTTP/1.1 200") == 3


def test_a_picture_is_shown_as_a_build_writes_it_and_drawn_when_it_is_asked_for(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "config.yaml": "title: Small\nimages: {widths: [32]}\n",
        "content/index.md": "![a](tree.jpg)\n",
        "content/tree.jpg": photo("JPEG"),
    }
    with preview(tmp_path / "drawn", files) as running:
        home = running.ask("/").text
        drawing = home.partition('srcset="')[2].partition(" 32w")[0]
        assert SECRET not in running.ask("/tree.jpg").body
        assert running.ask("/tree.jpg").body == published(photo("JPEG"))
        shown_drawing = running.ask(f"/{drawing}")
        assert shown_drawing.headers["content-type"] == "image/webp"
        assert shown(shown_drawing.body)[0] == (32, 24)
