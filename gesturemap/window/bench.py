"""What all parts of the window share: document, live numbers, look, and a way to send commands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QWidget

from gesturemap import commands as c
from gesturemap.commands import Message
from gesturemap.share import Share
from gesturemap.window import words
from gesturemap.window.facts.changes import imported, turned_back
from gesturemap.window.facts.counted import Counted
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.ghost import Ghost
from gesturemap.window.facts.health import COMPILING, OutputTroubles, engine_state, unready
from gesturemap.window.facts.live import Live
from gesturemap.window.facts.outputs import Outputs, continuous
from gesturemap.window.facts.practice import Practice
from gesturemap.window.facts.recording import RecordKey, Send
from gesturemap.window.facts.shelf import Shelf
from gesturemap.window.facts.sure import Sure
from gesturemap.window.facts.testing import Testing
from gesturemap.window.facts.verdict import Verdict
from gesturemap.window.look.colours import DARK, GestureColours, Palette
from gesturemap.window.words import teaching, testing

STUCK = 2.5
"""Seconds without a word and without a frame from an engine that had both, after which that is said."""
SETTLED = (c.Undo, c.Redo, c.GoTo, c.New, c.Open, c.Save, c.Lock, c.Train, c.Scene, c.Next, c.Previous)
"""Commands that find the project as it is."""


@dataclass
class Look:
    """The colours of everything."""

    palette: Palette = DARK
    gestures: GestureColours = field(default_factory=GestureColours)

    def gesture(self, label: str) -> str:
        """The colour of one gesture."""
        return self.gestures.colour(label, self.palette)


class Bench(QObject):
    """One window's shared state; parts read it and are told when to look again."""

    selected = Signal(str)
    """Another gesture was selected."""
    settles = Signal()
    """What a hand has changed just now is to be sent."""
    shown_by_hand = Signal()
    """Outputs were set by hand, and want to be heard."""
    settings_wanted = Signal(str, int, str)
    """Somebody wants to see a tab of the settings, a row of it (below 0: none), and one setting (empty: none)."""
    problem = Signal(str, str)
    """Something the window itself has to say: place, and one line with its next step."""
    answer = Signal(str, str)
    """The same, of what is only the answer to a key: it goes when it has been read."""
    done = Signal(str, str)
    """The same, of what a key has done: it goes when it has been read, too."""
    remark = Signal(str, str)
    """The same, where nothing went wrong."""
    help = Signal(str)
    """Help is asked for: ``keys``, ``doctor``, ``pages``, or the name of a page of the documentation."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self.document = Document()
        self.live = Live()
        self.sure = Sure()
        self.verdict = Verdict()
        self.look = Look()
        self.figures: dict[str, Any] = {}
        """The newest `Status`."""
        self._status_at = math.inf
        """When it came, in seconds of this process; inf: none has since the engine runs."""
        self.trained_at: float | None = None
        """When a new model was heard of, in seconds of this process."""
        self.engine = ""
        """Why the engine does not play, for people; empty while it runs."""
        self._engine_ran = False
        self.progress: tuple[str, str, float] | None = None
        """What takes a while, which part, and how far (0..1)."""
        self._compiled = Share()
        self.selection = ""
        """The gesture that is selected, or empty."""
        self.record_key = RecordKey(send)
        self.accuracy: dict[str, float] = {}
        """The share of each gesture's demonstrations that was recognised when they were left out, 0..1."""
        self.ghost: Ghost | None = None
        """The demonstration that goes by, to practise against."""
        self.practice = Practice()
        """How like the demonstrations it is what is done meanwhile."""
        self.shelf = Shelf()
        """The demonstrations by phase."""
        self.testing = Testing()
        self.counted = Counted()
        self.troubles = OutputTroubles()
        """Which outputs are not heard or cannot send."""
        self.outputs = Outputs()
        """What a regression said in the last minute."""
        self.live.watchers += [self.testing.past, self.outputs]

    def send(self, message: Message) -> None:
        """Send a command to control; what a hand has changed and nobody has sent yet goes before what builds on it."""
        if not isinstance(message, c.Mark | c.Panic):
            self.testing.marks.settle()
        if isinstance(message, SETTLED):
            self.settles.emit()
        self._send(message)

    def status(self, figures: dict[str, Any], now: float) -> None:
        """A new `Status` came."""
        self.figures, self._status_at = figures, now
        if self.engine == words.ENGINE_STUCK:
            self._look_at_engine()

    def stuck(self, now: float) -> bool:
        """Whether it has just become known that the engine runs and says nothing any more, nor does a frame come."""
        quiet = min(now - self._status_at, self.live.silence)
        if quiet < STUCK or not self.figures.get("rate") or self.engine or self.preparing:
            return False
        self.engine, self.figures = words.ENGINE_STUCK, {}
        return True

    def tick(self, now: float) -> None:
        """Take over what the engine wrote; `now` in seconds of this process."""
        self.live.tick(now)
        winner = self.live.winner
        self.sure.tick(winner, self.live.of(self.live.posterior, winner))
        self.verdict.tick(self.document, self.live, self.sure.label, self.engine, now, self.preparing)
        self.record_key.tick(now)

    def take(self, document: Document) -> None:
        """Take over a new document; the selection stays where it can."""
        before = self.document
        self.document = document
        self.sure.follow(document)
        self.live.plays = bool(document.playing)
        self.testing.follow(document)
        self._look_at_engine()
        self._engine_ran = self._engine_ran or document.engine_runs
        if self.engine or (document.open and not before.open):
            self.figures = {}  # those of an engine or a source that is no more
        if document.silent and not before.silent and not self.figures.get("silent"):  # seen at once
            until = "gesture" if document.labels else "movement"
            self.figures = {**self.figures, "silent": until}
        if self.engine and self.engine != words.ENGINE_STUCK:
            self.live.minute.clear()  # what could be kept of it went with the engine
        if text := imported(before, document):
            self.remark.emit("import", text)
        if text := turned_back(before, document):
            self.done.emit("undo", text)
        if document.rescued and document.path != before.path:
            self.problem.emit(document.path, teaching.RESCUED.format(document.rescued))
        self.look.gestures.follow(document.labels, document.places)
        if self.selection not in document.labels:
            self.select(self._next_selection(before, document))
        elif back := self._back(before, document):
            self.select(back)

    def goes_on(self, what: str, part: str, fraction: float) -> None:
        """Something that takes a while has come so far; several processes compile, and none of them knows all of it."""
        if what == COMPILING:
            part, fraction = "", self._compiled.take(fraction)
        elif self.preparing and what == "training":
            return  # another process still compiles, and that is what one waits for
        self.progress = None if fraction >= 1.0 else (what, part, fraction)
        self._look_at_engine()

    def ended(self, goes_on: Mapping[str, bool]) -> None:
        """Which of what takes a while goes on; of what does not, there is no progress any more."""
        if self.progress is not None and not goes_on.get(self.progress[0], True):
            self.progress = None

    def _look_at_engine(self) -> None:
        """Why it does not play: where it only compiles, that is what is said."""
        state = engine_state(self.document, again=self._engine_ran)
        if not state and self.engine == words.ENGINE_STUCK and not self.figures:
            return  # control does not know yet
        if state:
            self._status_at = math.inf
        self.engine = (state != words.ENGINE_OFF and self.preparing) or state if state else ""

    def trained(self, now: float) -> None:
        """A new model plays; what is compiled from now on begins anew."""
        self.trained_at, self.progress, self._compiled = now, None, Share()

    @property
    def preparing(self) -> str:
        """That the first start compiles, and how far it is; empty: nothing is compiled."""
        if self.progress is None or self.progress[0] != COMPILING:
            return ""
        return words.FIRST_START.format(self.progress[2])

    @property
    def continuous(self) -> bool:
        """Whether outputs are learned and no gesture is told, so that nothing is said of gestures."""
        return continuous(self.document, self.live)

    def forget(self) -> None:
        """Another project: nothing of the last one is news any more."""
        self.live.inputs.clear()
        self.live.features.clear()
        self.live.minute.clear()
        self.ghost, self.accuracy = None, {}
        self.record_key.wishes.along = ""
        self.testing.forget()
        self.outputs.clear()
        self.counted = Counted()
        self.figures, self.trained_at = {}, None
        if not self.preparing:  # what is compiled is the computer's, not the project's
            self.progress, self._compiled = None, Share()

    @staticmethod
    def _back(before: Document, document: Document) -> str:
        """The gesture that an undo or redo has brought back; empty: none."""
        came = [label for label in document.labels if label not in before.labels]
        turned = document.turned(before) and document.step != before.step
        same = turned and {*before.labels} <= {*document.labels}
        return came[0] if same and len(came) == 1 and came[0] in document.offered else ""

    def _next_selection(self, before: Document, document: Document) -> str:
        at = before.labels.index(self.selection) if self.selection in before.labels else 0
        offered = document.offered
        here = (label for label in document.labels[at:] if label in offered)
        return next(here, offered[-1] if offered else "")

    def select(self, label: str) -> None:
        """Select a gesture."""
        if label != self.selection:
            self.selection = label
            self.selected.emit(label)

    def undo(self) -> None:
        """Take back what was done last: a mark, which is no edit, or else the last edit."""
        mark = self.testing.marks.take_back()
        if mark is None:
            self.send(c.Undo())
        else:
            verdict = testing.MARK_WRONG if mark.wrong else testing.MARK_RIGHT
            self.done.emit("undo", testing.MARK_BACK.format(verdict=verdict))

    def turn_running(self) -> None:
        """Let movement drive the outputs, or hold them; under the stage lock no slip of a finger holds what plays."""
        if self.document.running and self.document.locked and not self.engine:
            self.answer.emit("hold", words.HOLD_LOCKED)
        else:
            self.send(c.Run(not self.document.running))

    def press_record(self, now: float) -> None:
        """The record key or button goes down; control adds the first gesture to an empty vocabulary."""
        if self.document.locked and self.record_key.state == "idle":
            self.answer.emit("record", words.RECORD_LOCKED)
            return
        idle = self.record_key.state == "idle"
        if idle and self.preparing and unready(self.document, self.engine, self.preparing):
            self.answer.emit("record", words.RECORD_COMPILES.format(self.preparing))
            return
        label = self.selection
        if not label and not self.document.labels:
            label = words.NUMBER_NAME.format(1)
        if not label:
            self.answer.emit("record", words.CANNOT_RECORD)
        self.record_key.press(label, now)


class Panel(QFrame):
    """A part of the window: a card that follows the document, the engine's figures and the live numbers."""

    docs = ""
    """The page of the documentation, or #part of it, that says more; empty: that of what lies around it."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bench = bench
        self.setObjectName("card")

    def follow(self, document: Document) -> None:
        """The document changed."""

    def figures(self, figures: dict[str, Any]) -> None:
        """A new `Status` came."""

    def tick(self, now: float) -> None:
        """Thirty times a second; `now` in seconds of this process."""

    def holds(self, widget: QWidget) -> bool:
        """Whether a widget is this, or in it, and to be seen."""
        return self.isVisible() and self.isAncestorOf(widget)  # it is its own, too

    def restyle(self) -> None:
        """The look changed."""
        self.update()
