"""Control words that come among the frames: the engine obeys its own, and hands on to control what is control's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.engine import recording
from gesturemap.engine.examples import Examples
from gesturemap.engine.recorder import Recorder
from gesturemap.engine.wekinator import Target, Wekinator, reason, refusal
from gesturemap.errors import CommandError
from gesturemap.frames import Controls, Spec, Values
from gesturemap.models.model import Model
from gesturemap.outputs.wekinator import Says
from gesturemap.plain import counted
from gesturemap.project.project import Project

if TYPE_CHECKING:
    from gesturemap.engine.loop import Engine

HEARD = "wekinator"
"""The kind of input that has control words among its frames."""
VALUES = "outputs"
"""The word that sets output values."""
SET = (VALUES, "enableModelRunning", "disableModelRunning")
"""Words on which what is played depends, for the session log."""
RECORDING = ("startRecording", "startDtwRecording")
"""Words that the stage lock refuses here; those that edit are refused by control."""
COMMANDS = "commands"
"""The sender that is named where a word came as a command of control, and not among the frames."""
TOLD = 0.1
"""Seconds between two looks whether output values have changed, of which control is told."""
PATIENCE = 0.5
"""Seconds that running waits at most for the example of a gesture that was just recorded; it takes a tenth of that."""
EMPTY = "a recording in which no input came is no example"


class Hearing:
    """What control words do to an engine. Without an input that has such words it does nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.state: Wekinator | None = None
        self._told: inner.Doing | None = inner.Doing()
        self._greets = self._locked = False
        self._before: inner.Doing | None = None
        """What an engine that died had told last."""
        self._next_told = 0.0
        self._adding = False
        """Whether an example of a gesture is on its way into the model."""

    def load(self, project: Project, *, opened: bool) -> None:
        """A project is opened, or has other settings: then what goes on goes on as far as it still can."""
        before, self.state = self.state, state_of(project)
        died, self._before = self._before, None
        self._greets = self._greets or opened
        on = before.running or before.waits if before is not None else self._engine.running
        if self.state is None:
            self._engine.running = on
            return
        if before is not None and not opened:
            self.state.adopt(before)
        elif died is not None:
            self.state.go_on(died)
        else:
            self.state.waits = on  # who opens another project has not said that it shall not run
        if before is not None and self.state.recording != before.recording:
            recording.hand_over(self._engine, c.StopRecording(not opened))
        if not self.state.recording and self._engine.input is not None:
            self._engine.recorder = self.recorder(self._engine.input.spec)
        self._tell()

    def goes_on(self, told: inner.Doing) -> None:
        """The project that comes was played already, by an engine that died: it is no news, and nothing jumps."""
        self._before = told

    def tick(self, now: float) -> None:
        """Now and then, control is told of the values, so that the next engine knows them if this one dies."""
        if self.state is not None and now >= self._next_told:
            self._next_told = now + TOLD
            self._tell()

    @property
    def target(self) -> Values | None:
        """(M,) the outputs of an example that is recorded now; None: none is."""
        return self.state.target if self.state is not None else None

    def goes_on_with(self, recorder: Recorder | None, spec: Spec) -> bool:
        """Whether it records on with a sensor that is back: what is being recorded, and what the last minute was."""
        if recorder is None or recorder.spec != spec:
            return False
        return bool(recorder.label) or (self.state is None and not isinstance(recorder, Examples))

    def recorder(self, spec: Spec) -> Recorder:
        """What records: examples where the project has outputs, else movements. What goes on is recorded at once."""
        state = self.state
        if state is None or not state.supervised:
            return Recorder(spec)
        examples = Examples(spec, [output.name for output in state.outputs], self, self._hand_over)
        if state.recording:
            examples.start(state.recording, 0.0, self._engine.clock.now())
        return examples

    def _hand_over(self) -> None:
        if self.state is not None:
            self._obey(self.state.so_far())

    def hear(self, word: inner.Word) -> None:
        """Do what a control word asks for, between two frames."""
        if self.state is None:
            self._set_by_hand(word)
            return
        try:
            if self._locked and word.word in RECORDING:
                raise refusal(word.word, "the stage lock is on", "take the lock off first")
            orders = self.state.hear(word)
        except CommandError as error:
            self.disobeyed(word.sender or COMMANDS, reason(word, error))
            return
        if word.word in SET:
            self._engine.mark(word)
        if word.word != VALUES:  # they may be many, and are told in their time
            self._obey(orders)

    def _set_by_hand(self, word: inner.Word) -> None:
        """While a sound is shown by hand it is heard, in place of what the model says."""
        if self._engine.instrument is not None and word.word == VALUES:
            self._engine.mark(word)
            self._engine.instrument.mapping_run.set_by_hand(word.arguments)

    def disobeyed(self, sender: str, why: str) -> None:
        """Count a word that was not obeyed, here or by control."""
        if self._engine.input is not None:
            self._engine.input.health.ignore(sender, why)

    def lock(self, on: bool) -> None:
        """The stage lock is on, or is not: while it is, no word records anything. What is recorded is kept first."""
        self._locked = on
        if on and self.state is not None:
            self._obey(self.state.end())

    def _obey(self, orders: Sequence[c.Message]) -> None:
        engine = self._engine
        for order in orders:
            if isinstance(order, c.Record):
                self._told = None  # a take before it has said that nothing is recorded any more
                if engine.recorder is not None:
                    engine.recorder.start(order.label, 0.0, engine.clock.now())
            elif isinstance(order, c.StopRecording):
                self._hand_over_what_there_is(order)
            elif isinstance(order, c.Run):  # the state runs, or rests, already
                if order.on:
                    self._await_example()
                engine.mark(order)
                self._begin_or_conclude(order.on)
            else:
                engine.link.send(order)
        self._tell()

    def _hand_over_what_there_is(self, order: c.StopRecording) -> None:
        """End a recording; one in which nothing came is no demonstration."""
        engine = self._engine
        if engine.recorder is not None and not len(engine.recorder):
            order = c.StopRecording(False)
            if self.state is not None and not self.state.supervised:
                self.disobeyed("control words", EMPTY)
        elif self.state is not None and not self.state.supervised:
            self._adding = order.keep
        recording.hand_over(engine, order)

    def _await_example(self) -> None:
        """Before running begins, let the model have what was just recorded: Wekinator adds it at once.

        Inputs and words wait at the door meanwhile, and come in their order afterwards.
        """
        engine = self._engine
        end = engine.clock.now() + PATIENCE
        while self._adding and not engine.quit and engine.link.arrived.wait(end - engine.clock.now()):
            engine.link.arrived.clear()
            while (message := engine.link.take()) is not None:
                engine.obey(message)
        self._adding = False

    def _begin_or_conclude(self, on: bool) -> None:
        """Whole gestures are compared with what has come since running began; found once, they are told at its end."""
        engine = self._engine
        instrument = engine.instrument
        model: Any = instrument.usable if instrument is not None else None
        found = getattr(model.learner, "running", "") if model is not None else ""
        if instrument is None or not found:
            return
        if on:
            engine.mark(inner.Restart())
            engine.happened(instrument.restart())
            return
        if found != "once":
            return
        follower: Any = instrument.follower
        values = instrument.controls.values.copy()
        place = {name: index for index, name in enumerate(instrument.mapping_run.controls.names)}
        for channel, value in zip(model.outputs, follower.conclude(), strict=True):
            if channel.name in place:
                values[place[channel.name]] = value
        for run in self._runs("choose"):
            run.send(Controls(instrument.controls.time, values))

    def _tell(self) -> None:
        """Tell control what goes on, where that has changed."""
        if self.state is not None:
            doing = self.state.doing
            if doing != self._told:
                self._told = doing
                self._engine.link.send(doing)

    @property
    def doing(self) -> str:
        """What goes on, for people; empty where no words are heard."""
        state, recorder = self.state, self._engine.recorder
        if state is None:
            return ""
        if state.recording and recorder is not None:
            return f"recording {counted(len(recorder), 'example' if state.supervised else 'frame')}"
        doing = "running" if state.running else "idle"
        return f"{doing}, training" if state.training else doing

    def begins(self) -> list[c.Message]:
        """What a session log begins with, so that a replay begins there too."""
        state = self.state
        if state is None:
            instrument = self._engine.instrument
            values = instrument.mapping_run.by_hand if instrument is not None else None
            shown = [inner.Word(VALUES, values.tolist())] if values is not None else []
            return [c.Run(self._engine.running), *shown]
        disabled = [index + 1 for index, runs in enumerate(state.runs.tolist()) if not runs]
        return [
            c.Run(state.running),
            *([inner.Word("outputs", state.current.tolist())] if state.supervised else ()),
            *([inner.Word("disableModelRunning", disabled)] if disabled else ()),
        ]

    # The same by commands

    def record(self, message: c.Record) -> None:
        """Begin what a window asked for."""
        if self.state is not None:
            self._obey(self.state.record(message.label))

    def end(self, message: c.StopRecording) -> None:
        """End it, and throw it away if that is asked for."""
        if self.state is not None and self.state.end():
            self._obey((message,))

    def run(self, on: bool) -> None:
        """Answer inputs, or do not."""
        if self.state is not None:
            self._obey(self.state.run() if on else self.state.rest())

    # Models

    def fits(self, model: Model | None) -> bool:
        """Whether a model answers for the outputs there are."""
        if model is None or self.state is None or not self.state.supervised:
            return True
        return [each.name for each in getattr(model, "tables", ())] == [
            one.name for one in self.state.outputs
        ]

    def played(self, model: Model | None) -> None:
        """This model plays from now on, or none."""
        self._adding = False
        for run in self._runs("choose"):
            run.choose(says(model))
        if self.state is None:
            return
        trained = getattr(model, "trained", None)
        self._obey(self.state.ready(trained=model is not None if trained is None else bool(trained.any())))
        if self._greets:
            self._greets = False
            if self.state.trained and self.state.supervised:  # as Wekinator does when a project is opened
                for run in self._runs("told"):
                    for _ in self.state.outputs:
                        run.told(self.state.current)
                self._say_trained()

    def ended(self, message: inner.TrainingEnded) -> None:
        """A training is over, whatever came of it."""
        if self.state is not None:
            self.state.training = False
            if message.told:
                self._say_trained()

    def _say_trained(self) -> None:
        for run in self._runs("trained"):
            run.trained()

    def _runs(self, word: str) -> list[Any]:
        """The open outputs that say something of this kind."""
        instrument = self._engine.instrument
        return [run for run in instrument.outputs.runs if hasattr(run, word)] if instrument else []


def says(model: Any) -> Says | None:
    """What a model has to send as Wekinator sends it; None: nothing but all its outputs."""
    if hasattr(model, "tables"):
        own = {each.name: each.probable for each in model.tables if each.probabilities}
        return Says([each.name for each in model.tables], own)
    if hasattr(model, "names") and hasattr(model.learner, "address"):
        gestures, match = model.names, model.outputs[-1].name
        return Says(gestures, {}, match, [model.learner.address(index) for index in range(len(gestures))])
    return None


def state_of(project: Project) -> Wekinator | None:
    """What the control words of a project's input work on; None where there are no such words."""
    if project.input.kind != HEARD:
        return None
    outputs = [
        Target(each.name, each.type, each.low, each.high, each.hard, each.classes)
        for each in getattr(project.learner, "outputs", ())
    ]
    gestures = getattr(project.learner, "gestures", ()) or project.gestures
    inputs = len(getattr(project.input, "names", ()))
    return Wekinator(outputs, () if outputs else gestures, inputs)
