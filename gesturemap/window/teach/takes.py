"""The demonstrations of the selected gesture as small multiples: look, play, delete."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document, Take
from gesturemap.window.facts.thumbnails import Gallery, Thumbnail

Index = QModelIndex | QPersistentModelIndex
TILE = QSize(132, 92)
NOWHERE = QModelIndex()
TAKE = Qt.ItemDataRole.UserRole


class TakesModel(QAbstractListModel):
    """The demonstrations of one gesture, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.label = ""
        self.takes: tuple[Take, ...] = ()

    def show(self, label: str, takes: tuple[Take, ...]) -> None:
        """Show these; rows that stay are not touched, so that the selection stays too."""
        if label == self.label and takes[: len(self.takes)] == self.takes:
            if len(takes) > len(self.takes):
                self.beginInsertRows(QModelIndex(), len(self.takes), len(takes) - 1)
                self.takes = takes
                self.endInsertRows()
            return
        self.beginResetModel()
        self.label, self.takes = label, takes
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self.takes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Number, tip, or the demonstration itself."""
        if not index.isValid():
            return None
        take, number = self.takes[index.row()], index.row() + 1
        if role == TAKE:
            return take
        if role == Qt.ItemDataRole.DisplayRole:
            return str(number)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            note = f", {take.note}" if take.note else ""
            return words.TAKE_TIP.format(
                number=number, label=self.label, seconds=take.seconds, frames=take.frames, note=note
            )
        return None


class TakeDelegate(QStyledItemDelegate):
    """Paints one demonstration into its tile."""

    def __init__(self, bench: Bench, gallery: Gallery) -> None:
        super().__init__()
        self._bench, self._gallery = bench, gallery

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every tile has one size."""
        return TILE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Curves, number, length; the one that plays or is selected has a frame."""
        take = index.data(TAKE)
        if take is None:
            return
        palette = self._bench.look.palette
        box = QRectF(option.rect).adjusted(3, 3, -3, -3)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        playing = self._bench.document.playing == take.id
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        frame = palette.accent if selected else palette.line
        painter.setPen(QPen(QColor(palette.good if playing else frame), 2 if playing or selected else 1))
        painter.setBrush(QColor(palette.ground if palette.name == "dark" else palette.raised))
        painter.drawRoundedRect(box, 6, 6)
        looked, picture = self._gallery.get(take.id)
        if picture is not None:
            draw = self._curves if picture.path is None else self._path
            draw(painter, box.adjusted(8, 20, -8, -8), picture)
        font = painter.font()
        font.setPointSizeF(8.5)
        painter.setFont(font)
        painter.setPen(QColor(palette.faint))
        head = box.adjusted(8, 4, -8, 0)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, str(index.row() + 1))
        text = words.TAKE_UNREADABLE if looked and picture is None else words.TAKE_LENGTH.format(take.seconds)
        painter.drawText(head, Qt.AlignmentFlag.AlignRight, text)
        if playing:
            self._play_sign(painter, head, QColor(palette.good))
        painter.restore()

    def _curves(self, painter: QPainter, box: QRectF, picture: Thumbnail) -> None:
        colours = self._bench.look.palette.channels
        for row, curve in enumerate(picture.y.tolist()):
            painter.setPen(QPen(QColor(colours[row % len(colours)]), 1))
            points = [
                QPointF(box.left() + x * box.width(), box.bottom() - y * box.height())
                for x, y in zip(picture.x.tolist(), curve, strict=True)
            ]
            painter.drawPolyline(QPolygonF(points))

    def _path(self, painter: QPainter, box: QRectF, picture: Thumbnail) -> None:
        """The way over the pad as it was drawn there, a dot where it began."""
        assert picture.path is not None
        colour, side = QColor(self._bench.look.palette.channels[0]), min(box.width(), box.height())
        left, bottom = box.center().x() - side / 2, box.center().y() + side / 2
        points = [QPointF(left + x * side, bottom - y * side) for x, y in picture.path.T.tolist()]
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._bench.look.palette.accent))
        painter.drawEllipse(points[0], 3, 3)

    @staticmethod
    def _play_sign(painter: QPainter, head: QRectF, colour: QColor) -> None:
        x, y = head.center().x(), head.top() + 7
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x - 4, y - 5), QPointF(x - 4, y + 5), QPointF(x + 5, y)]))


class Takes(QListView):
    """Tiles in rows; Enter or a double click plays, Delete deletes."""

    play = Signal(str)
    delete = Signal(str)
    chosen = Signal()

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self.gallery = Gallery()
        self.items = TakesModel()
        self.setModel(self.items)
        self.setItemDelegate(TakeDelegate(bench, self.gallery))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(words.DEMONSTRATIONS)
        self.setToolTip(words.TAKES_TIP)
        self.doubleClicked.connect(lambda index: self.play.emit(index.data(TAKE).id))
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.items.modelReset.connect(self.chosen)

    def selected(self) -> str:
        """The demonstration that is selected, or empty."""
        indexes = self.selectedIndexes()
        return str(indexes[0].data(TAKE).id) if indexes else ""

    def follow(self, document: Document, label: str) -> None:
        """Show the demonstrations of one gesture."""
        self.gallery.look_in(document.folder)
        gesture = document.gesture(label)
        before = len(self.items.takes)
        self.items.show(label, gesture.demonstrations if gesture else ())
        if len(self.items.takes) == before + 1:
            self.scrollToBottom()
        self.viewport().update()

    def tick(self) -> None:
        """Read a few pictures."""
        if self.isVisible() and self.gallery.work():
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play and delete by key."""
        chosen = self.selected()
        if chosen and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.play.emit(chosen)
        elif chosen and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete.emit(chosen)
        else:
            super().keyPressEvent(event)
