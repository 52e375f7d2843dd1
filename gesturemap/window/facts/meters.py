"""Controls as meters: what each follows, between which values it moves, and how that is changed. No Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gesturemap.frames import Values
from gesturemap.mapping.sources import OF_GESTURE, OF_WINNER
from gesturemap.window.facts.document import Document, Table
from gesturemap.window.facts.offers import controls
from gesturemap.window.words import outgoing as said

ROOM = 0.25
"""Share of its range by which a meter reaches beyond it, where nobody knows how far the control can go."""
FINE = 100
"""Steps of a key over the whole meter."""
RANGED = ("range", "formula")
"""Kinds of mapping whose range can be dragged."""
FAR = 20.0
"""How many times as long as its range such a meter may be, before it is drawn anew around it."""
UNUSUAL = ("likelihood",)
"""Sources that are left out where one connects by hand: their numbers have no usual range."""


@dataclass(frozen=True)
class Meter:
    """One control."""

    name: str
    follows: str = ""
    """What moves it, for people; empty: nothing that is known here."""
    mapping: int = -1
    """Which mapping sets it; below 0: none whose range can be dragged."""
    to_low: float = math.nan
    to_high: float = math.nan
    low: float = 0.0
    """At the left end of the meter."""
    high: float = 1.0
    unit: str = ""
    doc: str = ""
    instead: tuple[str, ...] = ()
    """What its voice can do, where it cannot do this: another patch has taken the place of the one that could."""

    @property
    def ranged(self) -> bool:
        """Whether its range can be dragged."""
        return self.mapping >= 0

    @property
    def step(self) -> float:
        """By how much one key moves an end: a round number."""
        return 10.0 ** round(math.log10((self.high - self.low) / FINE))

    def share(self, value: float) -> float:
        """Where on the meter a value is, 0..1."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def at(self, share: float) -> float:
        """The round value at a place of the meter."""
        value = self.low + (self.high - self.low) * min(1.0, max(0.0, share))
        return self.rounded(value)

    def rounded(self, value: float) -> float:
        """A value on the meter, without digits that nobody chose."""
        fine = self.step / 2.0
        digits = max(0, 1 - math.floor(math.log10(fine)))
        return min(self.high, max(self.low, round(round(value / fine) * fine, digits)))

    def moved(self, end: str, value: float) -> Meter:
        """The same with one end of its range (``to_low`` or ``to_high``) elsewhere."""
        changes: dict[str, Any] = {end: self.rounded(value)}
        return replace(self, **changes)


def meters(document: Document, names: Sequence[str], before: Sequence[Meter] = ()) -> list[Meter]:
    """A meter for every control, in order.

    Parameters
    ----------
    before : those that are shown: a meter whose control nobody knows keeps its ends while its range has room between
        them, so that no handle moves but by hand.
    """
    known, shown = controls(document), {meter.name: meter for meter in before if meter.ranged}
    places = {str(table.get("control", "")): (i, table) for i, table in enumerate(document.mapping)}
    found = []
    for name in names:
        index, table = places.get(name, (-1, {}))
        voice = name.partition(".")[0] + "."
        instead = tuple(each.removeprefix(voice) for each in known if each.startswith(voice))
        meter = Meter(name, follows(table) if index >= 0 else "")
        if name not in known and name != voice[:-1]:
            meter = replace(meter, instead=instead)
        parameter = known.get(name)
        if parameter is not None:
            ends = parameter.low, parameter.high
            meter = replace(meter, low=ends[0], high=ends[1], unit=parameter.unit, doc=parameter.doc)
        if index >= 0 and table.get("kind") in RANGED:
            to_low, to_high = float(table.get("to_low", 0.0)), float(table.get("to_high", 1.0))
            low, high = min(to_low, to_high), max(to_low, to_high)
            least, most = (
                (min(meter.low, low), max(meter.high, high))
                if parameter is not None
                else _ends(low, high, shown.get(name))
            )
            meter = replace(
                meter,
                mapping=index,
                to_low=to_low,
                to_high=to_high,
                low=least,
                high=most,
                unit=str(table.get("unit") or meter.unit),
            )
        found.append(meter)
    return found


def _ends(low: float, high: float, shown: Meter | None) -> tuple[float, float]:
    """The ends of a meter around a range, where nobody knows how far the control can go."""
    room = ROOM * ((high - low) or 1.0)
    if shown is None or (low < high and shown.high - shown.low > FAR * (high - low)):
        return low - room, high + room
    return (
        shown.low if low > shown.low else low - room,
        shown.high if high < shown.high else high + room,
    )


def configured(mapping: Sequence[Table], meter: Meter) -> list[dict[str, Any]]:
    """The section of the mapping with a meter's range."""
    tables = [dict(table) for table in mapping]
    tables[meter.mapping] |= {"to_low": meter.to_low, "to_high": meter.to_high}
    return tables


def follows(table: Table) -> str:
    """What a mapping follows, for people."""
    if isinstance(table.get("sources"), Mapping):
        return ", ".join(spoken(str(text)) for text in table["sources"].values())
    if table.get("kind") == "range":
        return spoken(str(table.get("source", "confidence")))
    return str(table.get("kind", ""))


def spoken(source: str) -> str:
    """A source for people: ``progress:circle`` -> ``progress of circle``."""
    form, colon, name = source.partition(":")
    if not colon:
        return said.OF_WINNER.get(form, form)
    return said.SOURCES.get(form, "{}").format(name)


def choices(labels: Sequence[str], features: Sequence[str], outputs: Sequence[str]) -> list[tuple[str, str]]:
    """Every source that can be connected by hand, for people and as it is written."""
    forms = [form for form in OF_GESTURE if form not in UNUSUAL]
    written = [
        *(f"{form}:{label}" for label in labels for form in forms),
        *(form for form in OF_WINNER if form not in UNUSUAL),
        *(f"output:{name}" for name in outputs),
        *(f"feature:{name}" for name in features),
    ]
    return [(spoken(source), source) for source in written]


def connected(
    document: Document, source: str, control: str, seen: tuple[float, float] | None = None
) -> dict[str, Any]:
    """The mapping from a source to a control.

    Parameters
    ----------
    seen : between which values the source was seen to move; None: from 0 to 1.
    """
    table: dict[str, Any] = {"kind": "range", "source": source, "control": control, "smoothing": 0.05}
    if seen is not None and seen[1] > seen[0]:
        table |= {"low": float(f"{seen[0]:.3g}"), "high": float(f"{seen[1]:.3g}")}
    parameter = controls(document).get(control)
    if parameter is not None:
        table |= {"to_low": parameter.low, "to_high": parameter.high}
        if parameter.low < 0.0 < parameter.high:
            table["neutral"] = 0.0
    return table


def seen(names: Sequence[str], values: Values, source: str) -> tuple[float, float] | None:
    """Between which values a feature has moved, of (C, T) values; None: it is no feature, or has not moved."""
    form, _, name = source.partition(":")
    if form != "feature" or name not in names or not values.size:
        return None
    column = values[list(names).index(name)]
    column = column[column == column]
    if not len(column) or column.min() == column.max():
        return None
    return float(column.min()), float(column.max())
