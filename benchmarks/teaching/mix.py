"""Mixtures: is the matrix of left-out scores that of streaming, how soon is it there, and does choosing bring anything?

    python benchmarks/teaching/mix.py FOLDER_OF_SETS [--seeds 8] [--shots 3] [--tested 10] [--json]

So many demonstrations of each gesture of one person teach `few_shot`. Each candidate is asked once of what is left out
(`teaching.suggest.mixing`); told are the milliseconds of a matrix of a mixture drawn at random, with its words. Then
unseen executions are streamed through what plays as it is, through each candidate alone, and through the mixture that
was best of what was left out, and through that only where it is offered. Last, each demonstration is left out for a
model of its own that is streamed, with a mixture drawn at random: how many answers are those of the matrix?
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import sets

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet, grouped
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.few_shot import MIXED, FewShot
from gesturemap.teaching.suggest import mixing

TEACHES = "teaches "
"""How the id of a demonstration begins that teaches, where others are tested."""


def people(folder: Path, seeds: int) -> Iterator[tuple[str, FewShot, int, list[Demonstration]]]:
    """What is measured, the learner as it is, a seed, and one person's demonstrations."""
    plain = FewShot()
    mogere, mouse = list(sets.mogere(folder)), list(sets.mouse(folder))
    for seed in range(seeds):
        yield "mogere", plain, seed, mogere[seed % len(mogere)]
        yield "wand_digits", plain, seed, sets.wand(folder, 20, seed)
        yield "grt_mouse", plain, seed, mouse[seed % len(mouse)]
        one, other = mogere[seed % len(mogere)], mogere[(seed + 1) % len(mogere)]
        rest = [each for own in mogere if own is not one and own is not other for each in own]
        yield "mogere, two people teach six", plain, seed, [*_few(one, seed), *_few(other, seed), *rest]
        moved = anywhere(sets.wand(folder, 20, seed), seed)
        yield "wand_digits, held anywhere", plain, seed, moved
        yield "wand_digits, held anywhere, view = level set by hand", FewShot(view="level"), seed, moved


def _few(own: list[Demonstration], seed: int) -> list[Demonstration]:
    """Two of each gesture, marked as what teaches."""
    rng = np.random.default_rng(seed)
    return [
        replace(group[n], id=f"{TEACHES}{group[n].id}")
        for group in grouped(own).values()
        for n in rng.permutation(len(group))[:2]
    ]


def anywhere(some: list[Demonstration], seed: int) -> list[Demonstration]:
    """Each execution somewhere else: every channel moved by as much as it varies in the whole set."""
    rng = np.random.default_rng(seed)
    spread = np.concatenate([one.values for one in some]).std(0)
    return [replace(one, values=one.values + rng.normal(size=len(spread)) * spread) for one in some]


def drawn(rng: np.random.Generator) -> dict[str, float]:
    weights = np.round(rng.uniform(size=len(MIXED)), 2) * (rng.uniform(size=len(MIXED)) < 0.6)
    return {name: float(one) for name, one in zip(MIXED, weights, strict=True) if one} or {"level": 1.0}


def answer(model: EnsembleModel, one: Demonstration) -> str:
    follower = model.start()
    for frame in one.frames():
        estimate = follower.step(frame)
    return model.labels[int(estimate.posterior.argmax())]


def right(model: EnsembleModel, some: list[Demonstration]) -> int:
    return sum(answer(model, one) == one.label for one in some)


def measured(
    learner: FewShot, some: list[Demonstration], seed: int, shots: int, tested: int
) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    shown, rest = list[Demonstration](), list[Demonstration]()
    for group in grouped(some).values():
        order = rng.permutation(len(group))
        if teaching := [one for one in group if one.id.startswith(TEACHES)]:
            shown += teaching
            others = [group[n] for n in order if not group[n].id.startswith(TEACHES)]
            rest += others[: 2 * tested]
            continue
        k = min(shots, len(group) - 1)
        shown += [group[n] for n in order[:k]]
        rest += [group[n] for n in order[k : k + tested]]
    taught = TrainingSet(tuple(shown))
    begun = time.perf_counter()
    asked = mixing.candidates(learner, taught)
    row = {"asked s": time.perf_counter() - begun, "unseen": len(rest), "left out": len(asked.ids)}
    begun = time.perf_counter()
    for _ in range(20):
        plain = asked.plainly(drawn(rng))
        words = (plain.confusion, list(plain.words()))
    del words
    row["matrix ms"] = 1e3 * (time.perf_counter() - begun) / 20
    model = learner.fit(taught)
    best = mixing.best(asked, mixing.playing(model))
    row |= {"right as it is": right(model, rest), "left out: as it is": best.right_now, "left out: best": best.right,
            "left out: chosen without": best.chosen, "offered": best.better}  # fmt: skip
    chosen = replace(learner, mix=best.weights).fit(taught, model)
    row["right with the best"] = right(chosen, rest)
    row["right with offers"] = row["right with the best" if best.better else "right as it is"]
    for name in MIXED:
        row[f"right with {name}"] = right(replace(learner, mix={name: 1.0}).fit(taught, model), rest)
    mixture = drawn(rng)
    said = asked.answers(mixture)
    some_left = rng.permutation(len(asked.ids))[:6].tolist()
    same = 0
    for place in some_left:
        one = next(each for each in shown if each.id == asked.ids[place])
        others = TrainingSet(tuple(each for each in shown if each is not one))
        same += answer(replace(learner, mix=mixture).fit(others), one) == asked.labels[said[place]]
    return row | {"streamed": len(some_left), "as streamed": same}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--shots", type=int, default=3)
    parser.add_argument("--tested", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels("few_shot", fitting=True))
    sums: dict[str, dict[str, float]] = {}
    for name, learner, seed, some in people(options.folder, options.seeds):
        row = measured(learner, some, seed, options.shots, options.tested)
        there = sums.setdefault(name, dict.fromkeys(row, 0.0))
        for key, value in row.items():
            most = key in ("asked s", "matrix ms")
            there[key] = max(there[key], value) if most else there[key] + value
    if options.json:
        print(json.dumps(sums))
        return
    for name, row in sums.items():
        print(name)
        print("\n".join(f"  {key} {value:.3g}" for key, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
