"""The same notes make the same site (I2): whoever builds it, wherever, and whatever their clock and language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from cli.shell import KB, Shell
from laws.worlds import tree


def _picture() -> bytes:
    from PIL import Image

    file = BytesIO()
    Image.linear_gradient("L").resize((200, 100)).save(file, "png")
    return file.getvalue()


NOTES: dict[str, str | bytes] = {
    "config.yaml": "title: Same\nbase_url: https://example.org/\ncards: true\nimages: {widths: [50]}\ntwins: true\n",
    "content/Zoë.md": "---\nimage: pic.png\ndate: 2999-01-01\n---\nWaits.\n",
    "content/picture.md": "![[pic.png]]\n",
    "content/pic.png": _picture(),
    "content/I.md": "---\ndate: 2024-03-31 02:30\ntags: [i, I, İ, ı, ä, z]\n---\nIstanbul. [[Ünï]] #straße\n",
    "content/Ünï.md": "---\ndate: 2024-12-30T23:30:00-08:00\nupdated: 2025-01-01\n---\n![[I]]\n",
    "content/a/zebra.md": "---\ndate: 1600-01-01\n---\n```python\nx = 1\n```\n",
    "content/a/Äpfel.md": "---\ndate: 2024-03-31\n---\nText\n",
}
PEOPLE = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Pacific/Apia", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "Asia/Kolkata", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "random", "LANGUAGE": "de"},
)


def test_i2_place_time_zone_language_and_umask_of_the_person_change_no_byte_and_no_mode(
    tmp_path: Path,
) -> None:
    sites = []
    before = os.umask(0o022)
    try:
        for number, person in enumerate(PEOPLE):
            os.umask((0o022, 0o077, 0o002)[number])
            home = tmp_path / ("deeper/" * number) / "home"
            home.mkdir(parents=True)
            shell = Shell(home)
            shell.write(NOTES if number != 1 else dict(reversed(NOTES.items())))
            shell.env.update(person)
            assert shell.kb("build", "--jobs", str(1 + number % 2)).code == 0
            sites.append(tree(shell.here / "site"))
    finally:
        os.umask(before)
    assert len(sites[0]) > 20
    assert sites[1] == sites[0]
    assert sites[2] == sites[0]


def test_i2_another_user_builds_the_same_site(tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can be somebody else")
    shell = Shell(tmp_path)
    shell.write(NOTES)
    assert shell.kb("build").code == 0
    ours = tree(shell.here / "site")
    shutil.rmtree(shell.here / "site")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o055 != 0o055:  # pytest's own folders are for their owner alone
            folder.chmod(0o755)
    for path in (shell.here, *shell.here.rglob("*")):
        os.chown(path, 65534, 65534)
    cache = tmp_path / "theirs"
    cache.mkdir()
    os.chown(cache, 65534, 65534)
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *KB, "build"],
        cwd=shell.here,
        env={**shell.env, "KB_CACHE_DIR": str(cache), "HOME": "/nonexistent"},
        capture_output=True,
        timeout=300,
        check=False,
    )
    if b"Permission denied" in done.stderr and b"Traceback" not in done.stderr and done.returncode == 126:
        pytest.skip("somebody else may not run this Python")
    assert done.returncode == 0, done.stderr.decode()
    assert tree(shell.here / "site") == ours


def test_i3_the_day_may_be_set_and_nothing_else_tells_it(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write(NOTES)
    sites = []
    for epoch in ("1500000000", "1750000000", "1790000000"):
        assert shell.kb("build", "--clean", SOURCE_DATE_EPOCH=epoch).code == 0
        sites.append(tree(shell.here / "site"))
    assert sites[1] == sites[2]
    assert "picture/index.html" in sites[0]
    assert "I/index.html" not in sites[0]
    assert "i/index.html" not in sites[0]
    shell.kb("build", SOURCE_DATE_EPOCH="33000000000")
    assert "zoë/index.html" in tree(shell.here / "site")


def test_i5_no_byte_and_no_name_tells_the_version_of_kb_or_of_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kb.disk import versions
    from kb.pipeline.building import build
    from kb.pipeline.opening import Ask

    shell = Shell(tmp_path)
    shell.write(NOTES)
    sites = []
    for version in ("one", "two"):
        monkeypatch.setattr(versions, "_code", lambda version=version: version)
        versions.versions.cache_clear()
        built = build(Ask(root=shell.here, cache=tmp_path / "cache", jobs=1), lambda *_: None)
        assert built.files > 20
        sites.append(tree(shell.here / "site"))
    monkeypatch.undo()
    versions.versions.cache_clear()
    assert sites[0] == sites[1]
    assert any(name.startswith("_images/card-") for name in sites[0])


@pytest.mark.slow
def test_i5_another_python_builds_the_same_site(tmp_path: Path) -> None:
    other = os.environ.get("KB_OTHER_PYTHON", "")
    if not other:
        pytest.skip("KB_OTHER_PYTHON names no other Python with kb's dependencies")
    shell = Shell(tmp_path)
    shell.write(NOTES)
    assert shell.kb("build").code == 0
    ours = tree(shell.here / "site")
    shutil.rmtree(shell.here / "site")
    version = subprocess.run([other, "-V"], capture_output=True, text=True, check=True).stdout
    assert version.split()[1] != sys.version.split()[0]
    subprocess.run([other, *KB[1:], "build"], cwd=shell.here, env=shell.env, check=True, timeout=300)
    assert tree(shell.here / "site") == ours
