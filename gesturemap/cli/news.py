"""What happens now and then while a project plays, as lines in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gesturemap import commands as c
from gesturemap.plain import counted


class News:
    """Prints which project or scene plays, which are not ready yet, what was recorded, and what a model has to say."""

    def __init__(self, said: Iterable[str] = ()) -> None:
        self._told: list[str] = []
        """What the last training said that asks for attention: the same again is no news."""
        self._say(said)

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice."""
        if isinstance(notice, c.Opened):
            print(f"project: {notice.project}", flush=True)
        elif isinstance(notice, c.SceneChosen):
            print(f"scene {notice.number}: {notice.scene}", flush=True)
        elif isinstance(notice, c.Recorded):
            print(f"recorded '{notice.label}' ({notice.demonstration}): {kept(notice)}", flush=True)
        elif isinstance(notice, c.Scenes):
            ready = sum(scene["state"] == "ready" for scene in notice.scenes)
            print(f"{ready} of {counted(len(notice.scenes), 'scene')} ready", flush=True)
        elif isinstance(notice, c.Trained):
            self._say(notice.messages)
        elif isinstance(notice, c.Evaluated):
            each = [f"{label} {_numbers(figures)}" for label, figures in notice.gestures.items()]
            taken = _confused(notice.confusion)
            print(
                "evaluated: " + "; ".join([_named(notice.overall), ", ".join(each), *taken, *notice.notes]),
                flush=True,
            )

    def _say(self, messages: Iterable[str]) -> None:
        """What a training says that asks for attention, or said of the model that was kept."""
        for message in messages:
            if message not in self._told:
                print(f"trained: {message}", flush=True)
        self._told = list(messages)


def kept(notice: c.Recorded) -> str:
    """What there is of a recording, and what of it is learned where its idle ends are cut."""
    line = f"{notice.frames} frames, {notice.seconds:.2f} s"
    if not notice.start and not notice.end:
        return line
    return f"{line}; its ends are idle: learned {notice.start:.2f}..{notice.end or notice.seconds:.2f} s"


def _confused(confusion: dict[str, Any]) -> list[str]:
    """Which gestures were taken for which others."""
    labels = confusion.get("labels", [])
    return [
        f"{count} of {was} taken for {labels[j] or 'none'}"
        for was, row in zip(labels, confusion.get("rows", []), strict=False)
        for j, count in enumerate(row)
        if count and labels[j] != was
    ]


def _named(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_number(value)}" for name, value in figures.items())


def _numbers(figures: dict[str, Any]) -> str:
    return "/".join(map(_number, figures.values()))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
