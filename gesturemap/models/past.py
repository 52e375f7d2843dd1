"""Outputs, and gestures, told from the last frames: a forest and a sum of kernels over what they were like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.frames import Values
from gesturemap.models import past_view, trees
from gesturemap.models.instant import Instant
from gesturemap.models.left_out import Fold, explained, folds_of
from gesturemap.models.machine import Answer, Examples, Tell
from gesturemap.models.model import Array
from gesturemap.models.past_fit import Places, kernels_fitted, places, trees_grown
from gesturemap.models.past_kernels import TICKS
from gesturemap.models.past_view import View

MEMBERS = ("forest", "kernels", "both")
STEPS = (0, 1, 2, 4, 8, 16, 32, 64, 128)
"""Frames of a tick that are tried."""
CLEARLY = 0.01
"""By how much more of the variance must be explained to look back further."""
PATIENCE = 4
"""Spans in a row that explain less, after which no longer ones are tried."""
SHORT = 0.25
"""Of a demonstration: how far is looked back where nothing can be left out."""
TRIED = 1500
"""Frames by which it is chosen what is seen, and..."""
TRIED_PLACES, TRIED_TREES = 400, 20
KEPT = 6000
"""...from which the model is learned, about, at most."""


@dataclass(frozen=True, eq=False)
class Looking:
    """What is seen of the past, and what is made of it."""

    view: View
    gestures: trees.Forest | None
    forest: trees.Forest | None
    kernels: Places | None
    scores: Values
    """(S, 2) frames looked back and the explained share of left-out variance, for each span tried."""
    votes: Values
    """(V, 2) member, as in `MEMBERS`, and its explained share, for each one tried."""

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        made = self.view.pack() | {"scores": self.scores, "votes": self.votes}
        for name, part in (("gestures", self.gestures), ("forest", self.forest), ("kernels", self.kernels)):
            if part is not None:
                made |= {f"{name}.{key}": array for key, array in part.pack().items()}
        return made

    def start(self) -> Answer:
        """An evaluator, which keeps the last frames: it is for one performance."""
        look, parts = self.view.start(), [part.start() for part in (self.forest, self.kernels) if part]
        told = self.gestures.start() if self.gestures else None
        classes = len(self.gestures.base) if self.gestures else 0
        wide = len(parts[0](look(np.zeros(self.view.project.shape[1])))) if parts else 0
        look, answer, share = self.view.start(), np.zeros(classes + wide), 1.0 / max(len(parts), 1)
        first, rest = answer[:classes], answer[classes:]

        def step(x: Values) -> Values:
            seen = look(x)
            if told is not None:
                first[:] = told(seen)
            rest[:] = 0.0
            for part in parts:
                rest[:] += part(seen)
            np.multiply(rest, share, out=rest)
            return answer

        return step

    @property
    def best(self) -> float:
        """The explained share of the variance of what was left out; NaN where nothing could be."""
        return float(self.votes[:, 1].max()) if len(self.votes) else float("nan")

    @property
    def _seen(self) -> str:
        span = self.view.span
        return f"the last {span} frames" if span > 1 else "the frame alone"

    @property
    def notes(self) -> tuple[str, ...]:
        """What it chose and why."""
        if self.forest is None and self.kernels is None:
            return ()
        names = {(True, False): "forest", (False, True): "kernels"}
        chosen = names.get((self.forest is not None, self.kernels is not None), "a forest and kernels")
        told: tuple[str, ...] = (f"outputs come from {self._seen}, by {chosen}",)
        if len(self.scores):
            spans = ", ".join(f"{int(span)} frames {share:.0%}" for span, share in self.scores)
            told += (f"of the variance of what was left out, looking back so far explains: {spans}",)
        if len(self.votes):
            votes = ", ".join(f"{MEMBERS[int(member)]} {share:.0%}" for member, share in self.votes)
            told += (f"and what plays: {votes}",)
        return told


@dataclass(frozen=True)
class Past(Instant):
    """Outputs follow from the last moments of a movement, however it goes on: no beginning, no course, no end.

    Means, extremes, spread and steps over the last 2 to 16 ticks are what a forest of random trees and a ridge
    regression with kernels see; how long a tick is, and which of the two plays, is chosen by leaving out.
    Source: Geurts, Ernst and Wehenkel (2006), "Extremely randomized trees"; Rasmussen and Williams (2006),
    "Gaussian Processes for Machine Learning", 8.3.1 (subset of regressors).
    """

    kind: ClassVar[str] = "past"
    regression: ClassVar[bool] = True
    alone: ClassVar[bool] = False

    regressor: str = setting("auto", "what plays; auto: what is best left out", choices=("auto", *MEMBERS))
    span: int = setting(
        0, "how far is looked back, in steps of 16; 0: by leaving out", unit="frames", low=0, high=2048
    )
    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=100_000,
    )
    seed: int = setting(0, "for the trees", low=0, high=2**31 - 1)

    def train(self, examples: Examples, tell: Tell) -> tuple[Looking, Values, tuple[str, ...]]:
        """Choose what is seen and what plays by leaving out, then learn from everything."""
        project = past_view.projected(examples.frames)
        wanted, outputs = wanted_of(examples), examples.targets.shape[1]
        takes = np.split(examples.frames, np.flatnonzero(np.diff(examples.takes)) + 1)
        owners = [int(owner) for owner in examples.owners[np.unique(examples.takes, return_index=True)[1]]]
        every, scores = self._looked_back(project, takes, owners, wanted, lambda x: tell(0.4 * x))
        view = past_view.plain(project, every)
        folds = folds_of([len(take) for take in takes], owners, view.span)
        rows, places_of = seen(view, takes, -(-len(examples.frames) // TRIED))
        chosen, votes, errors = "both", np.zeros((0, 2)), np.zeros((0, outputs))
        if outputs:
            names = MEMBERS if self.regressor == "auto" else (self.regressor,)
            if folds:
                part = wanted[places_of]
                shares, made = self._tried(rows, part, places_of, folds, names, lambda x: tell(0.4 + 0.3 * x))
                votes = np.array([[float(MEMBERS.index(n)), s] for n, s in zip(names, shares, strict=True)])
                chosen = preferred(names, shares)
                errors = made[names.index(chosen)]
            elif self.regressor != "auto":
                chosen = self.regressor
        keep = -(-len(examples.frames) // KEPT)
        rows, places_of = seen(view, takes, keep)
        view = past_view.scaled(view, rows)
        rows = (rows - view.centre) * view.inverse
        aims = examples.targets[places_of]
        gestures = None
        if examples.classes:
            shown = np.eye(examples.classes)[examples.owners[places_of]]
            gestures = trees_grown(
                rows, shown, self.seed, lambda x: tell(0.7 + 0.1 * x), self._even(examples, places_of)
            )
        forest = kernels = None
        if outputs and chosen != "kernels":
            forest = trees_grown(rows, aims, self.seed, lambda x: tell(0.8 + 0.1 * x))
        if outputs and chosen != "forest":
            kernels = kernels_fitted(rows, aims)
        machine = Looking(view, gestures, forest, kernels, np.array(scores).reshape(-1, 2), votes)
        tell(0.95)
        if outputs and not len(errors):
            errors = _answers(machine, rows, examples.classes) - aims
        return machine, np.sqrt((errors**2).mean(0)) if outputs else np.zeros(0), ()

    def _looked_back(
        self, project: Values, takes: list[Values], owners: list[int], wanted: Values, tell: Tell
    ) -> tuple[int, list[tuple[float, float]]]:
        """Frames of a tick with which most is explained by kernels; and what each span explains."""
        lengths = [len(take) for take in takes]
        steps, keep = self._steps(lengths), -(-sum(lengths) // TRIED)
        if len(steps) == 1 or not folds_of(lengths, owners, 1):
            short = [step for step in steps if TICKS * step <= SHORT * float(np.median(lengths))]
            return (short or steps)[-1], []
        scores: list[tuple[float, float]] = []
        best, every, worse = -np.inf, steps[0], 0
        for index, step in enumerate(steps):

            def told(done: float, index: int = index) -> None:
                tell((index + done) / len(steps))

            told(0.0)
            rows, frames = seen(past_view.plain(project, step), takes, keep)
            span = max(TICKS * step, 1)
            folds = folds_of(lengths, owners, span)
            shares, _ = self._tried(rows, wanted[frames], frames, folds, ("kernels",), told)
            scores.append((span, shares[0]))
            worse = worse + 1 if shares[0] < best else 0
            if shares[0] > best + CLEARLY:
                best, every = shares[0], step
            if worse == PATIENCE:
                break
        return every, scores

    def _steps(self, lengths: list[int]) -> list[int]:
        """Frames of a tick that may be tried: a demonstration shows no more than what is in it."""
        if self.span:
            return [-(-self.span // TICKS)]
        most = float(np.median(lengths)) / 2
        return [step for step in STEPS if TICKS * step <= most]

    def _even(self, examples: Examples, kept: Array) -> Values:
        """(T,) weights: every gesture counts the same, however long it is."""
        owners = examples.owners[kept]
        counts = np.bincount(owners, minlength=examples.gestures)
        return np.asarray(len(owners) / counts[owners] / examples.gestures)

    def _tried(
        self,
        rows: Values,
        wanted: Values,
        frames: Array,
        folds: list[Fold],
        names: tuple[str, ...],
        tell: Tell,
    ) -> tuple[list[float], list[Values]]:
        """What each member explains of what is left out, and its errors (T, M)."""
        truth, made = [], {name: [] for name in names}  # type: ignore[var-annotated]
        for index, fold in enumerate(folds):
            tell(index / len(folds))
            left, rest = fold.left[frames], fold.rest[frames]
            if not left.any() or rest.sum() < 2:
                continue
            centre, spread = rows[rest].mean(0), rows[rest].std(0)
            inverse = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-9)
            known, asked = (rows[rest] - centre) * inverse, (rows[left] - centre) * inverse
            answers = {}
            if names != ("forest",):
                answers["kernels"] = kernels_fitted(known, wanted[rest], TRIED_PLACES).of(asked)
            if names != ("kernels",):
                grown = trees_grown(known, wanted[rest], self.seed, lambda x: None, None, TRIED_TREES).start()
                answers["forest"] = np.array([grown(x).copy() for x in asked])
            if "both" in names:
                answers["both"] = 0.5 * (answers["forest"] + answers["kernels"])
            truth.append(wanted[left])
            for name in names:
                made[name].append(answers[name])
        if not truth:
            return [0.0] * len(names), [np.zeros((0, wanted.shape[1]))] * len(names)
        wants = np.concatenate(truth)
        errors = [np.concatenate(made[name]) - wants for name in names]
        return [explained(error, wants) for error in errors], errors

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Looking | None:
        """The inverse of `Looking.pack`."""
        view = past_view.unpack(arrays, channels)
        scores, votes = arrays["scores"], arrays["votes"]
        if view is None or scores.ndim != 2 or votes.ndim != 2 or scores.shape[1] != 2 or votes.shape[1] != 2:
            return None
        if len(votes) and not np.isin(votes[:, 0], range(len(MEMBERS))).all():
            return None
        wide = len(view.centre)
        parts: dict[str, Any] = {"gestures": None, "forest": None, "kernels": None}
        for name, count in (("gestures", classes), ("forest", outputs), ("kernels", outputs)):
            own = {key[len(name) + 1 :]: a for key, a in arrays.items() if key.startswith(f"{name}.")}
            if not own:
                continue
            parts[name] = (
                places(own, wide, count) if name == "kernels" else trees.forest(own, wide, count, False)
            )
            if parts[name] is None or not count:
                return None
            if name == "gestures" and not parts[name].probable:
                return None
        missing = (classes and not parts["gestures"]) or (
            outputs and not (parts["forest"] or parts["kernels"])
        )
        return None if missing else Looking(view, **parts, scores=scores, votes=votes)


def wanted_of(examples: Examples) -> Values:
    """(T, M) outputs, or where there are none (T, K) a 1 at the gesture of each frame."""
    return examples.targets if examples.targets.shape[1] else np.eye(examples.gestures)[examples.owners]


def seen(view: View, takes: list[Values], keep: int) -> tuple[Values, Array]:
    """(N, F) features of every `keep`-th frame of each demonstration, and (N,) which frames of all they are of."""
    starts = np.cumsum([0, *(len(take) for take in takes[:-1])])
    rows = np.concatenate([view.rows(take, keep) for take in takes])
    return rows, np.concatenate(
        [start + np.arange(0, len(take), keep) for start, take in zip(starts, takes, strict=True)]
    )


def preferred(names: tuple[str, ...], shares: list[float]) -> str:
    """The best member; the mean of both, which errs less on what nobody has seen, unless one is clearly better."""
    best = int(np.argmax(shares))
    return names[best] if shares[best] > shares[-1] + CLEARLY else names[-1]


def _answers(machine: Looking, rows: Values, classes: int) -> Values:
    """(N, M) what is made of features (N, F)."""
    parts = [part.start() for part in (machine.forest, machine.kernels) if part]
    return np.array([np.mean([part(row) for part in parts], axis=0) for row in rows])
