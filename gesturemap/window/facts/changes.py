"""What the last training changed, in words: who is heard otherwise, which outputs moved. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gesturemap.window import words
from gesturemap.window.facts.document import Document
from gesturemap.window.words import changes as said

SLIGHT = 0.01
"""Of the range that is mapped: what moved less is not heard."""
NAMED = 2
"""Outputs that are named in a line."""
LISTED = 12
"""Lines of a tip."""


def summary(document: Document) -> str:
    """How much changed, for a line; empty: nothing did, or there is nothing to compare with."""
    changes = document.trained.changes if document.trained else {}
    flips, moved = changes.get("flips") or (), _moved(document, changes)
    text = said.FLIPS_OF_SOME if changes.get("part") else said.FLIPS
    parts = [text.format(count=len(flips), of=int(changes.get("of", 0)))] if flips else []
    for name, (by, share) in list(moved.items())[:NAMED]:
        text = said.MOVED_BY if share is None else said.MOVED
        parts.append(text.format(name=name, by=by, share=share))
    if len(moved) > NAMED:
        parts.append(said.MORE.format(len(moved) - NAMED))
    return ", ".join(parts)


def turned_back(before: Document, document: Document) -> str:
    """What an undo has taken back, or a redo done again; empty: neither was."""
    if not document.turned(before):
        return ""
    step, was, history = document.step, before.step, document.history
    if step == was or not max(step, was) <= len(history):
        return ""
    form, names = (said.TAKEN_BACK, history[step:was]) if step < was else (said.DONE_AGAIN, history[was:step])
    more = said.STEPS_MORE.format(len(names) - 1) if len(names) > 1 else ""
    return form.format(names[0] if step < was else names[-1]) + more


def lines(document: Document, changes: Mapping[str, Any]) -> list[str]:
    """One line for each demonstration that is taken for another gesture now, and for each output that moved."""
    numbers = {
        take.id: f"{number}"
        for gesture in document.gestures
        for number, take in enumerate(gesture.demonstrations, 1)
    }
    found = [
        said.FLIP.format(
            label=label, number=numbers.get(name, name),
            before=before or words.NONE_OF_THESE, after=after or words.NONE_OF_THESE,
        )
        for name, label, before, after in changes.get("flips") or ()
    ]  # fmt: skip
    return found + [
        said.OUTPUT.format(name=name, by=by) for name, (by, _) in _moved(document, changes).items()
    ]


def details(document: Document) -> list[str]:
    """The same for a tip: as many as can be read, or that nothing changed."""
    changes = document.trained.changes if document.trained else {}
    found = lines(document, changes)
    if not found and changes.get("of"):
        return [said.NOTHING.format(of=int(changes["of"]))]
    more = [said.MANY.format(len(found) - LISTED)] if len(found) > LISTED else []
    return found[:LISTED] + more


def _moved(document: Document, changes: Mapping[str, Any]) -> dict[str, tuple[float, float | None]]:
    """Output -> how far it moved, and which share of its mapped range that is, most of all first."""
    spans = {
        str(table.get("source")).removeprefix("output:"): abs(
            float(table.get("high", 1.0)) - float(table.get("low", 0.0))
        )
        for table in document.mapping
        if table.get("kind") == "range" and str(table.get("source")).startswith("output:")
    }
    found = {
        str(name): (float(by), float(by) / spans[name] if spans.get(name) else None)
        for name, by in (changes.get("outputs") or {}).items()
    }
    heard = {
        name: (by, share) for name, (by, share) in found.items() if (by if share is None else share) >= SLIGHT
    }
    return dict(sorted(heard.items(), key=lambda item: item[1][1] or 0.0, reverse=True))


def imported(before: Document, now: Document) -> str:
    """What has just been imported and where it went; empty: nothing was."""
    came = now.path == before.path and now.step == before.step + 1 and not now.turned(before)
    last = now.history[-1] if came and now.step == len(now.history) else ""
    return said.IMPORTED.format(last.removeprefix("import ")) if last.startswith("import ") else ""
