"""How well a project hears demonstrations that its model has not seen: each is left out once, and played as if live.

What counts is what would begin, by the project's own mapping (`gesturemap.teaching.hearing`): a recording may begin
and end at rest. ``gesturemap evaluate --leave-out recording`` asks a file instead, for the likeliest gesture at the
last frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.models.model import Learner, Model, Report, portion
from gesturemap.plain import counted
from gesturemap.project.exchange.corpus import Corpus
from gesturemap.teaching.blocks import blocks
from gesturemap.teaching.hearing import Heard, Rules, hear
from gesturemap.teaching.pieces import Cell, whole
from gesturemap.teaching.play import NOTHING, Opened, learn, play
from gesturemap.teaching.regress import agreement, regressed

MOST = 100
"""Models that are fitted; where there are more demonstrations, several are left out at a time."""
Change = Callable[[Demonstration], Demonstration]
Figures = dict[str, float | None]
"""`accuracy`: the share of them that is heard as what it is; of outputs `rmse` and `r`."""


def same(one: Demonstration) -> Demonstration:
    """As it was recorded."""
    return one


class Row(NamedTuple):
    """A demonstration, or a block of one, that was left out."""

    label: str
    wanted: Any
    """Its gesture, or outputs (T, M)."""
    given: Any
    id: str = ""
    fit: float = 0.0
    """How well it fits its own gesture at best, 0..1."""
    also: tuple[str, ...] = ()
    """Other gestures that begin in it."""


class Evaluation(NamedTuple):
    """What came of all that were left out."""

    overall: Figures
    gestures: dict[str, Figures]
    """The same of each gesture that was tested."""
    models: int
    """How many were fitted."""
    notes: tuple[str, ...]
    confusion: dict[str, Any]
    """As in `gesturemap.commands.Evaluated`; empty where outputs are asked for."""
    each: dict[str, dict[str, Any]]
    """The same."""


def opened(learner: Learner, demonstrations: Sequence[Demonstration], rate: float) -> Opened:
    """Demonstrations as a model will see them; `rate` is that of one recording alone, Hz."""
    blank = ("",) * len(demonstrations)
    return Opened(Corpus(tuple(demonstrations), blank, blank, blank, rate), learner, ())


def regresses(it: Opened) -> bool:
    """Whether outputs are asked for: they were demonstrated, and the model gives some."""
    shown = it.corpus.demonstrations
    return bool(shown and shown[0].outputs) and bool(getattr(it.learner, "regression", True))


def cells_of(it: Opened, notes: list[str], most: int = MOST) -> list[Cell]:
    """Who trains and who is tested; what was shown once trains only, and so does everyday movement.

    Parameters
    ----------
    most : models that are fitted at most.

    Raises
    ------
    DataError
        If there are too few demonstrations.
    """
    every, regression = whole(it.corpus), regresses(it)
    if regression and len(every) == 1:
        return blocks(it.corpus, 0, notes)
    shown = Counter(label for label in it.corpus.labels if label != getattr(it.learner, "everyday", ""))
    tested = [piece for piece in every if shown[piece.label] > 1]
    if not tested or (len(shown) < 2 and not regression):
        few = f"{counted(shown.total(), 'demonstration')} of {counted(len(shown), 'gesture')}"
        rule = "two of a gesture" if regression else "two gestures, one of them shown twice,"
        raise DataError(
            "evaluation", few, f"at least {rule} are wanted: each is left out once", "record more"
        )
    if once := [label for label, count in shown.items() if count == 1]:
        notes.append(f"shown once, and not tested: {', '.join(once)}")
    cells = []
    for number in range(min(most, len(tested))):
        left = tested[number::most]
        rest = tuple(piece for piece in every if piece not in left)
        known = {piece.label for piece in rest}
        cells.append(Cell("", 0, 0, rest, tuple(piece for piece in left if piece.label in known)))
    return cells


def evaluate(
    it: Opened,
    rules: Rules | None = (),
    report: Report | None = None,
    most: int = MOST,
    change: Change = same,
) -> Evaluation:
    """Fit a model for each demonstration that is left out, and play that to it.

    Parameters
    ----------
    rules : what says when a gesture begins (`gesturemap.teaching.hearing.rules_of`); None: the likeliest gesture
        at the last frame counts.
    most : models that are fitted at most; where there are more demonstrations, several are left out at a time.
    change : what becomes of a demonstration that was left out before it is played.

    Raises
    ------
    DataError
        If there are too few, or they cannot be learned from.
    Cancelled
        If `report` returned False.
    """
    notes: list[str] = []
    cells, rows = cells_of(it, notes, most), list[Row]()
    for number, cell in enumerate(cells):
        told = portion(report, number / len(cells), (number + 1) / len(cells))
        rows += _tested(it, rules, change, cell, told)
    measure = _outputs if regresses(it) else _accuracy
    labels = dict.fromkeys(row.label for row in rows)
    gestures = {label: measure([row for row in rows if row.label == label]) for label in labels}
    answered = () if regresses(it) else rows
    each = {row.id: {"given": row.given, "fit": row.fit, "also": list(row.also)} for row in answered}
    notes += besides(answered)
    return Evaluation(measure(rows), gestures, len(cells), tuple(notes), confused(answered), each)


def confused(rows: Sequence[Row]) -> dict[str, Any]:
    """How often each gesture (row) was taken for each (column); the last column is none of them."""
    if not rows:
        return {}
    labels = [*dict.fromkeys([row.label for row in rows] + [row.given for row in rows if row.given]), ""]
    counts = Counter((row.label, row.given) for row in rows)
    return {"labels": labels, "rows": [[counts[was, taken] for taken in labels] for was in labels[:-1]]}


def _tested(
    it: Opened, rules: Rules | None, change: Change, cell: Cell, report: Report | None
) -> Iterable[Row]:
    if regresses(it):
        made = regressed(it, cell, report)
        return map(Row, [piece.label for piece in cell.test], made.wanted, made.given)
    model, _ = learn(it, [piece.cut(it.corpus) for piece in cell.train], report)
    left = [change(piece.cut(it.corpus)) for piece in cell.test]
    heard = [_last(it, model, one) if rules is None else hear(it, model, one, rules) for one in left]
    return [
        Row(one.label, one.label, said.given, one.id, said.fit, said.also)
        for one, said in zip(left, heard, strict=True)
    ]


def _last(it: Opened, model: Model, one: Demonstration) -> Heard:
    """The likeliest gesture at its last frame."""
    played = play(it, model, one)
    given = int(played.answers[-1])
    own = model.labels.index(one.label)
    fit = float(played.fits[len(played.fits) // 2 :, own].max(initial=0.0))
    return Heard(model.labels[given] if given != NOTHING else "", (), fit)


def besides(rows: Sequence[Row]) -> list[str]:
    """In how many of those that are heard as what they are something else begins too."""
    every = Counter(row.label for row in rows)
    found = Counter((row.label, other) for row in rows if row.given == row.wanted for other in row.also)
    return [
        f"{label}: {other} began too in {count} of {every[label]}" for (label, other), count in found.items()
    ]


def _accuracy(rows: Sequence[Row]) -> Figures:
    return {"accuracy": float(np.mean([row.wanted == row.given for row in rows]))}


def _outputs(rows: Sequence[Row]) -> Figures:
    found = agreement([row.wanted for row in rows], [row.given for row in rows])
    return {name: found[name] for name in ("rmse", "r")}
