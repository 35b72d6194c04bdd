"""Names and addresses, case by case (I6-I9): nothing is lost because two names are one name somewhere."""

from __future__ import annotations

import re
import unicodedata

import pytest

from safety.vault import Vault

NFC, NFD = unicodedata.normalize("NFC", "Ünïcode"), unicodedata.normalize("NFD", "Ünïcode")

# I6, Unicode forms


@pytest.mark.parametrize("on_disk", [NFC, NFD])
@pytest.mark.parametrize("written", [NFC, NFD])
def test_i6_a_link_in_either_form_finds_a_note_in_either_form(
    vault: Vault, on_disk: str, written: str
) -> None:
    result = vault.write({f"{on_disk}.md": "Text", "n.md": f"[[{written}]] [x](<{written}.md>)"}).build()
    assert (result.errors, result.warnings) == ([], [])
    (paragraph,) = re.findall("<p>(.*)</p>", result.text("n/"))
    assert re.findall('href="([^"]*)"', paragraph) == [f"../{NFC.lower()}/"] * 2
    assert f"{NFC.lower()}/index.html" in result.pages


def test_i6_two_notes_that_only_the_form_tells_apart_are_an_error_naming_both(vault: Vault) -> None:
    result = vault.write({f"{NFC}.md": "composed", f"{NFD}.md": "decomposed", "n.md": "x"}).build()
    (error,) = result.errors
    assert "duplicate-url" in error
    assert f"{NFC}.md" in error
    assert f"{NFD}.md" in error
    assert "n/index.html" in result.pages


# I7, case


@pytest.mark.parametrize(
    ("one", "other"), [("Note", "note"), ("straße", "STRASSE"), ("İ", "i̇"), ("a b", "a-b"), ("ΣΑΣ", "σας")]
)
def test_i7_names_that_are_one_address_are_an_error_naming_both(vault: Vault, one: str, other: str) -> None:
    result = vault.write({f"x/{one}.md": "one", f"x/{other}.md": "other", "n.md": "x"}).build()
    (error,) = result.errors
    assert "duplicate-url" in error
    assert f"x/{one}.md" in error
    assert f"x/{other}.md" in error
    assert "n/index.html" in result.pages


def test_i7_folders_that_only_case_tells_apart_are_one_folder_without_loss(vault: Vault) -> None:
    result = vault.write({"Films/a.md": "first", "films/b.md": "second"}).build()
    assert "first" in result.page("films/a/")
    assert "second" in result.page("films/b/")
    shown = result.page("films/")
    assert result.errors or ("a/" in shown and "b/" in shown)


# I8, two claims of one address


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"a.md": "---\npermalink: /p/\n---\n", "b.md": "---\npermalink: p\n---\n"}, ("a.md", "b.md")),
        ({"a.md": "---\npermalink: /b/\n---\n", "b.md": "x"}, ("a.md", "b.md")),
        ({"a.md": "---\nslug: b\n---\n", "b.md": "x"}, ("a.md", "b.md")),
        ({"a.md": "---\naliases: [/b/]\n---\n", "b.md": "x"}, ("a.md (its alias /b/)", "b.md")),
        ({"a.md": "---\npermalink: /404.html\n---\n"}, ("a.md", "the page for unknown addresses")),
        (
            {"a.md": "---\npermalink: /404.html\n---\n![[x.png|x]]", "x.png": "x"},
            ("a.md", "unknown addresses"),
        ),
        ({"a.md": "---\naliases: [/robots.txt/x]\n---\n"}, ("a.md", "the robots file")),
        ({"a.md": "---\npermalink: /p/x.html\n---\n![[x.html]]", "p/x.html": "x"}, ("a.md", "p/x.html")),
        (
            {"a.md": "---\naliases: [/b.html]\n---\n", "b.html/c.md": "x"},
            ("a.md (its alias /b.html)", "b.html/"),
        ),
        (
            {"a.md": "x", "index.md": "---\npermalink: /archive/\n---\n", "archive.md": "y"},
            ("index.md", "archive.md"),
        ),
    ],
)
def test_i8_two_claims_of_one_address_are_an_error_naming_both(
    vault: Vault, files: dict[str, str], names: tuple[str, str]
) -> None:
    result = vault.write({**files, "good.md": "x"}).build()
    found = [line for line in result.errors if ": duplicate-url: " in line]
    assert len(found) == 1, (result.errors, result.warnings, list(result.pages))
    assert all(name in found[0] for name in names), found
    assert found[0].startswith("content/"), found
    assert "good/index.html" in result.pages


