"""Sound check on planted changes of the sensor: how many are found, what a clean day is told, what is put right.

    python benchmarks/teaching/sound_check.py DATA [--days 100] [--played 12] [--times 3] [--json]

DATA holds the folders ``mogere`` and ``wand_digits``. A day is a user, five (mogere) or ten (wand_digits)
demonstrations of each gesture that teach, and the two gestures that `offered` names from these alone, each done
`times` times; all are drawn by a seed, none is on both sides. Each day is checked as it is and with each change:
turned by 15 degrees about a random axis, a random axis turned round, two random axes swapped, half or twice as many
frames a second (time stamps right), everything 1.5 times as large, a random axis off by as much as the vector
deviates within demonstrations. Found: it was named for what it is.
Accuracy: the model learned from that day's demonstrations plays what neither teaches nor is in the sound check:
as it is, changed, and changed with the correction that the sound check gave.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, through
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Spec, Values
from gesturemap.models.model import Model
from gesturemap.teaching.critique.sound_check import Checked, offered, sound_check
from gesturemap.teaching.play import Opened, Request, learn, opened, play

SETS = {"mogere": (("acc*",), 5), "wand_digits": ((), 10)}
"""Channels, and demonstrations that teach."""
TESTED = 30
"""Demonstrations played on a day."""
KINDS = {
    "turned 15°": "turned", "flipped": "axes", "swapped": "axes", "rate": "rate", "gain 1.5": "gain", "bias": "offset",
}  # fmt: skip
"""Change -> what it is called."""


def of(one: Demonstration, values: Values) -> Demonstration:
    """The same with other values."""
    return replace(one, values=np.ascontiguousarray(values))


def held(one: Demonstration, rate: float) -> Demonstration:
    """The latest frame so many times a second, as an input that is asked for a rate gives it."""
    time = one.time[0] + np.arange(int(one.seconds * rate) + 1) / rate
    at = np.clip(np.searchsorted(one.time, time + 1e-9, "right") - 1, 0, len(one) - 1)
    return replace(one, time=time, values=np.ascontiguousarray(one.values[at]))


def resampled(one: Demonstration, factor: float) -> Demonstration:
    """So many times as many frames."""
    count = max(2, round(len(one) * factor))
    time = np.linspace(one.time[0], one.time[-1], count)
    values = np.stack([np.interp(time, one.time, column) for column in one.values.T], axis=1)
    return replace(one, time=time, values=values)


def rotation(size: int, random: np.random.Generator, degrees: float = 15.0) -> Values:
    """About a random axis."""
    angle = np.radians(degrees) * random.choice([-1.0, 1.0])
    if size == 2:
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    x, y, z = (axis := random.normal(size=3)) / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross


def change(name: str, size: int, random: np.random.Generator, deviation: float = 0.0):  # type: ignore[no-untyped-def]
    """What a change makes of a demonstration."""
    matrix, bias = np.eye(size), np.zeros(size)
    if name == "rate":
        factor = float(random.choice([0.5, 2.0]))
        return lambda one: resampled(one, factor)
    if name == "turned 15°":
        matrix = rotation(size, random)
    elif name == "flipped":
        matrix[(axis := int(random.integers(size))), axis] = -1.0
    elif name == "swapped":
        a, b = random.choice(size, 2, replace=False)
        matrix[[a, b]] = matrix[[b, a]]
    elif name == "gain 1.5":
        matrix *= 1.5
    elif name == "bias":
        bias[int(random.integers(size))] = deviation * random.choice([-1.0, 1.0])
    return lambda one: of(one, one.values @ matrix.T + bias)


def corrected(one: Demonstration, checked: Checked, spec: Spec) -> Demonstration:
    """As gesturemap would hear it with what the sound check offers."""
    if checked.rate:
        one = held(one, checked.rate)
    features = tuple(catalog.read("features", table, "corrections") for table in checked.corrections)
    chain = ChainRun(features, spec)
    return through(one, chain.step, chain.spec)


def right(it: Opened, model: Model, ones: Sequence[Demonstration]) -> float:
    """Percent of these that are called what they are at their last frame."""
    said = [model.labels[int(play(it, model, one).answers[-1])] == one.label for one in ones]
    return 100.0 * float(np.mean(said))


def experiment(folder: Path, name: str, days: int, played: int, times: int, seed: int) -> dict[str, object]:
    """All days of one set."""
    columns, taught_times = SETS[name]
    it = opened(Request(str(folder / name / "data.npz"), columns, "", json.dumps({"kind": "auto"})))
    corpus = it.corpus
    users, gestures = sorted(set(corpus.users)), sorted(set(corpus.labels))
    found: dict[str, list[bool]] = defaultdict(list)
    beside: dict[str, list[bool]] = defaultdict(list)
    accuracy: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    told: dict[str, int] = defaultdict(int)
    for day in range(days):
        random = np.random.default_rng((seed, day))
        user = users[day % len(users)]
        teach: list[Demonstration] = []
        rest: dict[str, list[Demonstration]] = {}
        for gesture in gestures:
            own = [
                d
                for d, u in zip(corpus.demonstrations, corpus.users, strict=True)
                if (u, d.label) == (user, gesture)
            ]
            order = random.permutation(len(own))
            teach += [own[i] for i in order[:taught_times]]
            rest[gesture] = [own[i] for i in order[taught_times:]]
        chosen = offered(teach)
        today = [one for gesture in chosen for one in rest[gesture][:times]]
        others = [one for gesture in gestures for one in rest[gesture][times if gesture in chosen else 0 :]]
        others = [others[i] for i in random.permutation(len(others))[:TESTED]]
        clean = sound_check(teach, today)
        found["clean"].append(bool(clean.findings))
        for one in clean.findings:
            told[one.kind] += 1
        model = learn(it, teach)[0] if day < played else None
        base = right(it, model, others) if model else 0.0
        deviation = float(np.sqrt(np.mean([one.values.var(axis=0) for one in teach])))
        for plant, kind in KINDS.items():
            make = change(plant, corpus.demonstrations[0].spec.width, random, deviation)
            checked = sound_check(teach, [make(one) for one in today])
            kinds = {one.kind for one in checked.findings}
            found[plant].append(kind in kinds)
            beside[plant].append(bool(kinds - {kind}))
            if model:
                changed = [make(one) for one in others]
                mended = [corrected(one, checked, one.spec) for one in changed]
                accuracy[plant].append((base, right(it, model, changed), right(it, model, mended)))
    return {
        "set": name, "days": days, "played": played, "times": times,
        "clean_flagged": float(np.mean(found.pop("clean"))), "clean_told": dict(told),
        "found": {plant: float(np.mean(each)) for plant, each in found.items()},
        "said_beside": {plant: float(np.mean(each)) for plant, each in beside.items()},
        "accuracy": {plant: np.mean(each, axis=0).tolist() for plant, each in accuracy.items()},
    }  # fmt: skip


def main() -> None:
    """Run both sets and print their tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--played", type=int, default=12, help="days of which accuracy is measured")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = [
        experiment(options.data, name, options.days, options.played, options.times, options.seed)
        for name in options.sets
    ]
    if options.json:
        print(json.dumps(results))
        return
    write = sys.stdout.write
    for result in results:
        write(f"{result['set']}: {result['days']} days, each gesture {result['times']} times; ")
        write(f"clean days flagged {100.0 * result['clean_flagged']:.1f} % {result['clean_told']}\n")  # type: ignore[operator]
        write("| change | found % | something else said % | accuracy as it was | changed | put right |\n")
        write("|---|---|---|---|---|---|\n")
        for plant in KINDS:
            three = result["accuracy"].get(plant, [float("nan")] * 3)  # type: ignore[attr-defined]
            write(
                f"| {plant} | {100.0 * result['found'][plant]:.1f} | {100.0 * result['said_beside'][plant]:.1f} | "  # type: ignore[index]
                + " | ".join(f"{value:.1f}" for value in three) + " |\n"
            )  # fmt: skip


if __name__ == "__main__":
    main()
