"""How to record: the button, the way, what goes along, and what to do about the last one without looking."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from gesturemap.commands import Again, DeleteDemonstration
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document
from gesturemap.window.look import icons
from gesturemap.window.look.calm import Amount, Choice, Count
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.theme import label, plain, pressed, styled
from gesturemap.window.teach.along import AlongChooser
from gesturemap.window.words import teaching as said

BUTTON, HURRIED = 140, 84
"""Pixels of the record button, unless a long name needs more, and of those beside it."""
LONGEST, SHORT = 200, 80
"""Pixels of a gesture's name on the record button, `SHORT` where there is little room; a longer one is cut, and said
whole to screen readers."""
NARROW = 520
"""Pixels below which there is little room."""
SPIN = 30
"""Pixels beside the number of a spin box."""


class RecordControls(QWidget):
    """The record button, and how it shall record."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        wishes = bench.record_key.wishes
        self.button = styled(QPushButton(words.RECORD), "record")
        self.button.setToolTip(words.RECORD_TIP)
        self.button.setMinimumWidth(BUTTON)
        self.button.pressed.connect(lambda: bench.press_record(time.perf_counter()))
        self.button.released.connect(bench.record_key.release)
        self.again = self._hurried(said.AGAIN, said.AGAIN_TIP, self.record_again)
        self.undo = self._hurried(said.UNDO_LAST, said.UNDO_LAST_TIP, self.undo_last)
        self.key = Choice()
        self.key.addItems([words.TOGGLE_KEY, words.HOLD_KEY, said.BY_MOVEMENT])
        self.key.setProperty("kept", "record key")
        self.key.setToolTip(plain(said.KEY_TIP))
        self.key.setAccessibleName(said.KEY_TIP)
        self.key.currentIndexChanged.connect(self._choose_way)
        self.count_in = Count()
        self.count_in.setRange(0, 3)
        self.count_in.setSuffix(words.SECONDS)
        self.count_in.setProperty("kept", "count-in")
        self.count_in.valueChanged.connect(lambda value: setattr(wishes, "count_in", float(value)))
        self.pre_roll = self._seconds(5.0, 0.1)
        self.pre_roll.setProperty("kept", "pre-roll")
        self.pre_roll.valueChanged.connect(lambda value: setattr(wishes, "pre_roll", value))
        self.length = self._seconds(60.0, 0.5)
        self.length.setProperty("kept", "length")
        self.length.setSpecialValueText(words.UNTIL_STOPPED)
        self.length.valueChanged.connect(lambda value: setattr(wishes, "length", value))
        self.along = AlongChooser(bench)
        self.how = styled(QToolButton(), "plain")
        self.how.setText(said.HOW)
        self.how.setToolTip(said.HOW_TIP)
        self.how.setCheckable(True)
        self.how.toggled.connect(self._fit)
        self._options: list[QWidget] = []
        """What is set once: it gives way where there is little room."""
        self._widest = ""
        """The gesture for whose name the button has room."""
        self.last: list[str] = []
        """What was recorded since this window was opened first, oldest first."""
        self._seen: set[str] = set()
        """Those of them that have been in the document; news of both come in any order."""
        row = FlowLayout(self)
        first: tuple[QWidget, ...] = (self.button, self.again, self.undo, self.key)
        for part in first:
            row.addWidget(part)
        for name, tip, widget in (
            (words.COUNT_IN, words.COUNT_IN_TIP, self.count_in),
            (words.PRE_ROLL, words.PRE_ROLL_TIP, self.pre_roll),
            (words.LENGTH, words.LENGTH_TIP, self.length),
        ):
            widget.setToolTip(plain(tip))
            widget.setAccessibleName(f"{name}: {tip}")
            widget.setFixedWidth(widget.fontMetrics().horizontalAdvance("60.0 s") + SPIN)
            self._options.append(self._named(name, widget))
        self._options.append(self._named(said.ALONG, self.along))
        for box in (self.count_in, self.pre_roll, self.length):
            box.valueChanged.connect(self._mark)
        row.addWidget(self.how)
        for option in self._options:
            row.addWidget(option)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what is set once is shown when it is asked for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < NARROW
        if narrow == self.how.isHidden():
            self._widest = ""  # the name has another room
        self.how.setVisible(narrow)
        for option in self._options:
            option.setVisible(not narrow or self.how.isChecked())
        self._mark()
        if self._bench.document.input.get("kind") == "wekinator":  # its outputs are shown by hand
            self._options[-1].hide()

    def _mark(self) -> None:
        """A dot beside what is hidden and set; its tip says what that is."""
        named = (
            (words.COUNT_IN, self.count_in),
            (words.PRE_ROLL, self.pre_roll),
            (words.LENGTH, self.length),
        )
        found = [f"{name} {box.text()}" for name, box in named if box.value()]
        if along := self._bench.record_key.wishes.along:
            found.append(f"{said.ALONG} {along}")
        hidden = ", ".join(found) if not self.how.isChecked() else ""
        text, tip = (
            said.HOW_SET if hidden else said.HOW,
            said.HOW_SET_TIP.format(hidden) if hidden else said.HOW_TIP,
        )
        if (self.how.text(), self.how.toolTip()) != (text, plain(tip)):
            self.how.setText(text)
            self.how.setToolTip(plain(tip))

    @staticmethod
    def _hurried(text: str, tip: str, act: Callable[[], None]) -> QPushButton:
        """A button one reaches for without looking."""
        button = QPushButton(text)
        button.setToolTip(plain(tip))
        button.setAccessibleName(tip)
        button.setMinimumWidth(HURRIED)
        button.clicked.connect(act)
        return button

    def _choose_way(self, index: int) -> None:
        wishes = self._bench.record_key.wishes
        wishes.hold, wishes.by_movement = index == 1, index == 2
        self._widest = ""  # the button says something else
        for widget in (
            self.pre_roll,
            self.length,
            self.along,
        ):  # a movement begins and ends by itself, without sound
            widget.setEnabled(not wishes.by_movement)

    def forget(self) -> None:
        """Another project: how the last one was recorded, by movement or while a key is held, is none of its own."""
        if way := self.key.currentIndex():
            self.key.setCurrentIndex(0)
            text = said.WAY_AGAIN.format(was=self.key.itemText(way), now=self.key.itemText(0))
            self._bench.answer.emit("record", text)

    # What was recorded last

    def recall(self, recorded: Sequence[str]) -> None:
        """What was recorded before this window was opened anew; what is not in the document is gone."""
        self.last = list(recorded)
        self._seen = set(recorded)

    def recorded(self, demonstration: str) -> None:
        """One more is on disk."""
        self.last.append(demonstration)

    def follow(self, document: Document) -> None:
        """What was taken back is not the last one any more."""
        ids = document.takes
        self._seen |= set(self.last).intersection(ids)
        self.last = [each for each in self.last if each in ids or each not in self._seen]
        self._fit()
        self.along.choose(self._bench.record_key.wishes.along)
        self.undo.setEnabled(bool(self.last))
        self.again.setEnabled(bool(self.last or document.recording))

    def record_again(self) -> None:
        """Take the last one back and record it again, counted in where that is set."""
        document = self._bench.document
        if document.locked and self.again.isEnabled():
            self._bench.send(Again())  # control says why not
        elif self.again.isEnabled():
            of = next(
                (g.label for g in document.gestures for t in g.demonstrations if t.id in self.last[-1:]), ""
            )
            self._bench.record_key.again(of or self._bench.selection, time.perf_counter())
        else:
            self._bench.answer.emit("again", said.NOTHING_AGAIN)

    def undo_last(self) -> None:
        """Take the last one away."""
        if self.last:
            self._bench.send(DeleteDemonstration(self.last.pop()))
            self.undo.setEnabled(bool(self.last))

    @staticmethod
    def _named(name: str, widget: QWidget) -> QWidget:
        both = QWidget()
        inside = QHBoxLayout(both)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        head = label(name, "small")
        head.setBuddy(widget)
        inside.addWidget(head)
        inside.addWidget(widget)
        return both

    @staticmethod
    def _seconds(most: float, step: float) -> QDoubleSpinBox:
        box = Amount()
        box.setRange(0.0, most)
        box.setSingleStep(step)
        box.setDecimals(1)
        box.setSuffix(words.SECONDS)
        return box

    def _keep_width(self, gesture: str) -> None:
        """As wide as the longest text it can have, so that nothing beside it moves while it records."""
        self._widest, now, widths = gesture, self.button.text(), [BUTTON]
        self.button.setAccessibleDescription(gesture)
        for text in (
            self._wish_for(gesture),
            words.STOP_RECORDING.format(99.9),
            said.STOP_LISTENING.format(99),
            words.CANCEL_COUNT,
        ):
            self.button.setText(text)
            widths.append(self.button.sizeHint().width())
        self.button.setText(now)
        self.button.setMinimumWidth(max(widths))

    def _wish_for(self, gesture: str) -> str:
        """What it says before it records this gesture."""
        wish = said.LISTEN_FOR if self._bench.record_key.wishes.by_movement else words.RECORD_GESTURE
        most = LONGEST if self.how.isHidden() else SHORT
        cut = self.button.fontMetrics().elidedText(gesture, Qt.TextElideMode.ElideRight, most)
        return pressed(wish.format(cut))

    def show_state(self, now: float) -> None:
        """What the button would do now."""
        key = self._bench.record_key
        locked = self._bench.document.locked
        self.button.setEnabled(not locked or key.state != "idle")
        self.button.setToolTip(plain(words.RECORD_LOCKED if locked else words.RECORD_TIP))
        if self._widest != self._bench.selection:
            self._keep_width(self._bench.selection)
        text = (
            said.STOP_LISTENING.format(key.kept) if key.state == "recording" and key.listens
            else words.STOP_RECORDING.format(key.seconds(now)) if key.state == "recording"
            else words.CANCEL_COUNT if key.state == "counting"
            else self._wish_for(self._bench.selection) if self._bench.selection
            else words.RECORD
        )  # fmt: skip
        if self.button.text() != text:
            self.button.setText(text)
            picture = "stop" if key.state == "recording" else "record"
            self.button.setIcon(icons.icon(picture, self._bench.look.palette.on_record))
