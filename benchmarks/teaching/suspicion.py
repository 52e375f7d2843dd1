"""Demonstrations with a wrong label among right ones: does suspicion rank them first, and is it a probability?

    python benchmarks/teaching/suspicion.py FOLDER_OF_SETS [--repeats 20] [--json]

Of each person's demonstrations 5 % (one at least) are given another gesture's label, drawn at random; a model is fitted
to what came of it, and suspicion is asked of all. Over the repeats: the area under the ROC curve, how many are found
where 5 % of the others are flagged, of how many the right gesture is named, and what `gesturemap teach PROJECT checks`
would tell of. What is told of the sets as they are stands below.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sets

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration
from gesturemap.models.few_shot import FewShot
from gesturemap.teaching.critique import agreement, labels, takes
from gesturemap.teaching.critique.likeness import Likeness, likeness
from gesturemap.teaching.detect import auroc
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.play import learn

FLIPPED, FALSE = 0.05, 0.05
CHAINS = FewShot(convolutions="off")
"""What `auto` hears demonstrations with; its convolutions are not asked, and need not be fitted here."""
KINDS = ("label", "odd", "disagree", "alike", "copy", "dead", "clipped", "length", "rate", "gap", "idle")
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)


def projects(folder: Path) -> Iterator[tuple[str, list[Demonstration]]]:
    for some in sets.mogere(folder):
        yield "mogere", some
    for seed in range(8):
        yield "wand_digits, 10 each", sets.wand(folder, 10, seed)
    yield "wand_digits, all", sets.wand(folder, 100, 0)
    for some in sets.handwaving(folder):
        yield "handwaving, all windows", some
    for some in sets.handwaving(folder, every=False):
        yield "handwaving, one of each take", some


def heard(some: Sequence[Demonstration]) -> Likeness:
    it = opened(CHAINS, some, some[0].spec.rate)
    return likeness(it, learn(it, some)[0])


def flipped(some: Sequence[Demonstration], repeat: int) -> tuple[list[Demonstration], np.ndarray]:
    """With wrong labels here and there, and which those are (N,)."""
    rng = np.random.default_rng((repeat, len(some)))
    names = sorted({one.label for one in some})
    wrong = np.zeros(len(some), bool)
    wrong[rng.permutation(len(some))[: max(1, round(FLIPPED * len(some)))]] = True
    return [
        replace(one, label=str(rng.choice([name for name in names if name != one.label]))) if bad else one
        for one, bad in zip(some, wrong, strict=True)
    ], wrong


def figures(runs: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Of runs of suspicion (N,), what was wrong (N,) and whether the right gesture was named (N,)."""
    rows = []
    for doubt, wrong, named in runs:
        clean = np.sort(doubt[~wrong])
        most = max(clean[int(np.ceil((1.0 - FALSE) * len(clean))) - 1], 1e-12)
        rows.append((auroc(doubt[wrong], doubt[~wrong]), (doubt[wrong] > most).mean(), named[wrong].mean()))
    doubt, wrong = (np.concatenate([run[n] for run in runs]) for n in (0, 1))
    told, which = doubt >= labels.TOLD, np.digitize(doubt, BINS)
    error = sum(
        (which == n).mean() * abs(doubt[which == n].mean() - wrong[which == n].mean())
        for n in set(which.tolist())
    )
    found, at_five, named = np.mean(rows, axis=0)
    return {
        "auroc": found, "worst auroc": min(row[0] for row in rows), "found at 5 % false": at_five, "named": named,
        "told": float(told[wrong].mean()), "told falsely": float(told[~wrong].mean()),
        "calibration error": float(error), "runs": len(runs),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels("few_shot", fitting=True))
    runs: dict[str, list[Any]] = {}
    clean: dict[str, list[Counter[str]]] = {}
    for name, some in projects(options.folder):
        table = heard(some)
        told = [
            *labels.findings(table),
            *agreement.findings(table),
            *agreement.copies(some),
            *takes.findings(some),
        ]
        clean.setdefault(name, []).append(Counter(one.kind for one in told))
        for repeat in range(options.repeats if len(some) < 500 else max(1, options.repeats // 10)):
            changed, wrong = flipped(some, repeat)
            found = labels.suspicion(table := heard(changed))
            truth = {one.id: one.label for one in some}
            named = np.array([truth[i] == to for i, to in zip(table.ids, found.instead, strict=True)])
            runs.setdefault(name, []).append((found.wrong, wrong, named))
    made = {name: figures(some) for name, some in runs.items()}
    seen = {
        name: {kind: sum(kind in one for one in some) for kind in sorted(set().union(*some))}
        | {"projects": len(some)}
        for name, some in clean.items()
    }
    if options.json:
        print(json.dumps({"flipped": made, "clean": seen}))
        return
    columns = list(next(iter(made.values())))
    print(f"{'':30}" + "".join(f"{column:>20}" for column in columns))
    for name, row in made.items():
        print(f"{name:30}" + "".join(f"{row[column]:20.4g}" for column in columns))
    print("\nprojects of the sets as they are in which something is told, by kind:")
    for name, row in seen.items():
        print(f"{name:30}" + ", ".join(f"{kind} {count}" for kind, count in row.items()))


if __name__ == "__main__":
    main()
