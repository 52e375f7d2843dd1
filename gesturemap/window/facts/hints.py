"""A demonstration in the window's words, and what is strange about it (`teaching.critique.look` finds it). No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from gesturemap.demonstrations import PIECE
from gesturemap.teaching.critique.look import FEW, IDLE, Look, Usual
from gesturemap.window import words
from gesturemap.window.facts.document import Take
from gesturemap.window.words import layers
from gesturemap.window.words import teaching as said


@dataclass(frozen=True)
class Hint:
    """One thing that is strange."""

    text: str
    trims: bool = False
    """Whether cutting its idle ends mends it."""


def hints(one: Look, usual: Usual) -> tuple[Hint, ...]:
    """What is strange about one demonstration beside those of its gesture, itself among them; nothing, as a rule."""
    found: list[Hint] = []
    idle, others = one.head >= IDLE or one.tail >= IDLE, usual.count - 1
    if (share := usual.odd(one.seconds)) is not None:
        text, long = (said.HINT_LONG, True) if share > 1.0 else (said.HINT_SHORT, False)
        found.append(Hint(text.format(share), trims=long and idle))
    for seconds, text in ((one.head, said.HINT_HEAD), (one.tail, said.HINT_TAIL)):
        if seconds >= IDLE:
            found.append(Hint(text.format(seconds), trims=True))
    if one.gap:
        found.append(Hint(said.HINT_GAP.format(seconds=one.gap, at=one.gap_at)))
    if one.clipped:
        found.append(Hint(said.HINT_CLIPPED.format(", ".join(one.clipped))))
    if others >= FEW:
        flat = sorted(
            name for name, count in usual.moved.items() if count == others and name not in one.moved
        )
        if flat:
            found.append(Hint(said.HINT_FLAT.format(", ".join(flat))))
    return tuple(found)


def described(take: Take, number: int, label: str) -> str:
    """One demonstration in words."""
    note = f", {take.note}" if take.note else ""
    parts = [
        words.TAKE_TIP.format(number=number, label=label, seconds=take.seconds, frames=take.frames, note=note)
    ]
    if take.trimmed:
        parts.append(said.TAKE_TRIMMED.format(start=take.start, end=take.end, whole=take.whole))
    if take.layer != PIECE:
        parts.append(layers.OF.format(layers.NAMES.get(take.layer, take.layer)))
    if not take.learned:
        parts.append(said.TAKE_OFF)
    return "; ".join(parts)
