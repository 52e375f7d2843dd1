"""What Wekinator sends: all outputs as floats, then probabilities, and what is told beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.frames import Controls, Spec, Values
from gesturemap.outputs.receiver import Receiver
from gesturemap.wire.osc import Template, build, check_address

DONE = build("/wekinator/status/done-training")


@dataclass(frozen=True)
class Wekinator:
    """Messages as Wekinator sends them, for patches made for it; see docs/wekinator.md.

    Nothing is held, faded or sent between two frames: a patch hears of each frame once, and of nothing else.
    """

    kind: ClassVar[str] = "wekinator"

    host: str = setting("127.0.0.1", "name or address of the receiver")
    port: int = setting(12000, "UDP port of the receiver", low=1, high=65535)
    address: str = setting("/wek/outputs", "OSC address of the outputs")

    def start(self, controls: Spec) -> WekinatorRun:
        """Look the receiver up and open a socket."""
        return WekinatorRun(self, controls)


@dataclass(frozen=True)
class Says:
    """What a model has to send, by the names of its channels."""

    outputs: Sequence[str]
    probabilities: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Output -> the channels of its classes; they go to ``/<output>``."""
    match: str = ""
    """The channel that is the number of the gesture that matches."""
    matches: Sequence[str] = ()
    """OSC addresses of the gestures."""


class Plan:
    """Which controls go into which message, by their places.

    Parameters
    ----------
    names : of all controls.
    says : what the model has to send; None: nobody has said it, and every control is an output.
    """

    def __init__(self, settings: Wekinator, names: Sequence[str], says: Says | None) -> None:
        said = says or Says(names)
        place = {name: index for index, name in enumerate(names)}
        address = check_address(settings.address, "outputs, wekinator, address")
        self.outputs = self._message(address, said.outputs, place)
        self.probabilities = [
            self._message(f"/{output}", channels, place) for output, channels in said.probabilities.items()
        ]
        self.matches = [build(check_address(each, "model, addresses")) for each in said.matches]
        self.match = place.get(said.match, -1) if self.matches else -1

    def _message(
        self, address: str, channels: Sequence[str], place: Mapping[str, int]
    ) -> tuple[Template, list[int]]:
        places = [place[name] for name in channels if name in place]
        return Template(address, "f" * len(places)), places


class WekinatorRun:
    """An open socket and its messages, laid out beforehand."""

    frames_only = True
    """Nothing is sent but what a frame brings."""

    def __init__(self, settings: Wekinator, controls: Spec) -> None:
        self._settings, self._names = settings, controls.names
        self._plan = Plan(settings, self._names, None)
        self._receiver = Receiver(settings.host, settings.port)
        self.address = f"OSC {self._receiver.name}"
        self._put = self._receiver.put
        self._matched = 0
        """The gesture that matched last; 0: none since."""

    @property
    def faults(self) -> int:
        """What could not be sent."""
        return self._receiver.faults

    @property
    def reason(self) -> str:
        """Why something could not be sent."""
        return self._receiver.reason

    @property
    def unheard(self) -> int:
        """Packets to a port of this machine where nobody listens."""
        return self._receiver.unheard

    @property
    def sent(self) -> int:
        """Packets handed to the network."""
        return self._receiver.sent

    def choose(self, says: Says | None) -> None:
        """Send what this model has to send from now on."""
        self._plan = Plan(self._settings, self._names, says)

    def send(self, controls: Controls) -> None:
        """Send one frame: a match that is new, all outputs, then the probabilities in the order of the outputs."""
        values = controls.values.tolist()
        plan = self._plan
        if plan.match >= 0:
            self._match(int(values[plan.match]))
        template, places = plan.outputs
        if places:
            self._put(template.build([values[place] for place in places]))
        for template, places in plan.probabilities:
            self._put(template.build([values[place] for place in places]))

    def _match(self, number: int) -> None:
        """Tell of a gesture that matches anew; of one that goes on or ends nothing is told."""
        if number != self._matched:
            self._matched = number
            if 1 <= number <= len(self._plan.matches):
                self._put(self._plan.matches[number - 1])

    def told(self, values: Values) -> None:
        """Send these outputs as they are, without a frame: as Wekinator does when a project is opened."""
        template, places = self._plan.outputs
        if len(values) == len(places) > 0:
            self._put(template.build(values.tolist()))

    def trained(self) -> None:
        """Say that a training is over."""
        self._put(DONE)

    def silence(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Close the socket."""
        self._receiver.close()
