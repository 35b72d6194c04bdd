"""Small collections of documents, and their published index in a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hypothesis import strategies as st

from kb.search.analysis import analyse, lexicon
from kb.search.document import Analysis, Document, Section
from kb.search.export.fragments import fragment
from kb.search.export.order import Published
from kb.search.export.shards import Shards
from kb.search.export.whole import whole
from kb.search.inverted import Inverted, known_of

#: Words with stems in common, stop words, another script, one character words, words beyond the BMP.
WORDS = (
    "run running runs walk walked walking walks die dying the of über Uber café c++ c# 日本 語 новый news new "
    "happy happiness happily a1 v1.4.0 std::vector 𝐁𝐨𝐥𝐝 𐐷𐐷 zebra sky skies abcs generalization"
).split()


def document(  # noqa: PLR0913, PLR0917 - all that search knows of one
    path: str,
    title: str = "",
    text: str = "",
    date: str = "",
    tags: Sequence[str] = (),
    heading: str = "",
    kind: str = "note",
    rating: int | None = None,
) -> Document:
    """A document with one heading or none; its digest tells its content."""
    sections = (Section("", "", 1, text), *((Section("h", heading, 3, text[::-1]),) if heading else ()))
    digest = repr((title, text, date, tuple(tags), heading, kind, rating))
    return Document(
        path, digest, title, f"{path.removesuffix('.md')}/", date, kind, tuple(tags), sections, rating
    )


def documents() -> st.SearchStrategy[list[Document]]:
    """Documents with different paths."""
    texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
    return st.lists(
        st.builds(
            document,
            st.sampled_from([f"{name}.md" for name in "abcdefgh"]),
            texts,
            texts,
            st.sampled_from(("", "", "2024-01-01", "2024-01-01T10:00:00", "2025-03-04")),
            st.lists(st.sampled_from(("x", "X", "x/y", "Über/z")), max_size=2),
            texts,
            st.sampled_from(("note", "Review")),
            st.sampled_from((None, None, 0, 350, 500)),
        ),
        unique_by=lambda found: found.path,
        max_size=8,
    )


def published(found: Iterable[Document]) -> list[Published]:
    """Documents in their order."""
    ordered = sorted(found, key=lambda each: (each.date, each.path))
    return [Published(known_of(each), each.digest) for each in ordered]


def analyses(found: Iterable[Document], language: str = "en") -> list[Analysis]:
    """What each document adds, in their order."""
    words = lexicon(language)
    return [analyse(each, words) for each in sorted(found, key=lambda each: (each.date, each.path))]


def exported(found: Sequence[Document], language: str = "en") -> dict[str, bytes]:
    """All files of the index of these documents, from nothing."""
    files = whole(published(found), analyses(found, language), language)
    return {**{path: data for path, data in files.items() if data is not None}, **fragments(found)}


def fragments(found: Iterable[Document]) -> dict[str, bytes]:
    """The fragments of these documents."""
    ordered = sorted(found, key=lambda each: (each.date, each.path))
    return {f"f/{number}.bin": fragment(each) for number, each in enumerate(ordered)}


def shards(files: Mapping[str, bytes]) -> Shards:
    """The index in these files."""
    return Shards(files.__getitem__)


def inverted(found: Iterable[Document], language: str = "en") -> Inverted:
    """The index of the same documents in memory."""
    return Inverted((known_of(each), analyse(each, lexicon(language))) for each in found)
