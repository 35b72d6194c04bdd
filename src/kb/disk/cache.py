"""Where we keep what may be lost: outside the vault, one private folder for each.

A vault from a stranger must not be able to bring its own cache: an index can hold code, and a note store
could show what no note says. So the folder lies in the user's cache folder, bears the hash of the
vault's real path, and belongs to the user alone. Deleting it costs time and nothing else.
"""

from __future__ import annotations

import os
from pathlib import Path

from kb.disk.stamp import digest

_TAG = b"""Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache made by kb. It can be deleted at any time.
# For information about cache folder tags see https://bford.info/cachedir/
"""


class CacheError(Exception):
    """The cache folder cannot be used. `hint` says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.hint = "name another folder with --cache-dir or KB_CACHE_DIR"


def cache_folder(vault: Path, chosen: Path | None = None) -> Path:
    """The cache folder of `vault`, made if need be, readable by nobody else.

    It lies below `chosen`, else ``KB_CACHE_DIR``, else the user's cache folder. Raises `CacheError`.
    """
    folder = _base(chosen) / digest(os.fsencode(os.path.realpath(vault)))[:20]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            if folder.stat().st_uid != os.geteuid():
                raise CacheError(f"the cache folder {folder} belongs to another user")
            folder.chmod(0o700)
        tag = folder / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_bytes(_TAG)
    except OSError as error:
        raise CacheError(f"the cache folder {folder} cannot be used: {error.strerror}") from error
    return folder


def _base(chosen: Path | None) -> Path:
    if chosen is not None:
        return chosen.absolute()
    if named := os.environ.get("KB_CACHE_DIR"):
        return Path(named).absolute()
    from platformdirs import user_cache_path  # noqa: PLC0415 - not needed where a folder is named

    return user_cache_path("kb", appauthor=False)
