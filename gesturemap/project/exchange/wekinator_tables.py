"""The settings of a project that stands in for Wekinator, as tables of ``project.toml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Table = dict[str, Any]

INPUT_PORT, OUTPUT_PORT = 6448, 12000
INPUTS, OUTPUTS = "/wek/inputs", "/wek/outputs"


@dataclass(frozen=True)
class Wires:
    """Where numbers come from and go to."""

    port: int = INPUT_PORT
    address: str = INPUTS
    host: str = "127.0.0.1"
    to_port: int = OUTPUT_PORT
    to_address: str = OUTPUTS


@dataclass(frozen=True)
class Numbers:
    """One output of numbers or classes."""

    name: str
    classes: int = 0
    """0: a number."""
    probabilities: bool = False
    low: float = 0.0
    high: float = 1.0
    whole: bool = False
    hard: bool = False
    learner: Table = field(default_factory=dict)
    inputs: tuple[str, ...] = ()

    def table(self) -> Table:
        """As one table of a model with a learner for each output."""
        made: Table = {"name": self.name, "learner": dict(self.learner)}
        if self.classes:
            made |= {"type": "class", "classes": self.classes}
            if self.probabilities:
                made["probabilities"] = True
        else:
            made |= {"type": "integer" if self.whole else "real", "low": self.low, "high": self.high}
            if self.hard:
                made["hard"] = True
        if self.inputs:
            made["inputs"] = list(self.inputs)
        return made


def tables(name: str, description: str, wires: Wires, inputs: Sequence[str], model: Table) -> Table:
    """All settings: what comes in goes to the model, and what it says goes out, both as it is."""
    return {
        "project": {"name": name, "description": description},
        "input": {
            "kind": "wekinator", "port": wires.port, "address": wires.address, "names": list(inputs),
        },
        "features": [],
        "model": model,
        "mapping": [{"kind": "outputs"}],
        "outputs": [
            {"kind": "wekinator", "host": wires.host, "port": wires.to_port, "address": wires.to_address}
        ],
    }  # fmt: skip


def per_output(outputs: Sequence[Numbers]) -> Table:
    """A model with a learner for each output."""
    return {"kind": "per_output", "each": [output.table() for output in outputs]}
