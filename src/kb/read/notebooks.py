"""Jupyter notebooks (``.ipynb``, nbformat 4) as Markdown: what their cells say, in the order in which they stand.

A cell of Markdown is what it is, a cell of code becomes a block of code, and each of its outputs a block
``ipynb-output`` (`kb.features.notebooks` makes HTML of it). Nothing is ever run. A first cell that looks like a front
matter is the note's; so is what the notebook's metadata has under ``kb``.

Cells tagged ``remove-cell``, ``remove-input`` or ``remove-output`` leave out what these say; ``hide-cell``,
``hide-input`` and ``hide-output`` fold it. Both are the tags of Jupyter Book, and may be written with underscores.

Format: https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

SUFFIX = ".ipynb"
#: The language of the block that an output becomes.
OUTPUT = "ipynb-output"
_FORMAT = 4
#: Kinds of output, the most telling first: of those in which an output is given, one is shown.
RICHEST = (
    "image/svg+xml", "image/png", "image/jpeg", "image/gif", "text/html", "text/markdown", "text/latex", "text/plain",
)  # fmt: skip
#: Colours and other movements of a terminal.
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\ufffd\[[0-9;]*m")
_ATTACHED = re.compile(r"!\[([^\]]*)\]\(attachment:([^)\s]+)\)")
_RUN = re.compile(r"~{3,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_FENCE = 4
#: An output longer than this, in characters, is left out; of text, what is beyond this.
LARGEST_OUTPUT, _LONGEST_TEXT = 4 << 20, 64 << 10


class UnreadableError(ValueError):
    """The file is no notebook that can be read. `line` and `column` count from 1."""

    def __init__(self, message: str, hint: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.line, self.column = message, hint, line, column


class Notebook(NamedTuple):
    """A notebook as Markdown. `lines` are the lines of its file, from 1, that the lines of `text` stand in.

    `cells` gives for a line of the file the cell, and the line in it, both from 1.
    """

    text: str
    lines: tuple[int, ...]
    cells: Mapping[int, tuple[int, int]]


class _Line(NamedTuple):
    """A line of Markdown, and the line of the file that says it."""

    text: str
    line: int


def as_markdown(text: str) -> Notebook:
    """The notebook in the JSON `text` as Markdown. Raises `UnreadableError`."""
    content = _content(text)
    places = _Places(text)
    language = _language(content)
    out: list[_Line] = []
    cells: dict[int, tuple[int, int]] = {}
    front = _front(content)
    for number, cell in enumerate(content["cells"], start=1):
        source = [
            _Line(line, places.line_of(written))
            for written in _pieces(cell.get("source", ""))
            for line in written.removesuffix("\n").split("\n")
        ]
        for count, each in enumerate(source, start=1):
            cells.setdefault(each.line, (number, count))
        if number == 1 and _is_front_matter(cell, source):
            out += _merged(source, front)
            front = []
            continue
        if number == 1:
            out += _merged([], front)
        out += _cell(cell, source, language, places.line)
    return Notebook("\n".join(each.text for each in out) + "\n", tuple(each.line for each in out), cells)


def _content(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        hint = "open and save it in Jupyter, or restore it from where it was right"
        raise UnreadableError(
            f"the notebook is no JSON: {error.msg}", hint, error.lineno, error.colno
        ) from error
    except RecursionError as error:
        raise UnreadableError("the notebook is nested too deeply", "open and save it in Jupyter") from error
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise UnreadableError(
            "the file says nothing of being a notebook", "save it in Jupyter, or name it .json"
        )
    if content["nbformat"] != _FORMAT:
        message = f"the notebook is of format {content['nbformat']}; kb reads format {_FORMAT}"
        raise UnreadableError(message, "open and save it in a Jupyter of today")
    cells = content.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise UnreadableError("the notebook has no list of cells", "open and save it in Jupyter")
    return content


def _language(content: Mapping[str, Any]) -> str:
    """The language of the code, as its kernel calls it."""
    metadata = content.get("metadata")
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        said = metadata.get(part) if isinstance(metadata, dict) else None
        name = said.get(key) if isinstance(said, dict) else None
        if isinstance(name, str) and re.fullmatch(r"[\w+#.-]+", name):
            return name.lower()
    return "python"


def _front(content: Mapping[str, Any]) -> list[_Line]:
    """The front matter in a notebook's metadata, as lines of YAML."""
    metadata = content.get("metadata")
    said = metadata.get("kb") if isinstance(metadata, dict) else None
    if not isinstance(said, dict):
        return []
    return [_Line(f"{key}: {json.dumps(value, ensure_ascii=False)}", 1) for key, value in said.items()]


def _is_front_matter(cell: Mapping[str, Any], source: Sequence[_Line]) -> bool:
    lines = [each.text.rstrip() for each in source]
    while lines and not lines[-1]:
        lines.pop()
    fenced = len(lines) > 1 and lines[0] == "---" and lines[-1] in {"---", "..."} and "---" not in lines[1:-1]
    return fenced and cell.get("cell_type") in {"raw", "markdown"}


def _merged(source: Sequence[_Line], front: Sequence[_Line]) -> list[_Line]:
    """A front matter of a cell and of the metadata, of which what the cell says counts."""
    own = [each for each in source if each.text.strip()]
    if not own:
        return [_Line("---", 1), *front, _Line("---", 1), _Line("", 1)] if front else []
    said = {each.text.partition(":")[0] for each in own}
    more = [each for each in front if each.text.partition(":")[0] not in said]
    return [own[0], *more, *own[1:], _Line("", own[-1].line)]


