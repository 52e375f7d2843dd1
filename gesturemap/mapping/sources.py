"""Sources: the numbers of an estimate that a control can follow, each named by a text such as ``posterior:circle``."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from typing import Any

from gesturemap.clock import Period
from gesturemap.errors import SettingsError
from gesturemap.frames import NONE, Estimate
from gesturemap.mapping.mapping import Source, pick

MISSING = {
    "output": "record demonstrations with outputs, or name a source of another kind",
    "feature": "name a source of another kind",
}
"""What to do where there is none."""
Read = Callable[[Estimate], float]

SETTLE = 0.1
"""Seconds over which a speed is taken: progress goes in steps."""


def speed(progress: Read) -> Read:
    """How fast a progress changes, in gestures a second; 0 where there is none, and not thrown by a new beginning."""
    period = Period()
    last, value = math.nan, 0.0

    def read(estimate: Estimate) -> float:
        nonlocal last, value
        seconds, now = period.since(estimate.time), progress(estimate)
        gone = now - last
        last = now
        if now != now:
            value = 0.0
        elif -0.5 < gone < 0.5:  # else it began again, or another gesture wins
            value += (gone / seconds - value) * -math.expm1(-seconds / SETTLE)
        return value

    return read


def _of_winner(name: str, none: float) -> Read:
    def read(estimate: Estimate) -> float:
        winner = estimate.winner
        return none if winner == NONE else float(getattr(estimate, name).item(winner))

    return read


PROGRESS = _of_winner("progress", math.nan)
OF_GESTURE: dict[str, Callable[[int], Read]] = {
    "posterior": lambda i: lambda estimate: float(estimate.posterior.item(i)),
    "likelihood": lambda i: lambda estimate: float(estimate.log_likelihoods.item(i)),
    "fit": lambda i: lambda estimate: float(estimate.fit.item(i)),
    "progress": lambda i: lambda estimate: float(estimate.progress.item(i)),
    "speed": lambda i: speed(lambda estimate: float(estimate.progress.item(i))),
}
"""Sources of one gesture, named behind a colon."""
OF_OUTPUT: dict[str, Callable[[int], Read]] = {
    "output": lambda i: lambda estimate: float(estimate.outputs.item(i)),
    "deviation": lambda i: lambda estimate: float(estimate.deviations.item(i)),
}
OF_FEATURE: dict[str, Callable[[int], Read]] = {
    "feature": lambda i: lambda estimate: float(estimate.features.item(i)),
}


def numbered(source: Source) -> Read:
    """The number of the winner in the vocabulary, from 1; 0: none wins."""
    order = dict.fromkeys((*source.vocabulary, *source.labels))
    place = {label: float(number) for number, label in enumerate(order, 1)}
    numbers = [place[label] for label in source.labels]
    return lambda estimate: 0.0 if estimate.winner == NONE else numbers[estimate.winner]


def unknown(source: Source) -> Read:
    """How much of what comes is none of the gestures, 0..1; of a model that does not know, how little any fits."""
    known = source.unknown
    if known is not None:
        return lambda estimate: float(known(estimate.log_likelihoods))
    return lambda estimate: 1.0 - float(estimate.fit.max()) if len(estimate.fit) else math.nan


OF_WINNER: dict[str, Callable[[Source], Read]] = {
    "confidence": lambda _: _of_winner("posterior", 0.0),
    "fit": lambda _: _of_winner("fit", 0.0),
    "likelihood": lambda _: _of_winner("log_likelihoods", math.nan),
    "progress": lambda _: PROGRESS,
    "speed": lambda _: speed(PROGRESS),
    "winner": numbered,
    "unknown": unknown,
    "always": lambda _: lambda _: 1.0,
}
FORMS = (
    *(f"{name}:GESTURE" for name in OF_GESTURE),
    *(f"{name}:NAME" for name in (*OF_OUTPUT, *OF_FEATURE)),
    *OF_WINNER,
)
"""How sources are written."""


def reader(text: str, source: Source, place: str) -> Read:
    """What reads one number off every estimate, once in each.

    Raises
    ------
    SettingsError
        If there is no such source, or the model or the features do not have what it names.
    """
    form, colon, name = text.partition(":")
    if colon and form in OF_GESTURE:
        return OF_GESTURE[form](pick(name, source.labels, place))
    if colon and form in OF_OUTPUT:
        return OF_OUTPUT[form](_index(name, tuple(c.name for c in source.outputs), "output", place))
    if colon and form in OF_FEATURE:
        return OF_FEATURE[form](_index(name, source.features.names, "feature", place))
    if not colon and form in OF_WINNER:
        return OF_WINNER[form](source)
    known: list[Any] = [*FORMS, *OF_GESTURE, *OF_OUTPUT, *OF_FEATURE]
    near = difflib.get_close_matches(text, known, 1)
    meant = next((form for form in FORMS if near and form.startswith(near[0])), "")
    raise SettingsError(
        place,
        f"no source {text!r}",
        f"there are {', '.join(FORMS)}",
        f"did you mean '{meant}'?" if meant else "write one of them",
    )


def _index(name: str, names: tuple[str, ...], what: str, place: str) -> int:
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        raise SettingsError(
            place,
            f"no {what} {name!r}",
            f"there are {', '.join(names)}" if names else f"there are no {what}s",
            f"did you mean '{near[0]}'?" if near else "name one of them" if names else MISSING[what],
        )
    return names.index(name)
