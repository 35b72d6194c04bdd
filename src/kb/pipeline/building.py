"""``kb build``: make the output folder hold exactly the site's pages, and prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from kb.disk.last import Last, recall_last, remember_last
from kb.disk.lock import Busy
from kb.disk.memory import manifest_stamp
from kb.disk.output import Report, write
from kb.disk.parallel import MANY, Meanwhile, rarely_collected
from kb.disk.pictures import forget_unused
from kb.disk.place import refuse_to_be_led_out
from kb.disk.store import Store
from kb.disk.themes import ThemeFiles
from kb.link.mentions import hear
from kb.link.related import compare
from kb.model.problem import Place, Problem
from kb.pipeline.checking import all_problems
from kb.pipeline.exporting import Exporter, exporter_of
from kb.pipeline.exposing import Exposed, Stopped, Watch
from kb.pipeline.opening import Ask, Opened, Progress, open_site
from kb.pipeline.reading import Clock, Files, Read, link_files, read_files
from kb.pipeline.rendering import Rendering
from kb.view.pages import Page, PicturePage
from kb.view.pictures import FOLDER
from kb.view.site import Grounds, Plan, Site, grounds, plan
from kb.view.theme import TemplateFailed, key
from kb.view.told import template_problem, template_problems

#: From so many notes on, the index for searching is made in a process of its own.
_EXPORTED_APART = 200
#: From so many pages on, if they are most of the site, links and related notes are asked for at once.
_ASKED_AT_ONCE = 300
#: Gives the pages of a site that are known last, and their grounds.
Late: TypeAlias = Callable[[Site], tuple[Mapping[str, Callable[[], Page]], Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did. `failed` are the pages that are not as they should be."""

    opened: Opened
    report: Report
    problems: tuple[Problem, ...]
    timings: tuple[tuple[str, float], ...]
    exposed: Exposed = field(default_factory=Exposed)
    waiting: tuple[tuple[str, str], ...] = ()
    """The notes that are held back for their date alone, with it, the next one first."""

    @property
    def files(self) -> int:
        """How many files of ours the output folder holds."""
        return len(self.report.written) + len(self.report.kept)

    @property
    def shown_output(self) -> str:
        """The output folder as a person would name it from where they are."""
        out, here = self.opened.output, Path.cwd()
        return (out.relative_to(here).as_posix() if out.is_relative_to(here) else str(out)) + "/"


def build(ask: Ask, progress: Progress) -> Built:
    """Make the output folder hold exactly the site's pages, and whatever there was never ours.

    Raises `Stopped` where the person asked to be careful.
    """
    with rarely_collected():
        return _build(ask, progress)


def _build(ask: Ask, progress: Progress) -> Built:
    clock = Clock()
    opened = open_site(ask)
    if ask.output is None:
        refuse_to_be_led_out(opened.output, opened.root)
    if ask.clean:
        Store.forget(opened.cache)
    began = manifest_stamp(opened.output)
    files = read_files(opened, ask, progress, clock)
    stamp = files.stamp(drafts=ask.drafts)
    last = None if ask.clean else recall_last(opened.cache, opened.output, stamp)
    if last is not None:
        clock.done("compare")
        report = Report(kept=last.files)
        return Built(opened, report, last.problems, tuple(clock.stages), waiting=_waiting(files))
    exporter = exporter_of(files, drafts=ask.drafts)
    to_export = len(files.notes) if exporter is not None else 0
    exported = Meanwhile(partial(_exported, exporter, files, ask), to_export, ask.jobs, _EXPORTED_APART)
    read = link_files(files, drafts=ask.drafts)
    clock.done("link")
    planned = plan(read.site)
    clock.done("plan")
    checked = Meanwhile(partial(all_problems, read, planned), len(files.notes), ask.jobs)
    watch = Watch(files, read.site, planned, ask, began)
    try:
        report = _write(read, planned, ask, progress, partial(_late, exporter, exported), watch)
    except Stopped as stopped:
        exported.drop()
        raise Stopped(stopped.exposed, checked.result()) from None
    except Busy:
        exported.drop()
        checked.drop()
        raise
    watch.done()
    clock.done("write")
    problems = tuple(sorted({*checked.result(), *_shown(read, report.problems)}))
    clock.done("check")
    if not (report.failed or report.problems):
        remember_last(opened.cache, opened.output, Last(stamp, problems))
        if exporter is not None:
            exporter.remember(opened.cache, opened.output)
    return Built(opened, report, problems, tuple(clock.stages), watch.exposed, _waiting(files))


