"""Never that: what was promised of demonstrations left out, and what became of executions nobody has seen.

    python benchmarks/teaching/never.py FOLDER_OF_SETS [--seeds 8] [--shots 5] [--tested 20] [--json]

Five demonstrations of each digit of wand_digits teach. Each pair of digits of which one begins in a demonstration of
the other that is left out is forbidden, by itself, as `gesturemap teach PROJECT never A B --accept` does. Then 20
unseen executions of both are played, with and without: in how many of B does A begin, and how many of A are missed? As
live: what begins by the mapping `events` counts.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import sets

from gesturemap import catalog, compiled, models
from gesturemap.demonstrations import Demonstration
from gesturemap.mapping.events import Events
from gesturemap.models.model import Model
from gesturemap.teaching.critique.never import needing, never
from gesturemap.teaching.hearing import hear, rested
from gesturemap.teaching.leave_one_out import evaluate, opened
from gesturemap.teaching.play import Opened, learn

MODELS = ("exemplar", "hhmm")
WORDS = ("false", "missed")


def counted(
    it: Opened, model: Model, some: list[Demonstration], rules: list[Events], a: str, b: str
) -> np.ndarray:
    false = missed = 0
    for one in some:
        heard = hear(it, model, rested(one), rules)
        false += one.label == b and a in (heard.given, *heard.also)
        missed += one.label == a and heard.given != a
    return np.array([false, missed])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--shots", type=int, default=5)
    parser.add_argument("--tested", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for kind in MODELS:
        compiled.load(models.kernels(kind, fitting=True))
        learner, rules = catalog.read("models", {"kind": kind}, "never"), [Events()]
        pairs, sums = 0, np.zeros((5, 2), int)
        for seed in range(options.seeds):
            every = sets.wand(options.folder, options.shots + options.tested, seed)
            groups: dict[str, list[Demonstration]] = {}
            for one in every:
                groups.setdefault(one.label, []).append(one)
            rng = np.random.default_rng(seed)
            shown, rest = [], []
            for group in groups.values():
                order = rng.permutation(len(group))
                shown += [group[n] for n in order[: options.shots]]
                rest += [group[n] for n in order[options.shots :]]
            it = opened(learner, shown, 1.0 / float(np.median(np.diff(shown[0].time))))
            label = {one.id: one.label for one in shown}
            each = evaluate(it, rules, change=rested).each
            found = {(a, label[n]) for n, one in each.items() for a in (one["given"], *one["also"]) if a}
            model = learn(it, shown)[0]
            for a, b in sorted(pair for pair in found if pair[0] != pair[1]):
                offer = never(it, rules, a, b)
                asked = [one for one in rest if one.label in (a, b)]
                then = [needing(rules[0], a, offer.then.fit)] if offer.helps else rules
                price = offer.then if offer.helps else offer.now
                sums += [
                    [offer.shown[1], offer.shown[0]],
                    [offer.now.false, offer.now.missed], [price.false, price.missed],
                    counted(it, model, asked, rules, a, b), counted(it, model, asked, then, a, b),
                ]  # fmt: skip
                pairs += 1
        row: dict[str, object] = {"model": kind, "pairs": pairs, "tested": pairs * options.tested}
        for n, word in enumerate(WORDS):
            row[f"{word}, left out of {sums[0, n]}"] = f"{sums[1, n]} -> {sums[2, n]}"
            row[f"{word}, unseen"] = f"{sums[3, n]} -> {sums[4, n]}"
        rows.append(row)
        if not options.json:
            print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
