"""The questions to what was taught: a button for each, with the choice of what it is about beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QWidget

from gesturemap.commands import Ask
from gesturemap.teaching.answers.questions import LONG
from gesturemap.window.facts.document import Document, Gesture
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.flow import FlowLayout, beside
from gesturemap.window.look.theme import plain, pressed, styled
from gesturemap.window.words import beliefs as said

QUESTIONS = {
    "checks": (said.CHECKS, said.CHECKS_TIP),
    "doctor": (said.DOCTOR, said.DOCTOR_TIP),
    "next": (said.NEXT, said.NEXT_TIP),
    "matrix": (said.MATRIX, said.MATRIX_TIP),
    "best": (said.BEST, said.BEST_TIP),
    "why": (said.WHY, said.WHY_TIP),
    "moved": (said.MOVED, said.MOVED_TIP),
}
"""Word -> its button."""
MORE = {
    "belief": (said.LOOKS, said.LOOKS_TIP),
    "consistency": (said.CONSISTENCY, said.CONSISTENCY_TIP),
    "curve": (said.CURVE, said.CURVE_TIP),
    "mix": (said.MIX, said.MIX_TIP),
    "nothing": (said.NOTHING, said.NOTHING_TIP),
    "distinct": (said.DISTINCT, said.DISTINCT_TIP),
    "decoys": (said.DECOYS, said.DECOYS_TIP),
    "pipelines": (said.PIPELINES, said.PIPELINES_TIP),
    "soundcheck": (said.SOUNDCHECK, said.SOUNDCHECK_TIP),
    "discover": (said.DISCOVER, said.DISCOVER_TIP),
}
"""Those that are asked seldom, in a menu."""
ELSEWHERE = {"never": (said.NEVER, said.NEVER_ASK_TIP), "weights": (said.WEIGHTS, "")}
"""Those that are asked where they are about something: a cell of the matrix, marks on the map."""
PATHS = "12"
"""How many paths are drawn of a gesture."""
GESTURES, OUTPUTS = ("next", "matrix", "best", "why"), ("moved",)
"""What is asked of gestures that are recognised, and of outputs that are learned."""


def name_of(word: str) -> str:
    """A question as its button has it."""
    return (QUESTIONS | MORE | ELSEWHERE)[word][0]


class Questions(QWidget):
    """What can be asked; `asked` says what is."""

    asked = Signal(object)
    """An `Ask`."""

    def __init__(self) -> None:
        super().__init__()
        self._document = Document()
        self._listed: Gesture | None = Gesture("", ())
        """The gesture whose demonstrations can be chosen."""
        self._outputs: tuple[str, ...] | None = None
        """The outputs of the model that plays, as far as they were seen."""
        self.buttons: dict[str, QPushButton] = {}
        self.asks: dict[str, QWidget] = {}
        """Each button with what is chosen beside it."""
        self.output = self._choice(said.OUTPUT_TIP, lambda: None)
        self.gesture = self._choice(said.GESTURE_TIP, self._takes)
        self.take = self._choice(said.TAKE_TIP, self._tips)
        for word, (text, tip) in QUESTIONS.items():
            button = self.buttons[word] = styled(QPushButton(pressed(text)), "ask")
            button.setToolTip(plain(tip))
            button.clicked.connect(lambda _=False, each=word: self.ask(each))
        self.more = styled(QPushButton(said.MORE), "ask")
        self.more.setToolTip(plain(said.MORE_TIP))
        self.menu = QMenu(self.more)
        self.menu.setToolTipsVisible(True)
        for word, (text, tip) in MORE.items():
            action = self.menu.addAction(pressed(text))
            action.setData(word)
            action.setToolTip(plain(tip))
        self.menu.triggered.connect(lambda action: self.ask(str(action.data())))
        self.more.setMenu(self.menu)
        flow = FlowLayout(self, gap=6, line_gap=4)
        for word, parts in self._rows():
            self.asks[word] = beside(*parts)
            flow.addWidget(self.asks[word])
        flow.addWidget(self.more)

    def _choice(self, tip: str, changed: Callable[[], None]) -> QComboBox:
        made = Choice()
        made.setToolTip(plain(tip))
        made.setAccessibleName(tip)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(9)
        made.currentIndexChanged.connect(lambda _: changed())
        return made

    def _rows(self) -> Iterator[tuple[str, tuple[QWidget, ...]]]:
        """What stands together, each under the question that it belongs to."""
        chosen = {"best": (self.gesture,), "why": (self.take,), "moved": (self.output,)}
        for word, button in self.buttons.items():
            yield word, (*chosen.get(word, ()), button)

    def ask(self, word: str) -> None:
        """Ask what a button stands for."""
        gesture, take, output = self.gesture.currentText(), self.take.currentData(), self.output.currentText()
        about = {
            "best": [gesture], "distinct": [gesture], "why": [take], "nothing": [take, gesture],
            "belief": [gesture, PATHS], "moved": [take, output], "discover": [take] if self._long(take) else [],
        }  # fmt: skip
        arguments = about.get(word, [])
        if all(arguments):
            self.asked.emit(Ask(word, [str(each) for each in arguments]))

    def _long(self, demonstration: str) -> bool:
        """Whether something may come again in it."""
        take = self._document.take(demonstration)
        return take is not None and take.whole >= LONG

    def follow(self, document: Document, selected: str) -> None:
        """Gestures or demonstrations came or went."""
        self._document = document
        labels = [gesture.label for gesture in document.gestures if gesture.demonstrations]
        if [self.gesture.itemText(n) for n in range(self.gesture.count())] != labels:
            chosen = self.gesture.currentText() or selected
            with QSignalBlocker(self.gesture):
                self.gesture.clear()
                self.gesture.addItems(labels)
                self.gesture.setCurrentIndex(max(0, self.gesture.findText(chosen)) if labels else -1)
        self._takes()
        for button in (*self.buttons.values(), self.more):
            button.setEnabled(bool(labels) and not document.by_examples)

    def select(self, gesture: str) -> None:
        """Another one is chosen elsewhere."""
        place = self.gesture.findText(gesture)
        if place >= 0:
            self.gesture.setCurrentIndex(place)

    def choose(self, demonstration: str) -> None:
        """Ask about this demonstration from now on."""
        if (gesture := self._document.gesture_of(demonstration)) is not None:
            self.gesture.setCurrentIndex(self.gesture.findText(gesture.label))
            self.take.setCurrentIndex(self.take.findData(demonstration))

    def _takes(self) -> None:
        """The demonstrations of the gesture that is chosen."""
        gesture = self._document.gesture(self.gesture.currentText())
        if gesture == self._listed:
            return
        self._listed = gesture
        label, takes = (gesture.label, gesture.demonstrations) if gesture else ("", ())
        learned = [(number, take.id) for number, take in enumerate(takes, 1) if take.learned]
        wanted = [(said.TAKE.format(label=label, number=number), each) for number, each in learned]
        if [(self.take.itemText(n), self.take.itemData(n)) for n in range(self.take.count())] != wanted:
            chosen = self.take.currentData()
            with QSignalBlocker(self.take):
                self.take.clear()
                for name, each in wanted:
                    self.take.addItem(name, each)
                self.take.setCurrentIndex(max(0, self.take.findData(chosen)) if wanted else -1)
        self._tips()

    def _tips(self) -> None:
        gesture, take = self.gesture.currentText(), self.take.currentText()
        self.buttons["best"].setToolTip(plain(said.BEST_TIP.format(gesture=gesture)))
        self.buttons["why"].setToolTip(plain(said.WHY_TIP.format(take=take)))
        for action in self.menu.actions():
            tip = MORE[str(action.data())][1]
            action.setToolTip(plain(tip.format(gesture=gesture, take=take)))

    def of_outputs(self, names: tuple[str, ...]) -> None:
        """Gestures are recognised by the model that plays, or these outputs are learned."""
        if names == self._outputs:
            return
        self._outputs = names
        with QSignalBlocker(self.output):
            self.output.clear()
            self.output.addItems(list(names))
        for word, button in self.buttons.items():
            asked = word not in (GESTURES if names else OUTPUTS)
            button.setVisible(asked)
            self.asks[word].setVisible(asked or word in ("best", "why"))  # what is chosen there stays
        self.more.setVisible(not names)
