"""The voices of the built-in sound: which patch each has, and how loud it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from gesturemap.commands import Configure
from gesturemap.errors import GesturemapError
from gesturemap.window.bench import Bench
from gesturemap.window.facts import sounds
from gesturemap.window.facts.document import Document
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.theme import label, plain
from gesturemap.window.settings.patches import Patches
from gesturemap.window.teach.fader import Fader
from gesturemap.window.words import outgoing as said

TENTHS = 10
"""Steps of the slider in one dB."""
CALM_MS = 450
"""Milliseconds after the last key after which a new level is one step."""


class Voices(QWidget):
    """One voice at a time: chosen on the left, its patch beside it, its level below."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.voice = Choice()
        self.voice.setToolTip(said.VOICE_TIP)
        self.voice.setAccessibleName(said.VOICE)
        self.voice.setMinimumContentsLength(5)
        self.voice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.voice.currentIndexChanged.connect(lambda _: self._show())
        self.patch = Patches()
        self.patch.wanted.connect(self._choose)
        self.level = Fader(Qt.Orientation.Horizontal)
        self.level.setRange(round(TENTHS * sounds.LEVELS[0]), round(TENTHS * sounds.LEVELS[1]))
        self.level.setSingleStep(TENTHS // 2)
        self.level.setPageStep(3 * TENTHS)
        self.level.setAccessibleName(said.LEVEL.format(said.VOICE))
        self.level.valueChanged.connect(self._turned)
        self.level.sliderReleased.connect(self.send)
        self.decibels = label("", "small")
        self.decibels.setMinimumWidth(52)
        self.decibels.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.send)
        bench.settles.connect(self.send)
        self._turning = -1
        """The voice whose level was turned and is not sent yet."""
        choose, turn = QHBoxLayout(), QHBoxLayout()
        choose.addWidget(self.voice, 2)
        choose.addWidget(self.patch, 3)
        turn.addWidget(self.level, 1)
        turn.addWidget(self.decibels)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(choose)
        column.addLayout(turn)

    def follow(self, document: Document) -> None:
        """Show the voices there are; the one chosen stays chosen."""
        names = [sounds.name_of(voice) for voice in document.sound.get("voices") or ()]
        self.setVisible(bool(names))
        if names != [self.voice.itemText(i) for i in range(self.voice.count())]:
            before = self.voice.currentText()
            with QSignalBlocker(self.voice):
                self.voice.clear()
                self.voice.addItems(names)
                self.voice.setCurrentIndex(max(0, self.voice.findText(before)) if names else -1)
        for part, tip in ((self.patch, said.PATCH_TIP), (self.level, said.LEVEL_TIP)):
            part.setEnabled(not document.locked)
            part.setToolTip(plain(said.LOCKED_TIP if document.locked else tip))
        if self._turning < 0 and not self.level.isSliderDown():
            self._show()

    def _now(self) -> tuple[int, dict[str, Any]] | None:
        """The voice that is shown: its number and its table."""
        at, voices = self.voice.currentIndex(), self._bench.document.sound.get("voices") or ()
        return (at, dict(voices[at])) if 0 <= at < len(voices) else None

    def _show(self) -> None:
        self.send()
        found = self._now()
        if found is None:
            return
        _, voice = found
        self.patch.show_patch(str(voice.get("patch") or ""))
        with QSignalBlocker(self.level):
            self.level.setValue(round(TENTHS * float(voice.get("level", 0.0))))
        self.level.setAccessibleName(said.LEVEL.format(sounds.name_of(voice)))
        self._say_level()

    def _say_level(self) -> None:
        self.decibels.setText(said.LEVEL_TEXT.format(self.level.value() / TENTHS))

    def _turned(self, _: int) -> None:
        self._say_level()
        self._turning = self.voice.currentIndex()
        if not self.level.isSliderDown():
            self._calm.start()

    def send(self) -> None:
        """The level that was turned, as one step."""
        self._calm.stop()
        at, self._turning = self._turning, -1
        if at >= 0:
            self._change(at, lambda voice: voice | {"level": self.level.value() / TENTHS})

    def forget(self) -> None:
        """Another project: its levels were turned by nobody."""
        self._calm.stop()
        self._turning = -1

    def _choose(self, patch: str) -> None:
        self.send()
        self._change(self.voice.currentIndex(), lambda voice: sounds.patched(voice, patch))

    def _change(self, at: int, to: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Send the sound with one voice changed."""
        document = self._bench.document
        voices = [dict(voice) for voice in document.sound.get("voices") or ()]
        if not 0 <= at < len(voices):
            return
        try:
            voices[at] = to(voices[at])
        except GesturemapError as error:
            self._bench.problem.emit(error.place, str(error))
            return
        self._bench.send(Configure("sound", {**document.sound, "volume": document.volume, "voices": voices}))
