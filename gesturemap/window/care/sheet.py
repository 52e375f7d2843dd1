"""The sheet of help over the right of the page: keys, documentation, doctor. Nothing below it stops."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from gesturemap.window.bench import Bench, Panel
from gesturemap.window.care.doctor import Doctor
from gesturemap.window.care.pages import FIRST, Pages
from gesturemap.window.look import icons
from gesturemap.window.look.colours import Palette
from gesturemap.window.look.theme import styled
from gesturemap.window.words import care as said

WIDE, SHARE, GAP = 620, 0.62, 10
"""Pixels it takes at most, and of the window's width; what is left free around it."""


def key_table(palette: Palette) -> str:
    """What each key does, as HTML."""
    parts = []
    for name, rows in said.KEYS:
        lines = "".join(
            f'<tr><td style="padding:2px 18px 2px 0; color:{palette.accent}"><b>{escape(key)}</b></td>'
            f'<td style="padding:2px 0">{escape(what)}</td></tr>'
            for key, what in rows
        )
        parts.append(f"<h4>{escape(name)}</h4><table>{lines}</table>")
    return "".join(parts)


def topic(widget: QWidget | None) -> str:
    """The page of the documentation, or #part of it, that belongs to a widget: that of the panel around it."""
    while widget is not None:
        if isinstance(widget, Panel) and widget.docs:
            return widget.docs
        widget = widget.parentWidget()
    return FIRST


class HelpSheet(Panel):
    """Three pages, one at a time; made when it is opened first.

    Parameters
    ----------
    ground : the widget over which it lies.
    """

    def __init__(self, bench: Bench, ground: QWidget) -> None:
        super().__init__(bench, ground)
        styled(self, "sheet")
        self.setAccessibleName(said.SHEET_NAME)
        self._ground, self._foot = ground, 0
        self._held: QWidget | None = None
        """What had the focus before."""
        self.tabs: dict[str, QPushButton] = {}
        self.stack = QStackedWidget()
        self.hide()
        ground.installEventFilter(self)

    def _make(self) -> None:
        self.keys, self.pages, self.doctor = QTextBrowser(), Pages(), Doctor(self.bench)
        self.keys.setAccessibleName(said.KEYS_NAME)
        self.keys.setToolTip(said.KEYS_NAME)
        head = QHBoxLayout()
        for name, page in (("keys", self.keys), ("pages", self.pages), ("doctor", self.doctor)):
            tab = styled(QPushButton(said.TABS[name]), "plain")
            tab.setCheckable(True)
            tab.setToolTip(said.TAB_TIPS[name])
            tab.clicked.connect(lambda _, wanted=name: self.open(wanted))
            self.tabs[name] = tab
            head.addWidget(tab)
            self.stack.addWidget(page)
        self.shut = styled(QToolButton(), "plain")
        self.shut.setAccessibleName(said.CLOSE)
        self.shut.setToolTip(said.CLOSE_TIP)
        self.shut.clicked.connect(self.put_away)
        head.addStretch(1)
        head.addWidget(self.shut)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        self.restyle()

    def lie_over(self, ground: QWidget, foot: int = 0) -> None:
        """Move to another page, above the `foot` pixels at its bottom; one that is open stays open."""
        there = self.isVisible()
        self._ground.removeEventFilter(self)
        self._ground, self._foot = ground, foot
        ground.installEventFilter(self)
        self.setParent(ground)
        if there:
            self._place()
            self.show()
            self.raise_()

    def open(self, name: str) -> None:
        """Show ``keys``, ``doctor``, ``pages``, or the page (``page#part``: that part) that is called so."""
        if not self.tabs:
            self._make()
        tab = name if name in self.tabs else "pages"
        if self.isHidden():
            self._held = QApplication.focusWidget()
        page = name if name not in self.tabs else "" if self.pages.shown else topic(self._held)
        for each, button in self.tabs.items():
            button.setChecked(each == tab)
        self.stack.setCurrentIndex(list(self.tabs).index(tab))
        self._place()
        self.show()
        self.raise_()
        if tab == "pages" and page:  # as wide as it is now: a part is where its lines are broken so
            name, _, part = page.partition("#")
            self.pages.open(name, part)
        {"keys": self.keys, "pages": self.pages.browser, "doctor": self.doctor.run}[tab].setFocus()

    def put_away(self) -> None:
        """Hide; the focus goes back to where it was."""
        self.hide()
        if self._held is not None and Shiboken.isValid(self._held) and self._held.isVisible():
            self._held.setFocus()
        else:
            (self._ground.parentWidget() or self._ground).setFocus()  # the page, as when the window opened

    def hangup(self) -> None:
        """The window goes: nothing runs on."""
        if self.tabs:
            self.doctor.stop()

    def forget(self) -> None:
        """Another project: the doctor has not looked at it yet."""
        if self.tabs:
            self.doctor.forget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go along when what lies below changes its size."""
        if watched is self._ground and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        wide = min(WIDE, round(SHARE * self._ground.width()))
        left = self._ground.width() - wide - GAP
        self.setGeometry(left, GAP, wide, self._ground.height() - self._foot - 2 * GAP)

    def tick(self, now: float) -> None:
        """The doctor says how long it takes."""
        if self.tabs:
            self.doctor.tick(now)

    def restyle(self) -> None:
        """The look changed."""
        if self.tabs:
            self.shut.setIcon(icons.icon("close", self.bench.look.palette.text))
            self.keys.setHtml(key_table(self.bench.look.palette))
            self.doctor.restyle()
