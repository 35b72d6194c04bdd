"""axe-core, which looks at a page as someone does who cannot see it, hear it or hold a mouse.

It is not ours to hand on (MPL-2.0), so a test run takes it from the folder named by KB_AXE, or from npm once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page

PACKAGE = "axe-core@4.14.1"
NAME = "axe.min.js"
#: Rules beyond WCAG 2.2 AA are taken as seriously.
OPTIONS: Mapping[str, object] = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
#: What can be wrong by night alone, with a page that has been looked at by day: a scheme changes colours and nothing else.
COLOURS: Mapping[str, object] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def program(kept: Path) -> str:
    """The text of axe-core; the test is skipped, by name, where there is no way to it.

    Tests run side by side and each of their processes may come for it first, so it is put in its place whole.
    """
    if "KB_AXE" in os.environ:
        file = Path(os.environ["KB_AXE"], NAME)
        if not file.is_file():
            pytest.skip(f"KB_AXE names a folder without {NAME}: {file.parent}")
        return file.read_text(encoding="utf-8")
    file = kept / PACKAGE / NAME
    if not file.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip(f"{PACKAGE} is fetched with npm, which is not installed")
        with tempfile.TemporaryDirectory(dir=kept) as passing:
            done = subprocess.run(
                [npm, "pack", PACKAGE, "--silent"], cwd=passing, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                pytest.skip(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-200:]}")
            with tarfile.open(Path(passing, done.stdout.split()[-1])) as archive:
                archive.extractall(passing, filter="data")
            file.parent.mkdir(exist_ok=True)
            Path(passing, "package", NAME).replace(file)
    return file.read_text(encoding="utf-8")


def faults(page: Page, axe: str, options: Mapping[str, object] = OPTIONS) -> list[str]:
    """What axe finds wrong with the page as it is now, in words."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
