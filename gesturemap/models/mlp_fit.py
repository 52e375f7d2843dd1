"""Fits a network: how wrong it is, the slope of that by back-propagation, and quasi-Newton steps downhill.

Source: Rumelhart, Hinton and Williams (1986), "Learning representations by back-propagating errors"; Liu and Nocedal
(1989), "On the limited memory BFGS method for large scale optimization"; where weights begin: Glorot and Bengio
(2010), "Understanding the difficulty of training deep feedforward neural networks".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.models.elementary import exponentials
from gesturemap.models.machine import Tell

BLOCK = 512
"""Values that are bent at once: they stay in the fastest cache."""
LOGISTIC, TANH, RELU = range(3)
LOOK = 10
"""Steps between two looks at whether the fit is to stop."""
ENOUGH = 1e-4
"""The fit ends where no slope is steeper."""


@kernel
def bend(sums: Any, offsets: Any, how: int, work: Any) -> None:
    """Add offsets (H,) to sums (T, H) and replace them by what goes on; `work` has room for `BLOCK` + H values."""
    many, wide = sums.shape
    values, step = sums.reshape(many * wide), max(BLOCK // wide, 1)
    for first in range(0, many, step):
        part = values[first * wide : min(first + step, many) * wide]
        count = len(part)
        steep = 2.0 if how == TANH else 1.0
        for t in range(count // wide):
            row = part[t * wide : (t + 1) * wide]
            for j in range(wide):
                value = row[j] + offsets[j]
                row[j] = max(value, 0.0) if how == RELU else max(-steep * value, -600.0)
        if how == RELU:
            continue
        exponentials(part, 0, count, work, 0)
        high, low = (2.0, -1.0) if how == TANH else (1.0, 0.0)
        for i in range(count):
            part[i] = high / (1.0 + part[i]) + low


@kernel
def unbend(errors: Any, weights: Any, bent: Any, how: int, to: Any) -> None:
    """Write the errors of a bent layer (T, H), in which the sum of the next, one a frame, was off by these (T,)."""
    for t in range(len(errors)):
        error, row, made = errors[t], bent[t], to[t]
        for j in range(len(weights)):
            value = row[j]
            if how == LOGISTIC:
                made[j] = error * weights[j] * value * (1.0 - value)
            elif how == TANH:
                made[j] = error * weights[j] * (1.0 - value * value)
            else:
                made[j] = error * weights[j] if value > 0.0 else 0.0


VECTOR = "float64[::1]"
KERNELS = (
    (bend, f"void(float64[:, ::1], {VECTOR}, int64, {VECTOR})"),
    (unbend, f"void({VECTOR}, {VECTOR}, float64[:, ::1], int64, float64[:, ::1])"),
)


class Slope:
    """How wrong a network is and the slope of that, for all its weights and offsets (P,).

    Parameters
    ----------
    frames : (T, C).
    wanted : (T, O) outputs; of gestures 0 or 1, one column for two of them.
    fans : C, the width of every hidden layer, O.
    how : how sums are bent.
    penalty : how much large weights are held back.
    chosen : whether outputs are gestures: their sums are logits.
    """

    def __init__(
        self, frames: Values, wanted: Values, fans: Sequence[int], how: int, penalty: float, chosen: bool
    ) -> None:
        self._many, self._how, self._chosen = len(frames), how, chosen
        self._wanted, self._shrink = wanted, penalty / self._many
        self._layers = [frames, *(np.empty((self._many, fan)) for fan in fans[1:])]
        self._errors = [np.empty((self._many, fan)) for fan in fans[1:]]
        self._ones, self._work = np.ones(self._many), np.empty(BLOCK + max(fans))
        self._fans = list(pairwise(fans))
        self.size = sum((before + 1) * after for before, after in self._fans)

    def parts(self, flat: Values) -> tuple[list[Values], list[Values]]:
        """Weights (fan in, fan out) and offsets (fan out,) of each layer, as views."""
        weights, offsets, at = [], [], 0
        for before, after in self._fans:
            middle, end = at + before * after, at + (before + 1) * after
            weights.append(flat[at:middle].reshape(before, after))
            offsets.append(flat[middle:end])
            at = end
        return weights, offsets

    def begin(self, seed: int) -> Values:
        """Weights and offsets to begin with."""
        random = np.random.default_rng(seed)
        flat = np.empty(self.size)
        for weights, offsets in zip(*self.parts(flat), strict=True):
            reach = np.sqrt((2.0 if self._how == LOGISTIC else 6.0) / sum(weights.shape))
            weights[:] = random.uniform(-reach, reach, weights.shape)
            offsets[:] = random.uniform(-reach, reach, offsets.shape)
        return flat

    def sums(self, flat: Values) -> Values:
        """(T, O) what the network says; logits of gestures. It is written over by the next call."""
        weights, offsets = self.parts(flat)
        last = len(weights) - 1
        for layer, (weight, offset) in enumerate(zip(weights, offsets, strict=True)):
            to = self._layers[layer + 1]
            np.matmul(self._layers[layer], weight, out=to)
            if layer < last:
                bend(to, offset, self._how, self._work)
            else:
                to += offset
        return self._layers[-1]

    def __call__(self, flat: Values) -> tuple[float, Values]:
        """How wrong it is, and the slope (P,)."""
        loss = self._wrong(self.sums(flat))
        slope = np.empty(self.size)
        (weights, _), (slopes, of_offsets) = self.parts(flat), self.parts(slope)
        for layer in range(len(weights) - 1, -1, -1):
            errors, before, weight = self._errors[layer], self._layers[layer], weights[layer]
            np.matmul(before.T, errors, out=slopes[layer])
            slopes[layer] += self._shrink * weight
            np.matmul(self._ones, errors, out=of_offsets[layer])
            loss += 0.5 * self._shrink * float(np.vdot(weight, weight))
            if layer:
                to = self._errors[layer - 1]
                if weight.shape[1] == 1:
                    unbend(errors.reshape(-1), weight.reshape(-1), before, self._how, to)
                else:
                    np.matmul(errors, weight.T, out=to)
                    to *= self._steepness(before)
        return loss, slope

    def _steepness(self, bent: Values) -> Values:
        """(T, H) the slope of the bend, where it gave these values."""
        if self._how == LOGISTIC:
            return bent * (1.0 - bent)
        return 1.0 - bent * bent if self._how == TANH else (bent > 0.0).astype(float)

    def _wrong(self, sums: Values) -> float:
        """The mean loss of a frame; its slope for the sums goes to the last errors."""
        errors, wanted = self._errors[-1], self._wanted
        if not self._chosen:
            np.subtract(sums, wanted, out=errors)
            loss = 0.5 * float(np.vdot(errors, errors))
        elif sums.shape[1] == 1:
            loss = float(np.logaddexp(0.0, sums).sum() - np.vdot(wanted, sums))
            np.divide(1.0, 1.0 + np.exp(-np.clip(sums, -600.0, 600.0)), out=errors)
            errors -= wanted
        else:
            top = sums.max(1, keepdims=True)
            np.exp(sums - top, out=errors)
            total = errors.sum(1, keepdims=True)
            loss = float((np.log(total) + top).sum() - np.vdot(wanted, sums))
            errors /= total
            errors -= wanted
        errors /= self._many
        return loss / self._many


def descended(course: Slope, seed: int, iterations: int, tell: Tell) -> Values:
    """(P,) weights and offsets, after so many steps at most."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    done = 0

    def look(_: Any) -> None:
        nonlocal done
        done += 1
        if done % LOOK == 0:
            tell(min(done / iterations, 1.0))

    options = {"maxiter": iterations, "maxfun": 50 * iterations, "gtol": ENOUGH}
    found = minimize(course, course.begin(seed), method="L-BFGS-B", jac=True, callback=look, options=options)
    return np.asarray(found.x, np.float64)
