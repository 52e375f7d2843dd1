"""What choosing a unit of a corpus costs: the nearest 12 of 10,000 units, beside a look at every one by numpy.

python benchmarks/corpus_query.py [--units 10000] [--queries 1000]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from gesturemap.frames import Values
from gesturemap.synth.tree import ROOM, grow, nearest

WANTED = 12


def median_us(ask: Callable[[Values], object], queries: Values) -> float:
    """The median time of a question, in microseconds; queries (Q, D)."""
    ask(queries[0])
    took = []
    for query in queries:
        began = time.perf_counter()
        ask(query)
        took.append(time.perf_counter() - began)
    return 1e6 * float(np.median(took))


def main() -> None:
    """Print a line for each number of descriptors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=1000)
    options = parser.parse_args()
    found, far, work = np.empty(WANTED), np.empty(WANTED), np.empty(ROOM)
    for dims in (2, 4, 7, 11):
        random = np.random.default_rng(dims)
        points, queries = (
            random.normal(size=(options.units, dims)),
            random.normal(size=(options.queries, dims)),
        )
        tree, _ = grow(points)

        def by_tree(query: Values, tree: Values = tree, dims: int = dims) -> None:
            nearest(tree, options.units, dims, query, WANTED, found, far, work)

        def by_every(query: Values, points: Values = points) -> None:
            np.argpartition(((points - query) ** 2).sum(axis=1), WANTED)

        ours, every = median_us(by_tree, queries), median_us(by_every, queries)
        print(
            f"{dims:2} descriptors: {ours:6.1f} us, a look at every one {every:6.1f} us, {every / ours:5.0f} x"
        )


if __name__ == "__main__":
    main()
