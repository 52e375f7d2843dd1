"""What it believes: questions to what was taught, and the answers as cards, bars and a matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Answer, Ask, Irrelevant
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.beliefs import Belief, Card, Deed, about, called
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.thumbnails import Gallery
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import label, plain, pressed, styled
from gesturemap.window.teach.takes import TakeDelegate
from gesturemap.window.test.cards import Cards, Portrait
from gesturemap.window.test.confusion import Matrix
from gesturemap.window.test.reason import ReasonPicture
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
AT_ONCE = 2
"""Pictures that are read at a time."""
GESTURES, OUTPUTS = ("next", "matrix", "best", "why"), ("moved",)
"""What is asked of gestures that are recognised, and of outputs that are learned."""


def _beside(*parts: QWidget) -> QWidget:
    """Parts that stay together where a row is broken."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    for part in parts:
        row.addWidget(part)
    return made


class Beliefs(Panel):
    """Buttons that ask, and the newest answer; whatever is under way, everything else goes on."""

    docs = "teaching"
    teaches = Signal()
    """The page to teach on is wanted."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.setAccessibleName(said.NAME)
        self.wanted: Ask | None = None
        """What was asked and is not answered yet."""
        self._since = 0.0
        self._now = 0.0
        self._begun = False
        """Whether control has said that it is being answered."""
        self._shown: Belief | None = None
        self._about: tuple[object, ...] = ()
        """The project as it was seen last."""
        self.buttons: dict[str, QPushButton] = {}
        self.asks: dict[str, QWidget] = {}
        """Each button with what is chosen beside it."""
        self._outputs: tuple[str, ...] | None = None
        """The outputs of the model that plays, as far as they were seen."""
        self.output = self._choice(said.OUTPUT_TIP, lambda: None)
        self.gesture = self._choice(said.GESTURE_TIP, self._takes)
        self.take = self._choice(said.TAKE_TIP, self._tips)
        self.headline = Lines("small")
        self.stop = styled(QPushButton(said.CANCEL), "plain")
        self.stop.setToolTip(said.CANCEL_TIP)
        self.stop.clicked.connect(self.give_up)
        self.empty = label(said.FIRST, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.gallery = Gallery()
        self._delegate = TakeDelegate(bench, self.gallery)
        self.cards, self.matrix, self.picture = Cards(self._portrait), Matrix(bench), ReasonPicture(bench)
        self.cards.done.connect(self._do)
        self.cards.skipped.connect(self._skip)
        self.words = label("", "small", wrap=True)
        self.matters = styled(QPushButton(said.MATTERS_NAME), "ask")
        self.hint = label(said.WHY_HINT, "small", wrap=True)
        self.matters.clicked.connect(self._matter)
        self.picture.chosen.connect(lambda _: self._tell_matters())
        self._lay_out()
        bench.selected.connect(self._follow_selection)

    def _choice(self, tip: str, changed: Callable[[], None]) -> QComboBox:
        made = QComboBox()
        made.setToolTip(plain(tip))
        made.setAccessibleName(tip)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(9)
        made.currentIndexChanged.connect(lambda _: changed())
        return made

    def _lay_out(self) -> None:
        asks = QWidget()
        flow = FlowLayout(asks, gap=6, line_gap=4)
        for word, (text, tip) in QUESTIONS.items():
            button = styled(QPushButton(pressed(text)), "ask")
            button.setToolTip(plain(tip))
            button.clicked.connect(lambda _=False, each=word: self.ask_word(each))
            self.buttons[word] = button
        for word, parts in self._rows():
            self.asks[word] = _beside(*parts)
            flow.addWidget(self.asks[word])
        state = QHBoxLayout()
        state.addWidget(self.headline, 1)
        state.addWidget(self.stop)
        body = QWidget()
        self.stack = QStackedLayout(body)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._answer_view())
        self.stack.addWidget(self._reason_view())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(asks)
        column.addLayout(state)
        column.addWidget(body, 1)

    def _rows(self) -> Iterator[tuple[str, tuple[QWidget, ...]]]:
        """What stands together, each under the question that it belongs to."""
        chosen = {"best": (self.gesture,), "why": (self.take,), "moved": (self.output,)}
        for word, button in self.buttons.items():
            yield word, (*chosen.get(word, ()), button)

    def _answer_view(self) -> QWidget:
        self.frame = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(styled(self.matrix, "plainground"))
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(scroll)
        both.addWidget(self.cards)
        both.setStretchFactor(0, 2)
        both.setStretchFactor(1, 3)
        return both

    def _reason_view(self) -> QWidget:
        ground = styled(QWidget(), "plainground")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.picture)
        row = QHBoxLayout()
        row.addWidget(self.hint, 1)
        row.addWidget(self.matters)
        column.addLayout(row)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(ground)
        return scroll

    # Asking

    def ask_word(self, word: str) -> None:
        """Ask what a button stands for."""
        gesture, take, output = self.gesture.currentText(), self.take.currentData(), self.output.currentText()
        arguments = {"best": [gesture], "why": [take], "moved": [take, output]}.get(word, [])
        if all(arguments):
            self.ask(Ask(word, [str(each) for each in arguments]))

    def ask(self, question: Ask) -> None:
        """Ask; what is under way is taken back."""
        if self.wanted is not None:
            self.bench.send(Ask())
        self.wanted, self._since, self._begun = question, self._now, False
        self.bench.send(question)
        self._tell()

    def give_up(self) -> None:
        """Nobody waits for the answer any more."""
        if self.wanted is not None:
            self.wanted = None
            self.bench.send(Ask())
            self._tell()

    def answered(self, notice: Answer) -> None:
        """An answer came; those to others, and what was taken back, are not shown."""
        if self.wanted is not None and (notice.word, notice.arguments) == (
            self.wanted.word,
            self.wanted.arguments,
        ):
            self.wanted = None
            self.bench.testing.answered(notice)
            self._show()

    def failed(self, place: str) -> None:
        """Something went wrong: control has said why it does not answer, or did not do what a card asked for."""
        self.cards.told(done=False)
        if place == "ask":
            self.wanted = None
            self._tell()

    # What a card does

    def _do(self, deed: Deed) -> None:
        if deed.record:
            self.bench.select(deed.record)
            self.teaches.emit()
        elif isinstance(deed.message, Ask):
            self.choose(deed.message.arguments[0])
            self.ask(deed.message)
        elif deed.message is not None:
            self.bench.send(deed.message)

    def _portrait(self, demonstration: str) -> QWidget | None:
        take = self.bench.document.take(demonstration)
        name = said.PORTRAIT.format(take=called(self.bench.document, demonstration))
        return Portrait(self.gallery, self._delegate, take, name) if take is not None else None

    def _skip(self, card: Card) -> None:
        if isinstance(card.skip, Ask):
            self.ask(card.skip)
            return
        self.cards.put_away(card)
        self._tell()

    def _matter(self) -> None:
        reason = self.picture.reason
        if reason is not None and self.picture.channel:
            self.bench.send(Irrelevant(self.picture.channel, reason.of))

    # The document

    def follow(self, document: Document) -> None:
        """Gestures or demonstrations came or went, or an answer is on its way."""
        if self.wanted is not None:
            self._begun = self._begun or document.asking == self.wanted.word
            if self._begun and not document.asking:
                self.wanted = None  # it was answered to nobody, as where control began anew
        labels = [gesture.label for gesture in document.gestures if gesture.demonstrations]
        if [self.gesture.itemText(n) for n in range(self.gesture.count())] != labels:
            chosen = self.gesture.currentText() or self.bench.selection
            with QSignalBlocker(self.gesture):
                self.gesture.clear()
                self.gesture.addItems(labels)
                self.gesture.setCurrentIndex(max(0, self.gesture.findText(chosen)) if labels else -1)
        self.gallery.look_in(document.folder)
        self._takes()
        for button in self.buttons.values():
            button.setEnabled(bool(labels) and not document.by_examples)
        if self._about != about(document):
            self._about = about(document)
            self.cards.told(done=True)
        self.cards.lock(document.locked)
        self._show()

    def _follow_selection(self, selected: str) -> None:
        place = self.gesture.findText(selected)
        if place >= 0:
            self.gesture.setCurrentIndex(place)

    def _takes(self) -> None:
        """The demonstrations of the gesture that is chosen."""
        document = self.bench.document
        gesture = document.gesture(self.gesture.currentText())
        takes = [take.id for take in gesture.demonstrations if take.enabled] if gesture else []
        wanted = [(called(document, each), each) for each in takes]
        if [(self.take.itemText(n), self.take.itemData(n)) for n in range(self.take.count())] != wanted:
            chosen = self.take.currentData()
            with QSignalBlocker(self.take):
                self.take.clear()
                for name, each in wanted:
                    self.take.addItem(name, each)
                self.take.setCurrentIndex(max(0, self.take.findData(chosen)) if wanted else -1)
        self._tips()

    def _tips(self) -> None:
        self.buttons["best"].setToolTip(plain(said.BEST_TIP.format(gesture=self.gesture.currentText())))
        self.buttons["why"].setToolTip(plain(said.WHY_TIP.format(take=self.take.currentText())))

    def _of_outputs(self, names: tuple[str, ...]) -> None:
        """Gestures are recognised by the model that plays, or these outputs are learned."""
        self._outputs = names
        with QSignalBlocker(self.output):
            self.output.clear()
            self.output.addItems(list(names))
        for word, button in self.buttons.items():
            asked = word not in (GESTURES if names else OUTPUTS)
            button.setVisible(asked)
            self.asks[word].setVisible(asked or word in ("best", "why"))  # what is chosen there stays

    def choose(self, demonstration: str) -> None:
        """Ask about this demonstration from now on."""
        for gesture in self.bench.document.gestures:
            if any(take.id == demonstration for take in gesture.demonstrations):
                self.gesture.setCurrentIndex(self.gesture.findText(gesture.label))
                self.take.setCurrentIndex(self.take.findData(demonstration))

    def tick(self, now: float) -> None:
        """How long it takes already."""
        self._now = now
        if self.bench.live.output_names != self._outputs:
            self._of_outputs(self.bench.live.output_names)
        if self.isVisible():
            if self.wanted is not None:
                self._tell()
            if self.gallery.work(AT_ONCE):
                for portrait in self.cards.findChildren(Portrait):
                    portrait.update()

    def restyle(self) -> None:
        """The look changed."""
        self.picture.renew()
        self.matrix.update()

    # The answer

    def _show(self) -> None:
        found = self.bench.testing.belief
        if found is not self._shown:
            self._shown = found
            if found is not None and found.reason is not None:
                self.picture.show_reason(found.reason)
                self.words.setText("\n".join(found.words))
                self.words.setVisible(bool(found.words))
            elif found is not None:
                self.frame.setVisible(found.matrix is not None)
                if found.matrix is not None:
                    self.matrix.show_evaluation(found.matrix)
                self.cards.show_all(found.words, found.cards, locked=self.bench.document.locked)
        some = found is not None and bool(found.cards or found.words or found.matrix)
        reason = found is not None and found.reason is not None
        self.stack.setCurrentIndex(2 if reason else 1 if some else 0)
        self._tell_matters()
        self._tell()

    def _tell_matters(self) -> None:
        """The button beside the bars is about the channel that is chosen."""
        reason, channel = self.picture.reason, self.picture.channel
        gesture = reason is None or bool(reason.against)
        self.matters.setVisible(bool(channel) and gesture)
        self.hint.setText(said.WHY_HINT if gesture else said.WHY_HINT_OUTPUT)
        if reason is not None and channel:
            self.matters.setText(pressed(said.MATTERS.format(channel=channel)))
            tip = said.MATTERS_TIP.format(gesture=reason.of, channel=channel)
            self.matters.setToolTip(plain(said.LOCKED_TIP if self.bench.document.locked else tip))
            self.matters.setEnabled(not self.bench.document.locked)

    def _tell(self) -> None:
        """One line: what is under way, or what came of it, and whether that still holds."""
        found, document = self._shown, self.bench.document
        self.stop.setVisible(self.wanted is not None)
        if self.wanted is not None:
            question = QUESTIONS[self.wanted.word][0].rstrip("?")
            text = said.THINKS.format(question=question, seconds=max(0.0, self._now - self._since))
        elif found is None:
            text = ""
        else:
            left = len(found.cards) - len(self.cards.views) if found.reason is None else 0
            head = said.FOUND_PART.format(count=len(found.cards), left=left) if left else found.headline
            text = said.TOOK.format(headline=head, seconds=found.seconds)
            text = f"{text} · {said.CHANGED}" if found.stale(document) else text
        if self.headline.text() != text:
            self.headline.setText(text)
            self.headline.setToolTip(plain(text))
            self.headline.setAccessibleName(text)
        empty = said.FIRST if document.labels else said.NO_TAKES
        empty = said.EXAMPLES if document.by_examples else empty
        if found is not None and not document.by_examples:
            empty = found.headline
        if self.empty.text() != empty:
            self.empty.setText(empty)
