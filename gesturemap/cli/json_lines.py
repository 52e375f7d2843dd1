"""How a project plays, as JSON: one object a line, for programs that start gesturemap."""

from __future__ import annotations

import json
import math
import time
from typing import Any

from gesturemap import commands as c
from gesturemap.cli.status import Played


def say(kind: str, **what: Any) -> None:
    """One line on stdout; `time` is seconds since 1970. What is no number is null."""
    print(json.dumps(_plain({"kind": kind, "time": round(time.time(), 3), **what})), flush=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


class JsonLines:
    """Says every event, fault, scene and recording as it happens, and once a second how it goes."""

    def __init__(self) -> None:
        self.frames = self.events = 0
        self._played = Played()

    def end(self) -> None:
        """What still comes is said too."""

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice."""
        match notice:
            case c.Happened():
                self.events += notice.kind == "began"
                say("event", event=notice.kind, gesture=notice.label, value=notice.value, at=notice.time)
            case c.Fault():
                say("fault", place=notice.place, text=notice.text)
            case c.Opened():
                say("project", project=notice.project, folder=notice.folder)
            case c.SceneChosen():
                say("scene", number=notice.number, name=notice.scene)
            case c.Scenes():
                say("scenes", scenes=notice.scenes, now=notice.now)
            case c.Progress(what="compiling"):
                say("progress", what=notice.what, part=notice.part, fraction=notice.fraction)
            case c.Recorded(written=True):
                say(
                    "recorded", id=notice.demonstration, gesture=notice.label, frames=notice.frames,
                    seconds=notice.seconds, start=notice.start, end=notice.end,
                )  # fmt: skip
            case c.Trained():
                say(
                    "trained", gestures=notice.labels, seconds=notice.seconds, messages=notice.messages,
                    notes=notice.notes, changes=notice.changes,
                )  # fmt: skip
            case c.Evaluated():
                say(
                    "evaluated", **notice.overall, gestures=notice.gestures, notes=notice.notes,
                    confusion=notice.confusion, each=notice.each,
                )  # fmt: skip
            case c.Status():
                self.frames = self._played(notice.figures)
                say("status", **notice.figures)
