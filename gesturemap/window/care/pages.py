"""The documentation, as it was shipped: no network, no browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from gesturemap.library import shelves
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.theme import styled
from gesturemap.window.words import care as said

FIRST = "window"
"""The page that is shown where no other belongs."""
EDGE = 24
"""Pixels that a picture leaves free beside it."""


@cache
def pages() -> dict[str, Path]:
    """Name -> file of every page that came with this copy."""
    for shelf in shelves("docs"):
        found = {path.stem: path for path in sorted(shelf.glob("*.md"))}
        if "sound" in found:  # ours, not somebody else's folder of that name
            return found
    return {}


def title(path: Path) -> str:
    """What a page is called: its first line."""
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().lstrip("# ").strip() or path.stem
    except (OSError, ValueError):
        return path.stem


def anchor(text: str) -> str:
    """What links call a heading, as on GitHub: its words in small letters, without signs, with - between them."""
    return "".join(sign for sign in text.lower().replace(" ", "-") if sign.isalnum() or sign in "-_")


class Browser(QTextBrowser):
    """Shows one page; its pictures are as wide as there is room for, at most."""

    def show_part(self, name: str) -> None:
        """The heading of this name comes to the top; Qt's Markdown has none of them as an anchor."""
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and anchor(block.text()) == name:
                top = self.document().documentLayout().blockBoundingRect(block).top()
                self.verticalScrollBar().setValue(round(top))
                return
            block = block.next()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A picture beside the page; nothing else, and nothing from elsewhere."""
        url = QUrl(name)
        if kind == 2 and url.isRelative() and pages():  # QTextDocument.ResourceType.ImageResource
            folder = next(iter(pages().values())).parent
            picture = QImage(str(folder / url.path()))
            wide = self.viewport().width() - EDGE
            if not picture.isNull() and picture.width() > wide > 0:
                return picture.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
            return picture
        return None


class Pages(QWidget):
    """A page, which one, and the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""
        """The name of the page."""
        self._past: list[str] = []
        self.choice = Choice()
        self.choice.setAccessibleName(said.PAGES_CHOICE)
        self.choice.setToolTip(said.PAGES_CHOICE_TIP)
        for name, path in pages().items():
            self.choice.addItem(title(path), name)
        self.choice.activated.connect(lambda index: self.open(str(self.choice.itemData(index))))
        self.back = styled(QPushButton(said.PAGES_BACK), "plain")
        self.back.setToolTip(said.PAGES_BACK_TIP)
        self.back.clicked.connect(self.go_back)
        self.back.setEnabled(False)
        self.browser = Browser()
        self.browser.setAccessibleName(said.PAGES_NAME)
        self.browser.setToolTip(said.PAGES_NAME)
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        head = QHBoxLayout()
        head.addWidget(self.choice, 1)
        head.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.browser, 1)

    def open(self, name: str, part: str = "", *, past: bool = True) -> None:
        """Show a page; one that is not there: the first."""
        found = pages()
        if not found:
            self.browser.setPlainText(said.PAGES_NONE)
            return
        name = name if name in found else FIRST if FIRST in found else next(iter(found))
        if name != self.shown:
            if past and self.shown:
                self._past.append(self.shown)
            self.shown = name
            self.choice.setCurrentIndex(self.choice.findData(name))
            self.back.setEnabled(bool(self._past))
            try:
                self.browser.setMarkdown(found[name].read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                self.browser.setPlainText(said.PAGE_UNREADABLE.format(error))
        if part:
            self.browser.show_part(part)

    def go_back(self) -> None:
        """The page before."""
        if self._past:
            self.open(self._past.pop(), past=False)
            self.back.setEnabled(bool(self._past))

    def _follow(self, url: QUrl) -> None:
        """A link: another page here, or the system's browser for what is elsewhere."""
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
        elif not url.path():
            self.browser.show_part(url.fragment())
        elif (name := Path(url.path()).stem) in pages() and url.path().endswith(".md"):
            self.open(name, url.fragment())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace: the page before."""
        if event.key() == Qt.Key.Key_Backspace:
            self.go_back()
        else:
            super().keyPressEvent(event)
