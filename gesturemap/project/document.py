"""The document: the project as it is now, and the way back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from gesturemap.project.project import Project

MOST_STEPS = 200
"""Edits that can be taken back; projects share what they have in common, so a step is small."""


class Document:
    """Undo and redo over whole projects; no files here.

    Parameters
    ----------
    project : where it begins.
    """

    def __init__(self, project: Project, most: int = MOST_STEPS) -> None:
        self.project = project
        self._undo: deque[tuple[str, Project]] = deque(maxlen=most)
        self._redo: list[tuple[str, Project]] = []
        self.edits = 0
        """How many there were, those taken back too; taking one back is none."""

    def edit(self, label: str, project: Project) -> None:
        """Go on with another project; `label` says to a person what was done."""
        self._undo.append((label, self.project))
        self._redo.clear()
        self.edits += 1
        self.project = project

    def amend(self, project: Project) -> None:
        """Change the project without a step of its own: a volume that is being dragged, a new name."""
        self.project = project

    def amend_all(self, change: Callable[[Project], Project]) -> None:
        """The same in what is gone back to as well: another folder, its name."""
        self.project = change(self.project)
        for steps in (self._undo, self._redo):
            for number, (label, project) in enumerate(steps):
                steps[number] = (label, change(project))

    def undo(self) -> str:
        """Take the last edit back and return its label; empty if there is none."""
        if not self._undo:
            return ""
        label, before = self._undo.pop()
        self._redo.append((label, self.project))
        self.project = before
        return label

    def redo(self) -> str:
        """Do again what was taken back last and return its label; empty if there is nothing."""
        if not self._redo:
            return ""
        label, after = self._redo.pop()
        self._undo.append((label, self.project))
        self.project = after
        return label

    def go_to(self, step: int) -> None:
        """Undo or redo until so many edits are done, or there are no more."""
        while self.step > step and self.undo():
            continue
        while self.step < step and self.redo():
            continue

    @property
    def earlier(self) -> list[Project]:
        """The projects before each edit that is done, newest first."""
        return [project for _, project in reversed(self._undo)]

    @property
    def step(self) -> int:
        """How many edits are done that could be taken back."""
        return len(self._undo)

    @property
    def history(self) -> list[str]:
        """What all edits did, oldest first: the first `step` of them are done, the others were taken back."""
        return [label for label, _ in self._undo] + [label for label, _ in reversed(self._redo)]

    @property
    def undo_label(self) -> str:
        """What `undo` would take back; empty if nothing."""
        return self._undo[-1][0] if self._undo else ""

    @property
    def redo_label(self) -> str:
        """What `redo` would do again; empty if nothing."""
        return self._redo[-1][0] if self._redo else ""
