"""Does the score of consistency tell what it should? On real executions:

    python benchmarks/teaching/consistency.py FOLDER_OF_SETS

Five demonstrations of each gesture of one person are the standard. Scored are executions nobody has seen (`own`), those
of other gestures (`others`), and sloppy ones: an execution with a share of another gesture's in it. Practice is such a
share falling from 0.6 to 0 in ten executions: `practice` is Spearman's correlation of the score with it, with the sign
turned, median over gestures and people.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import sets
from scipy.stats import spearmanr

from gesturemap.demonstrations import Demonstration, grouped
from gesturemap.teaching.aligned import resampled
from gesturemap.teaching.consistency import standard

SHOWN, TESTED = 5, 5
SHARES = np.linspace(0.6, 0.0, 10)


def people(folder: Path, name: str) -> Iterator[list[Demonstration]]:
    if name == "mogere":
        yield from sets.mogere(folder)
    elif name == "grt_mouse":
        yield from sets.mouse(folder)
    else:
        yield sets.wand(folder, SHOWN + TESTED, 0)


def measured(folder: Path, name: str) -> dict[str, float]:
    own, others, usual, practice = [], [], [], []
    for person in people(folder, name):
        groups = grouped(person)
        shown = [one for group in groups.values() for one in group[:SHOWN]]
        unseen = {
            label: [resampled(one.time, one.values) for one in group[SHOWN : SHOWN + TESTED]]
            for label, group in groups.items()
        }
        labels = list(groups)
        for place, label in enumerate(labels):
            found = standard(label, shown)
            if found is None or not unseen[label]:
                continue
            own += [found.compared(curve)[0] for curve in unseen[label]]
            others += [
                found.compared(curve)[0] for other in labels if other != label for curve in unseen[other][:1]
            ]
            usual.append(found.usual)
            rival = unseen[labels[(place + 1) % len(labels)]]
            sloppy = [
                found.compared(
                    (1.0 - share) * unseen[label][n % len(unseen[label])] + share * rival[n % len(rival)]
                )[0]
                for n, share in enumerate(SHARES)
            ]
            practice.append(float(spearmanr(-SHARES, sloppy).statistic))
    return {
        "demonstrations": float(np.nanmedian(usual)),
        "own": float(np.median(own)), "own_low": float(np.quantile(own, 0.1)),
        "others": float(np.median(others)), "others_high": float(np.quantile(others, 0.9)),
        "practice": float(np.median(practice)),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = {name: measured(options.folder, name) for name in ("mogere", "wand_digits", "grt_mouse")}
    if options.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(name, ", ".join(f"{key} {value:.2f}" for key, value in row.items()))


if __name__ == "__main__":
    main()
