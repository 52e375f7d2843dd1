"""What goes out: every control with its value, and the last events."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gesturemap import catalog
from gesturemap.clock import SystemClock
from gesturemap.commands import Happened, Lately
from gesturemap.errors import GesturemapError
from gesturemap.mapping.events import Events
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.teach.connect import Connect
from gesturemap.window.teach.hand import Hand
from gesturemap.window.teach.meters import Values
from gesturemap.window.words import outgoing as said

ONE = 30
"""Pixels of one control."""
EVENTS = 1
"""Events that stay visible."""


def address(table: Mapping[str, Any]) -> str:
    """Where an output sends, for people: ``osc 127.0.0.1:12000``."""
    try:
        settings = catalog.read("outputs", table, "outputs")
    except GesturemapError:
        return str(table.get("kind", ""))  # a plug-in that only the engine has
    place = ":".join(str(getattr(settings, key)) for key in ("host", "port") if hasattr(settings, key))
    return f"{settings.kind} {place}".strip()


def _why_none(document: Document) -> str:
    """Why there are no values."""
    if all(table.get("kind") == "events" for table in document.mapping):
        return said.NOT_MAPPED
    return said.NO_VALUES if document.trained else said.NO_MODEL


class Outgoing(Panel):
    """Controls and events on their way out.

    Parameters
    ----------
    alone : controls alone, where no gesture is told and nothing is recorded: no events, and none set by hand.
    """

    docs = "mapping"

    def __init__(self, bench: Bench, parent: QWidget | None = None, *, alone: bool = False) -> None:
        super().__init__(bench, parent)
        self._alone = alone
        self.to = Lines("small")
        self.trouble = Lines("warn")
        """Which output is in trouble; in the place of `to`, so that nothing moves."""
        self.trouble.hide()
        self.hand = Hand(bench)
        self.values = Values(bench)
        self.connection = Connect(bench)
        self.add = styled(QPushButton(said.CONNECT), "plain")
        self.add.setToolTip(said.CONNECT_TIP)
        self.add.clicked.connect(lambda: self.connection.offer(self.add))
        self.connection.opened.connect(self.add.hide)
        self.connection.closed.connect(self._closed)
        self.events = Lines("small", EVENTS)
        self.events.setText(words.NO_EVENTS)
        self.events.setAccessibleName(words.EVENTS_NAME)
        self.empty = label(said.NOT_MAPPED, "small", wrap=True)
        self.lines: deque[str] = deque(maxlen=EVENTS)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        styled(self.values, "plainground")
        scroll.setWidget(self.values)
        scroll.setMinimumHeight(ONE)  # in a low window the others need the room
        self.area = scroll
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(heading(words.OUTGOING))
        head.addStretch(1)
        head.addWidget(self.add)
        column.addLayout(head)
        column.addWidget(self.connection)
        column.addWidget(self.to)
        column.addWidget(self.trouble)
        column.addWidget(self.hand)
        column.addWidget(self.empty)
        column.addWidget(scroll, 1)
        column.addWidget(self.events)
        self.events.setHidden(alone)
        self._rest = QWidget()
        """Takes the room that is left while there are no values, so that everything stands at the top."""
        column.addWidget(self._rest, 1)

    def _closed(self) -> None:
        self.add.show()
        self.add.setFocus()

    def follow(self, document: Document) -> None:
        """Where it goes to, and what moves what."""
        self.hand.follow(document)
        self.values.follow(document)
        self.add.setEnabled(not document.locked)
        self.add.setToolTip(said.LOCKED_TIP if document.locked else said.CONNECT_TIP)
        self.to.setText(words.OUTGOING_TO.format(", ".join(address(table) for table in document.outputs)))
        self.to.setToolTip(plain(self.to.text()))
        self.empty.setText(_why_none(document))
        self._show_head()
        if not self.lines:
            self.events.setText(self._none(document))

    def figures(self, figures: dict[str, Any]) -> None:
        """Say which output is not heard or cannot send."""
        lines = self.bench.troubles.lines
        self.trouble.setText(" · ".join(lines))
        self.trouble.setToolTip(plain("\n".join(lines)))
        self._show_head()

    def _show_head(self) -> None:
        self.trouble.setVisible(bool(self.trouble.text()))
        self.to.setVisible(bool(self.bench.document.outputs) and not self.trouble.text())

    def happened(self, event: Happened) -> None:
        """A gesture began or ended."""
        self._began(event.kind, event.label, event.value, time.time())

    def recall(self, notice: Lately) -> None:
        """What began and ended before the window came."""
        since = time.time() - SystemClock.now()
        for kind, gesture, value, at in notice.events:
            self._began(kind, gesture, value, since + at)

    def show_lines(self, lines: Iterable[str]) -> None:
        """What the window before this one had written, which has heard all that this one has."""
        self.lines = deque(lines, maxlen=EVENTS)
        if self.lines:
            self.events.setText("\n".join(self.lines))

    def _began(self, kind: str, gesture: str, value: float, at: float) -> None:
        """Write a line, of what was heard of at this moment of the calendar."""
        clock = time.strftime("%H:%M:%S", time.localtime(at))
        kind = words.EVENT_KINDS.get(kind, kind)
        self.lines.appendleft(words.EVENT.format(clock=clock, kind=kind, label=gesture, value=value))
        self.events.setText("\n".join(self.lines))

    def forget(self) -> None:
        """Another project: its events are yet to come, and no hand is at its ranges."""
        self.values.held = None
        self.values.meters = []
        self.lines.clear()
        self.events.setText(self._none(self.bench.document))

    @staticmethod
    def _none(document: Document) -> str:
        """That nothing has begun yet, or that nothing would tell."""
        told = any(table.get("kind") == Events.kind for table in document.mapping)
        return words.NO_EVENTS if told else said.NO_EVENTS_MAPPED

    def tick(self, now: float) -> None:
        """The numbers move."""
        some = bool(self.bench.live.control_names)
        if self.empty.isHidden() != some:
            self.empty.setHidden(some)
        self.area.setVisible(some)
        self._rest.setVisible(not some)
        if not self._alone:
            self.hand.tick()
        self.values.tick(now)
