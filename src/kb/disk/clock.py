"""What time it is, for the one question that depends on it: which notes lie in the future."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Zones:
    """The time zones that this machine knows: ``"Europe/Berlin" in Zones()``. No list: it would be a walk of files."""

    def __contains__(self, name: object) -> bool:
        try:
            return name == "UTC" or bool(ZoneInfo(str(name)))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return False


def now_in(timezone: str) -> datetime:
    """The present, or ``SOURCE_DATE_EPOCH`` where that is set, in this IANA zone.

    Raises ``LookupError`` for a zone that this machine does not know.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    if timezone == "UTC":
        return moment
    try:
        return moment.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"no time zone is called {timezone!r}"
        raise LookupError(message) from error
