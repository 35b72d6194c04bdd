"""Which files of a folder are no content.

Never content: names with a leading dot, what editors and file managers leave behind, the folders
that tools fill (``node_modules``, ``__pycache__``), the site's own folders. Then what the person
named: ``ignore:`` in the configuration and ``.gitignore`` files, in git's own sense: nested files
count for their folder, the last pattern that matches wins, ``!`` takes back. A `.gitignore` above the
site's root is not asked (a home folder kept in git often ignores everything in it), nor is one that
ignores the content folder as a whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kb.disk.inside import read_inside
from kb.model.settings import Settings

_LEFTOVER = re.compile(
    r"""\. .*            # dotfiles and dotfolders, Emacs's .#locks, .DS_Store
      | .* ~             # backups of Emacs, Vim, Kate
      | \# .* \#         # Emacs autosave
      | ~\$ .*           # Office locks
      | 4913             # Vim probes whether it can write
      | .* \.(?:swp|swo|swx|tmp|temp|bak|bck|part|crdownload)
      | node_modules | __pycache__ | Thumbs\.db | desktop\.ini""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Rules:
    """The patterns of one file. They speak of paths below `base` ("" or "folder/…/")."""

    base: str
    check: Callable[[str], bool | None]

    def verdict(self, path: str) -> bool | None:
        """True: ignored; False: taken back by ``!``; None: not spoken of."""
        return self.check(path[len(self.base) :])


@dataclass(frozen=True)
class Skip:
    """What `scan` leaves out.

    `own` are exact paths below the content folder. The strongest rule that speaks of a path decides:
    `named`, from the configuration; then `rules`, the ``.gitignore`` files from the nearest to the farthest;
    then `outer`, those above the content folder, which they see as `prefix` ("content/").
    """

    own: frozenset[str] = frozenset()
    named: tuple[Rules, ...] = ()
    rules: tuple[Rules, ...] = ()
    outer: tuple[Rules, ...] = ()
    prefix: str = ""

    def ignores(self, path: str, name: str, *, folder: bool) -> bool:
        """Whether the file or folder `path` (whose last segment is `name`) is no content."""
        if _LEFTOVER.fullmatch(name) or path in self.own:
            return True
        if not (self.named or self.rules or self.outer):
            return False
        if folder:
            path += "/"
        for rules in (*self.named, *self.rules):
            if (verdict := rules.verdict(path)) is not None:
                return verdict
        for rules in self.outer:
            if (verdict := rules.verdict(self.prefix + path)) is not None:
                return verdict
        return False

    def below(self, content: Path, folder: str) -> Skip:
        """The same, and what the ``.gitignore`` in `folder` ("" or "a/b/") adds for what is below it."""
        found = _gitignore(content, folder)
        return self if found is None else replace(self, rules=(found, *self.rules))


def skip_for(root: Path, settings: Settings, also: Iterable[Path] = ()) -> Skip:
    """What the site at `root` leaves out of its content folder; `also` names more folders (a cache)."""
    content = _normal(root / settings.content)
    own = (settings.output, settings.themes, "config.yaml", *settings.starters)
    outer = _above(_normal(root), content)
    return Skip(
        own=frozenset(_below(content, (*(root / each for each in own), *also))),
        named=(Rules("", _checker(settings.ignore)),) if settings.ignore else (),
        outer=outer,
        prefix=f"{content.relative_to(_normal(root)).as_posix()}/" if outer else "",
    )


def _below(content: Path, folders: Iterable[Path]) -> Iterable[str]:
    """Those of `folders` that lie below the content folder, by name or really, as paths from there."""
    for base, real in ((content, _normal), (Path(os.path.realpath(content)), os.path.realpath)):
        for folder in folders:
            path = Path(real(folder))
            if path != base and path.is_relative_to(base):
                yield path.relative_to(base).as_posix()


def _above(root: Path, content: Path) -> tuple[Rules, ...]:
    """The ``.gitignore`` files above the content folder up to the site's root, the nearest first."""
    if content == root or not content.is_relative_to(root):
        return ()
    parts = content.relative_to(root).parts
    bases = ["".join(f"{part}/" for part in parts[:depth]) for depth in reversed(range(len(parts)))]
    rules = tuple(found for base in bases if (found := _gitignore(root, base)) is not None)
    whole = "".join(f"{part}/" for part in parts)
    return () if any(each.verdict(whole) for each in rules) else rules


def _normal(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _gitignore(root: Path, folder: str) -> Rules | None:
    try:
        text = read_inside(root, f"{folder}.gitignore").decode("utf-8", "replace")
    except OSError:
        return None
    return Rules(folder, _checker(text.splitlines()))


def _checker(lines: Iterable[str]) -> Callable[[str], bool | None]:
    # 20 ms, and most vaults have no patterns at all.
    from pathspec import GitIgnoreSpec  # noqa: PLC0415
    from pathspec.patterns.gitignore import GitIgnorePatternError  # noqa: PLC0415

    def readable(line: str) -> bool:
        try:
            GitIgnoreSpec.from_lines([line])
        except GitIgnorePatternError:  # git passes over a line that it cannot read, and so do we
            return False
        return True

    spec = GitIgnoreSpec.from_lines(filter(readable, lines))
    return lambda path: spec.check_file(path).include
