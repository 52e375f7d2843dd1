"""What is expected to be confused, of one or two demonstrations of a new gesture, and what then is.

    python benchmarks/teaching/distinct.py FOLDER_OF_SETS [--draws 10] [--json]

Each gesture of a set in turn is the new one, shown once or twice; the others are known by three demonstrations each,
all drawn at random. Predicted: `Distinct.expected`, which sees these and nothing else. Measured: a model is fitted to
all of them (`few_shot`; with --chains without its convolutions), and executions that nobody has seen, 10 of each
gesture, are streamed to it. Of each pair the posterior of the other gesture, of the two, at the last frame, mean over
executions of both ("measured"): it grades where wrong answers do not, as most pairs are never taken for each other
("without error"). "evidence" is the same of the follower's log-likelihoods alone, of a single moment, not sharpened.
Errors are the share of executions of either at whose end the other of the two is likelier. Pairs are pooled over draws
and over who is new; the rank correlation of single draws stands beside it: that is what one musician sees once.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sets
from scipy.stats import spearmanr

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet, grouped
from gesturemap.frames import Estimate
from gesturemap.models.few_shot import FewShot
from gesturemap.teaching.critique.distinct import Distinct

KNOWN, TESTED = 3, 10


def of_sets(folder: Path) -> Iterator[tuple[str, list[Demonstration]]]:
    yield "wand_digits", sets.wand(folder, 100, 0)
    corpus = sets.of(folder, "grt_mouse")
    yield "grt_mouse", list(corpus.demonstrations)


def draw(
    some: list[Demonstration], new: str, times: int, learner: FewShot, rng: np.random.Generator
) -> dict[str, dict[str, float]]:
    """Of each known gesture: what is predicted, and what is measured."""
    groups = grouped(some)
    train, test = {}, {}
    for label, group in groups.items():
        order, count = rng.permutation(len(group)), times if label == new else KNOWN
        train[label] = [group[n] for n in order[:count]]
        test[label] = [group[n] for n in order[count : count + TESTED]]
    known = TrainingSet(tuple(one for label, group in train.items() if label != new for one in group))
    chains = FewShot(convolutions="off").fit(known)
    expected = {one.gesture: one for one in Distinct(chains, known).expected(train[new])}
    full = learner.fit(TrainingSet(tuple(one for group in train.values() for one in group)))
    place, found = full.labels.index(new), {}
    said = {label: [last(full, one) for one in group] for label, group in test.items()}
    for label, one in expected.items():
        pair = [place, full.labels.index(label)]
        found[label] = {"predicted": one.confusion} | {
            name: 0.5
            * float(
                np.mean([judge(each, pair) for each in said[new]])
                + np.mean([judge(each, pair[::-1]) for each in said[label]])
            )
            for name, judge in (("measured", posterior), ("evidence", evidence), ("errors", wrong))
        }
    return found


def last(model: Any, one: Demonstration) -> Estimate:
    follower = model.start()
    for frame in one.frames():
        estimate = follower.step(frame)
    return estimate


def posterior(said: Estimate, pair: list[int]) -> float:
    """Of the second of two gestures."""
    own, other = said.posterior[pair]
    return other / max(own + other, 1e-300)


def evidence(said: Estimate, pair: list[int]) -> float:
    own, other = said.log_likelihoods[pair]
    return 1.0 / (1.0 + np.exp(np.clip(own - other, -500.0, 500.0)))


def wrong(said: Estimate, pair: list[int]) -> float:
    return float(posterior(said, pair) > 0.5)


def rank(one: Any, other: Any) -> float | None:
    found = float(spearmanr(one, other)[0])
    return found if np.isfinite(found) else None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--chains", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels("few_shot", fitting=True))
    learner = FewShot(convolutions="off" if options.chains else "on")
    rows: dict[str, Any] = {}
    for name, some in of_sets(options.folder):
        labels = sorted({one.label for one in some})
        for times in (1, 2):
            pairs: dict[tuple[str, ...], list[dict[str, float]]] = {}
            for number, new in enumerate(labels):
                for seed in range(options.draws):
                    rng = np.random.default_rng((number, seed, times))
                    for other, row in draw(some, new, times, learner, rng).items():
                        pairs.setdefault(tuple(sorted((new, other))), []).append(row)
            mean = {key: [float(np.mean([row[key] for row in own])) for own in pairs.values()] for key in row}
            flat = {key: [row[key] for own in pairs.values() for row in own] for key in row}
            rows[f"{name}, shown {times} x"] = {
                "pairs": len(pairs),
                "spearman": rank(mean["predicted"], mean["measured"]),
                "with evidence": rank(mean["predicted"], mean["evidence"]),
                "with errors": rank(mean["predicted"], mean["errors"]),
                "single draws": rank(flat["predicted"], flat["measured"]),
                "mean predicted": float(np.mean(mean["predicted"])),
                "mean measured": float(np.mean(mean["measured"])),
                "mean errors": float(np.mean(mean["errors"])),
                "without error": float(np.mean(np.array(mean["errors"]) == 0.0)),
            }
    if options.json:
        print(json.dumps(rows))
        return
    columns = list(next(iter(rows.values())))
    print(f"{'':25}" + "".join(f"{column:>16}" for column in columns))
    for name, row in rows.items():
        print(
            f"{name:25}" + "".join(f"{'-' if row[c] is None else format(row[c], '.3g'):>16}" for c in columns)
        )


if __name__ == "__main__":
    main()
