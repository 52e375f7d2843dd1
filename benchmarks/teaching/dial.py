"""The dial in false triggers per 10 minutes: set on half of the movement without gestures, measured on the other half.

    python benchmarks/teaching/dial.py FOLDER_OF_SETS/mogere_stream_dev [--dials 0.3,1,3,10] [--shots 3] [--json]

Four streams of everyday movement (a phone on a cyclist's arm, 6.6 minutes in all) are divided in two, in each of the
three ways, and each half is taught as `everyday` in turn; so are the first and the second half of each stream. What is
listened for are the gestures of each of eight people (recorded standing), and those of the streams with gestures, from
that arm. The spotter is given the dial; counted is what begins in the other half, by the mapping `events`. A count is
within where it lies in the 95 % interval of a Poisson variable with the mean that the dial asks for. `missed` is what
the spotter itself expects to miss of its demonstrations left out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.stats import poisson

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.models.spotting import Spotter
from gesturemap.project.exchange.corpus import Corpus, read_corpus
from gesturemap.teaching.detect import listen
from gesturemap.teaching.extents import extent
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.streams import is_stream

Some = list[Demonstration]


def vocabularies(corpus: Corpus, shots: int, seed: int) -> Iterator[tuple[str, Some]]:
    """Of each person, and of the arm."""
    rng = np.random.default_rng(seed)
    with_events, free = is_stream(corpus)
    wanted = {moment.label for moment in corpus.moments} | {"double_knock"}
    for user in sorted(set(corpus.users)):
        own: dict[str, Some] = {}
        for n, one in enumerate(corpus.demonstrations):
            if corpus.users[n] == user and one.label in wanted and n not in (*with_events, *free):
                own.setdefault(one.label, []).append(one)
        if len(own) > 1:
            yield user, [group[n] for group in own.values() for n in rng.permutation(len(group))[:shots]]
    arm: Some = []
    for label in sorted({moment.label for moment in corpus.moments}):
        found = [extent(corpus, moment).cut(corpus) for moment in corpus.moments if moment.label == label]
        arm += [replace(found[n], label=label) for n in rng.permutation(len(found))[:shots]]
    yield "the arm", arm


def halves(streams: Some) -> Iterator[tuple[Some, Some]]:
    """What teaches, and what is measured."""
    for pair in combinations(range(len(streams)), len(streams) // 2):
        yield [streams[n] for n in pair], [one for n, one in enumerate(streams) if n not in pair]
    first = [one.part(0, len(one) // 2) for one in streams]
    second = [one.part(len(one) // 2, len(one)) for one in streams]
    yield first, second
    yield second, first


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dials", default="0.3,1,3,10")
    parser.add_argument("--shots", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load(models.kernels("spotter", fitting=True))
    corpus = read_corpus(options.folder / "data.npz", ("acc*",))
    streams = [corpus.demonstrations[n] for n in is_stream(corpus)[1]]
    dials = [float(text) for text in options.dials.split(",")]
    found: dict[tuple[str, float], list[tuple[int, float, float]]] = {}
    for who, shown in vocabularies(corpus, options.shots, 0):
        of = "the arm" if who == "the arm" else "eight people"
        fitted = None
        for taught, heard in halves(streams):
            usual = [replace(one, label="everyday", id=f"everyday-{n}") for n, one in enumerate(taught)]
            training = TrainingSet((*shown, *usual))
            for dial in dials:
                fitted = Spotter(false_per_10min=dial).fit(training, fitted)
                it = opened(fitted.learner, shown, corpus.rate)
                count = sum(len(listen(it, fitted, one.frames(), one.spec).detections) for one in heard)
                row = count, sum(one.seconds for one in heard) / 600.0 * dial, fitted.missed
                found.setdefault((of, dial), []).append(row)
    rows = []
    for (of, dial), each in found.items():
        counts, means, missed = map(np.array, zip(*each, strict=True))
        within = [
            poisson.ppf(0.025, m) <= n <= poisson.ppf(0.975, m) for n, m in zip(counts, means, strict=True)
        ]
        low, high = (int(poisson.ppf(p, means.sum())) for p in (0.025, 0.975))
        rows.append({
            "gestures of": of, "dial": dial, "halves": len(each), "wanted": round(float(means.sum()), 2),
            "counted": int(counts.sum()), "interval of all": [low, high],
            "per 10 min": round(float(counts.sum() / means.sum() * dial), 2),
            "within": round(float(np.mean(within)), 3), "missed": round(float(missed.mean()), 3),
        })  # fmt: skip
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