@pytest.mark.parametrize("name", ["feed.xml", "feed.json", "sitemap.xml", "robots.txt", "404.html"])
def test_i8_an_attachment_in_the_place_of_a_file_of_the_site_is_an_error_naming_both(
    vault: Vault, name: str
) -> None:
    (vault.root / "config.yaml").write_text("base_url: https://example.org/\n")
    result = vault.write({"n.md": f"---\ndate: 2020-01-01\n---\n[x]({name})", name: "mine"}).build()
    (error,) = result.errors
    assert error.startswith(f"content/{name}:1:1: duplicate-url: ")
    assert name in error


@pytest.mark.parametrize(
    ("files", "address"),
    [
        ({"films/index.md": "The folder's own words.", "films/a.md": "x"}, "films/"),
        ({"films.md": "The folder's own words.", "films/a.md": "x"}, "films/"),
        ({"index.md": "The folder's own words.", "a.md": "x"}, ""),
        ({"tags/film.md": "The folder's own words.", "a.md": "#film x"}, "tags/film/"),
        ({"archive.md": "The folder's own words.", "a.md": "x"}, "archive/"),
        ({"tags.md": "The folder's own words.", "a.md": "#film x"}, "tags/"),
    ],
)
def test_i8_a_note_at_the_address_of_a_list_stands_above_the_list(
    vault: Vault, files: dict[str, str], address: str
) -> None:
    result = vault.write(files).build()
    assert result.errors == []
    page = result.page(address)
    assert "The folder’s own words." in page
    assert "/a/" in page or 'href="a/"' in page or "film" in page


def test_i8_two_notes_that_once_had_one_address_are_a_warning_and_it_leads_to_the_first(vault: Vault) -> None:
    old = "---\naliases: [/old/]\n---\n"
    result = vault.write({"a.md": f"{old}first", "b.md": f"{old}second"}).build()
    assert [line.split(": ")[1] for line in result.warnings] == ["duplicate-alias"]
    assert result.errors == []
    assert "../a/" in result.page("old/")


# I9, names that some system cannot hold


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("CON", "con_/"),
        ("aux", "aux_/"),
        ("a:b", "a-b/"),
        ("ends with a dot.", "ends-with-a-dot/"),
        ("what?", "what/"),
        ("two\nlines", "two-lines/"),
        ("back\\slash", "back-slash/"),
        ("x" * 200, None),
        ("ü" * 120, None),
    ],
)
def test_i9_a_name_that_some_system_cannot_hold_gets_a_portable_address_and_a_warning(
    vault: Vault, name: str, address: str | None
) -> None:
    result = vault.write({f"{name}.md": "Text", "n.md": "x"}).build()
    assert [line.partition(": ")[2].split(": ")[0] for line in result.warnings] == ["odd-name"], (
        result.warnings
    )
    assert result.errors == []
    own = [path for path in result.pages if path.endswith("/index.html") and "Text" in result.pages[path]]
    assert len(own) >= 1
    for path in result.pages:
        for part in path.split("/"):
            assert len(part.encode()) <= 255
            assert not set(part) & set('<>:"\\|?*\n')
            assert part == part.rstrip(". ")
            assert part.split(".")[0].lower() not in {"con", "aux", "nul", "prn"}
    if address:
        assert f"{address}index.html" in result.pages
