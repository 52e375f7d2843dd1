"""What is wrong with how a window lies there: texts that do not fit, parts over one another, parts outside.

Also run as a program, ``python tests/window/layout.py``, in the scale of ``QT_SCALE_FACTOR``: prints what it found.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path

from little_control import LittleControl, document
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)

from gesturemap.window.care.sheet import HelpSheet
from gesturemap.window.faults import FaultBar
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.lines import Lines
from gesturemap.window.room import Room
from gesturemap.window.window import Window

SIZES = ((960, 560), (1280, 720), (1920, 1080), (2560, 1440))
OVER = (FaultBar, HelpSheet)
"""What is meant to lie over something."""
SLACK = 1


def _named(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QPushButton | QToolButton) else ""
    owners, at = [], widget.parentWidget()
    while at is not None and len(owners) < 2:
        owners.append(type(at).__name__)
        at = at.parentWidget()
    return f"{'/'.join(reversed(owners))}/{type(widget).__name__} {widget.objectName()} {text[:40]!r}"


def _scrolled(widget: QWidget, root: QWidget) -> bool:
    at = widget.parentWidget()
    while at is not None and at is not root:
        if isinstance(at, QAbstractScrollArea) and not isinstance(
            at, Room
        ):  # that has no need to in these sizes
            return True
        at = at.parentWidget()
    return False


def clipped(root: QWidget) -> list[str]:
    """Labels and buttons whose text does not fit into them."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, Lines):
            continue  # Lines end in dots, and their tips have the whole
        if isinstance(widget, QLabel) and widget.text() and not widget.pixmap():
            wide = widget.contentsRect().width() + SLACK
            box = widget.fontMetrics().boundingRect(QRect(0, 0, wide, 9999), _flags(widget), widget.text())
            high = widget.contentsRect().height() + SLACK
            if (box.width() > wide or box.height() > high + 2) and widget.toolTip().find(widget.text()) < 0:
                found.append(f"{_named(widget)}: {box.width()}x{box.height()} in {wide}x{high}")
        elif isinstance(widget, QPushButton | QToolButton) and widget.text():
            need = widget.minimumSizeHint()
            if widget.width() + SLACK < need.width() or widget.height() + SLACK < need.height():
                size = f"{widget.width()}x{widget.height()}"
                found.append(f"{_named(widget)}: {need.width()}x{need.height()} in {size}")
    return found


def _flags(label: QLabel) -> int:
    return int(label.alignment()) | (0x1000 if label.wordWrap() else 0)  # Qt.TextFlag.TextWordWrap


def overlapping(root: QWidget) -> list[str]:
    """Visible siblings that lie over one another."""
    found = []
    for parent in [root, *root.findChildren(QWidget)]:
        if not parent.isVisible():
            continue
        children = [
            child
            for child in parent.children()
            if isinstance(child, QWidget)
            and child.isVisible()
            and not child.isWindow()
            and not isinstance(child, OVER)
            and not child.objectName().startswith("qt_")
            and type(child).__name__ not in ("Overlay", "Question", "QSplitterHandle", "QRubberBand")
        ]
        for one, other in combinations(children, 2):
            shared = one.geometry() & other.geometry()
            if shared.width() > SLACK and shared.height() > SLACK:
                found.append(f"{_named(one)} over {_named(other)}: {shared.width()}x{shared.height()}")
    return found


def outside(window: QWidget) -> list[str]:
    """Visible parts that reach beyond the window, or beyond what they lie in; what is scrolled may."""
    found = []
    for widget in window.findChildren(QWidget):
        if (
            not widget.isVisible()
            or widget.isWindow()
            or widget.window() is not window
            or _scrolled(widget, window)
            or widget.size().isEmpty()
        ):
            continue
        lines = widget.parentWidget()
        room = lines.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK)
        if isinstance(lines.layout(), FlowLayout) and not room.contains(widget.geometry()):
            found.append(f"{_named(widget)}: {widget.geometry().getRect()} in {lines.size().toTuple()}")
        place = QRect(widget.mapTo(window, QPoint()), widget.size())
        if not window.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(place):
            found.append(f"{_named(widget)}: {place.getRect()} in {window.size().toTuple()}")
    return found


def all_of(window: QWidget) -> list[str]:
    """Everything that is wrong."""
    return [
        *(f"clipped: {one}" for one in clipped(window)),
        *(f"over: {one}" for one in overlapping(window)),
        *(f"outside: {one}" for one in outside(window)),
    ]


def long_names() -> list[dict[str, object]]:
    """Twenty gestures, their names as long as they may be."""
    takes = document()["gestures"][0]["demonstrations"]
    return [
        {
            "label": f"gesture {n} with a very long name, {n}".ljust(40, "w")[:40],
            "demonstrations": takes if n % 2 else [],
        }
        for n in range(20)
    ]


STATES = {
    "taught": {},
    "empty": {"gestures": [], "trained": None, "undo": "", "input_address": ""},
    "twenty": {
        "gestures": long_names(),
        "project": document()["project"] | {"name": "a project with a name that goes on and on", "saved": False},
    },
    "engine off": {"processes": document()["processes"] | {"engine": "given up: it died"}, "input_address": ""},
    "phone": {"input": {"kind": "phone"}, "input_address": "https://192.0.2.2:8443/ https://198.51.100.7:8443/"},
}  # fmt: skip


def examine(window: Window, control: LittleControl, sizes=SIZES) -> list[str]:
    """Every page in every state and size."""
    found = []
    for name, changes in STATES.items():
        control.state = document()
        control.change(**changes)
        for page in ("teach", "test", "perform"):
            window.enter(page)
            window.showNormal()
            for size in sizes:
                window.resize(*size)
                for _ in range(4):
                    control.pump()
                    control.frame(time.perf_counter())
                    window.tick()
                    QApplication.processEvents()
                found += [f"{page}, {name}, {size[0]}x{size[1]}: {wrong}" for wrong in all_of(window)]
    window.enter("teach")
    return found


def main() -> None:
    """Look at a window of its own."""
    from gesturemap.control import door
    from gesturemap.control.client import Client
    from gesturemap.window.link import Link

    with tempfile.TemporaryDirectory() as folder:
        door.notes_folder = lambda: Path(folder)  # type: ignore[assignment]
        control = LittleControl()
        app = QApplication([])
        window = Window(Link(control.endpoint, Client))
        window._timer.stop()
        window.show()
        while not window.bench.document.labels:
            control.pump()
            window.tick()
            app.processEvents()
            time.sleep(0.005)  # between two looks
        print(*examine(window, control), sep="\n")
        window.close()
        control.close()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
