"""What is painted, as it is kept while the window is opened anew. No Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from gesturemap.window.facts.kept import STROKES, Kept
from gesturemap.window.facts.painting import Desk, Stroke

TEXT = re.compile(r"(\d+\.\d+)-(\d+\.\d+)=(.*)")
"""A stroke, as `Stroke.text` writes it."""


class Before:
    """What was painted before the window was opened anew; it waits until the project is heard of."""

    def __init__(self) -> None:
        self.kept: Kept | None = None
        """What waits."""
        self.shown = ""
        """The recording that was shown."""

    def recall(self, desk: Desk, project: str) -> None:
        """Each recording of a project has its strokes again; they can be taken back one by one."""
        if self.kept is not None and self.kept.project == project:
            self.shown = self.kept.painting
            for recording, texts in self.kept.painted.items():
                painting = desk.of(recording)
                for one in _strokes(texts):
                    painting.add(one)
        self.kept = None

    def told(self, desk: Desk, project: str, shown: str) -> dict[str, Any]:
        """What is to be kept, as in `Kept`: the newest strokes, first of all those of the recording that is shown."""
        if self.kept is not None:
            return {name: getattr(self.kept, name) for name in ("project", "painting", "painted")}
        shown, left, found = shown or self.shown, STROKES, {}
        for painting in sorted(desk.all, key=lambda each: each.id != shown):
            newest = painting.strokes[max(0, len(painting.strokes) - left) :]
            if newest:
                found[painting.id] = [one.text for one in newest]
                left -= len(newest)
        return {"project": project, "painting": shown, "painted": found}


def _strokes(texts: Iterable[str]) -> Iterator[Stroke]:
    for text in texts:
        if (found := TEXT.fullmatch(text)) is not None and (begin := float(found[1])) < (
            end := float(found[2])
        ):
            yield Stroke(begin, end, found[3])
