"""Import into a project that is there: its examples, and those of a file of Wekinator beside them."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rich.console import Console

from gesturemap.control.client import alone
from gesturemap.control.desk import Desk
from gesturemap.errors import CommandError
from gesturemap.plain import counted, shell
from gesturemap.project.exchange.into import again, found, with_more

CONSOLE = Console(soft_wrap=True)


def into(options: Namespace, path: Path) -> int:
    """Add the examples of an ARFF or CSV to a project."""
    alone(options.into)
    desk = Desk(options.into)
    if not desk.writable:
        raise CommandError(
            options.into,
            "a shipped preset",
            "nothing is added to it",
            "copy it first: gesturemap presets NAME --copy",
        )
    made, left = found(desk.project, path, options.rate)
    gaps = bool(getattr(desk.project.learner, "gaps", False))
    for one in made:
        one.check(gaps)
    twice = again(desk.project, made)
    desk.edit("import", with_more(desk.project, made))
    for line in left:
        CONSOLE.print(f"not taken: {line}", markup=False)
    if twice:
        CONSOLE.print(twice, markup=False)
    many = counted(sum(map(len, made)), "example" if made[0].outputs else "frame")
    CONSOLE.print(
        f"{counted(len(made), 'demonstration')} with {many} added; next: gesturemap train {shell(options.into)}",
        markup=False,
    )
    return 0
