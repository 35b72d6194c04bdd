"""The wheel alone, in an environment that has never seen the repository, builds a site.

Slow (it builds the sdist, from that the wheel, and installs it with all dependencies), but the one
proof that what a person installs is complete.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", autouse=True)
def _network(tmp_path_factory: pytest.TempPathFactory) -> None:
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "hatchling"]
    folder = tmp_path_factory.mktemp("probe")
    if subprocess.run(download, cwd=folder, capture_output=True, check=False).returncode:
        pytest.skip("pip can download nothing here")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dist = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", dist, ROOT)
    return next(dist.glob("kb-*-py3-none-any.whl"))


@pytest.fixture(scope="module")
def env(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    env = tmp_path_factory.mktemp("elsewhere") / "env"
    venv.create(env, with_pip=True)
    run(env / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=env)
    return env


def test_the_wheel_holds_the_themes_and_the_schema(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    themes = ROOT / "themes"
    wanted = {
        f"kb/themes/{file.relative_to(themes).as_posix()}" for file in themes.rglob("*") if file.is_file()
    }
    assert {"kb/themes/paper/theme.yaml", "kb/themes/desk/theme.yaml"} <= wanted
    browser = {
        f"kb/serve/browser/{name}" for name in ("preview.js", "preview.css", "idiomorph.js", "VENDORED.md")
    }
    assert wanted | browser | {"kb/read/config.schema.json", "kb/__init__.py"} <= held
    assert {name.split("/")[0].split("-")[0] for name in held} == {"kb"}


def test_an_installed_kb_builds_its_starter_with_the_theme_of_the_wheel(env: Path, tmp_path: Path) -> None:
    where = run(env / "bin" / "python", "-c", "import kb; print(kb.__file__)", cwd=tmp_path)
    package = Path(where.strip()).parent
    assert package.is_relative_to(env)
    style = next((package / "themes" / "paper").rglob("*.css"))
    style.write_text(style.read_text() + "\n.read-from-the-wheel { color: inherit; }\n")

    run(env / "bin" / "kb", "init", "notes", cwd=tmp_path)
    run(env / "bin" / "kb", "-C", "notes", "build", "--strict", cwd=tmp_path)

    site = tmp_path / "notes" / "site"
    assert {"index.html", "404.html"} <= {page.name for page in site.iterdir()}
    assert len(list(site.rglob("index.html"))) > 1
    assert any("read-from-the-wheel" in css.read_text() for css in site.rglob("*.css"))


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """The output of a command that nothing of the repository or of this environment reaches."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout
