"""A site on which builds are killed, starved and lied to, and what has to be true of it afterwards.

The site has an old state, which is built, and a new one, which a build is kept from. Whatever happens to that build, each
file of the output is whole, old or new; none is missing that both states have; nothing of anybody else's is
touched; and the next build, undisturbed, gives the new state as a clean build gives it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from cli.shell import KB, Done, Shell
from laws.worlds import tree

STRANGERS = {"CNAME": b"example.org\n", "n0/of somebody.txt": b"not kb's\n"}
CONFIG = "title: T\nbase_url: https://example.org/\n"
NOTES = {
    f"content/n{number}.md": f"---\ntags: [t{number % 3}]\n---\nNumber {number} [[n{number + 1}]]\n"
    for number in range(12)
}
OLD = {**NOTES, "content/data.csv": "1,2\n", "content/index.md": "![[data.csv]] [[n3]]\n"}
NEW = {
    **{name: text + "More words.\n" for name, text in list(NOTES.items())[3:]},
    **{f"content/new/{number}.md": f"New {number} [[n4]]\n" for number in range(4)},
    "content/data.csv": "1,2\n3,4\n",
    "content/index.md": "![[data.csv]] [[new/1]]\n",
}

#: The system calls by which something comes into the output and the cache, or goes from there.
INTO_OUTPUT = (
    "write,pwrite64",
    "rename,renameat,renameat2",
    "mkdir,mkdirat",
    "unlink,unlinkat,rmdir",
    "fsync,fdatasync",
    "ftruncate,fchmod,chmod",
    "open,openat,creat",
    "fchown,chown,lchown,fchownat,flock",
)
#: Calls that could change a file and of which a build makes none.
NEVER_CALLED = (
    "link,linkat,symlink,symlinkat,copy_file_range,sendfile,splice,truncate,fallocate,writev,pwritev,pwritev2"
    ",utime,utimes,utimensat,mknod,mknodat,setxattr,lsetxattr,fsetxattr,sync_file_range,syncfs,sync"
)
#: A line that strace writes: the process, where there may be several, and the call.
_CALL = re.compile(r"(?:\d+ +)?(\w+)\(")
#: What a call that opens a file says if it may write there. One that reads is a note that cannot be read (A18).
_TO_WRITE = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")
#: `kb`, which dies when it asks the disk for the n-th time; without n it says how often it asks.
_COUNTED = """
import os, signal, sys
moment, asked = int(sys.argv.pop(1)), 0
def count(event, details):
    global asked
    if event.startswith(("open", "os.", "shutil.", "sqlite3.")):
        asked += 1
        if asked == moment:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
from kb.cli import main
try:
    main()
finally:
    if not moment:
        print("asked", asked)
