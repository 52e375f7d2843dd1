"""What the engine has begun and not ended, and where: so that it ends even if that engine dies."""

from __future__ import annotations

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.desk import Desk
from gesturemap.project.project import Project


class Unended:
    """Gestures that have begun and not ended, those of a scene that was left among them."""

    def __init__(self) -> None:
        self._begun: dict[str, tuple[Project, str, bytes]] = {}
        """Label -> the project in which it began, its folder, its packed model."""

    def heard(self, notice: c.Happened, desk: Desk) -> None:
        """Something has begun, or ended."""
        self._begun.pop(notice.label, None)
        if notice.kind == "began":
            self._begun[notice.label] = desk.project, str(desk.folder), desk.model

    def endings(self) -> list[c.Happened]:
        """How they would end now."""
        return [c.Happened("ended", label, 0.0, 0.0) for label in self._begun]

    def words(self, plays: Desk | None) -> list[inner.Interrupted]:
        """What another engine is told of them: of other projects first, then of the one that `plays`, if one does."""
        elsewhere: dict[tuple[int, str], inner.Interrupted] = {}
        here: list[str] = []
        for label, (project, folder, model) in self._begun.items():
            if plays is not None and (folder, project.outputs) == (str(plays.folder), plays.project.outputs):
                here.append(label)
                continue
            place = id(project), folder
            if place not in elsewhere:
                elsewhere[place] = inner.Interrupted([], project.tables(), folder, model)
            elsewhere[place].labels.append(label)
        return [*elsewhere.values(), *([inner.Interrupted(here)] if plays is not None else ())]
