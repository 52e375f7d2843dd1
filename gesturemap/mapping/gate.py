"""Gate: whether a control may move now, by a source, by a gesture's beginnings, or by both."""

from __future__ import annotations

from collections.abc import Callable

from gesturemap.errors import SettingsError
from gesturemap.frames import Estimate, Event
from gesturemap.mapping.mapping import Source, pick
from gesturemap.mapping.sources import Read, reader


class Gate:
    """A running gate: open where all that is given says so."""

    def __init__(self, source: Source, place: str) -> None:
        self._source, self._place = source, place
        self._conditions: list[Callable[[Estimate], bool]] = []
        self._heard: list[Heard] = []

    def watch(self, text: str, opens: float, closes: float) -> None:
        """Open while a source is high: from `opens` on, until it is below `closes`."""
        if closes > opens:
            raise SettingsError(
                f"{self._place}, closes", str(closes), f"at most opens, {opens}", "lower it, or raise opens"
            )
        self._conditions.append(above(reader(text, self._source, f"{self._place}, gate"), opens, closes))

    def listen(self, heard: type[Heard], label: str) -> None:
        """Open and close by the beginnings of a gesture."""
        one = heard(told(label, self._source, f"{self._place}, {heard.__name__.lower()}"))
        self._heard.append(one)
        self._conditions.append(one.is_open)

    def hear(self, event: Event) -> None:
        """Take an event of this frame."""
        for heard in self._heard:
            heard.hear(event)

    def go_on(self, other: Gate) -> None:
        """As open as another one, as far as gestures have opened and closed it."""
        for heard, before in zip(self._heard, other._heard, strict=False):
            heard.go_on(before)

    def is_open(self, estimate: Estimate) -> bool:
        """Whether the control may move; asked once in each frame."""
        states = [condition(estimate) for condition in self._conditions]  # each has to see each frame
        return all(states)


def told(label: str, source: Source, place: str) -> str:
    """A gesture whose beginnings are told by some mapping."""
    pick(label, source.labels, place)
    if source.told is not None and label not in source.told:
        raise SettingsError(
            place,
            f"nothing tells when {label!r} begins",
            "a mapping of kind events does",
            f'add [[mapping]] with kind = "events", or put {label!r} among its gestures',
        )
    return label


def above(read: Read, opens: float, closes: float) -> Callable[[Estimate], bool]:
    """Whether a source is high; what is no number changes nothing."""
    is_open = False

    def condition(estimate: Estimate) -> bool:
        nonlocal is_open
        value = read(estimate)
        is_open = not value < closes if is_open else value >= opens
        return is_open

    return condition


class Heard:
    """Something that a gesture's beginnings change."""

    def __init__(self, label: str) -> None:
        self._label, self._open = label, False

    def hear(self, event: Event) -> None:
        """Take an event."""
        if event.kind == "began" and event.label == self._label:
            self._open = not self._open

    def go_on(self, other: Heard) -> None:
        """As open as another one."""
        self._open = other._open

    def is_open(self, _: Estimate) -> bool:
        """Whether it is open."""
        return self._open


class Toggle(Heard):
    """Open after the first beginning, closed after the second, and so on."""


class Latch(Heard):
    """Open in the frame of a beginning only."""

    def hear(self, event: Event) -> None:
        """Take an event."""
        self._open = self._open or (event.kind == "began" and event.label == self._label)

    def is_open(self, _: Estimate) -> bool:
        """Whether it began since this was asked last."""
        was, self._open = self._open, False
        return was
