"""Painting in the window: the time from the end of a stroke to the new proposals on the screen, all running.

    python benchmarks/teaching/paint_window.py DATA [--strokes 30] [--json]

DATA holds the folder ``mogere_stream_dev``: its five streams one after the other (163 s at 20 Hz, four gestures) are
the recording. A window over a control with its processes is painted on with the mouse: each gesture and nothing once,
then the middle of the longest mistake, a second at most. `first` is the one after which what answers had rested.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from paint import LONG, Labels, mogere, runs

from gesturemap.control import door
from gesturemap.control.controller import Controller
from gesturemap.demonstrations import Demonstration
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project

TABLES = {
    "project": {"name": "painted"}, "input": {"kind": "pointer"}, "model": {"kind": "few_shot"},
    "mapping": [{"kind": "events"}],
}  # fmt: skip
PATIENCE = 120.0
"""Seconds for which anything is waited for."""


def project(folder: Path, stream: Demonstration, labels: Labels) -> None:
    """A project with the recording, left out, and the last two executions of each gesture."""
    found = runs(labels)
    made = []
    for label in sorted(set(labels.tolist()) - {""}):
        for number, (begin, end) in enumerate([span for span in found if labels[span[0]] == label][-2:]):
            one = stream.part(begin, end)
            made.append(replace(one, id=f"{label}-{number}", label=label, time=one.time - one.time[0]))
    jam = replace(stream, id="stream", label="rehearsal", enabled=False)
    gestures = (*dict.fromkeys(one.label for one in made), jam.label)
    save_project(
        replace(assemble(TABLES, "", "painted"), gestures=gestures, demonstrations=(*made, jam)), folder
    )


def measured(
    folder: Path, stream: Demonstration, labels: Labels, strokes: int
) -> tuple[float, list[float], float]:
    """Seconds until the first proposals of all, those of each later stroke, and the error at the end."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from gesturemap.control.client import Client
    from gesturemap.window.link import Link
    from gesturemap.window.window import Window

    app = QApplication.instance() or QApplication([])
    control = Controller(str(folder), sound=False)
    assert control.switchboard.door is not None
    control.start()
    window = Window(Link(control.switchboard.door.endpoint, Client))
    window.resize(1920, 1080)
    window.show()
    panel, strip = window.test.paint, window.test.paint.strip

    def until(so: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not so():
            control.turn(0.0)
            QTest.qWait(1)
            if time.monotonic() > end:
                raise SystemExit(f"waited too long: {window.faults.texts()}")

    def stroke(begin: float, end: float, label: str) -> float:
        panel.brushes.choose(label)
        y = round(strip.box().top()) + 5
        places = [QPoint(round(strip.place(at)), y) for at in (begin, end)]
        QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=places[0])
        strip.mouseMoveEvent(_moved(places[1]))
        QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=places[1])
        begun = time.perf_counter()
        painting = panel.painting
        assert painting is not None
        until(lambda: painting.proposal.strokes == painting.strokes)
        strip.repaint()
        return time.perf_counter() - begun

    until(lambda: window.bench.document.trained is not None and not window.bench.document.training)
    window.enter("test")
    window.test.below.choose(2)
    time_of = stream.time - stream.time[0]
    spans = [(float(time_of[a]), float(time_of[b - 1]), str(labels[a])) for a, b in runs(labels)]
    firsts = {label: (begin, end, label) for begin, end, label in reversed(spans)}.values()
    took = [stroke(*_middle(*span)) for span in sorted(firsts)]
    for _ in range(strokes - len(took)):
        painting = panel.painting
        assert painting is not None
        wrong = [
            (end - begin, begin, end, label)
            for begin, end, label in spans
            if (part := painting.proposal.at((begin + end) / 2)) is not None and part.label != label
        ]
        _, begin, end, label = max(wrong, default=(0.0, *spans[0]))
        took.append(stroke(*_middle(begin, end, label)))
    painting = panel.painting
    assert painting is not None
    found = [part.label if (part := painting.proposal.at(at)) is not None else "" for at in time_of.tolist()]
    error = statistics.fmean(one != other for one, other in zip(found, labels.tolist(), strict=True))
    window.close()
    control.close()
    app.processEvents()
    return took[0], took[1:], error


def _middle(begin: float, end: float, label: str) -> tuple[float, float, str]:
    """The middle of a span, a second of it at most."""
    middle, half = (begin + end) / 2, min(LONG, end - begin) / 2
    return middle - half, middle + half, label


def _moved(place: object) -> object:
    """The mouse at a place, its left button down."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent

    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(place), left, left, none)  # type: ignore[call-overload]


def main() -> None:
    """Paint, and say how long it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--strokes", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    ((stream, labels),) = mogere(options.data / "mogere_stream_dev")
    with tempfile.TemporaryDirectory() as folder:
        door.notes_folder = lambda: Path(folder)  # type: ignore[assignment]  # nobody else's control is looked for
        project(Path(folder) / "painted", stream, labels)
        first, later, error = measured(Path(folder) / "painted", stream, labels, options.strokes)
    found = {"first": first, "median": statistics.median(later), "slowest": max(later), "error": error}
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    sys.stdout.write(
        f"{stream.seconds:.0f} s painted with {options.strokes} strokes: new proposals {found['median']:.2f} s after a "
        f"stroke (median), slowest {found['slowest']:.2f} s, first {first:.2f} s; error {100.0 * error:.1f} %\n"
    )


if __name__ == "__main__":
    main()