def _cell(cell: Mapping[str, Any], source: list[_Line], language: str, line: int) -> Iterator[_Line]:
    tags = _tags(cell)
    if "remove-cell" in tags:
        return
    kind = cell.get("cell_type")
    if kind == "markdown":
        lines = [part for each in source for part in _with_pictures(cell, each)]
        yield from _folded(lines, "Hidden") if "hide-cell" in tags else lines
        yield _Line("", line)
    elif kind == "code":
        if any(each.text.strip() for each in source) and "remove-input" not in tags:
            code = [*_fenced(language, source)]
            yield from _folded(code, "Code") if tags & {"hide-input", "hide-cell"} else code
            yield _Line("", line)
        outputs = cell.get("outputs")
        if isinstance(outputs, list) and "remove-output" not in tags:
            shown = [part for output in outputs for part in _output(output, line)]
            yield from _folded(shown, "Output") if shown and tags & {"hide-output", "hide-cell"} else shown


def _tags(cell: Mapping[str, Any]) -> frozenset[str]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    said = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return frozenset(tag.replace("_", "-").lower() for tag in said)


def _folded(lines: Sequence[_Line], title: str) -> Iterator[_Line]:
    """The lines in a callout that is closed."""
    if lines:
        yield _Line(f"> [!example]- {title}", lines[0].line)
        yield from (_Line(f"> {each.text}", each.line) for each in lines)
        yield _Line("", lines[-1].line)


def _fenced(info: str, source: Sequence[_Line]) -> Iterator[_Line]:
    longest = max((len(run) for each in source for run in _RUN.findall(each.text)), default=0)
    fence = "~" * max(longest + 1, _FENCE)
    yield _Line(f"{fence}{info}", source[0].line if source else 1)
    yield from source
    yield _Line(fence, source[-1].line if source else 1)


def _with_pictures(cell: Mapping[str, Any], line: _Line) -> Iterator[_Line]:
    """A line of Markdown; pictures that are attached to the cell stand below it as an output."""
    found = _ATTACHED.findall(line.text)
    yield _Line(_ATTACHED.sub(r"\1", line.text), line.line) if found else line
    attachments = cell.get("attachments")
    for alt, name in found:
        bundle = attachments.get(name) if isinstance(attachments, dict) else None
        if isinstance(bundle, dict):
            yield _Line("", line.line)
            yield from _shown({**bundle, "text/plain": alt}, line.line)


def _output(output: object, line: int) -> Iterator[_Line]:
    if not isinstance(output, dict):
        return
    match output.get("output_type"):
        case "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            yield from _shown({name: _joined(output.get("text"))}, line)
        case "error":
            trace = output.get("traceback")
            said = f"{output.get('ename', '')}: {output.get('evalue', '')}"
            told = "\n".join(map(str, trace)) if isinstance(trace, list) and trace else said
            yield from _shown({"error": told}, line)
        case "display_data" | "execute_result" if isinstance(output.get("data"), dict):
            yield from _shown(output["data"], line)
        case _:
            return


def _shown(bundle: Mapping[str, Any], line: int) -> Iterator[_Line]:
    """An output as a block whose text is what can be read of it, and whose information is all else."""
    plain = next(
        (_joined(bundle[key]) for key in ("text/plain", "stdout", "stderr", "error") if key in bundle), ""
    )
    plain = _ANSI.sub("", plain)
    if len(plain) > _LONGEST_TEXT:
        plain = f"{plain[:_LONGEST_TEXT]}\n…"
    kind = next((kind for kind in (*RICHEST, "stdout", "stderr", "error") if kind in bundle), "")
    if kind in {"text/markdown", "text/latex"}:
        yield from (_Line(each, line) for each in _joined(bundle[kind]).split("\n"))
        yield _Line("", line)
        return
    rich = _joined(bundle[kind]) if kind in RICHEST and kind != "text/plain" else ""
    if not kind or not (rich or plain.strip()):
        return
    payload = "" if len(rich) > LARGEST_OUTPUT else _payload(kind, rich)
    size = " too-large" if rich and not payload else ""
    lines = [_Line(each, line) for each in plain.removesuffix("\n").split("\n")]
    yield from _fenced(f"{OUTPUT} {kind}{size} {payload}".rstrip(), lines)
    yield _Line("", line)


def _payload(kind: str, rich: str) -> str:
    """An output in base64. A picture in points is so in the notebook."""
    if kind.startswith("image/") and not kind.endswith("xml"):
        bare = "".join(rich.split())
        return bare if _BASE64.fullmatch(bare) else "?"
    return base64.b64encode(rich.encode(errors="replace")).decode()


def _pieces(source: object) -> list[str]:
    """The strings in which a multi-line string is written: mostly one for each line."""
    if isinstance(source, str):
        return [source] if source else []
    return [each for each in source if isinstance(each, str)] if isinstance(source, list) else []


def _joined(source: object) -> str:
    return "".join(_pieces(source))


class _Places:
    """Where the strings of a notebook stand in its file, found one behind the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.line = 1

    def line_of(self, written: str) -> int:
        """The line of the file that has this string, which comes after all that were asked for before."""
        for form in (json.dumps(written, ensure_ascii=False), json.dumps(written)):
            found = self._text.find(form, self._at)
            if found >= 0:
                self.line += self._text.count("\n", self._at, found)
                self._at = found
                break
        return self.line
