"""The page to play from, to be read from three metres: what is heard, which scene, and whether all is well."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gesturemap import commands
from gesturemap.commands import Lock, Next, Panic, Previous
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import panicked
from gesturemap.window.facts.kept import SMALLEST
from gesturemap.window.facts.lamps import BAD, GOOD, OFF, WARN, Lamp, Rooms, lamps
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import plain, styled
from gesturemap.window.perform.gauges import EDGE, GAP, Gauges
from gesturemap.window.perform.sign import ALIGN, Sign, fitting
from gesturemap.window.teach.pad import Pad
from gesturemap.window.teach.sound import Meter as Levels
from gesturemap.window.words import testing

SMALLER = 0.65
"""How much smaller buttons become in a narrow window."""
WHOLE = 0.65
"""Share of the size of lamps in short down to which they are written whole: they are read from afar."""


def keyed(text: str, key: str) -> str:
    """What a button does and the key that does the same: nobody points with a mouse on a stage."""
    return words.KEYED.format(text=text, key=key)


def _row(texts: Sequence[str]) -> str:
    """Lamps as wide as they are painted."""
    return "".join(f"● {text}    " for text in texts)


class Lamps(QWidget):
    """A mark and a few words for each.

    A disc where all is well, a triangle to look at, a block where nothing sounds that should, a ring for what is off.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.lamps: tuple[Lamp, ...] = ()
        self._rooms = Rooms()
        self.font_shown = self.font()
        """In which they were painted last."""
        self.places: list[float] = []
        """Where each begins, as it was painted last, in pixels."""
        self.setAccessibleName(words.LAMPS_NAME)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_lamps(self, found: tuple[Lamp, ...]) -> None:
        """Show these."""
        if found != self.lamps:
            self.lamps = found
            told = [words.LAMP_STATES[lamp.state].format(lamp.text) for lamp in found]
            self.setAccessibleDescription(", ".join(told))
            self.update()

    def _font(self, texts: Sequence[str]) -> QFont:
        """In which these fit beside one another."""
        return fitting(self.font(), _row(texts) or " ", self.width(), self.height() * 0.6)

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """All in one row, as large as they fit; without what is said behind a colon, where that is much larger."""
        palette = self._bench.look.palette
        painter.fillRect(event.rect(), QColor(palette.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        texts = [lamp.text for lamp in self.lamps]
        rooms = self._rooms.follow(
            self.lamps, QFontMetricsF(self.font()).horizontalAdvance, time.perf_counter()
        )
        font, short = self._font(rooms), [text.partition(":")[0] for text in texts]
        larger, wide = self._font(short), QFontMetricsF(font).horizontalAdvance(_row(rooms))
        if font.pixelSize() < WHOLE * larger.pixelSize() or wide > self.width():
            texts, rooms, font = short, tuple(short), larger
        self.font_shown = font
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        size, middle = metrics.capHeight(), self.height() / 2
        left = size / 8
        self.places.clear()
        for lamp, text, room in zip(self.lamps, texts, rooms, strict=True):
            self.places.append(left)
            mark = QRectF(left, middle - size / 2, size, size)
            loud = {WARN: palette.warn, BAD: palette.record}.get(lamp.state)
            if lamp.state == BAD:
                painter.fillRect(mark, QColor(palette.record))
            elif lamp.state == WARN:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(palette.warn))
                painter.drawPolygon(
                    [mark.bottomLeft(), mark.bottomRight(), QPointF(mark.center().x(), mark.top())]
                )
            else:
                colour = QColor(palette.good if lamp.state == GOOD else palette.faint)
                painter.setPen(QPen(colour, max(1.5, size / 8)))
                painter.setBrush(colour if lamp.state == GOOD else Qt.BrushStyle.NoBrush)
                painter.drawEllipse(mark)
            left += size * 1.6
            painter.setPen(QColor(loud or palette.text))
            advance = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(left, 0, advance + 2, self.height()), ALIGN["left"], text)
            left += max(advance, metrics.horizontalAdvance(room)) + size * 1.6


