"""Learning by listening, in the window: what arrives, what it seems to be, and one button to use it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError, GesturemapError
from gesturemap.inputs.guess import table, unread
from gesturemap.inputs.guessed import Guess
from gesturemap.inputs.known import known, senders_of_osc, usual_ports, write
from gesturemap.inputs.learn import learn
from gesturemap.inputs.listen import Ear, Reading, Stream, short
from gesturemap.inputs.profile import Profile
from gesturemap.window import words
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.theme import label, styled

POLL, LOOK = 30, 500
"""Milliseconds between two looks at the ports, and between two at what was heard."""
KEPT = 2048
"""Messages of a stream that a guess is made of: more of them would make the window stutter."""
MOST_VALUES = 6
HIGH = 110
"""Pixels for the reasons; more of them are scrolled, so that the buttons stay where they are."""


class Offer(NamedTuple):
    """A source that what is heard may be."""

    text: str
    table: dict[str, Any]
    found: list[Guess]
    """What was heard of the sender; none where only its name is known."""


class ListenDialog(QDialog):
    """Listens while it is on the screen; `taken` has the settings of the input that was chosen."""

    begun = Signal()
    taken = Signal(dict)
    given_up = Signal()
    asks = Signal()
    """The doctor is wanted, and the ports are free for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(words.LISTEN_TITLE)
        self.setModal(False)
        self.ear = Ear(KEPT)
        self._clock = SystemClock()
        self._known: dict[str, Profile] = {}
        self._wanted: list[int] = []
        self._open: dict[int, Reading] = {}
        self._choices: list[Offer] = []
        self._unread: list[str] = []
        """Why nothing of what is heard can be read."""
        self._took = False
        self._poll, self._look = QTimer(self), QTimer(self)
        self._poll.timeout.connect(self._listen)
        self._look.timeout.connect(self.look)
        self.steps = label("", wrap=True)
        self.table = QTableWidget(0, len(words.LISTEN_COLUMNS))
        self.table.setHorizontalHeaderLabels(list(words.LISTEN_COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.reasons = label(words.LISTEN_NOTHING, "small", wrap=True)
        self.reasons.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.room = QScrollArea()
        self.room.setWidgetResizable(True)
        self.room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.room.setWidget(self.reasons)
        self.room.setFixedHeight(HIGH)
        self.choice = Choice()
        self.choice.setAccessibleName(words.LISTEN_CHOICE)
        self.choice.currentIndexChanged.connect(lambda _: self._offer())
        self.use = styled(QPushButton(words.LISTEN_USE), "accent")
        self.use.clicked.connect(self._take)
        self.name = QLineEdit()
        self.name.setPlaceholderText(words.LISTEN_NAME)
        self.name.setAccessibleName(words.LISTEN_NAME)
        self.keep = QPushButton(words.LISTEN_KEEP)
        self.keep.setToolTip(words.LISTEN_KEEP_TIP)
        self.keep.clicked.connect(self._keep)
        self.name.textChanged.connect(lambda _: self._offer())
        self.name.returnPressed.connect(self.keep.click)
        self.done_with = QPushButton(words.LISTEN_CLOSE)
        self.done_with.clicked.connect(self.close)
        self.doctor = QPushButton(words.LISTEN_DOCTOR)
        self.doctor.setToolTip(words.LISTEN_DOCTOR_TIP)
        self.doctor.clicked.connect(self.close)
        self.doctor.clicked.connect(self.asks)
        self.told = label("", "small", wrap=True)
        self.told.hide()
        for button in (self.use, self.keep, self.doctor, self.done_with):
            button.setAutoDefault(False)  # Return in the name keeps, and does nothing else
        self._lay_out()

    def _lay_out(self) -> None:
        buttons, names = QHBoxLayout(), QHBoxLayout()
        buttons.addWidget(self.choice, 1)
        buttons.addWidget(self.use)
        names.addWidget(self.name, 1)
        names.addWidget(self.keep)
        names.addWidget(self.doctor)
        names.addWidget(self.done_with)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.steps)
        column.addWidget(self.table, 1)
        column.addWidget(self.room)
        column.addLayout(buttons)
        column.addLayout(names)
        column.addWidget(self.told)
        self.resize(860, 460)

    def begin(self, ports: set[int]) -> None:
        """Listen anew: at the ports that known sensors send to, and at these."""
        self.ear = Ear(KEPT)
        self._known = senders_of_osc()
        self._wanted = sorted({*usual_ports(self._known), *ports} - {0})
        self._took = False
        self._choices, self._unread = [], []
        self.choice.clear()
        self.name.clear()
        self.told.hide()
        self._offer()
        self.reasons.setText(words.LISTEN_NOTHING)
        self.look()
        self.showNormal()
        self.raise_()

    @property
    def active(self) -> bool:
        """Whether it listens; not while it is minimised."""
        return self._poll.isActive()

    def _listen(self) -> None:
        """Take what has come; a port that is still held is tried again."""
        for port in self._wanted:
            if port not in self._open:
                try:
                    self._open[port] = Reading(port, self._clock)
                except DeviceError:
                    continue
        for reading in self._open.values():
            reading.tell(self.ear)

    def look(self) -> None:
        """Show what was heard, and what it seems to be."""
        self.steps.setText(
            words.LISTEN_STEPS.format(ports=", ".join(map(str, sorted(self._open) or self._wanted)))
        )
        streams = sorted(self.ear.streams.values(), key=lambda s: (s.port, s.sender, s.address))
        self.table.setRowCount(len(streams))
        for row, stream in enumerate(streams):
            texts = (
                str(stream.port),
                stream.sender,
                stream.address,
                stream.tags,
                f"{stream.rate:.0f}",
                _values(stream),
            )
            for column, text in enumerate(texts):
                item = self.table.item(row, column)
                if item is None:
                    self.table.setItem(row, column, QTableWidgetItem(text))
                elif item.text() != text:
                    item.setText(text)
        if streams:
            self._guess(streams)
        elif self.ear.unreadable:
            sender, reasons = next(iter(self.ear.unreadable.items()))
            self.reasons.setText(f"{sender}: no OSC: {next(iter(reasons))}")

    def _guess(self, streams: list[Stream]) -> None:
        """What each sender seems to be, one after another."""
        senders: dict[tuple[int, str], list[Stream]] = {}
        for stream in streams:
            senders.setdefault((stream.port, stream.sender), []).append(stream)
        made: list[Offer] = []
        for (port, sender), some in senders.items():
            found = learn(some)
            of = words.LISTEN_OF.format(sender=sender, port=port) if len(senders) > 1 else ""
            for name in known(some, self._known, found)[:3]:
                read = self._known[name]
                at = port if found else read.table.get("port", port)
                text = words.LISTEN_KNOWN.format(name=read.name) + of
                made.append(Offer(text, dict(read.table) | {"port": at}, found))
            if found:
                count = sum(len(each.channels) for each in found)
                made.append(Offer(words.LISTEN_OWN.format(count=count) + of, table(found, port), found))
        texts = [offer.text for offer in made]
        self._choices = made
        if texts != [self.choice.itemText(i) for i in range(self.choice.count())]:
            before = self.choice.currentText()
            self.choice.clear()
            self.choice.addItems(texts)
            self.choice.setCurrentIndex(max(0, self.choice.findText(before, Qt.MatchFlag.MatchExactly)))
        self._unread = [] if made else unread(streams)
        self._offer()

    @property
    def _found(self) -> list[Guess]:
        """What was heard of the sender that is chosen."""
        index = self.choice.currentIndex()
        return self._choices[index].found if 0 <= index < len(self._choices) else []

    def _offer(self) -> None:
        """What can be done now, and why it is thought to be that."""
        self.use.setEnabled(bool(self._choices))
        self.keep.setEnabled(bool(self._found and self.name.text().strip()))
        if lines := _why(self._found) if self._found else self._unread:
            self.reasons.setText("\n".join(lines))

    def _keep(self) -> None:
        """What was heard becomes a sensor of the person's own."""
        name, found = self.name.text().strip(), self._found
        port = found[0].stream.port
        reasons = [reason for each in found for reason in (*each.reasons, *each.general)]
        try:
            folder = write(
                name, table(found, port), words.LISTEN_LEARNED.format(port=port), reasons, found[0].devices
            )
        except GesturemapError as error:
            self.told.setText(str(error))
        else:
            self.told.setText(words.LISTEN_KEPT.format(name=name, folder=folder))
            self.name.clear()
        self.told.show()

    def _take(self) -> None:
        """What is chosen becomes the source."""
        index = self.choice.currentIndex()
        if 0 <= index < len(self._choices):
            self._took = True
            self._close_ports()
            self.taken.emit(self._choices[index].table)
            self.close()

    def _close_ports(self) -> None:
        self._poll.stop()
        self._look.stop()
        for reading in self._open.values():
            reading.close()
        self._open.clear()

    def showEvent(self, event: QShowEvent) -> None:
        """Listening begins when it is seen; a window system may say so when it has been closed already."""
        super().showEvent(event)
        if not self.isVisible():
            return
        self._poll.start(POLL)
        self._look.start(LOOK)
        self.begun.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """And ends when it is not."""
        super().hideEvent(event)
        self._close_ports()
        if not self._took:
            self.given_up.emit()


def _why(found: list[Guess]) -> list[str]:
    """The reasons, each once, with the addresses that it is about where there are several."""
    about: dict[str, list[str]] = {}
    for each in found:
        for reason in each.reasons:
            about.setdefault(reason, []).append(each.address)
    own = [
        f"{', '.join(dict.fromkeys(addresses))}: {reason}" if len(found) > 1 else reason
        for reason, addresses in about.items()
    ]
    return own + [each for guessed in found for each in guessed.general]


def _values(stream: Stream) -> str:
    numbers = stream.table()[-1:]
    parts = [short(value) for value in numbers[0][:MOST_VALUES] if np.isfinite(value)] if len(numbers) else []
    return "  ".join(parts) + (" ..." if numbers.shape[1] > MOST_VALUES else "")
