"""Marked moments, one at a time: what was heard, and what it was to be kept as."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from gesturemap.commands import Keep, Mark
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import ago
from gesturemap.window.facts.verdict import SILENT
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import plain, styled
from gesturemap.window.teach.deeds import new_label
from gesturemap.window.words import testing as said

NEW = "\n"
"""Stands for a gesture that is not there yet; no gesture is called so."""
SETTLED = 0.6
"""Seconds after a mark from which on it is known where a movement ended just before it."""


class KeptRow(QWidget):
    """Back and forth through the marks, and a button that keeps one as a demonstration.

    Parameters
    ----------
    clock : says now, in seconds of the machine's clock.
    """

    def __init__(self, bench: Bench, clock: Callable[[], float]) -> None:
        super().__init__()
        self._bench, self._clock = bench, clock
        self.text = Lines("small")
        self.text.setAccessibleName(said.MARKS_NAME)
        self.before = self._step(said.MARK_BEFORE, said.MARK_BEFORE_TIP, -1)
        self.next = self._step(said.MARK_NEXT, said.MARK_NEXT_TIP, 1)
        self.label = Choice()
        self.label.setToolTip(plain(said.MARK_IS_TIP))
        self.label.setAccessibleName(said.MARK_IS_TIP)
        self.label.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.label.setMinimumContentsLength(8)
        self.label.currentTextChanged.connect(self._measure)
        self.keep = styled(QPushButton(said.KEEP), "plain")
        self.keep.clicked.connect(self._keep)
        kept = self.keep.sizePolicy()
        kept.setHorizontalPolicy(QSizePolicy.Policy.Fixed)
        self.keep.setSizePolicy(kept)
        self.right = styled(QPushButton(), "plain")
        self.right.setToolTip(plain(said.KEEP_RIGHT_TIP))
        self.right.clicked.connect(self._keep_right)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.before)
        row.addWidget(self.next)
        row.addWidget(self.text, 1)
        row.addWidget(self.label)
        row.addWidget(self.keep)
        row.addWidget(self.right)
        self._shown: object = None
        self._of = -math.inf
        """Which mark the gesture that is chosen is about: when it was made."""
        self._unsettled = False
        """Whether a mark is so new that the movement before it may not be known to have ended."""
        self.tick(0.0)

    def _step(self, text: str, tip: str, by: int) -> QToolButton:
        button = styled(QToolButton(), "plain")
        button.setText(text)
        button.setToolTip(plain(tip))
        button.setAccessibleName(tip)
        button.clicked.connect(lambda: self._look_at(by))
        return button

    def mark(self, *, wrong: bool) -> None:
        """Mark this moment; the last one in which something came, where nothing comes."""
        testing = self._bench.testing
        now = min(self._clock(), testing.past.newest + SILENT)
        if not math.isfinite(now):
            return
        last = testing.past.spans[-1].label if testing.past.spans else self._bench.selection
        movements = self._bench.live.movements()[2]
        made = testing.marks.add(now, testing.past.spans, self._usual(last), wrong=wrong, movements=movements)
        self._bench.send(Mark(wrong, made.heard))
        if wrong or not made.heard:
            other = testing.past.likeliest(made.start, made.end, made.heard)
            chosen = other or (self._bench.selection if self._bench.selection != made.heard else "")
        else:
            chosen = made.heard
        self._choose(chosen)
        self._unsettled = True

    def _usual(self, label: str) -> float:
        """How many seconds a demonstration of a gesture takes; 0: nobody knows."""
        gesture = self._bench.document.gesture(label)
        takes = [take.seconds for take in gesture.demonstrations] if gesture else []
        return sum(takes) / len(takes) if takes else 0.0

    def _choose(self, label: str) -> None:
        """Offer this gesture; an unknown one: a person says what it was."""
        with QSignalBlocker(self.label):
            self.label.setCurrentIndex(self.label.findData(label))
        mark = self._bench.testing.marks.now
        self._of = mark.at if mark is not None else -math.inf
        self._measure()

    @property
    def _label(self) -> str:
        """The gesture that is chosen, or what is none."""
        chosen = str(self.label.currentData() or "")
        return new_label(self._bench.document.labels) if chosen == NEW else chosen

    def _measure(self) -> None:
        """Of what is looked at, as much is kept as the chosen gesture takes."""
        testing, label = self._bench.testing, self._label
        if label and label == self._bench.document.everyday:
            testing.marks.was_nothing(label)
        elif label and testing.marks.now is not None:
            movements = self._bench.live.movements()[2]
            testing.marks.measure(label, testing.past.spans, self._usual(label), movements)

    def _look_at(self, by: int) -> None:
        """Another mark, with what it was said to be."""
        self._bench.testing.marks.step(by)
        self._follow_mark()

    def _follow_mark(self) -> None:
        """Choose what the mark that is looked at was said to be: it may be another one than before."""
        mark = self._bench.testing.marks.now
        if mark is not None and mark.at != self._of:
            self._of = mark.at
            with QSignalBlocker(self.label):
                self.label.setCurrentIndex(self._item(mark.label))

    def _item(self, label: str) -> int:
        """Where a gesture stands; one that is not there would be a new one."""
        place = self.label.findData(label)
        return self.label.findData(NEW) if label and place < 0 else place

    def offered(self) -> None:
        """A movement that is none of the gestures came: as a new one, unless somebody says otherwise."""
        mark = self._bench.testing.marks.now
        if mark is not None and mark.unknown and not mark.label:
            self._choose(NEW)

    def follow(self, document: Document) -> None:
        """Another vocabulary, or another name of what is no gesture."""
        everyday = document.everyday
        items = [(said.MARK_EVERYDAY if label == everyday else label, label) for label in document.labels]
        if everyday and everyday not in document.labels:
            items.append((said.MARK_EVERYDAY, everyday))
        items.append((said.MARK_NEW, NEW))
        if [
            (self.label.itemText(place), self.label.itemData(place)) for place in range(self.label.count())
        ] != items:
            chosen = self._label
            with QSignalBlocker(self.label):
                self.label.clear()
                for text, label in items:
                    self.label.addItem(text, label)
                there = self.label.findData(chosen)
                self.label.setCurrentIndex(
                    there if there >= 0 else self.label.findData(self._bench.selection)
                )

    def tick(self, now: float) -> None:
        """Say what the mark is that is looked at."""
        marks, clock = self._bench.testing.marks, self._clock()
        self._follow_mark()  # the newest may have been taken back
        mark = marks.now
        if mark is not None and self._unsettled and clock - mark.at > SETTLED:
            self._unsettled = False
            self._measure()
            mark = marks.now
        label = self._label
        can = mark is not None and bool(label) and marks.can_keep(clock) and not self._bench.document.locked
        here = mark is not None and math.isfinite(clock)  # of another sensor nothing may have come yet
        seconds = int(clock - mark.at) if mark is not None and here else 0
        right = len(marks.right(clock)) if not self._bench.document.locked else 0
        shown = (mark, marks.place, seconds, label, can, right)
        if shown == self._shown:
            return
        self._shown = shown
        for part in (self.before, self.next):
            part.setVisible(len(marks.all) > 1)
        self.before.setEnabled(marks.place > 0)
        self.next.setEnabled(marks.place < len(marks.all) - 1)
        for control in (self.label, self.keep):
            control.setVisible(mark is not None)
        self.keep.setEnabled(can)
        self.right.setVisible(right > 1)
        self.right.setText(said.KEEP_RIGHT.format(count=right))
        if mark is None:
            self.text.setText(said.MARKS_NONE)
            return
        length = mark.end - mark.start
        tip = said.KEPT_TIP if mark.kept else said.KEEP_TIP if can else said.TOO_LATE_TIP
        tip = said.TOO_EARLY_TIP if not mark.kept and clock < mark.end else tip
        self.keep.setToolTip(plain(tip.format(seconds=length, label=label)))
        if mark.unknown:
            self.text.setText(
                said.MARK_UNKNOWN.format(number=marks.place + 1, count=len(marks.all), ago=ago(seconds))
            )
            self.text.setToolTip(plain(said.MARK_UNKNOWN_TIP.format(seconds=length)))
            return
        self.text.setText(
            said.MARK_TEXT.format(
                number=marks.place + 1, count=len(marks.all), ago=ago(seconds),
                verdict=said.MARK_WRONG if mark.wrong else said.MARK_RIGHT, heard=mark.heard or said.MARK_NOTHING,
            )
        )  # fmt: skip
        self.text.setToolTip(plain(said.TALLY.format(right=marks.tally[0], wrong=marks.tally[1])))

    def _keep(self) -> None:
        """Have it kept as a demonstration of what it was."""
        marks = self._bench.testing.marks
        if marks.now is not None and marks.can_keep(self._clock()):
            self._bench.send(Keep(self._label, marks.now.start, marks.now.end))
            marks.ask(self._label, self._clock())

    def _keep_right(self) -> None:
        """Have all that was marked as right kept, each as what was heard: it learns of how it is played."""
        for mark in self._bench.testing.marks.ask_right(self._clock()):
            self._bench.send(Keep(mark.heard, mark.start, mark.end))
