"""The bar at the top: the project, and what one reaches for in a hurry."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from gesturemap.commands import New, Open, Panic, Redo, Save, Train, Undo
from gesturemap.library import user_folder
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import panicked
from gesturemap.window.facts.kept import LEAST
from gesturemap.window.files import Files, Work, recent, unsaved
from gesturemap.window.look import icons
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import plain, pressed, styled
from gesturemap.window.wekinator import WekinatorDialog
from gesturemap.window.words import settings as said
from gesturemap.window.words import teaching, testing

BIG = 84
"""Pixels of the buttons one reaches for in a hurry."""
GOING = 180
"""Pixels that what is being recorded has at most."""


class TopBar(Panel):
    """New, open, save, undo, redo, the project's name, the pages, record, train, run, panic.

    Parameters
    ----------
    teach, test, perform : show that page.
    settings : show or put away the sheet of settings.
    """

    def __init__(
        self,
        bench: Bench,
        teach: Callable[[], None],
        test: Callable[[], None],
        perform: Callable[[], None],
        settings: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bench, parent)
        styled(self, "bar")
        self.project = Lines("project", fill=False)
        self.saved = Lines("small", fill=False)
        self.saved.setMinimumWidth(1)  # the first to give way
        self.going = Lines("bad", 2, fill=False)
        """What is counted in or recorded, and below it for which gesture; the name gives way first."""
        self.going.setMaximumWidth(GOING)
        self.going.hide()
        self.new, menu = self._menu(words.NEW, words.NEW_TIP)
        menu.addAction(words.NEW_EMPTY, lambda: bench.send(New())).setToolTip(words.NEW_EMPTY_TIP)
        menu.addAction(words.NEW_WEKINATOR, self.new_wekinator).setToolTip(plain(words.NEW_WEKINATOR_TIP))
        self.open, self.menu = self._menu(words.OPEN, words.OPEN_TIP)
        self.save = self._plain(words.SAVE, words.SAVE_TIP, self.save_project)
        self.undo = self._picture(words.UNDO, lambda: bench.send(Undo()))
        self.redo = self._picture(words.REDO, lambda: bench.send(Redo()))
        self.settings = self._picture(said.SETTINGS, settings)
        self.settings.setToolTip(said.SETTINGS_TIP)
        self.settings.setCheckable(True)
        self.pages = {
            "teach": self._plain(testing.PAGE_TEACH, testing.PAGE_TEACH_TIP, teach),
            "test": self._plain(testing.TEST, testing.TEST_TIP, test),
            "perform": self._plain(words.PERFORM, words.PERFORM_TIP, perform),
        }
        self.perform = self.pages["perform"]
        for button in self.pages.values():
            button.setCheckable(True)
        self.show_page("teach")
        self.record = QPushButton(words.RECORD)
        self.record.setToolTip(words.RECORD_TIP)
        self.record.pressed.connect(lambda: bench.press_record(time.perf_counter()))
        self.record.released.connect(bench.record_key.release)
        self.train = styled(QPushButton(words.TRAIN), "accent")
        self.train.setToolTip(words.TRAIN_TIP)
        self.train.clicked.connect(lambda: bench.send(Train()))
        self.run = QPushButton(words.HELD)
        self.run.setCheckable(True)
        self.run.setToolTip(plain(words.RUN_TIP))
        self.run.clicked.connect(self._turn_running)
        self.panic = styled(QPushButton(words.PANIC), "danger")
        self.panic.setAccessibleName(words.PANIC)
        self.panic.clicked.connect(lambda: bench.send(Panic()))
        self.files = Files(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self._wekinator: WekinatorDialog | None = None
        self._presets: tuple[str, ...] | None = None
        self._lay_out()
        self.restyle()

    def _turn_running(self) -> None:
        self.bench.turn_running()
        self.run.setChecked(self.bench.document.running)  # until control has said otherwise

    def _plain(self, text: str, tip: str, act: Callable[[], None]) -> QPushButton:
        button = styled(QPushButton(text), "plain")
        button.setToolTip(plain(tip))
        button.clicked.connect(lambda: act())
        return button

    @staticmethod
    def _menu(text: str, tip: str) -> tuple[QToolButton, QMenu]:
        button = QToolButton()
        styled(button, "plain")
        button.setText(text)
        button.setToolTip(plain(tip))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        return button, menu

    def _picture(self, name: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        styled(button, "picture")
        button.setAccessibleName(name)
        button.clicked.connect(lambda: act())
        return button

    def _lay_out(self) -> None:
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(6, 8, 6, 8)
        self._rows.setSpacing(1)
        row, hurry = QHBoxLayout(), QHBoxLayout()
        for each in (row, hurry):
            each.setSpacing(1)
        self._rows.addLayout(row, 1)
        self._rows.addLayout(hurry)
        for button in (self.new, self.open, self.save, self.undo, self.redo, self.settings):
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self.project)
        row.addSpacing(4)
        row.addWidget(self.saved)
        row.addStretch(1)
        row.addWidget(self.going)
        for page in self.pages.values():
            hurry.addWidget(page)
        hurry.addStretch(0)
        hurry.addSpacing(4)
        for big in (self.record, self.train, self.run, self.panic):
            hurry.addWidget(big)
            hurry.addSpacing(2)

    def fold(self, wide: int) -> None:
        """What one reaches for in a hurry lies below the rest, where so many pixels have no room for both."""
        way = QBoxLayout.Direction
        self._rows.setDirection(way.TopToBottom if wide < LEAST[0] else way.LeftToRight)

    def show_page(self, name: str) -> None:
        """This page is on."""
        for page, button in self.pages.items():
            button.setChecked(page == name)

    def _keep_widths(self) -> None:
        """As wide as the longest text each can have, so that none moves while another one speaks; never narrower."""
        for button, texts in (
            (self.record, (words.RECORD, words.STOP)),
            (self.train, (words.TRAIN, words.TRAINING.format(100))),
            (self.run, (words.PLAYING, words.HELD)),
            (self.panic, (words.PANIC, words.PANICKED)),
        ):
            now, widths = button.text(), []
            for text in texts:
                button.setText(text)
                widths.append(button.sizeHint().width())
            button.setText(now)
            button.setMinimumWidth(max(BIG, button.minimumWidth(), *widths))

    def follow(self, document: Document) -> None:
        """The project's name, what could be undone, what is going on."""
        self.project.setText(document.heading or words.UNTITLED)
        self.project.setToolTip(
            plain("\n".join(part for part in (document.title, document.description, document.path) if part))
        )
        self.files.follow(document.path)
        shipped = not document.writable
        self.saved.setText(words.PRESET if shipped else "" if document.saved else words.UNSAVED)
        self.saved.setToolTip(plain(words.PRESET_TIP if shipped else ""))
        self.undo.setEnabled(bool(document.undo))
        self.undo.setToolTip(
            plain(words.UNDO_TIP.format(document.undo) if document.undo else words.NOTHING_TO_UNDO)
        )
        self.redo.setEnabled(bool(document.redo))
        self.redo.setToolTip(
            plain(words.REDO_TIP.format(document.redo) if document.redo else words.NOTHING_TO_REDO)
        )
        self.run.setChecked(document.running)
        self.run.setText(words.PLAYING if document.running else words.HELD)
        self.train.setEnabled(any(take.learned for take in document.takes.values()))
        stale = document.trained is None or document.trained.stale
        styled(self.train, "accent" if stale else "topbutton")
        if document.presets != self._presets:
            self._presets = document.presets
            self._fill_menu()
        self._show_record()

    def _fill_menu(self) -> None:
        self.menu.clear()
        self.menu.addAction(words.OPEN_FOLDER, self.open_project).setToolTip(words.OPEN_TIP)
        shelf = user_folder()
        self._offer(recent(shelf, self._presets or ()))
        self.menu.addSeparator()
        for preset in self._presets or ():
            action = self.menu.addAction(pressed(preset), partial(self.bench.send, Open(preset)))
            action.setToolTip(words.OPEN_PRESET_TIP)
        self._offer(unsaved(shelf))

    def _offer(self, found: list[Work]) -> None:
        """One line each, below a rule, with its folder as tip."""
        if found:
            self.menu.addSeparator()
        for work in found:
            action = self.menu.addAction(pressed(work.text), partial(self.bench.send, Open(str(work.folder))))
            action.setToolTip(plain(str(work.folder)))

    def tick(self, now: float) -> None:
        """Show that it records, or how far a training is."""
        self._show_record()
        self._show_going(now)
        self._show_panic()
        progress = self.bench.progress
        training = progress is not None and progress[0] == "training"
        text = words.TRAINING.format(100 * progress[2]) if training and progress else words.TRAIN
        if self.train.text() != text:
            self.train.setText(text)

    def _show_record(self) -> None:
        palette = self.bench.look.palette
        on = self.bench.record_key.state != "idle"
        locked = self.bench.document.locked
        self.record.setEnabled(on or not locked)
        self.record.setToolTip(plain(words.RECORD_LOCKED if locked else words.RECORD_TIP))
        text = words.STOP if on else words.RECORD
        if self.record.text() != text or self.record.icon().isNull():
            self.record.setText(text)
            styled(self.record, "record" if on else "topbutton")
            colour = palette.on_record if on else palette.record
            self.record.setIcon(icons.icon("stop" if on else "record", colour))

    def _show_going(self, now: float) -> None:
        """What is counted in or recorded, on whatever page."""
        key = self.bench.record_key
        text = (
            teaching.GOING_COUNT.format(key.count(now)) if key.state == "counting"
            else teaching.GOING_LISTENS.format(key.kept) if key.listens
            else teaching.GOING_RECORDS.format(key.seconds(now))
        )  # fmt: skip
        self.going.setVisible(key.state != "idle")
        self.saved.setVisible(key.state == "idle")  # it gives its room
        whole = f"{text}\n{key.label}"
        if key.state != "idle" and self.going.text() != whole:
            self.going.setText(whole)
            self.going.setToolTip(plain(whole))
            self.going.setMinimumWidth(self.going.fontMetrics().horizontalAdvance(text) + 2)

    def _show_panic(self) -> None:
        """While one keeps the sound silent, the button says so: no message lies over it on any page."""
        silent, palette = panicked(self.bench.figures), self.bench.look.palette
        text = words.PANICKED if silent else words.PANIC
        if self.panic.text() != text or self.panic.icon().isNull():
            self.panic.setText(text)
            styled(self.panic, "silent" if silent else "danger")
            self.panic.setIcon(icons.icon("panic", palette.on_accent if silent else palette.record))
            said = [words.STATUS_TIP_PANICKED.format(silent)] if silent else []
            self.panic.setToolTip(plain("\n".join([*said, words.PANIC_TIP])))

    def restyle(self) -> None:
        """The look changed."""
        palette = self.bench.look.palette
        self.undo.setIcon(icons.icon("undo", palette.text))
        self.settings.setIcon(icons.icon("settings", palette.text))
        self.redo.setIcon(icons.icon("redo", palette.text))
        self.record.setText("")
        self._show_record()
        self.panic.setText("")
        self._show_panic()
        self._keep_widths()

    def new_wekinator(self) -> None:
        """Ask what a project in the place of Wekinator is to be."""
        if self._wekinator is None:
            self._wekinator = WekinatorDialog(self.bench, self)
        self._wekinator.show()
        self._wekinator.raise_()

    # Files, chosen without stopping anything

    def open_project(self) -> None:
        """Choose a project folder."""
        self.files.open_folder(lambda path: self.bench.send(Open(path)))

    def save_project(self) -> None:
        """Save where it is; what has no place of its own yet is given one."""
        document = self.bench.document
        if document.named and document.writable:
            self.bench.send(Save())
        else:
            self.save_as()

    def save_as(self) -> None:
        """Choose a new folder for the project."""
        name = self.bench.document.name or words.UNTITLED
        self.files.save_folder(name, lambda path: self.bench.send(Save(path)))
