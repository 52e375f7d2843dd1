"""Several processes need the same kernels: they share the work, and nobody waits for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

LOADING = """
import sys
from gesturemap import compiled
compiled.STUCK = float(sys.argv[1])
sys.stdin.readline()
shares = []
compiled.load(sys.argv[2:], lambda what, done: (shares.append(done), print(what, flush=True)))
assert shares == sorted(set(shares)) and all(0.0 <= share < 1.0 for share in shares), shares
print("ready", flush=True)
"""
HOLDING = """
import sys
from pathlib import Path
from gesturemap import compiled
import importlib
locks = []
for kernel, _ in importlib.import_module(sys.argv[1]).KERNELS:
    locks.append(compiled.Locks())
    print("held", locks[-1].take(Path(kernel._cache.cache_path), compiled._name(kernel)), flush=True)
print("all", flush=True)
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
        held = list(iter(holder.stdout.readline, "all\n"))
        assert held and set(held) == {"held True\n"}
        if ending == "killed":
            holder.kill()
            holder.wait(10)
        with process(LOADING, tmp_path, 0.2 if ending == "stuck" else 1e6, MODULES[0]) as other:
            *parts, last = said(other)
    assert parts
    assert last == "ready"


def test_a_cache_that_cannot_be_locked_keeps_nobody_from_compiling(tmp_path: Path) -> None:
    from gesturemap.compiled import Locks

    (tmp_path / "file").write_text("")
    locks = Locks()
    assert locks.take(tmp_path / "file", "kernel")
    locks.release()
    locks.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_kernels_that_cannot_be_kept_are_compiled_and_that_is_said_in_one_line(tmp_path: Path) -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))  # as a full disk does
import importlib, sys
from gesturemap import compiled
fault = compiled.load(sys.argv[1:])
print(all(kernel.signatures for name in sys.argv[1:] for kernel, _ in importlib.import_module(name).KERNELS))
print(fault, flush=True)
"""
    with process(code, tmp_path, *MODULES) as made:
        ready, line = said(made)
    assert ready == "True"
    assert line.startswith("kept kernels, ") and "cannot be written (File too large)" in line
    assert "NUMBA_CACHE_DIR" in line


def test_a_module_named_twice_is_compiled_and_told_once(tmp_path: Path) -> None:
    for expected in (True, False):
        with process(LOADING, tmp_path, 60.0, MODULES[0], MODULES[0]) as made:
            assert (len(said(made)) > 1) is expected


def test_no_kind_of_model_names_a_module_twice() -> None:
    from gesturemap.models import OF_PLAY, kernels

    for kind in OF_PLAY:
        names = kernels(kind, fitting=True)
        assert len(set(names)) == len(names)
