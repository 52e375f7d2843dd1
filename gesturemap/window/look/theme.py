"""Qt's palette and style sheet from ours."""

from __future__ import annotations

import re
import textwrap
import time
from functools import cache, lru_cache
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QWidget

from gesturemap.window.look.colours import Palette, contrast

W = TypeVar("W", bound=QWidget)
LOUD = re.compile("([<&])\u2060?")
"""By what Qt takes a text for HTML, made harmless or not. Source: Qt, `Qt::mightBeRichText`."""
READABLE = 4.5
"""Contrast of a text. Source: WCAG 2.1, success criterion 1.4.3."""

WIDEST = 80
"""Letters of a line of a tip."""
AT_ONCE, BETWEEN = 0.012, 5
"""Seconds for which parts are dressed in one turn, and milliseconds to the next, to paint and hear meanwhile."""
BARE = "QSplitter::handle { image: none; background: transparent; }"
"""A splitter around parts that are dressed."""
SHEET = """
QWidget {{ font-size: 10pt; }}
QWidget#page {{ background: {ground}; }}
QFrame#card {{ background: {panel}; border: none; border-radius: 8px; }}
QFrame#bar {{ background: {panel}; border: none; }}
QLabel, QCheckBox {{ background: transparent; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {faint}; border-radius: 3px; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; }}
QCheckBox::indicator:focus {{ border-color: {accent}; }}
QLabel#heading {{ color: {faint}; font-weight: 600; }}
QLabel#faint {{ color: {faint}; }}
QLabel#small {{ color: {faint}; font-size: 9pt; }}
QLabel#project {{ font-size: 12pt; font-weight: 600; }}
QLabel#winner {{ font-size: 26pt; font-weight: 700; }}
QLabel#warn {{ color: {warn}; font-size: 9pt; }}
QLabel#bad {{ color: {record}; font-size: 9pt; font-weight: 600; }}
QPushButton, QToolButton {{
  background: {raised}; color: {text}; border: 1px solid transparent; border-radius: 6px; padding: 6px 12px;
}}
QPushButton:hover, QToolButton:hover {{ border-color: {line}; }}
QPushButton:focus, QToolButton:focus {{ border-color: {accent}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {line}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {disabled}; }}
QPushButton:checked, QToolButton:checked {{ background: {line}; border-color: {accent}; }}
QPushButton#plain, QToolButton#plain {{ background: transparent; padding: 4px 8px; }}
QFrame#bar QPushButton#plain, QFrame#bar QToolButton#plain {{ padding: 4px 5px; }}
QPushButton#plain:hover, QToolButton#plain:hover {{ background: {raised}; }}
QPushButton#plain:checked, QToolButton#plain:checked {{ background: {raised}; border-color: {accent}; }}
QPushButton#ask {{ padding: 4px 9px; }}
QPushButton#accent {{ background: {accent}; color: {on_accent}; font-weight: 600; }}
QPushButton#accent:hover, QPushButton#accent:focus {{ border-color: {text}; }}
QPushButton#accent:disabled {{ background: {raised}; color: {disabled}; }}
QPushButton#record {{ background: {record}; color: {on_record}; font-weight: 600; }}
QPushButton#record:hover, QPushButton#record:focus {{ border-color: {text}; }}
QPushButton#record:disabled {{ background: {raised}; color: {disabled}; }}
QPushButton#silent {{ background: {warn}; color: {on_accent}; font-weight: 600; }}
QPushButton#silent:hover, QPushButton#silent:focus {{ border-color: {text}; }}
QPushButton#danger {{ background: transparent; color: {record}; border-color: {record}; font-weight: 600; }}
QPushButton#danger:hover, QPushButton#danger:focus {{ background: {record}; color: {on_record}; }}
QFrame#stagepage {{ background: {ground}; border: none; }}
QFrame#stagepage QPushButton {{ font-size: 14pt; padding: 8px 20px; }}
QLabel#trouble {{ color: {text}; }}
QFrame#stagepage QLabel#trouble {{ font-size: 14pt; }}
QToolButton#count {{ background: transparent; color: {warn}; font-size: 9pt; padding: 1px 6px; }}
QToolButton#count:hover, QToolButton#count:focus {{ border-color: {warn}; }}
QFileDialog QToolButton {{ padding: 4px; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton::menu-button {{ border: none; width: 14px; }}
QMenu {{ background: {raised}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 14px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px; }}
QTreeView, QListView {{ background: transparent; border: none; outline: none; }}
QTreeView::item {{ padding: 5px 4px; }}
QTreeView::item:selected {{ background: {raised}; color: {text}; }}
QTreeView::item:hover:!selected {{ background: {hover}; }}
QTreeView QLineEdit {{ padding: 0px 2px; }}
QLabel#question {{ font-size: 16pt; font-weight: 700; }}
QToolButton#picture {{ background: transparent; padding: 4px; }}
QToolButton#picture:hover, QToolButton#picture:checked {{ background: {raised}; }}
QToolButton#picture:focus, QToolButton#picture:checked {{ border-color: {accent}; }}
QPushButton#answer {{ text-align: left; border: 1px solid {line}; border-radius: 8px; }}
QPushButton#answer:hover, QPushButton#answer:focus {{ border-color: {accent}; }}
QPushButton#link {{
  background: transparent; color: {faint}; font-size: 9pt; text-align: right; padding: 2px 4px;
}}
QPushButton#link:hover {{ color: {text}; }}
QPushButton#link:focus {{ border-color: {accent}; }}
QPushButton#rowhead {{ text-align: left; padding: 5px 8px; }}
QPushButton:checked:focus, QToolButton:checked:focus {{ border: 2px solid {text}; padding: 5px 11px; }}
QPushButton#plain:checked:focus, QToolButton#plain:checked:focus {{ border: 2px solid {text}; padding: 3px 7px; }}
QFrame#bar QPushButton#plain:checked:focus {{ padding: 3px 4px; }}
QToolButton#picture:checked:focus {{ border: 2px solid {text}; padding: 3px; }}
QPushButton#rowhead:checked:focus {{ padding: 4px 7px; }}
QFrame#stagepage QPushButton:checked:focus {{ padding: 7px 19px; }}
QToolButton#rowtool {{ background: transparent; padding: 4px 7px; }}
QToolButton#rowtool:hover {{ background: {raised}; }}
QToolButton#rowtool:focus {{ border-color: {accent}; }}
QPushButton#tab {{ background: transparent; color: {faint}; padding: 3px 8px; }}
QPushButton#tab:hover {{ color: {text}; }}
QPushButton#tab:checked {{ background: {raised}; color: {text}; border-color: transparent; }}
QPushButton#tab:focus {{ border-color: {accent}; }}
QPushButton#tab:checked:focus {{ padding: 2px 7px; }}
QScrollArea, QScrollArea > QWidget > QWidget#plainground {{ background: transparent; border: none; }}
QScrollArea#keyed {{ border: 1px solid transparent; }}
QPlainTextEdit {{ border: 1px solid {line}; border-radius: 2px; }}
QScrollArea#keyed:focus, QPlainTextEdit:focus {{ border-color: {accent}; }}
QLineEdit, QComboBox, QAbstractSpinBox {{ min-height: 24px; }}
QSplitter::handle {{ image: none; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{
  background: {line}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px;
}}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: transparent; border: none; width: 0; height: 0;
}}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QFrame#finding {{ background: {hover}; border: 1px solid {line}; border-radius: 6px; }}
QFrame#fault {{
  background: {fault}; border: 1px solid {line}; border-left: 3px solid {warn}; border-radius: 4px;
}}
QFrame#sheet {{ background: {panel}; border: 1px solid {faint}; border-radius: 8px; }}
QFrame#sheet QTextBrowser {{ background: {panel}; border: none; }}
QLabel#scale {{
  background: {raised}; border: 1px solid {line}; border-radius: 8px; padding: 12px 24px; font-size: 26pt;
}}
QFrame#rule {{ background: {line}; border: none; max-height: 1px; }}
"""


