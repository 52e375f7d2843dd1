"""Drawing demonstrations together or apart: what do channel weights learned from pairs bring for unseen executions?

    python benchmarks/teaching/channels.py FOLDER_OF_SETS [--seeds 12] [--shots 3] [--tested 10] [--json]

So many demonstrations of each gesture of one person teach, with as many planted channels as there are real ones: walks
at random, as large as a real channel, that mean nothing. Someone marks n pairs of one gesture as alike and n of
different gestures as different, drawn by lot; weights are learned from these (`teaching.suggest.channels`), and unseen
executions with planted channels of their own are streamed. Told are the percent that are right with `exemplar` and
`few_shot`, for n = 0 (all channels alike), 1, 2, 4, 8; beside it without the planted channels, and the same of clean
sets, in which pairs can only do harm.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sets

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet, grouped
from gesturemap.frames import Channel, Spec
from gesturemap.models.exemplar import Exemplar
from gesturemap.models.few_shot import FewShot
from gesturemap.models.relevance import Relevance
from gesturemap.teaching.suggest import channels

PAIRS = (0, 1, 2, 4, 8)
LEARNERS = (Exemplar(), FewShot())


def planted(some: Sequence[Demonstration], rng: np.random.Generator) -> list[Demonstration]:
    """With channels that wander, each as far as the real channels do."""
    spec, made = some[0].spec, []
    spread = np.mean([one.values.std(0) for one in some], axis=0)
    names = tuple(Channel(f"planted_{n}") for n in range(spec.width))
    for one in some:
        steps = rng.normal(size=one.values.shape).cumsum(0)
        steps = (steps - steps.mean(0)) / np.maximum(steps.std(0), 1e-9) * spread + rng.normal(
            size=spec.width
        ) * spread
        wide = Spec((*one.spec.channels, *names), one.spec.rate)
        made.append(replace(one, spec=wide, values=np.column_stack([one.values, steps])))
    return made


def right(
    learner: Any, shown: Sequence[Demonstration], rest: Sequence[Demonstration], weights: dict[str, float]
) -> int:
    model = Relevance(weights=weights).around(learner).fit(TrainingSet(tuple(shown)))
    count = 0
    for one in rest:
        follower = model.start()
        for frame in one.frames():
            estimate = follower.step(frame)
        count += model.labels[int(estimate.posterior.argmax())] == one.label
    return count


def marked(shown: Sequence[Demonstration], count: int, rng: np.random.Generator) -> dict[str, float]:
    """The weights after so many pairs of both kinds."""
    pairs = [(a, b) for n, a in enumerate(shown) for b in shown[:n]]
    same = [(a.id, b.id) for a, b in pairs if a.label == b.label]
    other = [(a.id, b.id) for a, b in pairs if a.label != b.label]
    drawn = [[some[n] for n in rng.permutation(len(some))[:count]] for some in (same, other)]
    return channels.learned(TrainingSet(tuple(shown)), *drawn, {}).table if count else {}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--shots", type=int, default=3)
    parser.add_argument("--tested", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels("few_shot", fitting=True))
    people = list(sets.mogere(options.folder))
    rows: dict[str, dict[str, float]] = {}
    for seed in range(options.seeds):
        own = {
            "mogere": people[seed % len(people)],
            "wand_digits": sets.wand(options.folder, options.shots + options.tested, seed),
        }
        for name, some in own.items():
            rng = np.random.default_rng(seed)
            shown, rest = list[Demonstration](), list[Demonstration]()
            for group in grouped(some).values():
                order = rng.permutation(len(group))
                shown += [group[n] for n in order[: options.shots]]
                rest += [group[n] for n in order[options.shots : options.shots + options.tested]]
            wide = planted([*shown, *rest], rng)
            both = {"clean": (shown, rest), "planted": (wide[: len(shown)], wide[len(shown) :])}
            for kind, (teach, test) in both.items():
                for count in PAIRS:
                    weights = marked(teach, count, np.random.default_rng([seed, 1]))
                    for learner in LEARNERS:
                        row = rows.setdefault(
                            f"{name}, {kind}, {learner.kind}", dict.fromkeys(map(str, PAIRS), 0.0)
                        )
                        row[str(count)] += (
                            100.0 * right(learner, teach, test, weights) / len(test) / options.seeds
                        )
    if options.json:
        print(json.dumps(rows))
        return
    for label, row in rows.items():
        print(label, "  ".join(f"{count}: {value:.1f}" for count, value in row.items()))


if __name__ == "__main__":
    main()
