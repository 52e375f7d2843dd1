"""A channel that follows the gesture's name while it is taught, and anything on stage: what it costs, what mends it.

    python benchmarks/teaching/decoy.py FOLDER_OF_SETS [--repeats 1] [--models gmm,hhmm,auto,dtw] [--json]

To real demonstrations, three of each gesture of one person, a channel is added that is constant in each: while it is
taught, one level for each gesture (and 1 % of it noise from demonstration to demonstration), in executions nobody has
seen, that of any gesture. Told is how many of these are recognised at their last frame: without the channel (clean),
with it and nothing done, with 1, 3 and 5 counterexamples of each demonstration, and with the channel marked
irrelevant. The warning is looked for in every draw with the channel, in draws in which all gestures share two or
three levels (as of days on which a phone lay differently), and in draws of the clean sets as they are.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import shots

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Channel, Spec
from gesturemap.models.relevance import Relevance, counterexamples
from gesturemap.teaching.critique.decoy import decoys

SETS = {"mogere": ("acc*",), "wand_digits": ()}
CLEAN = ("mogere", "wand_digits", "grt_mouse", "handwaving_dev")
SHOTS, TESTED, COPIES = 3, 5, (1, 3, 5)
DECOY = "tilt"
SHARED = (2, 3)
"""Levels that all gestures share."""


def planted(
    demonstrations: list[Demonstration], levels: dict[str, float], rng, follows: bool
) -> list[Demonstration]:
    """With the channel: that of the gesture itself, or of any."""
    made = []
    for one in demonstrations:
        level = levels[one.label if follows else str(rng.choice(list(levels)))] + 0.01 * rng.normal()
        spec = Spec((*one.spec.channels, Channel(DECOY)), one.spec.rate)
        values = np.column_stack([one.values, np.full(len(one), level * scale(demonstrations))])
        made.append(replace(one, spec=spec, values=values))
    return made


def sharing(labels: list[str], levels: int, rng) -> dict[str, float]:
    """Gestures dealt to so many levels, each with one at least."""
    dealt = [*range(levels), *rng.integers(levels, size=len(labels) - levels)]
    return {label: n / levels for label, n in zip(rng.permutation(labels), dealt, strict=True)}


def scale(demonstrations: list[Demonstration]) -> float:
    return float(np.mean(np.concatenate([one.values for one in demonstrations]).std(0)))


def accuracy(model, test: list[Demonstration]) -> float:
    right = 0
    for one in test:
        step = model.start().step
        for frame in one.frames():
            estimate = step(frame)
        right += model.labels[int(estimate.posterior.argmax())] == one.label
    return right / len(test)


def conditions(learner, draw: shots.Draw, seed: int):
    """Name and accuracy of each."""
    rng = np.random.default_rng(seed)
    labels = sorted({one.label for one in draw.train})
    places = rng.permutation(len(labels)) / (len(labels) - 1) * 2.0 - 1.0
    levels = dict(zip(labels, places, strict=True))
    train = planted(draw.train, levels, rng, True)
    test = planted(draw.test, levels, rng, False)
    yield "clean", accuracy(learner.fit(TrainingSet(tuple(draw.train))), draw.test)
    yield "none", accuracy(learner.fit(TrainingSet(tuple(train))), test)
    everywhere = dict.fromkeys(labels, (DECOY,))
    for copies in COPIES:
        more = counterexamples(train, everywhere, copies)
        yield f"c={copies}", accuracy(learner.fit(TrainingSet((*train, *more))), test)
    yield from shared(learner, draw, labels, seed)
    yield "marked", accuracy(Relevance(ignored=(DECOY,)).around(learner).fit(TrainingSet(tuple(train))), test)


def shared(learner, draw: shots.Draw, labels: list[str], seed: int):
    """Of levels that gestures share, nothing done."""
    for n in SHARED:
        rng = np.random.default_rng([seed, n])
        levels = sharing(labels, n, rng)
        train, test = planted(draw.train, levels, rng, True), planted(draw.test, levels, rng, False)
        yield f"{n} levels", accuracy(learner.fit(TrainingSet(tuple(train))), test)


def warnings(folder: Path, repeats: int) -> dict[str, list[int]]:
    """Of each set: raised, and of how many; planted of one to a gesture and of a few levels, then clean."""
    found: dict[str, list[int]] = {}
    for name in CLEAN:
        raised = of = 0
        for shown in (2, 3, 5, 10):
            for number, draw in enumerate(shots.draws(folder, name, shown, 0, repeats)):
                if name in SETS:
                    rng = np.random.default_rng(number)
                    labels = sorted({one.label for one in draw.train})
                    levels = dict(zip(labels, rng.permutation(len(labels)) / len(labels), strict=True))
                    shared = {f"{n} levels": sharing(labels, n, rng) for n in SHARED}
                    for what, each in {"planted": levels, **shared}.items():
                        told = decoys(planted(draw.train, each, rng, True))
                        counts = found.setdefault(f"{name}, {what}, {shown} shown", [0, 0])
                        counts[0] += [one.channel for one in told] == [DECOY]
                        counts[1] += 1
                raised += bool(decoys(draw.train))
                of += 1
        found[name] = [raised, of]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--models", default=",".join(shots.MODELS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for kind in options.models.split(","):
        compiled.load(models.kernels(kind, fitting=True))
        learner = catalog.read("models", shots.MODELS[kind], "decoy")
        for name, columns in SETS.items():
            began, found = time.perf_counter(), defaultdict(list)
            people = 8 if name == "wand_digits" else 1
            for seed, draw in enumerate(
                shots.draws(options.folder, name, SHOTS, TESTED, options.repeats * people, columns)
            ):
                for condition, value in conditions(learner, draw, seed):
                    found[condition].append(value)
            row = {"model": kind, "set": name, "draws": len(found["clean"])}
            row |= {condition: round(float(np.mean(values)), 4) for condition, values in found.items()}
            row |= {
                "chance": 1.0 / len({one.label for one in draw.train}),
                "s": round(time.perf_counter() - began, 1),
            }
            rows.append(row)
            if not options.json:
                print(shots.line(row), flush=True)
    raised = warnings(options.folder, 5 * options.repeats)
    if options.json:
        print(json.dumps({"rows": rows, "warnings": raised}))
        return
    for name, (count, of) in raised.items():
        print(f"{name}: warned {count} of {of}")


if __name__ == "__main__":
    main()
