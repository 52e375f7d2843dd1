"""Which features and which model serve what was shown: tried on demonstrations left out, as long as there is time.

First what is in front of the model as it is, then other features, the likeliest to serve first, then other models
behind the features that did best. Whenever time is over the best so far is told, with everything that was tried. The
best of many flatters itself, so what it brings is told of a choice that each demonstration left out had no part in,
with the 95 % interval of a paired difference.
Sources: Berti-Equille (2019), "Learn2Clean"; Varma and Simon (2006), "Bias in error estimation when using
cross-validation for model selection"; Agresti and Min (2005), "Simple improved confidence intervals for comparing
matched proportions".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap import catalog, compiled
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError, GesturemapError
from gesturemap.features import kernels
from gesturemap.features.biquad import Biquad
from gesturemap.features.derive import Derive
from gesturemap.features.median import Median
from gesturemap.features.motion import Intensity
from gesturemap.features.smooth import OneEuro
from gesturemap.models.dtw import Dtw
from gesturemap.models.exemplar import Exemplar
from gesturemap.models.few_shot import FewShot
from gesturemap.models.hhmm import Hhmm
from gesturemap.models.holds import Holds
from gesturemap.models.model import Cancelled, Learner
from gesturemap.models.neighbours import Knn
from gesturemap.models.relevance import bare, marks
from gesturemap.models.spotting_fit import apart
from gesturemap.teaching.leave_one_out import evaluate, opened
from gesturemap.teaching.play import Opened, seen
from gesturemap.teaching.suggest import mixing

SECONDS = 10.0
"""How long is searched, where nothing is said."""
FOLDS = 5
"""Groups in which demonstrations are left out."""
FRONTS = 3
"""Features behind which other models are tried."""
LIKELY = 1.96
"""Deviations of the interval."""
OTHERS: tuple[Any, ...] = (FewShot(), Exemplar(), Exemplar(view="shape"), Dtw(), Hhmm(), Knn(), Holds())
"""Models that are tried in place of the one that is set, the likeliest to serve first."""


class Pipeline(NamedTuple):
    """Features and what learns behind them."""

    what: str
    """In the musician's words, how the features differ from those that are set."""
    features: tuple[Any, ...]
    learner: Any

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The features, as in ``project.toml``."""
        return [catalog.write(feature) for feature in self.features]

    @property
    def model(self) -> dict[str, Any]:
        """The model, the same."""
        return catalog.write(bare(self.learner))


class Try(NamedTuple):
    """One that was tried."""

    pipeline: Pipeline
    right: Mapping[str, bool]
    """Of each demonstration left out, by id."""
    seconds: float


class Found(NamedTuple):
    """What was tried; the first is what is set."""

    tries: tuple[Try, ...]
    best: int
    now: int
    """How many are right as it is set."""
    chosen: int
    """How many if all others choose the pipeline for each: what may be expected of the best."""
    tested: int
    interval: tuple[float, float]
    """Of `chosen - now`, as a share."""
    seconds: float
    whole: bool
    """Whether everything was tried."""

    @property
    def better(self) -> bool:
        """Whether the best is better by more than chance may do."""
        return self.best > 0 and self.interval[0] > 0.0


def prepare(it: Opened, report: compiled.Report | None = None) -> None:
    """Compile what features need that may stand in front; models are seen to elsewhere."""
    kinds = {feature.kind for _, some in fronts(tuple(it.features)) for feature in some}
    compiled.load(kernels(sorted(kinds)), report)


def search(it: Opened, seconds: float = SECONDS, clock: Callable[[], float] = time.perf_counter) -> Found:
    """Try pipelines until time is over; what is set is always tried.

    Parameters
    ----------
    it : demonstrations of gestures, with the learner and the features that are set.
    clock : tells seconds.

    Raises
    ------
    DataError
        If no demonstration can be left out.
    """
    begun = clock()
    learner = it.learner
    tries = [_tried(it, Pipeline("as it is", tuple(it.features), learner), None, clock)]
    whole = True

    def more(pipelines: Iterator[Pipeline]) -> None:
        nonlocal whole
        for pipeline in pipelines:
            if clock() - begun + max(one.seconds for one in tries) >= seconds:
                whole = False
                return
            try:
                tries.append(_tried(it, pipeline, begun + seconds, clock))
            except Cancelled:
                whole = False
                return
            except GesturemapError:
                continue  # such features cannot be made of these channels, or leave too little

    more(Pipeline(what, features, learner) for what, features in fronts(tuple(it.features)))
    behind = [
        tries[n].pipeline for n in sorted(range(len(tries)), key=lambda n: -sum(tries[n].right.values()))
    ]
    own = bare(learner)
    others = [
        one for one in OTHERS if one != own and not (isinstance(own, FewShot) and isinstance(one, FewShot))
    ]
    more(front._replace(learner=_heeding(learner, one)) for front in behind[:FRONTS] for one in others)
    return judged(tries, clock() - begun, whole)


def fronts(features: tuple[Any, ...]) -> list[tuple[str, tuple[Any, ...]]]:
    """What may stand in front of the model in place of these features, the likeliest to serve first."""
    made: list[tuple[str, tuple[Any, ...]]] = [
        ("smoothed", (*features, OneEuro())),
        ("without what changes slowly (below 0.5 Hz), such as where it is held", (*features, Biquad(
            response="high", frequency=0.5
        ))),
        ("slow movement alone (below 3 Hz)", (*features, Biquad(frequency=3.0))),
        ("spikes taken away", (Median(), *features)),
        ("with the speed of change", (*features, Derive(smoothing=0.03))),
        ("with how much each channel moves about", (*features, Intensity(parts="each"))),
        ("spikes taken away, and smoothed", (Median(), *features, OneEuro())),
        ("smoothed, without what changes slowly", (*features, OneEuro(), Biquad(response="high", frequency=0.5))),
    ]  # fmt: skip
    if features:
        made.insert(0, ("as the sensor gives it", ()))
    return made


def judged(tries: Sequence[Try], seconds: float, whole: bool) -> Found:
    """The best: fewest errors; of those that are alike the first, so what is set stays."""
    ids = [name for name in tries[0].right if all(name in one.right for one in tries)]
    right = np.array([[one.right[name] for name in ids] for one in tries])
    totals = right.sum(1)
    best = int(totals.argmax())
    others = (totals[:, None] - right).argmax(0)
    chosen = right[others, np.arange(len(ids))]
    return Found(
        tuple(tries),
        best,
        int(totals[0]),
        int(chosen.sum()),
        len(ids),
        interval(chosen, right[0]),
        seconds,
        whole,
    )


def interval(after: NDArray[np.bool_], before: NDArray[np.bool_]) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares, of the same demonstrations (N,) right or not."""
    gained, lost, count = int((after & ~before).sum()), int((before & ~after).sum()), len(before) + 2
    middle = (gained - lost) / count
    wide = LIKELY * float(np.sqrt(max(gained + lost + 1 - (gained - lost) ** 2 / count, 0.0))) / count
    return max(middle - wide, -1.0), min(middle + wide, 1.0)


