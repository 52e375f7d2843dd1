"""What the synth is told to play."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gesturemap import inner
from gesturemap.control import comparing
from gesturemap.control.desk import Desk
from gesturemap.mapping.mapping import driven

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller


def send(control: Controller, *, again: bool = False) -> None:
    """Tell the synth what to play, as soon as there is a block to drive it."""
    voices = of(control, control.desk, control.block)
    if control.block and (again or voices != control.voices):
        control.voices = voices
        control.synth.send(voices)


def of(control: Controller, desk: Desk, block: str, *, later: bool = False) -> inner.Voices:
    """What the synth is told of a project that is driven through this block."""
    project = comparing.heard(control)[0] if desk is control.desk else desk.project
    sound, labels = project.tables()["sound"], list(project.gestures)
    controls = list(driven(project.mapping))
    return inner.Voices(sound, str(desk.folder), block, labels, later, driven=controls)
