"""Seeded synthetic gesture workloads A, AH, B, C, R, RH, on which the peers were measured too.

Each is a file as `corpus` reads it, with a split, 100 Hz, and `din` where there is a regression. Every gesture
is a smooth random curve of D channels (Fourier terms and a ramp); every demonstration warps time and adds gain, offset
and white noise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Curve = Callable[[Any], NDArray[Any]]
Take = tuple[int, NDArray[Any]]


def curve(rng: Generator, width: int, terms: int = 4) -> Curve:
    """A smooth curve (T, width) over 0..1."""
    a = rng.normal(size=(terms, width)) / (1 + np.arange(terms))[:, None]
    phase = rng.uniform(0, 2 * np.pi, size=(terms, width))
    ramp = rng.normal(size=width) * 0.5

    def at(u: Any) -> NDArray[Any]:
        u = np.asarray(u)[:, None]
        x: NDArray[Any] = ramp * (u - 0.5)
        for k in range(terms):
            x = x + a[k] * np.sin(2 * np.pi * (k + 1) * 0.5 * u + phase[k])
        return x

    return at


def changed(base: Curve, change: Curve, spread: float) -> Curve:
    """A curve and a little of another."""
    return lambda u: base(u) + spread * change(u)


def warp(rng: Generator, length: int, spread: float = 0.35) -> NDArray[Any]:
    """A monotone map of 0..1, its log speed from a smooth random walk."""
    n = 6
    knots = rng.normal(0, spread, size=n)
    speed = np.exp(np.interp(np.linspace(0, n - 1, length), np.arange(n), knots))
    u: NDArray[Any] = np.cumsum(speed)
    u -= u[0]
    return np.asarray(u / u[-1])


def demo(
    rng: Generator,
    at: Curve,
    length: int,
    noise: float,
    jitter: float = 0.1,
    gain: float = 0.1,
    off: float = 0.1,
    vary: bool = True,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """One demonstration and its time map."""
    if vary:
        length = round(length * np.exp(rng.normal(0, jitter)))
    u = warp(rng, length)
    x = at(u)
    width = x.shape[1]
    x = x * np.exp(rng.normal(0, gain, size=width)) + rng.normal(0, off, size=width)
    return (x + rng.normal(0, noise, size=x.shape)).astype(np.float32), u


def write(folder: Path, name: str, train: list[Take], test: list[Take], width: int, inputs: int) -> None:
    """One file."""
    takes = train + test
    np.savez_compressed(
        folder / f"{name}.npz",
        X=np.concatenate([x for _, x in takes]),
        lengths=np.array([len(x) for _, x in takes]),
        label=np.array([f"g{c:03d}" for c, _ in takes]),
        split=np.array(["train"] * len(train) + ["test"] * len(test)),
        user=np.array([""] * len(takes)),
        session=np.array([""] * len(takes)),
        rate=100.0,
        channels=np.array([f"c{i}" for i in range(width)]),
        din=inputs,
    )


def shuffled(rng: Generator, takes: list[Take]) -> list[Take]:
    """The test set in the order in which it is streamed."""
    return [takes[i] for i in rng.permutation(len(takes))]


def recognition(
    folder: Path,
    name: str,
    seed: int,
    gestures: int,
    each: int,
    length: int,
    width: int,
    noise: float,
    tests: int,
) -> None:
    """Gestures that are different curves."""
    rng = np.random.default_rng(seed)
    curves = [curve(rng, width) for _ in range(gestures)]
    every = range(gestures)
    train = [(c, demo(rng, curves[c], length, noise, vary=False)[0]) for c in every for _ in range(each)]
    test = [(c, demo(rng, curves[c], length, noise)[0]) for c in every for _ in range(tests)]
    write(folder, name, train, shuffled(rng, test), width, 0)


def confusable(
    folder: Path, name: str, seed: int, gestures: int, each: int, length: int, width: int, noise: float, tests: int,
    spread: float, **kinds: Any,
) -> None:  # fmt: skip
    """Gestures that are small changes of one curve."""
    rng = np.random.default_rng(seed)
    base = curve(rng, width)
    changes = [curve(rng, width) for _ in range(gestures)]
    curves = [changed(base, change, spread) for change in changes]
    every = range(gestures)
    train = [(c, demo(rng, curves[c], length, noise, **kinds)[0]) for c in every for _ in range(each)]
    test = [(c, demo(rng, curves[c], length, noise, **kinds)[0]) for c in every for _ in range(tests)]
    write(folder, name, train, shuffled(rng, test), width, 0)


def regression(
    folder: Path, name: str, seed: int, gestures: int, each: int, length: int, inputs: int, outputs: int,
    noise: float, tests: int, spread: float = 0.0,
) -> None:  # fmt: skip
    """Curves in, curves out; with a `spread`, the inputs are ambiguous and the outputs lie around 1."""
    rng = np.random.default_rng(seed)
    if spread:
        base = curve(rng, inputs)
        changes = [curve(rng, inputs) for _ in range(gestures)]
        ins = [changed(base, change, spread) for change in changes]
    else:
        ins = [curve(rng, inputs) for _ in range(gestures)]
    outs = [curve(rng, outputs) for _ in range(gestures)]

    def one(c: int, vary: bool) -> NDArray[Any]:
        x, u = demo(rng, ins[c], length, noise, vary=vary)
        y = outs[c](u)
        if spread:
            y = 1.0 + 0.2 * y
        y = y + rng.normal(0, 0.02, size=(len(u), outputs))
        return np.concatenate([x, y.astype(np.float32)], 1)

    train = [(c, one(c, False)) for c in range(gestures) for _ in range(each)]
    test = [(c, one(c, True)) for c in range(gestures) for _ in range(tests)]
    write(folder, name, train, shuffled(rng, test), inputs + outputs, inputs)


def write_all(folder: Path, names: str = "A AH B C R RH") -> None:
    """Write the named workloads into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names.split():
        MAKERS[name](folder)


MAKERS: dict[str, Callable[[Path], None]] = {
    "A": lambda f: recognition(f, "A", 101, 20, 10, 200, 12, 0.10, 10),
    "B": lambda f: recognition(f, "B", 102, 5, 5, 100, 6, 0.10, 10),
    "C": lambda f: recognition(f, "C", 103, 100, 10, 200, 12, 0.10, 5),
    "AH": lambda f: confusable(f, "AH", 105, 20, 10, 200, 12, 0.25, 10, spread=0.25, off=0.15, gain=0.15),
    "R": lambda f: regression(f, "R", 104, 5, 5, 200, 6, 12, 0.05, 5),
    "RH": lambda f: regression(f, "RH", 106, 5, 5, 200, 6, 12, 0.10, 5, spread=0.15),
}
