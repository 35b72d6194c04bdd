from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
LAWS = HERE.parent / "laws"


@pytest.fixture(scope="module")
def whoosh3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Whoosh3, which is a package of the same name as the one that is installed."""
    folder = tmp_path_factory.mktemp("whoosh3")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    done = subprocess.run(
        [*command, "whoosh3==3.54.0"], capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        pytest.skip(f"Whoosh3 could not be downloaded: {done.stderr.strip().splitlines()[-1:]}")
    return folder


def run(whoosh3: Path, *arguments: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(whoosh3)}
    done = subprocess.run(
        [sys.executable, *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parent.parent,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_with_whoosh3_the_same_is_found_and_our_writer_is_used(whoosh3: Path) -> None:
    assert run(whoosh3, "-c", "import whoosh; print(whoosh.__version__[0])") == "3\n"
    tests = [str(HERE / "test_whoosh_index.py"), str(LAWS / "test_index.py")]
    assert " passed" in run(whoosh3, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
