"""Painting on time: the error after each stroke, if the largest mistake is brushed, or a place at random.

    python benchmarks/teaching/paint.py DATA [--seeds 10] [--rounds 9] [--json]

DATA holds the folders ``mogere_stream_dev`` (the five streams with gestures one after the other: four gestures and
nothing, 163 s at 20 Hz) and ``myo_stream`` (the first 20 s of each of seven recordings of a session one after the
other: seven gestures and rest, 140 s at 200 Hz; six sessions). Both users begin with the same stroke of each label, of
a second at most. Then, in each round, one brushes the middle of the longest mistake, the other a random place, with the
truth, a second at most. Error: share of moments that are called something else than they are. `refresh` is the time
from a stroke to the new proposal. Of gestures that are proposed where nothing was brushed, after each round of the one
who brushes mistakes: how many there are, and are right (the most of their moments), and of those that are sure enough.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.teaching.annotate import paint
from gesturemap.teaching.annotate.paint import LEARNER, SURE, Canvas, Painted, Stroke
from gesturemap.teaching.extents import extent

LONG, SHORT = 1.0, 0.1
"""Seconds of a stroke: at most, and a mistake that is shorter than this is not brushed."""
FIRST = 20.0
"""Seconds of each recording of muscles."""
OFFERED = "proposed", "right", "sure", "sure and right"
Labels = NDArray[np.str_]


def joined(parts: list[tuple[Demonstration, Labels]], rate: float) -> tuple[Demonstration, Labels]:
    """Recordings one after the other."""
    values = np.concatenate([one.values for one, _ in parts])
    first = parts[0][0]
    stream = Demonstration("stream", "", first.spec, np.arange(len(values)) / rate, values)
    return stream, np.concatenate([labels for _, labels in parts]).astype(str)


def mogere(folder: Path) -> list[tuple[Demonstration, Labels]]:
    """One stream with every gesture."""
    corpus = read_corpus(folder / "data.npz", ("acc*",))
    parts = []
    for index in sorted({moment.recording for moment in corpus.moments}):
        one = corpus.demonstrations[index]
        labels = np.full(len(one), "", dtype=object)
        for moment in corpus.moments:
            if moment.recording == index:
                piece = extent(corpus, moment)
                labels[piece.begin : piece.end] = moment.label
        parts.append((one, labels))
    return [joined(parts, corpus.rate)]


def myo(folder: Path) -> list[tuple[Demonstration, Labels]]:
    """A stream of each session."""
    corpus = read_corpus(folder / "data.npz")
    found = []
    for who in sorted(set(zip(corpus.users, corpus.sessions, strict=True))):
        parts = []
        for i, one in enumerate(corpus.demonstrations):
            if (corpus.users[i], corpus.sessions[i]) == who:
                count = round(FIRST * corpus.rate)
                names = np.array(["" if k == 0 else name for k, name in enumerate(corpus.frame_label_names)])
                parts.append((one.part(0, count), names[corpus.frame_labels[i][:count]]))
        found.append(joined(parts, corpus.rate))
    return found


def runs(marks: Labels) -> list[tuple[int, int]]:
    """Where they stay the same."""
    return list(pairwise([0, *(np.flatnonzero(marks[1:] != marks[:-1]) + 1).tolist(), len(marks)]))


def simulated(
    canvas: Canvas, truth: Labels, way: str, seed: int, rounds: int
) -> tuple[list[float], list[float], list[NDArray[np.int64]]]:
    """The error before each round and after the last, the seconds of each refresh, and `proposed` of each."""
    random = np.random.default_rng(seed)
    seconds = canvas.stream.time[canvas.places]
    step = float(np.median(np.diff(seconds)))
    most, least = round(LONG / step), max(1, round(SHORT / step))
    parts = runs(truth)

    def stroke(begin: int, end: int) -> Stroke:
        return Stroke(float(seconds[begin]), float(seconds[end - 1]) + 0.5 * step, str(truth[begin]))

    strokes: list[Stroke] = []
    for label in sorted(set(truth.tolist())):
        own = [span for span in parts if truth[span[0]] == label]
        begin, end = own[random.integers(len(own))]
        begin += int(random.integers(0, max(1, end - begin - most + 1)))
        strokes.append(stroke(begin, min(end, begin + most)))
    errors, times, offered = [], [], []
    for number in range(rounds + 1):
        begun = time.perf_counter()
        painted = canvas.paint(strokes)
        times.append(time.perf_counter() - begun)
        said = painted.labels
        offered.append(proposed(canvas, painted, truth))
        wrong = said != truth
        errors.append(float(wrong.mean()))
        if number == rounds:
            break
        if way == "largest mistake":
            marked = np.char.add(np.where(wrong, "1", "0"), truth)
            mistakes = [(end - begin, begin, end) for begin, end in runs(marked) if wrong[begin]]
            length, begin, end = max(mistakes, default=(0, 0, 0))
            if length < least:
                continue
            begin = max(begin, (begin + end - most) // 2)
            strokes.append(stroke(begin, min(end, begin + most)))
        else:
            place = int(random.integers(len(truth)))
            first, last = next(span for span in parts if span[0] <= place < span[1])
            begin = max(first, place - most // 2)
            strokes.append(stroke(begin, min(last, begin + most)))
    return errors, times, offered


def proposed(canvas: Canvas, painted: Painted, truth: Labels) -> NDArray[np.int64]:
    """(4,) gestures proposed where nothing was brushed, of them right ones, sure ones, and both."""
    counts = np.zeros(4, np.int64)
    for one in painted.segments:
        if one.label and not one.painted:
            begin, end = np.searchsorted(canvas.places, [one.first, one.last])
            right, sure = bool((truth[begin:end] == one.label).mean() > 0.5), one.sure >= SURE
            counts += [1, right, sure, right and sure]
    return counts


def experiment(streams: list[tuple[Demonstration, Labels]], seeds: int, rounds: int) -> dict[str, Any]:
    """Both users on every stream."""
    errors: dict[str, list[list[float]]] = {"largest mistake": [], "random": []}
    times: list[float] = []
    offered: list[list[NDArray[np.int64]]] = []
    for stream, labels in streams:
        canvas = Canvas(stream)
        truth = labels[canvas.places]
        for seed in range(seeds):
            for way, each in errors.items():
                one, took, found = simulated(canvas, truth, way, seed, rounds)
                each.append(one)
                times += took
                if way == "largest mistake":
                    offered.append(found)
    means = {way: np.mean(each, axis=0).tolist() for way, each in errors.items()}
    return {
        "streams": len(streams), "seconds": streams[0][0].seconds, **means,
        "ratio": means["largest mistake"][-1] / means["random"][-1],
        "refresh": float(np.median(times)), "slowest": max(times),
        "proposed, right, sure, right of them": np.sum(offered, axis=0).tolist(),
    }  # fmt: skip


def main() -> None:
    """Both sets, and their tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compiled.load([paint.__name__, *models.kernels(LEARNER["kind"], fitting=True)])
    found = {
        name: experiment(make(options.data / name), options.seeds, options.rounds)
        for name, make in (("mogere_stream_dev", mogere), ("myo_stream", myo))
    }
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for name, one in found.items():
        sys.stdout.write(
            f"{name}: {one['streams']} streams of {one['seconds']:.0f} s, {options.seeds} seeds; after "
            f"{options.rounds} rounds {one['ratio']:.2f} of the error; refresh {1000.0 * one['refresh']:.0f} ms, "
            f"slowest {1000.0 * one['slowest']:.0f} ms\n| strokes | " + " | ".join(map(str, range(options.rounds + 1)))
            + " |\n|---" + "|---" * (options.rounds + 1) + "|\n"
        )  # fmt: skip
        for way in ("largest mistake", "random"):
            sys.stdout.write(f"| {way} | " + " | ".join(f"{100.0 * e:.1f}" for e in one[way]) + " |\n")
        for place, what in enumerate(OFFERED):
            rows = one["proposed, right, sure, right of them"]
            sys.stdout.write(f"| {what} | " + " | ".join(str(row[place]) for row in rows) + " |\n")


if __name__ == "__main__":
    main()
