"""Connecting by hand: what of the movement moves which control."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from gesturemap.commands import Configure
from gesturemap.window.bench import Bench
from gesturemap.window.facts import meters
from gesturemap.window.facts.offers import controls
from gesturemap.window.look.theme import label, plain, pressed, styled
from gesturemap.window.words import outgoing as said


class Connect(QWidget):
    """A menu of what moves, in each a menu of what it can move; and a field for a control of another name.

    The field stands in the panel, and keeps nobody from anything.
    """

    opened, closed = Signal(), Signal()

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._source = ""
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.source = label("", "small", wrap=True)
        self.control = QLineEdit()
        self.control.setAccessibleName(said.CONNECT_TO)
        self.control.setPlaceholderText(said.CONNECT_NAMED)
        self.control.returnPressed.connect(self._named)
        self.fault = label("", "warn", wrap=True)
        self.do = styled(QPushButton(said.CONNECT_DO), "accent")
        self.do.clicked.connect(self._named)
        self.cancel = styled(QPushButton(said.CONNECT_CANCEL), "plain")
        self.cancel.clicked.connect(self.put_away)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.do)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        for part in (self.source, self.control, self.fault):
            column.addWidget(part)
        column.addLayout(buttons)
        self.fault.hide()
        self.hide()

    def offer(self, button: QWidget) -> None:
        """Open the menu below a button: the sources there are now."""
        document, live = self._bench.document, self._bench.live
        self.menu.clear()
        for text, source in meters.choices(document.labels, live.features.names, live.output_names):
            to = self.menu.addMenu(pressed(text))
            to.setToolTipsVisible(True)
            to.menuAction().setToolTip(plain(text))
            to.aboutToShow.connect(partial(self._fill, to, source))
        self.menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        if first := self.menu.actions():
            self.menu.setActiveAction(first[0])

    def _fill(self, menu: QMenu, source: str) -> None:
        """The controls that nothing moves yet."""
        if menu.isEmpty():
            menu.addAction(said.CONNECT_OTHER, partial(self.ask, source))
            menu.addSeparator()
            for name, parameter in controls(self._bench.document).items():
                if name not in self._taken():
                    action = menu.addAction(pressed(name), partial(self._connect, source, name))
                    action.setToolTip(plain(parameter.doc))

    def _taken(self) -> set[str]:
        document = self._bench.document
        return {str(table.get("control", "")) for table in document.mapping} | set(
            self._bench.live.control_names
        )

    def ask(self, source: str) -> None:
        """Ask for the name of a control that is no part of the built-in sound."""
        self._source = source
        self.source.setText(said.CONNECTION.format(source=meters.spoken(source), control="…"))
        self.control.clear()
        self._say("")
        self.show()
        self.opened.emit()
        self.control.setFocus()

    def _named(self) -> None:
        """Take the name; what is wrong with it is said in place."""
        control = self.control.text().strip()
        if not control:
            self._say(said.CONNECT_NONE)
        elif control in self._taken():
            self._say(said.CONNECT_TAKEN.format(control))
        elif any(letter.isspace() for letter in control):
            self._say(said.CONNECT_WORD)
        else:
            self._connect(self._source, control)
            self.put_away()

    def _connect(self, source: str, control: str) -> None:
        document, features = self._bench.document, self._bench.live.features
        seen = meters.seen(features.names, features.view()[1], source)
        new = meters.connected(document, source, control, seen)
        self._bench.send(Configure("mapping", [*map(dict, document.mapping), new]))

    def _say(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def put_away(self) -> None:
        """Done, or not wanted after all."""
        self.hide()
        self.closed.emit()
