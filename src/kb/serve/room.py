"""How many connections there is room for: each is an open file, of which a process may have only so many.

The files of the site have to be opened, too. Where all are taken by connections, no note can be read.
"""

from __future__ import annotations

import sys


def room_for(most: int, part: float) -> int:
    """As many as `most`, but no more than this part of the files that the process may have open; at least one."""
    if sys.platform == "win32":
        return most
    import resource  # noqa: PLC0415 - Windows has none

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return most if limit == resource.RLIM_INFINITY else max(1, min(most, int(limit * part)))
