"""Faults planted in single recordings of real people: are they found, and named?

    python benchmarks/teaching/takes.py FOLDER_OF_SETS [--seeds 20] [--json]

In each of 20 seeds and each set one person's demonstrations (5 of each gesture at most) get one fault: an axis whose
highest and lowest 3 % are cut off, in all of them; a channel dead in one; a demonstration that stops after 40 %; one at
half the rate; one with 0.4 s in which nothing came. Found: a finding of that kind names the channel or the
demonstration. "another kind": findings of other kinds that the same recordings did not have before. Idle ends are not
counted.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import sets

from gesturemap.demonstrations import Demonstration, grouped
from gesturemap.teaching.critique import takes

MOST, OFF = 5, 0.03
Some = list[Demonstration]
Planted = tuple[Some, str, str]
"""What came of it, and the channel and the demonstration to be named."""


def clipped(some: Some, rng: np.random.Generator) -> Planted:
    column = int(rng.integers(some[0].spec.width))
    every = np.concatenate([one.values[:, column] for one in some])
    low, high = np.quantile(every, (OFF, 1.0 - OFF))
    made = []
    for one in some:
        values = one.values.copy()
        values[:, column] = np.clip(values[:, column], low, high)
        made.append(replace(one, values=values))
    return made, some[0].spec.names[column], ""


def dead(some: Some, rng: np.random.Generator) -> Planted:
    n, column = int(rng.integers(len(some))), int(rng.integers(some[0].spec.width))
    values = some[n].values.copy()
    values[:, column] = values[0, column]
    return (
        [*some[:n], replace(some[n], values=values), *some[n + 1 :]],
        some[n].spec.names[column],
        some[n].id,
    )


def short(some: Some, rng: np.random.Generator) -> Planted:
    n = int(rng.integers(len(some)))
    return [*some[:n], some[n].part(0, round(0.4 * len(some[n]))), *some[n + 1 :]], "", some[n].id


def slow(some: Some, rng: np.random.Generator) -> Planted:
    n = int(rng.integers(len(some)))
    half = replace(some[n], time=some[n].time[::2], values=some[n].values[::2])
    return [*some[:n], half, *some[n + 1 :]], "", some[n].id


def gap(some: Some, rng: np.random.Generator) -> Planted:
    n = int(rng.integers(len(some)))
    one = some[n]
    kept = np.abs(one.time - one.time[0] - 0.5 * one.seconds) > 0.2
    holed = replace(one, time=one.time[kept], values=one.values[kept])
    return [*some[:n], holed, *some[n + 1 :]], "", one.id


FAULTS: dict[str, Callable[[Some, np.random.Generator], Planted]] = {
    "clipped": clipped, "dead": dead, "length": short, "rate": slow, "gap": gap,
}  # fmt: skip


def few(some: Some, rng: np.random.Generator) -> Some:
    return [group[n] for group in grouped(some).values() for n in sorted(rng.permutation(len(group))[:MOST])]


def told(some: Some) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(one.kind, one.channel, one.demonstrations) for one in takes.findings(some) if one.kind != "idle"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    people = {
        "mogere": list(sets.mogere(options.folder)),
        "handwaving": list(sets.handwaving(options.folder)),
        "wand_digits": [sets.wand(options.folder, 20, seed) for seed in range(5)],
        "grt_mouse": list(sets.mouse(options.folder)),
    }
    rows: dict[str, dict[str, float]] = {}
    for name, projects in people.items():
        row = dict.fromkeys((*FAULTS, "another kind", "clean, something told"), 0.0)
        for seed in range(options.seeds):
            rng = np.random.default_rng(seed)
            some = few(projects[seed % len(projects)], rng)
            before = told(some)
            row["clean, something told"] += bool(before) / options.seeds
            for kind, plant in FAULTS.items():
                made, channel, identity = plant(some, rng)
                found = told(made) - before
                row[kind] += any(
                    k == kind and c == channel and (not identity or identity in ids) for k, c, ids in found
                ) / options.seeds  # fmt: skip
                row["another kind"] += any(k != kind for k, _, _ in found) / options.seeds / len(FAULTS)
        rows[name] = row
    if options.json:
        print(json.dumps(rows))
        return
    for name, row in rows.items():
        print(f"{name:15}" + ", ".join(f"{kind} {share:.2f}" for kind, share in row.items()))


if __name__ == "__main__":
    main()