def _waiting(files: Files) -> tuple[tuple[str, str], ...]:
    late = [path for path, reason in files.reasons.items() if reason == "future"]
    if not late:
        return ()
    from kb.view.told import folder_shown  # noqa: PLC0415 - most builds find none

    folder = folder_shown(files.opened.settings.content)
    found = [(folder + path, files.notes[path].date) for path in late]
    return tuple(sorted(found, key=lambda each: (each[1], each[0])))


def _exported(exporter: Exporter | None, files: Files, ask: Ask) -> Mapping[str, bytes | None]:
    """The files of the index for searching, none where there is no search; and `kb search` has nothing left to do."""
    if exporter is None:
        return {}
    from kb.pipeline.indexing import brought_up_to_date  # noqa: PLC0415 - a build that changes nothing needs none of it

    index = brought_up_to_date(files)
    return exporter.files(files.opened.cache, files.opened.output, index, anew=ask.clean)


def _late(
    exporter: Exporter | None, exported: Meanwhile[Mapping[str, bytes | None]], site: Site
) -> tuple[dict[str, Callable[[], Page]], dict[str, str]]:
    """The pages that are known when the search index is made, and their grounds."""
    found = exported.result()
    late = Plan({} if exporter is None else exporter.claims(found), ())
    return late.pages(site), grounds(site, late)


def _write(read: Read, planned: Plan, ask: Ask, progress: Progress, late: Late, watch: Watch) -> Report:
    site, opened = read.site, read.opened
    drawings = _drawings(site, planned)
    found = Grounds(site, planned)
    report = write(
        opened.output,
        planned.pages(site),
        key=partial(key, site.theme),
        render=Rendering(site.theme),
        complain=partial(_template_problem, planned, read.theme),
        failures=(TemplateFailed,),
        content=opened.content,
        cache=opened.cache,
        grounds=found.wide,
        near=found.near,
        jobs=ask.jobs,
        anew=ask.clean,
        progress=partial(progress, "writing"),
        prepare=partial(_prepare, site),
        late=partial(late, site),
        dear=drawings.keys(),
        public=frozenset(watch.public),
        before=watch.look,
    )
    forget_unused(opened.cache, drawings.values())
    return report


def _drawings(site: Site, planned: Plan) -> dict[str, PicturePage]:
    """The pictures that are drawn anew."""
    claims = {path: claim for path, claim in planned.claims.items() if path.startswith(f"{FOLDER}/")}
    pages = {path: claim.make(site) for path, claim in claims.items()}
    return {path: page for path, page in pages.items() if isinstance(page, PicturePage)}


def _prepare(site: Site, pages: int) -> None:
    """What is cheaper to ask once for all pages, before they are spread over processes."""
    if pages >= MANY or (pages >= _ASKED_AT_ONCE and 3 * pages > 2 * len(site.vault.notes)):
        hear(site.vault)
        compare(site.vault)


def _shown(read: Read, problems: Iterable[Problem]) -> Iterable[Problem]:
    """The problems of writing, as a person is told them."""
    failed = [problem for problem in problems if problem.code == "template"]
    others = (problem for problem in problems if problem.code != "template")
    return map(read.opened.shown, (*template_problems(failed), *others))


def verify(ask: Ask, built: Built, progress: Progress) -> tuple[str, ...]:
    """Build the same site from nothing, in another folder with another cache, and compare every byte.

    One line for each file that differs; nothing if an incremental build has kept its promise.
    """
    from kb.disk.compare import differences, scratch_folder  # noqa: PLC0415 - most builds are not compared

    with scratch_folder(built.opened.cache) as scratch:
        again = replace(ask, output=scratch / "site", cache=scratch / "cache", clean=False, careful=False)
        build(replace(again, root=built.opened.root), progress)
        return differences(built.opened.output, scratch / "site")


def _template_problem(planned: Plan, theme: ThemeFiles, path: str, error: Exception) -> Problem:
    """A page that could not be made, for whatever reason."""
    owner = planned.claims[path].by if path in planned.claims else path
    if isinstance(error, TemplateFailed):
        name = error.template
        return template_problem(theme.places.get(name, name), theme.templates.get(name, ""), owner, error)
    return Problem(Place(f"/{path}"), "template", str(error), owner)
