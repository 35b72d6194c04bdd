"""What happens to a site over weeks, in any order, with a build after each step: the machine behind laws 2, 4 and 7.

After each step the site is built, and built from nothing from a fresh copy, by another process, which has another hash
seed and is shown another order of files. Both trees have the same names, modes and bytes, feeds, sitemap and search
index among them; a second build writes nothing; at the end the index in the cache answers as one made from nothing. Most
steps are built by this process, which goes on; some by one that is new, or by several.

A history costs two builds a step and, where the step led to sources that were not there before, a third, from nothing.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kb.disk import versions as kb_versions
from kb.disk.cache import cache_folder
from kb.pipeline.building import Built, build
from kb.pipeline.opening import Ask, open_site
from kb.pipeline.searching import find
from kb.search.whoosh.self_test import writes_fast
from laws.worlds import Edit, copy_of, edits, paths, start, texts, tree, vaults
from search.entries import told

HERE = Path(__file__).parent
#: Where files cost least. What a disk does with them is tried in tests/safety.
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - no name in it is guessed
_FOUND_BY = os.pathsep.join(str(HERE.parents[1] / name) for name in ("src", "tests"))
STRANGER = {"CNAME": b"example.org\n", "a/of somebody.txt": b"not kb's\n"}


class Builder:
    """Builds in another process, with another hash seed and another order of files."""

    def __init__(self, seed: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, HERE / "builder.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": _FOUND_BY},
        )

    def begin(self, root: Path, output: Path, cache: Path, how: str = "here") -> None:
        """Let it build, in one of the ways that `builder.py` tells of."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{root}\t{output}\t{cache}\t{how}\n")
        self._process.stdin.flush()

    def end(self) -> None:
        """Wait until what was begun is built."""
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "done\n"

    def build(self, root: Path, output: Path, cache: Path, how: str = "here") -> None:
        self.begin(root, output, cache, how)
        self.end()

    def close(self) -> None:
        self._process.communicate(timeout=60)


