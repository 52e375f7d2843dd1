"""The strip of a whole recording that is painted on: its curves, what was brushed, what is proposed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

from gesturemap.demonstrations import Demonstration
from gesturemap.window.bench import Bench
from gesturemap.window.facts.painting import Painting, Stroke, here, laid, stroke, texts
from gesturemap.window.look.colours import GestureColours
from gesturemap.window.look.theme import plain
from gesturemap.window.test.strip_picture import FOOT, GAP, LANE, PLOT, StripPicture
from gesturemap.window.words import painting as said

CLICK = 3.0
"""Pixels within which a press and a release are a click."""
STEP = 0.1
"""Seconds that a key moves the cursor by."""
CLOSEST = 4.0
"""Seconds that are shown at least."""


class Strip(StripPicture):
    """Says what is brushed, and what is clicked on; keys as in its tip."""

    brushed = Signal(object)
    """A `Stroke`."""
    begun = Signal()
    """Something is being brushed."""
    told = Signal(str)
    """What lies under the mouse or the cursor, in words; empty: nothing."""

    def __init__(self, bench: Bench, colours: GestureColours) -> None:
        super().__init__(bench, colours)
        self.brush = ""
        """The gesture that is brushed; '' is nothing."""
        self._with = ""
        """What is being brushed with."""
        self._anchor: float | None = None
        """Where what is being brushed was begun, s."""
        self._pressed = QPointF()
        self._came = False
        """Whether the mouse has brought the keys here just now."""
        self._right = False
        """Whether a click says that what is proposed is right."""
        self._by_key = False
        self._over: float | None = None
        """The moment that is told of, s; None: none is."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(said.STRIP_NAME)
        self.setToolTip(plain(said.STRIP_TIP))
        self.setMinimumSize(200, int(PLOT + 2 * (LANE + GAP) + FOOT))

    def show_recording(
        self,
        painting: Painting | None,
        recorded: Demonstration | None,
        whole: float,
        learned: tuple[float, float],
    ) -> None:
        """Another recording, or otherwise trimmed."""
        if painting is not self.painting or whole != self.whole:
            self.hand, self.look, self.under = learned[0], (0.0, whole), None
            self._tell_nothing()
        self.painting, self.recorded, self.whole, self.learned = painting, recorded, whole, learned
        self.refresh()
        self.renew()

    def refresh(self) -> None:
        """Strokes or proposals have changed."""
        parts = texts(self.painting) if self.painting is not None else []
        if self.under is not None and self._by_key:
            under = self.under
            label = under.label or said.NOTHING.lower()
            parts.insert(0, said.TEXT_BRUSHING.format(label=label, begin=under.begin, end=under.end))
        elif parts:
            parts.insert(0, said.TEXT_CURSOR.format(self.hand, self.whole))
        self.setAccessibleDescription(". ".join(parts))
        if self._over is not None:
            self._tell(self._over)
        self.update()

    # The part that is looked at

    def zoom(self, closer: bool, around: float | None = None) -> None:
        """A shorter part of it, or a longer one."""
        middle = self.hand if around is None else around
        begin, end = self.look
        wide = min(self.whole, max(min(CLOSEST, self.whole), (end - begin) * (0.7 if closer else 1 / 0.7)))
        share = (middle - begin) / max(1e-9, end - begin)
        self._look_from(middle - min(1.0, max(0.0, share)) * wide, wide)

    def _look_from(self, begin: float, wide: float) -> None:
        begin = min(max(0.0, begin), self.whole - wide)
        if (begin, begin + wide) != self.look:
            self.look = begin, begin + wide
            self.renew()

    # The mouse

    def _stroke(self, to: float) -> Stroke:
        low, high = self.learned
        anchor = min(max(low, self._anchor if self._anchor is not None else to), high)
        return stroke(anchor, min(max(low, to), high), self._with, self.whole)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to brush."""
        if self.painting is None or event.button() not in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.RightButton,
        ):
            return
        self.finish()
        self._with = "" if event.button() == Qt.MouseButton.RightButton else self.brush
        self._pressed, self._anchor = event.position(), self.seconds(event.position().x())
        self._right = self.lane(1).contains(event.position()) and not self._came
        self.hand = self._anchor
        self.begun.emit()
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Brush on, or say what lies there."""
        x = event.position().x()
        if self._anchor is None or self._by_key:
            self._tell(self.seconds(x))
        elif self.under is not None or abs(x - self._pressed.x()) >= CLICK:
            self.hand = self.seconds(x)
            self.under = self._stroke(self.hand)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A stroke is done; a click in their lane means the proposal that lies there."""
        if self._anchor is None or self._by_key:
            return
        if self.under is not None:
            self.finish()
        else:
            at, self._anchor = self._anchor, None
            if self._right:
                self.agree(at, nothing=event.button() == Qt.MouseButton.RightButton)

    def leaveEvent(self, event: object) -> None:
        """The mouse has left."""
        self._tell_nothing()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; with Shift move along."""
        turns, across = event.angleDelta().y() / 120, event.angleDelta().x() / 120
        begin, end = self.look
        if across or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._look_from(begin - (turns or across) * 0.1 * (end - begin), end - begin)
        elif turns:
            self.zoom(turns > 0, self.seconds(event.position().x()))
        event.accept()

    # What is done

    def finish(self) -> None:
        """What is being brushed is a stroke."""
        done, self.under, self._anchor, self._by_key = self.under, None, None, False
        if done is not None:
            self._say(done)
        self.update()

    def _say(self, done: Stroke) -> None:
        """A stroke is done: what comes of it is told, until the mouse or the cursor moves."""
        self._tell_nothing()
        self.brushed.emit(done)

    @property
    def opens(self) -> bool:
        """Whether something is being brushed, which Esc gives up."""
        return self.under is not None

    def put_away(self) -> None:
        """Brush no longer; there is no stroke of it."""
        self.under, self._anchor, self._by_key = None, None, False
        self.refresh()

    def agree(self, seconds: float, *, nothing: bool = False) -> None:
        """What is proposed at a moment is right, or is nothing."""
        part = self.painting.proposal.at(seconds) if self.painting is not None else None
        if part is not None:
            label = "" if nothing else part.label
            self._say(stroke(part.begin, part.end, label, self.whole))

    def _tell_nothing(self) -> None:
        self._over = None
        self.told.emit("")

    def _tell(self, seconds: float) -> None:
        self._over, painting = seconds, self.painting
        if painting is None:
            return
        over = next((one for one in laid(painting.strokes) if one.begin <= seconds <= one.end), None)
        part = painting.proposal.at(seconds)
        if over is not None:
            label = over.label or said.NOTHING.lower()
            self.told.emit(said.HERE_BRUSHED.format(begin=over.begin, end=over.end, label=label))
        else:
            self.told.emit(here(painting.proposal, part) if part is not None else "")

    # Keys

    def _go(self, to: float, *, brush: bool) -> None:
        low, high = self.learned
        if brush and self._anchor is None:
            self._anchor, self._by_key, self._with = self.hand, True, self.brush
            self.begun.emit()
        elif not brush:
            self.finish()
        self.hand = min(max(low, to), high)
        if brush:
            self.under = self._stroke(self.hand)
        begin, end = self.look
        if not begin <= self.hand <= end:
            self._look_from(self.hand - 0.5 * (end - begin), end - begin)
        self._tell(self.hand)
        self.refresh()

    def _border(self, forth: bool) -> float:
        """The next border of what is proposed, or brushed."""
        painting = self.painting
        if painting is None:
            return self.hand
        spans = [(part.begin, part.end) for part in painting.proposal.shown]
        places = [
            at for span in (*spans, *((one.begin, one.end) for one in laid(painting.strokes))) for at in span
        ]
        beyond = [each for each in places if (each > self.hand + 0.01 if forth else each < self.hand - 0.01)]
        return (min if forth else max)(beyond, default=self.learned[1 if forth else 0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything by key."""
        if self.painting is None:
            super().keyPressEvent(event)
            return
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}.get(
            key, 0
        )
        if by and control:
            self._go(self._border(by > 0), brush=shift)
        elif by:
            self._go(self.hand + by * STEP, brush=shift)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(self.learned[key == Qt.Key.Key_End], brush=shift)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.under is not None:
                self.finish()
            else:
                self.agree(self.hand)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Shift is let go: the stroke is done."""
        if event.key() == Qt.Key.Key_Shift and self._by_key:
            self.finish()
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The cursor is seen; a click that brings the keys here does nothing else."""
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            self._came = True
            QTimer.singleShot(0, self, self._is_here)
        self.update()

    def _is_here(self) -> None:
        self._came = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is being brushed by key is done."""
        if self._by_key:
            self.finish()
        super().focusOutEvent(event)
        self.update()
