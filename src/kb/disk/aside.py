"""What somebody changed in the output by hand is not lost when kb writes over it: the cache gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from kb.model.problem import Place, Problem

_HINT = "make such changes in a note, in the theme or beside the site: what kb writes, it writes again"


def keep_aside(out: Path, paths: Sequence[str], cache: Path) -> list[Problem]:
    """Copy these files of `out` into a new folder of the cache; a problem for each says where it is now."""
    if not paths:
        return []
    shelf = cache / "kept-aside"
    shelf.mkdir(exist_ok=True)
    place = shelf / str(
        max((int(each.name) for each in shelf.iterdir() if each.name.isdecimal()), default=0) + 1
    )
    problems = []
    for path in paths:
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(out / path, place / path, follow_symlinks=False)
        message = f"{path} in the output folder was changed by hand; the changed file is now {place / path}"
        problems.append(Problem(Place(f"/{path}"), "output-edited", message, _HINT))
    return problems
