"""Compiled kernels: few, with explicit signatures, cached on disk, and announced while they compile.

A module with kernels decorates them with `kernel` and lists them in ``KERNELS`` as pairs of function and
signature; `load` compiles (or reads from the cache) what a process needs before it starts to play.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])
Report = Callable[[str, float], None]
"""Called with what is being compiled and the fraction done, 0..1."""


def kernel(function: F) -> F:
    """Mark a function for compilation: no interpreter lock, no Python objects, cached beside the module."""
    return cast(F, numba.njit(function, nogil=True, cache=True, error_model="numpy"))


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
