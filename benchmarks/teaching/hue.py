"""Does the live hue tell a movement that would be new from those that are known, and when?

    python benchmarks/teaching/hue.py FOLDER_OF_SETS [--draws 5] [--json]

Each gesture of a set in turn is not known; the others are, by three demonstrations each. Executions that nobody has
seen, 6 of the new gesture and 2 of each known one, go through a `Meter` each. The area under the ROC curve of the hue,
new against known, when half of the execution has passed and at its end; how often the nearest gesture named is right
of the known ones at the end; and what a frame costs.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import sets

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet, grouped
from gesturemap.models.few_shot import FewShot
from gesturemap.teaching.critique.distinct import Distinct, Hue
from gesturemap.teaching.detect import auroc

KNOWN, NEW, OLD = 3, 6, 2


def moved(known: Distinct, one: Demonstration) -> list[Hue]:
    meter = known.meter(one.spec)
    return [meter.step(frame) for frame in one.frames()]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels("few_shot", fitting=True))
    projects = {
        "mogere": list(sets.mogere(options.folder)),
        "wand_digits": [sets.wand(options.folder, 100, 0)],
        "grt_mouse": list(sets.mouse(options.folder)),
    }
    rows = {}
    for name, people in projects.items():
        said: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
        named, frames, spent = [], 0, 0.0
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
                    known = Distinct(FewShot(convolutions="off").fit(shown), shown)
                    for label, group in mixed.items():
                        for one in group[KNOWN : KNOWN + (NEW if label == new else OLD)]:
                            began = time.perf_counter()
                            hues = moved(known, one)
                            spent, frames = spent + time.perf_counter() - began, frames + len(one)
                            said[label == new].append((hues[len(hues) // 2].distinct, hues[-1].distinct))
                            if label != new:
                                named.append(hues[-1].nearest == label)
        rows[name] = {
            "auroc, half": auroc([half for half, _ in said[True]], [half for half, _ in said[False]]),
            "auroc, end": auroc([end for _, end in said[True]], [end for _, end in said[False]]),
            "hue of new ones": float(np.median([end for _, end in said[True]])),
            "of known ones": float(np.median([end for _, end in said[False]])),
            "right name": float(np.mean(named)),
            "us a frame": 1e6 * spent / frames,
        }
    if options.json:
        print(json.dumps(rows))
        return
    for name, row in rows.items():
        print(f"{name:15}" + ", ".join(f"{key} {value:.3g}" for key, value in row.items()))


if __name__ == "__main__":
    main()
