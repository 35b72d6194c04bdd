"""Pages become files: the output folder comes to hold exactly the plan's pages, beside what was never ours.

First every page is made, and rendered unless its file is there already, into a staging folder; a failure up
to here leaves the site as it was. Then the files are moved into place under a journal, new and changed ones
first, deletions last. A file we did not write is never overwritten or removed; one of ours that somebody
changed is copied aside before it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise, repeat, starmap
from pathlib import Path
from types import MappingProxyType

from kb.disk.aside import keep_aside
from kb.disk.blocked import unblocked
from kb.disk.inside import Outside, safe_name
from kb.disk.journal import JOURNAL, Journal, clear, commit, finish
from kb.disk.lock import hold
from kb.disk.manifest import FOLDER, Manifest, read_manifest
from kb.disk.memory import Memory, Written, manifest_stamp, recall, remember, untouched
from kb.disk.parallel import MANY, Died, batch_sizes, spread, workers_for
from kb.disk.pictures import pictures
from kb.disk.place import output_folder
from kb.disk.refused import Refused
from kb.disk.stage import Outcome, Stage, Verdict, kept_unmade, stage
from kb.disk.stamp import Stamp, digest_at, stamp_of
from kb.model.problem import Place, Problem
from kb.view.pages import Page

__all__ = ["OutputError", "Report", "WorkerDiedError", "clean", "untouched", "write"]

Progress = Callable[[int, int], None]
Pages = Mapping[str, Callable[[], Page]]
_NOTHING: Mapping[str, str] = MappingProxyType({})

_UNKNOWN = Written("", "")
#: Gives the near grounds of pages, by their paths.
Near = Callable[[Sequence[str]], Mapping[str, str]]
#: Gives the pages that are known when all others are staged, and their grounds.
Late = Callable[[], tuple[Pages, Mapping[str, str]]]

#: From so many dear pages on, more than one process makes them.
_FEW_DEAR = 4


class WorkerDiedError(Exception):
    """The process that rendered a page ended without an answer."""


@dataclass(frozen=True)
class Report:
    """What a build did, as sorted paths. `failed` pages could not be written; their last good files stay."""

    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class OutputError(Refused):
    """The output could not be written: no room, no permission. Every page that is there is whole."""


def write(  # noqa: PLR0913 - a build needs to know all this, and a bundle of it would be used once
    out: Path,
    plan: Pages,
    *,
    key: Callable[[Page], str],
    render: Callable[[Page], bytes],
    complain: Callable[[str, Exception], Problem],
    content: Path,
    cache: Path,
    failures: tuple[type[Exception], ...] = (),
    grounds: Mapping[str, str] = _NOTHING,
    jobs: int = 0,
    anew: bool = False,
    progress: Progress | None = None,
    prepare: Callable[[int], None] | None = None,
    late: Late | None = None,
    dear: Collection[str] = (),
    public: frozenset[str] | None = None,
    before: Callable[[Manifest], None] | None = None,
    near: Near | None = None,
) -> Report:
    """Make `out` hold the pages of `plan`, and say what was done.

    Equal keys mean equal bytes, and `render` makes them. An exception of the types in `failures` means that
    one page cannot be made, and `complain` says so as a problem; any other flies. Copies are taken from
    `content`. A page whose digest in `grounds` is what it was when its file was written is not even made. Where many
    would be, `near` is asked for finer digests of theirs, and decides in the same way.
    `anew`: render every page, whatever `cache` remembers. `progress` hears (pages settled, pages). `prepare` is
    told how many pages are to be made, before the work is spread. `late` gives pages that are known only when all
    others are staged, with their grounds; a path that `plan` has stays what it is there. `dear` are the paths of pages
    that take a hundred times as long as others, and are spread one by one. `public` are the paths of
    the plan that are addresses of notes; `before` is shown what the last build left, and may stop this one, by an
    exception, while nothing has been touched.

    Raises `Refused` if `out` may not be written to, `Busy` if another build does, `OutputError` if it
    cannot be.
    """
    paths = _sane(sorted(plan))
    real = output_folder(out, content)
    try:
        real.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _output_error(str(real), error.strerror) from error
    with hold(real):
        stamp, found = manifest_stamp(real), read_manifest(real)
        if before is not None:
            before(found)
        build = _Build(real, cache, (stamp, found))
        with build.tidied():
            whole = Stage(
                out=real,
                content=Path(os.path.realpath(content)),
                plan=plan,
                paths=(),
                key=key,
                render=render,
                failures=failures,
                complain=complain,
                manifest=build.manifest.files,
                memory={} if anew else build.memory.files,
                grounds=grounds,
                pictures=pictures(Path(os.path.realpath(content)), cache),
            )
            cheap = [path for path in paths if path not in dear]
            outcomes, nears, left = _kept(whole, cheap, near)
            if prepare is not None:
                prepare(len(left))
            outcomes += _stage_all(replace(whole, paths=left), jobs, progress)
            if dear:
                outcomes += _outcomes(replace(whole, series="dear-"), sorted(dear), jobs, dear=True)
            more, more_grounds = ([], _NOTHING) if late is None else _late(whole, late, jobs)
            outcomes = sorted((*outcomes, *more), key=lambda each: each.path)
            planned = {*paths, *(each.path for each in more)}
            return build.settle(outcomes, planned, {**more_grounds, **grounds}, public, nears)


def clean(out: Path, cache: Path) -> Report:
    """Remove what we wrote into `out`, and nothing else: what was changed since is copied aside first."""
    real = Path(os.path.realpath(out))
    if not real.is_dir():
        return Report()
    with hold(real):
        build = _Build(real, cache)
        with build.tidied():
            return build.settle([], set(), {})


def _sane(paths: list[str]) -> list[str]:
    """The paths of a plan. It has seen to it that they are good: a bad one is our own mistake, and flies."""
    for path in paths:
        if safe_name(path).partition("/")[0] == FOLDER:
            raise Outside(f"{path!r} is where kb keeps its own files")
    return paths


def _outcomes(whole: Stage, paths: Sequence[str], jobs: int, *, dear: bool = False) -> list[Outcome]:
    """What becomes of the pages at these paths: those that need not be made are not."""
    kept, _, left = _kept(whole, paths)
    return [*kept, *_stage_all(replace(whole, paths=left), jobs, None, dear=dear)]


def _late(whole: Stage, late: Late, jobs: int) -> tuple[list[Outcome], Mapping[str, str]]:
    """What becomes of the pages that are known last, and their grounds. The pages themselves are let go of."""
    pages, grounds = late()
    others = _sane(sorted(pages.keys() - whole.plan.keys()))
    second = replace(whole, plan=pages, grounds=grounds, series="late-")
    return _outcomes(second, others, jobs) if others else [], grounds


def _kept(
    whole: Stage, paths: Sequence[str], near: Near | None = None
) -> tuple[list[Outcome], Mapping[str, str], list[str]]:
    """The pages that need not be made, the near grounds as far as they were asked for, and the paths that are left."""
    kept, left = _told_apart([(path, kept_unmade(whole, path)) for path in paths])
    if near is None or len(left) < MANY:
        return kept, {}, left
    nears = near(left)
    more, left = _told_apart([(path, kept_unmade(whole, path, nears.get(path, ""))) for path in left])
    return [*kept, *more], nears, left


def _told_apart(found: Sequence[tuple[str, Outcome | None]]) -> tuple[list[Outcome], list[str]]:
    kept = [outcome for _, outcome in found if outcome is not None]
    return kept, [path for path, outcome in found if outcome is None]


def _stage_all(state: Stage, jobs: int, progress: Progress | None, *, dear: bool = False) -> list[Outcome]:
    count = len(state.paths)
    workers = workers_for(count, jobs, few=_FEW_DEAR) if dear else workers_for(count, jobs)
    sizes = repeat(1, count) if dear else batch_sizes(count, workers)
    batches = starmap(range, pairwise(accumulate(sizes, initial=0)))
    outcomes: list[Outcome] = []
    with closing(spread(stage, batches, workers, lambda: state)) as results:
        for result in results:
            if isinstance(result, Died):
                path = state.paths[result.item]
                problem = state.complain(path, WorkerDiedError(f"the process that made it was {result.why}"))
                outcomes.append(Outcome(path, Verdict.FAILED, problem=problem))
            else:
                if stopped := next((each for each in result if each.verdict is Verdict.STOP), None):
                    raise _output_error(stopped.path, stopped.key, state.out)
                outcomes += result
            if progress is not None:
                progress(len(outcomes), count)
    return outcomes


def _output_error(path: str, why: str | None, out: Path | None = None) -> OutputError:
    hint = "every page is whole, old or new; make room or choose another folder, and build again"
    into = f" into {out}" if out is not None and not Path(path).is_absolute() else ""
    return OutputError(f"{why or 'the system refused'} while writing {path}{into}", hint)


@dataclass
class _Build:
    """One build in progress, under the lock."""

    out: Path
    cache: Path
    read: tuple[Stamp | None, Manifest] | None = None
    """The manifest as it was read before, and its stamp from just before that."""

    problems: list[Problem] = field(default_factory=list)
    memory: Memory = field(init=False)
    manifest: Manifest = field(init=False)

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """What an interrupted build left is finished before; what this one leaves is cleared away after."""
        try:
            if finish(self.out):
                self._damaged("the journal of an interrupted build was damaged; every file is looked at")
            self.memory = recall(self.cache, self.out)
            self.manifest = self._ours()
            yield
        except OSError as error:
            raise _output_error(str(error.filename or self.out), error.strerror) from error
        finally:
            if not (self.out / JOURNAL).exists():  # what a journal says will be done, by the next build
                with suppress(OSError):
                    clear(self.out)

    def _ours(self) -> Manifest:
        """The manifest; if it is lost, what the cache remembers, where the files still have those bytes."""
        if self.read is not None and self.read[0] == manifest_stamp(self.out):  # nothing had to be finished
            manifest = self.read[1]
        else:
            manifest = read_manifest(self.out)
        if self.memory.damaged:
            self._damaged("what was remembered of the last build was damaged; every page is rendered")
        if manifest.state == "ours":
            return manifest
        if manifest.state == "damaged":
            self._damaged(
                f"the list of what kb wrote ({FOLDER}/manifest.json) was damaged and has been made anew"
            )
        known = {path: each.digest for path, each in self.memory.files.items()}
        files = {path: digest for path, digest in known.items() if digest_at(self.out / path) == digest}
        return Manifest(files, manifest.state, manifest.public)

    def _damaged(self, message: str) -> None:
        self.problems.append(Problem(Place(str(self.out)), "cache", message, "there is nothing to do"))

    def settle(
        self,
        outcomes: Sequence[Outcome],
        planned: set[str],
        grounds: Mapping[str, str],
        public: frozenset[str] | None = None,
        nears: Mapping[str, str] = _NOTHING,
    ) -> Report:
        """Turn the outcomes into a change of the site, make it, and remember it."""
        removals = sorted(self.manifest.files.keys() - planned)
        outcomes, first = unblocked(self.out, outcomes, removals)
        by = {verdict: [each for each in outcomes if each.verdict is verdict] for verdict in Verdict}
        writes, kept = by[Verdict.WRITE], by[Verdict.KEEP]
        failed = [*by[Verdict.FAILED], *by[Verdict.CLASH]]
        self.problems += [each.problem for each in failed if each.problem is not None]
        removed = [path for path in removals if self._is_there(path)]
        edited = [each.path for each in writes if each.edited] + [
            path for path in removed if self._edited(path)
        ]
        self.problems += keep_aside(self.out, edited, self.cache)
        files = {each.path: each.digest for each in (*kept, *writes)}
        files |= {
            each.path: ours for each in failed if (ours := self.manifest.files.get(each.path)) is not None
        }
        if public is not None:
            public &= files.keys()
        same = files == self.manifest.files and public == self.manifest.public
        if writes or removals or not same or self.manifest.state != "ours":
            last = [path for path in removed if path not in first]
            moves = [(each.staged, each.path) for each in writes]
            told = None if public is None else sorted(public)
            undone = commit(self.out, Journal(sorted(first), moves, last, files, told))
        else:
            undone = {}
            clear(self.out)
        self._remember([*kept, *(each for each in writes if each.path not in undone)], failed, grounds, nears)
        for path, error in undone.items():
            raise _output_error(path, error.strerror, self.out) from error
        return Report(
            tuple(each.path for each in writes),
            tuple(each.path for each in kept),
            tuple(removed),
            tuple(sorted(each.path for each in failed)),
            tuple(sorted(self.problems)),
        )

    def _is_there(self, path: str) -> bool:
        """Whether there is a file at `path`. A link or a folder is not ours, nor what lies behind a link."""
        target = f"{self.out}/{path}"
        return os.path.isfile(target) and os.path.realpath(target) == target  # noqa: PTH113

    def _edited(self, path: str) -> bool:
        """Whether a file of ours was changed since we wrote it."""
        digest, known = self.manifest.files[path], self.memory.files.get(path)
        if known is not None and known.digest == digest and known.stamp is not None:
            with suppress(OSError):
                if stamp_of(os.lstat(self.out / path)) == known.stamp:
                    return False
        return digest_at(self.out / path) != digest

    def _remember(
        self,
        good: Sequence[Outcome],
        failed: Sequence[Outcome],
        grounds: Mapping[str, str],
        nears: Mapping[str, str],
    ) -> None:
        files = {}
        for each in good:
            known = self.memory.files.get(each.path, _UNKNOWN)
            ground, near = grounds.get(each.path, ""), nears.get(each.path, "")
            if not near and known.key == each.key:  # the page is what it was when somebody asked
                near = known.near
            files[each.path] = Written(each.key, each.digest, self._stamp(each), known.key, ground, near)
        for each in failed:
            if (digest := self.manifest.files.get(each.path)) is not None:
                files[each.path] = Written("", digest)
        remember(self.cache, self.out, dict(sorted(files.items())), self.memory)

    def _stamp(self, each: Outcome) -> Stamp | None:
        if each.stamp is not None:
            return each.stamp
        try:
            return stamp_of(os.lstat(f"{self.out}/{each.path}"))
        except OSError:
            return None
