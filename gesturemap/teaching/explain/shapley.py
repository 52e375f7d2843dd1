"""Shares of what several bring about together: Shapley values, exact in their sum, of few players exact in full.

Source: Shapley (1953), "A value for n-person games"; antithetic orders: Mitchell et al. (2022), "Sampling permutations
for Shapley value estimation".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from gesturemap.frames import Values

Worth = Callable[[frozenset[int]], Values]
"""What a set of players brings about, in each moment (T,)."""
MOST = 256
"""Sets that are asked about where nothing is said: all there are of up to eight players."""


class Shares(NamedTuple):
    """Who brought what about: `base` + the sum over players of `each` is what all bring about, in each moment."""

    each: Values
    """(T, C)"""
    base: Values
    """(T,) without any of them."""
    missed: Values
    """(T, C) what is lost where one of them alone is missing; these need not add up to anything."""
    asked: int
    """How many sets were asked about."""
    exact: bool
    """Whether these are the Shapley values themselves; otherwise only their sum is exact."""


def shapley(worth: Worth, players: int, most: int = MOST, seed: int = 0) -> Shares:
    """Divide what all players bring about among them: what each adds to the others, mean over all orders of joining.

    Parameters
    ----------
    most : sets to ask about; where there are more, the mean is over as many orders as that allows, two at least.
    """
    ask = cache(worth)
    base = ask(frozenset())
    each = np.zeros((len(base), players))
    exact = 2**players <= most
    if exact:
        for number in range(2**players):
            others = frozenset(one for one in range(players) if number >> one & 1)
            for one in set(range(players)) - others:
                weight = 1.0 / (players * math.comb(players - 1, len(others)))
                each[:, one] += weight * (ask(others | {one}) - ask(others))
    else:
        orders = _orders(players, most, seed)
        for order in orders:
            joined: frozenset[int] = frozenset()
            for one in order:
                each[:, one] += (ask(joined | {one}) - ask(joined)) / len(orders)
                joined |= {one}
    every = frozenset(range(players))
    missed = np.column_stack([ask(every) - ask(every - {one}) for one in range(players)])
    return Shares(each, base, missed, ask.cache_info().currsize, exact)


def _orders(players: int, most: int, seed: int) -> list[list[int]]:
    """Some orders of joining, each also backwards."""
    rng = np.random.default_rng(seed)
    made = [rng.permutation(players).tolist() for _ in range(max(1, most // (2 * players)))]
    return made + [order[::-1] for order in made]
