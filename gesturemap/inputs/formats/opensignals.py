"""Text files of OpenSignals, which PLUX and BITalino devices record with.

Source: the files themselves: three lines that begin with ``#``, the second one JSON, then columns with tabs.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import LARGEST, Channel, Spec, Values
from gesturemap.inputs.formats import names
from gesturemap.inputs.formats.recording import MOST_COLUMNS, Recording, Recordings

MAGIC = b"# OpenSignals"
COUNTER = "nSeq"
LONGEST_HEADER = 1 << 20
WANTED = "a text file of OpenSignals is wanted"


def read_opensignals(path: Path, place: str) -> Recordings:
    """Everything in a file; samples that its counter left out are counted as lost, and the time goes on over them."""
    with path.open("rb") as file:
        file.readline(LONGEST_HEADER)
        devices = _devices(file.readline(LONGEST_HEADER), place)
        rate = float(devices[0].get("sampling rate", 0))
        columns = [(device, str(column)) for device in devices for column in device.get("column", ()) or ()]
        if not 0.0 < rate <= 1e6 or not 0 < len(columns) <= MOST_COLUMNS:
            raise FileError(place, f"{rate:g} Hz, {len(columns)} columns", WANTED, "export it again")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # no rows: it is said below
                table = np.loadtxt(file, np.float64, comments="#", ndmin=2, usecols=range(len(columns)))
        except (ValueError, IndexError) as error:
            raise FileError(place, str(error)[:120], WANTED, "export it again") from error
    counter = next((i for i, (_, name) in enumerate(columns) if name == COUNTER), -1)
    kept = [i for i, (_, name) in enumerate(columns) if name != COUNTER]
    if not kept or not len(table):
        raise FileError(place, "no samples", WANTED, "export it again")
    steps = _steps(table[:, counter], devices[0]) if counter >= 0 else np.ones(len(table))
    channels = names.distinct([Channel("_".join(name.split())) for _, name in (columns[i] for i in kept)])
    time = np.concatenate(([0.0], np.cumsum(steps[1:]))) / rate
    recording = Recording(path.stem, "", time, table[:, kept])
    said = ("values as the converter counts them", f"{rate:g} Hz by its header")
    return Recordings(Spec(channels, rate), (recording,), 0, said, int((steps - 1.0).sum()))


def _devices(line: bytes, place: str) -> list[dict[str, Any]]:
    try:
        table = json.loads(line.decode("utf-8").lstrip("# "))
    except (ValueError, RecursionError) as error:
        raise FileError(place, "its second line is no JSON", WANTED, "export it again") from error
    devices = [each for each in table.values() if isinstance(each, dict)] if isinstance(table, dict) else []
    right = devices and all(
        isinstance(each.get("column"), list)
        and isinstance(each.get("sampling rate"), int | float)
        and abs(each["sampling rate"]) < LARGEST
        for each in devices
    )
    if not right:
        raise FileError(place, "no columns and rate in its second line", WANTED, "export it again")
    return devices


def _steps(counter: Values, device: dict[str, Any]) -> Values:
    """(T,) by how many samples each row goes on; the counter has as many bits as ``resolution`` says first."""
    bits = device.get("resolution", [4])
    first = bits[0] if isinstance(bits, list) and bits else 4
    modulus = 2.0 ** (first if isinstance(first, int) and 1 <= first <= 32 else 4)
    steps = np.diff(counter, prepend=counter[0] - 1.0) % modulus
    return np.where(steps == 0.0, modulus, steps)
