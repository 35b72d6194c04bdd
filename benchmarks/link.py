"""What linking costs at 10,000 notes with 6 links each: ``python benchmarks/link.py [NOTES]``.

Every line is the best of five, with the collector on as it is in a test and off as a build has it.
"""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from kb.link.mentions import mentions, uses
from kb.link.nearest import nearest
from kb.link.problems import problems
from kb.link.resolve import display_tag, resolve
from kb.link.vault import Vault, update
from kb.model.note import Attachment, Heading, Link, LinkKind, Note, Span

WORDS = "mean mixture debt film laptop entropy passage model gradient review index likelihood ridge".split()
LINKS = 6


def world(count: int) -> tuple[dict[str, Note | None], dict[str, Attachment | None]]:
    """Notes in 20 folders that link to one another; three names in a hundred stand for several notes."""
    chance = random.Random(1)
    names = [
        f"{chance.choice(WORDS)} {chance.choice(WORDS)} {i - i % 33 if i % 33 == 1 else i}"
        for i in range(count)
    ]
    paths = [f"area {i % 20}/{name}.md" for i, name in enumerate(names)]
    files = {f"img/{i}.png": Attachment(f"img/{i}.png", str(i), 1) for i in range(count // 20)}
    return {path: _note(path, i, names, chance) for i, path in enumerate(paths)}, {**files}


def _note(path: str, i: int, names: list[str], chance: random.Random) -> Note:
    targets = [chance.choice(names) for _ in range(LINKS - 1)]
    links = [
        Link(LinkKind.WIKI, target, "Second part" if k == 0 else "", target, line=k + 5, before="see ")
        for k, target in enumerate(targets)
    ]
    links.append(Link(LinkKind.EMBED, f"{i % len(names) // 20}.png", line=12))
    heads = tuple(
        Heading(2, text, text.lower(), 3, Span(0, 0, 0, 0)) for text in ("First part", "Second part")
    )
    return Note(
        path,
        str(i),
        title=path[8:-3].title(),
        tags=(chance.choice(WORDS), f"{chance.choice(WORDS)}/{chance.choice(WORDS).title()}"),
        aliases=(f"alias {i}",) if i % 5 == 0 else (),
        headings=heads,
        links=tuple(links),
    )


def best(
    what: str,
    run: Callable[[], object],
    per: int = 1,
    unit: str = "ms",
    *,
    fresh: Callable[[], object] | None = None,
) -> None:
    """Print the best of five runs, divided by `per`; `fresh` is done before each and not counted."""
    scale = {"ms": 1e3, "µs": 1e6}[unit]
    times = []
    for _ in range(5):
        if fresh:
            fresh()
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    print(f"{what:52} {min(times) / per * scale:9.2f} {unit}")


def main(count: int) -> None:
    """Print the table."""
    notes, files = world(count)
    best(f"update: nothing -> {count} notes", lambda: update(Vault(), notes, files))
    gc.disable()
    best("    the same, collector off", lambda: update(Vault(), notes, files))
    vault = update(Vault(), notes, files)
    some = list(vault.notes.values())[: count // 2 : 50]
    edited = [msgspec.structs.replace(note, title="New", links=note.links[:3]) for note in some[:20]]
    best(
        "update: one note edited", lambda: [update(vault, {note.path: note}) for note in edited], len(edited)
    )
    best(
        "update: one note removed", lambda: [update(vault, {note.path: None}) for note in edited], len(edited)
    )
    pairs = [(note.path, link) for note in vault.notes.values() for link in note.links]
    walk = lambda: [resolve(vault, path, link) for path, link in pairs]  # noqa: E731
    best("resolve: a link, cold", walk, len(pairs), "µs", fresh=vault.memo.clear)
    best("resolve: a link, warm", walk, len(pairs), "µs")
    every = lambda: [list(mentions(vault, note)) for note in vault.notes.values()]  # noqa: E731
    best("mentions: all pages, cold", every, fresh=vault.memo.clear)
    best("mentions: all pages, warm", every)
    best("uses: all files", lambda: [uses(vault, file) for file in vault.files.values()])
    best("problems: the whole vault, warm", lambda: list(problems(vault)))
    best("display_tag: all tags", lambda: [display_tag(vault, tag) for tag in vault.cases])
    wrong = [f"{note.title[:4]}x{note.title[5:]}" for note in some[:40]]
    best("nearest: the first name", lambda: nearest(vault, "mixture bedt 77"), fresh=vault.memo.clear)
    nearest(vault, "mixture bedt 77")

    def forget() -> None:
        for key in [key for key in vault.memo if key[0] == "nearest"]:
            del vault.memo[key]

    best(
        "nearest: each further name",
        lambda: [nearest(vault, name) for name in wrong],
        len(wrong),
        fresh=forget,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
