"""Eight causes planted in what real people showed: does the doctor name the right one first?

    python benchmarks/teaching/doctor.py FOLDER_OF_SETS [--seeds 20] [--sets mogere,wand_digits,grt_mouse]
        [--model exemplar] [--usual exemplar] [--last] [--json]

In each seed one person's demonstrations, five of each gesture, get one cause:

dead          a channel does not move: in all of them (even seeds), or in those of the second half of the session
clipped       the highest and lowest tenth of an axis are cut off
model         a model that hears single frames alone, in turn another one, which misses a fifth or more
few           each gesture was shown once (even seeds), or once or twice by lot, one of them once
alike         a gesture's next five demonstrations are another gesture, by name
names         two demonstrations of two gestures have each other's name
names of 3    the same of three demonstrations of each gesture
inconsistent  one gesture is half something else in each repetition (0.4 to 0.8 of another gesture, drawn each time),
              turned by any angle, in any tempo from half to twice, in any size from half to twice; drawn again where
              fewer than two of them are missed

The digit 0 is left out of wand_digits: it was drawn in two ways, and the doctor says so; the set wand_digits+0 has it.
Named first: the first cause that `gesturemap teach PROJECT doctor` tells is of that kind, and of that channel, gesture
or pair. Clean: it tells nothing. Demonstrations are heard live, by a mapping of kind events, as those of a project are;
with --last at the last frame, as those of a file are. `harm` is the share of demonstrations left out that the planted
model misses, against `clean`. Both models may be `auto`; then it takes hours.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import sets

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import Demonstration
from gesturemap.mapping.events import Events
from gesturemap.models.model import Learner
from gesturemap.teaching.critique.doctor.causes import Cause, causes
from gesturemap.teaching.critique.doctor.patient import Patient
from gesturemap.teaching.hearing import Rules, rules_of
from gesturemap.teaching.leave_one_out import opened

EACH, OFF = 5, 0.1
WRONG, MISSES = ("knn", "gmm", "naive_bayes", "linear", "tree"), 0.2
KINDS = {"dead": ("dead",), "clipped": ("clipped",), "model": ("model",), "few": ("few",), "alike": ("alike",),
         "names": ("label", "odd"), "names of 3": ("label", "odd"),
         "inconsistent": ("inconsistent", "disagree")}  # fmt: skip
Some = list[Demonstration]
Hear = Callable[[Some, Learner, Learner], Patient]


class Case(NamedTuple):
    shown: Some
    about: set[str]
    """Gestures that the right finding names; empty: any."""
    channel: str = ""
    kind: str = ""
    """Of the model, where it is another."""


def grouped(some: Some) -> dict[str, Some]:
    groups: dict[str, Some] = {}
    for one in some:
        groups.setdefault(one.label, []).append(one)
    return groups


def dead(shown: Some, rest: Some, rng: np.random.Generator, seed: int, hear: Hear) -> Case:
    column = int(rng.integers(shown[0].spec.width))
    from_ = 0 if seed % 2 == 0 else EACH // 2
    made = []
    for group in grouped(shown).values():
        for n, one in enumerate(group):
            values = one.values.copy()
            if n >= from_:
                values[:, column] = shown[0].values[0, column]
            made.append(replace(one, values=values))
    return Case(made, set(), shown[0].spec.names[column])


def clipped(shown: Some, rest: Some, rng: np.random.Generator, seed: int, hear: Hear) -> Case:
    column = int(rng.integers(shown[0].spec.width))
    low, high = np.quantile(np.concatenate([one.values[:, column] for one in shown]), (OFF, 1.0 - OFF))
    made = []
    for one in shown:
        values = one.values.copy()
        values[:, column] = np.clip(values[:, column], low, high)
        made.append(replace(one, values=values))
    return Case(made, set(), shown[0].spec.names[column])


def model(shown: Some, rest: Some, rng: np.random.Generator, seed: int, hear: Hear) -> Case:
    for turn in range(len(WRONG)):
        kind = WRONG[(seed + turn) % len(WRONG)]
        one = catalog.read("models", {"kind": kind}, "doctor")
        if hear(shown, one, one).now.score <= 1.0 - MISSES:
            break
    return Case(shown, set(), kind=kind)


def few(shown: Some, rest: Some, rng: np.random.Generator, seed: int, hear: Hear) -> Case:
    groups = grouped(shown)
    counts = rng.integers(1, 3, len(groups)) if seed % 2 else np.ones(len(groups), int)
    counts[rng.integers(len(groups))] = 1
    return Case([one for group, n in zip(groups.values(), counts, strict=True) for one in group[:n]], set())


def alike(shown: Some, rest: Some, rng: np.random.Generator, seed: int, hear: Hear) -> Case:
    label = str(rng.choice([label for label, group in grouped(rest).items() if len(group) >= EACH]))
    own = [one for one in rest if one.label == label]
    more = [replace(own[n], label="another") for n in sorted(rng.permutation(len(own))[:EACH])]
    return Case([*shown, *more], {label, "another"})


def names(shown: Some, rest: Some, rng: np.random.Generator, seed: int, hear: Hear) -> Case:
    one, other = rng.choice(list(grouped(shown)), 2, replace=False).tolist()
    groups = grouped(shown)
    new = {groups[one][0].id: other, groups[other][0].id: one}
    return Case([replace(each, label=new.get(each.id, each.label)) for each in shown], {one, other})


def names_of_three(shown: Some, rest: Some, rng: np.random.Generator, seed: int, hear: Hear) -> Case:
    return names([one for group in grouped(shown).values() for one in group[:3]], rest, rng, seed, hear)


def inconsistent(shown: Some, rest: Some, rng: np.random.Generator, seed: int, hear: Hear) -> Case:
    label = str(rng.choice(list(grouped(shown))))
    others = [one for one in shown if one.label != label]
    usual = catalog.read("models", {"kind": "exemplar"}, "doctor")
    for _ in range(20):
        made = [_sloppy(one, others, rng) if one.label == label else one for one in shown]
        right = hear(made, usual, usual).now.right
        if sum(not right[one.id] for one in made if one.label == label) >= 2:
            break
    return Case(made, {label})


def _sloppy(one: Demonstration, others: Some, rng: np.random.Generator) -> Demonstration:
    count = max(8, round(len(one) * 2.0 ** rng.uniform(-1.0, 1.0)))
    share, other = rng.uniform(0.4, 0.8), others[rng.integers(len(others))]

    def stretched(values):
        at = np.linspace(0.0, len(values) - 1.0, count)
        return np.stack([np.interp(at, np.arange(len(values)), column) for column in values.T], axis=1)

    values = (1.0 - share) * stretched(one.values) + share * stretched(other.values)
    turned, sign = np.linalg.qr(rng.normal(size=(values.shape[1],) * 2))
    mean = values.mean(0)
    values = (values - mean) @ (turned * np.sign(np.diag(sign))) * 2.0 ** rng.uniform(-1.0, 1.0) + mean
    step = float(np.median(np.diff(one.time)))
    return replace(one, time=one.time[0] + step * np.arange(count), values=values)


CAUSES: dict[str, Callable[[Some, Some, np.random.Generator, int, Hear], Case]] = {
    "dead": dead, "clipped": clipped, "model": model, "few": few, "alike": alike, "inconsistent": inconsistent,
    "names": names, "names of 3": names_of_three,
}  # fmt: skip


def drawn(folder: Path, name: str, seed: int, rng: np.random.Generator) -> tuple[Some, Some]:
    """Five of each gesture of one person, and the others."""
    people = {
        "mogere": lambda: list(sets.mogere(folder)),
        "wand_digits": lambda: [[one for one in sets.wand(folder, 3 * EACH, seed) if one.label != "0"]],
        "wand_digits+0": lambda: [sets.wand(folder, 3 * EACH, seed)],
        "grt_mouse": lambda: list(sets.mouse(folder)),
    }[name]()
    shown, rest = [], []
    for group in grouped(people[seed % len(people)]).values():
        order = rng.permutation(len(group))
        shown += [group[n] for n in sorted(order[:EACH])]
        rest += [group[n] for n in sorted(order[EACH:])]
    return shown, rest


def asked(shown: Some, learner: Learner, usual: Learner, rules: Rules | None = None) -> Patient:
    rate = 1.0 / float(np.median(np.diff(shown[0].time)))
    return Patient(shown, opened(learner, shown, rate), rules, usual=usual)


def right(cause: str, case: Case, first: Cause | None) -> bool:
    if first is None or first.finding.kind not in KINDS[cause]:
        return False
    return first.finding.channel == case.channel and (not case.about or first.finding.gesture in case.about)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--sets", default="mogere,wand_digits,grt_mouse")
    parser.add_argument("--model", default="exemplar")
    parser.add_argument("--usual", default="exemplar")
    parser.add_argument("--last", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for kind in {options.model, options.usual, "exemplar", *WRONG}:
        compiled.load(models.kernels(kind, fitting=True))
    learner, usual = (
        catalog.read("models", {"kind": kind}, "doctor") for kind in (options.model, options.usual)
    )
    hear = partial(asked, rules=None if options.last else rules_of([Events()]))
    rows = {}
    for name in options.sets.split(","):
        row, wrong, began = Counter[str](), Counter[str](), time.perf_counter()
        scores: dict[str, list[float]] = {}
        for seed in range(options.seeds):
            rng = np.random.default_rng([seed, len(name)])
            shown, rest = drawn(options.folder, name, seed, rng)
            healthy = hear(shown, learner, usual)
            told = next(causes(healthy), None)
            scores.setdefault("clean", []).append(healthy.now.score)
            row["clean"] += told is None
            if told is not None:
                wrong[f"clean: {told.finding.kind} {told.finding.gesture}{told.finding.channel}"] += 1
            for cause, plant in CAUSES.items():
                case = plant(shown, rest, rng, seed, hear)
                own = catalog.read("models", {"kind": case.kind}, "doctor") if case.kind else learner
                patient = hear(case.shown, own, usual)
                first = next(causes(patient), None)
                row[cause] += right(cause, case, first)
                scores.setdefault(cause, []).append(patient.now.score)
                if not right(cause, case, first):
                    what = (
                        f"{first.finding.kind} {first.finding.gesture}{first.finding.channel}"
                        if first
                        else "-"
                    )
                    wrong[f"{cause}: {what}"] += 1
        rows[name] = {
            "right": {cause: row[cause] / options.seeds for cause in (*CAUSES, "clean")},
            "harm": {cause: round(1.0 - float(np.nanmean(each)), 3) for cause, each in scores.items()
                     if not np.isnan(each).all()},
            "otherwise": dict(wrong), "s": round(time.perf_counter() - began, 1),
        }  # fmt: skip
        if not options.json:
            print(name)
            for key, value in rows[name].items():
                print(f"  {key}: {value}", flush=True)
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
