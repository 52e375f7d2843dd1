"""Fits a spotter: front end, variances, calibration, and what everyday movement reaches."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gesturemap import glitches
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import Values
from gesturemap.models import scaling, spotting_negatives
from gesturemap.models import spotting_kernels as kernels
from gesturemap.models.model import Array, Cancelled, Report
from gesturemap.models.vocabulary import fingerprint

FEWEST = 12
"""States that the shortest gesture keeps, where it has so many frames."""
SHORTEST = 0.5
"""How long an execution lasts at least, in durations of its demonstration, if nothing else is asked for."""
PAIRS = 10
"""Pairs of demonstrations of one gesture that are aligned, at most."""
PRIOR = 400.0
"""Aligned frames that the prior variance counts for: repetitions of one sitting are nearer to each other than to
tomorrow's."""
WIDTH = 0.8
"""Prior deviation from a demonstration, in deviations of the channel."""
TEMPO = 1.25
"""How many times longer than the next a demonstration is that was shown at another tempo."""
FAINTEST = 0.05
"""Nats per state that a demonstration is taken to reach at least when it is played back."""
SHORT = 3.0
"""An everyday recording shorter than so many gestures is one false trigger, not a sample of movement."""


def every(lengths: Sequence[int], states: int) -> int:
    """How many frames make one: a median demonstration has `states`, the shortest gesture not too few."""
    return max(1, min(round(float(np.median(lengths)) / states), int(min(lengths)) // FEWEST))


def decimated(values: Values, hop: int) -> Values:
    """Means of `hop` frames each, (T // hop, C); one at least."""
    count = max(len(values) // hop, 1)
    used = values[: count * hop]
    return np.add.reduceat(used, np.arange(0, len(used), hop)[:count], axis=0) / min(hop, len(used))


def apart(
    training_set: TrainingSet, everyday: str
) -> tuple[tuple[Demonstration, ...], tuple[Demonstration, ...]]:
    """Demonstrations of gestures, and those of ordinary movement.

    Raises
    ------
    DataError
        If there is no gesture among them.
    """
    shown = tuple(d for d in training_set.demonstrations if d.label != everyday)
    if not shown:
        raise DataError(
            "vocabulary",
            f"only '{everyday}' is recorded",
            "at least one gesture is wanted",
            "record a gesture",
        )
    return shown, training_set.of(everyday)


def mark(demonstrations: Sequence[Demonstration]) -> str:
    """A hash of what was shown, in its order, with its labels."""
    text = "\n".join(d.label for d in demonstrations) + fingerprint(demonstrations)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def period(demonstrations: Sequence[Demonstration], rate: float) -> float:
    """Seconds from frame to frame: of the nominal rate or, where none is known, of the recordings."""
    if rate > 0.0:
        return 1.0 / rate
    gaps = np.concatenate([np.diff(d.time) for d in demonstrations])
    gaps = gaps[np.isfinite(gaps) & (gaps > 0.0)]
    return float(np.median(gaps)) if len(gaps) else 0.01


@dataclass(frozen=True, eq=False)
class Chains:
    """The demonstrations as chains of states, and the space they live in.

    centre, scale (C,): raw units. changes (C,): how much a channel changes from state to state, scaled; 0 where that
    is not looked at. F = C, or 2 C with changes. deviations (F,): how far a repetition lies off. states (J, F): scaled
    values, then their changes. bounds (2, C): beyond these a raw value may be wild (`glitches.bounds`). lengths, owners
    (Q,): states and gesture of each demonstration. gains (Q,): what its scores are multiplied with.
    """

    hop: int
    centre: Values
    scale: Values
    deviations: Values
    states: Values
    lengths: Array
    owners: Array
    changes: Values
    bounds: Values
    gains: Values
    shortest: float = SHORTEST
    """How long an execution lasts at least, in durations of its demonstration."""

    @property
    def least(self) -> float:
        """Frames that a recording of everyday movement has at least, if it is a sample of it."""
        return SHORT * float(self.lengths.max()) * self.hop

    @property
    def moving(self) -> Array:
        """Which channels, and which changes of them, move at all, (F,) bool."""
        both = np.concatenate([self.scale > 0.0, self.changes > 0.0])
        return both[: len(self.deviations)]

    @property
    def whitening(self) -> Values:
        """(C,) what a centred value is multiplied with; 0 for a channel that never moves."""
        return reciprocal(self.scale * self.deviations[: len(self.scale)])

    @property
    def turning(self) -> Values:
        """(C,) what the change of a whitened value is multiplied with; 0 where it is not looked at."""
        width = len(self.scale)
        if len(self.deviations) == width:
            return np.zeros(width)
        return self.deviations[:width] * reciprocal(self.changes * self.deviations[width:])

    @property
    def offset(self) -> float:
        """Log of the normal density at its centre, in raw units, nats."""
        units = np.concatenate([self.scale, self.scale * self.changes])[: len(self.deviations)]
        units = (units * self.deviations)[self.moving]
        return float(-np.log(units).sum() - 0.5 * len(units) * np.log(2.0 * np.pi))

    @property
    def means(self) -> Values:
        """(D, J) whitened."""
        return np.ascontiguousarray((self.states / self.deviations)[:, self.moving].T)

    @property
    def firsts(self) -> Array:
        """(Q + 1,) first state of each demonstration."""
        return np.concatenate([[0], np.cumsum(self.lengths)]).astype(np.int64)

    def tempered(self) -> Chains:
        """The same, with a gain for every tempo of a gesture; where each has one tempo, as it is.

        A slow execution moves less, and beats the background by fewer nats per state: those of one tempo count as
        much more as they reach less when played back, so that one level holds for all tempi of a gesture.
        """
        gains, reached = self.gains.copy(), None
        for k in range(int(self.owners.max()) + 1):
            own = np.flatnonzero(self.owners == k)
            own = own[np.argsort(self.lengths[own], kind="stable")]
            lasting = self.lengths[own]
            slower = np.flatnonzero(lasting[1:] >= TEMPO * lasting[:-1]) + 1
            if len(slower):
                reached = self._played_back() if reached is None else reached
                for tempo in np.split(own, slower):
                    gains[tempo] = np.median(reached[own]) / np.median(reached[tempo])
        return replace(self, gains=gains)

    def _played_back(self) -> Values:
        """(Q,) nats per state that each demonstration reaches on itself."""
        scores, _ = self.follow(self.states, 1.0)
        own = scores[self.firsts[1:] - 1, np.arange(len(self.lengths))]
        return np.asarray(np.maximum(own, FAINTEST))

    @property
    def middles(self) -> Values:
        """(Q, 2 D + 1) mean of each demonstration, whitened, what `kernels.unlike` asks of its energy, and its gain."""
        starts = self.firsts[:-1]
        mean = np.add.reduceat(self.means, starts, axis=1) / self.lengths
        energy = np.add.reduceat(self.means**2, starts, axis=1) / self.lengths - mean**2
        asked = kernels.SMALLER / (np.maximum(energy, 0.0) + kernels.TREMOR)
        return np.ascontiguousarray(np.concatenate([mean, asked, self.gains[None]]).T)

    def warp(self, penalty: float) -> float:
        """What a step off the tempo costs, in nats."""
        return penalty * max(int(self.moving.sum()), 1)

    def scaled(self, values: Values) -> Values:
        """Decimated and scaled (T', F)."""
        frames = np.array(values, np.float64, order="C")
        kernels.settle_all(frames, self.bounds, np.concatenate([frames[:1], np.zeros_like(self.bounds[:1])]))
        apart = (frames - self.centre) * reciprocal(self.scale)
        limit = kernels.FURTHEST * self.deviations[: len(self.scale)]
        return self.seen(decimated(np.clip(apart, -limit, limit), self.hop))

    def seen(self, frames: Values) -> Values:
        """(T', F) scaled frames (T', C) and, where they are looked at, their changes."""
        if len(self.deviations) == len(self.scale):
            return frames
        changed = np.diff(frames, axis=0, prepend=frames[:1])
        return np.concatenate([frames, changed * reciprocal(self.changes)], axis=1)

    def takes(self) -> list[Values]:
        """Every demonstration, scaled (N, C)."""
        return np.split(self.states[:, : len(self.scale)], self.firsts[1:-1])

    def entry(self, without: int = -1) -> Values:
        """(J,) probability of entering each state of the background, one demonstration left out or none."""
        inside = np.repeat(np.arange(len(self.lengths)) != without, self.lengths)
        inside = inside if inside.any() else ~inside
        return np.where(inside, (1.0 - kernels.STAY) / inside.sum(), 0.0)

    def room(self) -> tuple[Values, Array]:
        """Fresh running state of the kernels, and first frames (2, J)."""
        count, demonstrations = len(self.states), len(self.lengths)
        state = np.zeros(kernels.ROWS * count + len(self.deviations) + demonstrations)
        state[: 2 * count] = kernels.NEVER
        state[kernels.ROWS * count + len(self.deviations) :] = kernels.NEVER
        return state, np.zeros((2, count), np.int64)

    def ring(self) -> Values:
        """Room for as many frames as the longest path has, see `kernels.remember`."""
        longest = round(kernels.LONGEST * int(self.lengths.max()))
        return np.zeros((kernels.SUMS + 2 * len(self.means), longest + 2))

    def follow(self, frames: Values, penalty: float, without: int = -1) -> tuple[Values, Array]:
        """Scores of ended paths (T, Q) over scaled frames, and in which frame each began."""
        return self._follow(frames, penalty, without, self.gains)

    def _follow(self, frames: Values, penalty: float, without: int, gains: Values) -> tuple[Values, Array]:
        state, begun = self.room()
        entry, count = self.entry(without), len(self.states)
        state[kernels.WEIGHTS * count : (kernels.WEIGHTS + 1) * count] = entry / (1.0 - kernels.STAY)
        scores = np.empty((len(frames), 2, len(self.lengths)))
        starts = np.zeros((len(frames), 3, len(self.lengths)), np.int64)
        whitened = np.ascontiguousarray((frames / self.deviations)[:, self.moving])
        kernels.stretch(
            whitened, self.means, entry, self.offset, self.firsts, self.middles, self.warp(penalty), self.shortest,
            state, begun, self.ring(), scores, starts,
        )  # fmt: skip
        return scores[:, 0], starts[:, 0]


def reciprocal(values: Values) -> Values:
    """1 / value, and 0 for 0."""
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0.0)


def change(frames: Values) -> Values:
    """(T, C) difference to the frame before; the first one, cut from a movement, changes as the second does."""
    changed = np.diff(frames, axis=0, prepend=frames[:1])
    changed[:1] = changed[1:2] if len(frames) > 1 else 0.0
    return np.asarray(changed)


def chains(
    demonstrations: Sequence[Demonstration], labels: Sequence[str], states: int, changing: bool = False,
    shortest: float = SHORTEST,
) -> Chains:  # fmt: skip
    """Decimate and scale demonstrations, and learn how far repetitions lie apart; `changing`: in their changes too.

    s^2 = (n0 a^2 + R) / (n0 + n), R the squared differences along the aligned pairs of each gesture's
    demonstrations and n their cells: of two that differ, each varies by half, and alignment hides the rest.
    """
    hop = every([len(d) for d in demonstrations], states)
    raw = [decimated(d.values, hop) for d in demonstrations]
    frames = np.concatenate(raw)
    centre, scale = frames.mean(0), frames.std(0)
    scale[scale <= scaling.STILL * np.maximum(np.abs(centre), np.abs(frames).max(0))] = 0.0
    takes = [np.ascontiguousarray((take - centre) * reciprocal(scale)) for take in raw]
    changes = np.zeros(len(centre))
    if changing:
        changed = [change(take) for take in takes]
        changes = np.concatenate(changed).std(0)
        changes[changes <= scaling.STILL] = 0.0
        if changes.any():
            both = zip(takes, changed, strict=True)
            takes = [np.concatenate([take, made * reciprocal(changes)], axis=1) for take, made in both]
    owners = np.array([labels.index(d.label) for d in demonstrations], np.int64)
    longest = max(len(take) for take in takes)
    apart, cells, costs = np.zeros(takes[0].shape[1]), 0, np.empty((longest, longest))
    for k in range(len(labels)):
        own = [takes[i] for i in np.flatnonzero(owners == k)]
        pairs = [(a, b) for j, b in enumerate(own) for a in own[:j]]
        for one, other in pairs[:PAIRS]:
            cells += kernels.aligned(one, other, costs, apart)
    variances = (PRIOR * WIDTH**2 + apart) / (PRIOR + cells)
    deviations = np.sqrt(np.maximum(variances, 1e-6))
    lengths = np.array([len(take) for take in takes], np.int64)
    bounds = glitches.bounds([d.extremes for d in demonstrations])
    return Chains(
        hop, centre, scale, deviations, np.concatenate(takes), lengths, owners, changes, bounds,
        np.ones(len(lengths)), shortest,
    ).tempered()  # fmt: skip


def calibrated(made: Chains, penalty: float, seed: int, report: Any) -> tuple[Values, list[Values], Values]:
    """Levels (2, K) in nats, and in calibrated units what left-out demonstrations and intruders reach."""

    def follow(parts: Sequence[Values], without: int) -> Values:
        report()
        scores, starts = made.follow(made.seen(np.concatenate(list(parts))), penalty, without)
        return spotting_negatives.best_in_parts(scores, starts, parts)

    rng, takes = np.random.default_rng(seed), made.takes()
    reached = spotting_negatives.left_out(takes, made.owners, follow, rng)
    negatives = spotting_negatives.intruding(takes, made.owners, follow, rng)
    levels = spotting_negatives.levels(reached, negatives, np.bincount(made.owners).astype(float))
    units = [1.0 + (s - top) / scale for s, top, scale in zip(reached, *levels, strict=True)]
    strange = [1.0 + (s - top) / scale for s, top, scale in zip(negatives, *levels, strict=True)]
    return levels, units, np.concatenate(strange)


def reporter(report: Report | None, labels: Sequence[str], steps: int) -> Any:
    """What is called at each of so many steps: says how far the fit is, and stops it if asked to."""
    done = 0

    def tell() -> None:
        nonlocal done
        share = min(done / steps, 1.0)
        done += 1
        label = labels[min(int(share * len(labels)), len(labels) - 1)]
        if report is not None and not report(label, share):
            raise Cancelled

    return tell
