"""Pipeline search: how long does it take, and does what it offers help executions nobody has seen?

    python benchmarks/teaching/pipelines.py FOLDER_OF_SETS [--seeds 6] [--shots 5] [--tested 10] [--seconds 10] [--json]

Five demonstrations of each gesture of one person teach, clean or with something planted in teaching and testing alike:
noise as large as the movement; another place or angle each time (an offset of three deviations); spikes in 3 % of the
frames. As set is `hhmm` or `auto` without features. Told are the percent of unseen executions, streamed, that are right
as it is set, with the best that was found, and with that only where it was offered; how often it was offered; the
seconds of the search.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import sets

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import Demonstration, grouped
from gesturemap.features import kernels
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.play import learn, play
from gesturemap.teaching.suggest import pipelines

PLANTED = ("clean", "noise", "held anyhow", "spikes")
SET = ("hhmm", "auto")


def planted(what: str, some: Sequence[Demonstration], rng: np.random.Generator) -> list[Demonstration]:
    spread, made = np.mean([one.values.std(0) for one in some], axis=0), []
    for one in some:
        values = one.values.copy()
        if what == "noise":
            values = values + rng.normal(size=values.shape) * spread
        elif what == "held anyhow":
            values = values + 3.0 * rng.normal(size=len(spread)) * spread
        elif what == "spikes":
            wild = rng.uniform(size=values.shape) < 0.03
            values = values + wild * rng.choice([-8.0, 8.0], values.shape) * spread
        made.append(replace(one, values=values))
    return made


def right(
    shown: Sequence[Demonstration], rest: Sequence[Demonstration], rate: float, pipeline: pipelines.Pipeline
) -> float:
    it = opened(pipeline.learner, shown, rate)._replace(features=tuple(pipeline.features))
    model, _ = learn(it, shown)
    return 100.0 * float(
        np.mean([model.labels[play(it, model, one).answers[-1]] == one.label for one in rest])
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--shots", type=int, default=5)
    parser.add_argument("--tested", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--set", nargs="+", default=list(SET))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for kind in {*options.set, *(one.kind for one in pipelines.OTHERS)}:
        compiled.load(models.kernels(kind, fitting=True))
    compiled.load(kernels(one.kind for _, some in pipelines.fronts(()) for one in some))
    people = list(sets.mogere(options.folder))
    rows: dict[str, dict[str, float]] = {}
    for seed in range(options.seeds):
        own = {
            "mogere": people[seed % len(people)],
            "wand_digits": sets.wand(options.folder, options.shots + options.tested, seed),
        }
        for name, some in own.items():
            rng = np.random.default_rng(seed)
            order = [[group[n] for n in rng.permutation(len(group))] for group in grouped(some).values()]
            count = len(order) * options.shots
            parts = [one for group in order for one in group[: options.shots]]
            parts += [one for group in order for one in group[options.shots :][: options.tested]]
            rate = 1.0 / float(np.median(np.diff(parts[0].time)))
            for what in PLANTED:
                every = planted(what, parts, rng)
                shown, rest = every[:count], every[count:]
                for kind in options.set:
                    learner = catalog.read("models", {"kind": kind}, "pipelines")
                    found = pipelines.search(opened(learner, shown, rate), options.seconds)
                    best = found.tries[found.best].pipeline
                    now = right(shown, rest, rate, found.tries[0].pipeline)
                    then = now if found.best == 0 else right(shown, rest, rate, best)
                    row = rows.setdefault(f"{name}, {what}, {kind}", {})
                    figures = {
                        "as set": now, "best": then, "with offers": then if found.better else now,
                        "offered": 100.0 * found.better, "tried": len(found.tries), "left out, as set": found.now,
                        "left out, chosen": found.chosen,
                    }  # fmt: skip
                    for key, value in figures.items():
                        row[key] = row.get(key, 0.0) + value / options.seeds
                    row["seconds, most"] = max(row.get("seconds, most", 0.0), found.seconds)
                    if not options.json:
                        print(f"{name}, {what}, {kind}, {seed}: {now:.0f} -> {then:.0f}, offered {found.better}: "
                              f"{best.what}, {best.learner.kind}", flush=True)  # fmt: skip
    if options.json:
        print(json.dumps(rows))
        return
    for label, row in rows.items():
        print(label, "  ".join(f"{key} {value:.1f}" for key, value in row.items()))


if __name__ == "__main__":
    main()
