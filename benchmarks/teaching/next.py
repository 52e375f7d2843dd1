"""Which demonstration to record next: how many are wanted until 95 % of unseen executions are recognised?

    python benchmarks/teaching/next.py FOLDER_OF_SETS [--seeds 12] [--model exemplar] [--json]

A musician records one demonstration after another: the gesture that is offered, one chosen by lot, or all in turn.
What is recorded is drawn by lot from the executions of that gesture. After each, executions that nobody has seen are
streamed, and the mean accuracy of the gestures at their last frame counts; one that was not recorded yet is wrong.
Told is how many demonstrations there are, mean over the seeds, when 95 % are reached first: from nothing but the names
of the gestures on, and from one demonstration of each on. `manner`: as offered, and where a manner is asked for
(slower, larger ...) the musician does it three times and keeps that which is most so.

The rules were looked at with wand_digits and `mogere, all`; grt_mouse and single people of mogere were not looked at.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import sets

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import Demonstration, grouped, in_turn
from gesturemap.models.model import Model
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.play import Opened, learn, play
from gesturemap.teaching.suggest import offers

ENOUGH, MOST, DONE = 0.95, 70, 3
Groups = dict[str, list[Demonstration]]


class Musician:
    """Records what is asked for, as long as there is any."""

    def __init__(self, pool: Groups, learner: object, rng: np.random.Generator) -> None:
        self.pool, self.learner, self.rng = {label: list(some) for label, some in pool.items()}, learner, rng
        self.shown: list[Demonstration] = []

    def record(self, label: str, manner: str = "") -> None:
        some = self.pool[label]
        longer, larger = offers.MANNERS.get(manner, (1.0, 1.0))
        few = range(min(DONE if manner else 1, len(some)))
        how = [np.log(longer) * np.log(some[n].seconds) + np.log(larger) * np.log(size(some[n])) for n in few]
        self.shown.append(some.pop(int(np.argmax(how))))

    @property
    def left(self) -> list[str]:
        return [label for label, some in self.pool.items() if some]

    def taught(self) -> tuple[Opened, Model]:
        it = opened(self.learner, self.shown, 1.0 / float(np.median(np.diff(self.shown[0].time))))
        return it, learn(it, self.shown)[0]


def size(one: Demonstration) -> float:
    return max(float(one.values.std(0).mean()), 1e-9)


def by_lot(who: Musician) -> None:
    who.record(str(who.rng.choice(who.left)))


def evenly(who: Musician) -> None:
    count = {label: sum(one.label == label for one in who.shown) for label in who.left}
    who.record(min(who.rng.permutation(who.left).tolist(), key=lambda label: count[label]))


def offered(who: Musician, manner: bool = False) -> None:
    if not who.shown:
        return who.record(offers.offers(None, list(who.pool))[0].gesture)
    it, model = who.taught()
    found = [one for one in offers.offers(likeness(it, model), list(who.pool)) if one.gesture in who.left]
    if not found:
        return evenly(who)
    best = offers.in_manner(found[0], it, model) if manner else found[0]
    return who.record(best.gesture, best.manner)


STRATEGIES: dict[str, Callable[[Musician], None]] = {
    "offered": offered, "by lot": by_lot, "in turn": evenly, "manner": partial(offered, manner=True),
}  # fmt: skip


def enough(who: Musician, tests: Groups) -> bool:
    """Whether enough is recognised; given up as soon as too much is not, or was never shown."""
    known = {one.label for one in who.shown}
    worth = {label: 1.0 / (len(tests) * len(some)) for label, some in tests.items()}
    wrong = (len(tests) - len(known)) / len(tests)
    if wrong > 1.0 - ENOUGH:
        return False
    it, model = who.taught()
    for one in in_turn([one for label in sorted(known) for one in tests[label]]):
        if model.labels[int(play(it, model, one).answers[-1])] != one.label:
            wrong += worth[one.label]
        if wrong > 1.0 - ENOUGH + 1e-9:
            return False
    return True


def needed(strategy: str, some: list[Demonstration], held: int, first: int, kind: str, seed: int) -> int:
    """Demonstrations until enough is recognised; `MOST` where that never was."""
    rng = np.random.default_rng(seed)
    drawn = {label: [own[n] for n in rng.permutation(len(own))] for label, own in grouped(some).items()}
    tests = {label: own[:held] for label, own in drawn.items()}
    pool = {label: own[held:] for label, own in drawn.items()}
    who = Musician(pool, catalog.read("models", {"kind": kind}, "next"), rng)
    for label in list(pool) * first:
        who.record(label)
    while who.left and len(who.shown) < MOST:
        if who.shown and enough(who, tests):
            return len(who.shown)
        STRATEGIES[strategy](who)
    return MOST


def projects(folder: Path) -> dict[str, tuple[list[list[Demonstration]], int]]:
    """The sets, as projects of which each seed takes one in turn, and executions of each gesture that are held out."""
    people, mouse = list(sets.mogere(folder)), list(sets.mouse(folder))
    return {
        "wand_digits": ([sets.wand(folder, 60, 0)], 10),
        "mogere, all": ([[one for own in people for one in own]], 16),
        "grt_mouse": ([[one for own in mouse for one in own]], 4),
        "mogere, one": (people, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--model", default="exemplar")
    parser.add_argument("--sets", nargs="+", default=[])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels(options.model, fitting=True))
    rows = []
    for name, (some, held) in projects(options.folder).items():
        if options.sets and name not in options.sets:
            continue
        for first in (0, 1):
            counts = {
                strategy: [
                    needed(strategy, some[seed % len(some)], held, first, options.model, seed)
                    for seed in range(options.seeds)
                ]
                for strategy in STRATEGIES
            }
            means = {strategy: float(np.mean(each)) for strategy, each in counts.items()}
            gestures = len({one.label for one in some[0]})
            row = {
                "set": name, "gestures": gestures, "begins with": first * gestures, **means,
                "fewer than by lot": 1.0 - means["offered"] / means["by lot"],
                "fewer than in turn": 1.0 - means["offered"] / means["in turn"],
                "each": counts,
            }  # fmt: skip
            rows.append(row)
            if not options.json:
                cells = (
                    f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}"
                    for k, v in row.items()
                    if k != "each"
                )
                print("  ".join(cells), flush=True)
    if options.json:
        print(json.dumps({"model": options.model, "seeds": options.seeds, "enough": ENOUGH, "rows": rows}))


if __name__ == "__main__":
    main()
