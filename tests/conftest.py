"""What every test may count on: a cache of its own, steady examples, and the shared corpora.

Hypothesis runs the same modest examples each time, so that a change is red for its own fault alone;
`--hypothesis-profile=long` (or `make laws`) looks further, at other examples in every run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parents[1]

# No deadline: a machine that is busy is no fault of the code. What takes long is measured in benchmarks/.
settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=50,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    max_examples=2000,
    stateful_step_count=20,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("campaign", settings.get_profile("long"), max_examples=20, stateful_step_count=40)
settings.load_profile("ci")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or fills the cache of the person who runs it, nor takes over their settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KB_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        for name in ("NO_COLOR", "FORCE_COLOR", "SOURCE_DATE_EPOCH"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def corpus() -> Callable[[str], Path]:
    """Where a folder of shared/corpora is; the test is skipped, with its name, where it is absent.

    The folder is taken from KB_CORPORA, else from ``../shared/corpora`` beside the checkout.
    """
    corpora = Path(os.environ.get("KB_CORPORA", REPOSITORY.parent / "shared" / "corpora"))

    def find(name: str) -> Path:
        if not (corpora / name).exists():
            pytest.skip(f"the corpus {name!r} is not in {corpora} (set KB_CORPORA)")
        return corpora / name

    return find
