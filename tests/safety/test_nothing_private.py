"""One vault that is private in every way at once, with every feature switched on: no marker is in any byte of the output.

The test knows nothing of what kb writes. It walks every file, unpacks whatever is packed in it, and looks for the
markers in bytes and names; so what is added later is looked through as well. (M1 to M7; tests/website/test_private.py looks
closer at each.)
"""

from __future__ import annotations

import gzip
import re
import zlib
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.pipeline.building import build
from safety.vault import Vault, nobody

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000030806000000b9ead0e3"
    "0000000b49444154789c6360400600000e0001a5f3b2a60000000049454e44ae426082"
)
#: Everything that may be switched on. A setting that this kb does not know is an error, so the list stays true.
CONFIG = """title: Shown
author: Somebody
description: What everybody may read
base_url: https://example.org/sub/
search: {offline: true}
cards: true
twins: true
llms: true
images: {widths: [16]}
page_size: 2
ignore: [shut/, "*.secret.md"]
"""


def secret(mark: str, matter: str = "") -> str:
    """A note whose every part holds the marker, and which leans on what is public as much as it can."""
    return (
        f"---\ndate: 2020-01-01\naliases: [{mark} alias, /{mark}/old/, shared alias]\ntags: [{mark}, shared/{mark}, shared]\n"
        f"series: {mark}\nkind: {mark}\ndescription: {mark}\nimage: {mark}.png\nup: '[[Public]]'\n{mark}key: {mark}\n"
        f"{matter}\n---\n# {mark} title ![[{mark}.png]]\n\n"
        f"{mark} text with [[Public|{mark} label]], ![[Public]], ![[{mark}.csv]], ![[{mark}.pdf]] and #{mark}/tag. Mentions Public "
        f"and the second one.\n\n## {mark} part\n\n```{mark}\n{mark}\n```\n\n| {mark} |\n|---|\n| {mark} |\n\n"
        f"$${mark}$$\n\n> [!tip] {mark}\n> {mark}\n\n- [ ] {mark} ^{mark}\n\n[^1]: {mark}\n\n{mark}[^1]\n"
    )


#: Each way of being private, by its own marker: the notes and files that hold it.
WAYS: dict[str, dict[str, str | bytes]] = {
    "zyxdraft": {"drafts of zyxdraft/zyxdraft.md": secret("zyxdraft", "draft: true")},
    "zyxheld": {"zyxheld.md": secret("zyxheld", "publish: false")},
    "zyxfuture": {"zyxfuture.md": secret("zyxfuture").replace("2020-01-01", "2999-01-01")},
    "zyxbroken": {"zyxbroken.md": secret("zyxbroken", "x: [")},
    "zyxopen": {"zyxopen.md": f"---\npublish: false\n{secret('zyxopen')[4:].replace('---', '')}"},
    "zyxbytes": {"zyxbytes.md": secret("zyxbytes").encode() + b"\xff\xfe\xff"},
    "zyxnever": {"zyxnever.md": secret("zyxnever").replace("2020-01-01", "2020-02-31")},
    "zyxshut": {"shut/zyxshut.md": secret("zyxshut")},
    "zyxnamed": {"zyxnamed.secret.md": secret("zyxnamed")},
    "zyxtrash": {".trash/zyxtrash.md": secret("zyxtrash")},
    "zyxeditor": {
        ".obsidian/zyxeditor.json": '{"zyxeditor": 1}',
        ".obsidian/templates/zyxeditor.md": secret("zyxeditor"),
    },
    "zyxtemplate": {"../templates/zyxtemplate.md": secret("zyxtemplate")},
    "zyxindex": {
        "zyxindex/index.md": secret("zyxindex", "draft: true"),
        "zyxindex/b.md": secret("zyxindex", "draft: true"),
    },
    "zyxunused": {"zyxunused.png": PNG, "zyxunused.pdf": b"%PDF zyxunused", "zyxunused.csv": "zyxunused,1\n"},
    "zyxlinked": {"linked by all.md": secret("zyxlinked", "draft: true")},
}
#: Markers in notes that are public.
COMMENT, MATTER = "zyxcomment", "zyxmatter"
PUBLIC: dict[str, str | bytes] = {
    "index.md": "---\ndate: 2020-01-03\ntags: [shared]\n---\n[[Public]] [[Second]] ![[shown.png]]\n",
    "Public.md": (
        f"---\ndate: 2020-01-02\ntags: [shared]\nseries: S\n{MATTER}: {MATTER}\nnested: {{{MATTER}: [{MATTER}]}}\n---\n"
        f"%%{COMMENT} [[Second]] #{COMMENT}%% <!-- {COMMENT} --> Text.\n\n%%\n{COMMENT}\n\n## {COMMENT}\n%%\n\n"
        f"<!--\n{COMMENT}\n\n{COMMENT}\n-->\n\n"
        "[[linked by all]], [[linked by all|shown words]], ![[linked by all]], [shown](<linked by all.md>), "
        "[[linked by all#part]], ![[linked by all#^block]], [[shared alias]].\n"
    ),
    "Second.md": "---\ndate: 2020-01-01\nseries: S\n---\nMentions nobody. ![[Public]]\n",
    "shown.png": PNG,
}


