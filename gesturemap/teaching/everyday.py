"""Recordings of everyday movement: they are no gesture that is drawn or tested, but all that may train do."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from gesturemap.errors import DataError
from gesturemap.plain import counted
from gesturemap.project.exchange.corpus import Corpus
from gesturemap.teaching.pieces import Cell, Piece, whole


def apart(corpus: Corpus, pieces: Sequence[Piece], label: str) -> tuple[list[Piece], list[Piece]]:
    """Pieces of gestures, and recordings of everyday movement, whole whatever the pieces are.

    Parameters
    ----------
    label : what the model calls everyday movement; '' if it knows none, and nothing is.

    Raises
    ------
    DataError
        If there is nothing else.
    """
    if not label:
        return list(pieces), []
    gestures = [piece for piece in pieces if piece.label != label]
    if pieces and not gestures:
        raise DataError(
            "evaluate", f"only '{label}' is recorded", "gestures are tested", "name them in array 'label'"
        )  # fmt: skip
    streams = {moment.recording for moment in corpus.moments}
    usual = [piece for piece in whole(corpus) if piece.label == label and piece.recording not in streams]
    return gestures, usual


def held(corpus: Corpus, what: str) -> Callable[[Piece], Hashable]:
    """What a piece has in common with those that are left out together: its user, session or recording."""
    return {
        "user": lambda piece: corpus.users[piece.recording],
        "session": lambda piece: (corpus.users[piece.recording], corpus.sessions[piece.recording]),
    }.get(what, lambda piece: piece.recording)


def taught(
    corpus: Corpus, cells: Sequence[Cell], usual: Sequence[Piece], what: str, notes: list[str]
) -> list[Cell]:
    """The same cells, everyday movement training in each but for that of who is tested.

    Parameters
    ----------
    usual : recordings of everyday movement.
    what : is left out: ``user``, ``session``, ``recording``.
    """
    if not usual:
        return list(cells)
    of = held(corpus, what)
    made = []
    all_train = True
    for cell in cells:
        tested = {of(piece) for piece in cell.test}
        own = tuple(piece for piece in usual if of(piece) not in tested)
        all_train = all_train and len(own) == len(usual)
        made.append(replace(cell, train=(*cell.train, *own)))
    seconds = sum(corpus.demonstrations[piece.recording].seconds for piece in usual)
    but = "" if all_train else f", but for those of the {what} that is tested"
    notes.append(
        f"{counted(len(usual), 'recording')}, {seconds:.0f} s of '{usual[0].label}' "
        f"{'trains' if len(usual) == 1 else 'train'} as everyday movement{but}"
    )
    return made