class Perform(Panel):
    """Scene, gesture, gauges, lamps, levels and what one reaches for in a hurry.

    Parameters
    ----------
    leave : goes back to the page on which one teaches.
    mark : says that what was just heard was wrong, or was not; it is looked at later, on the page to test on.
    """

    def __init__(
        self,
        bench: Bench,
        leave: Callable[[], None],
        mark: Callable[[bool], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bench, parent)
        styled(self, "stagepage")
        self.scene = Sign(bench, words.SCENE_NAME, bold=True)
        self.next = Sign(bench, words.NEXT_SCENE.format(""), "middle", below=self.scene)
        self.time = Sign(bench, words.TIME_NAME, "right")
        self.heard = Sign(bench, words.HEARD_NOW, "middle", bold=True)
        self.gauges, self.lamps, self.meter = Gauges(bench), Lamps(bench), Levels(bench)
        self.pad = Pad(bench)
        """Where the project listens to it, beside what is heard."""
        self.pad.hide()
        self.meter.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.before = self._button(
            keyed(words.PREVIOUS, "←"), words.PREVIOUS_TIP, lambda: bench.send(Previous())
        )
        self.onward = self._button(keyed(words.NEXT, words.SPACE), words.NEXT_TIP, lambda: bench.send(Next()))
        self.run = self._button(keyed(words.HELD, "R"), words.RUN_TIP, self._turn_running)
        self.lock = self._button(
            keyed(words.LOCK, "L"), words.LOCK_TIP, lambda: bench.send(Lock(not bench.document.locked))
        )
        self.panic = styled(
            self._button(keyed(words.PANIC, "P"), words.PANIC_TIP, lambda: bench.send(Panic())), "danger"
        )
        self.teach = self._button(keyed(words.TEACH, "1"), words.TEACH_TIP, leave)
        for switch in (self.run, self.lock):
            switch.setCheckable(True)
        self._since: float | None = None
        self._mark = mark
        for key, wrong in (("W", True), ("Y", False)):
            QShortcut(QKeySequence(key), self).activated.connect(lambda each=wrong: self.judge(wrong=each))
        self._lay_out()

    def _turn_running(self) -> None:
        self.bench.turn_running()
        self.run.setChecked(self.bench.document.running)  # until control has said otherwise

    def judge(self, *, wrong: bool) -> None:
        """Mark this moment, and say how many there are."""
        self._mark(wrong)
        self._light()

    @staticmethod
    def _button(text: str, tip: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(plain(tip))
        button.setMinimumHeight(44)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: act())
        return button

    def _lay_out(self) -> None:
        head, middle, health = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        plays, leaves = QHBoxLayout(), QHBoxLayout()
        for sign, share in ((self.scene, 5), (self.next, 4), (self.time, 2)):
            head.addWidget(sign, share)
        middle.setSpacing(GAP)
        middle.addWidget(self.heard, 3)
        middle.addWidget(self.pad, 2)
        health.addWidget(self.lamps, 4)
        health.addSpacing(GAP)
        health.addWidget(self.meter, 1)
        for button in (self.before, self.onward, self.run, self.lock):
            plays.addWidget(button)
        plays.addStretch(1)
        leaves.addStretch(1)
        for button in (self.teach, self.panic):
            leaves.addWidget(button)
        self._foot.addLayout(plays)
        self._foot.addLayout(leaves)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, GAP, EDGE, GAP)
        column.setSpacing(GAP)
        column.addLayout(head, 3)
        column.addLayout(middle, 12)
        column.addWidget(self.gauges, 4)
        column.addLayout(health, 2)
        column.addLayout(self._foot)

    def sizeHint(self) -> QSize:
        """Everything there is room for."""
        return QSize(1280, 720)

    def minimumSizeHint(self) -> QSize:
        """Less than half of that: what is written becomes smaller."""
        return QSize(*SMALLEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words of the buttons grow with the page, because it is read from as far on a large screen."""
        super().resizeEvent(event)
        whole = self.sizeHint()
        larger = max(SMALLER, min(self.width() / whole.width(), self.height() / whole.height()))
        sheet = f"font-size: {14 * larger:.1f}pt; padding: {8 * larger:.0f}px {20 * larger:.0f}px"
        if sheet != self.panic.styleSheet():
            for button in self._buttons():
                button.setStyleSheet(sheet)
        self._fold()

    def _buttons(self) -> list[QPushButton]:
        """Its own: what lies over the page has others."""
        return self.findChildren(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def _fold(self) -> None:
        """The buttons lie in two rows where one has no room for their words."""
        buttons = [each for each in self._buttons() if not each.isHidden()]
        needs = sum(each.sizeHint().width() for each in buttons) + self._foot.spacing() * len(buttons)
        way = QBoxLayout.Direction
        fits = needs <= self.width() - 2 * EDGE
        self._foot.setDirection(way.LeftToRight if fits else way.TopToBottom)

    def entered(self, now: float) -> None:
        """The page is shown; from the first time on the clock runs, which control keeps: windows come and go."""
        self._since = now if self._since is None else self._since
        self.bench.send(commands.Perform())
        self._told(self.bench.document)

    def follow(self, document: Document) -> None:
        """Scene, switches, lamps."""
        if document.performed_for:
            self._since = time.perf_counter() - document.performed_for
        self._told(document)
        self.pad.follow(document)
        self.pad.setVisible(bool(self.pad.port))
        self.run.setChecked(document.running)
        self.run.setText(keyed(words.PLAYING if document.running else words.HELD, "R"))
        self.lock.setChecked(document.locked)
        self.lock.setText(keyed(words.LOCKED if document.locked else words.LOCK, "L"))

    def _told(self, document: Document) -> None:
        palette, scenes = self.bench.look.palette, document.scenes
        text = document.heading or words.UNTITLED
        if scenes and document.scene:
            name = scenes[document.scene - 1].name
            text = words.SCENE_OF.format(number=document.scene, count=len(scenes), name=name)
        self.scene.say(text, palette.text)
        after = document.next_scene
        text = words.NEXT_SCENE.format(after.name) if after else words.LAST_SCENE if scenes else ""
        self.next.say(text, palette.faint)
        for button in (self.before, self.onward):
            button.setVisible(bool(scenes))
        self._fold()
        self._light()

    def figures(self, figures: dict[str, Any]) -> None:
        """A new `Status` came."""
        self._light()

    def _light(self) -> None:
        bench, marks = self.bench, self.bench.testing.marks
        self.panic.setText(keyed(words.PANICKED if panicked(bench.figures) else words.PANIC, "P"))
        found = lamps(
            bench.document,
            {**bench.figures, "faults": bench.counted.count},
            bench.engine,
            bench.troubles.lines,
        )
        if any(marks.tally):
            right, wrong = marks.tally
            found = (*found, Lamp(OFF, testing.TALLY.format(right=right, wrong=wrong)))
        self.lamps.show_lamps(found)

    def tick(self, now: float) -> None:
        """What moves; nothing where the page is not shown."""
        if not self.isVisible():
            return
        look, verdict = self.bench.look, self.bench.verdict
        quiet = look.palette.warn if verdict.warns else look.palette.faint
        colour = look.gesture(verdict.label) if verdict.label else quiet
        mark = self.bench.look.gestures.shape(verdict.label) if verdict.label else ""
        self.heard.say(verdict.text, colour, loud=bool(verdict.label), mark=mark)
        self.gauges.tick(now)
        self.meter.tick(now)
        self.pad.tick(now)
        gone = 0 if self._since is None else int(now - self._since)
        self.time.say(time.strftime("%H:%M:%S", time.gmtime(gone)), look.palette.faint)

    def restyle(self) -> None:
        """The look changed."""
        self._told(self.bench.document)
        for part in (
            self.scene,
            self.next,
            self.time,
            self.heard,
            self.gauges,
            self.lamps,
            self.meter,
            self.pad,
        ):
            part.update()
