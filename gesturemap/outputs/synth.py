"""The engine's handle on the built-in synth: writes the shared block that the synth's process reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gesturemap.errors import DeviceError
from gesturemap.frames import Controls, Spec
from gesturemap.outputs.output import FailSafe
from gesturemap.synth.block import BlockWriter


@dataclass(frozen=True)
class Synth(FailSafe):
    """The built-in sound; its voices are set under ``[sound]``."""

    kind: ClassVar[str] = "synth"

    def start(self, controls: Spec) -> SynthRun:
        """Make the shared block."""
        try:
            return SynthRun(controls)
        except OSError as error:
            raise DeviceError(
                "outputs, synth", str(error), "a little shared memory is needed", "free some, or restart"
            ) from error


class SynthRun:
    """An open block."""

    def __init__(self, controls: Spec) -> None:
        self._block = BlockWriter(controls)
        self._open = True
        self.block_path = str(self._block.path)
        """The file that the synth's process reads."""
        self.address = "built-in synth"
        self.faults = 0

    def send(self, controls: Controls) -> None:
        """Hand over the controls, then the events; so a note begins with the controls of its own frame."""
        self._block.write(controls.values)
        for event in controls.events:
            self._block.event(controls.time, event)

    def beat(self) -> None:
        """Say that the engine lives though it has nothing to send; a second without, and the sound fades."""
        self._block.beat()

    @property
    def underruns(self) -> int:
        """Blocks that came too late for the sound card, as far as the synth has said it to this block."""
        return self._block.underruns

    def silence(self) -> None:
        """Panic: the sound ends within 20 ms and stays away until a gesture begins, or `sound_again`."""
        self._block.panic()

    def sound_again(self) -> None:
        """The silence of a panic is over."""
        self._block.sound_again()

    def stay_silent(self) -> None:
        """It goes on after another whose silence is not over."""
        if not self._block.silent:
            self._block.panic()

    def close(self) -> None:
        """Remove the block; what still sounds fades."""
        if self._open:
            self._open = False
            self._block.close()
