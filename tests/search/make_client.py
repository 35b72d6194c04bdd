"""Makes what is sent to browsers out of the parts of the client: `PYTHONPATH=src:tests python tests/search/make_client.py`."""

from __future__ import annotations

from kb.search.script import FOLDER, MADE, around
from kb.search.stems import LANGUAGES, primary
from search.small import small

#: In the order in which they build on each other.
PARTS = ("words", "query", "files", "shards", "ranking", "passages", "client")


def made(stemmer: str, more: str = "") -> str:
    """The parts as they are sent, with the stemmer of this name if it is ours; `more` sees what is in them."""
    own = (stemmer,) if stemmer in MADE and stemmer else ()
    texts = [(FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in (*own, *PARTS)]
    return small("\n".join([*texts, more])) + "\n"


def made_for(language: str, more: str) -> bytes:
    """The client for a language, with `more` for a test."""
    return around(made(LANGUAGES.get(primary(language), ""), more), language)


if __name__ == "__main__":
    for stemmer, file in MADE.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(made(stemmer), encoding="utf-8")
