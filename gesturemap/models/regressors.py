"""Which regression suits demonstrations with outputs: one that follows their course, or the last moments alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Values
from gesturemap.models.hhmm import Hhmr
from gesturemap.models.left_out import Fold, explained, folds_of
from gesturemap.models.model import Report, portion
from gesturemap.models.neighbours import Knn
from gesturemap.models.past import Past

LESS = 0.9
"""What the past leaves unexplained must be less than this part of what the course does; it chose on the same frames."""
COMPARED = 4000
"""Frames by which the two are compared, about, at most."""
QUICK = Knn(most=500, window=1)
"""Plays until the full regression is fitted."""
GLANCED = 1000
"""Frames that it learns from, about, at most, and at least one of each demonstration."""
LEAST = 2
"""Frames of a piece that is learned from."""


def chosen(
    training_set: TrainingSet, old: Any, seed: int, report: Report | None
) -> tuple[Any, tuple[str, ...]]:
    """The better regression of demonstrations, or blocks, left out, and why; without any, the one with a course."""
    demonstrations = training_set.demonstrations
    labels = training_set.labels
    lengths = [len(one) for one in demonstrations]
    owners = [labels.index(one.label) for one in demonstrations]
    before = old if old is not None and old.kind == "past" else None
    course = old if old is not None and old.kind == "hhmr" else None
    past: Any = None
    if folds_of(lengths, owners, 0):
        past = Past(seed=seed).fit(training_set, before, portion(report, 0.0, 0.5))
        folds = folds_of(lengths, owners, past.machine.view.span)
        share = left_out_of_hhmr(training_set, folds, portion(report, 0.5, 0.8))
        what = "demonstrations" if len(demonstrations) > len(labels) else "blocks"
        told = (
            f"of the variance of outputs in {what} left out, the last moments explain {past.machine.best:.0%}, "
            f"the course of gestures {share:.0%}"
        )
        if past.machine.best > 0.0 and 1.0 - past.machine.best < LESS * (1.0 - share):
            return past, (f"regresses by the last moments (past): {told}",)
    else:
        told = "nothing can be left out"
    model = Hhmr().fit(training_set, course, portion(report, 0.8, 1.0) if past else report)
    return model, (f"regresses by the course of gestures (hhmr): {told}",)


def first(training_set: TrainingSet) -> Any:
    """A regression to play with at once: frames like this one lend their outputs."""
    every = -(-sum(map(len, training_set.demonstrations)) // GLANCED)
    return QUICK.fit(TrainingSet(tuple(thinned(one, every) for one in training_set.demonstrations)))


def left_out_of_hhmr(training_set: TrainingSet, folds: list[Fold], report: Report | None) -> float:
    """The explained share of the variance of what is left out; NaN-free, and 0 where nothing could be learned."""
    demonstrations = training_set.demonstrations
    every = -(-sum(map(len, demonstrations)) // COMPARED)
    errors, wants = [], []
    for index, fold in enumerate(folds):
        told = portion(report, index / len(folds), (index + 1) / len(folds))
        rest = tuple(
            thinned(piece, every)
            for piece in pieces(demonstrations, fold.rest)
            if len(piece) >= LEAST * every
        )
        if not rest:
            continue
        model = Hhmr().fit(TrainingSet(rest), None, told)
        for piece in (thinned(piece, every) for piece in pieces(demonstrations, fold.left)):
            step = model.start().step
            made: Values = np.array([step(frame).outputs for frame in piece.frames()])
            errors.append(made - piece.targets)
            wants.append(piece.targets)
    return explained(np.concatenate(errors), np.concatenate(wants)) if wants else 0.0


def thinned(one: Demonstration, every: int) -> Demonstration:
    """Every so many-th frame of a demonstration."""
    return (
        replace(one, time=one.time[::every], values=one.values[::every], targets=one.targets[::every])
        if every > 1
        else one
    )


def pieces(demonstrations: tuple[Demonstration, ...], kept: Any) -> Iterator[Demonstration]:
    """Runs of the kept frames (T,) of all demonstrations, each a demonstration."""
    begin = 0
    for one in demonstrations:
        own = kept[begin : begin + len(one)]
        begin += len(one)
        if own.all():
            yield one
            continue
        edges = np.flatnonzero(np.diff(np.concatenate([[False], own, [False]]).astype(np.int8)))
        for first, end in edges.reshape(-1, 2):
            yield replace(
                one,
                id=f"{one.id}, frames {first} to {end - 1}",
                time=one.time[first:end],
                values=one.values[first:end],
                targets=one.targets[first:end],
            )
