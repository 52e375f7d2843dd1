"""The card of the last minute: river, what the line means, marks and what can be kept of them."""

from __future__ import annotations

import copy
import math
import time
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from gesturemap.mapping.events import Events
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.dial import Dial
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.marking import Marking
from gesturemap.window.facts.marks import counts
from gesturemap.window.facts.past import SPAN, Past, Span
from gesturemap.window.look import icons
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.test.kept import KeptRow
from gesturemap.window.test.river import RiverView
from gesturemap.window.words import testing as said

SHOWN = ("posterior", "fit")
AT_MOST = 0.03
"""Seconds between two markings of all the past."""
IDLE = 1.2
"""Seconds after the last key after which the line is set where it stands."""


class Minute(Panel):
    """The river and what belongs to it."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.view = RiverView(bench, lambda: self.marking.spans)
        self.marking = Marking(None, ())
        """What the line, where it stands, marks."""
        self._dial: Dial = bench.testing.dial
        self._rule: tuple[Any, ...] = ()
        """What `marking` was begun with."""
        self._ruled: tuple[tuple[Dial, float], tuple[Events | None, float]] | None = None
        """The rule of a line, worked out once."""
        self._moved_at: float | None = None
        self._marked_at = 0.0
        self._now = self._told = 0.0
        self._hovered = ""
        self.title = heading(said.RIVER.format(SPAN))
        self.what = Choice()
        self.what.addItems([said.SHOWN_POSTERIOR, said.SHOWN_FIT])
        self.what.setToolTip(plain(said.SHOWN_TIP))
        self.what.setAccessibleName(said.SHOWN_TIP)
        self.what.currentIndexChanged.connect(self._show)
        self.pause = self._button("", said.PAUSE_TIP)
        self.pause.setAccessibleName(said.PAUSE)
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self._freeze)
        self.farther = self._button(said.FARTHER, said.FARTHER_TIP)
        self.closer = self._button(said.CLOSER, said.CLOSER_TIP)
        self.to_now = self._button(said.TO_NOW, said.TO_NOW_TIP)
        self.farther.clicked.connect(lambda: self.view.zoom(False))
        self.closer.clicked.connect(lambda: self.view.zoom(True))
        self.to_now.clicked.connect(self.view.to_now)
        self.meaning = Lines("small", 2)  # room for both, so that nothing moves
        self.kept = KeptRow(bench, lambda: self.view.clock)
        self.empty = label("", "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view.dragged.connect(self._drag)
        self.view.dropped.connect(self._drop)
        self.view.hovered.connect(self._hover)
        self.view.looked.connect(self._look)
        self._lay_out()
        self._look()
        self.restyle()

    @staticmethod
    def _button(text: str, tip: str) -> QToolButton:
        button = styled(QToolButton(), "plain")
        button.setText(text)
        button.setToolTip(plain(tip))
        button.setAccessibleName(text)
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        for part in (self.what, self.farther, self.closer, self.to_now, self.pause):
            head.addWidget(part)
        body = QWidget()
        self.stack = QStackedLayout(body)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        self.meaning.setToolTip(plain(said.LINE_TIP))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(body, 1)
        column.addWidget(self.meaning)
        column.addWidget(self.kept)

    # What comes

    def follow(self, document: Document) -> None:
        """Another line perhaps: it stands where it is set, unless it is just being moved."""
        dial = self.bench.testing.dial
        if (dial.group, dial.height, dial.setting, dial.line) != (
            self._dial.group, self._dial.height, self._dial.setting, self._dial.line,
        ):  # fmt: skip
            self._moved_at = None
            self.view.set_line(dial.height)
        if dial.group != self._dial.group or not self._rule:
            self.what.setCurrentIndex(SHOWN.index(dial.group))
            self.view.set_line(dial.height)
        self._dial = dial
        self._begin()
        self.kept.follow(document)
        self._tell()
        self.view.renew()

    def tick(self, now: float) -> None:
        """Mark what is new; set the line when the keys have rested."""
        self._now = now
        if self._moved_at is not None and now - self._moved_at > IDLE:
            self._drop(self.view.line)
        if not self.isVisible():
            return
        past = self.bench.testing.past
        some = bool(past.labels) and math.isfinite(past.newest)
        self.stack.setCurrentIndex(1 if some else 0)
        if not some:
            document = self.bench.document
            untaught = said.RIVER_OPENS if document.trained else said.RIVER_NO_MODEL
            untaught = said.RIVER_LEARNING if document.learns else untaught
            if self.bench.verdict.text == words.OTHER_SENSOR:
                untaught = words.OTHER_SENSOR_STEP
            text = said.RIVER_EMPTY if past.labels else untaught
            text = said.LINE_EXAMPLES if document.by_examples else text
            if self.empty.text() != text:
                self.empty.setText(text)
        self._begin()
        if not self.view.frozen:
            self.marking.catch_up(past, past.newest - SPAN, self.view.clock)
        self.view.tick()
        testing = self.bench.testing
        if testing.alarm.tick(
            now, self.view.clock, self.bench.document, self.bench.live, past, testing.marks
        ):
            self.kept.offered()
        self.kept.tick(now)
        if now - self._told > 0.5:
            self._told = now
            self._tell()

    def restyle(self) -> None:
        """The look changed."""
        self.pause.setIcon(icons.icon("pause", self.bench.look.palette.faint))
        self.view.renew()

    # The line

    def _begin(self, *, anew: bool = False) -> None:
        """Mark the past anew where another rule, another model or another past is looked at."""
        past, place = self.view.past, (self._dial, self.view.line)
        if self._ruled is None or self._ruled[0][0] is not place[0] or self._ruled[0][1] != place[1]:
            self._ruled = place, self._dial.ruled(self.view.line)
        rule, bound = self._ruled[1]
        wanted = (rule, bound, past.labels, past.version, self.view.frozen is not None)
        if anew or wanted != self._rule:
            self._rule = wanted
            self.marking = Marking(rule, past.labels, bound)
            self.marking.catch_up(past, past.newest - SPAN, self.view.now)
            self.view.update()

    def _drag(self, height: float) -> None:
        """The past as this line would have marked it, at once."""
        self._moved_at = None if self.view.dragging else self._now
        now = time.perf_counter()
        if now - self._marked_at > AT_MOST:  # else with the next picture
            self._marked_at = now
            self._begin()
            self._tell()

    def _drop(self, height: float) -> None:
        """Let the line be there from now on."""
        self._moved_at = None
        command = self._dial.command(height)
        if command is not None:
            self.bench.send(command)
        if command is None or self.bench.document.locked:  # then control says why it stays
            self.view.set_line(self._dial.height)
            self._begin()
        self._tell()

    # Words

    def _since(self) -> float:
        """From when on what is shown counts: with a sensor that is silent the minute goes on."""
        return self.view.now - SPAN

    def _counts(self, spans: list[Span]) -> str:
        found = counts(spans, self._since(), self.bench.document.labels)
        return (
            ", ".join(said.COUNTED.format(label=name, count=count) for name, count in found)
            or said.NOTHING_HEARD
        )

    def _tell(self) -> None:
        """What the line means, and what it marks."""
        means = self._dial.words(self.view.line)
        moved = abs(self.view.line - self._dial.height) > 1e-9
        marked = self._counts(self.marking.spans)
        text = (said.LINE_WOULD if moved else said.LINE_SET).format(words=means, counts=marked)
        if not self._dial.drags:
            text = means
        if self._hovered and not moved:
            text = self._hovered
        if self.meaning.text() != text:
            self.meaning.setText(text)
            self.meaning.setAccessibleName(text)
            self.meaning.setToolTip(plain(f"{text}\n{said.LINE_TIP}"))
        heard = self._counts(list(self.view.past.spans))
        self.view.setAccessibleDescription(
            said.RIVER_TEXT.format(words=means, seconds=SPAN, heard=heard, line=marked)
        )

    def _hover(self, text: str) -> None:
        self._hovered = text
        self._tell()

    # The part that is looked at

    def _show(self, index: int) -> None:
        self.view.group = SHOWN[index]
        self.view.update()

    def _freeze(self, on: bool) -> None:
        """What is shown while paused is a copy: the past goes on."""
        frozen: Past | None = copy.deepcopy(self.bench.testing.past) if on else None
        self.view.freeze(frozen)
        self._begin()

    def _look(self) -> None:
        look = self.view.look
        part = said.RIVER_PART.format(look.ago + look.seconds, look.ago)
        self.title.setText(part if look.ago > 0.05 else said.RIVER.format(look.seconds))
        self.to_now.setEnabled(self.view.look.ago > 0.0)
        self.farther.setEnabled(self.view.look.seconds < SPAN)
