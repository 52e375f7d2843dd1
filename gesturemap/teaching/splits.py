"""Who trains and who is tested; no frame is ever on both sides.

Every draw comes from a generator seeded by (seed, number of the user, repeat), so that it does not depend on the order
in which cells are worked through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence

import numpy as np

from gesturemap.errors import DataError
from gesturemap.plain import counted
from gesturemap.project.exchange.corpus import Corpus
from gesturemap.teaching.pieces import Cell, Piece

Notes = list[str]
NAMED = 5
"""Words of a split that are named at most."""


def few_shots(
    corpus: Corpus, pieces: Sequence[Piece], shots: Sequence[int], repeats: int, seed: int, notes: Notes,
    fewest: int = 2,
) -> list[Cell]:  # fmt: skip
    """k random demonstrations of each gesture of one user train, the others of that user are tested.

    The same draw with more shots contains that with fewer. A gesture with fewer than k + 1 recordings of a user is
    left out of that user's cells, and noted; at least `fewest` gestures must have as many.

    Raises
    ------
    DataError
        If nobody has so many gestures with enough recordings.
    """
    cells = []
    for k in shots:
        for number, (user, own) in enumerate(by(pieces, corpus.users)):
            gestures = {label: group for label, group in by_label(own) if _shots_of(group) >= k}
            _note_left_out(own, gestures, f"{_user(user)}at {k} shots", notes)
            if len(gestures) < fewest:
                continue
            for repeat in range(repeats):
                random = np.random.default_rng((seed, number, repeat))
                train: list[Piece] = []
                test: list[Piece] = []
                for _, group in by_label(own):
                    order = random.permutation(len(group))
                    if group[0].label in gestures:
                        train += [group[i] for i in order[:k]]
                        test += [group[i] for i in sorted(order[k:])]
                cells.append(Cell(user, k, repeat, tuple(train), tuple(test)))
        _demand(corpus, cells, k, f"more than {counted(k, 'recording')}", fewest)
    return cells


def one_take(
    corpus: Corpus, pieces: Sequence[Piece], shots: Sequence[int], repeats: int, seed: int, notes: Notes,
    fewest: int = 2,
) -> list[Cell]:  # fmt: skip
    """k windows of one take of each gesture train, windows of the other takes of that user are tested.

    Raises
    ------
    DataError
        If nobody has `fewest` gestures with two takes and enough windows.
    """
    cells = []
    for k in shots:
        for number, (user, own) in enumerate(by(pieces, corpus.users)):
            gestures: dict[str, dict[int, list[Piece]]] = {}
            for label, group in by_label(own):
                takes: dict[int, list[Piece]] = {}
                for piece in group:
                    takes.setdefault(piece.recording, []).append(piece)
                if _windows_of(group) >= k:
                    gestures[label] = takes
            _note_left_out(own, gestures, f"{_user(user)}at {k} windows", notes)
            if len(gestures) < fewest:
                continue
            for repeat in range(repeats):
                random = np.random.default_rng((seed, number, repeat))
                train: list[Piece] = []
                test: list[Piece] = []
                for takes in gestures.values():
                    able = [take for take in sorted(takes) if len(takes[take]) >= k]
                    chosen = able[random.integers(len(able))]
                    order = random.permutation(len(takes[chosen]))
                    train += [takes[chosen][i] for i in order[:k]]
                    test += [piece for take, all_of in takes.items() if take != chosen for piece in all_of]
                cells.append(Cell(user, k, repeat, tuple(train), tuple(test)))
        _demand(corpus, cells, k, f"{counted(k, 'window')} of one take, and a second take,", fewest)
    return cells


def most(corpus: Corpus, pieces: Sequence[Piece], windows: bool = False, fewest: int = 2) -> int:
    """Shots that leave something to test: as many as anybody has of `fewest` gestures; `windows`: of one take."""
    room = _windows_of if windows else _shots_of
    rooms = [
        sorted((room(group) for _, group in by_label(own)), reverse=True)
        for _, own in by(pieces, corpus.users)
    ]
    return max((each[fewest - 1] for each in rooms if len(each) >= fewest), default=0)


def own_split(corpus: Corpus, pieces: Sequence[Piece], notes: Notes) -> list[Cell]:
    """The file's own: 'train' trains, 'test' is tested; a gesture that is only tested counts as wrong, and is noted.

    Raises
    ------
    DataError
        If the file has no such split.
    """
    sides = [
        tuple(piece for piece in pieces if corpus.splits[piece.recording] == side)
        for side in ("train", "test")
    ]
    if not all(sides):
        raise DataError(
            "split",
            f"{counted(len(sides[0]), 'recording')} train, {len(sides[1])} are tested{_words(corpus)}",
            "array 'split' must say 'train' and 'test'",
            "use --shots or --leave-out",
        )
    known = {piece.label for piece in sides[0]}
    for label, group in by_label(sides[1]):
        if label not in known:
            notes.append(f"{label}: {counted(len(group), 'recording')} tested, none trains: counted as wrong")
    return [Cell("", 0, 0, *sides)]


def leave_out(corpus: Corpus, pieces: Sequence[Piece], what: str, notes: Notes) -> list[Cell]:
    """Each user, session or recording in turn is tested, on a model of the others.

    Sessions are left out within their user; recordings within the whole file.

    Raises
    ------
    DataError
        If there are not at least two.
    """
    parts: list[tuple[str, list[Piece], list[Piece]]] = []
    if what == "session":
        for user, own in by(pieces, corpus.users):
            for session, tested in by(own, corpus.sessions):
                parts.append((" ".join(filter(None, (user, session))), tested, own))
    else:
        names = corpus.users if what == "user" else tuple(d.id for d in corpus.demonstrations)
        parts = [(name, tested, list(pieces)) for name, tested in by(pieces, names)]
    cells = []
    for name, tested, every in parts:
        held = set(tested)
        train = tuple(piece for piece in every if piece not in held)
        known = {piece.label for piece in train}
        test = tuple(piece for piece in tested if piece.label in known)
        if len(test) < len(tested):
            missing = sorted({piece.label for piece in tested} - known)
            who = "demonstration" if what == "recording" else what
            notes.append(f"{who} {name}: nobody else has {', '.join(missing)}; not tested")
        if test:
            cells.append(Cell(name, 0, 0, train, test))
    if not cells:
        raise DataError(
            f"leave out {what}",
            counted(len(parts), what),
            f"at least two with the same gestures are wanted{' for one user' if what == 'session' else ''}",
            f"array '{what}' must tell them apart" if what != "recording" else "",
        )
    return cells


def by(pieces: Sequence[Piece], names: Sequence[str]) -> list[tuple[str, list[Piece]]]:
    """Pieces grouped by what their recording is called, in order of names."""
    return _grouped(pieces, lambda piece: names[piece.recording])


def by_label(pieces: Sequence[Piece]) -> list[tuple[str, list[Piece]]]:
    """Pieces grouped by gesture."""
    return _grouped(pieces, lambda piece: piece.label)


def _shots_of(group: Sequence[Piece]) -> int:
    """Of one gesture, all but one."""
    return len(group) - 1


def _windows_of(group: Sequence[Piece]) -> int:
    """Of one gesture, those of its longest take, if there is another to be tested."""
    takes = Counter(piece.recording for piece in group)
    return max(takes.values()) if len(takes) > 1 else 0


def _grouped(pieces: Sequence[Piece], key: Callable[[Piece], str]) -> list[tuple[str, list[Piece]]]:
    groups: dict[str, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault(key(piece), []).append(piece)
    return sorted(groups.items())


def _words(corpus: Corpus) -> str:
    """What else stands in the array, the commonest first."""
    others = Counter(word for word in corpus.splits if word not in ("", "train", "test"))
    told = ", ".join(f"{word!r} {counted(count, 'time')}" for word, count in others.most_common(NAMED))
    more = f" and {len(others) - NAMED} other words" if len(others) > NAMED else ""
    return f" (it says {told}{more})" if others else ""


def _user(user: str) -> str:
    return f"user {user} " if user else ""


def _note_left_out(own: Sequence[Piece], kept: Container[str], where: str, notes: Notes) -> None:
    missing = [label for label, _ in by_label(own) if label not in kept]
    if missing:
        notes.append(f"{where}: too few recordings of {', '.join(missing)}; left out")


def _demand(corpus: Corpus, cells: Sequence[Cell], k: int, what: str, fewest: int) -> None:
    if not any(cell.shots == k for cell in cells):
        regression = bool(corpus.demonstrations[0].outputs)
        others = (
            ("regress with --target", fewest > 1 and "desc" in corpus.arrays and not regression),
            ("use --leave-out user", len(set(corpus.users)) > 1),
            ("ask without --shots and --open-set", regression),
        )
        raise DataError(
            counted(k, "shot"),
            f"nobody has {what} of {'two gestures' if fewest > 1 else 'a gesture'}",
            "array label names gestures, and those that train are not tested",
            "ask for fewer shots" if k > 1 else " or ".join(["record more", *(step for step, can in others if can)]),
        )  # fmt: skip
