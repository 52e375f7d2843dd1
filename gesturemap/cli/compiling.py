"""The command compile: what is compiled once on a computer is so now, and no start has to wait for it."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import time
from argparse import Namespace

from gesturemap import catalog, compiled, models
from gesturemap.cli.files import announce
from gesturemap.cli.screen import screen
from gesturemap.engine.kernels import BLOCK
from gesturemap.features import FEATURE_KERNELS, FORMULAS
from gesturemap.synth.mixer import compiled_modules
from gesturemap.teaching import align
from gesturemap.teaching.annotate import paint

MOST = 4
"""Processes that share the work."""


def modules() -> list[str]:
    """Every module of ours with kernels."""
    voices = [place.partition(":")[0] for place in catalog.kinds("voices").values()]
    fits = [name for kind in models.OF_PLAY for name in models.kernels(kind, fitting=True)]
    synth = *compiled_modules(), *voices, BLOCK
    return list(dict.fromkeys([FORMULAS, *FEATURE_KERNELS, *fits, *synth, align.__name__, paint.__name__]))


def everything(_: Namespace) -> int:
    """Compile all there is, on several cores, and say how long it took."""
    wanted, began = modules(), time.perf_counter()
    parts = [part for name in wanted for part in importlib.import_module(name).KERNELS]
    new = sum(not compiled.is_cached(function) for function, _ in parts)
    many = min(MOST, os.cpu_count() or 1) if new else 1
    spawn = multiprocessing.get_context("spawn")
    helpers = []
    for place in range(1, many):  # each begins elsewhere; what another one is at is left to it
        first = len(wanted) * place // many
        rest = wanted[first:] + wanted[:first]
        helpers.append(spawn.Process(target=compiled.load, args=(rest,), daemon=True))
        helpers[-1].start()
    fault = compiled.load(wanted, announce)
    for helper in helpers:
        helper.join()
    if fault is not None:
        raise fault
    seconds = time.perf_counter() - began
    what = f"compiled in {seconds:.0f} s" if new else "compiled already"
    screen().print(f"all {len(parts)} parts are {what}: every start takes seconds", markup=False)
    return 0
