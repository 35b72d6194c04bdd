"""Which notes a published site may know of. What is withheld never enters its vault."""

from __future__ import annotations

from datetime import datetime

from kb.model.note import Note


def why_withheld(note: Note, now: datetime) -> str:
    """Why a note is not published at this moment: "unreadable", "private", "draft", "future", or "".

    ``now`` is in the site's time zone. A date without an offset is meant in that zone, whatever the zone of
    the machine, and a date without a time is a whole day.
    """
    if not note.readable:
        return "unreadable"
    if not note.publish:
        return "private"
    if note.draft:
        return "draft"
    return "future" if note.date and _is_after(note.date, now) else ""


def _is_after(date: str, now: datetime) -> bool:
    if len(date) == len("2026-11-23"):
        return date > now.date().isoformat()
    when = datetime.fromisoformat(date)
    return when > (now if when.tzinfo else now.replace(tzinfo=None))
