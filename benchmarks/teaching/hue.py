"""Does the live hue tell a movement that would be new from those that are known, and when?

    python benchmarks/teaching/hue.py FOLDER_OF_SETS [--draws 5] [--model few_shot] [--json]

Each gesture of a set in turn is not known; the others are, by three demonstrations each. Executions that nobody has
seen, 6 of the new gesture and 2 of each known one, are played; the hue is what `models.novelty` makes of what the
follower says. The area under the ROC curve of the hue, new against known, when half of the execution has passed and at
its end, and how often the likeliest gesture is right of the known ones at the end.

Then the alarm: the same executions one after another, 1.2 s of rest between them, in one stream. Of movements that
stand out in it and are no shorter than `SHORT` demonstrations: how many of new ones are told as unknown, and how many
of known ones.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import sets
from numpy.typing import NDArray

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet, grouped
from gesturemap.frames import NONE, Frame, Values
from gesturemap.models.model import Model
from gesturemap.models.novelty import unknown
from gesturemap.teaching.detect import auroc
from gesturemap.teaching.movement import moved
from gesturemap.teaching.unknown import SHORT, is_unknown

KNOWN, NEW, OLD = 3, 6, 2
REST = 1.2
"""Seconds between two executions of a stream."""


def hues_of(model: Model, one: Demonstration) -> tuple[list[float], str]:
    """The hue of every frame, and the likeliest gesture at the last."""
    said, known = unknown(model), model.start()
    rows = [known.step(frame).log_likelihoods for frame in one.frames()]
    assert said is not None
    return said(np.array(rows)).tolist(), model.labels[int(np.argmax(rows[-1]))]


def stream(
    some: Sequence[Demonstration], rng: np.random.Generator
) -> tuple[Values, Values, NDArray[np.int64]]:
    """(T,) seconds, (T, C) values and (T,) which execution, -1 between them."""
    rate = some[0].spec.rate or (len(some[0]) - 1) / some[0].seconds
    count, width = round(REST * rate), some[0].spec.width
    hiss = 0.05 * np.median([np.abs(np.diff(one.values, axis=0)).mean(0) for one in some], axis=0)
    onward = np.clip(np.linspace(-2.0, 1.0, count), 0.0, 1.0)[:, None]
    parts, of, last = [], [], some[0].values[0]
    for number, one in enumerate(some):
        parts += [last + onward * (one.values[0] - last) + hiss * rng.normal(size=(count, width)), one.values]
        of += [-1] * count + [number] * len(one)
        last = one.values[-1]
    parts.append(last + hiss * rng.normal(size=(count, width)))
    values = np.concatenate(parts)
    return np.arange(len(values)) / rate, values, np.array([*of, *[-1] * count])


def alarms(
    model: Model, usual: float, some: Sequence[Demonstration], rng: np.random.Generator
) -> list[tuple[int, bool]]:
    """Of each movement that stands out and is not too short, which execution it is, and whether it is told."""
    time, values, of = stream(some, rng)
    said, follower = unknown(model), model.start()
    assert said is not None
    heard = [follower.step(Frame(at, row)) for at, row in zip(time.tolist(), values, strict=True)]
    hues = said(np.array([each.log_likelihoods for each in heard]))
    told = time[[each.spotted != NONE for each in heard]]
    found = []
    for span in moved(some[0].spec, time, values)[2]:
        inside = of[(time >= span.start) & (time <= span.end)]
        inside = inside[inside >= 0]
        if len(inside) and span.end - span.start >= SHORT * usual:
            found.append((int(np.bincount(inside).argmax()), is_unknown(span, usual, time, hues, told)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--model", default="few_shot")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels(options.model, fitting=True))
    learner = catalog.read("models", {"kind": options.model}, "--model")
    projects = {
        "mogere": list(sets.mogere(options.folder)),
        "wand_digits": [sets.wand(options.folder, 100, 0)],
        "grt_mouse": list(sets.mouse(options.folder)),
    }
    rows = {}
    for name, people in projects.items():
        said: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
        named, told = [], {True: list[bool](), False: list[bool]()}
        for some in people:
            groups = grouped(some)
            for number, new in enumerate(groups):
                for seed in range(options.draws):
                    rng = np.random.default_rng((number, seed))
                    mixed = {
                        label: [group[n] for n in rng.permutation(len(group))]
                        for label, group in groups.items()
                    }
                    shown = TrainingSet(
                        tuple(one for label, group in mixed.items() if label != new for one in group[:KNOWN])
                    )
                    known = learner.fit(shown)
                    for label, group in mixed.items():
                        for one in group[KNOWN : KNOWN + (NEW if label == new else OLD)]:
                            hues, likeliest = hues_of(known, one)
                            said[label == new].append((hues[len(hues) // 2], hues[-1]))
                            if label != new:
                                named.append(likeliest == label)
                    usual = float(np.median([one.seconds for one in shown.demonstrations]))
                    unseen = [
                        one
                        for label, group in mixed.items()
                        for one in group[KNOWN : KNOWN + (NEW if label == new else OLD)]
                    ]
                    order = [unseen[n] for n in rng.permutation(len(unseen))]
                    for which, alarmed in alarms(known, usual, order, rng):
                        told[order[which].label == new].append(alarmed)
        rows[name] = {
            "auroc, half": auroc([half for half, _ in said[True]], [half for half, _ in said[False]]),
            "auroc, end": auroc([end for _, end in said[True]], [end for _, end in said[False]]),
            "hue of new ones": float(np.median([end for _, end in said[True]])),
            "of known ones": float(np.median([end for _, end in said[False]])),
            "right name": float(np.mean(named)),
            "unknown ones told": float(np.mean(told[True])),
            "known ones told": float(np.mean(told[False])),
        }
    if options.json:
        print(json.dumps(rows))
        return
    for name, row in rows.items():
        print(f"{name:15}" + ", ".join(f"{key} {value:.3g}" for key, value in row.items()))


if __name__ == "__main__":
    main()
