"""The open outputs of a project."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from gesturemap.engine.rest import FramesOnly, Rest
from gesturemap.errors import GesturemapError
from gesturemap.frames import Controls, Event, Spec, Values
from gesturemap.outputs.output import FailSafe, Output, OutputRun, numbered

BEAT = 0.2
"""Seconds between two signs of life to the outputs."""

Tell = Callable[[GesturemapError], None]
"""Told once of everything that could not be started; the rest plays."""


class Outputs:
    """The open outputs of a project.

    Parameters
    ----------
    beside : others that are open; what they share with these is opened once.
    """

    def __init__(
        self, settings: Sequence[Output], controls: Spec, tell: Tell, beside: Iterable[Outputs] = ()
    ) -> None:
        self.settings, self.controls = tuple(settings), controls
        self.runs: list[OutputRun] = []
        self._numbers: list[int] = []
        """Which of the settings each run is of."""
        self._rests: list[Rest] = []
        self._tell = tell
        self._next_beat = 0.0
        self._strange: set[str] = set()
        """What was told of gestures that outputs name and that there are not."""
        for number, output in enumerate(settings):
            safe = output if isinstance(output, FailSafe) else FailSafe()
            shared = (rest for each in beside for rest in each.going_on(output, controls))
            rest = next((rest for rest in shared if rest.run not in self.runs), None)
            try:
                safe.check(controls)
                run = rest.run if rest is not None and rest.run is not None else output.start(controls)
            except GesturemapError as error:
                tell(numbered(error, number))
                continue
            if rest is None or rest.controls != controls:
                kind = FramesOnly if getattr(run, "frames_only", False) else Rest
                middles = safe.middles(controls)
                before, rest = rest, kind(run, controls, safe.hold, safe.fade, safe.neutral, middles)
                if before is not None:
                    rest.told, rest.why, rest.going = before.told, before.why, before.going
                else:  # its receiver is the one of before, and knows what goes on
                    rest.going = next((dict(one.going) for each in beside for one in each.same(output)), {})
            self.runs.append(run)
            self._numbers.append(number)
            self._rests.append(rest)
        if not self._rests:
            plain = FailSafe()
            self._rests.append(Rest(None, controls, plain.hold, plain.fade, {}))
        self._ticks = [run.tick for run in self.runs if hasattr(run, "tick")]

    def fits(self, settings: Sequence[Output], controls: Spec) -> bool:
        """Whether these very outputs can go on for other settings."""
        return self.settings == tuple(settings) and self.controls == controls

    def going_on(self, output: Output, controls: Spec) -> list[Rest]:
        """Those that can go on for an output with these settings and these controls."""
        return [
            rest for rest in self.same(output) if self.controls == controls or hasattr(rest.run, "retarget")
        ]

    def same(self, output: Output) -> list[Rest]:
        """Those with these very settings."""
        placed = zip(self._numbers, self._rests, strict=False)
        return [rest for number, rest in placed if self.settings[number] == output]

    def serve(self, labels: Sequence[str], neutral: Values, unsaid: Collection[str] = ()) -> None:
        """Play for an instrument with these gestures and values at rest; of `unsaid` nobody chose these."""
        for rest in self._rests:
            rest.rests_at(neutral, unsaid)
        for run in self.runs:
            if hasattr(run, "retarget"):
                run.retarget(self.controls.names)
            if hasattr(run, "vocabulary"):
                run.vocabulary(labels)
        if labels:
            self._look_for_strangers(labels)

    def _look_for_strangers(self, labels: Sequence[str]) -> None:
        """Tell once of each gesture that an output names and that there is not."""
        for number, output in enumerate(self.settings):
            for error in output.strangers(labels) if isinstance(output, FailSafe) else ():
                text = f"{number} {error.place} {error.value}"
                if text not in self._strange:
                    self._strange.add(text)
                    self._tell(numbered(error, number))

    def send(self, controls: Controls) -> None:
        """Send to each what a frame brought."""
        for rest in self._rests:
            rest.send(controls)

    def fading(self, seconds: float) -> bool:
        """Whether a silence of so many seconds makes any of them do something."""
        return any(rest.due(seconds) for rest in self._rests)

    def owe(self, events: tuple[Event, ...]) -> None:
        """These ended as the sensor is silent: each output tells it when it has held long enough."""
        for rest in self._rests:
            rest.owe(events)

    def idle(self, time: float, seconds: float) -> Values:
        """Hold, fade, rest, each in its own time; return the values of the first."""
        values = [rest.idle(time, seconds) for rest in self._rests]
        return values[0]

    def leave(self, time: float, seconds: float, but: Sequence[OutputRun]) -> bool:
        """Go on fading to rest, without a hold, as these were left so long ago; whether any of them still does."""
        placed = zip(self.runs, self._rests, strict=False)  # without a run there is a rest that sends nothing
        fading = [rest for run, rest in placed if run not in but and rest.due(rest.hold + seconds)]
        for rest in fading:
            rest.idle(time, rest.hold + seconds)
        return bool(fading)

    def rest(self, time: float, events: tuple[Event, ...]) -> Values:
        """Go to rest at once; return the values of the first."""
        for rest in self._rests:
            rest.rest(time, events)
        return self._rests[0].neutral

    def end(self, controls: Controls) -> None:
        """Tell each what has ended, without a jump in the values."""
        for rest in self._rests:
            rest.end(controls)

    @property
    def going(self) -> dict[str, float]:
        """What has begun and has not ended, as the first was told, and how strongly."""
        return dict(self._rests[0].going)

    def catch_up(self, going: dict[str, float]) -> None:
        """Let those that were just opened know what goes on."""
        for rest in self._rests:
            rest.catch_up(going)

    def tick(self, now: float) -> None:
        """Between two frames: what may be sent again is sent; now and then a sign of life."""
        for tick in self._ticks:
            tick()
        if now >= self._next_beat:
            self._next_beat = now + BEAT
            self.beat()

    def beat(self, but: Sequence[OutputRun] = ()) -> None:
        """A sign of life from each, but these; tell once why an output is not open."""
        for rest in self._rests:
            run = rest.run
            if run is None or run in but:
                continue
            if hasattr(run, "beat"):
                run.beat()
            fault = getattr(run, "fault", None)
            if fault is None:
                rest.told = ""
            elif rest.told != str(fault):
                rest.told, rest.why = str(fault), str(fault.value)
                self._tell(fault)

    def silence(self) -> None:
        """Silence each."""
        for run in self.runs:
            run.silence()

    @property
    def _sounding(self) -> list[Any]:
        """Those that are silent after a panic until they are told that it is over."""
        return [run for run in self.runs if hasattr(run, "sound_again")]

    @property
    def can_sound(self) -> bool:
        """Whether there are any."""
        return bool(self._sounding)

    def sound_again(self) -> None:
        """The silence of a panic is over."""
        for run in self._sounding:
            run.sound_again()

    def stay_silent(self) -> None:
        """They go on after others whose silence is not over."""
        for run in self._sounding:
            run.stay_silent()

    @property
    def underruns(self) -> int:
        """Blocks of the built-in synth that came too late for the sound card."""
        return max((getattr(run, "underruns", 0) for run in self.runs), default=0)

    def told_underruns(self, count: int) -> None:
        """Let outputs that can tell it say how many blocks came too late."""
        for run in self.runs:
            if hasattr(run, "tell_underruns"):
                run.tell_underruns(count)

    @property
    def faults(self) -> int:
        """How many frames could not be sent."""
        return sum(run.faults for run in self.runs)

    @property
    def worst(self) -> tuple[int, str]:
        """How many frames the output could not send that failed most, and which and why, for people."""
        failed = [
            (run.faults, f"{run.address}: {getattr(run, 'reason', '') or rest.why or 'not sent'}")
            for run, rest in zip(self.runs, self._rests, strict=False)
        ]
        return max(failed, default=(0, ""))

    def figures(self) -> list[dict[str, Any]]:
        """Of each: its place among settings, address, what was sent, not sent, not heard, left out, why closed."""
        return [
            {
                "number": number,
                "address": run.address,
                "faults": run.faults,
                "unheard": getattr(run, "unheard", 0),
                "dropped": getattr(run, "dropped", 0),
                **({"sent": run.sent} if hasattr(run, "sent") else {}),
                "closed": str(getattr(run, "fault", None) or ""),
            }
            for number, run in zip(self._numbers, self.runs, strict=True)
        ]

    def close(self, but: Sequence[OutputRun] = (), again: Sequence[Output] = ()) -> None:
        """Close each, but these; those whose settings are opened `again` at once are told of no end."""
        for run, rest, number in zip(self.runs, self._rests, self._numbers, strict=False):
            if run not in but:
                if self.settings[number] not in again:
                    rest.leave()
                run.close()


def follow(
    before: Outputs | None,
    settings: Sequence[Output],
    controls: Spec,
    tell: Tell,
    waiting: Sequence[Outputs] = (),
) -> Outputs:
    """The outputs that come after those of the instrument before, and others that wait for their turn.

    What is the same goes on, what is not and waits for nothing is closed first: a port may be had once only.
    """
    if before is None:
        return Outputs(settings, controls, tell)
    if before.fits(settings, controls):
        return before
    wait = [run for each in waiting for run in each.runs]
    going_on = [rest.run for output in settings for rest in before.going_on(output, controls)]
    left = [run for run in before.runs if run in going_on and run not in wait]
    before.close(wait + left, settings)
    made = Outputs(settings, controls, tell, (before, *waiting))
    for run in left:
        if run not in made.runs:  # there were more of the same than there are now
            run.close()
    return made
