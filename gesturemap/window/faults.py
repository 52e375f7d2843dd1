"""Errors in place: lines over the top of the stage, each with its next step, put away by hand; never a box."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gesturemap.window import words
from gesturemap.window.look import icons
from gesturemap.window.look.colours import Palette
from gesturemap.window.look.theme import label, styled

SHOWN = 2
EDGE = 8
"""Pixels between the lines and the edges of what they lie over."""
MOST = 50
READ = 3.0
"""Seconds for which a line stays that settles itself, so that it can be read."""
INPUT = ("input", "UDP port", "serial", "pointer", "replay", "/dev/", "COM")
"""How the places of what an input says begin."""
EDITED = ("gesture", "mapping", "recording")
"""How the places of what the next edit, or taking one back, makes untrue begin; and each kind of mapping."""
LEARNING = ("training", "evaluation", "trainer", "demonstration", "vocabulary")
"""How the places of what is put right by a training that went well begin."""


@dataclass
class Trouble:
    """One line, and how often it was said."""

    place: str
    text: str
    times: int = 1
    at: float = field(default_factory=time.perf_counter)
    """When it was said last, in seconds of this process."""
    over: bool = False
    """Whether it has settled itself; it goes when it has been read."""


class Troubles:
    """What went wrong and was not put away yet, newest first; the same line again only counts."""

    def __init__(self) -> None:
        self.lines: list[Trouble] = []

    def add(self, place: str, text: str) -> None:
        """Take one line."""
        same = next((line for line in self.lines if line.text == text), None)
        if same is not None:
            same.times += 1
            same.at, same.over = time.perf_counter(), False
            self.lines.remove(same)
        self.lines.insert(0, same or Trouble(place, text))
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

    def settled(self, *places: str) -> None:
        """What is said of exactly these places is over; ``engine``: of its death, when it runs again."""
        for line in self.lines:
            line.over = line.over or line.place in places

    def age(self, now: float) -> None:
        """Put away what is over and has been read."""
        self.lines = [line for line in self.lines if not line.over or now - line.at < READ]


class FaultBar(QWidget):
    """Shows the newest few of `Troubles` over the top of a widget, so that nothing moves when one comes or goes.

    Parameters
    ----------
    ground : the widget over which they lie.
    before : the widget behind which they are reached by Tab.
    """

    def __init__(self, ground: QWidget, before: QWidget) -> None:
        super().__init__(ground)
        self._ground, self._before = ground, before
        ground.installEventFilter(self)
        self.troubles = Troubles()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._colour = ""
        self.hide()

    def lie_over(self, ground: QWidget, before: QWidget) -> None:
        """Move to another widget; what is said stays."""
        self._ground.removeEventFilter(self)
        self._ground, self._before = ground, before
        ground.installEventFilter(self)
        self.setParent(ground)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go along when what lies below changes its size."""
        if watched is self._ground and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        """Across the top of the ground, as high as its lines need."""
        wide = max(1, self._ground.width() - 2 * EDGE)
        self._column.activate()
        high = self._column.heightForWidth(wide)
        high = high if high > 0 else self.sizeHint().height()
        self.setGeometry(EDGE, EDGE, wide, min(high, max(1, self._ground.height() - 2 * EDGE)))

    def say(self, place: str, text: str) -> None:
        """Show one line more."""
        self._change(lambda troubles: troubles.add(place, text), anew=True)

    def dismiss(self, text: str) -> None:
        """Put one line away."""
        self._change(lambda troubles: troubles.dismiss(text))

    def solved(self, *places: str) -> None:
        """Put away everything about places that begin so."""
        self._change(lambda troubles: troubles.solved(*places))

    def keep(self, *places: str) -> None:
        """Put away everything but what is about places that begin so."""
        self._change(lambda troubles: troubles.keep(*places))

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

    def texts(self) -> list[str]:
        """The lines, as a person reads them."""
        return [found.text() for found in self.findChildren(QLabel, "trouble")]

    def _show(self) -> None:
        held = self.isAncestorOf(QApplication.focusWidget() or self._ground)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()  # a layout shows what it was given a moment later, also what has gone since
                widget.setParent(None)
                widget.deleteLater()
        lines = self.troubles.lines
        rows = [self._row(line) for line in lines[:SHOWN]]
        if len(lines) > SHOWN:
            row, inside = self._frame()
            inside.addWidget(label(words.MORE_FAULTS.format(len(lines) - SHOWN), "small"))
            rows.append(row)
        for row in rows:
            self._column.addWidget(row)
            row.show()  # now, not when Qt gets to it: its height is asked for below
        self.setVisible(bool(lines))
        if lines:
            self.raise_()
            self._place()
            self._reach(held)

    def _reach(self, held: bool) -> None:
        """Put the buttons into the order of Tab; one of them had the focus: another one takes it."""
        last, buttons = self._before, self.findChildren(QToolButton)
        for button in buttons:
            QWidget.setTabOrder(last, button)
            last = button
        if held and buttons:
            buttons[0].setFocus()

    @staticmethod
    def _frame() -> tuple[QFrame, QHBoxLayout]:
        row = styled(QFrame(), "fault")
        inside = QHBoxLayout(row)
        inside.setContentsMargins(10, 4, 4, 4)
        return row, inside

    def _row(self, line: Trouble) -> QFrame:
        row, inside = self._frame()
        text = label(line.text, "trouble", wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(text, 1)
        if line.times > 1:
            inside.addWidget(label(words.TIMES.format(line.times), "small"))
        button = styled(QToolButton(), "plain")
        button.setIcon(icons.icon("close", self._colour or "#888888"))
        button.setToolTip(words.DISMISS_TIP)
        button.setAccessibleName(words.DISMISS)
        button.clicked.connect(lambda: self.dismiss(line.text))
        inside.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row
