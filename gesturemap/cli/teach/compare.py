"""Ways of playing that are worth comparing, and what was kept before. They are compared while it plays."""

from __future__ import annotations

from argparse import Namespace

from rich.table import Table
from rich.text import Text

from gesturemap import commands as c
from gesturemap.cli.teach.kept import edit
from gesturemap.cli.teach.taught import Told
from gesturemap.control import edits
from gesturemap.errors import CommandError
from gesturemap.plain import counted
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.suggest import comparing


def compare(asked: Taught, options: Namespace) -> Told:
    """List what may be compared, what comes first first; with ``--forget``, as if nothing had been kept yet.

    Raises
    ------
    CommandError
        If it is no project, or nothing can be written.
    """
    project = asked.project
    if project is None:
        raise CommandError(asked.name, "recordings", "a project is played in two ways", "give a project")
    if options.forget:
        project = edit(asked, lambda project: edits.configure(project, c.Configure("preference", {})))
    found, kept = list(comparing.offers(project)), project.preference.kept
    table = Table("name", "what", "why", box=None)
    for offer in found:
        table.add_row(Text(offer.name), Text(offer.what), Text(offer.evidence))
    lines = [
        Text(
            f"{counted(len(kept), 'choice')} so far"
            + (f", the last: {comparing.told(kept[-1:])}" if kept else "")
        ),
        table,
        Text(
            "to hear one while it plays: gesturemap send compare NAME, then compare/switch and compare/prefer"
        ),
    ]
    return Told({"kept": [list(each) for each in kept], "offers": [offer.table() for offer in found]}, lines)
