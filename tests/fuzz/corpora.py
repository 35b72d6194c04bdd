"""What fuzzing has reached so far: for each target a zip of the fewest inputs that run all that its corpus ran."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha1
from pathlib import Path

FOLDER = Path(__file__).with_name("corpora")
#: Equal inputs, equal zip.
_TIME = (1980, 1, 1, 0, 0, 0)


def inputs(target: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each input that is kept for a target."""
    file = FOLDER / f"{target}.zip"
    if file.is_file():
        with zipfile.ZipFile(file) as packed:
            for name in packed.namelist():
                yield name, packed.read(name)


def keep(target: str, found: Iterable[bytes]) -> None:
    """Keep these inputs for a target, and no others. Their names are those that libFuzzer gives them."""
    named = {sha1(data, usedforsecurity=False).hexdigest(): data for data in found}
    FOLDER.mkdir(exist_ok=True)
    with zipfile.ZipFile(FOLDER / f"{target}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, data in sorted(named.items()):
            packed.writestr(zipfile.ZipInfo(name, _TIME), data, zipfile.ZIP_DEFLATED, 9)
