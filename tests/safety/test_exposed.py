"""What becomes public or ceases to be so is told (M8), and `--strict` stops before it happens; so are waiting notes (I10)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.shell import Shell
from disk.world import World
from kb.disk.journal import JOURNAL, STAGING
from kb.disk.manifest import MANIFEST, read_manifest
from kb.pipeline.building import Built, build
from kb.pipeline.exposing import Exposed, Stopped
from laws.worlds import tree
from safety.vault import Vault, nobody

DRAFT = "---\ndraft: true\n---\nNot yet.\n"


def once(vault: Vault, **options: bool) -> Built:
    """One build: a second one has nothing to tell."""
    return build(vault.ask(**options), nobody)


def test_m8_a_note_that_was_held_back_and_becomes_public_is_named_once(vault: Vault) -> None:
    vault.write({"a.md": "A", "d.md": DRAFT, "p.md": DRAFT.replace("draft: true", "publish: false")})
    assert once(vault).exposed == Exposed()
    vault.write({"d.md": "Now.", "p.md": "Now.", "new.md": "New."})
    assert once(vault).exposed == Exposed(published=("content/d.md", "content/p.md"))
    assert once(vault).exposed == Exposed()


def test_m8_an_address_that_is_public_no_longer_is_named_once(vault: Vault) -> None:
    vault.write({"a.md": "A", "b/c.md": "C", "kept.md": "---\naliases: [/older/]\n---\n"})
    once(vault)
    vault.write({"a.md": DRAFT, "kept.md": ""})
    (vault.content / "b/c.md").unlink()
    assert once(vault).exposed == Exposed(gone=("/a/", "/b/c/", "/older/"))
    assert once(vault).exposed == Exposed()


def test_m8_a_note_that_moves_and_leaves_its_old_address_behind_is_no_loss(vault: Vault) -> None:
    vault.write({"a.md": "A"})
    once(vault)
    (vault.content / "a.md").unlink()
    vault.write({"b.md": "---\naliases: [/a/]\n---\nA"})
    assert once(vault, careful=True).exposed == Exposed()


def test_m8_a_careful_build_stops_before_anything_is_changed_and_a_second_one_too(vault: Vault) -> None:
    vault.write({"a.md": "A", "d.md": DRAFT})
    once(vault)
    vault.write({"d.md": "Now.", "new.md": "New."})
    (vault.content / "a.md").unlink()
    before = tree(vault.out)
    for _ in range(2):
        with pytest.raises(Stopped) as stopped:
            once(vault, careful=True)
        assert stopped.value.exposed == Exposed(published=("content/d.md",), gone=("/a/",))
        assert tree(vault.out) == before
    once(vault)
    assert once(vault, careful=True).exposed == Exposed()


def test_m8_a_careful_build_stops_before_it_finishes_what_a_killed_one_began(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.build({"a.html": "old"})
    (world.out / STAGING).mkdir()
    (world.out / JOURNAL).write_text("{}")

    def stop(_manifest: object) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        world.build({"a.html": "new"}, before=stop)
    assert (world.out / JOURNAL).read_text() == "{}"


def test_m8_a_note_whose_front_matter_broke_for_a_while_is_what_it_was(vault: Vault) -> None:
    vault.write({"a.md": "A", "d.md": DRAFT})
    once(vault)
    vault.write({"a.md": "---\nx: [\n---\nA", "d.md": "---\nx: [\n---\nNot yet."})
    assert once(vault).exposed == Exposed(gone=("/a/",))
    vault.write({"a.md": "A", "d.md": "Now."})
    assert once(vault).exposed == Exposed(published=("content/d.md",))


def test_m8_a_note_that_comes_to_its_date_is_told_and_stops_nothing(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    vault.write({"a.md": "A", "f.md": "---\ndate: 2024-06-01\n---\nSoon."})
    first = once(vault)
    assert first.waiting == (("content/f.md", "2024-06-01"),)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1720000000")
    second = once(vault, careful=True)
    assert (second.exposed, second.waiting) == (Exposed(due=("content/f.md",)), ())


def test_m8_drafts_that_are_asked_for_are_neither_public_nor_lost(vault: Vault) -> None:
    vault.write({"a.md": "A", "d.md": DRAFT})
    once(vault)
    assert once(vault, drafts=True, careful=True).exposed == Exposed()
    assert "d/index.html" not in (read_manifest(vault.out).public or ())
    assert once(vault, careful=True).exposed == Exposed()
    vault.write({"d.md": "Now."})
    assert once(vault).exposed == Exposed(published=("content/d.md",))


def test_m8_a_list_of_addresses_outlives_the_cache_and_what_may_have_been_private_counts_as_such(
    vault: Vault,
) -> None:
    vault.write({"a.md": "A", "d.md": DRAFT, "e.md": DRAFT})
    once(vault)
    shutil.rmtree(vault.cache)
    vault.write({"d.md": "Now."})
    (vault.content / "a.md").unlink()
    with pytest.raises(Stopped) as stopped:
        once(vault, careful=True)
    assert stopped.value.exposed == Exposed(unknown=("content/d.md",), gone=("/a/",))
    once(vault)
    vault.write({"e.md": "Now."})
    assert once(vault).exposed == Exposed(published=("content/e.md",))


def test_m8_what_was_held_back_is_remembered_when_the_output_is_deleted(vault: Vault) -> None:
    vault.write({"a.md": "A", "d.md": DRAFT})
    once(vault)
    shutil.rmtree(vault.out)
    vault.write({"d.md": "Now."})
    assert once(vault).exposed == Exposed(published=("content/d.md",))
    assert (vault.out / MANIFEST).is_file()


def test_m8_strict_stops_in_words_and_accept_goes_on(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    notes = {f"content/n{number}.md": "x" for number in range(8)}
    shell.write({"config.yaml": "title: T\nbase_url: https://example.org/\n", "content/d.md": DRAFT, **notes})
    shell.write({"content/f.md": "---\ndate: 2999-01-01\n---\n"})
    first = shell.kb("build", "--strict")
    assert first.code == 0
    assert first.out.endswith("\n1 note waits for its date: content/f.md (2999-01-01)\n")
    before = shell.site()
    shell.write({"content/d.md": "Now."})
    for name in notes:
        (shell.here / name).unlink()
    stopped = shell.kb("build", "--strict")
    assert stopped.code == 1
    assert shell.site() == before
    assert "1 note that was held back would become public: content/d.md\n" in stopped.err
    assert "8 addresses would be public no longer: /n0/, /n1/, /n2/, /n3/, /n4/ and 3 more\n" in stopped.err
    assert "stopped before anything was written" in stopped.err
    assert "--accept" in stopped.err
    done = shell.kb("-q", "build", "--strict", "--accept")
    assert (done.code, done.out) == (0, "")
    assert done.err == "warning: 1 note that was held back is public now: content/d.md\n"
    assert "d/index.html" in shell.site()
    assert shell.kb("build", "--strict").code == 0
