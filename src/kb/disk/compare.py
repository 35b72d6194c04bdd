"""Two output trees, byte by byte: how an incremental build is held to its promise."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.disk.manifest import read_manifest


@contextmanager
def scratch_folder(cache: Path) -> Iterator[Path]:
    """A folder of our own inside the cache, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="verify-", dir=cache))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def differences(built: Path, clean: Path) -> tuple[str, ...]:
    """One line for each file that is not the same in both trees: its bytes, its name, its mode.

    Only what kb wrote is compared; a stranger's files in the output folder are none of its promise.
    """
    ours, theirs = read_manifest(built).files, read_manifest(clean).files
    found = [f"{path}: only in the incremental build" for path in ours.keys() - theirs.keys()]
    found += [f"{path}: only in the clean build" for path in theirs.keys() - ours.keys()]
    for path in ours.keys() & theirs.keys():
        found += _difference(built / path, clean / path, path)
    return tuple(sorted(found))


def _difference(one: Path, other: Path, path: str) -> Iterator[str]:
    try:
        same_bytes = one.read_bytes() == other.read_bytes()
        same_mode = one.stat().st_mode == other.stat().st_mode
    except OSError as error:
        yield f"{path}: {error.strerror}"
        return
    if not same_bytes:
        yield f"{path}: the bytes differ"
    if not same_mode:
        yield f"{path}: the mode differs"
