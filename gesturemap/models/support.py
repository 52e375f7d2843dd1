"""Support vector machines: what libsvm found, through scikit-learn, as plain arrays and an evaluator.

Every two gestures are divided by a machine of their own; the decisions are those of scikit-learn to the last
digits but a few, and the gesture is that of its `SVC(break_ties=True).predict`: equal votes go to the surer gesture,
where scikit-learn's default takes the first. Posteriors are a softmax of the decisions, as steep as fits
demonstrations that were left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.models.elementary import exponentials, softmax
from gesturemap.models.instant import Instant
from gesturemap.models.machine import Answer, Examples, Tell
from gesturemap.models.model import Array

KERNEL_NAMES = ("rbf", "linear", "poly")
CHANNELS, WIDE, CLASSES, KERNEL, DEGREE, SOFT, FIRSTS = range(7)
"""Places in `sizes`: C, vectors padded, K, which kernel, its degree, whether posteriors, K + 1 first vectors."""
STEEPNESS = 2.0 ** np.linspace(-1.0, 5.0, 49)
"""Of the softmax; the likeliest of them is taken."""
STEEPEST = 1e12
"""Of the shape of a kernel in a saved model."""
UNSEEN = 4.0
"""Its steepness where no demonstration can be left out."""


@kernel
def decide(sizes: Any, table: Any, x: Any, work: Any, answer: Any) -> None:
    """Write K decisions of a frame (C,), the likeliest gesture's the largest, into `answer`.

    Or posteriors, their softmax. In the table gamma, steepness, offsets (K (K - 1) / 2), coefficients (W, K - 1),
    vectors (C, W); work: 2 W + K (K + 2).
    One decision for every two gestures is turned into votes, ties settled by how sure they are.
    """
    channels, wide, classes = sizes[CHANNELS], sizes[WIDE], sizes[CLASSES]
    gamma, pairs = table[0], classes * (classes - 1) // 2
    coefficients = 2 + pairs
    at = coefficients + (classes - 1) * wide
    alike = work[:wide]
    alike[:] = 0.0
    for d in range(channels):
        row, value = table[at + d * wide : at + (d + 1) * wide], x[d]
        if sizes[KERNEL] == 0:
            for j in range(wide):
                apart = row[j] - value
                alike[j] -= gamma * apart * apart
        else:
            for j in range(wide):
                alike[j] += row[j] * value
    if sizes[KERNEL] == 0:
        exponentials(work, 0, wide, work, wide)
    elif sizes[KERNEL] == 2:
        for j in range(wide):
            alike[j] = (gamma * alike[j] + 1.0) ** sizes[DEGREE]
    sums = work[2 * wide :]
    for k in range(classes):
        low, high = sizes[FIRSTS + k], sizes[FIRSTS + k + 1]
        said = sums[k * classes : k * classes + classes - 1]
        said[:] = 0.0
        for j in range(low, high):
            value, first = alike[j], coefficients + j * (classes - 1)
            row = table[first : first + classes - 1]
            for r in range(classes - 1):
                said[r] += row[r] * value
    sure = sums[classes * classes :]
    for k in range(2 * classes):
        sure[k] = 0.0
    pair = 0
    for i in range(classes):
        for j in range(i + 1, classes):
            decision = sums[i * classes + j - 1] + sums[j * classes + i] + table[2 + pair]
            sure[i] += decision
            sure[j] -= decision
            # On the line between two gestures the vote is the first one's.
            sure[classes + (j if decision < 0.0 else i)] += 1.0
            pair += 1
    for k in range(classes):
        answer[k] = sure[classes + k] + sure[k] / (3.0 * (abs(sure[k]) + 1.0))
    if classes == 2:
        answer[0], answer[1] = 0.5 * sure[0], -0.5 * sure[0]
    if sizes[SOFT] == 1:
        softmax(answer, classes, table[1])


VECTOR, INDEX = "float64[::1]", "int64[::1]"
KERNELS = ((decide, f"void({INDEX}, {VECTOR}, {VECTOR}, {VECTOR}, {VECTOR})"),)


@dataclass(frozen=True, eq=False)
class Vectors:
    """N support vectors in order of gestures, and what each says about its gesture and every other."""

    vectors: Values
    """(N, C)"""
    counts: Values
    """(K,) vectors of each gesture."""
    coefficients: Values
    """(K - 1, N), as libsvm orders them."""
    offsets: Values
    """(K (K - 1) / 2,) of every two gestures; positive is for the first."""
    shape: Values
    """(2,) gamma of the kernel, and steepness of the softmax."""
    name: str
    degree: int

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        return {name: getattr(self, name) for name in ARRAYS}

    def start(self, soft: bool = True) -> Answer:
        """An evaluator, of posteriors or of the K decisions."""
        (many, channels), classes = self.vectors.shape, len(self.counts)
        wide = max(-(-many // 8) * 8, 8)
        head = [channels, wide, classes, KERNEL_NAMES.index(self.name), self.degree, int(soft)]
        sizes = np.concatenate([head, [0], np.cumsum(self.counts)]).astype(np.int64)
        coefficients, vectors = np.zeros((wide, classes - 1)), np.zeros((channels, wide))
        coefficients[:many], vectors[:, :many] = self.coefficients.T, self.vectors.T
        table = np.concatenate([self.shape, self.offsets, coefficients.ravel(), vectors.ravel()])
        work, answer = np.zeros(2 * wide + classes * (classes + 2)), np.zeros(classes)

        def step(x: Values) -> Values:
            decide(sizes, table, x, work, answer)
            return answer

        return step


ARRAYS = ("vectors", "counts", "coefficients", "offsets", "shape")


@dataclass(frozen=True)
class Svm(Instant):
    """Gestures are divided by the borders that leave the widest margins.

    Source: Cortes and Vapnik (1995), "Support-vector networks"; Chang and Lin (2011), "LIBSVM"; steepness: Guo and
    others (2017), "On calibration of modern neural networks".
    """

    kind: ClassVar[str] = "svm"

    kernel: str = setting("rbf", "borders are curved, planes, or polynomials", choices=KERNEL_NAMES)
    penalty: float = setting(1.0, "how much each frame on the wrong side counts (C)", low=1e-6, high=1e6)
    gamma: float = setting(
        0.0, "how fast likeness fades with distance; 0: by the data", unit="per deviation²", low=0.0, high=1e4
    )
    degree: int = setting(2, "of a polynomial", low=1, high=8)
    most: int = setting(
        3000, "frames learned from at most, evenly chosen", unit="frames", low=100, high=1_000_000
    )
    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=100_000,
    )

    def estimator(self, frames: Values) -> Any:
        """The scikit-learn estimator that is fitted."""
        from sklearn.svm import SVC

        return SVC(
            C=self.penalty, kernel=self.kernel, degree=self.degree, gamma=self.width(frames), coef0=1.0,
            class_weight="balanced", decision_function_shape="ovr", break_ties=True,
        )  # fmt: skip

    def width(self, frames: Values) -> float:
        """Gamma; 1 / (C x variance) where it is not set."""
        spread = float(frames.var()) * frames.shape[1]
        return self.gamma or (1.0 / spread if spread > 0.0 else 1.0)

    def train(self, examples: Examples, tell: Tell) -> tuple[Vectors, Values, tuple[str, ...]]:
        """One fit to all, and one to each half of the demonstrations to see how sure decisions are."""
        examples = examples.thinned(self.most)
        halves = examples.halves()
        losses = np.zeros(len(STEEPNESS))
        for index, left in enumerate(halves):
            tell(index / (len(halves) + 1))
            rest = examples.part(~left)
            if len(np.unique(rest.owners)) == examples.gestures:
                losses += self._losses(self._fit(rest), examples.part(left))
        tell(len(halves) / (len(halves) + 1))
        steepness = float(STEEPNESS[losses.argmin()]) if losses.any() else UNSEEN
        return self._fit(examples, steepness), np.zeros(0), ()

    def _fit(self, examples: Examples, steepness: float = UNSEEN) -> Vectors:
        fitted = self.estimator(examples.frames).fit(examples.frames, examples.owners)
        return export(fitted, self.width(examples.frames), steepness)

    def _losses(self, made: Vectors, examples: Examples) -> Values:
        """Minus log-likelihood of other demonstrations, for every steepness."""
        decided = made.start(soft=False)
        rows = np.array([decided(x).copy() for x in examples.frames])
        logs = rows[None, :, :] * STEEPNESS[:, None, None]
        logs -= logs.max(2, keepdims=True)
        logs -= np.log(np.exp(logs).sum(2, keepdims=True))
        return np.asarray(-logs[:, np.arange(len(rows)), examples.owners].sum(1))

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Vectors | None:
        """The inverse of `Vectors.pack`."""
        vectors, counts, coefficients, offsets, shape = (arrays[name] for name in ARRAYS)
        many = len(vectors)
        sound = vectors.shape == (many, channels) and counts.shape == (classes,)
        sound = sound and coefficients.shape == (classes - 1, many) and shape.shape == (2,)
        sound = sound and bool((np.abs(shape) <= STEEPEST).all())
        if not sound or offsets.shape != (classes * (classes - 1) // 2,):
            return None
        whole = (counts >= 0.0).all() and (counts == np.floor(counts)).all() and counts.sum() == many
        made = Vectors(vectors, counts, coefficients, offsets, shape, self.kernel, self.degree)
        return made if whole else None


def export(fitted: Any, gamma: float, steepness: float) -> Vectors:
    """A fitted SVC as arrays."""
    # Of two gestures scikit-learn turns the sign round: positive is for the second there.
    sign = -1.0 if len(fitted.classes_) == 2 else 1.0
    return Vectors(
        np.ascontiguousarray(fitted.support_vectors_, np.float64),
        fitted.n_support_.astype(float),
        np.ascontiguousarray(sign * fitted.dual_coef_, np.float64),
        np.asarray(sign * fitted.intercept_, np.float64),
        np.array([gamma, steepness]),
        fitted.kernel,
        fitted.degree,
    )
