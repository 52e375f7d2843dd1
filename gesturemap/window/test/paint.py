"""Paint on time: a long recording, what is brushed on it, and what the rest is proposed to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from gesturemap.commands import Answer, Ask, Keep, Play
from gesturemap.plain import counted
from gesturemap.teaching.answers.questions import LONG
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts import painting as facts
from gesturemap.window.facts.document import Document, Take, renamed
from gesturemap.window.facts.live import MINUTE
from gesturemap.window.facts.painted import Before
from gesturemap.window.facts.painting import Desk, Painting, Stroke
from gesturemap.window.facts.thumbnails import Gallery, whole
from gesturemap.window.look.colours import GestureColours
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import label, plain, styled
from gesturemap.window.test.brushes import Brushes
from gesturemap.window.test.paint_keys import PaintKeys
from gesturemap.window.test.painted import PaintedRow
from gesturemap.window.test.recordings import Recordings
from gesturemap.window.test.strip import Strip
from gesturemap.window.words import painting as said


class Paint(Panel):
    """The recording, the brushes, the strip, and what can be done with what is painted.

    Parameters
    ----------
    free : whether the window itself asks nothing else just now.
    """

    docs = "teaching#paint-on-time"

    def __init__(self, bench: Bench, free: Callable[[], bool], parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self._free = free
        self.setAccessibleName(said.NAME)
        self.desk = Desk()
        self.colours = GestureColours()
        self.gallery = Gallery()
        self._document = Document()
        self._take: Take | None = None
        """The recording that is shown."""
        self.before = Before()
        self._awaited: frozenset[str] | None = None
        """The recordings there were when the last minute was asked for; None: it was not."""
        self._keeping: tuple[Painting, int, int] | None = None
        """What is being kept of, how many parts of it, and how many demonstrations there are then."""
        self._said = ""
        """What came of the last thing that was done, until the next."""
        self.recording = Recordings()
        self.recording.currentIndexChanged.connect(self._choose)
        self.minute = self._button(said.TAKE, said.TAKE_TIP, self.take_minute)
        self.play = self._button(said.PLAY, said.PLAY_TIP, self._play)
        self.brushes = Brushes(bench, self.colours)
        self.strip = Strip(bench, self.colours)
        self.brushes.chosen.connect(self._brush)
        self.brushes.named.connect(self._name)
        self.strip.brushed.connect(self.brushed)
        self.strip.begun.connect(self._warm)
        self.strip.told.connect(self._hover)
        self.empty = label(said.EMPTY, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.what = Lines("small", 2)
        self._hovered = ""
        self.row = PaintedRow()
        self.row.undone.connect(self.undo)
        self.row.cleared.connect(self.clear)
        self.row.agreed.connect(self.agree)
        self.row.kept.connect(self.keep)
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click on a button leaves the keys to the strip
        self.setFocusProxy(self.strip)
        self._keys = self._hear()
        self._show()

    @staticmethod
    def _button(text: str, tip: str, act: object) -> QPushButton:
        button = styled(QPushButton(text), "plain")
        button.setToolTip(plain(tip))
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.recording, 1)
        head.addWidget(self.play)
        head.addWidget(self.minute)
        painted = QWidget()
        column = QVBoxLayout(painted)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.brushes)
        column.addWidget(self.strip, 1)
        column.addWidget(self.what)
        column.addWidget(self.row)
        body = QWidget()
        self.stack = QStackedLayout(body)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(painted)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 6, 12, 6)
        outer.setSpacing(4)
        outer.addLayout(head)
        outer.addWidget(body, 1)

    # Which recording

    @property
    def painting(self) -> Painting | None:
        """What is painted on the recording that is shown."""
        return self.desk.of(self._take.id) if self._take is not None else None

    def take_minute(self) -> None:
        """Keep the last minute as a recording that is not learned from; if there is nothing, say so."""
        bench = self.bench
        if bench.document.locked:
            bench.answer.emit("keep", said.LOCKED)
            return
        ring = bench.live.minute
        since, _ = ring.view()
        came = float(since[-1] - max(since[0], bench.live.age(ring) - MINUTE)) if len(since) else 0.0
        if came <= 0.0:
            bench.answer.emit("keep", said.TAKE_NOTHING)
        elif came < LONG:
            bench.answer.emit("keep", said.TAKE_SHORT.format(seconds=came, least=LONG))
        else:
            self._awaited = frozenset(self._document.takes)
            bench.send(Keep(said.REHEARSAL, -MINUTE, learned=False))

    def _play(self) -> None:
        playing = self.bench.document.playing
        if playing or self._take is not None:
            self.bench.send(Play("" if playing or self._take is None else self._take.id))

    def _choose(self, _: int) -> None:
        chosen = self._document.take(self.recording.chosen)
        if chosen is not None:
            self._said = ""
            self._open(chosen)

    def _open(self, take: Take | None) -> None:
        """Show this recording."""
        before, self._take = self._take, take
        painting = self.painting
        if take is None or painting is None:
            self.strip.show_recording(None, None, 0.0, (0.0, 0.0))
            return
        same = before is not None and before.id == take.id
        if same and before is not None and (before.start, before.end) != (take.start, take.end):
            painting.due = bool(painting.strokes)
        end = take.end if take.trimmed else take.whole
        self.strip.show_recording(
            painting, self.strip.recorded if same else None, take.whole, (take.start, end)
        )
        self._read()
        self._show()
        self._ask()
        self._warm()

    def _read(self) -> None:
        """Its curves, as soon as they are seen."""
        take, strip = self._take, self.strip
        if take is None or strip.recorded is not None or not self.isVisible():
            return
        strip.recorded = whole(self.gallery.path(take.id))
        strip.renew()
        if strip.recorded is None:
            self._said = said.UNREADABLE.format(take=self.recording.currentText())

    # What is asked

    def _warm(self) -> None:
        """Have ready what answers, before the first stroke is done."""
        if self.isVisible() and self.desk.cold(self.bench.live.now):
            self._ask(ready=True)

    def _ask(self, *, ready: bool = False, free: bool = False) -> None:
        """Ask what is to be asked, as soon as nobody else's question is under way."""
        painting = self.painting
        if painting is None or not self._free() or (self._document.asking and not free):
            return
        question = self.desk.ask(painting, ready=ready)
        if question is not None:
            self.bench.send(question)

    def answered(self, notice: Answer) -> None:
        """An answer came, perhaps to this."""
        why = self.desk.answered(notice, self.bench.live.now)
        if why is None:
            return
        if why:
            self._said = why
        self._ask(free=True)
        self.strip.refresh()
        self._show()

    def failed(self, place: str) -> None:
        """Control has said why it does not do what it was asked."""
        if place == "ask":
            self.desk.refused()
        if place.startswith(("demonstration", "extract")):
            self._keeping = None
        self._show()

    def give_way(self) -> None:
        """Another question is put: this one is taken back, and asked again when that is done."""
        if self.desk.wanted is not None:
            self.desk.refused()
            self.bench.send(Ask())

    # What is done

    def brushed(self, one: Stroke) -> None:
        """A stroke is done."""
        if (painting := self.painting) is not None:
            painting.add(one)
            self._changed()

    def undo(self) -> None:
        """The last step is taken back."""
        if (painting := self.painting) is not None and painting.undo():
            self._changed()
        else:
            self.bench.answer.emit("painting", said.TAKE_BACK_NOTHING)

    def redo(self) -> None:
        """The step that was taken back last is done again."""
        if (painting := self.painting) is not None:
            painting.redo()
            self._changed()

    def agree(self) -> None:
        """All that is proposed is right."""
        if (painting := self.painting) is not None:
            painting.agree()
            self._changed()

    def clear(self) -> None:
        """No stroke is left."""
        if (painting := self.painting) is not None:
            painting.clear()
            self._changed()

    def _changed(self) -> None:
        self._said = ""
        self._ask()
        self._tell_brushes()
        self.strip.refresh()
        self._show()

    def keep(self) -> None:
        """Make demonstrations of what is painted and of what is sure enough."""
        painting = self.painting
        command = painting.proposal.command(painting.id) if painting is not None else None
        if painting is None or command is None:
            self.bench.answer.emit("keep", said.KEEP_NOTHING)
        else:
            parts = len(painting.proposal.kept)
            self._keeping = painting, parts, len(self._document.takes) + parts
            self.bench.send(command)

    def _brush(self, name: str) -> None:
        self.strip.brush = name
        self._show()

    def _name(self, name: str) -> None:
        """A gesture that there is not yet."""
        if name not in self.desk.names:
            self.desk.names.append(name)
        self._tell_brushes()
        self.brushes.choose(name)
        self.strip.setFocus()

    def _hover(self, text: str) -> None:
        self._hovered = text
        self._show()

    # The document

    def follow(self, document: Document) -> None:
        """Recordings or gestures came, went, or have other names; what is asked may be asked now."""
        before, self._document = self._document, document
        if document.replaces(before):
            self.desk.forget()
            self._take, self._said = None, ""
        elif names := renamed(before.labels, document.labels):
            self.desk.rename(names)
        if document.step != before.step:  # what was kept may be taken back
            self._said = ""
        self.before.recall(self.desk, document.path)
        self.gallery.look_in(document.folder)
        self.desk.follow(document)
        if self._keeping is not None and len(document.takes) == self._keeping[2]:
            painting, parts, _ = self._keeping
            self._keeping = None
            painting.keep()
            self._said = said.KEPT.format(parts=counted(parts, "demonstration"))
        if self.isVisible():
            self._catch_up()

    def kept(self) -> dict[str, Any]:
        """What is to be found again when the window is opened anew, as in `Kept`."""
        return self.before.told(self.desk, self._document.path, self._take.id if self._take else "")

    def _catch_up(self) -> None:
        """What is seen is as the document is; while nobody sees it, it costs nothing."""
        self._tell_recordings()
        self._tell_brushes()
        self._ask()
        self.strip.refresh()
        self._show()

    def _tell_recordings(self) -> None:
        document = self._document
        takes = facts.recordings(document) if not document.by_examples else []
        chosen = self._take.id if self._take is not None else self.before.shown
        new = [take.id for take in takes if self._awaited is not None and take.id not in self._awaited]
        if new:
            chosen, self._awaited = new[0], None
        self.recording.show_all([(facts.name_of(document, take), take.id) for take in takes], chosen)
        take = document.take(self.recording.chosen)
        if take != self._take:
            self._open(take)

    def _tell_brushes(self) -> None:
        painting = self.painting
        strokes = painting.strokes if painting is not None else ()
        more = [*self.desk.names, *(one.label for one in strokes if one.label)]
        labels = facts.brushes(self._document, self._take, more)
        self.colours.follow(list(dict.fromkeys([*self._document.labels, *labels])), self._document.places)
        self.brushes.follow(labels)
        self.strip.brush = self.brushes.now

    def _show(self) -> None:
        """What can be done now, and one line that says what to do or what was found."""
        painting, document = self.painting, self._document
        self.stack.setCurrentIndex(1 if painting is not None else 0)
        empty = said.EXAMPLES if document.by_examples else said.EMPTY
        if self.empty.text() != empty:
            self.empty.setText(empty)
        self.recording.setEnabled(self.recording.count() > 0)
        self.minute.setEnabled(not document.by_examples)
        self.play.setEnabled(painting is not None)
        self.play.setText(said.STOP if document.playing else said.PLAY)
        self.play.setToolTip(plain(said.STOP_TIP if document.playing else said.PLAY_TIP))
        if painting is None:
            return
        self.row.follow(painting, locked=document.locked)
        first = next(iter(self.brushes.labels), "")
        text = self._hovered or self._said or facts.state(painting, self.brushes.now or first)
        if self.what.text() != text:
            self.what.setText(text)
            self.what.setToolTip(plain(text))
            self.what.setAccessibleName(text)

    def tick(self, now: float) -> None:
        """What plays goes by."""
        ghost = self.bench.ghost
        if self.isVisible() and ghost is not None and ghost.plays:
            self.strip.update()

    def restyle(self) -> None:
        """The look changed."""
        self.row.restyle(self.bench.look.palette)
        self.brushes.restyle()
        self.strip.renew()

    # Keys

    def _hear(self) -> PaintKeys:
        brushes, zoom = self.brushes, self.strip.zoom
        typed: dict[str, Callable[[], object]] = {
            "0": lambda: brushes.choose(""),
            ",": lambda: brushes.choose_next(-1),
            ".": lambda: brushes.choose_next(1),
            "-": lambda: zoom(False),
            **dict.fromkeys("+=", lambda: zoom(True)),
        }
        return PaintKeys(self, lambda: self.painting, typed, self.undo, self.redo)

    def take_keys(self) -> None:
        """The tab was turned to by key: the strip has the keys."""
        (self.strip if self.painting is not None else self.minute).setFocus(
            Qt.FocusReason.ShortcutFocusReason
        )

    def showEvent(self, event: object) -> None:
        """It is seen: read what is drawn, have ready what answers."""
        self._read()
        self._catch_up()
        self._warm()
