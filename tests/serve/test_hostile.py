"""Requests that no browser of the person at this machine means: each is refused, and the next one is served."""

from __future__ import annotations

import random
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from serve.preview import Preview, answer, preview, until

SECRET = "the secret"  # noqa: S105 - none of anybody's
FILES: dict[str, str | bytes] = {
    "config.yaml": "title: Small\nbase_url: https://example.org/\n",
    "secret.txt": SECRET,
    ".env": SECRET,
    "content/index.md": "# Home\n\n[[one]] [f](data.txt) [e](.env) [b](one.md~) [l](link.txt) [d](far/secret.txt) [x](drawing.png)\n",
    "content/one.md": "# One\n",
    "content/one.md~": SECRET,
    "content/.env": SECRET,
    "content/.git/config": SECRET,
    "content/data.txt": "data",
    "content/drawing.png": b"png",
    "content/unused.txt": SECRET,
}


pytestmark = pytest.mark.alone  # after each test the preview has to answer within a second


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    folder = tmp_path_factory.mktemp("hostile")
    outside = folder / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    content = folder / "here" / "content"
    content.mkdir(parents=True)
    (content / "link.txt").symlink_to(outside / "secret.txt")
    (content / "far").symlink_to(outside, target_is_directory=True)
    with preview(folder, FILES) as running:
        yield running


@pytest.fixture(autouse=True)
def still_serving(site: Preview) -> Iterator[None]:
    yield
    start = time.monotonic()
    assert site.ask("/one/").status == 200
    assert time.monotonic() - start < 1


# Host


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_a_name_of_this_machine_is_answered(site: Preview, name: str) -> None:
    assert site.ask("/one/", {"Host": f"{name}:{site.port}"}).status == 200


@pytest.mark.parametrize(
    "name",
    [
        "evil.com",
        "evil.com:{port}",
        "localhost.evil.com:{port}",
        "127.0.0.1.nip.io:{port}",
        "evil.com#localhost:{port}",
        "localhost@evil.com:{port}",
        "0.0.0.0:{port}",
        "[::]:{port}",
        "127.0.0.2:{port}",
        "[::ffff:127.0.0.1]:{port}",
        "localhost",
        "localhost:1",
        "localhost:",
        "localhost:{port}:{port}",
        "localhost.:{port}",
        "",
        ":{port}",
    ],
)
def test_any_other_name_is_refused(site: Preview, name: str) -> None:
    got = site.ask("/one/", {"Host": name.format(port=site.port)})
    assert got.status in {400, 403}
    assert b"One" not in got.body


@pytest.mark.parametrize(
    "head",
    [
        b"GET /one/ HTTP/1.1\r\n\r\n",
        b"GET /one/ HTTP/1.0\r\n\r\n",
        b"GET /one/ HTTP/1.1\r\nHost: %(host)s\r\nHost: %(host)s\r\n\r\n",
        b"GET /one/ HTTP/1.1\r\nHost: %(host)s\r\nHost: evil.com\r\n\r\n",
        b"GET http://evil.com/one/ HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
    ],
)
def test_a_request_says_once_whom_it_is_for(site: Preview, head: bytes) -> None:
    got = answer(site.raw(head % {b"host": site.host.encode()}))
    assert got.status in {400, 403}


# Other sites


@pytest.mark.parametrize(
    "origin",
    ["https://evil.com", "null", "http://127.0.0.1", "http://127.0.0.1:1", "http://localhost:3000", ""],
)
@pytest.mark.parametrize("address", ["/one/", "/_kb/events?path=one/index.html", "/_kb/preview.js"])
def test_another_sites_script_is_refused(site: Preview, origin: str, address: str) -> None:
    assert site.ask(address, {"Origin": origin}).status == 403


def test_our_own_script_is_answered(site: Preview) -> None:
    assert site.ask("/one/", {"Origin": f"http://{site.host}", "Sec-Fetch-Site": "same-origin"}).status == 200


