"""The wings: scenes that will be played soon have their outputs open there, so that a switch opens and closes nothing.

A scene is played by an ordinary `Load`. What is slow about one is to start what plays MIDI or serves pages, and to end
it; so these go on from scene to scene where their settings are the same, and where they are not they wait here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gesturemap import inner
from gesturemap.engine.instrument import Instrument
from gesturemap.engine.outputs import BEAT, Outputs, Tell, follow
from gesturemap.errors import GesturemapError
from gesturemap.frames import Spec
from gesturemap.models import store
from gesturemap.models.model import Model
from gesturemap.outputs.output import Output, OutputRun
from gesturemap.project.project import Project, assemble

if TYPE_CHECKING:
    from gesturemap.engine.loop import Engine

FADE_STEP = 0.02
"""Seconds between two steps in which what was left fades to rest."""
PAUSE = 0.05
"""Seconds of play between two scenes that are made ready."""


class Wings:
    """The outputs of scenes that do not play now, and their models. Without scenes it does nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked: deque[inner.Rehearse] = deque()
        self._ready: dict[str, Outputs] = {}
        """By scene; that of the one that plays may be among them."""
        self._models: dict[str, tuple[bytes, Model]] = {}
        self._left: list[tuple[Outputs, float]] = []
        """What was left with values that are not at rest yet, and when."""
        self._next_beat = self._next_fade = self._next = 0.0

    def rehearse(self, message: inner.Rehearse) -> None:
        """Have a scene ready as soon as there is time between two frames."""
        self._asked.append(message)

    def tick(self, now: float) -> None:
        """Between two frames: make one scene ready, and see to the outputs that wait."""
        if self._asked and now >= self._next:
            message = self._asked.popleft()
            try:
                self._make(message)
            except GesturemapError as error:
                self._engine.tell(error)
            self._next = self._engine.clock.now() + PAUSE
        if self._left and now >= self._next_fade:
            self._next_fade = now + FADE_STEP
            self._fade(now)
        if self._ready and now >= self._next_beat:
            self._next_beat = now + BEAT
            seen = list(self._playing)
            for outputs in self._ready.values():
                outputs.beat(seen)
                seen += outputs.runs

    def _fade(self, now: float) -> None:
        """Let what was left go on to rest; what plays again, or was left later, is not touched twice."""
        time = self._engine.instrument.controls.time if self._engine.instrument is not None else 0.0
        going: list[tuple[Outputs, float]] = []
        seen = list(self._playing)
        for outputs, since in reversed(self._left):
            if outputs.leave(time, now - since, seen):
                going.insert(0, (outputs, since))
            seen += outputs.runs
        self._left = going

    def model(self, data: bytes) -> Model | None:
        """The model packed as this, if a scene has it."""
        return next((model for known, model in self._models.values() if known == data), None)

    def follow(
        self, before: Outputs | None, settings: Sequence[Output], controls: Spec, tell: Tell
    ) -> Outputs:
        """What waits for these settings, or else what follows as everywhere; what is left waits for its next turn."""
        if before is None or not self._ready or before.fits(settings, controls):
            return follow(before, settings, controls, tell)
        found = next((each for each in self._ready.values() if each.fits(settings, controls)), None)
        if found is None:
            return follow(before, settings, controls, tell, tuple(self._ready.values()))
        before.close([run for each in self._ready.values() for run in each.runs])
        self._left = [(one, since) for one, since in self._left if one not in (before, found)]
        self._left.append((before, self._engine.clock.now()))
        return found

    @property
    def _playing(self) -> list[OutputRun]:
        instrument = self._engine.instrument
        return instrument.outputs.runs if instrument is not None else []

    def _make(self, message: inner.Rehearse) -> None:
        """Open what a scene sends to, beside what is open already."""
        project = assemble(message.tables, message.folder, message.scene)
        model = self.model(message.data) or store.unpack(message.data)
        self._models[message.scene] = message.data, model

        def tell(error: GesturemapError) -> None:
            self._engine.tell(error.at(f"scene {message.scene}: {error.place}"))

        controls = self._controls(project, model, tell)
        current = (self._engine.instrument.outputs,) if self._engine.instrument is not None else ()
        before = self._ready.pop(message.scene, None)
        others = (*current, *self._ready.values())
        outputs = Outputs(project.outputs, controls, tell, others if before is None else (before, *others))
        self._ready[message.scene] = outputs
        if before is not None:
            before.close([run for each in (*others, outputs) for run in each.runs])
        blocks = [block for run in outputs.runs if (block := getattr(run, "block_path", ""))]
        self._engine.link.send(inner.BlockOpened("".join(blocks[:1]), message.scene))

    def _controls(self, project: Project, model: Model, tell: Tell) -> Spec:
        """The controls that a project will have: of the sensor that is open, or of what the model was taught with."""
        engine = self._engine
        same = (
            engine.project is not None and engine.input is not None and engine.project.input == project.input
        )
        spec, features = (engine.input.spec, project.features) if same else (model.spec, ())  # type: ignore[union-attr]
        return Instrument(spec, features, model, project.mapping, (), tell, scope=False).mapping_run.controls

    def close(self) -> None:
        """Close what waits; what plays is closed by whom it belongs to."""
        for outputs in self._ready.values():
            outputs.close(self._playing)
        self._ready.clear()
