"""The window: puts the parts together, tells them what control says, and hears the keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from gesturemap import commands as c
from gesturemap.errors import GesturemapError
from gesturemap.window import faults, words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.care.sheet import HelpSheet
from gesturemap.window.facts import changes
from gesturemap.window.facts.document import read
from gesturemap.window.facts.health import COMPILING, GONE
from gesturemap.window.facts.kept import SMALLEST, Kept
from gesturemap.window.faults import FaultBar
from gesturemap.window.keys import Keys
from gesturemap.window.link import Link
from gesturemap.window.look import theme
from gesturemap.window.look.colours import DARK, PALETTES, STAGES, Palette
from gesturemap.window.perform.page import Perform
from gesturemap.window.room import Room
from gesturemap.window.settings.sheet import SettingsSheet
from gesturemap.window.settled import Settled
from gesturemap.window.shortcuts import shortcuts
from gesturemap.window.status import StatusLine
from gesturemap.window.teach.page import Teach
from gesturemap.window.test.page import Test
from gesturemap.window.topbar import TopBar
from gesturemap.window.urgent import Urgent
from gesturemap.window.words import layers

EVERY_MS = 33
"""Thirty pictures a second."""
CONTROL = "control"
"""The place of what is said about the line to control."""
ROOMY = 1120
"""Pixels of a window from which on there is room beside the settings for both halves of a page."""
SLIP = 0.15
"""Seconds; a shorter recording was hardly meant."""


class Window(QMainWindow):
    """One window over one control.

    Parameters
    ----------
    link : the line to control.
    palette : the look to begin with.
    """

    gone = Signal()
    """Control did not come back; the window closes."""
    closes = Signal()
    """It is about to close, and everything still stands where it was."""
    resized = Signal(int)
    """Everything is wanted so many steps larger; 0: as the screen has it."""

    def __init__(self, link: Link, palette: Palette = DARK) -> None:
        super().__init__()
        self.link = link
        self.bench = Bench(link.send)
        self._palette = palette
        self.teach = Teach(self.bench)
        self.test = Test(self.bench)
        self.settings = SettingsSheet(self.bench, self.teach.left, lambda: not self.performs)
        self.top = TopBar(
            self.bench, self.enter_teach, self.enter_test, self.enter_perform, self.settings.turn
        )
        self.settings.shown.connect(self.top.settings.setChecked)
        self.settings.shown.connect(self.test.left.setHidden)
        self.settings.shown.connect(self._make_room)
        self.test.beliefs.teaches.connect(self.enter_teach)
        takes = self.teach.recorder.takes
        takes.chosen.connect(lambda: self.test.beliefs.questions.choose(takes.selected()))
        self.perform = Perform(
            self.bench, self.enter_teach, lambda wrong: self.test.minute.kept.mark(wrong=wrong)
        )
        self._pads = (self.teach.stage.pad, self.test.pad, self.perform.pad)
        self.status = StatusLine(self.bench, self.change_look)
        self._page = QWidget()
        self.faults = FaultBar(self._page, self.top.panic, self.status.faults)
        self.sheet = HelpSheet(self.bench, self.teach)
        self.panels: tuple[Panel, ...] = (
            self.top, *self.teach.panels, *self.test.panels, self.settings, self.perform, self.status, self.sheet,
        )  # fmt: skip
        self._notices: dict[type[c.Message], Callable[[Any], None]] = {
            c.State: self._state,
            c.Status: self._status,
            c.ScopeOpened: self._scope,
            c.Levels: self._levels,
            c.Happened: self._happened,
            c.Lately: self._lately,
            c.Progress: self._progress,
            c.Trained: self._trained,
            c.Recorded: self._recorded,
            c.Evaluated: self._evaluated,
            c.Exported: lambda exported: self._settled.exported(exported),
            c.Answer: self.test.answered,
            c.Fault: self._fault,
        }
        self._urgent = Urgent((self.top.panic, self.perform.panic), lambda: self.bench.send(c.Panic()))
        self._settled = Settled(self.bench, self.faults)
        self._told: dict[str, Any] = {}
        """The newest document as control sent it."""
        self._lay_out()
        self._parts = [panel for panel in self.panels if not self._within(panel)]
        self.wardrobe = theme.Wardrobe(self)
        self.wardrobe.dressed.connect(self._restyle)
        pages = self.enter_teach, self.enter_test, self.enter_perform
        parts = self.top, self.settings, self.sheet, self.teach.vocabulary
        keys = shortcuts(self.bench, *parts, pages, self.resized.emit)
        self._keys = Keys(self, self.bench, lambda: self.performs, keys)
        keep = QShortcut(QKeySequence("K"), self.test)  # what was good may be seen there
        keep.activated.connect(self.teach.recorder.minute.keep)
        self.bench.problem.connect(self.faults.say)
        self.faults.covers.connect(self.perform.heard.cover)
        self.bench.answer.connect(lambda place, text: self.faults.say(place, text, over=True))
        self.bench.done.connect(self.faults.done)
        self.bench.remark.connect(lambda place, text: self.faults.say(place, text, remark=True))
        self.bench.help.connect(self.sheet.open)
        self.bench.settings_wanted.connect(self.settings.show_tab)
        self.settings.tried_again.connect(self._settled.solved)
        link.came.connect(self._came)
        link.lost.connect(self._lost)
        link.found.connect(lambda: self.faults.solved(CONTROL))
        link.given_up.connect(self.gone)
        self.gone.connect(self.close)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self._dress()

    def _lay_out(self) -> None:
        theme.ground(page := self._page)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        self._body = QWidget()  # a layout of hidden widgets alone would keep its room
        body = QHBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.settings)
        body.addWidget(self.teach, 1)
        body.addWidget(self.test, 1)
        self._room = Room(self._body)
        column.addWidget(self._room, 1)
        column.addWidget(self.perform, 1)
        self.test.hide()
        self.perform.hide()
        column.addWidget(self.status)
        self.setCentralWidget(page)
        page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes past it: there is nothing to do on it
        page.setFocus()  # not the first button: Enter would press it
        self.setWindowTitle(words.APP)
        self.resize(1280, 720)
        self.setMinimumSize(*SMALLEST)

    def _within(self, panel: Panel) -> bool:
        """Whether a panel is a part of another one."""
        return any(other is not panel and other.isAncestorOf(panel) for other in self.panels)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The room may be short, or enough again."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Beside the settings in a narrow window only what goes on now is shown, all the taller."""
        self.top.fold(self.width())
        narrow = not self.settings.isHidden() and self.width() < ROOMY
        for part in (self.settings, self.teach, self.test):
            part.yields(narrow)

    def tick(self) -> None:
        """Hear what control says, take over new numbers, let every part move."""
        self.link.tick()
        now = time.perf_counter()
        self.bench.tick(now)
        if self.bench.stuck(now):
            for panel in self.panels:
                panel.figures({})
        self._urgent.tick()
        self.faults.tick(now)
        for panel in self.panels:
            panel.tick(now)

    # What control says

    def _came(self, notice: c.Message) -> None:
        act = self._notices.get(type(notice))
        if act is not None:
            act(notice)

    def _state(self, state: c.State) -> None:
        before = self.bench.document
        document = read(state.document, before)
        self._told = state.document
        self.bench.take(document)
        self._settled.follow(document, before, CONTROL)
        if document.replaces(before):
            self.bench.forget()
            teach = self.teach
            known = teach.vocabulary, teach.outgoing, teach.sound.voices, self.settings, self.sheet
            for part in (*known, self.test.controls):
                part.forget()
            if before.path:  # else it is as it was kept
                teach.recorder.controls.forget()
            for pad in self._pads:
                pad.clear()
        going = document.recording, time.perf_counter(), document.by_movement, document.recorded_for
        self.bench.record_key.follow(*going)
        goes_on = {what: bool(state.document.get(what)) for what in ("training", "evaluating")}
        self.bench.ended(goes_on | {COMPILING: document.prepares})
        for panel in self.panels:
            panel.follow(document)
        if document.locked and not before.locked:  # what had the keyboard is off: no P is written there
            self.setFocus()
        self.setWindowTitle(f"{document.title or words.UNTITLED} · {words.APP}")

    def _status(self, status: c.Status) -> None:
        self.bench.status(status.figures, time.perf_counter())
        self.bench.testing.figures(status.figures, self.bench.troubles.follow(status.figures))
        self.bench.counted.figures(status.figures)
        for panel in self.panels:
            panel.figures(status.figures)

    def _levels(self, levels: c.Levels) -> None:
        for meter in (self.teach.sound.meter, self.perform.meter):
            meter.show_levels(levels.peak_db)

    def _happened(self, event: c.Happened) -> None:
        self.bench.sure.happened(event)
        self.bench.testing.happened(event)
        self.teach.outgoing.happened(event)

    def _scope(self, scope: c.ScopeOpened) -> None:
        try:
            self.bench.live.open(scope.path)
        except GesturemapError:
            return  # replaced before we could look; the next one is on its way
        self.teach.recognised.follow(self.bench.document)

    def _progress(self, progress: c.Progress) -> None:
        self.bench.goes_on(progress.what, progress.part, progress.fraction)
        for panel in (self.status, self.teach.sources):
            panel.figures({})

    def _trained(self, trained: c.Trained) -> None:
        self.bench.trained(time.perf_counter())
        self.bench.testing.monitor.trained(changes.lines(self.bench.document, trained.changes))
        self.test.trained()
        self._settled.trained(trained)

    def _evaluated(self, evaluated: c.Evaluated) -> None:
        self.teach.vocabulary.evaluated(evaluated.gestures)
        self.test.evaluated(evaluated)

    def _recorded(self, take: c.Recorded) -> None:
        self.teach.recorder.recorded(take)
        self.bench.testing.recorded(take)
        self._settled.recorded()
        shown = self.bench.document.take(take.demonstration)
        if shown is not None and not shown.layer_on:
            self.faults.say("recording", layers.UNHEARD.format(shown.layer))
        elif not take.learned:
            self.faults.say("recording", words.STILL_TAKE.format(take.seconds))
        elif take.seconds < SLIP and not self.bench.document.by_examples:  # they may come back to back
            self.faults.say("recording", words.SHORT_TAKE.format(take.seconds))

    def _fault(self, fault: c.Fault) -> None:
        if fault.place == "evaluation" and self.test.confusion.by_itself:
            return  # nobody asked for it; it comes again by itself
        self._settled.fault(fault)
        self.test.failed(fault.place)
        self.bench.record_key.refused(fault.place)
        if fault.place.startswith(faults.ANSWERS):
            self.teach.recorder.minute.strip.refused()
        self.settings.told(fault)
        self.teach.vocabulary.told(fault)
        self.bench.testing.fault(fault)

    def _lately(self, notice: c.Lately) -> None:
        self.bench.testing.recall(notice)
        self.teach.outgoing.recall(notice)
        for fault in (c.Fault(str(place), str(text)) for place, text in notice.faults):
            if not (self.bench.document.open and fault.place.startswith(faults.INPUT)):  # it is mended
                self._fault(fault)

    def _lost(self, seconds: float) -> None:
        self.faults.solved(CONTROL)
        self.faults.say(CONTROL, words.LOST_CONTROL.format(seconds))
        self.bench.record_key.state = "idle"
        processes: Mapping[str, str] = self._told.get("processes") or {}
        if set(processes.values()) - {GONE}:  # else it was said before: this comes again every half second
            over = {
                "input_address": "",
                "recording": "",
                "playing": "",
                "training": False,
                "evaluating": False,
            }
            self._state(c.State({**self._told, **over, "processes": dict.fromkeys(processes, GONE)}))

    # The pages

    @property
    def performs(self) -> bool:
        """Whether the page to play from is shown."""
        return not self.perform.isHidden()

    def enter_perform(self) -> None:
        """The page to play from, over the whole screen."""
        if not self.performs:
            self.bench.record_key.leave()
            self.teach.recorder.rehearsal.stop()
            self.settings.put_away()
            self._show_page(self.perform)
            self.perform.entered(time.perf_counter())
            self.faults.lie_over(self.perform.heard, self.perform.panic, grows=True)
            self.sheet.lie_over(self.perform, self.perform.panic.height() + 18)
            self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)

    def enter_teach(self) -> None:
        """The page on which one teaches."""
        self._enter(self.teach)

    def enter_test(self) -> None:
        """The page on which one sees what was heard."""
        self._enter(self.test)

    def _enter(self, page: QWidget) -> None:
        if self.performs and self.bench.document.locked:  # no slip of a finger leaves the stage
            self.bench.answer.emit("page", words.PAGE_LOCKED)
        elif page.isHidden():
            self._show_page(page)
            self.faults.lie_over(self._page, self.top.panic, self.status.faults)
            self.sheet.lie_over(self._room)
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)

    def page(self) -> str:
        """The name of the page that is shown."""
        return "perform" if self.performs else "teach" if self.test.isHidden() else "test"

    def enter(self, page: str) -> None:
        """Show the page of this name; the one on which one teaches where there is none."""
        {"perform": self.enter_perform, "test": self.enter_test}.get(page, self.enter_teach)()

    def _show_page(self, page: QWidget) -> None:
        self._keys.leave(self.page())
        for part in (self.top, self._room, self.status):
            part.setVisible(page is not self.perform)
        for each in (self.teach, self.test, self.perform):
            each.setVisible(each is page)
        self.bench.testing.marks.settle()
        self.top.show_page(self.page())
        self._dress()
        self._keys.enter(self.page())

    # What is found again

    def kept(self) -> dict[str, Any]:
        """What is to be found again when the window is opened anew, as in `Kept`."""
        return {
            "page": self.page(),
            "look": self._palette.name,
            "settings": "" if self.settings.isHidden() else self.settings.tab,
            "gesture": self.bench.selection,
            "recorded": list(self.teach.recorder.controls.last),
            **self.test.paint.kept(),
        }

    def recall(self, kept: Kept) -> None:
        """Show it again; nothing was heard from control yet."""
        self.bench.select(kept.gesture)
        self.teach.recorder.controls.recall(kept.recorded)
        self.test.paint.before.kept = kept
        self.enter(kept.page)
        if kept.settings in self.settings.tabs:
            self.settings.show_tab(kept.settings)

    # The look

    def change_look(self) -> None:
        """From dark to light and back."""
        self.wear("light" if self._palette is DARK else "dark")

    def wear(self, look: str) -> None:
        """Be dark or light."""
        self._palette = PALETTES.get(look, self._palette)
        self._dress()

    def _dress(self) -> None:
        app, look, stage = QApplication.instance(), self.bench.look, STAGES[self._palette.name]
        look.palette = stage if self.performs else self._palette
        if isinstance(app, QApplication):
            theme.apply(app, self._palette)
        for part in (*self._parts, *self._room.bars, self.faults):
            own = {self.perform: stage, self.sheet: look.palette, self.faults: look.palette}
            self.wardrobe.give(part, own.get(part, self._palette))
        self.faults.restyle(look.palette)

    def _restyle(self, part: QWidget) -> None:
        for panel in self.panels:
            if part.isAncestorOf(panel):  # or is it
                panel.restyle()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window goes; everything else plays on until control ends it."""
        self._timer.stop()
        self.closes.emit()
        self.sheet.hangup()
        self._keys.close()
        for pad in self._pads:
            pad.hangup()
        self.teach.sources.hangup()
        self.link.close()
        super().closeEvent(event)
