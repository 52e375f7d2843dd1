"""One frame's way: features, follower, mapping, outputs, scope, log. One call stack, no threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as Table
from typing import Protocol

import numpy as np

from gesturemap.engine.hush import Hush
from gesturemap.engine.outputs import Outputs, Tell, follow
from gesturemap.engine.scope import HEAD, ScopeWriter
from gesturemap.engine.taking_over import take_over
from gesturemap.engine.wekinator import Wekinator
from gesturemap.errors import GesturemapError
from gesturemap.features.feature import ChainRun, Feature
from gesturemap.frames import NONE, Controls, Estimate, Event, Frame, Spec, Values
from gesturemap.inner import Beats, Load
from gesturemap.logs.layout import Layout
from gesturemap.mapping.cut import Cut
from gesturemap.mapping.mapping import Mapping, MappingPart, MappingRun, Source, begun, told
from gesturemap.mapping.morph import Crossing, morph_of
from gesturemap.models.model import Model, begin, held, other_channels, spots
from gesturemap.models.novelty import unknown
from gesturemap.outputs.output import Output

Opener = Callable[[Outputs | None, Sequence[Output], Spec, Tell], Outputs]


class Logging(Protocol):
    """What an instrument needs of a session log."""

    def frame(
        self, frame: Frame, features: Frame | None, estimate: Estimate | None, controls: Controls | None
    ) -> None:
        """Write one frame and what was made of it."""
        ...


class Instrument:
    """Everything between an input and the outside, assembled and sized; `play` takes one frame through.

    Parameters
    ----------
    spec : the input's channels.
    features, mapping, outputs : settings, in order.
    model : what recognises, or None: then features are shown and nothing is sent.
    tell : told of parts that cannot be started; they are left out.
    running : False keeps the outputs still.
    scope : False writes no scope (replay of a log).
    kept : outputs of the instrument before, used again where their settings are the same.
    opener : how outputs follow those that were kept.
    fade : seconds in which controls go over from those before; below 0: as the mapping says.
    before : the instrument before, handed over: controls go from its last values to the new ones.
    renamed : gestures as they were called there -> now; None: nothing that had begun there goes on.
    load : what control told of names, of the order of the gestures and of how far values may jump.
    beats : where the beats are, if that is said from outside.
    wekinator : says when frames are answered; None: always.
    """

    def __init__(
        self,
        spec: Spec,
        features: Sequence[Feature],
        model: Model | None,
        mapping: Sequence[Mapping],
        outputs: Sequence[Output],
        tell: Tell,
        *,
        running: bool = True,
        scope: bool = True,
        kept: Outputs | None = None,
        opener: Opener = follow,
        fade: float = -1.0,
        before: Instrument | None = None,
        beats: Beats | None = None,
        wekinator: Wekinator | None = None,
        renamed: Table[str, str] | None = None,
        load: Load | None = None,
    ) -> None:
        load = load or Load()
        self.wekinator, self._called, self._vocabulary = wekinator, load.called, load.vocabulary
        self.spec, self.features, self.mapping = spec, tuple(features), tuple(mapping)
        self.model, self.running, self._beats = model, running, beats
        self._bounds = np.array(load.bounds) if load.bounds and held(model, features) else None
        self._rate = load.rate if model else 0.0
        self.log: Logging | None = None
        try:
            self.chain: ChainRun = self._chain(before.chain if before else None)
        except GesturemapError as error:  # they were made for another sensor: what arrives is shown as it is
            tell(error)
            self.features = ()
            self.chain = ChainRun((), spec)
        self.usable = model if model and model.spec.names == self.chain.spec.names else None
        if model and not self.usable:
            tell(other_channels(model, self.chain.spec))
        self._cut: Cut = Cut()
        self._startable = tuple(self._can_start(tell))
        self._start_again()
        controls = self.mapping_run.controls
        going = before.outputs.going if before is not None else {}
        self.outputs: Outputs = opener(kept, outputs, controls, tell)
        source, run = self._source(), self.mapping_run
        self.outputs.serve(source.labels, run.neutral, run.unsaid)
        hush = before._hush if before else None
        self._hush: Hush = Hush(
            run.neutral, run.spans, gestures=bool(source.told), bounds=load.bounds, before=hush
        )
        if self._hush.on:
            self.outputs.stay_silent()
        self.scope = ScopeWriter.of(self.layout, spots=source.spots) if scope else None
        self._last: dict[str, float] = before.last if before else {}
        self.controls: Controls = Controls(before.controls.time if before else 0.0, self._from_before())
        """What the outputs were last sent."""
        crossed = {name: was for name, was in self._last.items() if name not in self.mapping_run.untouched}
        crossing = Crossing(crossed, controls, fade if fade >= 0.0 else morph_of(self.mapping))
        self._crossing: Crossing | None = None if crossing.done else crossing
        self.played = self.controls
        """What the mapping last made of a frame, sent or not."""
        self.ended: tuple[Event, ...] = ()
        """What had begun in the instrument before and could not go on here."""
        if before is not None:
            if renamed is not None:
                self.ended = take_over(self, before, renamed, going)
            self.mapping_run.adopt(before.mapping_run)
            self._cut.adopt(before._cut, renamed or {})
            self.follow(beats)
        self._seen: tuple[Frame, Frame | None] | None = None
        """The last frame and its features."""

    def _source(self) -> Source:
        labels, outputs = (self.usable.labels, self.usable.outputs) if self.usable else ((), ())
        labels = tuple(self._called.get(label, label) for label in labels)
        heard, new = told(self.mapping, labels), unknown(self.usable)
        return Source(labels, outputs, self.chain.spec, spots(self.usable), heard, self._vocabulary, new)

    def _can_start(self, tell: Tell) -> Iterable[Mapping]:
        """Mappings that fit the model; without a model none plays."""
        owners: dict[str, int] = {}
        for number, mapping in enumerate(self.mapping if self.usable else ()):
            try:
                begun(mapping, self._source(), number, owners)
            except GesturemapError as error:
                tell(error)
            else:
                yield mapping

    @property
    def last(self) -> dict[str, float]:
        """The value last sent of every control there is or was."""
        return self._last | dict(
            zip(self.mapping_run.controls.names, self.controls.values.tolist(), strict=True)
        )

    def _from_before(self) -> Values:
        """The values that the controls had, at rest where they are new."""
        pairs = zip(self.mapping_run.controls.names, self.mapping_run.neutral.tolist(), strict=True)
        return np.array([self._last.get(name, rest) for name, rest in pairs])

    def _chain(self, before: ChainRun | None) -> ChainRun:
        return ChainRun(self.features, self.spec, self._bounds, self._rate, before)

    def _start_again(self) -> None:
        self._crossing, self._idle = None, False
        self._listen()
        self._cut.begin()
        self.mapping_run: MappingRun = MappingRun(self._startable, self._source(), self._cut)
        if self._beats is not None:
            self.follow(self._beats)

    def _listen(self) -> None:
        """Features and follower begin anew: nothing was heard yet."""
        self.chain = self._chain(self.chain)
        self.follower = begin(self.usable, self.chain.spec) if self.usable else None
        hold = getattr(self.follower, "hold", None)
        if self.wekinator is not None and hold is not None:
            hold(self.wekinator.current, self.wekinator.runs)
        self._skips = hasattr(self.follower, "kept")
        """Whether the follower says itself which frames it answers."""

    @property
    def layout(self) -> Layout:
        """What stands in which column of a log."""
        source = self._source()
        return Layout(self.spec, source.features, source.labels, source.outputs, self.mapping_run.controls)

    def play(self, frame: Frame) -> tuple[Event, ...]:
        """Take one frame all the way; return the events that happened."""
        self._idle = False
        self._hush.see(frame)
        features = self.chain.step(frame)
        estimate: Estimate | None = None
        controls: Controls | None = None
        events: tuple[Event, ...] = ()
        running = self.wekinator is None or self.wekinator.running
        if features is not None and self.follower is not None and running:
            estimate = self.follower.step(features)
        if estimate is not None and (not self._skips or self.follower.kept):  # type: ignore[union-attr]
            controls = self.mapping_run.step(estimate)
            if self._crossing is not None:
                controls = self._crossing.step(controls)
                if self._crossing.done:
                    self._crossing = None
            self.played = controls
            if self.running:
                self.controls = controls
                self.outputs.send(controls)
                events = controls.events
                if self._hush.ended_by(controls):
                    self.outputs.sound_again()
        if self.log is not None:
            self.log.frame(frame, features, estimate, controls)
        if self.scope is not None and not self.chain.between:
            self._seen = frame, features
            self._show(frame, features, estimate)
        return events

    def on_time(self, now: float, wait: float) -> tuple[float, tuple[Event, ...]]:
        """Let out what waits for a beat; how long it has time at most for the next frame, and what came out."""
        if self.mapping_run.due > now + wait:
            return wait, ()
        late: tuple[Event, ...] = ()
        if self.mapping_run.due <= now:
            controls = self.mapping_run.release(self.controls, now)
            if self.running:
                self.controls, late = controls, controls.events
                self.outputs.send(controls)
                if late and self._hush.ended_by(controls, late=True):
                    self.outputs.sound_again()
        return max(0.0, min(wait, self.mapping_run.due - now)), late

    def follow(self, beats: Beats | None) -> None:
        """Where the beats are, as it is said from outside; None: nobody says it any more."""
        self._beats = beats
        if beats is None:
            self.mapping_run.lead()
        else:
            self.mapping_run.follow(beats.at, beats.step, beats.now)

    def _show(self, frame: Frame, features: Frame | None, estimate: Estimate | None) -> None:
        assert self.scope is not None
        shown = features.values if features is not None else np.full(self.chain.spec.width, np.nan)
        if estimate is None:
            gestures = np.full(len(self._source().labels), np.nan)
            regressed = np.full(len(self._source().outputs), np.nan)
            winner, said = NONE, (*[gestures] * 4, regressed, regressed)
        else:
            winner, said = estimate.winner, estimate[1:7]  # from the likelihoods to the deviations
        head = HEAD.pack(frame.time, frame.arrived, winner)
        self.scope.write(head, frame.values, shown, *said, self.controls.values)

    def fading(self, seconds: float) -> bool:
        """Whether a silence of so many seconds makes `idle` do something."""
        return self.running and self.follower is not None and self.outputs.fading(seconds)

    def idle(self, seconds: float) -> tuple[Event, ...]:
        """The sensor has been silent so long: outputs hold, end what had begun, then fade, each in its own time."""
        return self.fall_silent(seconds) if self.fading(seconds) else ()

    def fall_silent(self, seconds: float) -> tuple[Event, ...]:
        """The first output has held long enough: what had begun ends, what was to begin does not. Return what ended."""
        if not self.running or self.follower is None:
            return ()
        events: tuple[Event, ...] = ()
        if not self._idle:
            self._idle = True
            self._hush.anew()
            events = self._endings()
            self.outputs.owe(events)
            self._listen()  # a movement that was broken off is not taken up again
        time = self.controls.time
        self._sent(Controls(time, self.outputs.idle(time, seconds), events))
        return events

    def _sent(self, controls: Controls) -> None:
        """Let what was sent without a frame be seen: the last row again, nobody wins."""
        self.controls = controls
        if self.scope is not None and self._seen is not None:
            self._show(*self._seen, None)

    def _endings(self, but: Collection[MappingPart] | None = None) -> tuple[Event, ...]:
        """What the mapping says when nothing goes on: every gesture that had begun ends.

        Parameters
        ----------
        but : parts of the mapping that go on elsewhere; None: it is not the last that the mapping says.
        """
        going = {getattr(part, "going", "") for part in but or ()}
        cut = tuple(label for label in self._cut.labels if label not in going)
        source = self._source()
        gestures, regressed = np.zeros(len(source.labels)), np.zeros(len(source.outputs))
        still = np.zeros(source.features.width)
        nothing = Estimate(
            self.controls.time, gestures, gestures, gestures, gestures, regressed, regressed, still, NONE, np.nan,
        )  # fmt: skip
        run = self.mapping_run
        ended = run.step(nothing).events if but is None else run.end(nothing, but)
        self._cut.cut(cut, self.controls.time)
        return ended

    def restart(self, *, afresh: bool = False) -> tuple[Event, ...]:
        """Begin a new performance: another source plays from here. Return what ended.

        Parameters
        ----------
        afresh : as if nothing had come yet: the sensor's rate and its time are not known either.
        """
        events = self._rest()
        if afresh:
            self.chain = self._chain(None)
            self.controls = self.controls._replace(time=0.0)
        self._start_again()
        return events

    def run(self, on: bool) -> tuple[Event, ...]:
        """Let the outputs play, also after a panic, or go to neutral and stay there. Return what ended."""
        events = () if on else self._rest()
        if on:
            self.sound_again()
        self.running = on
        return events

    def silence(self) -> tuple[Event, ...]:
        """Panic: what went on is not heard again until it has ended, even if it is held. Return what ended."""
        going = self._cut.going
        events = self.restart()
        self._cut.cut(going, self.controls.time)
        self._hush.panic(self.controls.time)
        self.outputs.silence()
        return events

    def sound_again(self) -> None:
        """The silence of a panic is over."""
        self._hush.lift()
        self.outputs.sound_again()

    @property
    def silent(self) -> str:
        """What ends the silence of a panic, ``gesture`` or ``movement``; empty where the built-in synth plays."""
        if not self._hush.on or not self.outputs.can_sound:
            return ""
        return "gesture" if self._hush.gestures else "movement"

    def _rest(self) -> tuple[Event, ...]:
        """End what had begun and go to neutral."""
        if not self.running or self.follower is None:
            return ()
        events = self._endings() + self.mapping_run.cut(drop=True)
        self._go_to_rest(events)
        return events

    def _go_to_rest(self, events: tuple[Event, ...]) -> None:
        time = self.controls.time
        self._sent(Controls(time, self.outputs.rest(time, events), events))

    def interrupted(self, labels: Sequence[str]) -> tuple[Event, ...]:
        """What an engine that died had begun ends here, and everything goes to neutral."""
        events = tuple(Event("ended", label, 0.0) for label in labels)
        if self.running:
            self._go_to_rest(events)
        return events

    def let_go(self, but: Collection[MappingPart] = ()) -> tuple[Event, ...]:
        """End what had begun, but in these parts of the mapping; return what ended."""
        return self._endings(but) if self.running and self.follower is not None else ()

    def leave(self, *, going_on: bool = False) -> tuple[Event, ...]:
        """End what had begun, unless it is `going_on`, without a jump in the values; return what ended."""
        events = () if going_on else self.let_go()
        self.outputs.end(self.controls._replace(events=events))
        return events

    def hand_over(self, *, going_on: bool = False) -> tuple[Outputs, tuple[Event, ...]]:
        """As `leave`; the outputs stay open to the next instrument, which says what ends where it is `going_on`."""
        events = self.leave(going_on=going_on)
        if self.scope is not None:
            self.scope.close()
        return self.outputs, events

    def close(self) -> None:
        """Close the outputs and remove the scope."""
        self.outputs.close()
        if self.scope is not None:
            self.scope.close()