@pytest.mark.parametrize("kind", ["cross-site", "same-site"])
def test_another_sites_element_gets_nothing_but_a_link_is_followed(site: Preview, kind: str) -> None:
    script = {"Sec-Fetch-Site": kind, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}
    frame = {"Sec-Fetch-Site": kind, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    link = {"Sec-Fetch-Site": kind, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert site.ask("/feed.json", script).status == 403
    assert site.ask("/one/", frame).status == 403
    assert site.ask("/one/", link).status == 200


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/one/",
        "/data.txt",
        "/nowhere",
        "/one",
        "/_kb/preview.js",
        "/_kb/problems",
        "/_kb/problems.json",
        "/feed.xml",
    ],
)
def test_every_response_keeps_to_itself(site: Preview, address: str) -> None:
    for got in (site.ask(address), site.ask(address, {"Host": "evil.com"}), site.ask(address, method="PUT")):
        assert not [name for name in got.headers if name.startswith("access-control")]
        assert got.headers["cross-origin-resource-policy"] == "same-origin"
        assert got.headers["x-frame-options"] == "DENY"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["cache-control"] == "no-store"
        assert "server" not in got.headers


def test_even_what_is_no_request_is_answered_so(site: Preview) -> None:
    got = answer(site.raw(b"\x00\x01\x02\r\n\r\n"))
    assert got.status == 400
    assert got.headers["x-content-type-options"] == "nosniff"


# Paths

UPWARD = [
    "/../secret.txt",
    "/../../secret.txt",
    "/../../../../../../../../etc/passwd",
    "/one/../../secret.txt",
    "/./../secret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%2fsecret.txt",
    "/..%2Fsecret.txt",
    "/%2e./secret.txt",
    "/.%2e/secret.txt",
    "/%252e%252e/secret.txt",
    "/%252e%252e%252fsecret.txt",
    "/..%252fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/%5c..%5csecret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/%c0%ae%c0%ae%c0%afsecret.txt",
    "/%e0%80%ae%e0%80%ae/secret.txt",
    "/%u002e%u002e/secret.txt",
    "/\u2025/secret.txt",
    "/..;/secret.txt",
    "/..%00/secret.txt",
    "/..%0d/secret.txt",
    "/....//secret.txt",
    "/..../secret.txt",
    "/%2e%2e%2e%2e//secret.txt",
    "//etc/passwd",
    "///etc/passwd",
    "/%2fetc%2fpasswd",
    "//%2fetc%2fpasswd",
    "/./etc/passwd",
    "/file:///etc/passwd",
    "/data.txt/../../secret.txt",
    "/data.txt%00.html",
    "/data.txt%00",
    "/data.txt.",
    "/data.txt%20",
    "/data.txt::$DATA",
    "/data.txt/",
    "/DATA~1.TXT",
    "/c:/windows/win.ini",
    "/content/../config.yaml",
    "/_kb/../../secret.txt",
    "/_kb/%2e%2e/server.py",
    "/_kb/preview.js/../../server.py",
    "/@fs/etc/passwd?raw??",
    "/secret.txt?raw",
    "/?/../../secret.txt/x",
]


@pytest.mark.parametrize("address", UPWARD)
def test_no_spelling_leads_out_of_the_site(site: Preview, address: str) -> None:
    got = answer(
        site.raw(f"GET {address} HTTP/1.1\r\nHost: {site.host}\r\nConnection: close\r\n\r\n".encode())
    )
    assert got.status in {400, 404} or (got.status == 200 and address.startswith("/?"))
    assert SECRET.encode() not in got.body
    assert b"root:" not in got.body


@pytest.mark.parametrize(
    "address",
    [
        "/.env",
        "/.git/config",
        "/.git/",
        "/.kb/manifest.json",
        "/config.yaml",
        "/one.md",
        "/one.md~",
        "/unused.txt",
        "/secret.txt",
        "/content/one.md",
    ],
)
def test_only_what_a_build_would_write_is_there(site: Preview, address: str) -> None:
    assert site.ask(address).status == 404


@pytest.mark.parametrize("address", ["/link.txt", "/far/secret.txt", "/far/"])
def test_a_link_out_of_the_folder_is_not_followed(site: Preview, address: str) -> None:
    assert site.ask(address).status == 404


def test_a_file_that_becomes_a_link_out_of_the_folder_is_not_followed(site: Preview) -> None:
    drawing = site.root / "content" / "drawing.png"
    assert site.ask("/drawing.png").body == b"png"
    drawing.unlink()
    drawing.symlink_to(site.root / "secret.txt")
    try:
        assert site.ask("/drawing.png").status == 404
    finally:
        drawing.unlink()
        drawing.write_bytes(b"png")


