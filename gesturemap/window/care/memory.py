"""The window is found as it was left: its place, its columns, its page, its look, and how large everything is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QMainWindow,
    QSpinBox,
    QSplitter,
)

from gesturemap.window.facts.kept import Kept, fitting, keep_quietly, stepped
from gesturemap.window.look.colours import DARK, PALETTES
from gesturemap.window.look.shared import MOVED, Shared
from gesturemap.window.look.theme import sheet, styled
from gesturemap.window.words import care as said

CHOICE = "kept"
"""The property that gives a box, or a group of buttons, a name under which its choice is kept."""
Choice = QComboBox | QButtonGroup | QSpinBox | QDoubleSpinBox
LATER = 3000
"""Milliseconds between two looks at what has changed."""
SETTLE = 700
"""Milliseconds after the last wish for another size, in which another one may follow."""
FRAMED, LOOKS = 300, 30
"""Milliseconds between two looks whether a window manager has put its frame around a window, and how many there are."""


def room_at(place: QPoint) -> QRect:
    """Where windows may stand on the screen at a place, or on the first one where there is none."""
    screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
    return screen.availableGeometry()


def within(box: QRect, room: QRect) -> QPoint:
    """Where a box is to stand to be in a room; what is too large for it has its top and its right in there: Panic."""
    left = min(max(box.left(), room.left()), room.right() + 1 - box.width())
    top = max(min(box.top(), room.bottom() + 1 - box.height()), room.top())
    return QPoint(left, top)


def most(kept: Kept) -> float:
    """How large everything may be on the screen on which the window stood, drawn as large as was kept."""
    middle = QRect(*kept.place).center() / kept.scale if kept.place else QPoint()
    return _fitting(room_at(middle).size(), kept.scale)


def _fitting(room: QSize, ratio: float) -> float:
    """`fitting` for a room in units of the window, which are this large on the screen."""
    return fitting(room.width() * ratio, room.height() * ratio)


def value(box: Choice) -> float:
    """What is chosen: which one, or the number."""
    if isinstance(box, QSpinBox | QDoubleSpinBox):
        return box.value()
    return max(0, box.checkedId() if isinstance(box, QButtonGroup) else box.currentIndex())


def set_value(box: Choice, kept: float) -> None:
    """Choose it again, where it is still there."""
    if isinstance(box, QDoubleSpinBox):
        box.setValue(kept)
    elif isinstance(box, QSpinBox):
        box.setValue(round(kept))
    elif isinstance(box, QComboBox):
        box.setCurrentIndex(round(kept) if kept < box.count() else box.currentIndex())
    elif (button := box.button(round(kept))) is not None:
        button.setChecked(True)


class Memory(QObject):
    """Puts a window as it was, and writes down how it is.

    Parameters
    ----------
    window : the window, before it is shown.
    kept : how it was.
    path : the file that it is written to.
    told : what the window itself says that is to be kept, as in `Kept`.
    fixed : what ``QT_SCALE_FACTOR`` says where a person has set it; then sizes are theirs to change.
    """

    again = Signal()
    """Another size is wanted: another window is to come in place of this one."""
    stays = Signal()
    """This size is wanted after all."""

    def __init__(
        self,
        window: QMainWindow,
        kept: Kept,
        path: Path,
        *,
        told: Callable[[], Mapping[str, Any]],
        fixed: str = "",
    ) -> None:
        super().__init__(window)
        self._window, self._path, self._fixed = window, path, fixed
        self._told = told
        self.kept = kept
        self._ratio = 1.0 if fixed else kept.scale
        """How large a unit of the window is now, in units of the screen."""
        self.scale = kept.scale
        """What is wanted from the next start on."""
        self._writing: threading.Thread | None = None
        self.sign = styled(QLabel(window), "scale")
        self.sign.setAccessibleName(said.SCALE_NAME)
        self.sign.hide()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(self._settled)
        self._framing = QTimer(self)
        self._framing.setSingleShot(True)
        self._framing.setInterval(FRAMED)
        self._framing.timeout.connect(self.fit)
        self._looks = LOOKS
        """How often it is still looked for a frame."""
        self._timer = QTimer(self)
        self._timer.setInterval(LATER)
        self._timer.timeout.connect(self.note)
        self._timer.start()

    def restore(self) -> None:
        """Put the window and everything in it as it was."""
        self._restore_place()
        self._framing.start()
        for screen in QGuiApplication.screens():
            screen.availableGeometryChanged.connect(self._refit)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._refit)
        for name, box in self._choices().items():
            if name in self.kept.choices:
                set_value(box, self.kept.choices[name])
        for name, split in self._splits().items():  # after what sets them itself
            sizes = self.kept.splits.get(self._at(name)) or self.kept.splits.get(name, [])
            if len(sizes) == split.count():
                split.setProperty(MOVED, True)
                split.setSizes(sizes)

    def _restore_place(self) -> None:
        place = self.kept.place
        if place is None:
            return
        wanted = QRect(*(round(value / self._ratio) for value in place))
        room = room_at(wanted.center())
        wanted.setSize(wanted.size().boundedTo(room.size()))
        wanted.moveTopLeft(within(wanted, room))
        self._window.setGeometry(wanted)
        if self.kept.maximised:
            self._window.showMaximized()

    def _refit(self, _: object) -> None:
        """The screens have changed: as soon as they and the window manager are at rest, `fit`."""
        self._framing.start()

    def fit(self) -> None:
        """Into the room of its screen with its title bar, which only a window manager knows how large it makes.

        Where even the smallest window does not fit, it comes again smaller.
        """
        window, frame = self._window, self._window.frameGeometry()
        border = frame.size() - window.size()
        if not self._fixed and self.scale > (most := self.most()):
            self.scale = most
            self._settled()
            return
        if border.isNull() and self._looks:  # none yet; without a window manager there is never one
            self._looks -= 1
            self._framing.start()
            return
        if window.isMaximized() or window.isFullScreen():
            return
        room = room_at(frame.center())
        window.resize(window.size().boundedTo(room.size() - border))
        window.move(within(window.frameGeometry(), room))

    def _splits(self) -> dict[str, QSplitter]:
        found: dict[str, QSplitter] = {}
        for split in self._window.findChildren(QSplitter):
            owner = split.parentWidget()
            stem = type(owner).__name__
            count = sum(name.startswith(f"{stem}.") for name in found)
            found[f"{stem}.{count}"] = split
        return found

    def _at(self, name: str) -> str:
        """Under which name sizes are kept: each scale has its own, as columns are squeezed at a large one."""
        return name if self._ratio == 1.0 else f"{name}@{self._ratio:g}"

    def _choices(self) -> dict[str, Choice]:
        find = self._window.findChildren
        boxes: tuple[Choice, ...] = (
            *find(QComboBox),
            *find(QButtonGroup),
            *find(QSpinBox),
            *find(QDoubleSpinBox),
        )
        return {str(box.property(CHOICE)): box for box in boxes if box.property(CHOICE)}

    def now(self) -> Kept:
        """How everything is; what is not to be seen is as it was."""
        window = self._window
        box = window.normalGeometry()
        if box.isEmpty():
            box = window.geometry()
        place = tuple(round(value * self._ratio) for value in (box.x(), box.y(), box.width(), box.height()))
        splits = dict(self.kept.splits)
        for name, split in self._splits().items():
            own = not isinstance(split, Shared) or split.property(MOVED)
            if own and split.isVisible() and all(split.sizes()):
                splits[self._at(name)] = split.sizes()
        full = window.isFullScreen()
        return replace(
            self.kept,
            place=place,  # type: ignore[arg-type]
            maximised=self.kept.maximised if full else window.isMaximized(),
            scale=self.scale,
            splits=splits,
            choices={**self.kept.choices, **{name: value(box) for name, box in self._choices().items()}},
            **self._told(),
        )

    def note(self) -> None:
        """Write it down where it has changed, beside everything else: a disk may take its time."""
        if self._writing is not None and self._writing.is_alive():
            return
        now = self.now()
        if now != self.kept:
            self.kept = now
            self._writing = threading.Thread(target=keep_quietly, args=(now, self._path), daemon=True)
            self._writing.start()

    def close(self) -> None:
        """The window goes: write it down for the last time."""
        self._timer.stop()
        self._settle.stop()
        self._framing.stop()
        if self._writing is not None:
            self._writing.join()
        now = self.now()
        if now != self.kept:
            self.kept = now
            keep_quietly(now, self._path)

    # How large everything is

    def most(self) -> float:
        """How large everything may be for the window to fit its screen with its frame."""
        frame = self._window.frameGeometry()
        return _fitting(room_at(frame.center()).size() - (frame.size() - self._window.size()), self._ratio)

    def resize_all(self, steps: int) -> str:
        """Everything so many steps larger, or with 0 as the screen has it; return why not, or an empty text."""
        if self._fixed:
            return said.SCALE_FIXED.format(self._fixed)
        wanted = stepped(self.scale, steps) if steps else 1.0
        if steps > 0 and wanted > (most := self.most()):
            return said.SCALE_FULL.format(100 * most)
        if wanted == self.scale and steps > 0:
            return said.SCALE_LARGEST
        self.scale = wanted
        self.sign.setText(said.SCALE_SAID.format(100 * wanted))
        self.sign.setStyleSheet(sheet(PALETTES.get(self._told()["look"], DARK)))
        self.sign.adjustSize()
        self.sign.move(self._window.rect().center() - self.sign.rect().center())
        self.sign.show()
        self.sign.raise_()
        self._settle.start()
        return ""

    @property
    def settling(self) -> bool:
        """Whether another size was just asked for, and more of it may be."""
        return self._settle.isActive()

    def _settled(self) -> None:
        if self.scale == self._ratio:
            self.sign.hide()
            self.stays.emit()
        else:  # it is said until the other window is there
            self.again.emit()

    def stay(self) -> None:
        """No other window comes: this size remains."""
        self.scale = self._ratio
        self.sign.hide()
