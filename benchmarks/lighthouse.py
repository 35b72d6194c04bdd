"""Lighthouse's four scores for the main pages of this repository's own site.

``make lighthouse``. The site is built, served packed as web servers do, and looked at by the Chromium of this machine
as a slow phone would see it. Lighthouse is Google's; npm fetches it for this run (``npx``).
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LIGHTHOUSE = "lighthouse@12.8.2"
REPOSITORY = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PAGES = {
    "home": "",
    "note": "ml/machine-learning-debt/",
    "tag": "tags/ml/",
    "review": "films/aruvi/",
    "search": "search/",
    "contents": "contents/",
}
#: Looked at and told, with no bar: what is found is fetched when the page is there, and is its largest part.
ANSWERED = {"found": "search/?q=mean"}
TEXT = (".html", ".css", ".js", ".json", ".xml", ".svg", ".txt")


class Packed(SimpleHTTPRequestHandler):
    """A server that sends texts packed, and lets what has a digest in its name be kept."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        if not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        kind = self.guess_type(file)
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        if file.suffix in TEXT:
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        kept = "max-age=31536000, immutable" if "/_" in self.path else "max-age=60"
        self.send_header("Cache-Control", kept)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def scores(address: str, browser: str, folder: Path) -> dict[str, int]:
    """What Lighthouse says of a page, each from 0 to 100."""
    report = folder / "report.json"
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    command = [
        "npx",
        "--yes",
        LIGHTHOUSE,
        address,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        flags,
    ]
    subprocess.run(command, env={**os.environ, "CHROME_PATH": browser}, check=True, capture_output=True)
    categories = json.loads(report.read_text("utf-8"))["categories"]
    return {name: round(100 * each["score"]) for name, each in categories.items()}


def main() -> int:
    """Print a line for each page; 1 if one of `PAGES` has less than 100 of anything."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None or shutil.which("npx") is None:
        print("this takes a Chromium and npm")
        return 2
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        command = [
            sys.executable,
            "-m",
            "kb",
            "--cache-dir",
            str(Path(name) / "cache"),
            "build",
            "--output",
            str(site),
        ]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
        with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Packed, directory=str(site))) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            found = {
                page: scores(f"http://127.0.0.1:{server.server_port}/{path}", browser, Path(name))
                for page, path in (PAGES | ANSWERED).items()
            }
            server.shutdown()
    for page, said in found.items():
        print(f"{page:10}" + "  ".join(f"{what} {score}" for what, score in said.items()))
    return int(any(score < 100 for page in PAGES for score in found[page].values()))


if __name__ == "__main__":
    sys.exit(main())
