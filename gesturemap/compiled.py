"""Compiled kernels: few, with explicit signatures, cached on disk, and announced while they compile.

A module with kernels decorates them with `kernel` and lists them in ``KERNELS`` as pairs of function and
signature; `load` compiles (or reads from the cache) what a process needs before it starts to play. Where several
processes need the same, they share the work.
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
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs
from numba.core.caching import FunctionCache

from gesturemap.errors import FileError

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
    made: Any = numba.njit(
        function, nogil=nogil, forceinline=inline, error_model="numpy", fastmath={"contract"}
    )
    with contextlib.suppress(OSError, RuntimeError):  # nowhere can anything be kept: it is compiled each time
        made._cache = Kept(function)  # type: ignore[no-untyped-call]
    return cast(F, made)


class Kept(FunctionCache):
    """A kernel's place in the cache. One that cannot be written, such as on a full disk, keeps nobody from playing."""

    fault: OSError | None = None
    """Why the kernel could not be kept."""

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, if that can be done; it is of use in this process anyway."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except OSError as error:
            self.fault = error


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


def load(modules: Iterable[str], report: Report | None = None) -> FileError | None:
    """Make every kernel of these modules ready to be called without compiling.

    Where several processes need the same, each compiles what no other one is at, and waits for the rest. Returns
    what is to be said where they could not be kept for the next start.

    Parameters
    ----------
    modules : full names, each with a tuple ``KERNELS`` of (kernel, signature); one that comes twice counts once.
    report : told what is compiled, and how far it is; silent about what is cached, or what another process compiles.
    """
    work = [pair for name in dict.fromkeys(modules) for pair in importlib.import_module(name).KERNELS]
    seen: Counter[Any] = Counter()
    waiting = []
    for function, signature in work:
        seen[function] += 1
        waiting.append((function, signature, seen[function]))
    locks, since, newest = Locks(), time.monotonic(), 0
    try:
        while waiting:
            left: list[tuple[Any, Any, int]] = []
            for index, (function, signature, number) in enumerate(waiting):
                if not _is_kept(function, number):
                    if not locks.take(_folder(function), _name(function)):
                        left.append((function, signature, number))
                        continue
                    if report and not _is_kept(function, number):
                        report(_name(function), 1.0 - (len(waiting) - index + len(left)) / len(work))
                function.compile(signature)
                locks.release()
            if len(left) == len(waiting):  # others are at all of them
                there, now = max(_changed(_folder(function)) for function, _, _ in left), time.monotonic()
                newest, since = (there, now) if there != newest else (newest, since)
                locks.given_up = now - since > STUCK
                time.sleep(LOOK)  # they may die: waiting for their locks could be for ever
            waiting = left
    finally:
        locks.close()
    return _not_kept(function for function, _ in work)


def _not_kept(functions: Iterable[Any]) -> FileError | None:
    """Why some of these could not be kept; None where all could."""
    for function in functions:
        folder, fault = _folder(function), getattr(function._cache, "fault", None)
        if folder is None or fault is not None:
            return FileError(
                f"kept kernels, {folder.parent if folder else 'no folder'}",
                f"cannot be written ({fault.strerror or fault if fault else 'no place for them was found'})",
                "they are compiled anew at each start, which takes a minute or so; all else is as ever",
                "make room there, or name another folder in the environment variable NUMBA_CACHE_DIR",
            )
    return None


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


def _changed(folder: Path | None) -> int:
    """When something was last put into a folder."""
    with contextlib.suppress(OSError):
        return folder.stat().st_mtime_ns if folder else 0
    return 0


class Locks:
    """The right to compile a kernel: a byte of a file in its room's folder, locked by the system's own means.

    A folder that cannot be written, or a system that cannot lock, keeps nobody from compiling.
    """

    def __init__(self) -> None:
        self.given_up = False
        """Nobody makes anything any more: whatever is wanted is compiled here."""
        self._handles: dict[Path, int] = {}
        self._held: tuple[int, int] | None = None

    def take(self, folder: Path | None, name: str) -> bool:
        """Whether this process may compile a kernel now; then `release` it before the next."""
        if folder is None or self.given_up:
            return True
        place = zlib.crc32(name.encode()) >> 2
        try:
            if folder not in self._handles:
                folder.mkdir(parents=True, exist_ok=True)
                self._handles[folder] = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:
            return True
        try:
            _lock(self._handles[folder], place)
        except OSError as error:
            return error.errno not in BUSY
        self._held = (self._handles[folder], place)
        return True

    def release(self) -> None:
        """Let the others have it."""
        if self._held:
            _unlock(*self._held)
        self._held = None

    def close(self) -> None:
        """Let go of all; safe to call twice."""
        for handle in self._handles.values():
            os.close(handle)
        self._handles.clear()
        self._held = None


def _lock(handle: int, place: int) -> None:
    """Lock a byte of a file for this process, at once or not at all."""
    if sys.platform == "win32":
        os.lseek(handle, place, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)


def _unlock(handle: int, place: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, place, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.lockf(handle, fcntl.LOCK_UN, 1, place)
