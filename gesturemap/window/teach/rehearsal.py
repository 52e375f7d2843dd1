"""Playing a demonstration through everything, once or over and over; and the ghost, to practise against."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtWidgets import QAbstractButton

from gesturemap.commands import Play
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.ghost import Ghost
from gesturemap.window.facts.thumbnails import Gallery, whole
from gesturemap.window.words import teaching as said

LEAST = 0.05
"""Seconds that a demonstration to practise against has at least."""


class Rehearsal:
    """What plays, and the ghost of the bench.

    Parameters
    ----------
    loop : whether what plays is repeated.
    ghost : whether there is a ghost to practise against.
    """

    def __init__(self, bench: Bench, gallery: Gallery, loop: QAbstractButton, ghost: QAbstractButton) -> None:
        self._bench, self._gallery, self._loop, self._ghost = bench, gallery, loop, ghost
        self._played = ""
        """The demonstration that plays, as control last said."""
        self._replays = ""
        """The one to be played again as soon as it has ended."""

    def play(self, demonstration: str) -> None:
        """Play it; while one plays, stop."""
        playing = self._bench.document.playing
        self._replays = "" if playing else demonstration
        self._bench.send(Play("" if playing else demonstration))

    def stop(self) -> None:
        """Nothing plays on in place of the sensor."""
        self._replays = ""
        if self._bench.document.playing:
            self._bench.send(Play())

    def follow(self, document: Document) -> None:
        """While one plays, its way is drawn; one that shall be repeated begins again."""
        playing, before = document.playing, self._played
        self._played = playing
        if playing and playing != before:
            self._haunt(playing, plays=True)
        elif before and not playing:
            stopped = document.silent or document.locked
            if self._loop.isChecked() and self._replays == before and document.take(before) and not stopped:
                self._bench.send(Play(before))
            elif self._bench.ghost is not None and self._bench.ghost.plays:
                self._bench.ghost = None
                if self._ghost.isChecked():
                    self._haunt(before)
        ghost = self._bench.ghost
        if ghost is not None and document.take(ghost.demonstration) is None:
            self.practise("")
        self._score(document)

    def practise(self, demonstration: str) -> None:
        """Let this one go by from now on; without a name, none does."""
        self._bench.ghost = None
        if demonstration:
            self._haunt(demonstration)
        ghost = self._bench.ghost
        self._ghost.setChecked(ghost is not None)
        text = said.GHOST_TEXT.format(label=ghost.label, seconds=ghost.seconds) if ghost else ""
        self._ghost.setAccessibleDescription(text)
        self._score(self._bench.document)

    def _score(self, document: Document) -> None:
        """Beside a ghost what is done is scored; not while it plays, as it is what moves then."""
        ghost = self._bench.ghost
        gesture = document.gesture_of(ghost.demonstration) if ghost is not None and not ghost.plays else None
        self._bench.practice.begin(gesture.label if gesture is not None else "")

    def _haunt(self, demonstration: str, *, plays: bool = False) -> None:
        """Draw this demonstration over pad and curves from now on."""
        document = self._bench.document
        take, recorded = document.take(demonstration), whole(self._gallery.path(demonstration))
        if take is None or recorded is None:
            return
        learned = replace(recorded, start=take.start, end=take.end if take.trimmed else 0.0).learned
        if learned.seconds >= LEAST:
            gesture = document.gesture_of(demonstration)
            label = gesture.label if gesture is not None else ""
            names, since = tuple(learned.spec.names), learned.time - learned.time[0]
            self._bench.ghost = Ghost(
                demonstration, label, names, since, learned.values, time.perf_counter(), plays
            )
