"""Work spread over processes gives what one process gives, and survives the death of some."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from kb.disk import parallel
from kb.disk.parallel import Died, WorkerError, batch_sizes, beside, spread, workers_for


def squares(offset: int, batch: Sequence[int]) -> list[int]:
    return [number * number + offset for number in batch]


def dies_on_seven(_: int, batch: Sequence[int]) -> list[int]:
    if 7 in batch:
        os.kill(os.getpid(), signal.SIGKILL)
    return list(batch)


def fails_on_seven(_: int, batch: Sequence[int]) -> list[int]:
    if 7 in batch:
        raise ZeroDivisionError("seven")
    return list(batch)


def batches(count: int, size: int = 4) -> list[list[int]]:
    return [list(range(start, min(start + size, count))) for start in range(0, count, size)]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_workers_gives_the_same_results(workers: int) -> None:
    results = spread(squares, batches(50), workers, lambda: 1)
    flat = [number for result in results if isinstance(result, list) for number in result]
    assert sorted(flat) == [number * number + 1 for number in range(50)]


def test_an_item_that_kills_its_worker_is_named_and_all_others_are_done() -> None:
    results = list(spread(dies_on_seven, batches(20), 2, lambda: 0))
    assert [result for result in results if isinstance(result, Died)] == [Died(7, "killed by SIGKILL")]
    done = sorted(number for result in results if isinstance(result, list) for number in result)
    assert done == [number for number in range(20) if number != 7]


def wants_too_much(_: int, batch: Sequence[int]) -> list[int]:
    if 7 in batch:
        raise MemoryError
    return [os.getpid()] * len(batch)


def test_an_item_for_which_there_is_not_enough_memory_is_named_and_all_others_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parallel, "can_fork", lambda: True)  # whatever threads other tests have left
    results = list(spread(wants_too_much, batches(9), 1, lambda: 0, apart=True))
    assert [result for result in results if isinstance(result, Died)] == [
        Died(7, "there was not enough memory")
    ]
    done = [process for result in results if isinstance(result, list) for process in result]
    assert len(done) == 8
    assert os.getpid() not in done


def test_an_exception_flies_in_the_parent_and_says_where_it_came_from() -> None:
    with pytest.raises(WorkerError, match=r"(?s)in fails_on_seven.*ZeroDivisionError: seven"):
        list(spread(fails_on_seven, batches(20), 2, lambda: 0))
    with pytest.raises(ZeroDivisionError, match="seven"):
        list(spread(fails_on_seven, batches(20), 1, lambda: 0))


def test_results_larger_than_a_pipe_arrive_whole() -> None:
    results = spread(lambda _, batch: "x" * 300_000 * len(batch), batches(8), 2, lambda: 0)
    assert sorted(len(str(result)) for result in results) == [1_200_000, 1_200_000]


def test_leaving_the_loop_early_leaves_no_process() -> None:
    before = children()
    with closing(spread(squares, batches(1000), 2, lambda: 0)) as results:
        next(results)
    assert children() == before


def test_a_factory_is_called_only_where_there_is_work() -> None:
    def never() -> int:
        raise AssertionError

    assert list(spread(squares, [], 1, never)) == []
    assert list(spread(squares, [], 2, never)) == []


def test_few_items_or_running_threads_mean_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as alone:  # an earlier test may have left a thread
        alone.setattr("threading.active_count", lambda: 1)
        assert workers_for(10, 8) == 1
        assert workers_for(10_000, 3) == 3
        assert workers_for(10_000, 1) == 1
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert workers_for(10_000, 4) == 1
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.parametrize("items", [0, 1, 7, 100, 1281, 100_000])
def test_batches_hold_all_items_and_are_smaller_towards_the_end(items: int, workers: int) -> None:
    sizes = list(batch_sizes(items, workers))
    assert sum(sizes) == items
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes) <= set(range(1, 65))
    assert sizes[-workers:] == [1] * min(workers, items)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import time, os\n"
        "from contextlib import closing\n"
        "from kb.disk.parallel import spread\n"
        "def work(state, batch):\n"
        "    open(f'{batch[0]}.pid', 'w').write(str(os.getpid()))\n"
        "    time.sleep(0.2)\n"
        "with closing(spread(work, [[n] for n in range(100)], 2, lambda: 1)) as results:\n"
        "    for _ in results: pass\n"
    )
    parent = subprocess.Popen(
        [sys.executable, script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.DEVNULL,
    )
    while len(list(tmp_path.glob("*.pid"))) < 2:
        time.sleep(0.01)
    parent.send_signal(how)
    parent.wait(5)
    pids = [int(text) for path in tmp_path.glob("*.pid") if (text := path.read_text())]
    deadline = time.monotonic() + 3
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def test_work_beside_is_done_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    # A thread that an earlier test left behind would keep the work in this process.
    monkeypatch.setattr("threading.active_count", lambda: 1)
    result = beside(lambda: str(os.getpid()).encode())
    assert int(result()) != os.getpid()


def test_what_work_beside_gives_may_be_large_or_nothing() -> None:
    assert beside(lambda: b"x" * 5_000_000)() == b"x" * 5_000_000
    assert beside(lambda: b"")() == b""


def test_work_beside_whose_process_dies_is_done_here() -> None:
    here = os.getpid()

    def work() -> bytes:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"done"

    assert beside(work)() == b"done"


def test_a_mistake_in_work_beside_flies_here() -> None:
    with pytest.raises(ZeroDivisionError):
        beside(lambda: bytes([1 // 0]))()


def test_under_threads_no_process_is_made_for_work_beside() -> None:
    wait = threading.Event()
    thread = threading.Thread(target=wait.wait)
    thread.start()
    try:
        assert int(beside(lambda: str(os.getpid()).encode())()) == os.getpid()
    finally:
        wait.set()
        thread.join()
