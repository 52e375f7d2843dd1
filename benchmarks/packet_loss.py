"""How recognition falls when packets are lost or come late: demonstrations whole, performances not.

    python benchmarks/packet_loss.py RECORDINGS.npz
    python benchmarks/packet_loss.py RECORDINGS.npz --columns 'acc*' --shots 5 --repeats 5 --json

Single gestures are learned from whole demonstrations (k of each gesture of each user) and played with packets
left out at random and stamped with an arrival that jitters, as those of a sensor without a clock of its own are on a
busy Wi-Fi: packets that overtake each other keep the order in which they arrive.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.teaching import splits
from gesturemap.teaching.pieces import whole
from gesturemap.teaching.play import Request, learn, opened, play

LOSSES = (0.0, 0.05, 0.10, 0.20, 0.40)
"""Share of packets that never arrive."""
JITTERS = (0.0, 0.005, 0.010, 0.020, 0.050)
"""Standard deviation of the delay, s."""


def spoiled(
    demonstration: Demonstration, loss: float, jitter: float, rng: np.random.Generator
) -> Demonstration:
    """As it arrives: some frames missing, the others at the time and in the order of their arrival."""
    kept = rng.random(len(demonstration)) >= loss
    if kept.sum() < 2:
        kept[:2] = True
    arrived = demonstration.time[kept] + np.abs(rng.normal(0.0, jitter, int(kept.sum())) if jitter else 0.0)
    order = np.argsort(arrived, kind="stable")
    times = np.maximum.accumulate(arrived[order] + 1e-9 * np.arange(len(order)))
    return replace(demonstration, time=times, values=demonstration.values[kept][order])


def accuracies(options: argparse.Namespace) -> dict[tuple[float, float], float]:
    """(loss, jitter) -> share of gestures that are right at their last frame, mean over users and repeats."""
    columns = tuple(options.columns.split(",")) if options.columns else ()
    request = Request(options.data, columns, "", json.dumps({"kind": options.model}))
    it = opened(request)
    cells = splits.few_shots(it.corpus, whole(it.corpus), (options.shots,), options.repeats, options.seed, [])
    cases = [(loss, 0.0) for loss in LOSSES] + [(0.0, jitter) for jitter in JITTERS[1:]] + [(0.10, 0.020)]
    right: dict[tuple[float, float], list[float]] = {case: [] for case in cases}
    for number, cell in enumerate(cells):
        model, _ = learn(it, [piece.cut(it.corpus) for piece in cell.train])
        for case in cases:
            rng = np.random.default_rng((options.seed, number, *(round(1000 * part) for part in case)))
            hits = []
            for piece in cell.test:
                played = play(it, model, spoiled(piece.cut(it.corpus), *case, rng))
                hits.append(model.labels[played.answers[-1]] == piece.label)
            right[case].append(float(np.mean(hits)))
    return {case: float(np.mean(shares)) for case, shares in right.items()}


def main() -> None:
    """Parse, run and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", help="recordings, as `gesturemap evaluate` takes them")
    parser.add_argument("--columns", default="")
    parser.add_argument("--model", default="auto")
    parser.add_argument("--shots", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = accuracies(options)
    if options.json:
        rows = [
            {"loss": loss, "jitter_s": jitter, "accuracy": share} for (loss, jitter), share in found.items()
        ]
        print(json.dumps(rows))
        return
    base = found[0.0, 0.0]
    for (loss, jitter), share in found.items():
        fall = f"{100 * (share - base):+.1f} points"
        print(f"loss {loss:4.0%}  jitter {1000 * jitter:3.0f} ms  right {share:6.1%}  ({fall})")


if __name__ == "__main__":
    main()
