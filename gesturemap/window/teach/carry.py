"""What is dragged from one part of the window to another, out of it, or into it from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QWidget

DEMONSTRATIONS = "application/x-gesturemap-demonstrations"
GESTURE = "application/x-gesturemap-gesture"


def demonstrations(ids: Sequence[str], files: Sequence[Path] = ()) -> QMimeData:
    """Demonstrations on their way; outside this window they are the files that hold them."""
    made = QMimeData()
    made.setData(DEMONSTRATIONS, json.dumps(list(ids)).encode())
    made.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return made


def gesture(label: str) -> QMimeData:
    """A gesture on its way."""
    made = QMimeData()
    made.setData(GESTURE, label.encode())
    return made


def carried_demonstrations(mime: QMimeData) -> list[str]:
    """The demonstrations in it."""
    if not mime.hasFormat(DEMONSTRATIONS):
        return []
    return [str(each) for each in json.loads(bytes(mime.data(DEMONSTRATIONS).data()))]


def carried_gesture(mime: QMimeData) -> str:
    """The gesture in it, or empty."""
    return bytes(mime.data(GESTURE).data()).decode() if mime.hasFormat(GESTURE) else ""


def carried_files(mime: QMimeData) -> list[str]:
    """Files from elsewhere in it."""
    if mime.hasFormat(DEMONSTRATIONS) or not mime.hasUrls():
        return []
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


def drag(source: QWidget, mime: QMimeData, picture: QPixmap) -> None:
    """Carry it until the button is let go; always a copy, so that nobody moves a project's files away."""
    made = QDrag(source)
    made.setMimeData(mime)
    made.setPixmap(picture)
    made.setHotSpot(QPoint(12, 12))
    made.exec(Qt.DropAction.CopyAction)
