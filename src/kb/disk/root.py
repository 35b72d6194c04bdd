"""Where a site is: its root folder, its configuration, its content."""

from __future__ import annotations

import os
import re
from pathlib import Path

from kb.disk.refused import Refused
from kb.model.problem import Place

CONFIG = "config.yaml"


def find_root(chosen: Path | None) -> Path:
    """The folder that was named, else the nearest one upwards with a ``config.yaml``."""
    if chosen is not None:
        return chosen.absolute()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if os.path.isfile(folder / CONFIG):  # noqa: PTH113 - no, where it may not be looked at
            return folder
    raise Refused(
        f"there is no {CONFIG} in {here} or above it",
        "`kb init` makes a site here; `kb -C . …` takes this folder as it is (`build` with `--output OUT`)",
    )


def config_text(root: Path) -> str | None:
    """What the site's ``config.yaml`` says, ``None`` if it has none."""
    try:
        return (root / CONFIG).read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise Refused(f"{root / CONFIG} is not UTF-8 text", "save it as UTF-8") from error
    except OSError as error:
        raise Refused(f"{root / CONFIG} cannot be read: {error.strerror}") from error


def place_of(root: Path, key: str) -> Place:
    """Where the value of a setting stands in ``config.yaml``: for a mistake that only shows outside of it."""
    for number, line in enumerate((config_text(root) or "").splitlines(), 1):
        if found := re.match(rf"['\"]?{key}['\"]?\s*:\s*", line):
            return Place(CONFIG, number, found.end() + 1)
    return Place(CONFIG)
