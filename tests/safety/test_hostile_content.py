"""Hostile content, case by case (B3, B6, B7, B12, B13): nothing of it acts, leaks, kills the build or is lost."""

from __future__ import annotations

import os
import re
import time
import tracemalloc
from pathlib import Path

import pytest

from kb.model.note import Source
from kb.model.settings import Dialect
from kb.pipeline.opening import BadConfig
from kb.read.parse import parser
from safety.vault import Vault

GOOD = {"good.md": "# Good\n\nA good note.\n"}

# B3, addresses

UNSAFE = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#10;script:alert(1)",
    "&#106;avascript:alert(1)",
    "vbscript:msgbox",
    "data:text/html,<script>alert(1)</script>",
    "blob:https://example.org/x",
    "intent://scan/#Intent;scheme=zxing;end",
    "file:///etc/passwd",
    "about:blank",
)
#: What an address in a page may begin with.
SAFE_HREF = re.compile(r"(?:https?://|mailto:|tel:|obsidian:|#|\.{0,2}/|[^:]*\Z)")


def addresses(html: str) -> list[str]:
    """The value of every attribute that can lead somewhere."""
    return re.findall(r'\b(?:href|src|srcset|poster|data|action|content)="([^"]*)"', html)


@pytest.mark.parametrize("address", UNSAFE)
@pytest.mark.parametrize(
    "form",
    ["[x]({})", "![x]({})", "<{}>", "[x][r]\n\n[r]: {}", '<a href="{}">x</a>', '<img alt="x" src="{}">'],
)
def test_b3_an_address_that_is_not_allowed_is_never_written(vault: Vault, form: str, address: str) -> None:
    result = vault.write({**GOOD, "n.md": form.format(address) + "\n"}).build()
    scheme = re.compile(r"(?:javascript|vbscript|data|blob|intent|file|about):", re.IGNORECASE)
    for found in addresses(result.text("n/")):
        assert not scheme.match(re.sub(r"[\x00-\x20]|&#1[03];", "", found)), found


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "intent://x"])
def test_b3_a_link_with_such_an_address_is_text_and_warned_of(vault: Vault, address: str) -> None:
    result = vault.write({"n.md": f"A [label]({address}) here.\n"}).build()
    assert "label" in result.text("n/")
    assert "<a " not in result.text("n/")
    assert result.warnings == [
        line for line in result.warnings if line.startswith("content/n.md:1:3: unsafe-link:")
    ]
    assert len(result.warnings) == 1


@pytest.mark.parametrize("key", ["image", "permalink", "canonical", "cover", "slug"])
@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example/x", "data:text/html,x"])
def test_b3_front_matter_brings_no_such_address_into_a_page(vault: Vault, key: str, address: str) -> None:
    (vault.root / "config.yaml").write_text("base_url: https://example.org/\n")
    result = vault.write({**GOOD, "n.md": f'---\n{key}: "{address}"\n---\nText\n'}).build()
    for path, text in result.pages.items():
        for found in addresses(text):
            assert not found.lower().startswith(("javascript:", "data:")), (path, found)
            assert not re.match(r"(?:https?:)?//evil", found) or key == "image", (path, found)


@pytest.mark.parametrize(
    "link",
    [
        "[[good|javascript:alert(1)]]",
        '[[good|"><script>alert(1)</script>]]',
        "[[javascript:alert(1)]]",
        '[[good#"><script>]]',
    ],
)
def test_b3_a_wikilink_s_words_are_words(vault: Vault, link: str) -> None:
    text = vault.write({**GOOD, "n.md": f"{link}\n"}).build().text("n/")
    assert "<script" not in text
    assert all("javascript:" not in address for address in addresses(text))


# B6, front matter that explodes

BOMBS = {
    "billion laughs": "\n".join(
        ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
        + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    ),
    "merge keys": "\n".join(
        ["m0: &m0 {k: v}"] + [f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}], k{i}: v}}" for i in range(1, 25)]
    ),
    "itself": "a: &a [*a]",
    "60,000 brackets": f"a: {'[' * 60_000}",
    "60,000 braces": f"a: {'{' * 60_000}",
    "60,000 nested items": f"a:\n  {'- ' * 20_000}x",
    "an object of Python": "a: !!python/object/apply:os.system [echo hacked]",
    "ten megabytes": "a: " + "x" * (10 << 20),
}


@pytest.mark.parametrize("name", BOMBS)
def test_b6_front_matter_that_explodes_is_refused_quickly_with_its_place(vault: Vault, name: str) -> None:
    vault.write({**GOOD, "n.md": f"---\n{BOMBS[name]}\n---\nText\n"})
    start = time.perf_counter()
    result = vault.build()
    assert time.perf_counter() - start < 5  # two builds; a bomb takes minutes
    assert any(line.startswith("content/n.md:") for line in result.errors), (result.errors, result.warnings)
    assert "n/index.html" not in result.pages
    assert "good/index.html" in result.pages