"""


class Faulty:
    """The site in a shell, with both of its states as a clean build gives them."""

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self.shell = Shell(home)
        self.site = self.shell.here / "site"
        self.env = {**self.shell.env, "PYTHONDONTWRITEBYTECODE": "1"}
        self._states = home / "states"
        self.old = self._state("old", OLD)
        self.new = self._state("new", NEW)
        self.reset()

    def _state(self, name: str, files: dict[str, str]) -> dict[str, tuple[bytes, int]]:
        self._sources(files)
        self._run("build", "-j", "1")
        shutil.copytree(self.shell.here, self._states / name / "here")
        shutil.copytree(self.shell.home / "cache", self._states / name / "cache")
        state = tree(self.site)
        shutil.rmtree(self.shell.here)
        shutil.rmtree(self.shell.home / "cache")
        self.shell.here.mkdir()
        return state

    def _sources(self, files: dict[str, str]) -> None:
        shutil.rmtree(self.shell.here / "content", ignore_errors=True)
        self.shell.write({"config.yaml": CONFIG, **files})
        self.shell.write({f"site/{name}": data for name, data in STRANGERS.items()})

    def reset(self) -> None:
        """The old site is built, and the sources are the new ones."""
        for path in (self.shell.here, self.shell.home / "cache"):
            for each in path.iterdir() if path.is_dir() else ():
                shutil.rmtree(each) if each.is_dir() and not each.is_mount() else _emptied(each)
        shutil.copytree(self._states / "old" / "here", self.shell.here, dirs_exist_ok=True)
        shutil.copytree(self._states / "old" / "cache", self.shell.home / "cache", dirs_exist_ok=True)
        self._sources(NEW)

    def _run(self, *arguments: str, before: Sequence[str] = ()) -> Done:
        done = subprocess.run(
            [*before, *KB, *arguments],
            cwd=self.shell.here,
            env=self.env,
            capture_output=True,
            timeout=300,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace"))

    def build(self, *arguments: str, before: Sequence[str] = ()) -> Done:
        """A build of the new state, as a person starts it; `before` is what is put before the command."""
        return self._run("build", "-j", "1", *arguments, before=before)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `kb` and do not wait for it."""
        return subprocess.Popen(
            [*KB, *arguments],
            cwd=self.shell.here,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def killed_at(self, moment: int) -> Done:
        """A build that is killed when it asks the disk for the `moment`-th time; for 0 it is not."""
        done = subprocess.run(
            [sys.executable, "-c", _COUNTED, str(moment), "build", "-j", "1"],
            cwd=self.shell.here,
            env=self.env,
            capture_output=True,
            timeout=300,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace"))

    @cached_property
    def moments(self) -> int:
        """How often a build asks the disk for something."""
        self.reset()
        return int(self.killed_at(0).out.rpartition("asked ")[2])

    @property
    def log(self) -> Path:
        """Where strace writes."""
        return self.shell.home / "strace.txt"

    def is_whole(self) -> None:
        """Every file is whole, old or new; none is missing; strangers' are as they were."""
        found = tree(self.site)
        for path, each in found.items():
            if not path.startswith(".kb/"):
                assert each in (self.old.get(path), self.new.get(path)), path
        both = {path for path in self.old.keys() & self.new.keys() if not path.startswith(".kb/")}
        assert both <= found.keys(), sorted(both - found.keys())

    def is_mended_by_the_next(self) -> None:
        """An undisturbed build gives the new state, and leaves nothing behind."""
        done = self.build()
        assert done.code == 0
        assert tree(self.site) == self.new


def injected(faulty: Faulty, calls: str, error: str, part: float) -> Done | None:
    """A build in which one of these system calls fails: the one that this `part` of all is before. None if it cannot be."""
    found = numbered_calls(faulty, calls)
    faulty.reset()
    return refused(faulty, found[int(len(found) * part)], error) if found else None


def numbered_calls(faulty: Faulty, calls: str) -> list[tuple[str, int]]:
    """Each of these system calls of a build that can change something: its name, and the how manieth of that name it is.

    None where no process can be traced.
    """
    if faulty.build(before=[*_strace(faulty), "-e", f"trace={calls}"]).code != 0:
        return []
    found, counts = [], Counter[str]()
    for line in faulty.log.read_text("utf-8", "replace").splitlines():
        if call := _CALL.match(line):
            counts[call[1]] += 1
            if not call[1].startswith("open") or _TO_WRITE.search(line):
                found.append((call[1], counts[call[1]]))
    return found


def refused(faulty: Faulty, call: tuple[str, int], error: str) -> Done:
    """A build in which that system call fails."""
    name, number = call
    how = ["-e", f"trace={name}", "-e", f"inject={name}:error={error}:when={number}"]
    return faulty.build(before=[*_strace(faulty), *how])


def refused_call(faulty: Faulty) -> str:
    """The call that was refused last, as strace shows it; nothing if the build made fewer of them."""
    lines = faulty.log.read_text("utf-8", "replace").splitlines()
    return next((line.partition(" ")[2].strip() for line in lines if "(INJECTED)" in line), "")


def _strace(faulty: Faulty) -> list[str]:
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-o", str(faulty.log)]


def _emptied(path: Path) -> None:
    if path.is_dir():
        for each in path.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    else:
        path.unlink()
