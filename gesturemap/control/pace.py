"""How fast the demonstrations were recorded, where no input says so, and whether features can work at that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gesturemap.demonstrations import Demonstration, measured
from gesturemap.errors import SettingsError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Spec
from gesturemap.project.project import Project


def nominal(project: Project, spec: Spec) -> Spec:
    """`spec` with its own rate or, where it has none, the one that the input is set to now."""
    return spec if spec.rate else replace(spec, rate=float(getattr(project.input, "rate", 0.0)))


def paced(project: Project, demonstrations: Sequence[Demonstration]) -> Spec:
    """The channels of the first of `demonstrations` with a rate: the nominal one, else the measured one."""
    spec = nominal(project, demonstrations[0].spec)
    return spec if spec.rate else replace(spec, rate=measured(demonstrations))


def startable(project: Project, demonstrations: Sequence[Demonstration]) -> None:
    """Start the features at the rate of the demonstrations, and let go of them again.

    Training itself starts them as playing does, without a rate where none is known: then a frequency that the
    sensor is too slow for goes unseen.

    Raises
    ------
    SettingsError
        If they cannot work at that rate, saying where it is from.
    """
    if not project.features or not demonstrations:
        return
    spec = paced(project, demonstrations)
    try:
        ChainRun(project.features, spec)
    except SettingsError as error:
        if nominal(project, demonstrations[0].spec).rate:
            raise
        rule = f"{error.rule} ({spec.rate:g} Hz is measured on the demonstrations)"
        raise SettingsError(error.place, error.value, rule, error.next_step) from error
