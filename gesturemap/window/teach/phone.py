"""The QR code that brings a phone in, drawn from the page's address."""

from __future__ import annotations

import importlib.util
import re
from urllib.parse import urlsplit

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gesturemap.errors import install
from gesturemap.window import words
from gesturemap.window.facts.document import Document
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import label, plain, styled

QUIET = 4
"""Modules of white around a code, as readers want."""
SMALLEST = 240


def addresses(document: Document) -> list[str]:
    """Addresses of the phone's page, the likeliest first; none where the source is another or not open."""
    if document.input.get("kind") != "phone" or not document.open:
        return []
    return re.findall(r"https://\S+", document.input_address)


def matrix(text: str) -> list[list[bool]]:
    """Rows of a QR code, True is dark; empty where it cannot be made."""
    if importlib.util.find_spec("segno") is None:
        return []
    import segno

    return [[bool(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix]


class Code(QWidget):
    """A QR code, dark on white in any look, with sharp edges at any size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[list[bool]] = []
        self.setMinimumSize(SMALLEST, SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(words.PHONE_CODE_NAME)

    def show_text(self, text: str) -> None:
        """Draw another text; without a library for it, nothing."""
        self._rows = matrix(text)
        self.setVisible(bool(self._rows))
        self.update()

    def sizeHint(self) -> QSize:
        """Large enough to be scanned from where the phone is held."""
        return QSize(320, 320)

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """White, and a whole number of pixels for each module."""
        if not self._rows:
            return
        count = len(self._rows) + 2 * QUIET
        ratio = self.devicePixelRatioF()
        pixels = max(1, int(min(self.width(), self.height()) * ratio / count))
        side = pixels * count
        left, top = int((self.width() * ratio - side) / 2), int((self.height() * ratio - side) / 2)
        painter.scale(1 / ratio, 1 / ratio)
        painter.fillRect(QRect(left, top, side, side), QColor("white"))
        for y, row in enumerate(self._rows, QUIET):
            for x, dark in enumerate(row, QUIET):
                if dark:
                    painter.fillRect(
                        QRect(left + x * pixels, top + y * pixels, pixels, pixels), QColor("black")
                    )


class PhoneDialog(QDialog):
    """The code, the address, and what to tap; it does not keep the window from anything."""

    another = Signal()
    """A phone is to come in place of the one that was here: the code that let it in is worth nothing any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(words.PHONE_TITLE)
        self.setModal(False)
        self._urls: list[str] = []
        self.code = Code()
        self.network = Choice()
        self.network.setToolTip(words.PHONE_NETWORK_TIP)
        self.network.setAccessibleName(words.PHONE_NETWORK)
        self.network.currentIndexChanged.connect(self._choose)
        self.address = QLineEdit()
        self.address.setReadOnly(True)
        self.address.setAccessibleName(words.PHONE_ADDRESS)
        self.missing = label(words.PHONE_NO_CODE.format(install=install("phone")), "warn", wrap=True)
        head = styled(label(words.PHONE_SCAN), "project")
        head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        steps = label(words.PHONE_STEPS, wrap=True)
        self.here = label("", "small", wrap=True)
        self.here.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.new = styled(QPushButton(words.PHONE_ANOTHER), "plain")
        self.new.setToolTip(plain(words.PHONE_ANOTHER_TIP))
        self.new.clicked.connect(self._renew)
        self._renewing = False
        """Whether a new code is on its way."""
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for part in (head, self.code, self.missing, self.network, self.address, steps, self.here, self.new):
            column.addWidget(part, 1 if part is self.code else 0)
        self.setMinimumWidth(420)

    def follow(self, urls: list[str]) -> None:
        """Show these addresses; with none there is nothing to scan."""
        if urls == self._urls:
            return
        self._urls = urls
        self._renewing = self._renewing and not urls
        self.network.clear()
        for url in urls:
            self.network.addItem(urlsplit(url).netloc)
        self.network.setVisible(len(urls) > 1)
        self.code.setEnabled(bool(urls))
        if not (urls or self._renewing):
            self.hide()

    def _renew(self) -> None:
        self._renewing = True
        self.another.emit()

    def say(self, how: str) -> None:
        """How the phone does, once it is here."""
        self.here.setText(how)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._urls):
            url = self._urls[index]
            self.code.show_text(url)
            self.missing.setVisible(self.code.isHidden())
            self.address.setText(url)
            self.address.setCursorPosition(0)
