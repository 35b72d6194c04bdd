"""Does this Whoosh read what we write as it reads what it writes itself? Asked once for each version, and remembered.

Our writer relies on how Whoosh's files are laid out. A new Whoosh may lay them out otherwise; then everything goes
through its public interface (`plain`), which is slower, and says the same.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import whoosh
from whoosh.index import open_dir

from kb.search.analysis import packed
from kb.search.document import HEADING, TAGS, TITLE, Analysis
from kb.search.index import Known
from kb.search.whoosh.fields import MARKS, PATH, TEXTS
from kb.search.whoosh.files import SegmentFiles
from kb.search.whoosh.plain import PlainSegment, commit_plainly
from kb.search.whoosh.tables import Entry

#: Raised whenever the test asks more.
_VERSION = 1
#: More documents than two blocks of postings hold.
_MANY = 300
_FAST, _PLAIN = b"fast\n", b"plain\n"


def writes_fast(folder: Path) -> bool:
    """Whether our own writer can be used with the Whoosh that is installed. The answer is kept in `folder`."""
    name = blake2b(repr((_VERSION, whoosh.__version__, _own_code())).encode(), digest_size=8).hexdigest()
    answer = folder / f"self-test-{name}"
    try:
        return answer.read_bytes() == _FAST
    except FileNotFoundError:
        same = passes()
        answer.write_bytes(_FAST if same else _PLAIN)
        return same


def passes() -> bool:
    """Write a few documents by either writer, and compare all that Whoosh, and we, then read."""
    ours, theirs = Path(tempfile.mkdtemp(prefix="kb-")), Path(tempfile.mkdtemp(prefix="kb-"))
    try:
        from kb.search.whoosh import writing  # noqa: PLC0415 - it may not even be importable

        (part,) = writing.write_parts(ours, _documents())
        writing.commit(ours, 1, (part,))
        other = commit_plainly(theirs, (), (), _documents())
        if other is None or _all(ours) != _all(theirs):
            return False
        fast, plain = SegmentFiles(ours, part), PlainSegment(theirs, other)
        fields = (TEXTS, PATH, *MARKS.values())
        terms = {"common", "rare", "far", "often", "üß語", "n/7.md", "none"}
        for field in fields:
            for term in sorted(terms):
                mine, its = fast.postings(field, term), plain.postings(field, term)
                if (mine and mine[:2]) != (its and its[:2]):
                    return False
    except Exception:  # noqa: BLE001 - Whoosh raises `Exception` itself; whatever flies, the answer is no
        return False
    finally:
        shutil.rmtree(ours, ignore_errors=True)
        shutil.rmtree(theirs, ignore_errors=True)
    return True


def _own_code() -> bytes:
    return b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))


def _all(folder: Path) -> list[Any]:
    """Everything that Whoosh reads in an index."""
    with open_dir(str(folder)).reader() as reader:
        docs = list(reader.all_doc_ids())
        found: list[Any] = [
            sorted(reader.all_terms()),
            [reader.stored_fields(doc) for doc in docs],
            [reader.doc_field_length(doc, TEXTS) for doc in docs],
            reader.field_length(TEXTS),
        ]
        for field, term in reader.all_terms():
            info = reader.term_info(field, term)
            matcher = reader.postings(field, term)
            while matcher.is_active():
                where = matcher.value_as("positions") if field == TEXTS else None
                found.append((field, term, matcher.id(), matcher.weight(), where))
                matcher.next()
            numbers = (info.weight(), info.doc_frequency(), info.max_weight(), info.min_id(), info.max_id())
            found.append((numbers, (info.min_length(), info.max_length()) if field == TEXTS else ()))
        return found


def _documents() -> Iterator[Entry]:
    """Documents that use every way in which postings are kept: one block and several, near and far positions, marks."""
    for number in range(_MANY):
        terms = {"common": ([number % 5, 300], 2 + number % 3 * 5, number % 8)}
        if number % 7 == 0:
            terms["often"] = (list(range(10, 10 + number)) or [9], 2 * (number or 1), TITLE)
        if number == 9:  # noqa: PLR2004 - any one
            terms |= {
                "rare": ([70000], 2, 0),
                "far": ([1, 300, 70000], 6, HEADING | TAGS),
                "üß語": ([5], 12, TITLE),
            }
        yield Entry(
            Known(f"n/{number}.md", "", "", "", "", ()), f"{number}", _analysis(dict(sorted(terms.items())))
        )


def _analysis(terms: dict[str, tuple[list[int], int, int]]) -> Analysis:
    return Analysis(
        tuple(terms),
        tuple(half for _, half, _ in terms.values()),
        bytes(mask for _, _, mask in terms.values()),
        tuple(_steps(positions) for positions, _, _ in terms.values()),
        sum(len(positions) for positions, _, _ in terms.values()),
        1,
        tuple((term, term) for term in terms),
    )


def _steps(positions: list[int]) -> bytes:
    return packed((len(positions), positions[0], *[after - before for before, after in pairwise(positions)]))
