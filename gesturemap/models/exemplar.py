"""The exemplar learner: every demonstration is a chain of its own frames, followed forward in time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap import catalog, glitches
from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import Values
from gesturemap.models import ensemble, exemplar_bank, front
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.exemplar_bank import Bank
from gesturemap.models.model import Array, Cancelled, Report
from gesturemap.models.remarks import ignored
from gesturemap.models.rocket_head import Head

LOW = 0.1
"""The share of the hops of left-out demonstrations that may lie below their level."""
LOOSE = 3.0
"""What a repetition of a single demonstration may differ by, in squared expected deviations per feature."""
MARGIN = 0.5
"""How far below its level the edge lies, in nats per feature."""
APART = 0.5
"""How far scores of heads usually lie apart."""
VIEWS = ("level", "shape")


@dataclass(frozen=True)
class Exemplar:
    """Every demonstration is a chain with a state per hop; the likeliest chain speaks for its gesture.

    Source: Bevilacqua et al. (2010), "Continuous realtime gesture following and recognition"; Rabiner (1989).
    """

    kind: ClassVar[str] = "exemplar"
    weighs: ClassVar[bool] = True

    view: str = setting(
        "level", "channels about their mean, or about where a movement began (a drawing)", choices=VIEWS
    )
    delta: bool = setting(True, "whether the change of each channel is seen too")
    deviation: float = setting(
        0.6, "how much repetitions are expected to differ", unit="channel deviations", low=0.05, high=10.0
    )

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> EnsembleModel:
        """Learn from demonstrations, in a few milliseconds."""
        data = Data.of(training_set)
        kept = unchanged(self, data, previous)
        tell(report, "", 0.0)
        if kept is not None:
            return kept
        bank = exemplar_bank.fit(
            data.takes, data.owners, self.view == "shape", self.delta, self.deviation, weights=data.weights
        )
        model = assemble(self, data, (bank,), (), ())
        tell(report, "", 1.0)
        return model

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> EnsembleModel:
        """The inverse of `pack`."""
        return ensemble.unpack(self, table, arrays)


@dataclass(frozen=True, eq=False)
class Data:
    """Demonstrations as hops."""

    training_set: TrainingSet
    hop: int
    takes: tuple[Values, ...]
    """(T, C) each"""
    owners: tuple[int, ...]
    """The gesture of each."""
    mark: str

    @classmethod
    def of(cls, training_set: TrainingSet) -> Data:
        """Average the demonstrations in hops."""
        demonstrations, labels = training_set.demonstrations, training_set.labels
        hop = front.hop_of([len(one) for one in demonstrations])
        digest = hashlib.sha1(usedforsecurity=False)
        for one in demonstrations:
            digest.update(f"{one.label}\0{one.values.shape}\0".encode())
            digest.update(np.ascontiguousarray(one.values).data)
        if training_set.weights:
            digest.update(repr(sorted(training_set.weights.items())).encode())
        return cls(
            training_set, hop, tuple(front.hops(one.values, hop) for one in demonstrations),
            tuple(labels.index(one.label) for one in demonstrations), digest.hexdigest(),
        )  # fmt: skip

    @property
    def weights(self) -> Values | None:
        """(C,) what each channel counts for; None: alike."""
        given = self.training_set.weights
        return np.array([given.get(name, 1.0) for name in self.training_set.spec.names]) if given else None

    @property
    def median(self) -> float:
        """Hops of a median demonstration."""
        return float(np.median([len(take) for take in self.takes]))


def tell(report: Report | None, label: str, fraction: float) -> None:
    """Say how far it is, and stop if that is asked for."""
    if report is not None and not report(label, fraction):
        raise Cancelled


def unchanged(learner: Any, data: Data, previous: Any) -> EnsembleModel | None:
    """The previous model, if it was made with the same settings from the same demonstrations."""
    if not isinstance(previous, EnsembleModel) or catalog.write(previous.learner) != catalog.write(learner):
        return None
    same = previous.mark == data.mark and previous.spec == data.training_set.spec
    return previous if same else None


def assemble(
    learner: Any, data: Data, banks: Sequence[Bank], heads: Sequence[Head], notes: Sequence[str],
    weights: Values | None = None,
) -> EnsembleModel:  # fmt: skip
    """Put members together, alike or by weights (B + H,); the first bank says how well each gesture fits."""
    labels, spec = data.training_set.labels, data.training_set.spec
    edges, gains, scale = calibrate(banks[0], data)
    apart = [scale, *(calibrate(bank, data)[2] for bank in banks[1:])]
    scales = np.array([*apart, *[APART] * len(heads)])
    weighed = np.ones(len(scales)) if weights is None else weights
    remarks = (*data.training_set.told, *ignored(spec.names, banks[0].view.gains))
    return EnsembleModel(
        learner, spec, labels, remarks, tuple(notes), data.hop, data.median, tuple(banks), tuple(heads),
        scales, weighed, edges, gains, data.mark,
        glitches.bounds([d.extremes for d in data.training_set.demonstrations]),
    )  # fmt: skip


def calibrate(bank: Bank, data: Data) -> tuple[Values, Values, float]:
    """Where `fit` of each gesture is 0.5, how fast it changes there, and how far apart scores lie.

    Each demonstration is followed by the chains of the others; only its second half counts, as means over the
    window that `fit` looks back. A gesture with one demonstration takes what its prior expects.
    """
    count, features = len(data.training_set.labels), len(bank.view.gains)
    window = max(2, round(ensemble.WINDOW * data.median))
    owners = np.array(data.owners)
    levels: list[list[Values]] = [[] for _ in range(count)]
    apart = []
    for index, (take, owner) in enumerate(zip(data.takes, data.owners, strict=True)):
        totals = exemplar_bank.trace(bank, take)
        totals[:, index] = -np.inf
        of_all = np.stack([totals[:, owners == k].max(1) for k in range(count)], axis=1)
        finite = of_all[-1][np.isfinite(of_all[-1])] / len(take)
        apart.append(float(finite.std()) if len(finite) > 1 else 0.0)
        own = np.concatenate([[0.0], of_all[:, owner]])
        if np.isfinite(own).all():
            ends = np.arange(len(take) // 2, len(take)) + 1
            begins = np.maximum(ends - window, 0)
            levels[owner].append((own[ends] - own[begins]) / (ends - begins))
    freedom = exemplar_bank.FREEDOM
    prior = -0.5 * (freedom + features) * np.log1p(LOOSE * features / freedom) - 1.0
    edges, gains = np.full(count, prior), np.full(count, ensemble.TOP / max(-prior / 2.0, 1e-2))
    for k, series in enumerate(levels):
        if series:
            middle, low = np.quantile(np.concatenate(series), [0.5, LOW])
            edges[k] = min(low - 0.5 * (middle - low) - MARGIN * features, (low + prior) / 2.0)
            gains[k] = ensemble.TOP / max(middle - edges[k], 1e-2)
    return edges, gains, max(float(np.mean(apart)), 1e-3)
