"""The files of a published index, as a plain static server gives them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kb.search.document import Document
from search.export_world import exported


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that its base gives it
        """Nothing: a test has no log."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of this folder, with a slash at its end."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def written(files: Mapping[str, bytes], folder: Path) -> None:
    """These files below a folder's `_search/`."""
    for path, data in files.items():
        file = folder / "_search" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def publish(documents: list[Document], folder: Path, language: str = "en") -> dict[str, bytes]:
    """The index of these documents, written and given back."""
    files = exported(documents, language)
    written(files, folder)
    return files
