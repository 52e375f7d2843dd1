"""All that the page for testing knows. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gesturemap.commands import Answer, Evaluated, Fault, Happened, Lately, Recorded
from gesturemap.window.facts import beliefs
from gesturemap.window.facts.alarm import Alarm
from gesturemap.window.facts.belief import Belief
from gesturemap.window.facts.dial import Dial, dial_of, moved
from gesturemap.window.facts.document import Document, renamed
from gesturemap.window.facts.evaluation import Evaluation, read
from gesturemap.window.facts.marks import Marks
from gesturemap.window.facts.monitor import Monitor
from gesturemap.window.facts.past import Past


class Testing:
    """The last minute, what was marked in it, what was tried, what came and went."""

    __test__ = False  # its name is no test's

    def __init__(self) -> None:
        self.past = Past()
        self.paused: Past | None = None
        """As it was when it was paused, while it is."""
        self.marks = Marks()
        self.alarm = Alarm()
        """Offers movements that are none of the gestures, as marks."""
        self.monitor = Monitor()
        self.evaluation: Evaluation | None = None
        self.belief: Belief | None = None
        """What was answered last."""
        self.dial: Dial = dial_of(Document())
        self.document = Document()

    def follow(self, document: Document) -> None:
        """The document changed; where a model has only another bound, the past is as it would have been with it."""
        if names := renamed(self.document.labels, document.labels):
            for past in filter(None, (self.past, self.paused)):
                past.rename(names)
        before, now = self.document.trained, document.trained
        if before and now and before.labels == now.labels and (by := moved(before.line, now.line)):
            for past in filter(None, (self.past, self.paused)):
                past.bounded(by)
        self.marks.follow(self.document.takes, document.takes)
        self.document = document
        self.dial = dial_of(document)
        for past in filter(None, (self.past, self.paused)):
            past.decided(self.dial.group == "fit")

    def recorded(self, take: Recorded) -> None:
        """A demonstration is there."""
        self.marks.recorded(take.demonstration, take.label)

    def happened(self, event: Happened) -> None:
        """A gesture began or ended."""
        self.past.happened(event)
        self.monitor.happened(event)

    def recall(self, notice: Lately) -> None:
        """What began and ended before the window came."""
        self.past.recall((Happened(kind, label, value, 0.0), at) for kind, label, value, at in notice.events)

    def fault(self, fault: Fault) -> None:
        """Something went wrong."""
        self.monitor.fault(fault)

    def figures(self, figures: Mapping[str, Any], troubles: Sequence[str]) -> None:
        """A new `Status` came; `troubles`: of its outputs, a line each."""
        self.monitor.figures(figures, self.document.input_address, troubles)

    def evaluated(self, notice: Evaluated) -> None:
        """Each demonstration was left out once."""
        self.evaluation = read(notice, self.document)

    def answered(self, notice: Answer) -> None:
        """A question to what was taught was answered."""
        self.belief = beliefs.read(notice, self.document)

    def forget(self) -> None:
        """Another project."""
        self.past.clear()
        self.marks.clear()
        self.alarm.forget()
        self.evaluation, self.belief = None, None
