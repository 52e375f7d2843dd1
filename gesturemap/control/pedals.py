"""Pedals of the stage: MIDI that gives commands, read by a thread of control's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gesturemap import commands as c
from gesturemap.control.midi_listener import MidiListener
from gesturemap.control.state import Activity
from gesturemap.inputs.pedal import Feet, Pedal
from gesturemap.project.project import Project
from gesturemap.wire.midi import Midi


class Pedals:
    """Listens to the pedal of a project and says what is pressed.

    Parameters
    ----------
    say : takes a `Pressed` or a `Fault`, called in the thread.
    """

    def __init__(self, say: Callable[[c.Message], None]) -> None:
        self.chosen = ""
        """The gesture that is recorded where none is named."""
        self._say = say
        self._pedal = Pedal()
        self._listener: MidiListener | None = None

    def follow(self, pedal: Pedal) -> None:
        """Listen to this pedal from now on; one without commands is none."""
        if pedal == self._pedal:
            return
        self.close()
        self._pedal = pedal
        if not pedal.commands:
            return
        feet = Feet(pedal)

        def take(messages: Sequence[Midi], at: float) -> None:
            for message in messages:
                turn = feet.take(message)
                if turn is not None:
                    self._say(c.Pressed(turn.action, turn.down, at))

        def gone() -> None:
            for turn in feet.lift():
                self._say(c.Pressed(turn.action, turn.down))

        self._listener = MidiListener("pedal", pedal.port, pedal.baud, self._say, take, gone)

    def close(self) -> None:
        """Listen no longer; safe to call twice."""
        if self._listener is not None:
            self._listener.close()
        self._listener, self._pedal = None, Pedal()


def meaning(
    pressed: c.Pressed, project: Project, activity: Activity, chosen: str
) -> tuple[list[c.Message], str]:
    """The commands that a pedal asks for, and the gesture that is chosen from now on.

    Parameters
    ----------
    chosen : the gesture chosen by now; empty: none yet.
    """
    verb, _, name = pressed.action.partition(" ")
    if chosen not in project.gestures:
        chosen = project.gestures[0] if project.gestures else ""
    label = name or chosen
    if not pressed.down:
        return ([c.StopRecording()] if verb == "record" and activity.recording else []), chosen
    if verb in ("record", "start"):
        return ([c.Record(label)] if label and not activity.recording else []), chosen
    if verb == "next":
        gestures = project.gestures
        return [], gestures[(gestures.index(chosen) + 1) % len(gestures)] if chosen else ""
    if verb == "keep":
        return ([c.Keep(label)] if label else []), chosen
    plain: dict[str, list[c.Message]] = {
        "stop": [c.StopRecording()] if activity.recording else [],
        "again": [c.Again()],
        "undo": [c.Undo()],
        "redo": [c.Redo()],
        "run": [c.Run(True)],
        "hold": [c.Run(False)],
        "toggle": [c.Run(not activity.running)],
        "panic": [c.Panic()],
        "switch": [c.Switch()],
        "prefer": [c.Prefer()],
        "tap": [c.Tap(pressed.at)],
        "train": [c.Train()],
        "open": [c.Open(name)],
        "scene": [c.Scene(name)],
        "scene/next": [c.Next()],
        "scene/previous": [c.Previous()],
    }
    return plain.get(verb, []), chosen