def _tried(it: Opened, pipeline: Pipeline, until: float | None, clock: Callable[[], float]) -> Try:
    """Ask one pipeline.

    Raises
    ------
    Cancelled
        If time is over.
    """
    begun = clock()

    def report(label: str, part: float) -> bool:
        return until is None or clock() < until

    given, wanted = asked(it, pipeline, report)
    right = {name: given[name] == label for name, label in wanted.items() if name in given}
    if not right:
        raise DataError(
            "pipelines", "nothing can be left out", "a gesture shown twice is wanted", "record more"
        )
    return Try(pipeline, right, clock() - begun)


def asked(
    it: Opened, pipeline: Pipeline, report: Callable[[str, float], bool]
) -> tuple[dict[str, str], dict[str, str]]:
    """What each demonstration left out is taken for at its end, and what it is, by id."""
    learner = pipeline.learner
    every = TrainingSet(tuple(_passed(pipeline.features, it.corpus.demonstrations, report)))
    shown = TrainingSet(apart(every, getattr(it.learner, "everyday", ""))[0])
    wanted = {one.id: one.label for one in shown.demonstrations}
    if isinstance(learner, FewShot):
        return mixing.as_set(learner, shown, report), wanted
    done = evaluate(opened(learner, shown.demonstrations, it.corpus.rate), None, report, FOLDS)
    return {name: one["given"] for name, one in done.each.items()}, wanted


def _passed(
    features: Sequence[Any], some: Sequence[Demonstration], report: Callable[[str, float], bool]
) -> Iterator[Demonstration]:
    for one in some:
        if not report("", 0.0):
            raise Cancelled
        yield seen(features, one)


def _heeding(learner: Learner, other: Any) -> Any:
    """Another one that heeds the same."""
    return marks(learner).around(other)
