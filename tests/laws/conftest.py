from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from laws.histories import Builder
from laws.remembered import remember

#: Each builder has one of these, and shows itself folders in an order of its own.
HASH_SEEDS = (0, 4242, 31337)


@pytest.fixture(scope="session")
def builders() -> Iterator[Sequence[Builder]]:
    """Processes that build sites. From now on this one, too, remembers what libraries make."""
    remember()
    started = [Builder(seed) for seed in HASH_SEEDS]
    yield started
    for builder in started:
        builder.close()
