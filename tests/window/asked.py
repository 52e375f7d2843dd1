"""Questions asked at the window, and answered by hand."""

from __future__ import annotations

import layout
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gesturemap import commands as c


def answer(page, table, *words, **more) -> None:
    """Press nothing: ask, and be answered."""
    page.page.ask(c.Ask(words[0], list(words[1:])))
    page.control.tell(c.Answer(words[0], list(words[1:]), table, **more))
    page.until(lambda: page.page.wanted is None)


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def settled(page) -> list[str]:
    """What is wrong with how it lies there, in two sizes."""
    found = []
    for size in ((960, 600), (1280, 720)):
        page.window.resize(*size)
        for _ in range(3):
            page.turn()
            QApplication.processEvents()
        found += layout.all_of(page.window)
    return found
