"""The files that describe a site's own kinds of notes: ``kinds/*.yaml`` beside its ``config.yaml``.

A folder of notes without a configuration, which may be somebody else's, is taken as it is: it brings no kinds, as it
brings no templates.
"""

from __future__ import annotations

from pathlib import Path

from kb.disk.inside import read_inside
from kb.disk.refused import Refused
from kb.disk.root import CONFIG

#: The folder, from the site's root.
KINDS = "kinds"


def kind_files(root: Path) -> dict[str, str]:
    """What each file of the folder says, by its path from the site's root; nothing where there is no such folder."""
    folder = root / KINDS
    if not folder.is_dir() or not (root / CONFIG).is_file():
        return {}
    names = sorted(path.name for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    return {f"{KINDS}/{name}": _text(root, f"{KINDS}/{name}") for name in names if not name.startswith(".")}


def _text(root: Path, name: str) -> str:
    try:
        return read_inside(root, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not UTF-8 text", "save it as UTF-8") from error
    except OSError as error:
        raise Refused(
            f"{name} cannot be read: {error.strerror or error}", "mend it, or take it out"
        ) from error
