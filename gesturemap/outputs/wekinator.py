"""What Wekinator sends: all outputs as floats, then probabilities, and what is told beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.frames import Controls, Spec, Values
from gesturemap.outputs.receiver import Receiver
from gesturemap.wire.osc import Template, build, check_address

PLACE = "outputs, wekinator"
DONE = build("/wekinator/status/done-training")
MATCH = "match"
"""The control that says which gesture matches, from 1 on; below 0: nothing is said of this frame."""


@dataclass(frozen=True)
class Wekinator:
    """Messages as Wekinator sends them, for patches made for it; see docs/wekinator.md.

    Nothing is held, faded or sent between two frames: a patch hears of each frame once, and of nothing else.
    """

    kind: ClassVar[str] = "wekinator"

    host: str = setting("127.0.0.1", "name or address of the receiver")
    port: int = setting(12000, "UDP port of the receiver", low=1, high=65535)
    address: str = setting("/wek/outputs", "OSC address of the outputs")
    matches: tuple[str, ...] = setting(
        (),
        "of gestures: the OSC address that is sent when one matches anew, in their order, such as /output_1",
    )

    def start(self, controls: Spec) -> WekinatorRun:
        """Look the receiver up and open a socket."""
        return WekinatorRun(self, controls)


class Plan:
    """Which controls go into which message.

    A control ``name/0`` behind one called ``name`` begins the probabilities of that output, which go to ``/name``.
    With `matches`, the control ``match`` is no number of a message: it says which of them is sent.
    """

    def __init__(self, settings: Wekinator, names: Sequence[str]) -> None:
        self.match = names.index(MATCH) if settings.matches and MATCH in names else -1
        plain = names[: self.match if self.match >= 0 else None]
        spread: dict[str, list[int]] = {}
        for index, name in enumerate(plain):
            output, slash, number = name.rpartition("/")
            if slash and number.isdecimal() and output in plain:
                spread.setdefault(output, []).append(index)
        self.first = min((indices[0] for indices in spread.values()), default=len(plain))
        self.outputs = Template(check_address(settings.address, f"{PLACE}, address"), "f" * self.first)
        self.probabilities = {
            output: (Template(f"/{output}", "f" * len(indices)), slice(indices[0], indices[-1] + 1))
            for output, indices in spread.items()
        }
        self.matches = [build(check_address(each, f"{PLACE}, matches")) for each in settings.matches]


class WekinatorRun:
    """An open socket and its messages, laid out beforehand."""

    frames_only = True
    """Nothing is sent but what a frame brings."""

    def __init__(self, settings: Wekinator, controls: Spec) -> None:
        self._plan = Plan(settings, controls.names)
        self._receiver = Receiver(settings.host, settings.port)
        self.address = f"OSC {self._receiver.name}"
        self._put = self._receiver.put
        self._first = self._plan.first
        self._build = self._plan.outputs.build
        self._probabilities = list(self._plan.probabilities.values())
        self._matched = 0
        """The gesture that matched last; 0: none since."""

    @property
    def faults(self) -> int:
        """What could not be sent."""
        return self._receiver.faults

    @property
    def unheard(self) -> int:
        """Packets to a port of this machine where nobody listens."""
        return self._receiver.unheard

    @property
    def sent(self) -> int:
        """Packets handed to the network."""
        return self._receiver.sent

    def send(self, controls: Controls) -> None:
        """Send one frame: a match that is new, all outputs, then the probabilities in the order of the outputs."""
        values = controls.values.tolist()
        plan = self._plan
        if plan.match >= 0 and not self._matches(values[plan.match]):
            return
        if self._first:
            self._put(self._build(values[: self._first]))
        for template, place in self._probabilities:
            self._put(template.build(values[place]))

    def choose(self, names: Sequence[str]) -> None:
        """Send the probabilities of these outputs alone; of all, where nobody chooses."""
        plan = self._plan.probabilities
        self._probabilities = [plan[name] for name in names if name in plan]

    def _matches(self, number: float) -> bool:
        """Tell of a gesture that matches anew; False where nothing is to be said of this frame at all."""
        if not number >= 0.0:
            return False
        gesture = int(number)
        if gesture != self._matched:
            self._matched = gesture
            if 1 <= gesture <= len(self._plan.matches):
                self._put(self._plan.matches[gesture - 1])
        return True

    def told(self, values: Values) -> None:
        """Send these outputs as they are, without a frame: as Wekinator does when a project is opened."""
        if len(values) == self._first > 0:
            self._put(self._build(values.tolist()))

    def trained(self) -> None:
        """Say that a training is over."""
        self._put(DONE)

    def silence(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Close the socket."""
        self._receiver.close()
