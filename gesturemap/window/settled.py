"""What was said to have gone wrong goes by itself when it is true no more."""

from __future__ import annotations

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.project.disk import UNWRITTEN
from gesturemap.window import faults
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document
from gesturemap.window.faults import FaultBar
from gesturemap.window.words import teaching


class Settled:
    """Looks at what control says for what it settles.

    Parameters
    ----------
    bar : where faults are said; they are counted on the bench.
    """

    def __init__(self, bench: Bench, bar: FaultBar) -> None:
        self._bench, self._bar = bench, bar
        self._told: set[str] = set()
        """What the last training said."""

    def follow(self, document: Document, before: Document, always: str) -> None:
        """The document changed; what is said of the place `always` stays in another project, too."""
        bar = self._bar
        if document.path != before.path:
            bar.keep(always, document.path)  # it may come with faults of its own
        elif document.edited(before):
            self.solved(
                *faults.EDITED, "mapping", *(kind for kind in catalog.kinds("mapping") if kind != "outputs")
            )
            if document.hears_otherwise(before):
                self.solved(*faults.CHANNELS)
        if document.turned(before) and document.step != before.step:  # what came in was taken back
            bar.solved("import")
        if not document.turned(before):  # something new was done: what was taken back before is past
            bar.solved(*faults.AT_ONCE)
        for place in ("pedal", "clock", "remote"):  # it listens to another port now, or to none
            if getattr(document, place) != getattr(before, place):
                self.solved(place)
        if document.saved and (not before.saved or document.edited(before)):
            bar.lifted(UNWRITTEN)
        bar.written()
        if before.locked and not document.locked:
            bar.lifted(faults.LOCK)
        if document.replaces(before):
            self._told.clear()
        if document.open and not (before.open and document.input == before.input):
            self.solved(*faults.INPUT)
            for why in faults.NOT_OPEN:
                bar.lifted(why)
        bar.settled(*(name for name in document.processes if document.runs(name) and not before.runs(name)))

    def trained(self, trained: c.Trained) -> None:
        """A training went well; what it says is said once."""
        shown = self._bar.texts()
        self.solved(*faults.LEARNING)
        self._bar.written()
        for message in trained.messages:
            if message in shown or message not in self._told:  # what was put away does not come again
                self._bar.say("training", message, remark=True)
        self._told = set(trained.messages)
        self._bar.settled("training")

    def exported(self, exported: c.Exported) -> None:
        """A file was written, and what it cannot hold; what kept one from it before is over."""
        self.solved("export")
        text = teaching.EXPORTED.format(what=exported.what, path=exported.path)
        for each in (*reversed(exported.notes), text):  # the last one is seen first
            self._bar.say("export", each, remark=True)

    def recorded(self) -> None:
        """A recording was kept: that a sound was none to go along with one is past."""
        sounds = [line.place for line in self._bar.troubles.lines if line.place.lower().endswith(".wav")]
        self.solved(*sounds)

    def fault(self, fault: c.Fault) -> None:
        """Something went wrong."""
        self._bench.counted.told(fault)
        over = fault.refused or fault.place.startswith(faults.ANSWERS)
        self._bar.say(fault.place, fault.text, over=over)
        self._bar.settled(*faults.AT_ONCE)

    def solved(self, *places: str) -> None:
        """What is said of places that begin so is true no more, nor counted."""
        self._bar.solved(*places)
        self._bench.counted.solved(*places)
