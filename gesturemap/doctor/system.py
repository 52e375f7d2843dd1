"""Clock, load, disk, shared memory; and whether the first start has its compiling still before it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gesturemap import compiled
from gesturemap.doctor.children import ask
from gesturemap.doctor.finding import Finding, look, ok, short, wrong
from gesturemap.doctor.plan import Plan
from gesturemap.features import FEATURE_KERNELS
from gesturemap.library import SHARED, shared_folder, user_folder

COARSE = 1e-3
"""Resolution of a clock (s) beyond which gestures are stamped too roughly."""
LITTLE, NONE = 1 << 30, 50 << 20
"""Bytes free on a disk below which one should know, and below which nothing can be recorded."""
MEGABYTE, GIGABYTE = 1e6, 1e9


def system(plan: Plan) -> list[Finding]:
    """What is known at once."""
    places = [("your own folder", user_folder())]
    if plan.folder is not None:
        places.insert(0, ("the project's folder", plan.folder))
    return [clock(), load(), *(room(what, folder) for what, folder in places), shared()]


def clock() -> Finding:
    """How finely time is told."""
    resolution = time.get_clock_info("perf_counter").resolution
    if resolution > COARSE:
        return look(f"the clock tells {resolution * 1000:g} ms", "use a sensor that stamps its own samples")
    return ok(f"the clock tells {resolution * 1e6:.3g} microseconds", "frames are stamped exactly")


def load() -> Finding:
    """How busy the machine is."""
    cores = os.cpu_count() or 1
    if not hasattr(os, "getloadavg"):
        return ok(f"{cores} cores", "if play stutters, see which programs are busy")
    busy = os.getloadavg()[0]
    what = f"{busy:.1f} programs want {cores} cores (last minute)"
    if busy > cores:
        return look(what, "end what is not needed: play may stutter")
    return ok(what, "there is room to play")


def room(what: str, folder: Path) -> Finding:
    """Whether a folder can be written, and how much still fits."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free
    amount = f"{free / GIGABYTE:.1f} GB" if free >= GIGABYTE else f"{free / MEGABYTE:.0f} MB"
    if not os.access(there, os.W_OK):
        return look(
            f"{what}, {folder}, cannot be written",
            "a preset is copied before its first edit; a project of your own must be made writable",
        )
    if free < NONE:
        return wrong(f"{what}, {folder}: {amount} free", "free some space: nothing can be recorded")
    if free < LITTLE:
        return look(f"{what}, {folder}: {amount} free", "free some space before a long session is logged")
    return ok(f"{what}, {folder}: {amount} free", "demonstrations and logs fit")


def shared() -> Finding:
    """Whether processes can share files."""
    folder = shared_folder()
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(1 << 20))
    except OSError as error:
        return wrong(
            f"{folder}, where the processes share what they know: {error.strerror or error}",
            f"free space there, or name another folder in the environment variable {SHARED}",
        )
    memory = folder.is_relative_to("/dev/shm") or not sys.platform.startswith("linux")
    means = "engine, synth and window can talk" + (
        "" if memory else "; it is on a disk: /dev/shm would be faster"
    )
    return ok(f"{folder} can be shared in", means)


def kernels(model: str, seconds: float) -> Finding:
    """Whether what is compiled once has been."""
    table = ask(["-m", __name__, model], seconds).table()
    if "error" in table:
        return look(
            f"compiled parts: {short(str(table['error']))}",
            "start all the same: what is missing is compiled then",
        )
    if not table["writable"]:
        return wrong(
            f"{table['folder']}, where compiled parts are kept, cannot be written: every start compiles",
            "make it writable, or name another folder in the environment variable NUMBA_CACHE_DIR",
        )
    if missing := int(table["missing"]):
        return look(
            f"{missing} of {table['all']} parts are not compiled yet",
            "the first start compiles them, which takes a minute or so; or now: gesturemap compile",
        )
    return ok(f"all {table['all']} parts are compiled", "a start takes seconds")


def main(arguments: Sequence[str]) -> None:
    """Print how many kernels a project with this kind of model needs, and how many are not compiled."""
    import importlib

    from gesturemap.models import kernels as of_model
    from gesturemap.synth.mixer import compiled_modules

    model = arguments[0] if arguments else ""
    modules = dict.fromkeys(
        (*FEATURE_KERNELS, *(of_model(model, fitting=True) if model else ()), *compiled_modules())
    )
    functions = [function for name in modules for function, _ in importlib.import_module(name).KERNELS]
    folder = compiled.cache_of(
        Path(importlib.import_module("gesturemap.features").__file__ or "").parent
    ).parent
    there = next(each for each in (folder, *folder.parents) if each.exists())
    table = {
        "all": len(functions),
        "missing": sum(not compiled.is_cached(function) for function in functions),
        "folder": str(folder),
        "writable": os.access(there, os.W_OK),
    }
    sys.stdout.write(json.dumps(table) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