def test_a_folder_lists_nothing(site: Preview) -> None:
    got = site.ask("/_assets/")
    assert got.status == 404
    assert b"style." not in got.body.partition(b"<body")[2]


@pytest.mark.parametrize(
    "address",
    [
        "//evil.com/..%2f",
        "//evil.com",
        "//evil.com/one",
        "/%2fevil.com/one",
        "/\\evil.com/one",
        "///evil.com/%2e%2e",
        "//one",
    ],
)
def test_no_address_leads_to_another_host(site: Preview, address: str) -> None:
    got = answer(
        site.raw(f"GET {address} HTTP/1.1\r\nHost: {site.host}\r\nConnection: close\r\n\r\n".encode())
    )
    assert not got.headers.get("location", "/x").startswith(("//", "/\\", "http"))
    assert got.status in {400, 404}


# Methods and bodies


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PROPFIND", "get"]
)
def test_there_is_nothing_to_change(site: Preview, method: str) -> None:
    got = site.ask("/one/", method=method)
    assert got.status == 405
    assert got.headers["allow"] == "GET, HEAD"


def test_the_one_address_that_acts_is_not_for_getting(site: Preview) -> None:
    got = site.ask("/_kb/open?path=content/one.md&line=1")
    assert (got.status, got.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: %(host)s\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %(host)s\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %(host)s\r\n"
        + b"".join(b"X-%d: 1\r\n" % each for each in range(200))
        + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 100_000,
        b"POST /_kb/open HTTP/1.1\r\nHost: %(host)s\r\nOrigin: http://%(host)s\r\nContent-Length: 1000000000\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
        b"GET / HTTP/1.1\r\nHost: %(host)s\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        b"GET / HTTP/1.1\r\nHost: %(host)s\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : %(host)s\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %(host)s\r\nBad\x00: 1\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: %(host)s\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        random.Random(1).randbytes(4096).replace(b"\n", b"") + b"\r\n\r\n",  # noqa: S311 - the same in every process
        b"\r\n" * 50_000,
    ],
    ids=lambda request_: repr(request_[:24]),
)
def test_what_is_too_long_or_no_request_is_refused_and_the_connection_closed(
    site: Preview, request_: bytes
) -> None:
    got = site.raw(request_.replace(b"%(host)s", site.host.encode()), timeout=14)
    assert not got or 400 <= answer(got).status < 500


def test_a_greeting_for_a_secure_connection_is_refused(site: Preview) -> None:
    context = ssl.create_default_context()
    with site.connect() as sock, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(sock, server_hostname="localhost")


def test_an_upgrade_is_not_taken(site: Preview) -> None:
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "x",
        "Sec-WebSocket-Version": "13",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
    got = answer(site.raw(f"GET /one/ HTTP/1.1\r\nHost: {site.host}\r\n{head}\r\n".encode(), timeout=1))
    assert got.status != 101


# Slowness


def test_half_open_connections_keep_nobody_out_and_are_closed_in_time(site: Preview) -> None:
    half = [site.connect() for _ in range(300)]
    try:
        for sock in half:
            with suppress(OSError):
                sock.sendall(b"GET /one/ HTTP/1.1\r\nHost: ")
        for _ in range(20):
            start = time.monotonic()
            assert site.ask("/one/").status == 200
            assert time.monotonic() - start < 0.2
        assert until(lambda: len(site.server.server_state.connections) <= 64)
        start = time.monotonic()
        while site.server.server_state.connections and time.monotonic() - start < 13:
            for sock in half:  # a byte now and then buys no time
                with suppress(OSError):
                    sock.send(b"x")
            time.sleep(0.5)
        assert not site.server.server_state.connections
    finally:
        for sock in half:
            sock.close()


def test_a_body_that_never_comes_is_not_waited_for(site: Preview) -> None:
    start = time.monotonic()
    head = f"POST /_kb/open HTTP/1.1\r\nHost: {site.host}\r\nOrigin: http://{site.host}\r\nContent-Length: 100\r\n\r\n"
    site.raw(head.encode(), timeout=20)
    assert time.monotonic() - start < 13


def test_whoever_is_silent_for_long_counts_as_gone(site: Preview) -> None:
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("this system cannot tell")
    with site.connect():
        assert until(lambda: bool(site.server.server_state.connections))
        for connection in site.server.server_state.connections:
            sock = connection.transport.get_extra_info("socket")
            assert 0 < sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 15_000
