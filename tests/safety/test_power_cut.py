"""What a power cut leaves of the last build (C10): files that are empty, cut off, old or not there; the next build mends it.

What the disk had not written yet is lost file by file. The list of what kb wrote, which is flushed to the disk before
anything counts on it, is there; whatever else the last build has written may be in any of these states, in the output and
in the cache alike.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.model.problem import Severity
from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from safety.vault import Vault, nobody

BEFORE = {
    **{f"{number}.md": f"# Note {number}\n\n[[{number + 1}]] #tag old words\n" for number in range(12)},
    "gone.md": "# Gone\n",
}
AFTER = {f"{number}.md": f"# Other {number}\n\n[[{number + 2}]] #new fresh words\n" for number in range(3, 8)}
STATES: tuple[Callable[[bytes, bytes | None], bytes | None], ...] = (
    lambda new, _old: new,
    lambda _new, old: old,
    lambda _new, _old: b"",
    lambda new, _old: new[: len(new) // 2],
    lambda new, _old: b"\0" * len(new),
    lambda _new, _old: None,
)


def files(*folders: Path) -> dict[Path, bytes]:
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in found}


def built(ask: Ask, boot: str) -> None:
    """Build in a process of its own, which has no file of the cache open afterwards, since this start of the machine."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with pytest.MonkeyPatch.context() as patch:
                for name in (
                    "kb.disk.memory._boot",
                    "kb.search.whoosh.state.boot",
                    "kb.search.whoosh.upkeep.boot",
                ):
                    patch.setattr(name, lambda: boot)
                errors = [each for each in build(ask, nobody).problems if each.severity is Severity.ERROR]
                code = 2 if errors else 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("seed", range(8))
def test_c10_whatever_a_power_cut_leaves_of_a_build_the_next_one_mends(
    vault: Vault, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    built(vault.write(BEFORE).ask(jobs=1), "first")
    old = files(vault.out, vault.cache)
    (vault.content / "gone.md").unlink()
    built(vault.write(AFTER).ask(jobs=1), "first")
    new = files(vault.out, vault.cache)
    written = [path for path in new if old.get(path) != new[path] and path.name != "manifest.json"]
    assert len(written) > 20
    for path in sorted(written):
        left = chance.choice(STATES)(new[path], old.get(path))
        if left is None:
            path.unlink()
        else:
            path.write_bytes(left)
    built(vault.ask(jobs=1), "second")
    clean = tmp_path / "clean"
    built(Ask(root=vault.root, cache=tmp_path / "other", output=clean, jobs=1), "second")
    assert site(vault.out) == site(clean)
    mended = files(vault.out)
    built(vault.ask(jobs=1), "second")
    assert files(vault.out) == mended


def site(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): data for path, data in files(folder).items()}
    return {path: data for path, data in found.items() if not path.startswith(".kb/")}
