"""What README.md shows is what a person sees who types it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from cli.shell import KB, Shell

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_first_steps_print_what_readme_says(shell: Shell) -> None:
    (shown,) = re.findall(r"^```\n(\$ kb init .*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    program = shell.home / "bin" / "kb"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec " + " ".join(f"'{part}'" for part in KB) + ' "$@"\n')
    program.chmod(0o755)
    env = {**shell.env, "PATH": f"{program.parent}:{shell.env['PATH']}"}
    seen = ""
    for line in shown.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                ["bash", "-c", f"{line[2:]} 2>&1"], cwd=shell.here, env=env, capture_output=True, check=True
            )
            seen += f"{line}\n{done.stdout.decode()}"
    assert _timeless(seen) == _timeless(shown)


def _timeless(text: str) -> str:
    return re.sub(r"in [\d.]+ s", "in 0 s", text)
