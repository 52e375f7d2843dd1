"""The first question: when it is asked, and what each answer begins with. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from gesturemap.window.facts.document import Document


@dataclass(frozen=True)
class Answer:
    """One answer: a preset that plays at once with the pointer pad, and how it is looked at."""

    name: str
    preset: str
    """With the model, mapping, sound and limits that suit it."""
    features: bool
    """Whether the curves show what the features make of the movement, not the sensor itself."""


ANSWERS = (
    Answer("trigger", "pointer", features=True),
    Answer("follow", "scrub-a-voice", features=False),
    Answer("shape", "theremin", features=False),
)


def asked(document: Document, *, first: bool, last: bool = False) -> bool:
    """Whether it is asked of this document: an empty project, at the very first start what cannot be played yet, or
    what plays where no project was named.

    Parameters
    ----------
    first : whether this person has never had a project before.
    last : whether there is one that they could go on with.
    """
    if not document.path or document.undo or document.redo or document.recording or document.locked:
        return False
    if document.scenes or document.by_examples or document.input.get("kind") == "wekinator":
        return False
    if not document.writable:
        kind = document.input.get("kind")
        return (first and kind != "pointer") or (last and unnamed(document))
    return not document.labels and document.input.get("kind") == "pointer"


def unnamed(document: Document) -> bool:
    """Whether it was opened as no project was named: a preset that nobody has touched plays its recordings."""
    return not document.writable and not document.undo and document.input.get("kind") == "replay"