def mix(one: str, other: str, share: float) -> str:
    """A colour `share` of the way from one to the other."""
    a, b = QColor(one), QColor(other)
    parts = [round(x + (y - x) * share) for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)]  # type: ignore[index]
    return QColor(*parts).name()


def disabled(palette: Palette) -> str:
    """Texts of what cannot be used now: as faint as can still be read on everything they stand on."""
    grounds = (palette.ground, palette.panel, palette.raised)
    for share in (0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05):
        faint = mix(palette.faint, palette.panel, share)
        if all(contrast(faint, ground) >= READABLE for ground in grounds):
            return faint
    return palette.faint


@cache
def sheet(palette: Palette) -> str:
    """The style sheet of a palette."""
    colours = {name: value for name, value in vars(palette).items() if isinstance(value, str)}
    return SHEET.format(
        **colours,
        disabled=disabled(palette),
        hover=mix(palette.panel, palette.raised, 0.5),
        fault=mix(palette.panel, palette.warn, 0.12),
    )


def qt_palette(palette: Palette) -> QPalette:
    """Qt's palette: what Fusion draws fields, lists and sliders with."""
    made = QPalette(QColor(palette.raised), QColor(palette.panel))
    role = QPalette.ColorRole
    for part, colour in (
        (role.Window, palette.panel),
        (role.WindowText, palette.text),
        (role.Base, palette.ground if palette.name == "dark" else palette.raised),
        (role.AlternateBase, palette.raised),
        (role.Text, palette.text),
        (role.Button, palette.raised),
        (role.ButtonText, palette.text),
        (role.BrightText, palette.record),
        (role.Highlight, palette.accent),
        (role.HighlightedText, palette.on_accent),
        (role.Link, palette.accent),
        (role.ToolTipBase, palette.raised),
        (role.ToolTipText, palette.text),
        (role.PlaceholderText, palette.faint),
        (role.Accent, palette.accent),
        (role.Midlight, palette.ground),
    ):
        made.setColor(part, QColor(colour))
    dim = QColor(disabled(palette))
    for part in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, part, dim)
    return made


