"""The browser's client in a process of Node, asked from Python."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from search.make_client import made_for

#: What the tests look at. A test may ask for any of them by name.
INSIDE = """
globalThis.inside = {
  fold,
  compare,
  each: (name, cases) => cases.map((values) => globalThis.inside[name](...values) ?? null),
  tokens,
  term: termOf,
  create: (options) => {
    globalThis.base = options.base;
    globalThis.engine = KBSearch.create(options);
  },
  base: () => globalThis.base,
  search: (query, options) => globalThis.engine.search(query, options),
  parse: (text) => {
    const { tree = null, hint, easy, typing } = parse(text);
    return { tree, hint, easy, typing };
  },
};
"""


class Client:
    """The client. One answer to each question, in order."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, name: str, *values: object) -> object:
        """What a function of the client gives for these values."""
        source, sink = self._process.stdin, self._process.stdout
        assert source
        assert sink
        source.write(json.dumps([name, *values]) + "\n")
        source.flush()
        line = sink.readline()
        assert line, "the client's script has ended; what it said stands above"
        return json.loads(line)

    def each(self, name: str, cases: Sequence[Sequence[object]]) -> list[object]:
        """What a function gives for each of these lists of values."""
        answers = self.ask("each", name, cases)
        assert isinstance(answers, list)
        return answers


@contextmanager
def started(folder: Path, language: str = "en", more: str = INSIDE) -> Iterator[Client]:
    """The client for a language. The test is skipped, by name, where there is no Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the client's script runs in Node, and there is none")
    script = folder / f"client.{language}.js"
    script.write_bytes(made_for(language, more))
    command = [node, str(Path(__file__).with_name("client.mjs")), str(script)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield Client(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait() == 0
