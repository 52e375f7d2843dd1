"""What to do next."""

from __future__ import annotations

from argparse import Namespace

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gesturemap.cli.teach.taught import Taught, Told
from gesturemap.errors import CommandError
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.finding import surest
from gesturemap.teaching.leave_one_out import regresses
from gesturemap.teaching.plainly import plainly
from gesturemap.teaching.suggest import curve, offers
from gesturemap.teaching.tables import confusion


def of_curve(asked: Taught, options: Namespace) -> Told:
    """How many executions are missed with 1, 2, ... demonstrations of each gesture, and what another would bring."""
    found = curve.curves(likeness(asked.it, asked.model))
    said = surest(curve.findings(found))
    most = max((len(one.errors) for one in found), default=0)
    table = Table("gesture", *(f"{m} shown" for m in range(1, most + 1)), "all", "one more", box=None)
    for one in found:
        errors = ["" if error != error else f"{error:.1%}" for error in one.errors.tolist()]
        ahead = ["?" if value != value else f"{value:.1%}" for value in (one.now, one.more)]
        table.add_row(Text(one.gesture), *errors, *[""] * (most - len(errors)), *ahead)
    rows = [
        {
            "gesture": one.gesture,
            "shown": one.shown,
            "errors": [_known(error) for error in one.errors.tolist()],
            "now": _known(one.now),
            "more": _known(one.more),
            "plateau": one.plateau,
        }
        for one in found
    ]
    if not found:
        return Told({"curves": [], "findings": []}, [Text("two gestures are wanted")])
    lines = [
        Text("executions taken for another gesture:"),
        table,
        *(Text(str(one)) for one in said),
    ]
    return Told({"curves": rows, "findings": [one.as_table() for one in said]}, lines)


def of_matrix(asked: Taught, options: Namespace) -> Told:
    """What is missed and what begins when it is not meant, each demonstration left out; and what more would bring."""
    _of_gestures(asked)
    heard = likeness(asked.it, asked.model)
    plain = plainly(heard, asked.demonstrations)
    matrix, said = plain.confusion, surest(curve.findings(curve.curves(heard)))
    words = list(plain.words())
    lines: list[Text | RenderableType] = [Text(one) for one in words]
    if matrix:
        # the last column is none of them, which no chain says
        counts = [*(row[:-1] for row in matrix["rows"])]
        lines += [Text(""), confusion({"labels": matrix["labels"][:-1], "counts": counts}), Text("")]
    figures = {"missed_per_10min": _known(plain.missed), "false_per_10min": plain.false}
    table = {"confusion": matrix, **figures, "words": words, "findings": [one.as_table() for one in said]}
    return Told(table, [*lines, *(Text(str(one)) for one in said)])


def of_next(asked: Taught, options: Namespace) -> Told:
    """Which demonstration to record next, and why; nothing where more will not help."""
    _of_gestures(asked)
    project, everyday = asked.project, getattr(asked.it.learner, "everyday", "")
    names = project.gestures if project is not None else ()
    skipped = {" ".join(name.split()) for name in options.skip}
    if unknown := skipped - {*names, *(one.label for one in asked.demonstrations)}:
        known = ", ".join(names or dict.fromkeys(one.label for one in asked.demonstrations))
        raise CommandError("--skip", repr(min(unknown)), f"there are {known}", "name one of them")
    heard = likeness(asked.it, asked.model)
    wanted = [label for label in names if label != everyday]
    found = offers.without(offers.offers(heard, wanted), skipped)
    if not found:
        left = "the others have enough" if skipped else "there is enough of each gesture"
        return Told({"offer": None, "others": []}, [Text(f"nothing: {left}")])
    best = offers.in_manner(found[0], asked.it, asked.model)
    lines = [Text(str(best.finding()))]
    if best.gain == best.gain:
        lines.append(Text(
            f"about {best.now:.1%} of its executions are missed now, {best.now - best.gain:.1%} with one more"
        ))  # fmt: skip
    if len(found) > 1:
        lines.append(Text(f"or, if not that: {', '.join(one.gesture for one in found[1:4])}"))
    return Told(
        {"offer": best.finding().as_table() | {"manner": best.manner},
         "others": [one.finding().as_table() for one in found[1:]]}, lines,
    )  # fmt: skip


def _of_gestures(asked: Taught) -> None:
    """Raise where it is outputs that were shown.

    Raises
    ------
    CommandError
    """
    if regresses(asked.it):
        raise CommandError(
            asked.name, "outputs are learned", "this is asked of gestures that are recognised",
            "ask how far the outputs are off: gesturemap evaluate",
        )  # fmt: skip


def _known(share: float) -> float | None:
    return None if share != share else share
