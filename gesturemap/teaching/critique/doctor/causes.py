"""Why it does not work, in order.

The order is that of Françoise (2015, "Motion-sound mapping by demonstration"): sensor, features, model, parameters,
examples, the design of the gestures, their execution. What lies further up explains what lies further down, so it is
told first; and what comes of a wrong model, or of wrong names, is looked for with the right ones. Whatever is offered
was measured: demonstrations are left out and heard as things are and as they would be, and those that the remedy
itself touches do not count. What makes nothing better is not told, but for a sensor that is broken or was turned and
gestures that were shown once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gesturemap.teaching.critique.doctor import equipment, gestures
from gesturemap.teaching.critique.doctor.patient import Patient
from gesturemap.teaching.finding import Finding

STAGES: dict[str, Callable[[Patient], Iterator[Finding]]] = {
    "sensor": equipment.sensor,
    "features": equipment.features,
    "model": equipment.model,
    "parameters": equipment.parameters,
    "examples": gestures.examples,
    "gesture design": gestures.design,
    "execution": gestures.execution,
}


class Cause(NamedTuple):
    """What is wrong, and where."""

    stage: str
    """One of `STAGES`."""
    finding: Finding
    """With `before`, `after` and `gain` among its figures, where they can be measured."""

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {"stage": self.stage, **self.finding.as_table()}


def causes(of: Patient, looks: Callable[[str], None] = lambda _: None) -> Iterator[Cause]:
    """From the sensor to the hand, each as soon as it is found; the first is the one to begin with.

    Where nobody moved there is nothing else to be said.

    Parameters
    ----------
    looks : told of each of `STAGES` when it is looked at.

    Raises
    ------
    DataError
        If the demonstrations cannot be learned from.
    Cancelled
    """
    for stage, look in STAGES.items():
        looks(stage)
        for finding in look(of):
            yield Cause(stage, finding)
            if finding.kind == "still":
                return
            if finding.kind == "model":
                of = of.cure()
