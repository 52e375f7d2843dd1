"""What belongs to single words of the command teach."""

from __future__ import annotations

import argparse

from gesturemap.cli.values import share, whole


def today(of: argparse.ArgumentParser) -> None:
    """What was done today."""
    of.add_argument(
        "today", metavar="TODAY", nargs="*",
        help="what was recorded today: ids of this project's demonstrations, files (.npz), a folder of them or a "
        "project's; "
        "left out: say which gestures to do",
    )  # fmt: skip
    of.add_argument(
        "--apply", action="store_true", help="put the sensor right in the project, where it can be"
    )


def carried_out(of: argparse.ArgumentParser) -> None:
    """Which of what is found is carried out."""
    of.add_argument(
        "--apply", type=whole, nargs="+", default=[], metavar="NUMBER",
        help="do what these offer, in the project",
    )  # fmt: skip


def thorough(of: argparse.ArgumentParser) -> None:
    """How far it looks."""
    carried_out(of)
    of.add_argument(
        "--first", action="store_true", help="stop at the first cause: what lies further down may come of it"
    )


def skipped(of: argparse.ArgumentParser) -> None:
    """What is not to be offered."""
    of.add_argument(
        "--skip", nargs="+", default=[], metavar="GESTURE", help="not these now: offer another one"
    )


def never(of: argparse.ArgumentParser) -> None:
    """Which gesture, for which other."""
    of.add_argument("gesture", metavar="GESTURE", help="what must not begin ...")
    of.add_argument("other", metavar="OTHER", help="... when this is made")
    done = of.add_mutually_exclusive_group()
    done.add_argument(
        "--accept", action="store_true", help="keep it in the project; without, only the price is told"
    )
    done.add_argument(
        "--again", nargs="?", type=share, const=0.0, metavar="FIT",
        help="let it begin all the same: where it fits FIT, as it needed before; without FIT as all others begin",
    )  # fmt: skip


def mixed(of: argparse.ArgumentParser) -> None:
    """How much each candidate counts."""
    of.add_argument(
        "weights", metavar="NAME=WEIGHT", nargs="*",
        help="what counts how much, such as level=1 convolutions=0.5; left out: what plays now",
    )  # fmt: skip
    of.add_argument("--keep", action="store_true", help="let it play, in the project")


def drawn_pairs(of: argparse.ArgumentParser) -> None:
    """Which demonstrations are drawn together or apart."""
    for name, what in (("--together", "alike"), ("--apart", "different")):
        of.add_argument(
            name, metavar="ID,ID", action="append", default=[], help=f"these are {what}; may be said several times"
        )  # fmt: skip
    done = of.add_mutually_exclusive_group()
    done.add_argument("--keep", action="store_true", help="keep the weights in the project")
    done.add_argument("--again", action="store_true", help="let all channels count alike again")


def searched(of: argparse.ArgumentParser) -> None:
    """How long it may search."""
    of.add_argument(
        "--seconds", type=float, default=10.0, metavar="S", help="how long is searched (%(default)g)"
    )
    of.add_argument("--keep", action="store_true", help="put the best into the project, if it is offered")


def compared(of: argparse.ArgumentParser) -> None:
    """Whether what was kept before still counts."""
    of.add_argument("--forget", action="store_true", help="forget what was kept before, in the project")


def improvised(of: argparse.ArgumentParser) -> None:
    """What is looked through, and what is made of it."""
    of.add_argument(
        "recording",
        metavar="RECORDING",
        help="an improvisation: a recording in any form that `--replay` reads",
    )
    of.add_argument("--most", type=whole, default=10, help="movements that are offered at most (%(default)s)")
    of.add_argument(
        "--name",
        nargs="+",
        default=[],
        metavar="NUMBER=GESTURE",
        help="make gestures of these, in the project",
    )
    of.add_argument(
        "--like", nargs=2, type=float, metavar=("BEGIN", "END"),
        help="find more of what lies between these seconds instead",
    )  # fmt: skip


def brushed(of: argparse.ArgumentParser) -> None:
    """What is painted on, and the strokes."""
    of.add_argument("recording", metavar="RECORDING", help="a recording in any form that `--replay` reads")
    of.add_argument(
        "strokes", metavar="BEGIN-END=GESTURE", nargs="+",
        help="seconds of a gesture, such as 2.5-3.5=shake; 10-12= is nothing; later ones lie over earlier ones",
    )  # fmt: skip
    of.add_argument(
        "--keep",
        action="store_true",
        help="make demonstrations of the gestures painted, and of those that are sure",
    )
