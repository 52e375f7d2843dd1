"""Compiled kernels: few, with explicit signatures, cached on disk, and announced while they compile.

A module with kernels decorates them with `kernel` and lists them in ``KERNELS`` as pairs of function and
signature; `load` compiles (or reads from the cache) what a process needs before it starts to play.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import shutil
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs

F = TypeVar("F", bound=Callable[..., Any])
MOST_KEPT = 4
"""Generations of a room's kernels."""
Report = Callable[[str, float], None]
"""Called with what is being compiled and the fraction done, 0..1."""


def kernel(function: F) -> F:
    """Mark a function for compilation: no interpreter lock, no Python objects, kept in the user's cache.

    A product and the sum after it may be one instruction, rounded once; sums are never taken in another order.
    """
    return _compiled(function, nogil=True)


def brief(function: F) -> F:
    """Mark the step of a single frame, which keeps the interpreter lock: all else is as in `kernel`.

    Giving the lock back for a few microseconds costs more than it saves: whoever takes it meanwhile keeps it for
    milliseconds.
    """
    return _compiled(function, nogil=False)


def inlined(function: F) -> F:
    """Mark a few lines that kernels share and call often: they are written into each, as handing arrays over costs."""
    return _compiled(function, nogil=True, inline=True)


def _compiled(function: F, nogil: bool, inline: bool = False) -> F:
    numba.config.CACHE_DIR = str(  # type: ignore[attr-defined]  # made at run time
        cache_of(Path(function.__code__.co_filename).parent)
    )
    return cast(
        F,
        numba.njit(
            function, nogil=nogil, forceinline=inline, cache=True, error_model="numpy", fastmath={"contract"}
        ),
    )


@cache
def cache_of(room: Path) -> Path:
    """Where the kernels of a room are kept: another folder whenever a file of the room has changed.

    A kernel may have another file's kernel in it; its own file's date does not tell when that one changes.
    """
    files = sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in room.glob("*.py"))
    stamp = hashlib.sha256(repr((files, numba.__version__)).encode()).hexdigest()[:12]
    base = Path(
        os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("gesturemap", appauthor=False)
    )
    kept = base / "kernels" / f"{room.name}-{stamp}"
    if not kept.exists():
        _forget_old(kept)
    return kept


def _forget_old(new: Path) -> None:
    """Keep only the newest few folders of a room's kernels."""
    with contextlib.suppress(OSError):
        older = sorted(
            new.parent.glob(f"{new.name.rpartition('-')[0]}-*"), key=lambda path: path.stat().st_mtime
        )
        for folder in older[: -MOST_KEPT + 1]:
            shutil.rmtree(folder, ignore_errors=True)


def load(modules: Iterable[str], report: Report | None = None) -> None:
    """Make every kernel of these modules ready to be called without compiling.

    Parameters
    ----------
    modules : full names, each with a tuple ``KERNELS`` of (kernel, signature).
    report : told what is compiled, and how far it is; silent about what is cached.
    """
    work = [pair for name in modules for pair in importlib.import_module(name).KERNELS]
    for index, (function, signature) in enumerate(work):
        if report and not is_cached(function):
            report(f"{function.py_func.__module__.rpartition('.')[2]}.{function.__name__}", index / len(work))
        function.compile(signature)


def is_cached(function: Any) -> bool:
    """Whether a kernel was compiled on this machine before."""
    module = function.py_func.__module__.rpartition(".")[2]
    folder = getattr(getattr(function, "_cache", None), "cache_path", None)
    return folder is not None and any(Path(folder).glob(f"{module}.{function.__name__}-*.nbi"))
