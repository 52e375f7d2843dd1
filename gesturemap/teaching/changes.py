"""What a new model says otherwise than the one before, of the demonstrations both can hear."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration, in_turn
from gesturemap.frames import Values
from gesturemap.models.model import Cancelled, Model, begin
from gesturemap.teaching.hearing import Hearing, Rules

SOON, LONGEST = 0.2, 5.0
"""Seconds after which it is late, and that it may take at most."""
MOST, MOST_FRAMES = 200, 2000
"""Demonstrations that are compared, and frames of each; a recording of hours has been heard by then."""
BREATH = 64
"""Frames from one look at the clock to the next."""


class Heard(NamedTuple):
    """What a model says of one demonstration."""

    answer: str
    """The gesture it is taken for, as if it were played live; empty: none of these."""
    outputs: Values
    """(T, M), NaN where there is none yet."""


class Changes:
    """Compares the models of one project, one after the other; what was heard of the last one is remembered."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        """Of the demonstrations of the last training, by id."""
        self._heard: dict[str, tuple[Demonstration, Heard]] = {}
        self._model: Any = None
        self._rules: Rules = ()

    def between(
        self,
        before: Model | None,
        after: Model,
        shown: Sequence[Demonstration],
        rules: Rules,
        stop: Callable[[], bool],
        late: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        """The table `changes` of `gesturemap.commands.Trained`; empty where there is nothing to compare with.

        Parameters
        ----------
        before : the model that was fitted last, maybe of another project: then no demonstration is of both.
        shown : demonstrations as the models see them, behind the features.
        rules : what says when a gesture begins, for both.
        stop : says whether somebody does not want it any more.
        late : called once where it takes longer than a moment.

        Raises
        ------
        Cancelled
        """
        known, self._labels = self._labels, {d.id: d.label for d in shown}
        if before is not None and not known:  # it was read from a file, with the project
            known = {d.id: d.label for d in shown if d.label in before.labels or before.outputs}
        remembered = self._heard if before is self._model and rules == self._rules else {}
        self._heard, self._model, self._rules = {}, after, rules
        if before is None or known.keys().isdisjoint(self._labels):
            return {}
        names = _renamed(known, self._labels, before, after)
        old = [names.get(label, label) for label in before.labels]
        old_rules = _for_old_names(rules, names)
        outputs = [c for c in after.outputs if c in before.outputs]
        flips, squares, frames, count = [], np.zeros(len(outputs)), np.zeros(len(outputs)), 0
        began = time.perf_counter()
        until, soon = began + LONGEST, began + SOON
        part = len(shown) > MOST
        for one in itertools.islice(_in_turn(shown, known), MOST):
            if stop():
                raise Cancelled
            if time.perf_counter() > soon:
                late()
                soon = math.inf
            strange = one.id not in known and one.label not in old and before.labels
            if strange or one.spec.names != before.spec.names:
                continue
            now = hear(after, one, rules, until)
            if now is None:
                part = True
                break
            self._heard[one.id] = one, now
            kept = remembered.get(one.id)
            was = kept[1] if kept is not None and kept[0] is one else hear(before, one, old_rules, until)
            if was is None:
                part = True
                break
            count += 1
            answer = names.get(was.answer, was.answer)
            if answer != now.answer:
                flips.append([one.id, one.label, answer, now.answer])
            for index, channel in enumerate(outputs):
                a, b = (h.outputs[:, m.outputs.index(channel)] for h, m in ((was, before), (now, after)))
                apart = (a - b)[np.isfinite(a - b)]
                squares[index] += float(apart @ apart)
                frames[index] += len(apart)
        moved = np.sqrt(squares / np.maximum(1, frames)).tolist()
        return {
            "flips": flips,
            "outputs": {c.name: moved[i] for i, c in enumerate(outputs) if frames[i]},
            "of": count,
            "part": part,
        }


def hear(model: Model, one: Demonstration, rules: Rules, until: float) -> Heard | None:
    """Play a demonstration to a model; None where there is no time for it."""
    follower, hearing = begin(model, one.spec), Hearing(model, one.spec, rules)
    outputs = np.full((min(len(one), MOST_FRAMES), len(model.outputs)), np.nan)
    for t, frame in enumerate(itertools.islice(one.frames(), MOST_FRAMES)):
        estimate = follower.step(frame)
        if estimate is not None:
            hearing.take(estimate)
            outputs[t] = estimate.outputs
        if t % BREATH == 0 and time.perf_counter() > until:
            return None
    return Heard(hearing.heard()[0], outputs)


def _in_turn(shown: Sequence[Demonstration], known: Mapping[str, str]) -> Iterator[Demonstration]:
    """What was given to another gesture; then one of each after the other, the newest first.

    So what there is no time for is of all of them alike.
    """
    moved = [one for one in shown if known.get(one.id, one.label) != one.label]
    gone = {one.id for one in moved}
    return itertools.chain(moved, in_turn(one for one in reversed(shown) if one.id not in gone))


def _renamed(known: dict[str, str], now: dict[str, str], before: Model, after: Model) -> dict[str, str]:
    """What gestures of the old model are called now."""
    found: dict[str, set[str]] = {}
    for identity in known.keys() & now.keys():
        found.setdefault(known[identity], set()).add(now[identity])
    return {
        label: next(iter(names))
        for label, names in found.items()
        if len(names) == 1 and label not in after.labels and not names & set(before.labels)
    }


def _for_old_names(rules: Rules, names: dict[str, str]) -> Rules:
    """The same rules, as gestures were called before."""
    old = {now: label for label, now in names.items()}
    return [replace(rule, gestures=tuple(old.get(label, label) for label in rule.gestures)) for rule in rules]
