"""Whether the channel that an explanation names first is the one that matters most.

    python benchmarks/teaching/why.py FOLDER_OF_SETS [--models gmm,hhmm,auto] [--cases 60] [--json]

Executions that nobody has seen are explained: winner against runner-up. Then each channel is removed, and a model that
was fitted without it says what is left of these log-odds. Told is how often the channel named first (the one that the
model itself can least be played without) is the one whose removal costs most (refitted), and how much of the greatest
cost its own is, on average (share). Exchanged is the same without a new fit: the model hears the channel as executions
move it that neither it nor the explanation has seen, one of each gesture. The last two ask it of the channel with the
greatest Shapley value: played without it as the explanation does, and by a new fit.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import shots

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import TrainingSet
from gesturemap.models.model import without as marginal
from gesturemap.models.relevance import Relevance
from gesturemap.teaching.explain.why import Explainer, heard, stand_ins

SETS = (("mogere", ("acc*",)), ("mogere", ()), ("wand_digits", ()))
SHOTS, TESTED = 3, 2


def case(model, without, train, one, others) -> dict[str, float]:
    explainer = Explainer(model, train, one)
    found = explainer.gesture()
    first, most = found.ranked[0], int(found.by_channel.argmax())
    labels, width = model.labels, one.spec.width
    winner, rival = labels.index(found.of), labels.index(found.against)

    def odds(nats) -> float:
        return float(nats[:, winner].sum() - nats[:, rival].sum())

    refitted = np.array(
        [found.value - odds(Explainer(without[c], train, one).every.nats) for c in range(width)]
    )
    exchanged = np.zeros(width)
    courses = stand_ins(one, others) if marginal(model, [0]) is None else []
    for other in courses:
        for c in range(width):
            values = one.values.copy()
            values[:, c] = other[:, c]
            exchanged[c] += (found.value - odds(heard(model, replace(one, values=values)).nats)) / len(
                courses
            )
    whole = found.shares.sum() + sum(found.apart.values())
    figures = {
        "share, left out": float(found.cost.argmax() == most), "share, refitted": float(refitted.argmax() == most),
        "refitted": float(refitted.argmax() == first),
        "share": float(refitted[first] / refitted.max()) if refitted.max() > 0.0 else 1.0,
        "off": abs(whole - found.value) / max(1.0, abs(found.value)), "right": float(found.of == one.label),
        "plays": found.plays,
    }  # fmt: skip
    return figures | ({"exchanged": float(exchanged.argmax() == first)} if courses else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", default="gmm,hhmm,auto")
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for kind in options.models.split(","):
        compiled.load(models.kernels(kind, fitting=True))
        learner = catalog.read("models", shots.MODELS[kind], "why")
        for name, columns in SETS:
            began, cases = time.perf_counter(), []
            for draw in shots.draws(
                options.folder, name, SHOTS, TESTED, 8 if name == "wand_digits" else 2, columns
            ):
                if len(cases) >= options.cases:
                    break
                shown = TrainingSet(tuple(draw.train))
                model, names = learner.fit(shown), shown.spec.names
                without = [Relevance(ignored=(channel,)).around(learner).fit(shown) for channel in names]
                others = draw.test[1::2]
                cases += [case(model, without, draw.train, one, others) for one in draw.test[::2]]
            row = {"model": kind, "set": name, "channels": len(names), "cases": len(cases)}
            means = ("refitted", "share", "exchanged", "share, left out", "share, refitted", "right", "plays")
            row |= {key: float(np.mean([each[key] for each in cases])) for key in means if key in cases[0]}
            row |= {"off": max(each["off"] for each in cases), "s": time.perf_counter() - began}
            rows.append(row)
            if not options.json:
                print(shots.line(row), flush=True)
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