class Histories(RuleBasedStateMachine):
    """A site that is kept up, beside one made from nothing."""

    builders: Sequence[Builder]

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.folder = Path(tempfile.mkdtemp(prefix="kb-law-", dir=FAST))
        self.root, self.site = self.folder / "root", self.folder / "root" / "site"
        self.content = self.root / "content"
        self.cache = self.folder / "cache"
        self.copy, self.clean = self.folder / "copy", self.folder / "clean"
        self.deleted: dict[str, bytes] = {}
        self.commits = 0
        self.before: list[str] | None = None
        self.known: dict[bytes, dict[str, tuple[bytes, int]]] = {}

    def teardown(self) -> None:
        try:
            if self.before is not None:
                self._the_index_answers_as_one_from_nothing()
        finally:
            _set_version(0)
            shutil.rmtree(self.folder)

    @initialize(notes=vaults())
    def begin(self, notes: dict[str, str]) -> None:
        start(self.root, notes)
        for name, data in STRANGER.items():
            (self.site / name).parent.mkdir(parents=True, exist_ok=True)
            (self.site / name).write_bytes(data)
        _known_to_be_fast(self.root, self.cache)

    @rule(edit=edits())
    def once(self, edit: Edit) -> None:
        edit.do(self.root)

    @rule(some=st.lists(edits(), min_size=3, max_size=10))
    def many_at_once(self, some: list[Edit]) -> None:
        for edit in some:
            edit.do(self.root)

    @rule(path=paths(), text=texts())
    def write_a_note_twice_in_one_moment(self, path: str, text: str) -> None:
        """The second time as many bytes, and nobody would know from the times that there was one."""
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        moment = file.stat().st_mtime_ns
        self._build()
        file.write_bytes(text.encode().swapcase())
        os.utime(file, ns=(moment, moment))

    @rule(path=paths())
    def delete(self, path: str) -> None:
        if (self.content / path).is_file():
            self.deleted[path] = (self.content / path).read_bytes()
            (self.content / path).unlink()

    @precondition(lambda self: self.deleted)
    @rule()
    def restore(self) -> None:
        path, data = self.deleted.popitem()
        (self.content / path).parent.mkdir(parents=True, exist_ok=True)
        (self.content / path).write_bytes(data)

    @rule()
    def commit(self) -> None:
        self.commits += 1
        copy_of(self.root, self.folder / f"commit{self.commits}")

    @precondition(lambda self: self.commits)
    @rule(which=st.integers(1, 20))
    def check_out(self, which: int) -> None:
        """All files at once, those that are the same untouched."""
        commit = self.folder / f"commit{1 + which % self.commits}"
        wanted = {path.relative_to(commit): path for path in commit.rglob("*") if path.is_file()}
        for path in list(self.root.rglob("*")):
            inside = path.relative_to(self.root)
            if path.is_file() and inside.parts[0] != "site" and inside not in wanted:
                path.unlink()
        for inside, path in wanted.items():
            target = self.root / inside
            if not target.is_file() or target.read_bytes() != path.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)

    @rule(path=paths())
    def respell_in_two_steps(self, path: str) -> None:
        """A system that knows no case lets nobody do it in one."""
        file, between = self.content / path, self.content / "between.md"
        if file.is_file() and not between.exists():
            file.rename(between)
            self._build()
            decomposed = (
                unicodedata.normalize("NFD", path) if not path.isascii() else path[:-3].upper() + ".md"
            )
            target = self.content / decomposed
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                between.rename(target)

    @rule(version=st.integers(0, 2))
    def another_version_of_kb(self, version: int) -> None:
        _set_version(version)

    @rule()
    def lose_the_cache(self) -> None:
        shutil.rmtree(self.cache, ignore_errors=True)
        _known_to_be_fast(self.root, self.cache)

    @rule()
    def show_drafts(self) -> None:
        self._build(drafts=True)

    @precondition(lambda self: self.before)
    @rule(which=st.integers(0, 99))
    def lose_a_page(self, which: int) -> None:
        ours = [path for path in self.before or () if path not in {*STRANGER, ".kb/manifest.json"}]
        if ours:
            (self.site / ours[which % len(ours)]).unlink()

    @precondition(lambda self: self.before is not None)
    @rule(some=st.lists(edits(), max_size=4), moment=st.integers(1, 500))
    def kill_a_build(self, some: list[Edit], moment: int) -> None:
        before = tree(self.site)
        self.steps += 1
        for edit in some:
            edit.do(self.root)
        self._builder().build(self.root, self.site, self.cache, f"killed {moment}")
        killed = tree(self.site)
        after = self._end_from_nothing(self._begin_from_nothing())
        for path, found in killed.items():
            if not path.startswith(".kb/"):
                assert found in (before.get(path), after.get(path)), path
        both = before.keys() & after.keys()
        assert {path for path in both if not path.startswith(".kb/")} <= killed.keys()

    @invariant()
    def the_site_is_the_one_from_nothing(self) -> None:
        if not self.root.exists():
            return
        self.steps += 1
        sources = self._begin_from_nothing()
        try:
            self._build_in_some_way()
        finally:
            clean = self._end_from_nothing(sources)
        found = tree(self.site, folders=True)
        assert found == clean
        again = self._build()
        assert (again.report.written, again.report.removed) == ((), ())
        self.before = sorted(path for path, (_, mode) in found.items() if stat.S_ISREG(mode))

    def _build(self, *, drafts: bool = False) -> Built:
        return build(Ask(root=self.root, cache=self.cache, jobs=1, drafts=drafts), lambda *_: None)

    def _build_in_some_way(self) -> None:
        """Most steps by this process, which goes on; some by one that is new, or by several."""
        match self.steps % 8:
            case 3:
                self._builder(1).build(self.root, self.site, self.cache, "fresh 1")
            case 6:
                self._builder(1).build(self.root, self.site, self.cache, "fresh 2")
            case _:
                self._build()

    def _builder(self, further: int = 0) -> Builder:
        return self.builders[(self.steps + further) % len(self.builders)]

    def _begin_from_nothing(self, *, anew: bool = False) -> bytes:
        """Let another process build the site from nothing, of a copy; the digest of its sources.

        Sources that this history had before are not built again, unless it is asked for: a clean build knows nothing else.
        """
        for folder in (self.copy, self.clean, self.folder / "clean-cache"):
            shutil.rmtree(folder, ignore_errors=True)
        copy_of(self.root, self.copy)
        sources = _digest(tree(self.copy, folders=True))
        if anew or sources not in self.known:
            self.known.pop(sources, None)
            _known_to_be_fast(self.copy, self.folder / "clean-cache")
            self._builder().begin(self.copy, self.clean, self.folder / "clean-cache")
        return sources

    def _end_from_nothing(self, sources: bytes) -> dict[str, tuple[bytes, int]]:
        """Every file and folder of the clean build, with what others have put into the site."""
        if sources not in self.known:
            self._builder().end()
            self.known[sources] = tree(self.clean, folders=True)
        clean = dict(self.known[sources])
        for name, data in STRANGER.items():
            clean[name] = (data, (self.site / name).stat().st_mode)
            if folder := name.rpartition("/")[0]:
                clean.setdefault(folder, (b"", (self.site / folder).stat().st_mode))
        return clean

    def _the_index_answers_as_one_from_nothing(self) -> None:
        ask = Ask(root=self.root, cache=self.cache, jobs=1)
        if not open_site(ask).settings.search.enabled:
            return
        self._end_from_nothing(self._begin_from_nothing(anew=True))
        ours = find(ask, lambda *_: None).index
        theirs = find(
            Ask(root=self.copy, cache=self.folder / "clean-cache", output=self.clean, jobs=1), lambda *_: None
        ).index
        assert ours.contents == theirs.contents
        assert told(ours) == told(theirs)


def _digest(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    """What tells these sources from others: names and bytes, for a fresh clone has nothing else."""
    whole = blake2b()
    for path, (data, mode) in sorted(files.items()):
        whole.update(repr((path, len(data), stat.S_ISREG(mode))).encode("utf-8", "surrogateescape") + data)
    return whole.digest()


def _set_version(number: int) -> None:
    """From now on this process is another version of kb, which says the same."""
    kb_versions._code = (lambda: f"version {number}") if number else _CODE
    kb_versions.versions.cache_clear()


_CODE = kb_versions._code


@cache
def _verdict() -> tuple[str, bytes]:
    """What the test of the installed Whoosh said: it takes longer than all the rest, and knows nothing of a site."""
    with tempfile.TemporaryDirectory() as folder:
        writes_fast(Path(folder))
        (file,) = Path(folder).iterdir()
        return file.name, file.read_bytes()


def _known_to_be_fast(root: Path, cache_root: Path) -> None:
    name, data = _verdict()
    file = cache_folder(root, cache_root) / "search" / name
    file.parent.mkdir(exist_ok=True, mode=0o700)
    file.write_bytes(data)
