"""What belongs to single words of the command teach."""

from __future__ import annotations

import argparse


def today(of: argparse.ArgumentParser) -> None:
    """What was done today."""
    of.add_argument(
        "today", metavar="TODAY", nargs="*",
        help="what was recorded today: ids of this project's demonstrations, files (.npz), or a project's folder; "
        "left out: say which gestures to do",
    )  # fmt: skip
    of.add_argument(
        "--apply", action="store_true", help="put the sensor right in the project, where it can be"
    )
