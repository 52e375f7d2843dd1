"""Pedals of the stage: MIDI that gives commands, read by a thread of control's own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from gesturemap import commands as c
from gesturemap.control.state import Activity
from gesturemap.errors import DeviceError
from gesturemap.inputs.midi_port import Messages, open_port
from gesturemap.inputs.pedal import Feet, Pedal
from gesturemap.project.project import Project

REOPEN = 1.0
"""Seconds between attempts to open a port that is gone."""
LOOK = 0.1
"""Seconds until the thread sees that it is to end."""


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
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def follow(self, pedal: Pedal) -> None:
        """Listen to this pedal from now on; one without commands is none."""
        if pedal == self._pedal:
            return
        self.close()
        self._pedal = pedal
        if pedal.commands:
            self._ended = threading.Event()
            self._thread = threading.Thread(
                target=self._listen, args=(pedal, self._ended), name="pedal", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Listen no longer; safe to call twice."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self._thread, self._pedal = None, Pedal()

    def _listen(self, pedal: Pedal, ended: threading.Event) -> None:
        told = False
        feet = Feet(pedal)
        while not ended.is_set():
            try:
                port = open_port(pedal.port, pedal.baud)
            except DeviceError as error:
                if not told:
                    self._say(c.Fault("pedal", str(error)))
                told = True
                ended.wait(REOPEN)
                continue
            told = False
            try:
                messages = Messages(port, Counter())
                while not ended.is_set():
                    for message in messages.read(LOOK):
                        turn = feet.take(message)
                        if turn is not None:
                            self._say(c.Pressed(turn.action, turn.down))
            except DeviceError as error:
                self._say(c.Fault("pedal", str(error)))
                told = True
            finally:
                port.close()
                for turn in feet.lift():
                    self._say(c.Pressed(turn.action, turn.down))


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
    if verb == "again":
        return [c.StopRecording(keep=False) if activity.recording else c.Undo()], chosen
    plain: dict[str, list[c.Message]] = {
        "stop": [c.StopRecording()] if activity.recording else [],
        "undo": [c.Undo()],
        "redo": [c.Redo()],
        "run": [c.Run(True)],
        "hold": [c.Run(False)],
        "toggle": [c.Run(not activity.running)],
        "panic": [c.Panic()],
        "train": [c.Train()],
        "open": [c.Open(name)],
    }
    return plain.get(verb, []), chosen
