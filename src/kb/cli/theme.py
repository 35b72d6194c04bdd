"""``kb theme``: which themes there are, a new one, and what the site's own one changes."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.running import guarded
from kb.cli.terminal import Terminal, counted
from kb.disk.theme_folders import Override, new_theme, overrides, remember, themes
from kb.disk.themes import DEFAULT
from kb.pipeline.opening import Ask, Opened, open_site

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.group()
def command() -> None:
    """Look at the themes, make one, or see what your own changes."""


@command.command("list")
@click.pass_obj
@guarded
def list_(terminal: Terminal) -> int:
    """List the themes that config.yaml can name; the one in use is marked."""
    opened = _open(terminal)
    shown = themes(opened.root, opened.settings)
    width = max(len(theme.name) for theme in shown)
    for theme in shown:
        mark = "*" if theme.used else " "
        name = terminal.style(theme.name.ljust(width), bold=theme.used)
        where = " and ".join(filter(None, ("comes with kb" if theme.shipped else "", theme.place)))
        base = f", builds on {theme.inherits}" if theme.inherits else ""
        terminal.answer(f"{mark} {name}  {theme.version:5} {where}{base}")
        if theme.description:
            terminal.answer(f"  {'':{width}}  {theme.description}")
    return 0


@command.command()
@click.argument("name")
@click.option("--inherits", default=DEFAULT, show_default=True, help="The theme that it builds on.")
@click.pass_obj
@guarded
def new(terminal: Terminal, name: str, inherits: str) -> int:
    """Make a theme called NAME that shows everything as another one does, until you change it."""
    opened = _open(terminal)
    for path in new_theme(opened.root, opened.settings, name, inherits):
        terminal.say(f"made {_from_here(path)}")
    terminal.say(f"now: write theme: {name} in config.yaml, and look at it with kb serve")
    return 0


@command.command()
@click.option("--seen", is_flag=True, help="Remember the theme below as it is now, for the next comparison.")
@click.pass_obj
@guarded
def diff(terminal: Terminal, seen: bool) -> int:  # noqa: FBT001 - click's way
    """Show what your own theme changes, and what the theme below it has changed since you last looked.

    What you last looked at is what `kb theme diff --seen` has remembered, in the folder upstream/ of your theme.
    """
    opened = _open(terminal)
    found = overrides(opened.root, opened.settings)
    if not found:
        own = f"{opened.settings.themes}/{opened.settings.theme}/templates/note.html"
        terminal.answer(f"nothing is overridden; {own}, say, would stand for the theme's own")
        return 0
    unknown = changed = 0
    for override in found:
        unknown += override.seen is None
        changed += _show(terminal, override)
    if seen:
        kept = remember(opened.root, found)
        terminal.say(f"remembered {counted(kept, 'file')} of {counted(len(found), 'file')}")
    elif changed:
        terminal.say(f"{counted(changed, 'part')} changed below; when you have looked: kb theme diff --seen")
    elif unknown:
        terminal.say("to hear later what has changed below: kb theme diff --seen")
    return 0


@command.command("fields")
@click.pass_obj
@guarded
def fields_(terminal: Terminal) -> int:
    """Print everything that a template may show, as Markdown."""
    from kb.view.reference import reference  # noqa: PLC0415 - only for whoever writes templates

    terminal.answer(reference())
    return 0


def _show(terminal: Terminal, override: Override) -> int:
    """Print what one file overrides; how many of its parts have changed in the theme below."""
    from kb.view.overrides import difference, parts_of  # noqa: PLC0415 - Jinja, only where there is an override

    title = f"{override.place} stands for {override.upstream_place}"
    terminal.answer(terminal.style(title, bold=True))
    try:
        own, upstream = override.own.decode(), override.upstream.decode()
        seen = None if override.seen is None else override.seen.decode()
    except UnicodeDecodeError:
        terminal.answer("  (not text)")
        return 0
    changed = 0
    for part in parts_of(override.name.rpartition("/")[2], own, upstream, seen):
        what = f"block {part.name}" if part.name else "the file"
        if part.upstream is None:
            terminal.answer(f"  {what}: {override.upstream_place} has no such block, so nothing shows it")
            continue
        _lines(terminal, what, difference(part.upstream, part.own, override.upstream_place, override.place))
        if part.changed_upstream and part.seen is not None:
            changed += 1
            told = f"{what} has changed in {override.upstream_place} since"
            _lines(terminal, told, difference(part.seen, part.upstream, "as you last saw it", "as it is now"))
    return changed


def _lines(terminal: Terminal, title: str, lines: list[str]) -> None:
    terminal.answer(f"  {title}{'' if lines else ': the same'}")
    for line in lines:
        terminal.answer(f"    {terminal.style(line, fg=_COLOURS.get(line[:1]))}")


def _open(terminal: Terminal) -> Opened:
    return open_site(Ask(root=terminal.root, cache=terminal.cache))


def _from_here(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
