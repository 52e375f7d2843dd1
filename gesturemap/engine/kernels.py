"""Compiled kernels, made ready before they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gesturemap import commands as c
from gesturemap import compiled
from gesturemap.errors import GesturemapError
from gesturemap.models import kernels

BLOCK = "gesturemap.synth.block"
"""The module whose kernels write what the built-in synth is driven through."""


class Kernels:
    """Makes kernels ready.

    Parameters
    ----------
    send : takes a `Progress` of what is compiled.
    tell : told once if what was compiled cannot be kept.
    """

    def __init__(self, send: Callable[[c.Message], None], tell: Callable[[GesturemapError], None]) -> None:
        self._send, self._tell = send, tell
        self._told = False
        self._prepared: set[str] = set()

    def prepare(self, kind: str, modules: Iterable[str]) -> None:
        """Make those of a kind of model and of the modules around it ready; those that are take no time."""
        wanted = {*modules, *kernels(kind)} - self._prepared
        if not wanted:
            return
        fault = compiled.load(
            sorted(wanted), lambda what, done: self._send(c.Progress("compiling", what, done))
        )
        self._prepared |= wanted
        if fault is not None and not self._told:
            self._told = True
            self._tell(fault)
