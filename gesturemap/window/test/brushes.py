"""What is brushed: a button for each gesture with its mark, one for nothing, a field for a gesture that is new."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QScrollArea, QWidget

from gesturemap.demonstrations import LONGEST_LABEL, checked_label
from gesturemap.errors import DataError
from gesturemap.window.bench import Bench
from gesturemap.window.look import icons
from gesturemap.window.look.colours import GestureColours
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.theme import plain, pressed, styled
from gesturemap.window.words import painting as said

ROWS = 2
"""Rows of buttons that are seen at once."""
WRITTEN = 130
"""Pixels of the field for a new name."""


class Brushes(QScrollArea):
    """One of them is chosen; of more rows than there is room for, the others are scrolled to."""

    chosen = Signal(str)
    """Another one; '' is nothing."""
    named = Signal(str)
    """A gesture was named that there is not yet."""

    def __init__(self, bench: Bench, colours: GestureColours) -> None:
        super().__init__()
        self._bench, self._colours = bench, colours
        self.labels: tuple[str, ...] = ()
        self.now = ""
        """What is brushed; '' is nothing."""
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._ground = styled(QWidget(), "plainground")
        self._flow = FlowLayout(self._ground, gap=4, line_gap=4)
        self.name = QLineEdit()
        self.name.setPlaceholderText(said.NEW)
        self.name.setToolTip(plain(said.NEW_TIP))
        self.name.setAccessibleName(said.NEW_TIP)
        self.name.setMaxLength(LONGEST_LABEL)
        self.name.setFixedWidth(WRITTEN)
        self.name.returnPressed.connect(self._name)
        self.setAccessibleName(said.BRUSHES_NAME)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._ground)
        self.follow(())

    def follow(self, labels: Sequence[str]) -> None:
        """The gestures that can be brushed."""
        if tuple(labels) == self.labels and self.buttons:
            self.restyle()
            return
        first = not self.labels
        self.labels = tuple(labels)
        while self._flow.count():
            self._flow.takeAt(0)
        for button in self.buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self.buttons = {}
        for one in ("", *self.labels):
            button = self.buttons[one] = styled(
                QPushButton(pressed(one) if one else said.NOTHING, self._ground), "ask"
            )
            button.setToolTip(plain(said.BRUSH_TIP.format(label=one) if one else said.NOTHING_TIP))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, which=one: self.choose(which))
            self._group.addButton(button)
            self._flow.addWidget(button)
            button.show()
            if not one:
                self._flow.addWidget(self.name)  # never below what is seen, however many gestures there are
        gone = self.now not in self.labels
        self.restyle()
        self.choose(
            self.labels[0] if self.labels and gone and (first or self.now) else "" if gone else self.now
        )
        self._fit()

    def choose(self, which: str) -> None:
        """Brush with this one."""
        if which in self.buttons:
            self.now = which
            self.buttons[which].setChecked(True)
            self.ensureWidgetVisible(self.buttons[which], 0, 0)
            self.chosen.emit(which)

    def choose_next(self, steps: int) -> None:
        """Brush with the gesture so many places further; the first comes after the last, nothing is one of them."""
        every = ("", *self.labels)
        self.choose(every[(every.index(self.now) + steps) % len(every)])

    def _name(self) -> None:
        try:
            name = checked_label(self.name.text())
        except DataError as error:
            self._bench.answer.emit("gesture", str(error))
            return
        self.name.clear()
        self.named.emit(name)

    def restyle(self) -> None:
        """Marks in the colours of the look."""
        palette = self._bench.look.palette
        for one, button in self.buttons.items():
            mark = self._colours.shape(one), self._colours.colour(one, palette)
            if one and button.property("mark") != list(mark):
                button.setProperty("mark", list(mark))
                button.setIcon(icons.mark_icon(*mark))
                button.setIconSize(QSize(12, 12))

    def event(self, event: QEvent) -> bool:
        """Other buttons, or other fonts."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.PolishRequest):
            self._fit()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width: more rows, or fewer."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its rows, but no higher than some."""
        row = max(each.sizeHint().height() for each in (*self.buttons.values(), self.name))
        high = min(self._flow.heightForWidth(max(1, self.viewport().width())), ROWS * row + (ROWS - 1) * 4)
        if self.height() != high or self.minimumHeight() != high:
            self.setFixedHeight(high)
