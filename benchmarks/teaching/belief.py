"""Is what gesturemap draws of a gesture the gesture? Mean paths against other executions, drawn paths recognised.

    python benchmarks/teaching/belief.py FOLDER_OF_SETS [--json]

Of each gesture n demonstrations are shown. Drawn paths, 8 of each gesture, are streamed to a model (`few_shot`) fitted
to the same demonstrations: the share recognised as their gesture. The mean path of the n is laid against the mean path
of as many other executions: root mean square distance, in deviations of each channel over the gesture; beside it the
same of one demonstration, which a mean must beat.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import sets

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet, grouped
from gesturemap.models.few_shot import FewShot
from gesturemap.teaching.aligned import laid_over, scales
from gesturemap.teaching.critique.belief import belief

SHOTS, DRAWN = (1, 2, 3, 5), 8


def groups_of(some: list[Demonstration], rng: np.random.Generator) -> dict[str, list[Demonstration]]:
    return grouped(some[n] for n in rng.permutation(len(some)).tolist())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels("few_shot", fitting=True))
    projects = {
        "mogere": list(sets.mogere(options.folder)),
        "wand_digits": [sets.wand(options.folder, 10, seed) for seed in range(3)],
        "grt_mouse": list(sets.mouse(options.folder)),
    }
    rows: dict[str, dict[str, float]] = {}
    for name, people in projects.items():
        for shots in SHOTS:
            right: list[bool] = []
            errors: list[tuple[float, float]] = []
            for number, some in enumerate(people):
                rng = np.random.default_rng(number)
                groups = groups_of(some, rng)
                shown = TrainingSet(tuple(one for group in groups.values() for one in group[:shots]))
                model = FewShot().fit(shown)
                for label, group in groups.items():
                    found = belief(label, shown.demonstrations)
                    others = belief(label, group[-shots:]).laid.mean
                    scale = scales([others])
                    moves = scale != 1.0
                    both = [
                        laid_over(one, scale, others)[0] for one in (found.laid.mean, found.laid.curves[0])
                    ]
                    far = [float(np.sqrt(((((one - others) / scale)[:, moves]) ** 2).mean())) for one in both]
                    errors.append((far[0], far[1]))
                    for each in range(DRAWN):
                        follower = model.start()
                        for frame in found.sample(rng, each).frames():
                            said = follower.step(frame)
                        right.append(model.labels[int(said.posterior.argmax())] == label)
            mean, one = np.mean(errors, axis=0)
            rows[f"{name}, {shots} shown"] = {
                "recognised": float(np.mean(right)), "of": len(right), "mean path off": mean, "one off": one,
            }  # fmt: skip
    if options.json:
        print(json.dumps(rows))
        return
    for title, row in rows.items():
        print(f"{title:25}" + ", ".join(f"{key} {value:.3g}" for key, value in row.items()))


if __name__ == "__main__":
    main()
