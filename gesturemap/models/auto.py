"""The default learner: it compares what may serve the vocabulary, recognises with the best, and spots in the stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import GESTURE, setting
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.models import packing, regressors
from gesturemap.models.auto_follower import AutoFollower
from gesturemap.models.bursts import BALLISTIC, strokes
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.exemplar import Data
from gesturemap.models.few_shot import FewShot, left_out
from gesturemap.models.hhmm import Hhmr
from gesturemap.models.holds import Holds
from gesturemap.models.left_out import in_turn
from gesturemap.models.model import (
    Array,
    Follower,
    Report,
    evidence_of,
    held,
    notes,
    portion,
    settles,
    spots,
    warnings,
    without,
)
from gesturemap.models.neighbours import Knn
from gesturemap.models.novelty import Novelty, novelty
from gesturemap.models.past import Past
from gesturemap.models.regressors import QUICK
from gesturemap.models.spotting import Spotter, SpottingModel
from gesturemap.models.spotting_fit import apart, period
from gesturemap.models.spotting_usual import USUAL
from gesturemap.models.strokes import Strokes

FOLDS = 5
"""Into so many groups the demonstrations of each gesture are divided to leave one out."""
BETTER = 0.05
"""By how much more of what is left out holds must be right of."""
CLEARLY = 0.03
"""By how much more of all frames, gesture following gesture, the nearest frames must be right of than holds."""
TAKEN = 0.1
"""The share of everyday movement that holds may take for a gesture where such is recorded."""
RECOGNISERS = ("few_shot", "holds", "strokes", "hhmr", "past", "knn")
STRUCK = f"most of each movement is over within {BALLISTIC:g} s"
ONCE = "recognises holds: each gesture was shown once, so that they cannot be compared with the nearest frames (knn)"
LASTING = 0.5
"""Seconds that a median demonstration of a hold lasts at least."""


@dataclass(frozen=True)
class Auto(FewShot):
    """Recognises from one demonstration on, says in which frame a gesture happened, and "none of these".

    Where demonstrations have outputs, they are regressed, by the course of the gestures or by the last moments of the
    movement, whichever is better left out. Where a gesture is told better by how much each channel moves in a short
    window (muscle sensors), holds are learned; where it is over in a moment, strokes. Else
    exemplars and convolutions recognise, and a spotter says when.
    """

    kind: ClassVar[str] = "auto"

    recogniser: str = setting(
        "auto",
        "what recognises; auto: what is right more often of demonstrations left out; frames: holds or knn, whichever "
        "is right of more frames left out, of what lasts and has a gesture in every frame",
        choices=("auto", "few_shot", "holds", "frames", "strokes"),
    )  # fmt: skip
    false_per_10min: float = setting(
        USUAL, "how often nothing may be taken for a gesture", unit="per 10 min", low=0.01, high=1000.0
    )
    everyday: str = setting(
        "everyday", "label of the demonstrations that are ordinary movement, no gesture", names=GESTURE
    )

    def first(self, training_set: TrainingSet, previous: Any = None) -> AutoModel:  # type: ignore[override]
        """A model to play with at once: the chains alone, spotted as before where the gestures are the same."""
        shown = TrainingSet(
            self._apart(training_set)[0], told=training_set.told, weights=training_set.weights
        )
        old = previous if isinstance(previous, AutoModel) else None
        if shown.outputs:
            return AutoModel(self, regressors.first(shown), None, ())
        made = self._few_shot().first(shown, old.recogniser if old else None)
        kept = old.spotter if old and (old.labels, old.spec) == (made.labels, made.spec) else None
        return AutoModel(self, made, kept, ())

    def fit(  # type: ignore[override]
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> AutoModel:
        """Compare, then learn; what did not change since `previous` is taken over."""
        gestures, usual = self._apart(training_set)
        shown = TrainingSet(gestures, told=training_set.told, weights=training_set.weights)
        old = previous if isinstance(previous, AutoModel) else None
        if shown.outputs:
            made, why = regressors.chosen(shown, old.recogniser if old else None, self.seed, report)
            return AutoModel(self, made, None, why)
        each = period(shown.demonstrations, shown.spec.rate)
        seconds = each * float(np.median([len(d) for d in shown.demonstrations]))
        if self.recogniser == "strokes" or (
            self.recogniser == "auto" and strokes(shown.demonstrations, each)
        ):
            made = self._strokes().fit(training_set, old.recogniser if old else None, report)
            reason = "as set" if self.recogniser == "strokes" else STRUCK
            return AutoModel(self, made, None, (f"recognises strokes: {reason}",))
        few = self._few_shot().fit(shown, old.recogniser if old else None, portion(report, 0.0, 0.6))
        recogniser, why = self._chosen(few, shown, usual, seconds, old, report)
        if recogniser is not few:
            return AutoModel(self, recogniser, None, why)
        spotter = self._spotter().fit(training_set, old.spotter if old else None, portion(report, 0.7, 1.0))
        return AutoModel(self, recogniser, spotter, why)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> AutoModel:  # type: ignore[override]
        """The inverse of `AutoModel.pack`."""
        with packing.reading(packing.broken("model auto")):
            kind, why = table["recogniser"], packing.texts(table, "why")
            inner = dict(table["inner"])
            spotted = None if table["spotter"] is None else dict(table["spotter"])
        learners: dict[str, Any] = {
            "few_shot": self._few_shot(), "holds": Holds(), "strokes": self._strokes(), "hhmr": Hhmr(),
            "past": Past(seed=self.seed), "knn": QUICK if inner.get("outputs") else Knn(),
        }  # fmt: skip
        if kind not in learners:
            raise DataError("model auto", repr(kind), f"one of {', '.join(RECOGNISERS)}", "train again")
        recogniser = learners[kind].unpack(inner, packing.under("recogniser.", arrays))
        spotter = None
        if spotted is not None:
            spotter = self._spotter().unpack(spotted, packing.under("spotter.", arrays))
            if spotter.labels != recogniser.labels or spotter.spec.names != recogniser.spec.names:
                raise DataError(
                    "model auto", "its parts know other gestures", "one vocabulary", "train again"
                )
        return AutoModel(self, recogniser, spotter, why)

    def _apart(
        self, training_set: TrainingSet
    ) -> tuple[tuple[Demonstration, ...], tuple[Demonstration, ...]]:
        """What is learned, and everyday movement: one of the labels where every frame has one."""
        gestures, usual = apart(training_set, self.everyday)
        if self.recogniser == "frames" and not TrainingSet(gestures).outputs:
            return training_set.demonstrations, ()
        return gestures, usual

    def _few_shot(self) -> FewShot:
        return FewShot(
            self.view, self.delta, self.convolutions, self.deviation, self.rounds, self.seed, self.mix
        )

    def _strokes(self) -> Strokes:
        return Strokes(false_per_10min=self.false_per_10min, everyday=self.everyday, seed=self.seed)

    def _spotter(self) -> Spotter:
        return Spotter(false_per_10min=self.false_per_10min, everyday=self.everyday, seed=self.seed)

    def _chosen(
        self, few: EnsembleModel, shown: TrainingSet, usual: Sequence[Demonstration], seconds: float,
        old: AutoModel | None, report: Report | None,
    ) -> tuple[Any, tuple[str, ...]]:  # fmt: skip
        """Exemplars and convolutions, unless holds are clearly right for longer and no less often at the end.

        Where every frame has a gesture, the nearest frames may do better in a row: they change at once, holds a
        window later. In a stream with anything else they would never say "none". Nor may holds that take everyday
        movement for a gesture play where such is recorded.
        """
        before = old.recogniser if old and old.recogniser.kind in ("holds", "knn") else None
        if self.recogniser == "few_shot":
            return few, ()
        if self.recogniser == "holds":
            return _again(Holds(), shown, before, portion(report, 0.6, 1.0)), ("recognises holds, as set",)
        data = Data.of(shown)
        counts = np.bincount(data.owners)
        trials = int(counts[counts > 1].sum())
        frames = self.recogniser == "frames"
        if frames and not trials and len(counts) > 1:
            return _again(Holds(), shown, before, portion(report, 0.6, 1.0)), (ONCE,)
        if not trials or len(counts) < 2 or (seconds < LASTING and not frames):
            return few, ()
        wrong, share = left_out(few.banks[0], data)
        if share > 1.0 - BETTER and not frames:
            return few, ()
        holds = parts_of(Holds(), shown, portion(report, 0.6, 0.65))
        missed, steady = alone(holds)
        told = (
            f"of {trials} demonstrations left out, exemplars are right of {trials - wrong} and {share:.0%} of their "
            f"second halves, holds of {trials - missed} and {steady:.0%}"
        )
        if not frames and (missed > wrong or steady - share < BETTER):
            return few, (told,)
        if not frames and usual and (share := fitting(holds[0][0], usual)) > TAKEN:
            return few, (f"{told}, but holds take {share:.0%} of '{self.everyday}' for a gesture",)
        learner: Holds | Knn = Holds()
        if frames:
            held, near = following(holds), following(parts_of(Knn(), shown, portion(report, 0.65, 0.7)))
            learner = Knn() if near - held >= CLEARLY else learner
            told += f"; one gesture after another, of {held:.0%} of all frames, the nearest frames (knn) of {near:.0%}"
        why = f"recognises {learner.kind}: {told}"
        return _again(learner, shown, before, portion(report, 0.7, 1.0)), (why,)


def _again(learner: Holds | Knn, shown: TrainingSet, before: Any, report: Report | None) -> Any:
    """A fit that takes over what did not change, if it is of the same kind."""
    kept = before if before is not None and before.kind == learner.kind else None
    return learner.fit(shown, kept, report)


Parts = list[tuple[Any, list[Demonstration]]]
"""Models, and the demonstrations that each was not shown."""


def parts_of(learner: Holds | Knn, shown: TrainingSet, report: Report | None) -> Parts:
    """A model of the others for each group of demonstrations."""
    rounds = in_turn(shown.demonstrations, FOLDS)
    made: Parts = []
    for number, (kept, left) in enumerate(rounds):
        told = portion(report, number / len(rounds), (number + 1) / len(rounds))
        made.append((learner.fit(TrainingSet(tuple(kept)), None, told), left))
    return made


def alone(parts: Parts) -> tuple[int, float]:
    """What `few_shot.left_out` says: each demonstration is heard from a fresh start."""
    wrong, shares = 0, []
    for model, left in parts:
        for demonstration in left:
            right = heard(model, model.start(), demonstration)
            wrong += not right[-1]
            shares.append(float(np.mean(right[len(right) // 2 :])))
    return wrong, float(np.mean(shares)) if shares else 0.0


def following(parts: Parts) -> float:
    """Share of all frames that are right where one demonstration follows the other, as on stage."""
    right: list[bool] = []
    for model, left in parts:
        follower = model.start()
        for demonstration in left:
            right += heard(model, follower, demonstration)
    return float(np.mean(right)) if right else 0.0


def fitting(model: Any, recordings: Sequence[Demonstration]) -> float:
    """Share of all frames that are taken for a gesture."""
    follower = model.start()
    fits = [follower.step(frame).fit.max() >= 0.5 for one in recordings for frame in one.frames()]
    return float(np.mean(fits))


def heard(model: Any, follower: Follower, demonstration: Demonstration) -> list[bool]:
    """Of which frames a follower is right."""
    own = model.labels.index(demonstration.label)
    return [int(follower.step(frame).posterior.argmax()) == own for frame in demonstration.frames()]


@dataclass(frozen=True, eq=False)
class AutoModel:
    """What recognises and, where gestures have a course, what spots them."""

    kind: ClassVar[str] = "auto"

    learner: Auto
    recogniser: Any
    """A fitted model: exemplars and convolutions, holds, or a regression."""
    spotter: SpottingModel | None
    why: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The K gestures."""
        labels: tuple[str, ...] = self.recogniser.labels
        return labels

    @property
    def spec(self) -> Spec:
        """The channels of the frames it takes."""
        spec: Spec = self.recogniser.spec
        return spec

    @property
    def outputs(self) -> tuple[Channel, ...]:
        """The M regressed outputs."""
        outputs: tuple[Channel, ...] = self.recogniser.outputs
        return outputs

    @property
    def spots(self) -> bool:
        """Whether it says itself in which frame a gesture happened."""
        return self.spotter is not None or spots(self.recogniser)

    @property
    def settles(self) -> bool:
        """Whether it holds off wild frames itself; see `model.settles`."""
        return settles(self.recogniser)

    @property
    def held(self) -> bool:
        """Whether they are always to be held off in front of it; see `model.held`."""
        return held(self.recogniser, ())

    @property
    def novelty(self) -> Novelty | None:
        """What is usual for its gestures, where what recognises knows it."""
        return novelty(self.recogniser)

    @property
    def line(self) -> dict[str, Any]:
        """What decides when a gesture is said, where it is the model itself."""
        return self.spotter.line if self.spotter is not None else {"spots": self.spots, "setting": ""}

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should know about the fit."""
        messages: tuple[str, ...] = self.recogniser.messages
        return messages

    @property
    def notes(self) -> tuple[str, ...]:
        """What it chose and why, and what the dial costs."""
        return (*notes(self.recogniser), *self.why, *notes(self.spotter))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of its notes that ask for something."""
        return (*warnings(self.recogniser), *warnings(self.spotter))

    def start(self) -> Follower:
        """Begin a performance."""
        return (
            AutoFollower(self.recogniser.start(), self.spotter.start())
            if self.spotter
            else self.recogniser.start()
        )

    def without(self, channels: Sequence[int]) -> Any:
        """The same of what recognises, where that can tell; see `model.without`."""
        return without(self.recogniser, channels)

    def evidence_of(self, frames: Iterable[Frame]) -> Values | None:
        """What recognises knows of each frame; see `model.evidence_of`."""
        return evidence_of(self.recogniser, frames)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        inner, arrays = self.recogniser.pack()
        packed = {f"recogniser.{name}": array for name, array in arrays.items()}
        spotted: dict[str, Any] | None = None
        if self.spotter is not None:
            spotted, arrays = self.spotter.pack()
            packed |= {f"spotter.{name}": array for name, array in arrays.items()}
        table = {
            "recogniser": self.recogniser.kind,
            "why": list(self.why),
            "inner": inner,
            "spotter": spotted,
        }
        return table, packed
