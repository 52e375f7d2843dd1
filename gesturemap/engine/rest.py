"""What one output does when the sensor falls silent: hold, end, fade, rest."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence

import numpy as np

from gesturemap.frames import Controls, Event, Spec, Values
from gesturemap.outputs.output import OutputRun

LINGER = 0.1
"""Seconds for which the values at rest are sent again, as a packet may be lost."""


def pitches(names: Sequence[str], own: Container[str]) -> list[tuple[int, int]]:
    """Controls that stay while another fades to nothing, and those others: the pitch of a voice, and its level.

    A voice that falls silent does not slide. A pitch for which an output has a rest of its own goes there.
    """
    places = {name: index for index, name in enumerate(names)}
    return [
        (index, level)
        for name, index in places.items()
        if name.endswith(".pitch")
        and name not in own
        and (level := places.get(f"{name.removesuffix('.pitch')}.level")) is not None
    ]


class Rest:
    """What one output does when frames stay away.

    Parameters
    ----------
    run : where it sends; None: only what would be sent is worked out.
    hold, fade : seconds.
    own : control -> value at rest that this output wants in place of the mapping's.
    middles : the same, only where the mapping says none.
    """

    def __init__(
        self,
        run: OutputRun | None,
        controls: Spec,
        hold: float,
        fade: float,
        own: dict[str, float],
        middles: dict[str, float] | None = None,
    ) -> None:
        self.run, self.controls = run, controls
        self.told = ""
        """Why it is not open, as it was told."""
        self.why = ""
        """Why it was not open last."""
        self.hold, self._fade = hold, fade
        self._own, self._middles = own, middles or {}
        self._pitches = pitches(controls.names, own)
        self.neutral = np.zeros(controls.width)
        self._last: Values | None = None
        """The values that a frame brought last."""
        self._owed: tuple[Event, ...] = ()
        """What has ended and is not yet told here."""
        self.going: dict[str, float] = {}
        """What has begun here and has not ended, and how strongly."""
        self._done = False
        self._time = 0.0

    def rests_at(self, neutral: Values, unsaid: Collection[str] = ()) -> None:
        """What the mapping has for values at rest, and for which controls it does not say it."""
        middles = {name: value for name, value in self._middles.items() if name in unsaid}
        wanted = middles | self._own
        self.neutral = np.array(
            [wanted.get(name, rest) for name, rest in zip(self.controls.names, neutral.tolist(), strict=True)]
        )

    def send(self, controls: Controls) -> None:
        """Send what a frame brought."""
        self._last, self._done = controls.values, False
        self._put(controls)

    def owe(self, events: tuple[Event, ...]) -> None:
        """What ended when the first output had held long enough; it is told here in its own time."""
        self._owed += events

    def catch_up(self, going: dict[str, float]) -> None:
        """What goes on elsewhere and has not begun here, begins here with what is sent next."""
        self.owe(tuple(Event("began", label, going[label]) for label in going if label not in self.going))

    def due(self, seconds: float) -> bool:
        """Whether a silence of so many seconds makes it do something."""
        return seconds >= self.hold and not self._done

    def idle(self, time: float, seconds: float) -> Values:
        """Go on fading; return the values that hold now."""
        last = self.neutral if self._last is None else self._last
        gone = max(0.0, seconds - self.hold)
        left = 1.0 - gone / self._fade if gone < self._fade else 0.0
        values = last if left >= 1.0 else self.neutral + left * (last - self.neutral)
        if 0.0 < left < 1.0:
            for pitch, level in self._pitches:
                if self.neutral[level] <= 0.0:
                    values[pitch] = last[pitch]
        if self.due(seconds):
            self._done = gone >= self._fade + LINGER
            self._put(Controls(time, values, ()))
        return values

    def rest(self, time: float, events: tuple[Event, ...]) -> None:
        """Go to rest at once."""
        self.send(Controls(time, self.neutral, events))

    def end(self, controls: Controls) -> None:
        """Tell what has ended, without a jump in the values."""
        if controls.events or self._owed:
            last = controls.values if self._last is None else self._last
            self._put(controls._replace(values=last))

    def leave(self) -> None:
        """It will be closed while others go on: what has begun here ends here."""
        if self.going and self._last is not None:
            ended = tuple(Event("ended", label, 0.0) for label in self.going)
            self._put(Controls(self._time, self._last, ended))

    def _put(self, controls: Controls) -> None:
        if self._owed:
            controls = controls._replace(events=self._owed + controls.events)
            self._owed = ()
        self._time = controls.time
        for event in controls.events:
            if event.kind == "began":
                self.going[event.label] = event.value
            else:
                self.going.pop(event.label, None)
        if self.run is not None:
            self.run.send(controls)


class FramesOnly(Rest):
    """One output to which nothing is sent but what a frame brings."""

    def due(self, seconds: float) -> bool:
        """Never."""
        return False

    def idle(self, time: float, seconds: float) -> Values:
        """The values that were sent last hold."""
        return self.neutral if self._last is None else self._last

    def rest(self, time: float, events: tuple[Event, ...]) -> None:
        """Its receiver knows no rest."""

    def end(self, controls: Controls) -> None:
        """Nor an end."""

    def catch_up(self, going: dict[str, float]) -> None:
        """Nor a beginning."""

    def send(self, controls: Controls) -> None:
        """Send what a frame brought."""
        self._last = controls.values
        if self.run is not None:
            self.run.send(controls)
