"""The rocket learner: convolutions whose running statistics are weighed by linear heads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.models import ensemble, exemplar, exemplar_bank, rocket_head
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.model import Array, Report


@dataclass(frozen=True)
class Rocket:
    """Random convolutions, their running statistics, and a linear head for each stage of a gesture.

    Chains of exemplars run beside them for progress, fit, and where a movement begins; which gesture it is, the
    heads say.
    Source: Dempster, Schmidt, Webb (2021), "MiniRocket".
    """

    kind: ClassVar[str] = "rocket"
    weighs: ClassVar[bool] = True

    view: str = setting(
        "level",
        "channels about their mean, or about where a movement began (a drawing)",
        choices=exemplar.VIEWS,
    )
    seed: int = setting(0, "for what the convolutions see, and for copies", low=0, high=2**31 - 1)

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> EnsembleModel:
        """Learn from copies of the demonstrations."""
        data = exemplar.Data.of(training_set)
        exemplar.tell(report, "", 0.0)
        kept = exemplar.unchanged(self, data, previous)
        if kept is not None:
            return kept
        shape = self.view == "shape"
        head = rocket_head.fit(
            data.takes,
            data.owners,
            shape,
            self.seed,
            lambda part: exemplar.tell(report, "", part),
            weights=data.weights,
        )
        bank = exemplar_bank.fit(
            data.takes, data.owners, shape, True, exemplar.Exemplar().deviation, weights=data.weights
        )
        model = exemplar.assemble(self, data, (bank,), (head,), ())
        exemplar.tell(report, "", 1.0)
        return model

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> EnsembleModel:
        """The inverse of `pack`."""
        return ensemble.unpack(self, table, arrays)
