"""What is wrong with a project, before it plays."""

from __future__ import annotations

from collections.abc import Sequence

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError, GesturemapError
from gesturemap.project.project import Project

SHORTEST = 2
"""Frames that make a movement."""


def long_enough(demonstration: Demonstration) -> Demonstration:
    """Return it if it is a movement.

    Raises
    ------
    DataError
        If it has fewer than two frames.
    """
    if len(demonstration) < SHORTEST:
        raise DataError(
            f"demonstration {demonstration.id} of '{demonstration.label}'",
            f"{len(demonstration)} frames",
            f"a movement has at least {SHORTEST}",
            "record a longer one while the sensor sends",
        )
    return demonstration


def troubles(project: Project, warnings: Sequence[str]) -> list[str]:
    """One line for everything in the vocabulary that cannot be learned from.

    Parameters
    ----------
    warnings : what reading the project has said already.
    """
    found = list(warnings)
    if not project.demonstrations:
        found.append(
            str(
                DataError(
                    f"{project.name}, vocabulary",
                    "no demonstration",
                    "a model is learned from at least one",
                    "record a gesture first",
                )
            )
        )
    for demonstration in project.demonstrations:
        try:
            long_enough(demonstration.check())
        except GesturemapError as error:
            found.append(str(error))
    return found
