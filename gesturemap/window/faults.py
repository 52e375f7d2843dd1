"""Errors in place: a line below what is only looked at, with its next step, put away by hand; never a box."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gesturemap.project.disk import UNWRITTEN
from gesturemap.window import words
from gesturemap.window.look import icons
from gesturemap.window.look.colours import Palette
from gesturemap.window.look.lines import Lines, with_end
from gesturemap.window.look.theme import label, plain, styled

SHOWN, LISTED = 1, 6
"""Lines that are shown by themselves, and when all of them are asked for; more are counted."""
EDGE = 8
"""Pixels between the lines and the edges of what they lie over."""
FOOT = 2
"""Pixels below."""
ROWS = 2
"""Rows that the gravest may take, or what its next step needs; where all are listed, each takes what it needs."""
GROWN = 14 / 720
"""Points of a text for each pixel that a window is high in which it is read from afar."""
MOST = 50
READ, LETTERS = 3.0, 20.0
"""Seconds for which a line stays at least that settles itself, and letters that are read in one of them."""
INPUT = ("input", "UDP port", "serial", "pointer", "replay", "/dev/", "COM")
"""How the places of what an input says begin."""
EDITED = ("gesture", "recording", "again", "sound")
"""How the places of what the next edit, or taking one back, makes untrue begin."""
CHANNELS = ("features", "model")
"""How the places of what another sensor, other features or another model makes untrue begin."""
AT_ONCE = ("undo", "redo")
"""Places of what is only an answer to a key, and over when it has been read."""
NOT_OPEN = ("the sensor is not open", "the engine is not there")
"""What the record key is answered where nothing comes yet; as in `gesturemap.control.takes`."""
ANSWERS = ("keeping ",)
"""How the places of what the engine answers to a key begin: it is over when it has been read."""
LEARNING = ("training", "evaluation", "trainer", "demonstration", "vocabulary", "model")
"""How the places of what is put right by a training that went well begin."""

LOCK = "the stage lock is on"
"""What everything says that the lock forbids; as in `gesturemap.control.lock`."""


@dataclass
class Trouble:
    """One line, and how often it was said."""

    place: str
    text: str
    times: int = 1
    at: float = field(default_factory=time.perf_counter)
    """When it was said last, in seconds of this process."""
    on: float = field(default_factory=time.time)
    """The same as files have it, in seconds of the machine's clock."""
    over: bool = False
    """Whether it has settled itself; it goes when it has been read."""
    remark: bool = False
    """Whether nothing went wrong: it is only worth knowing."""

    @property
    def written(self) -> bool:
        """Whether its place is a file that was written after it was said."""
        try:
            return Path(self.place).is_file() and Path(self.place).stat().st_mtime > self.on
        except (OSError, ValueError):
            return False

    @property
    def reading(self) -> float:
        """Seconds that reading it takes."""
        return max(READ, len(self.text) / LETTERS)

    @property
    def weight(self) -> int:
        """0: the answer to a key, for as long as it is read, or a file, where something may be lost; 1: something else
        went wrong; 2: a remark."""
        if self.remark:
            return 0 if self.place in AT_ONCE else 2
        return 0 if Path(self.place).is_absolute() else 1


class Troubles:
    """What went wrong and was not put away yet: the gravest first, of those the newest; the same line only counts."""

    def __init__(self) -> None:
        self.lines: list[Trouble] = []

    def add(self, place: str, text: str, *, remark: bool = False, over: bool = False) -> None:
        """Take one line; one that is over goes when it has been read."""
        same = next((line for line in self.lines if line.text == text), None)
        if same is not None:
            same.times += 1
            same.at, same.on, same.over = time.perf_counter(), time.time(), over and same.over
            self.lines.remove(same)
        self.lines.insert(0, same or Trouble(place, text, remark=remark, over=over))
        self.lines.sort(key=lambda line: line.weight)  # the rest stays in its order
        del self.lines[MOST:]

    def dismiss(self, text: str) -> None:
        """Put one away."""
        self.lines = [line for line in self.lines if line.text != text]

    def solved(self, *places: str) -> None:
        """Put away everything about places that begin so."""
        self.lines = [line for line in self.lines if not line.place.startswith(places)]

    def keep(self, *places: str) -> None:
        """Put away everything but what is about places that begin so."""
        self.lines = [line for line in self.lines if line.place.startswith(places)]

    def lifted(self, reason: str) -> None:
        """Put away everything that was refused for a reason that is no more."""
        self.lines = [line for line in self.lines if reason not in line.text]

    def settled(self, *places: str) -> None:
        """What is said of exactly these places is over; ``engine``: of its death, when it runs again."""
        for line in self.lines:
            line.over = line.over or line.place in places

    def written(self) -> None:
        """Put away what is said of files that could not be written and have been since."""
        self.lines = [line for line in self.lines if UNWRITTEN not in line.text or not line.written]

    def age(self, now: float) -> None:
        """Put away what is over and has been read."""
        self.lines = [line for line in self.lines if not line.over or now - line.at < line.reading]


