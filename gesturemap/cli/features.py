"""The command about features: what there is, what one can be set to, what a project's chain does and costs."""

from __future__ import annotations

import statistics
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rich.table import Table
from rich.text import Text

from gesturemap import compiled
from gesturemap.cli.files import CONSOLE, announce, listed, of_file
from gesturemap.clock import SystemClock
from gesturemap.control.checks import units_told
from gesturemap.control.pace import nominal, startable
from gesturemap.demonstrations import measured
from gesturemap.features import FEATURE_KERNELS
from gesturemap.features.feature import ChainRun, Feature
from gesturemap.frames import Frame, Spec
from gesturemap.library import project_folder
from gesturemap.project.project import Project
from gesturemap.project.read import read_project

ROUNDS = 5
MOST = 2000
"""Frames to measure with."""
FEWEST = 500
NAMED = 6
"""New channels that are named."""


def features(options: Namespace) -> int:
    """List the kinds of features, show the settings of one, or what the chain of a project does and costs."""
    if options.of is None:
        return listed("features", options.name)
    folder = project_folder(options.of)
    with of_file(folder):
        return _shown(read_project(folder)[0])


def _shown(project: Project) -> int:
    """Show the chain of a project."""
    spec, frames, source = movement(project)
    spec = nominal(project, spec)
    rate = spec.rate or measured(project.shown)
    if project.shown:
        startable(project, project.shown)
    chain = ChainRun(project.features, spec)
    timed = ChainRun(project.features, replace(spec, rate=rate))
    for line in units_told(project):
        CONSOLE.print(line, markup=False)
    if not project.features:
        CONSOLE.print(f"{project.name}: no features; frames go on as they come", markup=False)
        return 0
    compiled.load(FEATURE_KERNELS, announce)
    costs = spent(project.features, spec, frames)
    table = Table("step", "channels", "new or changed", "delay ms", "µs/frame", box=None)
    before = spec
    for feature, run, late, cost in zip(project.features, chain.runs, timed.runs, costs, strict=True):
        new = [str(channel) for channel in run.spec.channels if channel not in before.channels]
        named = ", ".join(new[:NAMED]) + (f" and {len(new) - NAMED} more" if len(new) > NAMED else "")
        table.add_row(
            feature.kind, f"{before.width} → {run.spec.width}", Text(named), f"{late.delay * 1000:.1f}",
            f"{cost:.1f}",
        )  # fmt: skip
        before = run.spec
    table.add_row(
        "in all", f"{spec.width} → {chain.spec.width}", "", f"{timed.delay * 1000:.1f}", f"{sum(costs):.1f}"
    )
    CONSOLE.print(table)
    CONSOLE.print(f"measured on {len(frames)} frames: {source}", markup=False)
    if not spec.rate:
        CONSOLE.print(unpaced(project, rate), markup=False)
    return 0


def unpaced(project: Project, rate: float) -> str:
    """What is said where no rate is known, but perhaps one was `measured` (Hz)."""
    if not rate:
        return "no rate is known: delays that count in frames are not in the sum; set the input's rate"
    found = f"measured on the demonstrations: {rate:g} Hz"
    if not hasattr(project.input, "rate"):
        return f"no rate is known; delays are those at what is {found}"
    usual = float(round(rate)) if rate >= 10.0 else rate
    return f"no rate is known: write rate = {usual} under [input] ({found}); delays are told for that"


def movement(project: Project) -> tuple[Spec, list[Frame], str]:
    """Frames to measure with, what they are, and their channels: the project's own, or random ones.

    Raises
    ------
    DeviceError, FileError
        If there is no demonstration and the input, which then says what the channels are, cannot be opened.
    """
    frames = [frame for demonstration in project.demonstrations for frame in demonstration.frames()][:MOST]
    if frames:
        often = -(-FEWEST // len(frames))
        return project.demonstrations[0].spec, frames * often, "the demonstrations of the project"
    run = project.input.start(SystemClock())
    run.close()
    spec = run.spec
    rows = np.random.default_rng(0).normal(size=(FEWEST, spec.width))
    period = 1.0 / (spec.rate or 100.0)
    return spec, [Frame(i * period, row, i * period) for i, row in enumerate(rows)], "random numbers"


def spent(features: Sequence[Feature], spec: Spec, frames: Sequence[Frame]) -> list[float]:
    """What each step of a chain costs, microseconds of processor time a frame: the median of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        took, given = [], list(frames)
        for run in ChainRun(features, spec).runs:
            began = time.process_time()
            out = [run.step(frame) for frame in given]
            took.append((time.process_time() - began) / max(len(given), 1) * 1e6)
            given = [frame for frame in out if frame is not None]
        rounds.append(took)
    return [statistics.median(costs) for costs in zip(*rounds, strict=True)]
