"""Fields that name a device: what there is, to choose from as soon as the list is opened; anything can be typed."""

from __future__ import annotations

import json
import sys
from fnmatch import fnmatch
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QProcess, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox

from gesturemap import catalog
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.theme import plain
from gesturemap.window.settings.fields import Field, Told
from gesturemap.window.words import settings as said

PATIENCE = 10.0
"""Seconds that a driver may take."""
LONGEST = 90
"""Characters of why nothing could be listed."""
BESIDE = 24
"""Pixels beside the longest line of an open list."""
Listed = list[tuple[str, str]]
"""What a setting calls each device, and the same for people."""


class Inquiry(QObject):
    """What there is of one kind, asked for in a process of its own: a driver may take its time, or hang."""

    came = Signal()
    """There is an answer."""

    def __init__(self, kind: str, parent: QObject) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setObjectName(f"devices {kind}")
        self.found: Listed | None = None
        """The last answer; None: none yet."""
        self.fault = ""
        self._process: QProcess | None = None
        self._late = QTimer(self, singleShot=True)
        self._late.timeout.connect(self._is_late)

    @classmethod
    def of(cls, kind: str) -> Inquiry:
        """The one of a kind, which remembers its answer."""
        program = QCoreApplication.instance()
        assert program is not None
        found = program.findChild(cls, f"devices {kind}")
        if found is None:
            found = cls(kind, program)
            program.aboutToQuit.connect(found.stop)
        return found

    def command(self) -> list[str]:
        """What is run."""
        return [sys.executable, "-m", "gesturemap.doctor.devices", self.kind]

    @property
    def asks(self) -> bool:
        """Whether an answer is awaited."""
        return self._process is not None

    def ask(self) -> None:
        """Ask, unless that is being done."""
        if self._process is not None:
            return
        process = QProcess(self)
        process.setProgram((command := self.command())[0])
        process.setArguments(command[1:])
        process.finished.connect(lambda *_: self._done(process))
        process.errorOccurred.connect(lambda *_: self._done(process))
        self._process = process
        process.start()
        self._late.start(round(1000 * PATIENCE))

    def stop(self) -> None:
        """Wait for it no longer."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()

    def _is_late(self) -> None:
        """A driver hangs: what was found before still holds."""
        if self._process is not None:
            self.stop()
            self.found, self.fault = self.found or [], said.DEVICES_LATE
            self.came.emit()

    def _done(self, process: QProcess) -> None:
        if process is not self._process:
            return
        self._process = None
        out = bytes(process.readAllStandardOutput().data()).decode(errors="replace")
        process.deleteLater()
        try:
            table = json.loads(out.strip().rpartition("\n")[2])
            self.found = [(str(value), str(text)) for value, text in table.get("found", ())]
            self.fault = str(table.get("missing") or table.get("error") or "")
        except (ValueError, TypeError, AttributeError):
            self.found, self.fault = [], process.errorString()
        self.came.emit()


def there(wanted: str, found: Listed) -> bool:
    """Whether what a setting names is among what was found: by its name or a part of it, as it will be looked for."""
    if not wanted or wanted.startswith("virtual"):
        return True
    if wanted.startswith("/"):
        return any(fnmatch(value, wanted) for value, _ in found) or Path(wanted).exists()
    return any(wanted.casefold() in text.casefold() or fnmatch(value, wanted) for value, text in found)


class Devices(Choice):
    """The devices of one kind, in an editable list; first what an empty field means."""

    def __init__(self, kind: str, doc: str) -> None:
        super().__init__()
        self.inquiry = Inquiry.of(kind)
        self.inquiry.came.connect(self.fill)
        self._values: dict[str, str] = {}
        """What is meant by a line of the list that is not written as it stands there."""
        self._usual = doc.rpartition("empty: ")[2]
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        edit = self.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(self._usual)
        self.activated.connect(lambda _: self.setEditText(self.value))
        self.fill()

    @property
    def value(self) -> str:
        """What the setting is."""
        text = self.currentText().strip()
        return self._values.get(text, text)

    def fill(self) -> None:
        """List what is known, without changing what is written."""
        kind, found, wanted = self.inquiry.kind, self.inquiry.found, self.value
        blocked, edit = self.blockSignals(True), self.lineEdit()
        cursor = edit.cursorPosition() if edit is not None else 0
        self.clear()
        self._values = {self._usual: ""}
        self.addItem(self._usual)
        if wanted and found is not None and not there(wanted, found):
            self._values[said.DEVICE_GONE.format(wanted)] = wanted
            self.addItem(said.DEVICE_GONE.format(wanted))
        for value, text in found or ():
            self.addItem(value)
            self.setItemData(self.count() - 1, plain(text), Qt.ItemDataRole.ToolTipRole)
        what = catalog.DEVICES[kind]
        if self.inquiry.asks and not found:
            self._remark(said.DEVICES_SOUGHT.format(what))
        elif why := self.inquiry.fault:
            self._remark(said.DEVICES_FAULT.format(what=what, why=why.partition(";")[0][:LONGEST]), why)
        elif found is not None and not found:
            self._remark(said.DEVICES_NONE.format(what))
        self.setCurrentIndex(self.findText(wanted) if wanted else -1)
        self.setEditText(wanted)
        if edit is not None:  # somebody may be typing
            edit.setCursorPosition(cursor)
        self.blockSignals(blocked)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + BESIDE)
        if self.view().isVisible():  # as high as what there is now
            super().showPopup()

    def _remark(self, text: str, more: str = "") -> None:
        """A line that cannot be chosen."""
        self.addItem(text)
        self.setItemData(self.count() - 1, plain(more or text), Qt.ItemDataRole.ToolTipRole)
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        model.item(self.count() - 1).setEnabled(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes with keys finds the devices there."""
        self.inquiry.ask()
        super().focusInEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for an answer any more."""
        self.inquiry.stop()
        super().hideEvent(event)

    def showPopup(self) -> None:
        """Whoever comes with the mouse, too: what is known at once, what is there now as soon as that is known."""
        self.inquiry.ask()
        self.fill()
        super().showPopup()


def device(told: Told, kind: str, doc: str, default: str) -> Field:
    """A device of a kind, chosen or typed."""
    box = Devices(kind, doc)
    box.editTextChanged.connect(told)

    def put(value: object) -> None:
        box.setEditText(str(value))

    return Field(box, lambda: box.value, put, default)