class FaultBar(QWidget):
    """Shows the gravest of `Troubles` over the foot of a widget, so that nothing moves when one comes or goes.

    Where nobody plays or teaches: over the words of the line of status, or on the page to play from over what is heard.

    Parameters
    ----------
    ground : the widget over which it lies; one that is looked at, and not played with.
    before : the widget behind which they are reached by Tab.
    beside : the part of the ground at whose left they end.
    """

    covers = Signal(int)
    """So many pixels at the foot of what is read from afar; 0: none, or it lies over something else."""

    def __init__(self, ground: QWidget, before: QWidget, beside: QWidget | None = None) -> None:
        super().__init__(ground)
        self._ground, self._before, self._beside = ground, before, beside
        ground.installEventFilter(self)
        self.troubles = Troubles()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._colour = ""
        self._grows = False
        self._listed = False
        """Whether all of them are shown."""
        self._rows: list[tuple[QFrame, QHBoxLayout, Lines, str]] = []
        self.hide()

    def lie_over(
        self, ground: QWidget, before: QWidget, beside: QWidget | None = None, *, grows: bool = False
    ) -> None:
        """Move to another widget; what is said stays, and grows with the window where it is read from afar."""
        self._grows = grows
        self._ground.removeEventFilter(self)
        self._ground, self._before, self._beside = ground, before, beside
        ground.installEventFilter(self)
        self.setParent(ground)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go along when what lies below changes its size."""
        if watched is self._ground and event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._place)  # when everything in it has its place
        return False

    def _place(self) -> None:
        """Across the foot of the ground, as high as its lines need."""
        beside = self._beside
        right = self._ground.width() if beside is None else beside.mapTo(self._ground, QPoint()).x()
        most = MOST if self._listed else ROWS
        wide = max(1, right - 2 * EDGE)
        self.setGeometry(EDGE, 0, wide, self._ground.height())
        for row, inside, text, whole in self._rows:
            if self._grows:
                text.setStyleSheet(f"font-size: {max(14.0, GROWN * self._ground.window().height()):.0f}pt")
            inside.activate()  # the text is as wide as it will be
            measure = text.fontMetrics().horizontalAdvance
            text.setText(with_end(whole, measure, text.width(), most))
            text.fit(text.width(), MOST)
            row.updateGeometry()
        high = self._column.sizeHint().height()
        self.setGeometry(EDGE, self._ground.height() - FOOT - high, wide, high)
        self.covers.emit(high + FOOT if self._grows else 0)

    def say(self, place: str, text: str, *, remark: bool = False, over: bool = False) -> None:
        """Show one line more; before it stands what is graver."""
        self._change(lambda troubles: troubles.add(place, text, remark=remark, over=over), anew=True)

    def done(self, place: str, text: str) -> None:
        """Say what a key has done, in place of what was said of the one before it; it goes when it has been read."""
        self.solved(place)
        self.say(place, text, remark=True, over=True)

    def dismiss(self, text: str) -> None:
        """Put one line away."""
        self._change(lambda troubles: troubles.dismiss(text))

    def solved(self, *places: str) -> None:
        """Put away everything about places that begin so."""
        self._change(lambda troubles: troubles.solved(*places))

    def keep(self, *places: str) -> None:
        """Put away everything but what is about places that begin so."""
        self._change(lambda troubles: troubles.keep(*places))

    def lifted(self, reason: str) -> None:
        """Put away everything that was refused for a reason that is no more."""
        self._change(lambda troubles: troubles.lifted(reason))

    def written(self) -> None:
        """Put away what is said of files that could not be written and have been since."""
        self._change(lambda troubles: troubles.written())

    def settled(self, *places: str) -> None:
        """What is said of exactly these places is over, and goes when it has been read."""
        self.troubles.settled(*places)

    def tick(self, now: float) -> None:
        """Put away what is over; `now` in seconds of this process."""
        if self.troubles.lines:
            self._change(lambda troubles: troubles.age(now))

    def _change(self, act: Callable[[Troubles], None], *, anew: bool = False) -> None:
        count = len(self.troubles.lines)
        act(self.troubles)
        if anew or len(self.troubles.lines) != count:
            self._show()

    def restyle(self, palette: Palette) -> None:
        """The look changed."""
        self._colour = palette.text
        self._show()
        QTimer.singleShot(0, self, self._place)  # words beside it are another length in the other look

    def texts(self) -> list[str]:
        """What is said, the gravest first, shown or counted."""
        return [line.text for line in self.troubles.lines]

    def _show(self) -> None:
        held = self.isAncestorOf(QApplication.focusWidget() or self._ground)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()  # a layout shows what it was given a moment later, also what has gone since
                widget.setParent(None)
                widget.deleteLater()
        lines = self.troubles.lines
        self._listed, self._rows = self._listed and len(lines) > SHOWN, []
        for number, line in enumerate(lines[: LISTED if self._listed else SHOWN]):
            row = self._row(line, len(lines) - SHOWN if number == 0 else 0)
            self._column.addWidget(row)
            row.show()  # now, not when Qt gets to it: its height is asked for below
        self.setVisible(bool(lines))
        if lines:
            self.raise_()
            self._place()
            self._reach(held)
        else:
            self.covers.emit(0)

    def _reach(self, held: bool) -> None:
        """Put the buttons into the order of Tab; one of them had the focus: another one takes it."""
        last, buttons = self._before, self.findChildren(QToolButton)
        for button in buttons:
            QWidget.setTabOrder(last, button)
            last = button
        if held and buttons:
            buttons[0].setFocus()

    def _turn(self) -> None:
        """Show all of them, or the gravest alone."""
        self._listed = not self._listed
        self._show()
        if self._listed:
            self._reach(True)  # so that Esc closes them

    @property
    def opens(self) -> bool:
        """Whether all of them are listed."""
        return self._listed

    def put_away(self) -> None:
        """List them no more."""
        self._listed = False
        self._ground.setFocus()
        self._show()

    def _row(self, line: Trouble, more: int) -> QFrame:
        """One line; the first one says how many there are besides."""
        row = styled(QFrame(), "fault")
        button = styled(QToolButton(row), "plain")  # the first that is reached by Tab
        inside = QHBoxLayout(row)
        inside.setContentsMargins(10, 4, 4, 4)
        text = Lines("trouble")
        text.setText(line.text)
        text.setToolTip(plain(line.text))
        text.setAccessibleName(line.text)
        inside.addWidget(text, 1)
        if line.times > 1:
            inside.addWidget(label(words.TIMES.format(line.times), "small"))
        if more > 0:
            others = styled(QToolButton(), "count")
            others.setText(words.FEWER_FAULTS if self._listed else words.MORE_FAULTS.format(more))
            others.setToolTip(words.FEWER_FAULTS_TIP if self._listed else words.MORE_FAULTS_TIP)
            others.clicked.connect(self._turn)
            inside.addWidget(others, 0, Qt.AlignmentFlag.AlignTop)
        button.setIcon(icons.icon("close", self._colour or "#888888"))
        button.setToolTip(words.DISMISS_TIP)
        button.setAccessibleName(words.DISMISS)
        button.clicked.connect(lambda: self.dismiss(line.text))
        inside.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._rows.append((row, inside, text, line.text))
        return row
