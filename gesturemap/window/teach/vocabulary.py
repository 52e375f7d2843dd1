"""The vocabulary: each gesture with its mark, its colour, how many demonstrations it has, how well it is recognised."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QTreeWidgetItem, QVBoxLayout, QWidget

from gesturemap.commands import AddGesture, DeleteGesture, Fault, RenameGesture
from gesturemap.demonstrations import checked_label
from gesturemap.errors import GesturemapError
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts import evaluation
from gesturemap.window.facts.document import Document, Gesture
from gesturemap.window.look import icons
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.teach import carry
from gesturemap.window.teach.deeds import Deeds
from gesturemap.window.teach.gestures import LABEL, GestureList
from gesturemap.window.teach.layers import LayerRow
from gesturemap.window.words import teaching as said


class Row(NamedTuple):
    """What a row shows; one that is as before is not touched."""

    gesture: Gesture
    untrained: bool
    """Whether the model does not know it."""
    fits: str
    """How well it is recognised, in short."""
    tested: str
    """The same in words."""
    shape: str
    colour: str
    faint: str


class Vocabulary(Panel):
    """All gestures of the project; add, rename, delete."""

    docs = "window"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.deeds = Deeds(bench, self)
        self.list = GestureList(bench, self.deeds)
        self.list.currentItemChanged.connect(self._selected)
        self.list.customContextMenuRequested.connect(
            lambda place: self.show_menu(self.list.viewport().mapToGlobal(place))
        )
        self.list.itemChanged.connect(self._edited)
        self.empty = label(said.NO_GESTURES, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name = QLineEdit()
        self.name.setPlaceholderText(words.NEW_GESTURE)
        self.name.setAccessibleName(words.NEW_GESTURE_NAME)
        self.name.setToolTip(words.ADD_TIP)
        self.name.returnPressed.connect(self.add)
        self.rename = self._button("edit", words.RENAME, words.RENAME_TIP, self.rename_selected)
        self.delete = self._button("delete", words.DELETE, words.DELETE_GESTURE_TIP, self._delete)
        self.more = self._button("more", said.MORE, said.MORE_GESTURE_TIP, self._more)
        self.plus = self._button("add", words.ADD, words.ADD_TIP, self.add)
        self._wanted = ""
        """A gesture just asked for, to be selected when it comes."""
        self.why = Lines("warn", 2)
        """Why there is none of that name, where it is not the name that is wrong."""
        self.why.hide()
        self.name.textEdited.connect(self.why.hide)
        self._tested: tuple[object, ...] = ()
        """What the model was evaluated with, and whether that is what the project is."""
        self._true = True
        self._rows: list[Row | None] = []
        """What each row shows."""
        self.setAcceptDrops(True)
        self._lay_out()
        bench.selected.connect(self._show_selection)
        self.restyle()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(heading(words.GESTURES))
        head.addStretch(1)
        head.addWidget(self.rename)
        head.addWidget(self.delete)
        head.addWidget(self.more)
        self.layers = LayerRow(self.bench)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.name, 1)
        foot.addWidget(self.plus)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.empty, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self.layers)
        column.addLayout(foot)
        column.addWidget(self.why)

    def _button(self, picture: str, name: str, tip: str, act: object) -> QToolButton:
        button = styled(QToolButton(), "plain")
        button.setProperty("picture", picture)
        button.setToolTip(plain(tip))
        button.setAccessibleName(f"{name}: {words.GESTURES}")
        button.clicked.connect(act)
        return button

    def forget(self) -> None:
        """Another project: a name that was begun was meant for the last one."""
        self.name.clear()
        self.why.hide()

    def told(self, fault: Fault) -> None:
        """A name that is well was not written to the disk: it is told here, and the keys are the window's again."""
        if not self._wanted or self._refused(self._wanted) or not Path(fault.place).is_absolute():
            return
        self._wanted = ""
        self.why.setText(fault.text)
        self.why.setToolTip(plain(fault.text))
        self.why.show()
        if self.name.hasFocus() or self.plus.hasFocus():
            self.list.setFocus() if self.list.isVisible() else self.name.clearFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Something comes in."""
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Where no gesture is yet, files are welcome too."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(bool(carry.carried_files(event.mimeData())))

    def dropEvent(self, event: QDropEvent) -> None:
        """Import them as what they say they are."""
        self.list.fell(event.mimeData(), "")
        event.acceptProposedAction()

    def follow(self, document: Document) -> None:
        """Bring the list up to date, touching only what changed."""
        self.layers.follow(document)
        self.list.blockSignals(True)
        while self.list.topLevelItemCount() > len(document.gestures):
            self.list.takeTopLevelItem(self.list.topLevelItemCount() - 1)
        del self._rows[len(document.gestures) :]
        untrained = document.untrained
        self._true = self._tested == evaluation.of(document)
        for index, gesture in enumerate(document.gestures):
            item = self.list.topLevelItem(index)
            if item is None:
                item = QTreeWidgetItem(self.list)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
                for column in (1, 2):
                    item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._rows.append(None)
            if item.text(0) != gesture.label:
                item.setText(0, gesture.label)
            row = self._row(gesture, untrained=gesture.label in untrained)
            if row != self._rows[index]:
                self._show(item, row, self._rows[index])
                self._rows[index] = row
        self.list.setColumnHidden(2, not self.bench.accuracy)
        self.list.blockSignals(False)
        self.list.setVisible(bool(document.gestures))
        self.empty.setVisible(not document.gestures)
        if self._wanted in document.labels:
            self.why.hide()
            self.bench.select(self._wanted)
            if " ".join(self.name.text().split()) == self._wanted:
                self.name.clear()  # not earlier: what is refused can be mended
                if self.name.hasFocus() or self.plus.hasFocus():
                    self.list.setFocus()
            self._wanted = ""
        self._show_selection()

    def _row(self, gesture: Gesture, *, untrained: bool) -> Row:
        look, label = self.bench.look, gesture.label
        shape, colour = look.gestures.shape(label), look.gesture(label)
        return Row(gesture, untrained, *self._accuracy(label), shape, colour, look.palette.faint)

    @staticmethod
    def _show(item: QTreeWidgetItem, row: Row, before: Row | None) -> None:
        gesture, count = row.gesture, len(row.gesture.demonstrations)
        seconds = sum(take.seconds for take in gesture.demonstrations)
        item.setData(0, LABEL, gesture.label)
        if before is None or (row.shape, row.colour) != (before.shape, before.colour):
            item.setIcon(0, icons.mark_icon(row.shape, row.colour))
        item.setText(1, f"{count} ·" if row.untrained else str(count))
        tip = words.GESTURE_TIP.format(label=gesture.label, count=count, seconds=seconds)
        if row.untrained:
            tip = f"{tip}\n{words.GESTURE_UNTRAINED}"
        item.setText(2, row.fits)
        item.setForeground(2, QColor(row.faint))
        tip = "\n".join(part for part in (tip, row.tested, said.DRAG_TIP) if part)
        for column in range(3):
            item.setToolTip(column, plain(tip))
        spoken = ", ".join(part for part in (gesture.label, str(count), row.fits) if part)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)

    def _accuracy(self, label: str) -> tuple[str, str]:
        """How well a gesture is recognised, where that was tested: short, and in words."""
        tested = self.bench.accuracy
        if not tested:
            return "", ""
        if not self._true:
            return said.NOT_TESTED, said.TESTED_BEFORE_TIP
        share = tested.get(label)
        if share is None:
            return said.NOT_TESTED, said.NOT_TESTED_TIP
        return said.FITS.format(share), said.FITS_TIP.format(share)

    def _more(self) -> None:
        self.show_menu(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def show_menu(self, place: QPoint) -> None:
        """What can be done with the selected gesture, or without one, at a place of the screen."""
        own, label = [(words.RENAME, self.rename_selected)], self.bench.selection
        some = label in self.bench.document.labels
        self.deeds.show(self.deeds.for_gesture(label, own) if some else self.deeds.for_none(), place)

    def evaluated(self, gestures: Mapping[str, Mapping[str, float | None]]) -> None:
        """How well each gesture did when the model was evaluated."""
        self.bench.accuracy = {
            label: share
            for label, figures in gestures.items()
            if (share := figures.get("accuracy")) is not None
        }
        self._tested = evaluation.of(self.bench.document)
        self.follow(self.bench.document)

    def restyle(self) -> None:
        """Draw marks and buttons in the colours of the look."""
        for button in (self.rename, self.delete, self.more, self.plus):
            button.setIcon(icons.icon(button.property("picture"), self.bench.look.palette.faint))
        self.follow(self.bench.document)

    def add(self) -> None:
        """Ask for a gesture of the name that was typed."""
        name = self.name.text().strip()
        if not name:
            self.name.setFocus()
            return
        name = " ".join(name.split())
        self._wanted = "" if name in self.bench.document.labels else name  # a double comes from nobody
        self.bench.send(AddGesture(name))

    def rename_selected(self) -> None:
        """Write another name for the selected gesture into its row."""
        if self.bench.selection not in self.bench.document.labels:
            self.bench.answer.emit("gesture", said.NOTHING_TO_RENAME)
        else:
            self.list.edit_selected()

    def ask_name(self) -> None:
        """Write the name of a new gesture."""
        self.name.setFocus()
        self.name.selectAll()

    def _delete(self) -> None:
        if self.bench.selection:
            self.bench.send(DeleteGesture(self.bench.selection))

    def _selected(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.bench.select(str(item.data(0, LABEL)))

    def _show_selection(self) -> None:
        labels = self.bench.document.labels
        usable = self.bench.selection in labels
        self.rename.setEnabled(usable)
        self.delete.setEnabled(usable)
        if usable:
            item = self.list.topLevelItem(labels.index(self.bench.selection))
            if item is not None and item is not self.list.currentItem():
                with QSignalBlocker(self.list):
                    self.list.setCurrentItem(item)

    def _edited(self, item: QTreeWidgetItem, column: int) -> None:
        before, after = str(item.data(0, LABEL)), " ".join(item.text(0).split())
        if column == 0 and after and after != before:
            self._wanted = after
            self.bench.send(RenameGesture(before, after))
            if self._refused(after):
                self._wanted = ""
                QTimer.singleShot(0, self, lambda: self._edit_again(before, after))
                return
        # what control says next is shown; until then the list shows what is still true
        QTimer.singleShot(0, self, lambda: self.follow(self.bench.document))

    def _refused(self, name: str) -> bool:
        """Whether control, whose words for it are shown, will not take a name."""
        try:
            return checked_label(name) in self.bench.document.labels
        except GesturemapError:
            return True

    def _edit_again(self, label: str, typed: str) -> None:
        """A name that is refused goes on being edited as it was typed, unless the keys are elsewhere already."""
        self.follow(self.bench.document)
        if not self.list.hasFocus():
            return
        labels = self.bench.document.labels
        if label in labels and (item := self.list.topLevelItem(labels.index(label))) is not None:
            self.list.editItem(item, 0)
            for editor in self.list.findChildren(QLineEdit)[-1:]:  # the one before is on its way out
                editor.setText(typed)

    def labels(self) -> list[tuple[str, str]]:
        """What a person reads, row by row: name and number."""
        items = [self.list.topLevelItem(i) for i in range(self.list.topLevelItemCount())]
        return [(item.text(0), item.text(1)) for item in items if item is not None]
