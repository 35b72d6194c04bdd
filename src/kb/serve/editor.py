"""Opening a file in the person's own editor, at a line.

The command is theirs, from their environment; the file is one of the site's own. No shell is involved,
and the path is absolute, so that no name can be taken for an option or a command.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

from kb.disk.inside import open_inside
from kb.disk.refused import Refused

_GOTO = ("--goto", "{file}:{line}")
_COLON = ("{file}:{line}",)
_PLUS = ("+{line}", "{file}")
_LINE = ("--line", "{line}", "{file}")

#: How editors are told a line, by the name of their program.
_MANNERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"), _GOTO),
    **dict.fromkeys(("subl", "sublime_text", "zed", "zeditor", "hx", "helix", "lapce"), _COLON),
    **dict.fromkeys(
        ("vim", "vi", "nvim", "view", "gvim", "mvim", "nano", "pico", "kak", "joe", "mcedit"), _PLUS
    ),
    **dict.fromkeys(
        ("emacs", "emacsclient", "gedit", "gnome-text-editor", "micro", "mousepad", "pluma"), _PLUS
    ),
    **dict.fromkeys(("kate", "kwrite", "mate", "bbedit", "pycharm", "idea", "webstorm"), _LINE),
}
#: Editors that draw in the terminal they are started from.
_IN_TERMINAL = frozenset(
    ("vim", "vi", "nvim", "view", "nano", "pico", "kak", "joe", "mcedit", "micro", "hx", "helix", "ed")
)


def editor_command(environ: Mapping[str, str], file: Path, line: int) -> list[str]:
    """The command that opens `file` at `line`.

    It is `KB_EDITOR`, else `VISUAL`, else `EDITOR`, where ``{file}`` and ``{line}`` may stand for themselves;
    without them the program's own way to name a line is used, if we know it. Raises `Refused`.
    """
    chosen = next(
        (value for name in ("KB_EDITOR", "VISUAL", "EDITOR") if (value := environ.get(name, "").strip())), ""
    )
    try:
        words = shlex.split(chosen, posix=os.name != "nt")
    except ValueError:
        raise Refused(f"the editor's command {chosen!r} has an open quote") from None
    if not words:
        raise Refused("no editor is set", "set the variable KB_EDITOR, for example to: code")
    if not any("{file}" in word for word in words):
        words += _MANNERS.get(_program(words), ("{file}",))
    return [word.replace("{line}", str(line)).replace("{file}", str(file)) for word in words]


def source_file(root: Path, content: Path, path: str) -> Path:
    """The file of the site at this path from its root, or from its content folder. Raises `Refused`."""
    if any(part.startswith(".") for part in path.split("/")):
        raise Refused(f"{path!r} is not a file of this site")
    for folder in (root, content):
        try:
            with open_inside(folder, path):
                return (folder / path).absolute()
        except OSError:
            continue
    raise Refused(f"{path!r} is not a file of this site")


def open_editor(environ: Mapping[str, str], file: Path, line: int) -> None:
    """Start the editor and do not wait for it. Raises `Refused` if that cannot be."""
    command = editor_command(environ, file, line)
    ours = _program(command) in _IN_TERMINAL
    if ours and not (sys.stdin and sys.stdin.isatty()):
        raise Refused(f"{command[0]} needs a terminal", "set KB_EDITOR to an editor with a window of its own")
    quiet = None if ours else subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's own editor
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=not ours
        )
    except OSError as error:
        raise Refused(f"{command[0]} could not be started: {error.strerror}", "look at KB_EDITOR") from error
    Thread(target=process.wait, daemon=True).start()  # whoever starts a process must take note of its end


def edit(environ: Mapping[str, str], file: Path, line: int) -> None:
    """Open the file in the editor; one that draws in this terminal has it until it ends. Raises `Refused`."""
    command = editor_command(environ, file, line)
    if _program(command) not in _IN_TERMINAL:
        open_editor(environ, file, line)
        return
    try:
        subprocess.run(command, check=False)  # noqa: S603 - the person's own editor
    except OSError as error:
        raise Refused(f"{command[0]} could not be started: {error.strerror}", "look at KB_EDITOR") from error


def _program(words: list[str]) -> str:
    return Path(words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
