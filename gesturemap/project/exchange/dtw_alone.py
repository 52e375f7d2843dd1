"""Time series of gestures that came without their project: a stand-in for Wekinator's time warping."""

from __future__ import annotations

from pathlib import Path

from gesturemap.plain import counted, listed
from gesturemap.project.exchange import dtw_csv, wekinator_dtw
from gesturemap.project.exchange.imported import Imported, names
from gesturemap.project.exchange.lines import wrong
from gesturemap.project.exchange.wekinator_tables import Wires, tables
from gesturemap.project.xmm import kept_labels


def read(path: Path, rate: float) -> Imported:
    """The gestures in a CSV of either of Wekinator's forms; numbers become names as Wekinator's own are.

    Raises
    ------
    FileError
        Naming the line that is not right.
    """
    said, series = dtw_csv.read(path)
    width = series[0][1].shape[1]
    inputs, told = names(said or [f"inputs-{index}" for index in range(1, width + 1)], "inputs")
    found = list(dict.fromkeys(gesture for gesture, _ in series))
    if not said:
        found = [str(number) for number in range(1, max(map(int, found)) + 1)]
    if len(found) > dtw_csv.MOST_GESTURES:
        raise wrong(str(path), f"{len(found)} gestures", f"at most {dtw_csv.MOST_GESTURES} are read")
    kept = kept_labels(found if said else [f"output_{number}" for number in found])
    gestures = tuple(kept.values())
    made = wekinator_dtw.demonstrations(path, series, dict(zip(found, gestures, strict=True)), inputs, rate)
    addresses = [f"/output_{number}" for number in range(1, len(gestures) + 1)]
    model = wekinator_dtw.table(gestures, addresses, {})
    settings = tables(path.stem, "read from Wekinator", Wires(), inputs, model)
    settings["gestures"] = list(gestures)
    taken = (
        f"{counted(width, 'input')}: {listed(inputs)}",
        f"{counted(len(gestures), 'gesture')}: {listed(gestures)}",
        f"{counted(len(made), 'example')}; Wekinator keeps no times: {rate:g} Hz is taken",
    )
    left = ("settings of the model: the file has none, so Wekinator's defaults are taken",)
    return Imported(settings, made, taken, (*told, *left))
