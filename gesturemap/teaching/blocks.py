"""One recording alone: blocks of it are left out, with a gap, so that no moment is on both sides."""

from __future__ import annotations

from gesturemap.errors import DataError
from gesturemap.project.exchange.corpus import Corpus
from gesturemap.teaching.pieces import Cell, Piece

BLOCKS = 5
GAP = 1.0
"""Seconds on both sides of a block that do not train."""
LEAST = 2
"""Frames of a piece that trains."""


def blocks(corpus: Corpus, recording: int, notes: list[str]) -> list[Cell]:
    """Each fifth of a recording is tested on a model of what is left of it.

    Raises
    ------
    DataError
        If the recording is too short for that.
    """
    whole = corpus.demonstrations[recording]
    gap, cells = round(GAP * corpus.rate), []
    for block in range(BLOCKS):
        begin, end = (len(whole) * (block + side) // BLOCKS for side in (0, 1))
        sides = ((0, begin - gap), (end + gap, len(whole)))
        train = tuple(Piece(recording, a, b, whole.label) for a, b in sides if b - a >= LEAST)
        if train and end > begin:
            cells.append(Cell(f"block {block}", 0, 0, train, (Piece(recording, begin, end, whole.label),)))
    if len(cells) < BLOCKS:
        raise DataError(
            f"demonstration {whole.id}",
            f"{len(whole)} frames",
            f"{BLOCKS} blocks and {GAP:g} s on both sides of each are left out",
            "record more",
        )
    notes.append(
        f"one recording: {BLOCKS} blocks of it are tested in turn, {GAP:g} s around each do not train"
    )
    return cells
