"""A and B: another way of playing beside the one that is set, heard by one key, until one of the two is kept."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gesturemap.commands import Compare, Prefer, Switch
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import plain, styled
from gesturemap.window.words import comparing as said


class CompareRow(QWidget):
    """What may be compared next; while it is, both ways of playing, and what keeps the one that is heard."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.begin = _button(said.COMPARE, said.NOTHING_TIP, lambda: bench.send(Compare()))
        self.a = styled(_button(said.A, said.A_TIP, lambda: self._hear("a")), "plain")
        self.b = styled(_button(said.B, said.B_TIP, lambda: self._hear("b")), "plain")
        self.this = _button(said.THIS, said.THIS_TIP, lambda: bench.send(Prefer()))
        self.stop = styled(_button(said.STOP, said.STOP_TIP, lambda: bench.send(Compare(on=False))), "plain")
        self.stop.setAccessibleName(said.STOP_NAME)
        for button in (self.a, self.b):
            button.setCheckable(True)
        self.text = Lines("small")
        self.text.setAccessibleName(said.TEXT_NAME)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.begin, 1)
        for button in (self.a, self.b):
            row.addWidget(button)
        row.addWidget(self.this, 1)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.text)
        self.follow(Document())

    def _hear(self, which: str) -> None:
        self._bench.send(Switch(which))
        self.follow(self._bench.document)  # what control says next is shown; until then what is still true

    def turn(self) -> None:
        """Begin to compare, or hear the other one."""
        button = self.begin if not self.begin.isHidden() else self.b if self.a.isChecked() else self.a
        button.click()

    def follow(self, document: Document) -> None:
        """Show what is compared, or could be."""
        compared, offer, locked = document.compared, document.offer, document.locked
        ready, heard = bool(compared.get("ready")), compared.get("heard")
        self.begin.setVisible(not compared)
        for part in (self.a, self.b, self.this, self.stop, self.text):
            part.setVisible(bool(compared))
        name = said.NAMES.get(str(offer.get("name")), str(offer.get("name", "")))
        self.begin.setText(said.COMPARE_WITH.format(name) if offer else said.COMPARE)
        tip = said.OFFER_TIP.format(**offer) if offer else said.NOTHING_TIP
        self.begin.setToolTip(plain(tip))
        self.begin.setEnabled(bool(offer) and not locked and not document.training)
        self.a.setChecked(heard == "a")
        self.b.setChecked(heard == "b")
        for button in (self.a, self.b, self.this):
            button.setEnabled(ready and not locked)
        self.stop.setEnabled(not locked)
        text = said.DIFFERS.format(compared.get("what", "")) if ready else said.FITTING
        self.text.setText(text if compared else "")


def _button(text: str, tip: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(plain(tip))
    button.clicked.connect(act)
    return button
