"""Below the stage: how to record, and what has been recorded, seen in four ways."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Recorded, TrimIdle
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document, Take
from gesturemap.window.look import icons
from gesturemap.window.look.flow import FlowLayout, beside
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.teach.closeup import Closeup
from gesturemap.window.teach.deeds import Act, Deeds
from gesturemap.window.teach.minute import Minute
from gesturemap.window.teach.overlaid import Overlaid
from gesturemap.window.teach.record_controls import RecordControls
from gesturemap.window.teach.rehearsal import Rehearsal
from gesturemap.window.teach.takes import Takes
from gesturemap.window.words import teaching as said

EACH, OVERLAID, ONE, MINUTE = range(4)
"""The ways to see demonstrations, in the order of their buttons."""
WIDE = 760
"""Pixels from which on there is room for a title."""
FOOT = 30
"""Pixels of the line below."""
LEAST = 242
"""Pixels of height, unless what is seen large needs more."""


class Body(QWidget):
    """Takes the room there is, however much its texts would like: what stands above it is not pressed together."""

    def hasHeightForWidth(self) -> bool:
        """No."""
        return False


class Recorder(Panel):
    """Record controls and the demonstrations of the selected gesture."""

    docs = "window"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.title = heading(words.DEMONSTRATIONS)
        self.controls = RecordControls(bench)
        self.takes = Takes(bench)
        self.overlaid = Overlaid(bench, self.takes.gallery)
        self.closeup, self.minute = Closeup(bench), Minute(bench)
        self.deeds = Deeds(bench, self)
        self._chosen: dict[str, Take] = {}
        self._practised = ""
        """What is said of practising."""
        self._views()
        self._buttons()
        self._feet()
        self.empty = label("", "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.takes.play.connect(self.rehearsal.play)
        self.takes.delete.connect(self._delete)
        self.takes.chosen.connect(self._choose)
        self.takes.menu.connect(self.show_menu)
        self.closeup.trace.beside.connect(self._beside)
        self._lay_out()
        self.setMinimumHeight(LEAST)
        bench.selected.connect(lambda _: self.follow(bench.document))
        self.restyle()

    def _views(self) -> None:
        self.views = QButtonGroup(self)
        self.views.setProperty("kept", "view of demonstrations")
        names = (said.VIEW_EACH, said.VIEW_OVERLAID, said.VIEW_ONE, said.VIEW_MINUTE)
        for number, (name, tip) in enumerate(zip(names, said.VIEW_TIPS, strict=True)):
            button = styled(QToolButton(), "plain")
            button.setText(name)
            button.setToolTip(plain(tip))
            button.setAccessibleName(f"{said.VIEWS_NAME}: {name}")
            button.setCheckable(True)
            self.views.addButton(button, number)
        self.views.button(EACH).setChecked(True)
        self.views.idToggled.connect(lambda number, on: self._show_view() if on else None)
        self.views.idClicked.connect(self.show_view)

    def _buttons(self) -> None:
        self.play = styled(QPushButton(words.PLAY_DEMONSTRATION), "plain")
        self.play.setToolTip(words.PLAY_DEMONSTRATION_TIP)
        self.play.clicked.connect(lambda: self.rehearsal.play(self.takes.selected()))
        self.loop = self._picture("loop", said.LOOP, said.LOOP_TIP)
        self.loop.setCheckable(True)
        self.ghost = styled(QToolButton(), "plain")
        self.ghost.setText(said.GHOST)
        self.ghost.setToolTip(plain(said.GHOST_TIP))
        self.ghost.setCheckable(True)
        self.ghost.clicked.connect(lambda on: self.rehearsal.practise(self._goes_by if on else ""))
        self.rehearsal: Rehearsal = Rehearsal(self.bench, self.takes.gallery, self.loop, self.ghost)
        self.delete = self._picture("delete", words.DELETE, words.DELETE_DEMONSTRATION_TIP)
        self.delete.clicked.connect(self._delete)
        self.more = self._picture("more", said.MORE, said.MORE_TIP)
        self.more.clicked.connect(
            lambda: self.show_menu(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        )

    @staticmethod
    def _picture(name: str, text: str, tip: str) -> QToolButton:
        button = styled(QToolButton(), "plain")
        button.setProperty("picture", name)
        button.setToolTip(plain(tip))
        button.setAccessibleName(f"{text}: {words.DEMONSTRATIONS}")
        return button

    def _feet(self) -> None:
        """The line below: what is strange about a demonstration and what to do, or else which keys there are."""
        self.how, self.hint = Lines("small"), Lines("warn")
        self.trim = styled(QPushButton(said.HINT_TRIM), "plain")
        self.trim.setToolTip(said.HINT_TRIM_TIP)
        self.trim.clicked.connect(self._trim_idle)
        self.keep = styled(QPushButton(said.HINT_KEEP), "plain")
        self.keep.setToolTip(said.HINT_KEEP_TIP)
        self.keep.clicked.connect(self._keep_strange)

    def _lay_out(self) -> None:
        self.head = QWidget()
        head = FlowLayout(self.head)
        head.addWidget(self.title)
        head.addWidget(beside(*self.views.buttons()))
        head.addWidget(beside(self.play, self.loop, self.ghost, self.delete, self.more))
        self.body = body = Body()
        body.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.stack = QStackedLayout(body)
        for widget in (self.takes, self.overlaid, self.closeup, self.minute, self.empty):
            self.stack.addWidget(widget)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        for line in (self.how, self.hint):
            foot.addWidget(line, 1)
        for button in (self.trim, self.keep):
            foot.addWidget(button)
        self.foot = QWidget()
        self.foot.setLayout(foot)
        foot.setContentsMargins(0, 0, 0, 0)
        self.foot.setFixedHeight(FOOT)
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 6)
        column.setSpacing(4)
        column.addWidget(self.controls)
        column.addWidget(self.head)
        column.addWidget(body, 1)
        column.addWidget(self.foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the title stays away: the record button says whose demonstrations these are."""
        super().resizeEvent(event)
        self.title.setVisible(self.width() >= WIDE)

    def event(self, event: QEvent) -> bool:
        """What lies in it may need more room now, or less."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._keep_room()
        return done

    def _keep_room(self) -> None:
        """What is seen large is never cut off: the stage gives way."""
        shown = self.stack.currentWidget()
        large = shown if shown in (self.closeup, self.minute) else None
        self.body.setMinimumHeight(large.minimumSizeHint().height() if large is not None else 0)
        around, parts = self.column.contentsMargins(), (self.controls, self.head, self.body, self.foot)
        high = around.top() + around.bottom() + self.column.spacing() * (len(parts) - 1)
        self.setMinimumHeight(max(LEAST, high + sum(part.minimumHeight() for part in parts)))

    # What is shown

    @property
    def view(self) -> int:
        """Which of the four ways is chosen."""
        return self.views.checkedId()

    def show_view(self, number: int) -> None:
        """See demonstrations this way, and let its keys be heard."""
        self.views.button(number).setChecked(True)
        shown = self.stack.currentWidget()
        for widget in (self.takes, self.closeup.trace, self.minute.strip):
            if shown is not None and (widget is shown or shown.isAncestorOf(widget)):
                widget.setFocus()

    def next_view(self) -> None:
        """The next way."""
        self.show_view((self.view + 1) % 4)

    def follow(self, document: Document) -> None:
        """Show the demonstrations of the selected gesture."""
        selection = self.bench.selection
        self.takes.follow(document, selection)
        self.overlaid.follow(selection, self.takes.items.takes)
        self.controls.follow(document)
        self.title.setText(words.DEMONSTRATIONS_OF.format(selection) if selection else words.DEMONSTRATIONS)
        self.title.setToolTip(plain(self.title.text()))
        self.rehearsal.follow(document)
        self._show_view()

    def _show_view(self) -> None:
        selection, some = self.bench.selection, bool(self.takes.items.takes)
        if self.view == MINUTE or some:
            self.stack.setCurrentIndex(self.view)
        else:
            self.empty.setText(self._nothing(selection))
            self.stack.setCurrentWidget(self.empty)
        self._keep_room()
        if self.view == ONE and some and not self.takes.selectedIndexes():
            self.takes.choose_one()
        self._choose()

    def _nothing(self, selection: str) -> str:
        if not selection:
            return words.NO_SELECTION
        text = (words.NO_DEMONSTRATIONS, said.NOTHING_TO_OVERLAY, said.NOTHING_LARGE)[self.view]
        return text.format(selection)

    def _choose(self) -> None:
        """Others are chosen: all views follow."""
        takes = self.takes.all_selected()
        self._chosen = {take.id: take for take in takes}
        self.overlaid.chosen = frozenset(self._chosen)
        self.overlaid.renew()
        if self.view == ONE:
            take = takes[0] if takes else None
            number = self.takes.items.takes.index(take) + 1 if take else 0
            self.closeup.follow(take, number, self.bench.selection, self.takes.gallery)
        playing = self.bench.document.playing
        self.play.setEnabled(bool(takes or playing))
        self.play.setText(words.STOP_PLAYING if playing else words.PLAY_DEMONSTRATION)
        self.play.setIcon(icons.icon("stop" if playing else "play", self.bench.look.palette.faint))
        self.delete.setEnabled(bool(takes))
        self.ghost.setEnabled(bool(self._goes_by or self.ghost.isChecked()))
        self._say()

    def _say(self) -> None:
        """What is strange, or which keys there are."""
        self._practised = self.bench.practice.text()
        found = self.takes.hint() if self.view in (EACH, ONE) and self.takes.items.takes else None
        found = None if self._practised else found
        for widget in (self.hint, self.keep):
            widget.setVisible(found is not None)
        self.how.setVisible(found is None)
        self.trim.setVisible(found is not None and any(hint.trims for hint in found[2]))
        if found is not None:
            text = said.HINT_SIGN.format(number=found[0], text="; ".join(hint.text for hint in found[2]))
            self.hint.setText(text)
            self.hint.setToolTip(plain(text))
            return
        how = (
            said.HOW_EACH,
            self.overlaid.text,
            said.HOW_ONE,
            said.HOW_MINUTE.format(self.bench.selection),
        )
        text = how[self.view] if self.stack.currentWidget() is not self.empty else ""
        self.how.setText(self._practised or text)
        self.how.setToolTip(plain(self.how.text()))

    def tick(self, now: float) -> None:
        """The button tells the time; a few pictures are read; what is shown goes on."""
        self.controls.show_state(now)
        if self.isVisible():
            text = self.overlaid.text
            self.overlaid.tick()
            if self.bench.practice.gesture:
                self.bench.shelf.work()
                self.bench.practice.tick(now, self.bench.live, self.bench.shelf)
            practised = self.bench.practice.text() != self._practised
            if self.takes.tick() or practised or text != self.overlaid.text:
                self._say()
            self.minute.tick(now)

    def restyle(self) -> None:
        """The look changed."""
        for button in (self.loop, self.delete, self.more):
            button.setIcon(icons.icon(button.property("picture"), self.bench.look.palette.faint))
        self.controls.button.setIcon(icons.icon("record", self.bench.look.palette.on_record))
        self.overlaid.renew()
        self.closeup.trace.renew()
        self.follow(self.bench.document)

    # What is done

    def chosen(self) -> list[Take]:
        """The demonstrations that are chosen."""
        return self.takes.all_selected()

    def show_menu(self, place: QPoint) -> None:
        """What can be done with them, at a place of the screen."""
        takes = self.chosen()
        own: list[tuple[str, Act]] = []
        if takes:
            own += [
                (said.PLAY, partial(self.rehearsal.play, takes[0].id)),
                (said.GHOST_IT, self.toggle_ghost),
                (said.TRIM_IT, partial(self.show_view, ONE)),
            ]
        self.deeds.show(self.deeds.for_takes(takes, own), place)

    def ask_gesture(self) -> None:
        """Ask which gesture the chosen ones shall belong to."""
        if takes := self.chosen():
            shown = self.takes.visualRect(self.takes.currentIndex()).center()
            place = self.takes.viewport().mapToGlobal(shown)
            menu = self.deeds.fill_move(QMenu(self), takes)
            self.deeds.show(menu, place)
            first = next(each for each in menu.actions() if not each.isSeparator())
            menu.setActiveAction(first)  # Enter chooses
        else:
            self.bench.answer.emit("gesture", said.NOTHING_TO_MOVE)

    def enable(self) -> None:
        """Leave the chosen ones out, or learn from them again."""
        self.deeds.enable(self.chosen())

    def _delete(self) -> None:
        self.deeds.delete(self.chosen())

    def _beside(self, by: int) -> None:
        row = self.takes.currentIndex().row() + by
        if 0 <= row < len(self.takes.items.takes):
            self.takes.setCurrentIndex(self.takes.items.index(row))

    def _trim_idle(self) -> None:
        """Learn only from the movement of the one that is spoken of."""
        if (found := self.takes.hint()) is None:
            return
        _, take, _ = found
        self.bench.send(TrimIdle([take.id]))

    def _keep_strange(self) -> None:
        """It is meant so."""
        if found := self.takes.hint():
            self.takes.keep(found[1].id)
            self._say()

    def toggle_ghost(self) -> None:
        """A ghost goes by, or goes away."""
        if self.ghost.isEnabled():
            self.ghost.click()
        else:
            self.bench.answer.emit("ghost", said.GHOST_NONE)

    @property
    def _goes_by(self) -> str:
        """The demonstration that is chosen, or else the newest of the gesture."""
        takes = self.takes.items.takes
        return self.takes.selected() or (takes[-1].id if takes else "")

    def recorded(self, take: Recorded) -> None:
        """A demonstration is on disk."""
        self.controls.recorded(take.demonstration)
        self.bench.record_key.recorded(take.label)
        self.controls.follow(self.bench.document)
