"""What should not matter: what looks so, what is marked so, and marking it."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.text import Text

from gesturemap import commands as c
from gesturemap.cli.teach.kept import edit
from gesturemap.cli.teach.taught import Told
from gesturemap.control import edits
from gesturemap.errors import CommandError
from gesturemap.models.relevance import Relevance
from gesturemap.plain import shell
from gesturemap.teaching.answers import told
from gesturemap.teaching.answers.taught import Taught


def decoys(asked: Taught, options: Namespace) -> Told:
    """Channels that hardly move and yet tell the gestures apart; what is marked already is not named."""
    return Told.of(told.decoys(asked), "no channel is still while others move and tells the gestures apart")


def irrelevant(asked: Taught, options: Namespace) -> Told:
    """Mark a channel, take a mark back, or list what is marked.

    Raises
    ------
    CommandError
        If there is no such channel or gesture, or nothing can be written.
    """
    if not options.channel:
        if asked.project is None:
            raise CommandError(asked.name, "recordings", "marks are kept in a project", "give a project")
        return _marks(asked.project.relevance)
    command = c.Irrelevant(options.channel, options.gesture, not options.again)
    project = edit(asked, lambda project: edits.irrelevant(project, command))
    marks = _marks(project.relevance)
    return marks._replace(printed=[*marks.printed, Text(f"next: gesturemap train {shell(asked.name)}")])


def _marks(marks: Relevance) -> Told:
    table: dict[str, Any] = {
        "ignored": list(marks.ignored),
        "gestures": {label: list(names) for label, names in marks.gestures.items()},
    }
    lines = [f"matters for no gesture: {', '.join(marks.ignored)}"] if marks.ignored else []
    lines += [f"does not matter for {label}: {', '.join(names)}" for label, names in marks.gestures.items()]
    return Told(table, [Text(line) for line in lines or ["everything matters"]])
