"""Events: a gesture began, a gesture ended."""

from __future__ import annotations

import math
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import GESTURE, GESTURE_KEYS, SOURCE, setting
from gesturemap.clock import Period
from gesturemap.errors import SettingsError
from gesturemap.frames import NONE, Channel, Estimate, Event, Values
from gesturemap.mapping.beat import Beat
from gesturemap.mapping.cut import Cut
from gesturemap.mapping.mapping import Source, pick
from gesturemap.mapping.peak import Peak
from gesturemap.mapping.sources import reader

WRAP = 0.5
"""Progress that has fallen this far from its peak means: from the top again."""


def gate_of(label: str) -> str:
    """The control that is 1 while a gesture goes on."""
    return "gate." + "_".join(label.split())


@dataclass(frozen=True)
class Events:
    """Fires ``began`` once per execution of a gesture and ``ended`` after it; one gesture goes on at a time.

    Two states. *Idle*: the most likely gesture is the candidate if it is watched and its posterior, fit and
    progress are high enough; having been so for `hold` seconds, it begins. *Going on*: it ends when another
    one begins, or when for `hold` seconds it has been lost (posterior below `release`, or fit below its
    bound in the same proportion) or has started over (progress fell by half or more from its peak; then the
    same gesture may begin again in the same frame); and at once when nothing at all speaks for it
    (posterior and fit 0).

    After a beginning nothing begins, and no progress counts as a peak, for `refractory` seconds. A gesture
    that was lost does not begin again within `refractory` of its end nor, if it was more than half through,
    before its progress has been back below half of that. A model that knows no progress (it stays 0) is not
    asked for it. Time is that of the estimates.

    A model that spots (`Source.spots`) has decided already: a gesture begins in the frame in which it is
    spotted, and ends when another is spotted or its fit has been below its bound for `hold` seconds.
    Threshold, minimum progress and refractory time are then the model's affair. Where `fits` has a fit for it, it
    begins when it reaches that, unless it is lost before.

    When a new model takes over, a gesture that goes on goes on: the new one has `hold` and `refractory` seconds to
    hear it. A gesture that was renamed meanwhile ends under the name under which it began.

    With `quantise`, a beginning comes out at the next time of a grid, between two frames if need be, and the end of
    its gesture as much later as that. A panic or a stop drops what waits. Beats from outside (a MIDI clock, taps of a
    pedal) lead where there are any.
    """

    kind: ClassVar[str] = "events"

    gestures: tuple[str, ...] = setting((), "gestures to watch; empty: all", names=GESTURE)
    threshold: float = setting(0.9, "posterior at which a gesture begins", low=0.0, high=1.0)
    release: float = setting(0.5, "posterior below which it ends; at most the threshold", low=0.0, high=1.0)
    fit: float = setting(0.5, "fit a gesture needs to begin; below 0.5 is none of these", low=0.0, high=1.0)
    fits: dict[str, float] = setting(
        {}, "gesture -> fit that it needs, where it is another than that of all: {shake = 0.8}",
        low=0.0, high=1.0, names=GESTURE_KEYS,
    )  # fmt: skip
    minimum_progress: float = setting(
        0.5, "how far a gesture must be through to begin: less is sooner, more is surer", low=0.0, high=1.0
    )
    hold: float = setting(
        0.1, "how long a beginning or an end must last to count", unit="s", low=0.0, high=10.0
    )
    refractory: float = setting(
        0.3, "shortest time from one beginning to the next", unit="s", low=0.0, high=60.0
    )
    strength: str = setting(
        "",
        "a source, such as feature:intensity, whose peak is a beginning's strength; empty: the posterior",
        names=SOURCE,
    )
    strength_low: float = setting(0.0, "source value of strength 0")
    strength_high: float = setting(1.0, "source value of strength 1")
    strength_window: float = setting(
        0.3, "how far back from a beginning its peak is looked for", unit="s", low=0.0, high=10.0
    )
    quantise: float = setting(
        0.0, "beginnings wait for the next multiple of so many beats; 0: they do not wait",
        unit="beats", low=0.0, high=16.0,
    )  # fmt: skip
    tempo: float = setting(
        120.0,
        "tempo of these beats, until others are heard from outside",
        unit="beats/min",
        low=20.0,
        high=400.0,
    )
    tap: str = setting(
        "",
        "a gesture that sets the first beat, and twice within 2 s the tempo; empty: the first beginning does",
        names=GESTURE,
    )
    grace: float = setting(
        0.0, "a beginning so shortly after a beat still counts as there", unit="s", low=0.0, high=0.5
    )
    gates: bool = setting(False, "also a control gate.GESTURE for each: 1 while it goes on, else 0")

    def tells(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        """The gestures that it watches, of a model that knows these."""
        return self.gestures or labels

    def start(self, source: Source) -> EventsPart:
        """Look up the gestures."""
        return SpottedPart(self, source) if source.spots else EventsPart(self, source)


class EventsPart:
    """Running events."""

    def __init__(self, settings: Events, source: Source) -> None:
        if settings.release > settings.threshold:
            raise SettingsError(
                "events, release",
                str(settings.release),
                f"at most the threshold, {settings.threshold}",
                "lower it, or raise the threshold",
            )
        watched = settings.gestures or source.labels
        self._watched = {pick(label, source.labels, "events, gestures"): label for label in watched}
        self._settings = settings
        self._fits = {
            row: settings.fits[label] for row, label in self._watched.items() if label in settings.fits
        }
        self._fit_release = settings.fit * (settings.release / max(settings.threshold, 1e-9))
        self._hold = settings.hold - 1e-9  # so that time stamps may be rounded
        self.controls: tuple[Channel, ...] = tuple(
            Channel(gate_of(label)) for label in self._watched.values() if settings.gates
        )
        self.neutral: Values = np.zeros(len(self.controls))
        self._gates = {label: row for row, label in enumerate(self._watched.values()) if settings.gates}

        self.cut = Cut()
        self.beat = self._grid(settings, source)
        self._peak_of = self._looked_for(settings, source)
        self._shown = ""
        """The gesture whose gate is open."""
        self._period = Period()
        self._now = 0.0
        self._active = self._candidate = self._barred = NONE
        self._done = self._temporal = False
        self._candidate_since = self._quiet_until = self._barred_until = 0.0
        self._over_since = math.nan
        self._peak = 0.0
        self._began_as = ""
        """What the gesture that goes on was called when it began, if it began under another model."""
        self._awaited, self._patient_until = False, 0.0
        """Whether this model has not heard it yet, and until when that may be."""

    @property
    def going(self) -> str:
        """The gesture that goes on, as it was called when it began; empty: none."""
        return self._began_as or self._watched.get(self._active, "")

    def inherits(self, other: EventsPart, names: Table[str, str]) -> bool:
        """Whether what goes on there can go on here."""
        label = names.get(other._watched.get(other._active, ""), "")
        waits_alike = (self.beat is None) == (other.beat is None)
        return waits_alike and (other._active == NONE or label in self._watched.values())

    def go_on(self, other: EventsPart, names: Table[str, str]) -> None:
        """Take over what goes on there, and what may not begin yet."""
        rows = {label: row for row, label in self._watched.items()}
        self._active, self._barred = (
            rows.get(names.get(other._watched.get(row, ""), ""), NONE)
            for row in (other._active, other._barred)
        )
        self._period, self._now = other._period, other._now
        self._quiet_until, self._barred_until = other._quiet_until, other._barred_until
        self._shown = names.get(other._shown, "")
        if self._active != NONE:
            self._began_as, self._awaited = other.going, True
            self._patient_until = self._now + self._settings.hold + self._settings.refractory
        elif self._barred != NONE:
            self._done, self._peak = other._done, other._peak

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Say what happened."""
        self._now += self._period.since(estimate.time)
        if self._peak_of is not None:
            self._peak_of.see(estimate, self._now)
        events = self.cut.heard(self._happened(estimate), estimate.time)
        if self.beat is not None:
            events = self.beat.step(events, estimate.arrived)
        if self._gates:
            self._show(events, values)
        return events

    def release(self, now: float, values: Values) -> tuple[Event, ...]:
        """What has waited until now, between two frames."""
        assert self.beat is not None
        events = self.beat.release(now)
        if self._gates:
            self._show(events, values)
        return events

    def _show(self, events: tuple[Event, ...], values: Values) -> None:
        """Open the gate of what goes on, for those who hear the events."""
        if events:
            self._shown = events[-1].label if events[-1].kind == "began" else ""
        values[:] = 0.0
        if self._shown in self._gates:  # one that waited for its beat may be gone
            values[self._gates[self._shown]] = 1.0

    @staticmethod
    def _grid(settings: Events, source: Source) -> Beat | None:
        if settings.tap:
            pick(settings.tap, source.labels, "events, tap")
        if settings.quantise <= 0.0:
            return None
        return Beat(settings.quantise, settings.tempo, settings.grace, settings.tap)

    @staticmethod
    def _looked_for(settings: Events, source: Source) -> Peak | None:
        if not settings.strength:
            return None
        if settings.strength_low == settings.strength_high:
            raise SettingsError(
                "events, strength_low and strength_high", f"both {settings.strength_low}", "they differ",
                "move one of them",
            )  # fmt: skip
        read = reader(settings.strength, source, "events, strength")
        return Peak(read, settings.strength_window, settings.strength_low, settings.strength_high)

    def _happened(self, estimate: Estimate) -> tuple[Event, ...]:
        """Which gestures ended and began, in that order."""
        candidate = self._qualified(estimate)
        if candidate != self._candidate:
            self._candidate, self._candidate_since = candidate, self._now
        if self._done and estimate.progress.item(self._barred) < 0.5 * self._peak:
            self._done = False
        events: tuple[Event, ...] = ()
        if self._active != NONE and self._is_over(estimate):
            events = (self._ended(estimate),)
        if self._active == NONE and self._may_begin():
            self._active, self._over_since = candidate, math.nan
            self._quiet_until = self._now + self._settings.refractory
            events += (self._event("began", estimate),)
        return events

    def _event(self, kind: str, estimate: Estimate) -> Event:
        if self._peak_of is not None and kind == "began":
            return Event(kind, self.going, self._peak_of.value)
        posterior = float(estimate.posterior[self._active])
        value = min(posterior, 1.0) if posterior > 0.0 else 0.0
        return Event(kind, self.going, value)

    def _ended(self, estimate: Estimate) -> Event:
        """What goes on ends."""
        event = self._event("ended", estimate)
        self._active, self._began_as, self._awaited = NONE, "", False
        return event

    def _awaits(self, estimate: Estimate, *, lost: bool) -> bool:
        """Whether this model may still come to hear what went on before it; an estimate of no time hears nothing."""
        patient = self._now < self._patient_until and not math.isnan(estimate.arrived)
        self._awaited = self._awaited and lost and patient
        return self._awaited

    def _qualified(self, estimate: Estimate) -> int:
        """The most likely gesture if it is watched and everything speaks for it, or NONE."""
        if not self._watched:
            return NONE
        best = int(estimate.posterior.argmax())
        settings = self._settings
        progress = estimate.progress.item(best)
        self._temporal = self._temporal or progress > 0.0
        enough = (
            best in self._watched
            and estimate.posterior.item(best) >= settings.threshold
            and estimate.fit.item(best) >= self._fits.get(best, settings.fit)
            and (progress >= settings.minimum_progress or not self._temporal)
        )
        return best if enough else NONE

    def _may_begin(self) -> bool:
        return (
            self._candidate != NONE
            and self._now - self._candidate_since >= self._hold
            and self._now >= self._quiet_until
            and (self._candidate != self._barred or (self._now >= self._barred_until and not self._done))
        )

    def _is_over(self, estimate: Estimate) -> bool:
        """Whether the gesture that goes on ends now; if it was lost, bar it for a while."""
        posterior = estimate.posterior.item(self._active)
        fit = estimate.fit.item(self._active)
        progress = estimate.progress.item(self._active)
        lost = not (posterior >= self._settings.release and fit >= self._fit_release)
        sure = self._now >= max(self._quiet_until, self._patient_until)
        self._peak = max(self._peak, progress) if sure else progress
        again = progress < self._peak - WRAP
        if not lost and not again:
            self._over_since = math.nan
        elif math.isnan(self._over_since):
            self._over_since = self._now
        over = self._now - self._over_since >= self._hold or (posterior == 0.0 and fit == 0.0)
        over = not self._awaits(estimate, lost=lost) and over
        taken = self._candidate != self._active and self._may_begin()
        if not over and not taken:
            return False
        self._barred = self._active if lost else NONE
        self._barred_until = self._now + self._settings.refractory
        self._done = lost and not again and self._peak > WRAP
        return True


class SpottedPart(EventsPart):
    """Running events of a model that spots; a beginning is as strong as the surer of posterior and fit.

    What spotted it has decided; another recogniser beside it, from which the posterior may come, may still disagree.
    """

    _awaited_fit = NONE
    """The gesture that was spotted, and does not fit as well yet as it must."""

    def _event(self, kind: str, estimate: Estimate) -> Event:
        event = super()._event(kind, estimate)
        if kind == "began" and self._peak_of is None:
            fit = float(estimate.fit[self._active])
            return Event(kind, event.label, max(event.value, min(fit, 1.0)) if fit > 0.0 else event.value)
        return event

    def _happened(self, estimate: Estimate) -> tuple[Event, ...]:
        events: tuple[Event, ...] = ()
        spotted = self._spotted(estimate)
        if self._active != NONE:
            fit = estimate.fit.item(self._active)
            if fit >= self._fit_release:
                self._over_since = math.nan
            elif math.isnan(self._over_since):
                self._over_since = self._now
            nothing = fit == 0.0 and estimate.posterior.item(self._active) == 0.0
            over = nothing or self._now - self._over_since >= self._hold
            awaited = self._awaits(estimate, lost=fit < self._fit_release)
            if spotted != NONE or (over and not awaited):
                events = (self._ended(estimate),)
        if spotted != NONE:
            self._active, self._over_since = spotted, math.nan
            events += (self._event("began", estimate),)
        return events

    def _spotted(self, estimate: Estimate) -> int:
        """What begins in this frame: what is spotted, as soon as it fits as well as it must."""
        spotted = estimate.spotted if estimate.spotted in self._watched else self._awaited_fit
        if spotted == NONE or spotted not in self._fits:
            return spotted
        fit = estimate.fit.item(spotted)
        reached, lost = fit >= self._fits[spotted], fit < self._fit_release
        self._awaited_fit = NONE if reached or lost else spotted
        return spotted if reached else NONE
