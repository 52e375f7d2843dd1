"""The words of the command teach: what each is asked, and who answers it (imported only then)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

from gesturemap.cli.teach.options import brushed, improvised, today
from gesturemap.cli.values import names

Options = Callable[[argparse.ArgumentParser], None]


class Word(NamedTuple):
    """One question to what was taught."""

    text: str
    """Of the help."""
    job: str
    """``module:function`` within gesturemap; it is given a `Taught` and the options, and gives a `Told`."""
    options: Options = lambda of: None
    """Adds what belongs to this word alone."""


WORDS: dict[str, Word] = {
    "shown": Word("List what is learned from: gestures and their demonstrations.", "cli.teach.shown:shown"),
    "soundcheck": Word(
        "Compare today's sensor with the day it was taught, and put it right.", "cli.teach.sound:check", today
    ),
    "discover": Word(
        "Find movements that come again in an improvisation, and make gestures of them.",
        "cli.teach.discover:offer",
        improvised,
    ),
    "paint": Word(
        "Mark parts of a recording as gestures or nothing; the rest is proposed.",
        "cli.teach.paint:painted",
        brushed,
    ),
}
"""By name."""


def teaching(of: argparse.ArgumentParser) -> None:
    """Add the words to the command."""
    of.add_argument(
        "project", metavar="PROJECT", help="folder of a project, name of a preset, or recordings (.npz)"
    )
    words = of.add_subparsers(title="words", metavar="WORD", dest="word", required=True)
    for name, word in WORDS.items():
        made = words.add_parser(name, help=word.text, description=word.text)
        word.options(made)
        made.add_argument("--json", action="store_true", help="print one JSON object, and nothing else")
        of_recordings = made.add_argument_group("of recordings (.npz)")
        of_recordings.add_argument("--model", metavar="NAME", default="", help="kind of model (auto)")
        of_recordings.add_argument(
            "--set", dest="settings", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
            help="settings of the model, such as states=10 covariance=full",
        )  # fmt: skip
        of_recordings.add_argument(
            "--columns", type=names, default=[], metavar="PATTERNS", help="channels to use, such as 'acc*'"
        )
        made.set_defaults(asked=made)
