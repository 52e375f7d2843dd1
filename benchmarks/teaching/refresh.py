"""How soon after a training is the confusion matrix new, and is it the one that streaming gives?

    python benchmarks/teaching/refresh.py FOLDER_OF_SETS [--edits 24] [--live] [--json]

A project is edited: a demonstration comes, another is left out, one is relabelled, in turn. After each edit the model
is trained (not counted), and what was left out is asked of `KeptPairs`, which hears what changed, and of all pairs
anew. Told are the milliseconds of both until matrix and plain words are there, the share of pairs that was heard, and
how many answers differ between the two. At the end each demonstration is left out for a model of its own and streamed
(`exemplar`): how many answers differ from those of the matrix.

``--live``: a real control, trainer and process that answers instead, model `auto`. One demonstration is left out or
taken back in turn; told are the milliseconds from the notice that a model plays that has learned it all, to the notice
with the matrix, and how long the first question takes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import sets

from gesturemap import commands as c
from gesturemap import compiled, models
from gesturemap.control.controller import Controller
from gesturemap.demonstrations import Demonstration
from gesturemap.models.exemplar import Exemplar
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project
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


def live(name: str, some: list[Demonstration], edits: int) -> dict[str, object]:
    """The same over the processes that a musician has."""
    with tempfile.TemporaryDirectory() as folder:
        tables = {"project": {"name": "p"}, "input": {"kind": "pointer"}, "model": {"kind": "auto"}}
        labels = tuple(dict.fromkeys(one.label for one in some))
        project = replace(assemble(tables, "", "p"), gestures=labels, demonstrations=tuple(some))
        save_project(project, Path(folder) / "p")
        control = Controller(str(Path(folder) / "p"), sound=False, serve=False)
        notices: list[tuple[float, c.Message]] = []
        control.watchers.append(lambda notice: notices.append((time.perf_counter(), notice)))

        def until(kind: type[c.Message]) -> float:
            """When the next one of a kind comes; of trainings the last."""
            while True:
                control.turn()
                found = [at for at, notice in notices if isinstance(notice, kind)]
                if found and not control.activity.training and not control.activity.stale:
                    notices.clear()
                    return found[-1]

        try:
            control.start()
            until(c.Trained)
            took = []
            for edit in range(edits + 1):
                if edit:
                    control.carry_out(c.Enable([some[(edit - 1) // 2].id], edit % 2 == 0))
                    until(c.Trained)
                begun = time.perf_counter()
                control.carry_out(c.Ask("matrix"))
                took.append(1e3 * (until(c.Answer) - begun))
        finally:
            control.close()
    return {
        "set": name, "demonstrations": len(some), "first ms": took[0], "ms, median": float(np.median(took[1:])),
        "ms, most": max(took[1:]),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--edits", type=int, default=24)
    parser.add_argument("--live", action="store_true")
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
        rows.append((live if options.live else measured)(name, some, options.edits))
        if not options.json:
            cells = (f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}" for k, v in rows[-1].items())
            print("  ".join(cells), flush=True)
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