@pytest.mark.parametrize("name", BOMBS)
def test_b6_refusing_it_costs_neither_time_nor_memory(name: str) -> None:
    source = Source("n.md", f"---\n{BOMBS[name]}\n---\nText\n".encode(), "")
    parse = parser(Dialect())

    def seconds() -> float:
        start = time.process_time()
        parse(source)
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.25  # under 0.05 on a machine with nothing else to do
    tracemalloc.start()
    try:
        parse(source)
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()


# B7, deep nesting


def nested(levels: int) -> str:
    return (
        "".join(f"{'  ' * level}- level {level + 1}\n" for level in range(levels))
        + "\nThe end.\n\n## After\n"
    )


@pytest.mark.parametrize("levels", [10, 12, 50])
def test_b7_deep_lists_lose_nothing(vault: Vault, levels: int) -> None:
    result = vault.write({"n.md": nested(levels)}).build()
    text = result.text("n/")
    assert all(f"level {level}\n" in text or f"level {level}<" in text for level in range(1, levels + 1))
    assert "The end." in text
    assert "After" in text
    assert result.errors == []


@pytest.mark.parametrize("levels", [100, 300])
def test_b7_where_nesting_cannot_be_read_the_line_is_named_and_what_follows_is_kept(
    vault: Vault, levels: int
) -> None:
    result = vault.write({**GOOD, "n.md": nested(levels)}).build()
    text = result.text("n/")
    assert all(f"level {level}" in text for level in range(1, levels + 1))
    assert "<p>The end.</p>" in text
    assert "After" in text.partition("<h2")[2]
    assert [line.split(": ")[1] for line in result.errors] == ["nesting-limit"]
    assert 50 < result.problem("nesting-limit").place.line <= levels
    assert "good/index.html" in result.pages


# B12, paths that climb


@pytest.mark.parametrize(
    "link",
    [
        "![[../../etc/passwd]]",
        "![[/etc/passwd]]",
        "[[../../secret]]",
        "![x](../../secret.txt)",
        "![x](/etc/passwd)",
        "[x](..%2f..%2fsecret.txt)",
        "![x](%2e%2e/%2e%2e/secret.txt)",
        "![x](file:///etc/passwd)",
        "![x](....//secret.txt)",
    ],
)
def test_b12_no_link_reaches_a_file_outside_the_vault(vault: Vault, tmp_path: Path, link: str) -> None:
    for place in (tmp_path / "secret.txt", vault.root / "secret.txt", vault.root / "secret.md"):
        place.write_text("SECRET")
    result = vault.write({**GOOD, "n.md": f"{link}\n"}).build()
    assert len(result.warnings) >= 1, result.warnings
    assert all(line.startswith("content/n.md:1:") for line in result.warnings)
    for path, text in result.pages.items():
        assert "SECRET" not in text, path
        assert "root:" not in text, path


CLIMBING = {
    "../../x": "x/",
    "a/../../x": "a-..-..-x/",
    "..": "_/",
    "//evil.example": "evil.example/",
    "https://evil.example/x": "https-evil.example-x/",
    "/.git/x": "git-x/",
}


@pytest.mark.parametrize("value", CLIMBING)
def test_b12_a_permalink_that_climbs_is_an_error_and_the_note_stands_where_it_would_without(
    vault: Vault, value: str
) -> None:
    result = vault.write({**GOOD, "n.md": f'---\npermalink: "{value}"\n---\nText\n'}).build()
    assert [line.split(": ")[:2] for line in result.errors] == [["content/n.md:1:1", "bad-permalink"]]
    assert "<p>Text</p>" in result.text("n/")


@pytest.mark.parametrize(("value", "address"), CLIMBING.items())
def test_b12_a_slug_that_climbs_is_an_error_and_names_one_folder_of_the_site(
    vault: Vault, value: str, address: str
) -> None:
    result = vault.write({**GOOD, "n.md": f'---\nslug: "{value}"\n---\nText\n'}).build()
    assert [line.split(": ")[:2] for line in result.errors] == [["content/n.md:1:1", "bad-permalink"]]
    assert "<p>Text</p>" in result.text(address)


@pytest.mark.parametrize("kind", ["../../x", "base", "/etc/passwd", "404"])
@pytest.mark.parametrize("key", ["kind", "layout"])
def test_b12_a_kind_names_no_file(vault: Vault, key: str, kind: str) -> None:
    result = vault.write({"n.md": f'---\n{key}: "{kind}"\n---\nText\n'}).build()
    assert "<p>Text</p>" in result.text("n/")
    told = [line for line in result.errors if line.startswith("content/n.md:2:7: front-matter-value: 'kind'")]
    assert result.errors == told
    assert bool(told) == (key == "kind" and "/" in kind)