def tell_tales(out: Path, marks: set[str]) -> list[str]:
    """Each file of the output, kb's own among them, that has a marker in a byte or in its name."""
    found = []
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix().lower()
        whole = [name.encode(), *(readings(path.read_bytes()) if path.is_file() else ())]
        found += [
            f"{name}: {mark}"
            for mark in sorted(marks)
            if any(mark.encode() in data.lower() for data in whole)
        ]
    return found


def readings(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes of a file and of whatever is packed in it: gzip, zlib anywhere, base 64 anywhere, UTF-16."""
    yield data
    yield data.replace(b"\0", b"")
    if depth > 2:
        return
    if data[:2] == b"\x1f\x8b":
        yield from readings(gzip.decompress(data), depth + 1)
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", data):
        packed = zlib.decompressobj(47)
        try:
            yield from readings(packed.decompress(data[start.start() :]), depth + 1)
        except zlib.error:
            continue
    for letters in re.finditer(rb"[A-Za-z0-9+/]{24,}={0,2}", data):
        try:
            yield from readings(b64decode(letters[0][: len(letters[0]) // 4 * 4]), depth + 1)
        except Error:
            continue


def filled(vault: Vault) -> Vault:
    (vault.root / "config.yaml").write_text(CONFIG, "utf-8")
    for mark, files in WAYS.items():
        attached: dict[str, str | bytes] = {
            f"{mark}.png": PNG,
            f"{mark}.csv": f"{mark},1\n",
            f"{mark}.pdf": f"%PDF {mark}",
        }
        vault.write(attached).write(files)
    return vault.write(PUBLIC)


def test_no_marker_is_in_any_byte_or_name_of_the_output(vault: Vault) -> None:
    built = build(filled(vault).ask(), nobody)
    assert "config" not in {problem.code for problem in built.problems}
    assert tell_tales(vault.out, {*WAYS, COMMENT, MATTER}) == []
    assert "shown words" in (vault.out / "public/index.html").read_text()
    assert built.files > len(PUBLIC)


def test_the_search_finds_a_marker_wherever_it_is_packed(vault: Vault) -> None:
    """Were all of it public, each marker would be found, and in more than pages: so the test above can fail."""
    filled(vault)
    (vault.root / "config.yaml").write_text(CONFIG.replace("ignore:", "# ignore:"), "utf-8")
    build(vault.ask(drafts=True), nobody)
    found = tell_tales(vault.out, {"zyxdraft"})
    for part in ("_search/", "zyxdraft.png", "tags/", ".kb/", "feed", "llms.txt", "sitemap"):
        assert any(part in each for each in found), part


@pytest.mark.parametrize("html", ["escape", "trusted"])
def test_comments_are_gone_whatever_becomes_of_html(vault: Vault, html: str) -> None:
    filled(vault)
    (vault.root / "config.yaml").write_text(f"{CONFIG}html: {html}\n", "utf-8")
    build(vault.ask(), nobody)
    assert tell_tales(vault.out, {*WAYS, COMMENT, MATTER}) == []


def test_what_was_public_and_is_private_is_gone_from_every_byte(vault: Vault) -> None:
    """The same notes, public first: what a build has written once is taken away again, wherever it was."""
    filled(vault)
    shown = {
        path: data.replace("draft: true", "").replace("publish: false", "").replace("2999-", "2019-")
        for files in WAYS.values()
        for path, data in files.items()
        if isinstance(data, str) and path.endswith(".md") and "x: [" not in data
    }
    vault.write(shown)
    build(vault.ask(), nobody)
    assert tell_tales(vault.out, {"zyxdraft", "zyxheld", "zyxfuture", "zyxindex"})
    filled(vault)
    build(vault.ask(), nobody)
    assert tell_tales(vault.out, {*WAYS, COMMENT, MATTER}) == []
