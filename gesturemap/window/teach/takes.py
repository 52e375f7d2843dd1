"""The demonstrations of the selected gesture as small multiples: look, choose some, play, carry, leave out, delete."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gesturemap.commands import Import
from gesturemap.teaching.critique.look import Usual
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import small
from gesturemap.window.facts.document import Document, Take
from gesturemap.window.facts.hints import Hint, described, hints
from gesturemap.window.facts.live import grouped
from gesturemap.window.facts.thumbnails import Gallery, Thumbnail
from gesturemap.window.look.polyline import course, pen
from gesturemap.window.look.theme import plain
from gesturemap.window.teach import carry
from gesturemap.window.words import teaching as said

Index = QModelIndex | QPersistentModelIndex
TILE = QSize(122, 88)
"""A tile where there is little room."""
LARGER = (2.5, 2.0, 1.75, 1.5, 1.25)
"""How many times as large it is where all of them have room then."""
GAP = 2
NOWHERE = QModelIndex()
TAKE, STRANGE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
"""Roles: the demonstration itself, and whether anything about it is strange."""
BANDS = 3
"""Groups of channels that are drawn one below the other at most."""
COMPARED = 128
"""The newest demonstrations that are read to be compared, even where they are not to be seen."""
AT_ONCE = 2
"""Demonstrations that are read between two pictures."""
DIM = 0.3
"""Opacity of a demonstration that is not learned from."""


class TakesModel(QAbstractListModel):
    """The demonstrations of one gesture, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.label = ""
        self.takes: tuple[Take, ...] = ()
        self.strange: dict[str, tuple[Hint, ...]] = {}
        """What is strange about some of them."""

    def show(self, label: str, takes: tuple[Take, ...]) -> None:
        """Show these; rows that stay are not touched, so that the selection stays too."""
        stay = len(self.takes)
        if label == self.label and [take.id for take in takes[:stay]] == [take.id for take in self.takes]:
            changed = takes[:stay] != self.takes
            self.takes = takes[:stay]
            if changed:
                self.dataChanged.emit(self.index(0), self.index(stay - 1))
            if len(takes) > stay:
                self.beginInsertRows(QModelIndex(), stay, len(takes) - 1)
                self.takes = takes
                self.endInsertRows()
            return
        self.beginResetModel()
        self.label, self.takes = label, takes
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self.takes)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Each can be carried."""
        carried = Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | carried

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Number, tip, or the demonstration itself."""
        if not index.isValid():
            return None
        take, number = self.takes[index.row()], index.row() + 1
        if role == TAKE:
            return take
        if role == STRANGE:
            return take.id in self.strange
        if role == Qt.ItemDataRole.DisplayRole:
            return str(number)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            strange = "".join(f"; {hint.text}" for hint in self.strange.get(take.id, ()))
            text = described(take, number, self.label) + strange
            return plain(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None


class TakeDelegate(QStyledItemDelegate):
    """Paints one demonstration into its tile."""

    def __init__(self, bench: Bench, gallery: Gallery) -> None:
        super().__init__()
        self._bench, self._gallery = bench, gallery
        self.tile = TILE

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every tile has one size."""
        return self.tile

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
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(palette.text), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 4, 4)
        looked, picture = self._gallery.of(take)
        if picture is not None:
            painter.setOpacity(1.0 if take.learned else DIM)
            self.draw(painter, box.adjusted(8, 20, -8, -8), picture)
            painter.setOpacity(1.0)
        small(painter, painter.font())
        head = box.adjusted(8, 4, -8, 0)
        warned = bool(index.data(STRANGE))
        painter.setPen(QColor(palette.warn if warned else palette.faint))
        number = f"{index.row() + 1} ⚠" if warned else str(index.row() + 1)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, number)
        text = words.TAKE_LENGTH.format(take.seconds) if take.learned else said.OFF
        if looked and picture is None:
            there = self._bench.document.saved or self._gallery.path(take.id).exists()
            text = said.TAKE_UNREADABLE if there else said.TAKE_UNWRITTEN
        painter.setPen(QColor(palette.faint))
        painter.drawText(head, Qt.AlignmentFlag.AlignRight, text)
        if playing:
            self._play_sign(painter, head, QColor(palette.good))
        painter.restore()

    def draw(self, painter: QPainter, box: QRectF, picture: Thumbnail) -> None:
        """One demonstration alone: the way that was drawn where it is one, else its curves."""
        (self._curves if picture.path is None else self._path)(painter, box, picture)

    def _curves(self, painter: QPainter, box: QRectF, picture: Thumbnail) -> None:
        """Each group of channels in a band of its own."""
        across, groups = box.left() + picture.x * box.width(), grouped(picture.names, BANDS)
        high = box.height() / max(1, len(groups))
        for band, group in enumerate(groups):
            foot = box.top() + (band + 1) * high - 2
            for row, channel in enumerate(group):
                painter.setPen(pen(self._bench.look.palette, row))
                course(painter, across, foot - picture.y[channel] * (high - 4), picture.behind)

    def _path(self, painter: QPainter, box: QRectF, picture: Thumbnail) -> None:
        """The way over the pad as it was drawn there, a dot where it began."""
        assert picture.path is not None
        colour, side = QColor(self._bench.look.palette.channels[0]), min(box.width(), box.height())
        left, bottom = box.center().x() - side / 2, box.center().y() + side / 2
        x, y = left + picture.path[0] * side, bottom - picture.path[1] * side
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        course(painter, x, y, picture.behind)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._bench.look.palette.accent))
        painter.drawEllipse(QPointF(x[0], y[0]), 3, 3)

    @staticmethod
    def _play_sign(painter: QPainter, head: QRectF, colour: QColor) -> None:
        x, y = head.center().x(), head.top() + 7
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x - 4, y - 5), QPointF(x - 4, y + 5), QPointF(x + 5, y)]))


class Takes(QListView):
    """Tiles in rows; Enter or a double click plays, Delete deletes; several are chosen with Shift, Ctrl, or a frame."""

    play = Signal(str)
    delete = Signal()
    chosen = Signal()
    menu = Signal(QPoint)
    """What can be done with the chosen ones is asked for, at this place of the screen."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self.gallery = Gallery()
        self.items = TakesModel()
        self.delegate = TakeDelegate(bench, self.gallery)
        self._row: int | None = None
        """Where the first that was chosen of this gesture stands, or stood; None: none was."""
        self._kept: set[str] = set()
        """Demonstrations whose hints were answered: they are meant so."""
        self._followed = False
        """Whether the document was new since the last picture, which took long enough then."""
        self.setModel(self.items)
        self.setItemDelegate(self.delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(GAP)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(words.DEMONSTRATIONS)
        self.setToolTip(words.TAKES_TIP)
        self.doubleClicked.connect(lambda index: self.play.emit(index.data(TAKE).id))
        self.selectionModel().selectionChanged.connect(self._others_chosen)
        self.items.modelReset.connect(self.chosen)
        self.customContextMenuRequested.connect(
            lambda place: self.menu.emit(self.viewport().mapToGlobal(place))
        )

    def all_selected(self) -> list[Take]:
        """The demonstrations that are chosen, in their order."""
        return [index.data(TAKE) for index in sorted(self.selectedIndexes(), key=lambda index: index.row())]

    def selected(self) -> str:
        """The first of them, or empty."""
        takes = self.all_selected()
        return takes[0].id if takes else ""

    def _others_chosen(self) -> None:
        rows = [index.row() for index in self.selectedIndexes()]
        self._row = min(rows, default=self._row)
        self.chosen.emit()

    def choose_one(self) -> None:
        """Choose what stands where the last one stood that was chosen, such as its first half; else the newest."""
        last = len(self.items.takes) - 1
        self.setCurrentIndex(self.items.index(last if self._row is None else min(self._row, last)))

    def choose(self, demonstration: str) -> None:
        """Choose this one alone, where it is shown."""
        for row, take in enumerate(self.items.takes):
            if take.id == demonstration:
                self.setCurrentIndex(self.items.index(row))

    def follow(self, document: Document, label: str) -> None:
        """Show the demonstrations of one gesture."""
        self._followed = True
        self.gallery.look_in(document.folder)
        gesture = document.gesture(label)
        before = {take.id for take in self.items.takes} if label == self.items.label else None
        chosen = [take.id for take in self.all_selected()]
        self._row = self._row if label == self.items.label else None
        self.items.show(label, gesture.demonstrations if gesture else ())
        if not self.selectedIndexes():
            for row, take in enumerate(self.items.takes):
                if take.id in chosen:
                    self.selectionModel().setCurrentIndex(
                        self.items.index(row), QItemSelectionModel.SelectionFlag.Select
                    )
        self._fit()
        came = [
            row for row, take in enumerate(self.items.takes) if before is not None and take.id not in before
        ]
        if came:  # a new one at the end, or one that an undo has brought back to its place
            self.scrollTo(self.items.index(came[0]))
        self._look()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size, other tiles."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Tiles as large as they all fit."""
        count, room = max(1, len(self.items.takes)), self.viewport().size()
        tile = TILE
        for share in LARGER:
            wanted = TILE * share
            across, down = (
                room.width() // (wanted.width() + 2 * GAP),
                room.height() // (wanted.height() + 2 * GAP),
            )
            if across * down >= count:
                tile = wanted
                break
        if tile != self.delegate.tile:
            self.delegate.tile = tile
            self.scheduleDelayedItemsLayout()

    def tick(self) -> bool:
        """Read a few pictures, not in the same turn as a new document; True if there is something new."""
        waits, self._followed = self._followed, False
        if waits or not self.gallery.work(AT_ONCE):
            return False
        self._look()
        self.viewport().update()
        return True

    # What is strange about them

    def _look(self) -> None:
        """Compare each with the others of its gesture, as far as they were read; the newest are asked for."""
        for take in self.items.takes[-COMPARED:]:
            self.gallery.of(take)
        looks = {
            take.id: picture.look
            for take in self.items.takes
            if take.learned and (picture := self.gallery.peek(take)) is not None
        }
        usual = Usual.of(list(looks.values()))
        self.items.strange = {
            name: found
            for name, one in looks.items()
            if name not in self._kept and (found := hints(one, usual))
        }

    def hint(self) -> tuple[int, Take, tuple[Hint, ...]] | None:
        """What is strange about the first chosen demonstration that is, or else about the last one there is."""
        rows = [index.row() for index in self.selectedIndexes()] or range(len(self.items.takes))
        for row in sorted(rows, reverse=len(rows) > 1):
            take = self.items.takes[row]
            if take.id in self.items.strange:
                return row + 1, take, self.items.strange[take.id]
        return None

    def keep(self, demonstration: str) -> None:
        """It is meant so: nothing is said about it any more."""
        self._kept.add(demonstration)
        self._look()
        self.viewport().update()

    # Keys and carrying

    def paintEvent(self, event: QPaintEvent) -> None:
        """The tiles; a frame around all of them while the keys are theirs."""
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self.viewport()) as painter:
                painter.setPen(QPen(QColor(self._bench.look.palette.accent), 1))
                painter.drawRect(QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play and delete by key."""
        chosen = self.selected()
        if chosen and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.play.emit(chosen)
        elif chosen and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete.emit()
        else:
            super().keyPressEvent(event)

    def carried(self) -> QMimeData:
        """The chosen ones on their way; elsewhere they are their files."""
        takes = self.all_selected()
        return carry.demonstrations(
            [take.id for take in takes], [self.gallery.path(take.id) for take in takes]
        )

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry the chosen ones."""
        if indexes := self.selectedIndexes():
            picture = self.viewport().grab(self.visualRect(indexes[0]))
            carry.drag(self, self.carried(), picture)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files from elsewhere are welcome."""
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Files from elsewhere are welcome."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(bool(carry.carried_files(event.mimeData())))

    def dropEvent(self, event: QDropEvent) -> None:
        """Import them as demonstrations of this gesture."""
        if files := carry.carried_files(event.mimeData()):
            self._bench.send(Import(files, self.items.label))
            event.acceptProposedAction()