@pytest.mark.parametrize("name", ["%2e%2e.md", "..%2f..%2fx.md", "...md", ". .md", "a/.. x/b.md"])
def test_b12_a_file_s_name_never_leads_out_of_the_output(vault: Vault, tmp_path: Path, name: str) -> None:
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(vault.root)}
    result = vault.write({**GOOD, name: "Text"}).build()
    after = {path for path in tmp_path.rglob("*") if not path.is_relative_to(vault.root)}
    assert {path for path in after - before if not path.is_relative_to(vault.cache)} <= {vault.cache}
    assert "good/index.html" in result.pages


def test_b12_a_theme_s_file_that_leads_out_of_the_site_is_refused(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("SECRET")
    folder = vault.write(GOOD).root / "themes/paper/templates"
    folder.mkdir(parents=True)
    (folder / "stolen.html").symlink_to(tmp_path / "secret.txt")
    (folder / "note.html").write_text('{% include "stolen.html" %}')
    with pytest.raises(BadConfig, match="leads out of the site"):
        vault.build()
    assert not vault.out.exists()


def test_b12_a_theme_s_folder_that_leads_out_of_the_site_is_refused(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/id").write_text("SECRET")
    folder = vault.write(GOOD).root / "themes/paper"
    folder.mkdir(parents=True)
    (folder / "assets").symlink_to(tmp_path / "keys")
    with pytest.raises(BadConfig, match="leads out of the site"):
        vault.build()
    assert not vault.out.exists()


# B13, symbolic links


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    (folder / "sub").mkdir(parents=True)
    for name in ("note.md", "sub/deep.md", "picture.png"):
        (folder / name).write_text("SECRET")
    return folder


def leaks(vault: Vault) -> list[str]:
    return [str(path) for path in vault.out.rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]


def test_b13_a_note_a_folder_and_an_attachment_that_lead_outside_are_not_read(
    vault: Vault, outside: Path
) -> None:
    vault.write({**GOOD, "n.md": "![[picture.png|x]] [[note]]"})
    (vault.content / "note.md").symlink_to(outside / "note.md")
    (vault.content / "folder").symlink_to(outside)
    (vault.content / "picture.png").symlink_to(outside / "picture.png")
    result = vault.build()
    assert leaks(vault) == []
    told = [line.split(": ")[0] for line in result.warnings if "symlink-outside" in line]
    assert told == ["content/folder:1:1", "content/note.md:1:1", "content/picture.png:1:1"]


def test_b13_a_link_whose_parent_leads_outside_is_not_followed(vault: Vault, outside: Path) -> None:
    vault.write(GOOD)
    (vault.content / "a").symlink_to(outside)
    (vault.content / "b.md").symlink_to(vault.content / "a" / "note.md")
    vault.build()
    assert leaks(vault) == []


def test_b13_a_folder_beside_the_vault_with_a_longer_name_is_outside(vault: Vault) -> None:
    beside = vault.root / "content_internal"
    beside.mkdir()
    (beside / "x.md").write_text("SECRET")
    vault.write(GOOD)
    (vault.content / "x.md").symlink_to(beside / "x.md")
    assert [line.split(": ")[1] for line in vault.build().warnings] == ["symlink-outside"]
    assert leaks(vault) == []


def test_b13_a_link_inside_the_vault_is_followed_once(vault: Vault) -> None:
    vault.write({"real/note.md": "inside", **GOOD})
    (vault.content / "again").symlink_to(vault.content / "real")
    result = vault.build()
    assert "inside" in result.page("real/note/")
    assert "inside" in result.page("again/note/")
    assert (result.errors, result.warnings) == ([], [])


def test_b13_a_circle_of_links_is_warned_of_and_ends(vault: Vault) -> None:
    vault.write({**GOOD, "a/note.md": "inside"})
    (vault.content / "a/up").symlink_to(vault.content)
    (vault.content / "self.md").symlink_to(vault.content / "self.md")
    result = vault.build()
    assert [line.split(": ")[:2] for line in result.warnings] == [
        ["content/a/up:1:1", "symlink-loop"],
        ["content/self.md:1:1", "symlink-loop"],
    ]
    assert "good/index.html" in result.pages


def test_b13_a_hard_link_is_a_file_like_any_other(vault: Vault) -> None:
    vault.write({"one.md": "shared text"})
    os.link(vault.content / "one.md", vault.content / "two.md")
    result = vault.build()
    assert "shared text" in result.page("two/")
    assert (result.errors, result.warnings) == ([], [])
