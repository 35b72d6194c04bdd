from __future__ import annotations

from pathlib import Path

import pytest

from cli.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def small(shell: Shell) -> Shell:
    """A site of three notes without a mistake."""
    shell.write(
        {
            "config.yaml": "title: Small\nbase_url: https://example.org/\n",
            "content/index.md": "# Home\n\n[[one]]\n",
            "content/one.md": "# One\n\nSee [[Two words]]. #tag\n",
            "content/Two words.md": "# Two\n\nSee [[one]].\n\n![a dot](dot.png)\n",
            "content/dot.png": bytes.fromhex(
                "89504e470d0a1a0a0000000d4948445200000002000000030806000000b9ead0e3"
                "0000000b49444154789c6360400600000e0001a5f3b2a60000000049454e44ae426082"
            ),
        }
    )
    return shell


@pytest.fixture
def broken(shell: Shell) -> Shell:
    """A site with one error, two warnings in two files, and a good note."""
    shell.write(
        {
            "config.yaml": "title: Broken\nbase_url: https://example.org/\n",
            "content/index.md": "# Home\n\n[[a]] and [[Nowehre]].\n",
            "content/a.md": "# A\n\nto [[index]]\n\n### Jump\n",
            "content/film.md": "---\ntitle: Spartacus: Vengeance\n---\n",
        }
    )
    return shell
