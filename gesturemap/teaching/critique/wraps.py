"""Angles that leap by a whole turn where they begin anew: nothing to the hand, and to a model the largest movement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from gesturemap import catalog, units
from gesturemap.commands import Configure
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import SettingsError
from gesturemap.features.angle import Angle, angles
from gesturemap.features.feature import ChainRun, Feature
from gesturemap.plain import counted
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.play import Opened, seen

LEAP = 0.75
"""Share of a turn from one frame to the next from which on it is the number that has begun anew, and no hand."""


def findings(it: Opened) -> Iterator[Finding]:
    """One for each angle that leaps, as the sensor gives it or as a feature makes it."""
    sent = it.corpus.demonstrations
    if not sent:
        return
    names, made = sent[0].spec.names, ChainRun(it.features, sent[0].spec).spec
    yield from _leaps(it, sent, [names[i] for i in angles(sent[0].spec)])
    new = [made.names[i] for i in angles(made) if made.names[i] not in names]
    if new:
        yield from _leaps(it, [seen(it.features, one) for one in sent], new)


def mended(it: Opened, found: Finding) -> Opened:
    """Learning from the cosine and sine of what a finding is about."""
    return it._replace(features=_with_angle(it, found.channel))


def _with_angle(it: Opened, channel: str) -> tuple[Feature, ...]:
    """The features, and before them, or behind them where one of them makes it, what takes a channel's place."""
    angle = Angle((channel,))
    first = channel in it.corpus.demonstrations[0].spec.names
    return (angle, *it.features) if first else (*it.features, angle)


def _leaps(it: Opened, some: Sequence[Demonstration], names: Iterable[str]) -> Iterator[Finding]:
    spec = some[0].spec
    for name in names:
        column = spec.names.index(name)
        turn = units.factor("turn", spec.channels[column].unit)
        counts = [int((np.abs(np.diff(one.values[:, column])) > LEAP * turn).sum()) for one in some]
        ids = [one.id for one, count in zip(some, counts, strict=True) if count]
        if ids:
            yield Finding(
                "wraps",
                "",
                tuple(ids),
                name,
                f"{name} leaps by a whole turn {counted(sum(counts), 'time')} in {counted(len(ids), 'demonstration')}: "
                "it begins anew there, and the hand does not",
                "let its cosine and sine be learned in its place (feature 'angle')",
                {"leaps": sum(counts), "demonstrations": len(ids)},
                0.8,
                _command(it, name),
            )


def _command(it: Opened, channel: str) -> Configure | None:
    """Have the features that mend it; None where one of them wants the angle itself."""
    chain = _with_angle(it, channel)
    try:
        ChainRun(chain, it.corpus.demonstrations[0].spec)
    except SettingsError:
        return None
    return Configure("features", [catalog.write(one) for one in chain])
