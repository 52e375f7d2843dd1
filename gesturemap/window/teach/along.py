"""Which sound goes along with a recording: none, values set by hand, a WAV file that is played, or the microphone."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu, QToolButton

from gesturemap.control.along import MICROPHONE, USUAL
from gesturemap.control.by_hand import HAND
from gesturemap.synth.describe import CHANNELS
from gesturemap.window.bench import Bench
from gesturemap.window.files import Files
from gesturemap.window.look.theme import plain, pressed, styled
from gesturemap.window.words import teaching as said

LONGEST = 18
"""Letters of a file's name that are shown."""


class AlongChooser(QToolButton):
    """A menu: the sound, and what of it shall be learned."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        styled(self, "plain")
        self._files = Files(self)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(plain(said.ALONG_TIP))
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self.fill)
        self.setMenu(self.choices)
        self.choose("")

    def fill(self) -> None:
        """Offer what there is."""
        wishes, menu = self._bench.record_key.wishes, self.choices
        menu.clear()
        for text, along in (
            (said.ALONG_NONE, ""),
            (said.ALONG_HAND, HAND),
            (said.ALONG_MICROPHONE, MICROPHONE),
        ):
            action = menu.addAction(text, partial(self.choose, along))
            action.setCheckable(True)
            action.setChecked(wishes.along == along)
        if wishes.along not in ("", HAND, MICROPHONE):
            action = menu.addAction(pressed(Path(wishes.along).name))
            action.setCheckable(True)
            action.setChecked(True)
        menu.addAction(said.ALONG_FILE, self._ask)
        menu.addSeparator()
        described = menu.addMenu(said.DESCRIBED)
        described.setToolTip(said.DESCRIBED_TIP)
        for name, channel in CHANNELS.items():
            action = described.addAction(pressed(f"{name} ({channel.unit})" if channel.unit else name))
            action.setCheckable(True)
            action.setChecked(name in (wishes.describe or USUAL))
            action.toggled.connect(partial(self._describe, name))

    def choose(self, along: str) -> None:
        """Let this go along from now on."""
        self._bench.record_key.wishes.along = along
        names = {"": said.ALONG_NONE, HAND: said.ALONG_HAND, MICROPHONE: said.ALONG_MICROPHONE}
        text = names.get(along, Path(along).name)
        self.setText(pressed(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"))
        self.setAccessibleName(f"{said.ALONG_TIP}: {text}")

    def _describe(self, name: str, on: bool) -> None:
        wishes = self._bench.record_key.wishes
        wanted = set(wishes.describe or USUAL) - {name} | ({name} if on else set())
        wishes.describe = () if wanted == set(USUAL) else tuple(each for each in CHANNELS if each in wanted)

    def _ask(self) -> None:
        self._files.open_files(
            said.CHOOSE_SOUND, said.DIALOG_CHOOSE, lambda paths: self.choose(paths[0]), "WAV (*.wav *.WAV)"
        )
