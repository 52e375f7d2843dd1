"""How soon after a training is the confusion matrix new, and is it the one that streaming gives?

    python benchmarks/teaching/refresh.py FOLDER_OF_SETS [--edits 24] [--json]

A project is edited: a demonstration comes, another is left out, one is relabelled, in turn. After each edit the model
is trained (not counted), and what was left out is asked of `KeptPairs`, which hears what changed, and of all pairs
anew. Told are the milliseconds of both until matrix and plain words are there, the share of pairs that was heard, and
how many answers differ between the two. At the end each demonstration is left out for a model of its own and streamed
(`exemplar`): how many answers differ from those of the matrix.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import sets

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration
from gesturemap.models.exemplar import Exemplar
from gesturemap.teaching import leave_one_out
from gesturemap.teaching.critique.kept_pairs import KeptPairs
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.plainly import plainly
from gesturemap.teaching.play import Opened, learn

LEARNER = Exemplar()


def opened(some: list[Demonstration]) -> Opened:
    return leave_one_out.opened(LEARNER, some, 1.0 / float(np.median(np.diff(some[0].time))))


def edited(
    number: int, shown: list[Demonstration], left: list[Demonstration], rng: np.random.Generator
) -> None:
    """Change what is shown, in place."""
    if number % 3 == 0:
        shown.append(left.pop())
    elif number % 3 == 1:
        shown.pop(int(rng.integers(len(shown))))
    else:
        place = int(rng.integers(len(shown)))
        shown[place] = replace(shown[place], label=shown[int(rng.integers(len(shown)))].label)


def measured(name: str, some: list[Demonstration], edits: int) -> dict[str, object]:
    rng = np.random.default_rng(0)
    every = [some[n] for n in rng.permutation(len(some))]
    shown, left = every[edits:], every[:edits]
    kept, anew, shares, differ, answers = list[float](), list[float](), list[float](), 0, 0
    pairs, it = KeptPairs(), opened(shown)
    pairs.refresh(it, learn(it, shown)[0])
    for number in range(edits):
        edited(number, shown, left, rng)
        it = opened(shown)
        model = learn(it, shown)[0]
        begun = time.perf_counter()
        quick = plainly(pairs.refresh(it, model), shown)
        words = (quick.confusion, list(quick.words()))
        middle = time.perf_counter()
        slow = plainly(likeness(it, model), shown)
        words = (slow.confusion, list(slow.words()))
        anew.append(1e3 * (time.perf_counter() - middle))
        kept.append(1e3 * (middle - begun))
        shares.append(pairs.heard / len(shown) ** 2)
        differ += sum(a.given != b.given for a, b in zip(quick.rows, slow.rows, strict=True))
        answers += len(quick.rows)
    del words
    streamed = leave_one_out.evaluate(it, None, most=len(shown)).each
    live = sum(streamed[row.id]["given"] != row.given for row in quick.rows)
    return {
        "set": name, "demonstrations": len(shown), "kept ms, median": float(np.median(kept)),
        "kept ms, most": max(kept), "anew ms, median": float(np.median(anew)), "anew ms, most": max(anew),
        "pairs heard": float(np.mean(shares)), "answers": answers, "differ from anew": differ,
        "differ from streaming": live,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--edits", type=int, default=24)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels("exemplar", fitting=True))
    people, mouse = list(sets.mogere(options.folder)), list(sets.mouse(options.folder))
    projects = {
        "mogere, two people": people[0] + people[1],
        "wand_digits, 10 each": sets.wand(options.folder, 12, 0),
        "grt_mouse": [one for own in mouse for one in own],
    }
    rows = []
    for name, some in projects.items():
        rows.append(measured(name, some, options.edits))
        if not options.json:
            cells = (f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}" for k, v in rows[-1].items())
            print("  ".join(cells), flush=True)
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
