"""What can be said to import and export."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from gesturemap.cli.values import names, positive


def exchange(
    command: Callable[[str, str, str], argparse.ArgumentParser],
    project: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Add both commands."""
    read = command(
        "import", "cli.exchange:read", "Make a project of files of Wekinator, the GRT, XMM or Weka (ARFF)."
    )
    read.add_argument(
        "file",
        metavar="FILE",
        help="project.wekproj, data.arff, data.csv (time warping), data.grt or data.json (XMM)",
    )
    read.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        default="",
        help="of the new project (here, called as the file is)",
    )
    read.add_argument("--out", metavar="FOLDER", default="", help="the same")
    read.add_argument(
        "--into",
        metavar="PROJECT",
        default="",
        help="add what the file holds to this project instead (ARFF, CSV, JSON of XMM, NPZ, the GRT, another project)",
    )
    read.add_argument(
        "--rate",
        type=positive,
        default=100.0,
        metavar="HZ",
        help="frames a second, where a file has no times (%(default)s)",
    )
    read.add_argument(
        "--outputs",
        type=names,
        default=[],
        metavar="NAMES",
        help="of an ARFF: the columns that are to be learned; without, classes and what is called output",
    )

    write = command("export", "cli.exchange:write", "Write the demonstrations for XMM, Wekinator or Weka.")
    project(write)
    write.add_argument(
        "file", metavar="FILE",
        help="to be written: FILE.json for XMM, FILE.arff for Wekinator and Weka, FILE.csv for its time warping",
    )  # fmt: skip
