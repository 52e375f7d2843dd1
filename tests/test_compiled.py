"""Several processes need the same kernels: one compiles them, the others wait for the cache, and nobody for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LOADING = """
import sys
from gesturemap import compiled
compiled.STUCK = float(sys.argv[1])
sys.stdin.readline()
compiled.load(sys.argv[2:], lambda what, done: print(what, flush=True))
print("ready", flush=True)
"""
HOLDING = """
import sys
from pathlib import Path
from gesturemap import compiled
import importlib
kernel, _ = importlib.import_module(sys.argv[1]).KERNELS[0]
lock = compiled.Lock(Path(kernel._cache.cache_path))
lock.acquire(lambda: False)
print("held", lock._handle >= 0, flush=True)
sys.stdin.readline()
"""
MODULES = ("gesturemap.features.median", "gesturemap.features.biquad")


@contextmanager
def process(code: str, cache: Path, *words: object) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as made:  # fmt: skip
        try:
            yield made
        finally:
            made.kill()


def said(made: subprocess.Popen[str]) -> list[str]:
    out, _ = made.communicate("go\n", timeout=100)
    return out.splitlines()


def test_each_kernel_is_compiled_and_told_by_one_process_only(tmp_path: Path) -> None:
    with (
        process(LOADING, tmp_path, 60.0, *MODULES) as first,
        process(LOADING, tmp_path, 60.0, *MODULES) as second,
    ):
        for each in (first, second):
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        told = said(first) + said(second)
    assert told.count("ready") == 2
    parts = [line for line in told if line != "ready"]
    assert len(parts) >= 2
    assert len(set(parts)) == len(parts)
    with process(LOADING, tmp_path, 60.0, *MODULES) as third:
        assert said(third) == ["ready"]


@pytest.mark.parametrize("ending", ["stuck", "killed"])
def test_nobody_waits_for_ever(tmp_path: Path, ending: str) -> None:
    """One that holds the lock and makes nothing is passed by, and the system takes the lock from one that died."""
    with process(HOLDING, tmp_path, MODULES[0]) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held True\n"
        if ending == "killed":
            holder.kill()
            holder.wait(10)
        with process(LOADING, tmp_path, 0.2 if ending == "stuck" else 1e6, MODULES[0]) as other:
            *parts, last = said(other)
    assert parts
    assert last == "ready"


def test_a_cache_that_cannot_be_locked_keeps_nobody_from_compiling(tmp_path: Path) -> None:
    from gesturemap.compiled import Lock

    (tmp_path / "file").write_text("")
    lock = Lock(tmp_path / "file")
    lock.acquire(lambda: False)
    lock.close()
