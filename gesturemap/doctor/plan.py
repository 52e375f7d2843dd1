"""What is examined: a project's ports, sensor and receivers, or the ports a person names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from gesturemap.inputs.input import Input
from gesturemap.inputs.midi_clock import MidiClock
from gesturemap.inputs.osc import Osc
from gesturemap.inputs.remote import Remote
from gesturemap.inputs.wekinator import Wekinator
from gesturemap.library import project_folder
from gesturemap.outputs.osc import Osc as OscOutput
from gesturemap.outputs.output import Output
from gesturemap.plain import shell
from gesturemap.project.read import read_project


class Receiver(NamedTuple):
    """Where an output of the project sends to."""

    host: str
    port: int
    address: str
    """What its OSC addresses begin with."""


@dataclass(frozen=True)
class Plan:
    """What is examined, and for how long (s)."""

    ports: tuple[int, ...]
    """UDP ports that the sensor may send to."""
    seconds: float = 5.0
    name: str = ""
    """The project as the person named it; empty: none."""
    folder: Path | None = None
    sensor: Input | None = None
    """The project's input."""
    model: str = ""
    """The kind of its model."""
    receivers: tuple[Receiver, ...] = ()
    clock: MidiClock = field(default_factory=MidiClock)
    """The one that it follows, if any."""
    remote: Remote = field(default_factory=Remote)
    """Where it takes commands, if anywhere."""
    outputs: tuple[Output, ...] = ()
    """All of them."""
    card: str = ""
    """What the name of its sound card has in it; empty: the system's choice."""
    usual: bool = False
    """Nobody has named a project or a port: what arrives at any port is as good."""

    @property
    def osc(self) -> Osc | None:
        """The sensor's settings where it sends OSC over UDP."""
        return self.sensor if isinstance(self.sensor, Osc) else None

    def osc_at(self, port: int) -> Osc | None:
        """The sensor's settings where it is this port that it sends to."""
        return self.osc if self.osc is not None and self.osc.port == port else None

    @property
    def command(self) -> str:
        """How to run the doctor again."""
        return f"gesturemap doctor {shell(self.name)}" if self.name else "gesturemap doctor"


def plan_for(project: str = "", ports: Sequence[int] = (), seconds: float = 5.0) -> Plan:
    """The plan for a project, for ports, for both, or for the port of a new project.

    Raises
    ------
    GesturemapError
        If the project cannot be read.
    """
    if not project:
        return Plan(tuple(dict.fromkeys(ports)) or (Osc().port,), seconds, usual=not ports)
    folder = project_folder(project)
    read, _ = read_project(folder)
    own = (read.input.port,) if isinstance(read.input, Osc | Wekinator) and read.input.port else ()
    receivers = (
        Receiver(output.host, output.port, output.address)
        for output in read.outputs
        if isinstance(output, OscOutput)
    )
    return Plan(
        tuple(dict.fromkeys((*ports, *own) if ports else own)),
        seconds,
        project,
        folder,
        read.input,
        read.learner.kind,
        tuple(dict.fromkeys(receivers)),
        read.clock,
        read.remote,
        read.outputs,
        read.sound.device,
    )
