"""HTML as the W3C's checker judges it: ``npm pack vnu-jar``, and KB_VNU_JAR says where its vnu.jar is."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def html_faults(folder: Path) -> list[str]:
    """The errors in all pages of a folder; the test is skipped, by name, where there is no checker."""
    jar = os.environ.get("KB_VNU_JAR", "")
    if not (jar and Path(jar).is_file() and shutil.which("java")):
        pytest.skip("no checker of HTML: set KB_VNU_JAR to the path of vnu.jar, and install java")
    command = ["java", "-jar", jar, "--errors-only", "--skip-non-html", "--format", "gnu", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    return [line for line in said.splitlines() if ": error: " in line]
