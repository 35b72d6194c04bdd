"""Random vaults and what people do to them: the material of the laws."""

from __future__ import annotations

import json
import os
import shutil
import struct
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hypothesis import strategies as st

from data.books import Formula, xlsx

FOLDERS = ("", "a/", "a/b/", "Ä ö/")
NAMES = ("one", "Two", "three four", "Ünï", "index", "six")
TAGS = ("x", "X", "x/y", "Über/z")
HEADINGS = ("Top", "Part one", "Part two")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000030806000000b9ead0e3"
    "0000000b49444154789c6360400600000e0001a5f3b2a60000000049454e44ae426082"
)


def _wide(width: int, height: int) -> bytes:
    """A picture that is wide enough to be drawn anew, with words in it that nobody should read."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    rows = b"".join(b"\0" + bytes(range(3 * width)) for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    said = chunk(b"tEXt", b"Comment\0private")
    return b"\x89PNG\r\n\x1a\n" + head + said + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


#: What a cell of a notebook may say.
CELLS = (
    "# Title 3\n\n[[one]] and #a",
    "![[Two]]\n\n$x^2$",
    "---\ntitle: Title 1\naliases: [alias1]\n---",
    "![[data.csv]]",
)
WIDE = _wide(64, 40)


def paths() -> st.SearchStrategy[str]:
    """Where a note may lie. Few places, so that edits meet."""
    return st.builds(
        lambda folder, name: f"{folder}{name}.md", st.sampled_from(FOLDERS), st.sampled_from(NAMES)
    )


def targets() -> st.SearchStrategy[str]:
    """What a link may say."""
    names = st.sampled_from(
        (
            *NAMES,
            "alias1",
            "a/one",
            "../Two",
            "/six",
            "pic.png",
            "data.csv",
            "sheet.xlsx",
            "nowhere",
            "Title 3",
        )
    )
    parts = st.sampled_from(("", "", "", "#Part one", "#^block", "#Nope"))
    return st.builds(str.__add__, names, parts)


def _inline() -> st.SearchStrategy[str]:
    link = st.builds("[[{}]]".format, targets())
    labelled = st.builds("[[{}|a *label*]]".format, targets())
    markdown = st.builds("[text](<{}.md>)".format, st.sampled_from(NAMES))
    tag = st.builds("#{}".format, st.sampled_from(TAGS))
    words = st.sampled_from(
        (
            "some words",
            'two\n"lines"',
            "==marked==",
            "`[[code]]`",
            "%%hidden [[six]]%%",
            "x^[a note]",
            "<b>raw</b>",
        )
    )
    return st.one_of(link, link, labelled, markdown, tag, words)


def _blocks() -> st.SearchStrategy[str]:
    paragraph = st.builds(" and ".join, st.lists(_inline(), min_size=1, max_size=3))
    embed = st.builds("![[{}]]".format, targets())
    heading = st.builds("## {}".format, st.sampled_from(HEADINGS))
    item = st.builds("- item {}\n- other ^block".format, _inline())
    passage = st.builds(
        "> [!{}] p. {}\n> {}".format, st.sampled_from(("quote", "paraphrase")), st.integers(1, 2), _inline()
    )
    callout = st.builds("> [!tip] Title\n> {}".format, _inline())
    code = st.just("```python\nx = '[[one]]'\n```")
    made = st.sampled_from(
        (
            "```mermaid\nflowchart LR\n  a --> b\n```",
            "```mermaid\nflowchart LR\n  a --\n```",
            "```chart\ntype: bar\nfile: data.csv\n```",
            "```chart\ntype: density\nfile: sheet.xlsx\n```",
            "```csv\na,b\n1,2\n```",
            "```decision\ncriteria: {b: 1}\n---\na,b\nx,1\ny,2\n```",
            "```decision\ncriteria: {b: 1}\nfile: data.csv\n```",
            "```decision\nmean: harmonic\ncriteria: {b: {weight: 1, normalise: share}}\nfile: sheet.xlsx\n```",
            "$$\nx^2\n$$",
            "$$\n\\newcommand{\\w}{w_1}\n$$",
            "$\\w + \\def\\w{v}\\w$ and $\\w$",
            "$$\n\\cancelto{0}{x}\n$$",
        )
    )
    first = st.just("# A heading of its own")
    return st.one_of(paragraph, paragraph, embed, heading, item, callout, passage, code, made, first)


def _matter() -> st.SearchStrategy[str]:
    lines = st.lists(
        st.one_of(
            st.builds("title: Title {}".format, st.integers(0, 4)),
            st.builds("tags: [{}]".format, st.sampled_from(TAGS)),
            st.builds("aliases: [alias{0}, old/place{0}]".format, st.integers(0, 2)),
            st.builds("date: 20{:02}-0{}-11".format, st.integers(10, 24), st.integers(1, 9)),
            st.just("date: 2999-01-01"),
            st.just("draft: true"),
            st.just("publish: false"),
            st.builds("series: S\norder: {}".format, st.integers(0, 3)),
            st.builds("permalink: /p{}/".format, st.integers(0, 2)),
            st.builds('up: "[[{}]]"'.format, st.sampled_from(NAMES)),
            st.just("title: broken: yaml"),
            st.builds(
                "kind: review\nwork: W{}\ntype: film\nrating: {}/5".format,
                st.integers(0, 1),
                st.integers(0, 5),
            ),
            st.builds("kind: excerpt\nwork: W{}\nauthor: A".format, st.integers(0, 1)),
            st.just("kind: reblog\nurl: https://example.org/x\nmore: 900"),
            st.builds("kind: recipe\nserves: {}".format, st.integers(1, 4)),
            st.builds("kind: decision\nquestion: Q?\nchosen: {}".format, st.sampled_from("xy")),
        ),
        max_size=3,
        unique_by=lambda line: line.partition(":")[0],
    )
    return lines.map(lambda found: "---\n" + "\n".join(found) + "\n---\n" if found else "")


def texts() -> st.SearchStrategy[str]:
    """What a note may say."""
    return st.builds(
        lambda matter, blocks: matter + "\n\n".join(blocks) + "\n", _matter(), st.lists(_blocks(), max_size=5)
    )


def vaults() -> st.SearchStrategy[dict[str, str]]:
    """Notes by path."""
    return st.dictionaries(paths(), texts(), max_size=8)


@dataclass(frozen=True)
class Edit:
    """Something a person does to the folder of a site. Its name tells what, in a failing example."""

    name: str
    do: Callable[[Path], None]

    def __repr__(self) -> str:
        return self.name


def edits() -> st.SearchStrategy[Edit]:
    """One thing that a person does."""
    return st.one_of(
        st.builds(_write, paths(), texts()),
        st.builds(_write, paths(), texts()),
        st.builds(_write, paths(), texts()),
        st.builds(_delete, paths()),
        st.builds(_move, paths(), paths()),
        st.builds(_move_folder, st.sampled_from(FOLDERS[1:]), st.sampled_from(("a/", "moved/", "B/"))),
        st.builds(_respell, paths()),
        st.builds(_touch, paths()),
        st.builds(_picture, st.sampled_from(("pic.png", "a/pic.png")), st.integers(0, 3)),
        st.builds(_delete, st.sampled_from(("pic.png", "a/pic.png"))),
        st.builds(_template, st.sampled_from(("note.html", "tag.html", "macros.html")), st.integers(0, 2)),
        st.builds(_partial, st.integers(0, 3)),
        st.builds(_data, st.integers(0, 3)),
        st.builds(_sheet, st.integers(0, 3)),
        st.builds(
            _notebook, st.sampled_from(("Nb.ipynb", "a/one.ipynb")), st.sampled_from(CELLS), st.integers(0, 2)
        ),
        st.builds(_style, st.integers(0, 2)),
        st.builds(_own_kind, st.integers(0, 2)),
        st.builds(
            _config,
            st.sampled_from(
                (
                    "title: One",
                    "title: Two",
                    "page_size: 1",
                    "hard_breaks: true",
                    "hard_breaks: false",
                    "typographer: false",
                    "language: de",
                    "search: false",
                    "graph: false",
                    "search: true",
                    "search: {offline: true}",
                    "twins: true",
                    "cards: true",
                    "cards: false",
                    "theme: desk",
                    "theme: paper",
                    "home: [kinds, {new: 1}, tags]",
                    "home: []",
                    "llms: false",
                    "images: false",
                    "images: {widths: [20]}",
                )
            ),
        ),
    )


def start(root: Path, notes: Mapping[str, str]) -> None:
    """A site with these notes."""
    (root / "content").mkdir(parents=True)
    (root / "config.yaml").write_text(
        "title: One\nbase_url: https://example.org/sub/\npage_size: 2\nimages: {widths: [16, 32]}\n"
    )
    for path, text in notes.items():
        _put(root / "content" / path, text)


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _write(path: str, text: str) -> Edit:
    return Edit(f"write {path}: {text!r}", lambda root: _put(root / "content" / path, text))


def _delete(path: str) -> Edit:
    return Edit(f"delete {path}", lambda root: (root / "content" / path).unlink(missing_ok=True))


def _move(path: str, to: str) -> Edit:
    def do(root: Path) -> None:
        source, target = root / "content" / path, root / "content" / to
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)

    return Edit(f"move {path} to {to}", do)


def _move_folder(folder: str, to: str) -> Edit:
    def do(root: Path) -> None:
        source, target = root / "content" / folder, root / "content" / to
        if source.is_dir() and not target.exists():
            source.rename(target)

    return Edit(f"move {folder} to {to}", do)


def _respell(path: str) -> Edit:
    """The same name in another case, or in the other Unicode form."""

    def do(root: Path) -> None:
        source = root / "content" / path
        form: Literal["NFC", "NFD"] = "NFD" if unicodedata.is_normalized("NFC", path) else "NFC"
        other = path.swapcase()[:-2] + "md" if path.isascii() else unicodedata.normalize(form, path)
        target = root / "content" / other
        if source.exists() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)

    return Edit(f"respell {path}", do)


def _touch(path: str) -> Edit:
    def do(root: Path) -> None:
        if (root / "content" / path).exists():
            (root / "content" / path).touch()

    return Edit(f"touch {path}", do)


def _picture(path: str, shade: int) -> Edit:
    def do(root: Path) -> None:
        (root / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "content" / path).write_bytes(WIDE if shade == 3 else PNG + bytes(shade))

    return Edit(f"picture {path} {shade}", do)


def _template(name: str, variant: int) -> Edit:
    def do(root: Path) -> None:
        file = root / "themes" / "paper" / "templates" / name
        if name == "macros.html":
            if variant == 0:
                file.unlink(missing_ok=True)
            else:
                shipped = Path(__file__).parents[2] / "themes/paper/templates/macros.html"
                _put(file, shipped.read_text() + "\n" * variant + "{# changed #}")
        elif variant == 0:
            file.unlink(missing_ok=True)
        else:
            _put(
                file,
                f'{{% extends "paper/{name}" %}}{{% block footer %}}<p>variant {variant}</p>{{% endblock %}}',
            )

    return Edit(f"template {name} {variant}", do)


def _partial(variant: int) -> Edit:
    """A template that others include; the first of its variants is not there, though the page asks for it."""

    def do(root: Path) -> None:
        templates = root / "themes" / "paper" / "templates"
        including = '{% extends "paper/note.html" %}{% block footer %}{% include "part.html" ignore missing %}{% endblock %}'
        _put(templates / "note.html", including)
        if variant:
            _put(templates / "part.html", f"<p>part {variant}</p>")
        else:
            (templates / "part.html").unlink(missing_ok=True)

    return Edit(f"partial {variant}", do)


def _data(variant: int) -> Edit:
    """A table that notes show, link to or name."""

    def do(root: Path) -> None:
        file = root / "content" / "data.csv"
        if variant:
            _put(file, "a,b\n" + "".join(f"x{line},{line * variant}\n" for line in range(3)))
        else:
            file.unlink(missing_ok=True)

    return Edit(f"data {variant}", do)


def _sheet(variant: int) -> Edit:
    """A spreadsheet that notes show or decide by; one of them holds a formula that was never saved with a value."""

    def do(root: Path) -> None:
        file = root / "content" / "sheet.xlsx"
        if variant:
            last = Formula("B2+1") if variant == 3 else float(variant)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(xlsx({"One": [["a", "b"], ["x", 2], ["y", last]]}))
        else:
            file.unlink(missing_ok=True)

    return Edit(f"sheet {variant}", do)


def _notebook(path: str, text: str, variant: int) -> Edit:
    """A notebook that says what a note may, and what its code put out."""

    def do(root: Path) -> None:
        file = root / "content" / path
        if not variant:
            file.unlink(missing_ok=True)
            return
        output = {"output_type": "stream", "name": "stdout", "text": f"out {variant}\n"}
        cells = [
            {"cell_type": "markdown", "metadata": {}, "source": text},
            {"cell_type": "code", "metadata": {}, "source": f"x = {variant}", "outputs": [output]},
        ]
        _put(file, json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))

    return Edit(f"notebook {path} {variant} {text!r}", do)


def _style(variant: int) -> Edit:
    def do(root: Path) -> None:
        file = root / "themes" / "paper" / "assets" / "custom.css"
        if variant:
            _put(file, f"body {{ margin: {variant}px }}")
        else:
            file.unlink(missing_ok=True)

    return Edit(f"style {variant}", do)


def _own_kind(variant: int) -> Edit:
    """A kind of the site's own comes, changes and goes."""

    def do(root: Path) -> None:
        file = root / "kinds" / "recipe.yaml"
        if variant:
            _put(file, f"plural: recipes\nfields:\n  serves: {{type: number, label: For {variant}}}\n")
        else:
            file.unlink(missing_ok=True)

    return Edit(f"own kind {variant}", do)


def _config(line: str) -> Edit:
    key = line.partition(":")[0]

    def do(root: Path) -> None:
        file = root / "config.yaml"
        kept = [old for old in file.read_text().splitlines() if not old.startswith(f"{key}:")]
        file.write_text("\n".join([*kept, line]) + "\n")

    return Edit(f"config {line}", do)


def tree(folder: Path, *, folders: bool = False) -> dict[str, tuple[bytes, int]]:
    """Every file of a folder, on demand every folder as well: its bytes and its mode, by path."""
    found: dict[str, tuple[bytes, int]] = {}
    waiting = [""] if folder.is_dir() else []
    while waiting:
        inside = waiting.pop()
        with os.scandir(f"{folder}/{inside}") as entries:
            for entry in entries:
                path = inside + entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                    if folders:
                        found[path] = (b"", entry.stat().st_mode)
                elif entry.is_file():
                    found[path] = (Path(entry.path).read_bytes(), entry.stat().st_mode)
    return found


def copy_of(root: Path, to: Path) -> Path:
    """The sources of a site at another place, with other times, as a fresh clone has them."""
    shutil.copytree(root, to, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("site"))
    return to
