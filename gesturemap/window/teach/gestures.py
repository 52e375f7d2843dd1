"""The list of gestures. Onto one can be dragged: demonstrations (they become its own), another gesture, files."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTreeWidget

from gesturemap.commands import DeleteGesture, Import
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.teach import carry
from gesturemap.window.teach.deeds import Deeds, new_label

LABEL = Qt.ItemDataRole.UserRole


class GestureList(QTreeWidget):
    """The list itself; Delete deletes."""

    def __init__(self, bench: Bench, deeds: Deeds) -> None:
        super().__init__()
        self._bench, self._deeds = bench, deeds
        self.setColumnCount(3)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setAccessibleName(words.GESTURES)
        self.setToolTip(words.GESTURES_TIP)
        self.over = ""
        """The gesture onto which what is dragged would fall, or empty."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete the selected gesture."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._bench.selection:
            self._bench.send(DeleteGesture(self._bench.selection))
            return
        super().keyPressEvent(event)

    def edit_selected(self) -> None:
        """Begin to rename the selected gesture."""
        if (item := self.currentItem()) is not None:
            self.editItem(item, 0)

    # Carrying

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry the gesture."""
        if (item := self.currentItem()) is not None:
            picture = item.icon(0).pixmap(24, 24)
            carry.drag(self, carry.gesture(str(item.data(0, LABEL))), picture)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """What may fall onto some gesture comes in, wherever that is: what is refused here Qt never lets move."""
        mime = event.mimeData()
        carried = (
            carry.carried_demonstrations(mime) or carry.carried_gesture(mime) or carry.carried_files(mime)
        )
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(bool(carried))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """What is carried falls onto the gesture below it; what is not for here is not taken."""
        mime, item = event.mimeData(), self.itemAt(event.position().toPoint())
        under = str(item.data(0, LABEL)) if item is not None else ""
        carried = carry.carried_gesture(mime)
        wanted = bool(carry.carried_demonstrations(mime) or carry.carried_files(mime))
        wanted = wanted or (bool(under) and bool(carried) and under != carried)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(wanted)
        self._fall(under if wanted else "")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes on elsewhere."""
        self._fall("")

    def dropEvent(self, event: QDropEvent) -> None:
        """Demonstrations get another gesture, a gesture goes into another one, files are imported."""
        item = self.itemAt(event.position().toPoint())
        self.fell(event.mimeData(), str(item.data(0, LABEL)) if item is not None else "")
        event.acceptProposedAction()

    def fell(self, mime: QMimeData, label: str) -> None:
        """Something was let fall onto this gesture, or beside all of them."""
        document = self._bench.document
        if names := carry.carried_demonstrations(mime):
            takes = [take for name in names if (take := document.take(name)) is not None]
            self._deeds.relabel(takes, label or new_label(document.labels))
        elif (carried := carry.carried_gesture(mime)) and label:
            self._deeds.merge(carried, label)
        elif files := carry.carried_files(mime):
            self._bench.send(Import(files, label))
        self._fall("")

    def _fall(self, label: str) -> None:
        if label != self.over:
            self.over = label
            self.viewport().update()

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The gesture onto which something would fall has a frame."""
        super().drawRow(painter, option, index)
        if self.over and index.sibling(index.row(), 0).data(LABEL) == self.over:
            painter.setPen(QPen(QColor(self._bench.look.palette.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 4, 4)
