"""What takes the place of the outputs while a log is played again: nothing goes out, but one may listen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar, Protocol

from gesturemap.frames import Controls, Spec
from gesturemap.outputs.output import FailSafe, Output
from gesturemap.outputs.synth import Synth


class Listener(Protocol):
    """Hears what the built-in synth was told."""

    def begin(self, controls: Spec) -> None:
        """From now on there are these controls."""
        ...

    def send(self, controls: Controls) -> None:
        """One frame of them, and its events."""
        ...

    def silence(self) -> None:
        """There was a panic."""
        ...

    def sound_again(self) -> None:
        """Its silence is over."""
        ...


@dataclass(frozen=True)
class StandIn(FailSafe):
    """Holds, fades and rests as the output did that it stands for."""

    kind: ClassVar[str] = "stand-in"

    listener: Listener | None = None
    stands_for: Output | None = None
    """Its settings: where they are others it begins anew, as it did then."""

    def middles(self, controls: Spec) -> dict[str, float]:
        """Those of the output that it stands for."""
        return self.stands_for.middles(controls) if isinstance(self.stands_for, FailSafe) else {}

    def start(self, controls: Spec) -> StandInRun:
        """Begin with these controls."""
        return StandInRun(controls, self.listener)


class StandInRun:
    """An open stand-in."""

    address = "nowhere"
    faults = 0

    def __init__(self, controls: Spec, listener: Listener | None) -> None:
        self._listener = listener
        if listener is not None:
            listener.begin(controls)

    def send(self, controls: Controls) -> None:
        """Hand one frame on to whoever listens."""
        if self._listener is not None:
            self._listener.send(controls)

    def silence(self) -> None:
        """Hand the panic on."""
        if self._listener is not None:
            self._listener.silence()

    def sound_again(self) -> None:
        """Hand on that its silence is over."""
        if self._listener is not None:
            self._listener.sound_again()

    def stay_silent(self) -> None:
        """Whoever listens is silent still."""

    def close(self) -> None:
        """Nothing to let go of."""


def stand_ins(outputs: Sequence[Output], listener: Listener | None) -> tuple[StandIn, ...]:
    """One for each output; what the built-in synth was told is heard, or would have been told were it among them."""
    plain = FailSafe()
    safe = [output if isinstance(output, FailSafe) else plain for output in outputs]
    synths = [index for index, output in enumerate(outputs) if isinstance(output, Synth)]
    if listener is not None and not synths:
        synths, safe = [len(safe)], [*safe, plain]
    heard = synths[-1:]  # the synth follows the block that was opened last
    return tuple(
        StandIn(each.hold, each.fade, each.neutral, listener if index in heard else None, stands_for)
        for index, (each, stands_for) in enumerate(zip_longest(safe, outputs))
    )
