"""Below the stage: how to record, and what has been recorded."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import DeleteDemonstration, Play
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.look import icons
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.theme import heading, label, styled
from gesturemap.window.teach.takes import Takes

BUTTON = 140
"""Pixels of the record button, unless a long name needs more."""
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
        self.key = QComboBox()
        self.key.addItems([words.TOGGLE_KEY, words.HOLD_KEY])
        self.key.setToolTip(words.KEY_TIP)
        self.key.setAccessibleName(words.KEY_TIP)
        self.key.currentIndexChanged.connect(lambda index: setattr(wishes, "hold", index == 1))
        self.count_in = QSpinBox()
        self.count_in.setRange(0, 3)
        self.count_in.setSuffix(words.SECONDS)
        self.count_in.valueChanged.connect(lambda value: setattr(wishes, "count_in", float(value)))
        self.pre_roll = self._seconds(5.0, 0.1)
        self.pre_roll.valueChanged.connect(lambda value: setattr(wishes, "pre_roll", value))
        self.length = self._seconds(60.0, 0.5)
        self.length.setSpecialValueText(words.UNTIL_STOPPED)
        self.length.valueChanged.connect(lambda value: setattr(wishes, "length", value))
        self._widest = ""
        """The gesture for whose name the button has room."""
        row = FlowLayout(self)
        row.addWidget(self.button)
        row.addWidget(self.key)
        for name, tip, widget in (
            (words.COUNT_IN, words.COUNT_IN_TIP, self.count_in),
            (words.PRE_ROLL, words.PRE_ROLL_TIP, self.pre_roll),
            (words.LENGTH, words.LENGTH_TIP, self.length),
        ):
            widget.setToolTip(tip)
            widget.setAccessibleName(f"{name}: {tip}")
            widget.setFixedWidth(widget.fontMetrics().horizontalAdvance("60.0 s") + SPIN)
            row.addWidget(self._named(name, widget))

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
        box = QDoubleSpinBox()
        box.setRange(0.0, most)
        box.setSingleStep(step)
        box.setDecimals(1)
        box.setSuffix(words.SECONDS)
        return box

    def _keep_width(self, gesture: str) -> None:
        """As wide as the longest text it can have, so that nothing beside it moves while it records."""
        self._widest, now, widths = gesture, self.button.text(), [BUTTON]
        for text in (
            words.RECORD_GESTURE.format(gesture),
            words.STOP_RECORDING.format(99.9),
            words.CANCEL_COUNT,
        ):
            self.button.setText(text)
            widths.append(self.button.sizeHint().width())
        self.button.setText(now)
        self.button.setMinimumWidth(max(widths))

    def show_state(self, now: float) -> None:
        """What the button would do now."""
        key = self._bench.record_key
        if self._widest != self._bench.selection:
            self._keep_width(self._bench.selection)
        text = (
            words.STOP_RECORDING.format(key.seconds(now)) if key.state == "recording"
            else words.CANCEL_COUNT if key.state == "counting"
            else words.RECORD_GESTURE.format(self._bench.selection) if self._bench.selection
            else words.RECORD
        )  # fmt: skip
        if self.button.text() != text:
            self.button.setText(text)
            picture = "stop" if key.state == "recording" else "record"
            self.button.setIcon(icons.icon(picture, self._bench.look.palette.on_record))


class Recorder(Panel):
    """Record controls and the demonstrations of the selected gesture."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.title = heading(words.DEMONSTRATIONS)
        self.controls = RecordControls(bench)
        self.takes = Takes(bench)
        self.takes.play.connect(self._play)
        self.takes.delete.connect(lambda demonstration: bench.send(DeleteDemonstration(demonstration)))
        self.takes.chosen.connect(self._offer)
        self.play = styled(QPushButton(words.PLAY_DEMONSTRATION), "plain")
        self.play.setToolTip(words.PLAY_DEMONSTRATION_TIP)
        self.play.clicked.connect(lambda: self._play(self.takes.selected()))
        self.delete = styled(QPushButton(words.DELETE), "plain")
        self.delete.setToolTip(words.DELETE_DEMONSTRATION_TIP)
        self.delete.clicked.connect(lambda: bench.send(DeleteDemonstration(self.takes.selected())))
        self.empty = label("", "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.setMinimumHeight(232)
        bench.selected.connect(lambda _: self.follow(bench.document))
        self.restyle()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.play)
        head.addWidget(self.delete)
        body = QWidget()
        self.stack = QStackedLayout(body)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.takes)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.controls)
        column.addLayout(head)
        column.addWidget(body, 1)

    def follow(self, document: Document) -> None:
        """Show the demonstrations of the selected gesture."""
        selection = self.bench.selection
        self.takes.follow(document, selection)
        self.title.setText(words.DEMONSTRATIONS_OF.format(selection) if selection else words.DEMONSTRATIONS)
        self.empty.setText(words.NO_DEMONSTRATIONS.format(selection) if selection else words.NO_SELECTION)
        self.stack.setCurrentIndex(1 if self.takes.items.takes else 0)
        self._offer()

    def _offer(self) -> None:
        playing, chosen = self.bench.document.playing, self.takes.selected()
        self.play.setEnabled(bool(chosen or playing))
        self.delete.setEnabled(bool(chosen))
        self.play.setText(words.STOP_PLAYING if playing else words.PLAY_DEMONSTRATION)
        self.play.setIcon(icons.icon("stop" if playing else "play", self.bench.look.palette.faint))

    def _play(self, demonstration: str) -> None:
        """Play it; while one plays, stop."""
        self.bench.send(Play("" if self.bench.document.playing else demonstration))

    def tick(self, now: float) -> None:
        """The button tells the time; a few pictures are read."""
        self.controls.show_state(now)
        self.takes.tick()

    def restyle(self) -> None:
        """The look changed."""
        self.delete.setIcon(icons.icon("delete", self.bench.look.palette.faint))
        self.controls.button.setIcon(icons.icon("record", self.bench.look.palette.on_record))
        self.follow(self.bench.document)
