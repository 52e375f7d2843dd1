"""Compiled kernels: few, with explicit signatures, cached on disk, and announced while they compile.

A module with kernels decorates them with `kernel` and lists them in ``KERNELS`` as pairs of function and
signature; `load` compiles (or reads from the cache) what a process needs before it starts to play. Where several
processes need the same, one compiles it and the others wait for the cache.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

F = TypeVar("F", bound=Callable[..., Any])
MOST_KEPT = 4
"""Generations of a room's kernels."""
LOCK = "compiling.lock"
"""The file that whoever compiles for a room holds locked; the system lets go of it when a process dies."""
LOOK = 0.05
"""Seconds between two looks whether another process has compiled what is wanted."""
BUSY = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK)
"""What systems say of a lock that another process holds."""
STUCK = 60.0
"""Seconds without anything new in the cache after which nobody is waited for any more."""
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

    Where another process compiles for the same room, what it makes is waited for.

    Parameters
    ----------
    modules : full names, each with a tuple ``KERNELS`` of (kernel, signature).
    report : told what is compiled, and how far it is; silent about what is cached, or what another process compiles.
    """
    work = [pair for name in modules for pair in importlib.import_module(name).KERNELS]
    signatures: Counter[Any] = Counter()
    lock = Lock(None)
    try:
        for index, (function, signature) in enumerate(work):
            signatures[function] += 1
            if not _is_kept(function, signatures[function]):
                lock = lock.of(_folder(function))
                lock.acquire(partial(_is_kept, function, signatures[function]))
                if report and not _is_kept(function, signatures[function]):
                    report(_name(function), index / len(work))
            function.compile(signature)
    finally:
        lock.close()


def is_cached(function: Any) -> bool:
    """Whether a kernel was compiled on this machine before."""
    return _is_kept(function, 1)


def _folder(function: Any) -> Path | None:
    """Where a kernel is kept, if anywhere."""
    folder = getattr(getattr(function, "_cache", None), "cache_path", None)
    return None if folder is None else Path(folder)


def _name(function: Any) -> str:
    return f"{function.py_func.__module__.rpartition('.')[2]}.{function.__name__}"


def _is_kept(function: Any, signatures: int) -> bool:
    """Whether a kernel is in the cache for so many signatures."""
    folder = _folder(function)
    return folder is not None and sum(1 for _ in folder.glob(f"{_name(function)}-*.nbc")) >= signatures


class Lock:
    """The right to compile for one room, by the system's own means; without a folder there is nothing to share."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._handle = -1
        self._given_up = folder is None

    def of(self, folder: Path | None) -> Lock:
        """This one, or another room's: then this one is let go of, as who holds two could wait for ever."""
        if folder == self._folder:
            return self
        self.close()
        return Lock(folder)

    def acquire(self, made: Callable[[], bool]) -> None:
        """Wait until it is ours, until another process has `made` what is wanted, or until nobody makes anything.

        A folder that cannot be written, or a system that cannot lock, keeps nobody from compiling.
        """
        newest, since = self._newest(), time.monotonic()
        while self._handle < 0 and not self._given_up and not made() and not self._take():
            now = time.monotonic()
            if (there := self._newest()) != newest:
                newest, since = there, now
            self._given_up = self._given_up or now - since > STUCK
            time.sleep(LOOK)

    def _newest(self) -> int:
        with contextlib.suppress(OSError):
            return self._folder.stat().st_mtime_ns if self._folder else 0
        return 0

    def _take(self) -> bool:
        assert self._folder is not None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:
            self._given_up = True
            return False
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            self._given_up = error.errno not in BUSY
            return False
        self._handle = handle
        return True

    def close(self) -> None:
        """Let go of it; safe to call twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _lock(handle: int) -> None:
    """Lock a file for this process, at once or not at all."""
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