def apply(app: QApplication, palette: Palette) -> None:
    """Give the application our style and these colours; its widgets are dressed by a `Wardrobe`."""
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    made = qt_palette(palette)
    if app.palette() != made:
        app.setPalette(made)


def ground(widget: QWidget) -> None:
    """What lies below all parts of a window: its colour comes with `apply`."""
    widget.setAutoFillBackground(True)
    widget.setBackgroundRole(QPalette.ColorRole.Midlight)


class Wardrobe(QObject):
    """Dresses parts of a window in style sheets of their own.

    One sheet for all of it would hold up everything, for a fifth of a second and more, until every widget has taken it
    over. So a few parts are dressed in a turn of the event loop, those first that are seen.
    """

    dressed = Signal(QWidget)
    """A part wears what it was given: what is painted by hand in it can follow."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: dict[QWidget, Palette] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(BETWEEN)
        self._timer.timeout.connect(self._some)

    @property
    def done(self) -> bool:
        """Whether every part wears what it was given."""
        return not self._waiting

    def give(self, part: QWidget, palette: Palette) -> None:
        """Have a part, in which no other part lies, dressed in this palette; at once if it was in none yet."""
        self._waiting.pop(part, None)
        if part.styleSheet() in ("", sheet(palette)):
            self._put_on(part, palette)
        else:
            self._waiting[part] = palette
            self._timer.start()

    def _put_on(self, part: QWidget, palette: Palette) -> None:
        if part.styleSheet() != sheet(palette):
            part.setStyleSheet(sheet(palette))
        self.dressed.emit(part)

    def _some(self) -> None:
        until = time.perf_counter() + AT_ONCE
        for part in sorted(self._waiting, key=lambda part: not part.isVisible()):
            self._put_on(part, self._waiting.pop(part))
            if time.perf_counter() > until:
                break
        if not self._waiting:
            self._timer.stop()


def numbers_font(points: float = 9.0) -> QFont:
    """A font whose digits do not dance: fixed width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(points)
    return font


def heading(text: str) -> QLabel:
    """The title of a card."""
    return label(text, "heading")


def pressed(text: str) -> str:
    """A text, as what a button or a menu is to say: the sign that stands for a key there is doubled."""
    return text.replace("&", "&&")


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """A text as a tip shows it letter by letter: Qt would read ``<b>``, which a gesture may be called, as a command.

    A word joiner, which nobody sees, behind each ``<`` and ``&`` keeps it from that. What is longer than a line of a
    tip, which Qt would make as wide as the screen, is broken between its words.
    """
    return "\n".join(map(_broken, LOUD.sub("\\1\u2060", text).split("\n")))


def _broken(line: str) -> str:
    if len(line) <= WIDEST:
        return line  # letter by letter, its spaces too
    return textwrap.fill(line, WIDEST, break_long_words=False, break_on_hyphens=False)


def label(text: str = "", name: str = "", *, wrap: bool = False) -> QLabel:
    """A text, letter by letter, as a gesture may have any name; one that wraps may be as narrow as its card."""
    made = styled(QLabel(text), name) if name else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if wrap:
        made.setWordWrap(True)
        policy = made.sizePolicy()  # keeps its height for width
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        made.setSizePolicy(policy)
    return made


def styled(widget: W, name: str) -> W:
    """Give a widget the style of this name, and return it."""
    if widget.objectName() != name:
        widget.setObjectName(name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
    return widget
