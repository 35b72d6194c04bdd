"""Whether a folder may be an output folder. Asked before the first write."""

from __future__ import annotations

import os
from pathlib import Path

from kb.disk.manifest import MANIFEST
from kb.disk.refused import Refused
from kb.disk.root import CONFIG


def output_folder(out: Path, content: Path) -> Path:
    """The real path of `out`, if a site made from `content` may be written there; else `Refused`.

    It may lie inside the content folder (and the scan must leave it out) if it is absent, empty or ours: a
    folder that holds anything else there may hold notes.
    """
    real, source = Path(os.path.realpath(out)), Path(os.path.realpath(content))
    elsewhere = "choose a folder of its own, such as `site`"
    if real == Path(real.anchor) or real == Path(os.path.realpath(Path.home())):
        raise Refused(f"{real} cannot be the output folder", elsewhere)
    if real == source:
        raise Refused("the output folder is the folder with the notes", elsewhere)
    if source.is_relative_to(real):
        raise Refused(f"the output folder {real} holds the folder with the notes", elsewhere)
    if real.exists() and not real.is_dir():
        raise Refused(f"{real} is a file, and cannot be the output folder", elsewhere)
    if real.is_relative_to(source) and not _is_free(real):
        raise Refused(
            f"the output folder {real} lies among the notes, and is not empty",
            "choose a folder that is empty or outside",
        )
    return real


def refuse_to_be_led_out(out: Path, root: Path) -> None:
    """Raise `Refused` where nobody chose `out`, and a link in somebody's folder of notes leads it elsewhere.

    Beside a configuration such a link is its owner's choice.
    """
    real = Path(os.path.realpath(out))
    if not (real.is_relative_to(os.path.realpath(root)) or (root / CONFIG).is_file()):
        raise Refused(
            f"{out} is a link that leads out of the folder, to {real}", "name the output folder with --output"
        )


def _is_free(real: Path) -> bool:
    return not real.exists() or not any(real.iterdir()) or (real / MANIFEST).exists()
