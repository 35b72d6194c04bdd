"""Writes the pages of the manual that are made from kb itself: ``python docs/reference.py``."""

from __future__ import annotations

from pathlib import Path

from kb.read.reference import settings_reference
from kb.view.reference import reference

HERE = Path(__file__).parent / "reference"
PAGES = {"Settings.md": settings_reference, "What a template sees.md": reference}


def main() -> None:
    """Write each page anew."""
    for name, text in PAGES.items():
        (HERE / name).write_text(text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
