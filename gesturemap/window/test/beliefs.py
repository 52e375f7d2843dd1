"""What it believes: questions to what was taught, and the answers as cards, bars and a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Answer, Ask, Configure, Irrelevant
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.belief import Belief, Card, Deed, about
from gesturemap.window.facts.beliefs import called
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.thumbnails import Gallery
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import label, plain, pressed, styled
from gesturemap.window.teach.takes import TakeDelegate
from gesturemap.window.test.cards import Cards, Portrait, of_before
from gesturemap.window.test.figure import Figure
from gesturemap.window.test.matrix import Matrix
from gesturemap.window.test.mixture import Mixing
from gesturemap.window.test.questions import Questions, name_of
from gesturemap.window.test.reason import ReasonPicture
from gesturemap.window.words import beliefs as said

AT_ONCE = 2
"""Pictures that are read at a time."""


class Beliefs(Panel):
    """Buttons that ask, and the newest answer; whatever is under way, everything else goes on."""

    docs = "teaching"
    teaches = Signal()
    """The page to teach on is wanted."""
    asks = Signal()
    """Something is going to be asked: one question at a time."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.setAccessibleName(said.NAME)
        self.wanted: Ask | None = None
        """What was asked and is not answered yet."""
        self._after: Ask | None = None
        """What is asked when the answer has come: where sliders have gone to meanwhile."""
        self._since = 0.0
        self._now = 0.0
        self._begun = False
        """Whether control has said that it is being answered."""
        self._shown: Belief | None = None
        self._about: tuple[object, ...] = ()
        """The project as it was seen last."""
        self._renewed: tuple[object, ...] = ()
        """The project of which the matrix was asked for by itself."""
        self.questions = Questions()
        self.questions.asked.connect(self.ask)
        self.headline = Lines("small")
        self.stop = styled(QPushButton(said.CANCEL), "plain")
        self.stop.setToolTip(said.CANCEL_TIP)
        self.stop.clicked.connect(self.give_up)
        self.empty = label(said.FIRST, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.gallery = Gallery()
        self._delegate = TakeDelegate(bench, self.gallery)
        self.cards, self.matrix, self.picture = Cards(self._portrait), Matrix(bench), ReasonPicture(bench)
        self.figure, self.mixing = Figure(bench), Mixing()
        self.figure.hide()
        self.mixing.moved.connect(self._mix)
        self.mixing.kept.connect(self._keep)
        self.cards.done.connect(self._do)
        self.cards.skipped.connect(self._skip)
        self.words = label("", "small", wrap=True)
        self.matters = styled(QPushButton(said.MATTERS_NAME), "ask")
        self.hint = label(said.WHY_HINT, "small", wrap=True)
        self.matters.clicked.connect(self._matter)
        self.picture.chosen.connect(lambda _: self._tell_matters())
        self._lay_out()
        bench.selected.connect(self.questions.select)

    def _lay_out(self) -> None:
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
        column.addWidget(self.questions)
        column.addLayout(state)
        column.addWidget(body, 1)

    def _answer_view(self) -> QWidget:
        self.frame = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(styled(self.matrix, "plainground"))
        self.parts = both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        self.sliders = QScrollArea()
        self.sliders.setWidgetResizable(True)
        self.sliders.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sliders.setWidget(styled(self.mixing, "plainground"))
        for share, part in ((2, scroll), (3, self.figure), (3, self.sliders), (3, self.cards)):
            both.addWidget(part)
            both.setStretchFactor(both.count() - 1, share)
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

    def ask(self, question: Ask) -> None:
        """Ask; what is under way is taken back."""
        self.asks.emit()
        if self.wanted is not None:
            self.bench.send(Ask())
        self.wanted, self._after, self._since, self._begun = question, None, self._now, False
        self.bench.send(question)
        self._show()

    def recall(self, asked: Sequence[Any]) -> None:
        """The window before this one waits for this question to be answered: now this one does."""
        for word, arguments in asked:
            self.wanted, self._since, self._begun = Ask(word, arguments), self._now, False
            self._show()

    def give_up(self) -> None:
        """Nobody waits for the answer any more."""
        if self.wanted is not None:
            self.wanted = self._after = None
            self.bench.send(Ask())
            self._show()

    def answered(self, notice: Answer) -> None:
        """An answer came; those to others, and what was taken back, are not shown."""
        if self.wanted is not None and (notice.word, notice.arguments) == (
            self.wanted.word,
            self.wanted.arguments,
        ):
            self.wanted = None
            self.bench.testing.answered(notice)
            self._show()
            if self._after is not None:
                self.ask(self._after)

    def failed(self, place: str) -> None:
        """Something went wrong: control has said why it does not answer, or did not do what a card asked for."""
        self.cards.told(done=False)
        if place == "ask":
            self.wanted = self._after = None
            self._show()

    # What a card does

    def _do(self, deed: Deed) -> None:
        if deed.record:
            self.bench.select(deed.record)
            self.teaches.emit()
        elif isinstance(deed.message, Ask):
            self.questions.choose(deed.message.arguments[0])
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

    def _mix(self, weights: dict[str, float]) -> None:
        """Sliders were moved: asked at once, or when the answer of before has come."""
        question = Ask("mix", [f"{name}={weight:g}" for name, weight in weights.items()])
        if self.wanted is not None and self.wanted.word == "mix":
            self._after = question
        else:
            self.ask(question)

    def _keep(self, weights: dict[str, float]) -> None:
        self.bench.send(Configure("model", {**self.bench.document.model, "mix": weights}))

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
        self.questions.follow(document, self.bench.selection)
        self.gallery.look_in(document.folder)
        if self._about != about(document):
            self._about = about(document)
            self.cards.told(done=True)
        if self._outdated(document):
            self._renewed = about(document)
            self.ask(Ask("matrix"))
        self.cards.lock(document.locked)
        self.mixing.lock(document.locked)
        self._show()

    def _outdated(self, document: Document) -> bool:
        """Whether the matrix is looked at, and something else has been learned since."""
        found = self.bench.testing.belief
        if found is None or found.question.word != "matrix" or not self.isVisible():
            return False
        free = self.wanted is None and not document.asking and not document.locked
        learned = document.trained is not None and not document.trained.stale and not document.training
        return free and learned and found.stale(document) and self._renewed != about(document)

    def tick(self, now: float) -> None:
        """How long it takes already."""
        self._now = now
        self.questions.of_outputs(self.bench.live.output_names)
        if self.isVisible():
            if self.wanted is not None:
                self._tell()
            if self.gallery.work(AT_ONCE):
                for portrait in self.cards.findChildren(Portrait):
                    portrait.update()

    def restyle(self) -> None:
        """The look changed."""
        self.picture.renew()
        self.figure.renew()
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
                if self.figure.isHidden() == (drawn := found.looks is not None or bool(found.curves)):
                    self.figure.setVisible(drawn)
                    self.parts.setSizes([1000] * self.parts.count())  # alike, as far as they are seen
                if found.looks is not None:
                    self.figure.show_looks(found.looks)
                elif found.curves:
                    self.figure.show_curves(found.curves)
                self.sliders.setVisible(found.mixture is not None)
                self.cards.setVisible(found.mixture is None)
                if found.mixture is not None:
                    place, locked = not found.question.arguments, self.bench.document.locked
                    self.mixing.show_mixture(found.mixture, found.words, place=place, locked=locked)
                self.cards.show_all(found.words, found.cards, locked=self.bench.document.locked)
        some = found is not None and bool(found.cards or found.words or found.matrix)
        reason = found is not None and found.reason is not None
        self.stack.setCurrentIndex(0 if self._waits() else 2 if reason else 1 if some else 0)
        self._tell_matters()
        self._tell()

    def _waits(self) -> bool:
        """Whether something else was asked than what was answered, so that the answer of before is no longer shown."""
        wanted, found = self.wanted, self._shown
        return wanted is not None and wanted.word != "mix" and (found is None or wanted != found.question)

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
        slid = found is not None and found.mixture is not None and bool(self.wanted and self.wanted.arguments)
        self.stop.setVisible(self.wanted is not None and not slid)
        if self.wanted is not None and not slid:
            question = name_of(self.wanted.word).rstrip("?")
            text = said.THINKS.format(question=question, seconds=max(0.0, self._now - self._since))
        elif found is None:
            text = ""
        else:
            left = len(found.cards) - len(self.cards.views) if found.reason is None else 0
            head = said.FOUND_PART.format(count=len(found.cards), left=left) if left else found.headline
            if self.stack.currentIndex() == 0:  # it stands below, alone
                head = name_of(found.question.word)
            text = said.TOOK.format(headline=head, seconds=found.seconds)
            stale = found.stale(document)
            text = f"{of_before(text)} · {said.CHANGED}" if stale else text
            self.cards.age(stale)
        if self.headline.text() != text:
            self.headline.setText(text)
            self.headline.setToolTip(plain(text))
            self.headline.setAccessibleName(text)
        empty = said.FIRST if document.labels else said.NO_TAKES
        empty = said.EXAMPLES if document.by_examples else empty
        if found is not None and not document.by_examples:
            empty = "" if self._waits() else found.headline
        if self.empty.text() != empty:
            self.empty.setText(empty)
