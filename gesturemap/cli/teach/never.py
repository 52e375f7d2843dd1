"""A gesture that must never begin for another: the price first, then the edit."""

from __future__ import annotations

from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap import commands as c
from gesturemap.cli.teach.kept import edit
from gesturemap.cli.teach.taught import Told
from gesturemap.control import edits
from gesturemap.errors import CommandError
from gesturemap.teaching.answers import tried
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique import never as never_that
from gesturemap.teaching.hearing import rules_of


def never(asked: Taught, options: Namespace) -> Told:
    """Say what it costs; with ``--accept``, keep it; with ``--again``, take it back.

    Raises
    ------
    CommandError
        If there are no two such gestures, nothing is offered, or nothing can be written.
    """
    label, other = (" ".join(name.split()) for name in (options.gesture, options.other))
    was = _own(asked, label)
    if options.again is not None:
        return _again(asked, label, other, options.again, was)
    offer = tried.never(asked, label, other).offer
    finding, command = offer.finding(), offer.command
    if options.accept:
        if command is None:
            raise CommandError("never", "--accept", f"nothing is offered: {finding.remedy}", "leave it out")
        edit(asked, lambda project: edits.threshold(project, command))
    table = Table("fit it needs", f"begins in {offer.shown[1]} '{other}'", f"misses of {offer.shown[0]} '{label}'",
                  "", box=None)  # fmt: skip
    table.add_row("as it is", str(offer.now.false), str(offer.now.missed), "")
    for one in offer.prices:
        mark = ("accepted" if options.accept else "offered") if offer.helps and one == offer.then else ""
        table.add_row(f"{one.fit:g}", str(one.false), str(one.missed), mark)
    lines = [Text(str(finding)), table]
    if command is not None and asked.project is not None:
        back = f"--again {was:g}, the fit that it needed before" if was else "--again"
        lines.append(
            Text(f"{'' if options.accept else 'to accept it: --accept; '}to take it back later: {back}")
        )
    prices = [one._asdict() for one in offer.prices]
    return Told({**finding.as_table(), "prices": prices, "accepted": options.accept, "was": was}, lines)


def _again(asked: Taught, label: str, other: str, fit: float, was: float) -> Told:
    """Back to a fit that it needed before, or to that of all (0): which pair raised it stands nowhere."""
    never_that.checked(asked.labels, label, other)
    if not was:
        raise CommandError("never", repr(label), "it begins as all others do already", "leave out --again")
    if fit >= was:
        raise CommandError(
            "never", f"--again {fit:g}", f"'{label}' needs a fit of {was:g}", "give one below that"
        )
    edit(asked, lambda project: edits.threshold(project, c.Threshold(fit, label)))
    now = f"needs a fit of {fit:g}" if fit else "begins as all others do"
    return Told(
        {"accepted": False, "was": was, "fit": fit},
        [
            Text(
                f"'{label}' {now}, in '{other}' and in all others; the fit of {was:g} that it needed is forgotten, "
                "whatever it was set for"
            )
        ],
    )


def _own(asked: Taught, label: str) -> float:
    """The fit that a gesture alone needs; 0: that of all."""
    rules = rules_of(asked.project.mapping) if asked.project else []
    return max((rule.fits.get(label, 0.0) for rule in rules), default=0.0)
