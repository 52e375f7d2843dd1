"""The line at the bottom that never lies: model, frames, latency, sound, faults; and the stage lock and the look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gesturemap.commands import Lock
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts import changes
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import dropouts, model_status, panicked, play_status, unheard
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import plain, styled
from gesturemap.window.words import care

SHARES = 2, 5
"""Of the line, usually: of the model and of play."""
STEP = 32
"""Pixels by which these are changed."""


class StatusLine(Panel):
    """Model at the left, play at the right."""

    def __init__(self, bench: Bench, change_look: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        styled(self, "bar")
        self.model, self.play = Lines("small"), Lines("small")
        self.faults = styled(QToolButton(), "count")
        self.faults.setAccessibleDescription(words.STATUS_TIP_FAULTS)
        self.faults.clicked.connect(self._show_fault)
        kept = self.faults.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # what stands beside it does not move
        self.faults.setSizePolicy(kept)
        self.faults.hide()
        self.lock = styled(QToolButton(), "plain")
        self.lock.setCheckable(True)
        self.lock.setToolTip(plain(words.LOCK_TIP))
        self.lock.clicked.connect(lambda on: bench.send(Lock(on)))
        self.look = styled(QToolButton(), "plain")
        self.look.setToolTip(words.LOOK_TIP)
        self.look.clicked.connect(lambda: change_look())
        self.help = styled(QToolButton(), "plain")
        self.help.setText(care.HELP)
        self.help.setToolTip(care.HELP_TIP)
        self.help.clicked.connect(lambda: bench.help.emit("keys"))
        self._next = 0.0
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 14, 6)
        row.setSpacing(24)
        row.addWidget(self.model, SHARES[0])
        row.addWidget(self.play, SHARES[1])
        row.addWidget(self.faults)
        row.addWidget(self.lock)
        row.addWidget(self.look)
        row.addWidget(self.help)
        self.restyle()

    def follow(self, document: Document) -> None:
        """The document changed."""
        self._next = 0.0
        self._count()
        self.lock.setChecked(document.locked)
        self.lock.setText(words.LOCKED if document.locked else words.LOCK)
        styled(self.lock, "count" if document.locked else "plain")

    def figures(self, figures: dict[str, Any]) -> None:
        """A new `Status` came."""
        self._next = 0.0
        self._count()

    def _count(self) -> None:
        counted = self.bench.counted
        self.faults.setVisible(counted.count > 0)
        if counted.count:
            one = counted.count == 1
            self.faults.setText(
                words.STATUS_FAULT if one else words.STATUS_FAULTS.format(min(counted.count, 999))
            )
            text = counted.last.text if counted.last else counted.why
            which = f"{text}\n{words.STATUS_FAULT_SHOW}" if text else words.STATUS_FAULT_UNKNOWN
            self.faults.setToolTip(plain(f"{which}\n{words.STATUS_TIP_FAULTS}"))

    def restyle(self) -> None:
        """The look changed."""
        for button, widest in ((self.lock, words.LOCKED), (self.faults, words.STATUS_FAULTS.format(999))):
            now = button.text()
            button.setText(widest)
            button.setFixedSize(button.sizeHint())  # what stands beside it does not move
            button.setText(now or widest)
        self.look.setText(words.LOOK_LIGHT if self.bench.look.palette.name == "dark" else words.LOOK_DARK)

    def _show_fault(self) -> None:
        last, why = self.bench.counted.last, self.bench.counted.why
        if last is not None:
            self.bench.problem.emit(last.place, last.text)
        elif why:
            self.bench.problem.emit(why.partition(": ")[0], why)

    def tick(self, now: float) -> None:
        """Write both anew, twice a second or when something came."""
        if now < self._next:
            return
        self._next = now + 0.5
        bench = self.bench
        since = None if bench.trained_at is None else now - bench.trained_at
        model = model_status(bench.document, since, bench.progress)
        styled(self.model, "warn" if bench.document.trained and bench.document.trained.stale else "small")
        play = play_status(bench.document, bench.figures, bench.engine)
        late, silent = dropouts(bench.figures), panicked(bench.figures)
        bad, warn = unheard(bench.document), bool(bench.engine or silent)
        styled(self.play, "bad" if bad else "warn" if warn else "small")
        for part, text in ((self.model, model), (self.play, play)):
            if part.text() != text:
                part.setText(text)
                notes = bench.document.trained.notes if bench.document.trained else ()
                model_tip = [*changes.details(bench.document), *notes]
                revives = words.STATUS_TIP_PANICKED.format(silent) if silent else ""
                play_tip = [*(said for said in (revives, late) if said), words.STATUS_TIP_LATENCY]
                tip = play_tip if part is self.play else model_tip
                part.setToolTip(plain("\n".join([text, *tip])))
                self._divide()

    def _divide(self) -> None:
        """Where one part has too little room and the other one more than it needs, it gets of that."""
        needs = [part.sizeHint().width() // STEP + 1 for part in (self.model, self.play)]
        room = (self.model.width() + self.play.width()) / STEP
        fits = all(need <= room * share / sum(SHARES) for need, share in zip(needs, SHARES, strict=True))
        for place, share in enumerate(SHARES if fits else needs):
            self._row.setStretch(place, share)
