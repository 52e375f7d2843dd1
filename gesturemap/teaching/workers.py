"""Cells in worker processes; results come in the order of the cells, whoever was first."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

from gesturemap.teaching.play import Request

R = TypeVar("R")
Done = Callable[[int, int], None]
"""Called with how many cells are done, of how many."""
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def work(
    function: Callable[[Request, Any], R], request: Request, cells: Sequence[Any], jobs: int, done: Done
) -> list[R]:
    """The result of `function(request, cell)` for each cell.

    Parameters
    ----------
    jobs : processes; with 1 everything happens in this one.
    """
    results: list[R] = []
    jobs = min(jobs, len(cells))
    with _several(jobs) if jobs > 1 else contextlib.nullcontext() as pool:
        made = (
            pool.map(function, [request] * len(cells), cells)
            if pool
            else (function(request, c) for c in cells)
        )
        for result in made:
            results.append(result)
            done(len(results), len(cells))
    return results


@contextlib.contextmanager
def _several(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes of one thread each; what has not begun is given up on an error."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
