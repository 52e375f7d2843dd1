"""One project of a show, and whether it can be played."""

from __future__ import annotations

from dataclasses import dataclass

from gesturemap.control.desk import Desk
from gesturemap.control.state import Activity
from gesturemap.errors import DataError
from gesturemap.models.model import asked
from gesturemap.project.project import Project


@dataclass
class Part:
    """One project of the show; scenes may share it."""

    number: int
    """Of its first scene."""
    desk: Desk | None = None
    fault: str = ""
    """Why it cannot be played."""
    left: Activity | None = None
    """What went on in it when it was left."""
    asked: tuple[Project, bytes] | None = None
    """With which project and model the engine was told to make it ready."""
    ready: bool = False
    block: str = ""

    @property
    def key(self) -> str:
        """By which the engine knows it."""
        return str(self.number)

    @property
    def unfitted(self) -> bool:
        """Whether a model is to be fitted before it can play, as it was left."""
        desk = self.desk
        if desk is None or self.fault or not desk.project.shown:
            return False
        stale = self.left.stale if self.left is not None else not desk.fits
        return not desk.model or (stale and not asked(desk.project.learner))


def nothing_to_play(desk: Desk) -> str:
    """Why a project that could be read plays nothing; empty where it can."""
    if desk.project.shown or desk.model:
        return ""
    return str(
        DataError(
            str(desk.folder),
            "no demonstration",
            "a model is learned from at least one",
            "record a gesture first",
        )
    )
