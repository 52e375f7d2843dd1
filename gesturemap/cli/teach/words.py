"""The words of the command teach: what each is asked, and who answers it (imported only then)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

from gesturemap.cli.teach.options import (
    brushed,
    carried_out,
    compared,
    drawn_pairs,
    improvised,
    mixed,
    never,
    searched,
    skipped,
    thorough,
    today,
)
from gesturemap.cli.values import names

Options = Callable[[argparse.ArgumentParser], None]


def why(of: argparse.ArgumentParser) -> None:
    """What is explained."""
    of.add_argument("demonstration", metavar="DEMONSTRATION", help="its id: gesturemap teach PROJECT shown")
    of.add_argument("--gesture", default="", metavar="NAME", help="why this one; without, the winner")
    asked = of.add_mutually_exclusive_group()
    asked.add_argument(
        "--against", default="", metavar="NAME", help="and not that one; without, the runner-up"
    )
    asked.add_argument("--nothing", action="store_true", help="why it is taken for nothing, or nearly so")
    asked.add_argument("--output", default="", metavar="NAME", help="what moved this output")


def irrelevant(of: argparse.ArgumentParser) -> None:
    """Which channel, and for whom."""
    of.add_argument("channel", metavar="CHANNEL", nargs="?", default="", help="left out: list what is marked")
    of.add_argument("--gesture", default="", metavar="NAME", help="for this one; without, for all")
    of.add_argument("--again", action="store_true", help="let it matter again")


class Word(NamedTuple):
    """One question to what was taught."""

    text: str
    """Of the help."""
    job: str
    """``module:function`` within gesturemap; it is given a `Taught` and the options, and gives a `Told`."""
    options: Options = lambda of: None
    """Adds what belongs to this word alone."""
    empty: bool = False
    """Whether it may be asked of a project in which nothing was shown yet."""


def gesture(of: argparse.ArgumentParser) -> None:
    """One gesture, or all of them."""
    of.add_argument("gesture", metavar="GESTURE", nargs="?", default="", help="left out: the border of all")


def one_gesture(of: argparse.ArgumentParser) -> None:
    """One gesture."""
    of.add_argument("gesture", metavar="GESTURE")


def new_gesture(of: argparse.ArgumentParser) -> None:
    """One gesture, kept or not."""
    of.add_argument(
        "gesture", metavar="GESTURE", help="one that is there, or a file (.npz) of one that is not yet"
    )


def drawn(of: argparse.ArgumentParser) -> None:
    """One gesture, and how many paths are drawn."""
    one_gesture(of)
    of.add_argument("--paths", type=int, default=0, metavar="N", help="paths that are drawn as well (0)")


WORDS: dict[str, Word] = {
    "shown": Word("List what is learned from: gestures and their demonstrations.", "cli.teach.shown:shown"),
    "checks": Word(
        "Say what is strange about the demonstrations, and what mends it.",
        "cli.teach.critique:of_checks",
        carried_out,
    ),
    "doctor": Word(
        "Say why it does not work, from the sensor to the hand, and what mending it would bring.",
        "cli.teach.doctor:doctor",
        thorough,
    ),
    "best": Word(
        "Sort the demonstrations of a gesture by how well they fit.", "cli.teach.critique:best", gesture
    ),
    "consistency": Word(
        "Say how alike each gesture is each time it is shown.", "cli.teach.critique:of_consistency"
    ),
    "distinct": Word(
        "Say what a gesture would be confused with if it were new.",
        "cli.teach.critique:of_distinct",
        new_gesture,
    ),
    "curve": Word(
        "Say which gesture one more demonstration would help most, and which has enough.",
        "cli.teach.suggest:of_curve",
    ),
    "matrix": Word(
        "Say what is missed, and what begins when it is not meant; each demonstration is left out once.",
        "cli.teach.suggest:of_matrix",
    ),
    "next": Word(
        "Offer which demonstration to record next, and say why.",
        "cli.teach.suggest:of_next",
        skipped,
        empty=True,
    ),
    "belief": Word(
        "Draw what a gesture looks like: mean, spread and paths.", "cli.teach.critique:of_belief", drawn
    ),
    "why": Word(
        "Say what each channel and moment says for the gesture a demonstration is taken for.",
        "cli.teach.why:why",
        why,
    ),
    "decoys": Word(
        "Name channels that hardly move and yet tell the gestures apart.", "cli.teach.relevance:decoys"
    ),
    "irrelevant": Word(
        "Let a channel not matter, for a gesture or for all.", "cli.teach.relevance:irrelevant", irrelevant
    ),
    "never": Word(
        "Let a gesture never begin for another; say first what it costs.", "cli.teach.never:never", never
    ),
    "mix": Word(
        "Say what a mixture of chains and convolutions would miss, and which is best; let it play.",
        "cli.teach.mix:mix",
        mixed,
    ),
    "weights": Word(
        "Say what each channel should count for if these demonstrations are alike or different; keep it.",
        "cli.teach.weights:weights",
        drawn_pairs,
    ),
    "pipelines": Word(
        "Try other features and models on demonstrations left out, and offer what is better.",
        "cli.teach.pipelines:pipelines",
        searched,
    ),
    "soundcheck": Word(
        "Compare today's sensor with the day it was taught, and put it right.", "cli.teach.sound:check", today
    ),
    "compare": Word(
        "List other ways of playing that are worth comparing with the one that is set, from what was kept before.",
        "cli.teach.compare:compare",
        compared,
    ),
    "discover": Word(
        "Find movements that come again in an improvisation, and make gestures of them.",
        "cli.teach.discover:offer",
        improvised,
        empty=True,
    ),
    "paint": Word(
        "Mark parts of a recording as gestures or nothing; the rest is proposed.",
        "cli.teach.paint:painted",
        brushed,
        empty=True,
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
