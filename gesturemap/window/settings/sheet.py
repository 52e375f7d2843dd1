"""The sheet of settings at the side of the window: everything of the project, while it plays on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Configure, Fault
from gesturemap.project.project import BESIDE
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.offers import known, offers
from gesturemap.window.facts.places import Place, mended, parts, place_of
from gesturemap.window.look import icons
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.theme import label, plain, styled
from gesturemap.window.settings.history import History
from gesturemap.window.settings.sections import Alone, Many, One, Section, Several, SoundSection
from gesturemap.window.words import settings as said

WIDE, NARROW = 430, 350
"""Pixels of the sheet, its margin included; and in a narrow window."""
CALM_MS = 450
"""Milliseconds without a change after which what was turned or typed is one step."""


class SettingsSheet(Panel):
    """Tabs of forms; what is edited is sent as one `Configure` for each section, and can be undone.

    Parameters
    ----------
    instead : what gives way to it.
    free : whether there is room for it now.
    """

    shown = Signal(bool)
    """It was opened, or put away."""
    tried_again = Signal(str)
    """What was refused in a section was edited once more: what was said of that is over."""

    def __init__(self, bench: Bench, instead: QWidget, free: Callable[[], bool]) -> None:
        super().__init__(bench)
        self._instead, self._free = instead, free
        self.setFixedWidth(WIDE)
        self.setAccessibleName(said.SETTINGS)
        self.sections: dict[str, Section] = {
            "input": One("input", "inputs", self._offers, by_hand=True),
            "features": Many("features", "features", self._offers),
            "model": One("model", "models", self._offers),
            "mapping": Many("mapping", "mapping", self._offers),
            "outputs": Many("outputs", "outputs", self._offers),
            "sound": SoundSection(self._offers),
        } | {name: Alone(name, cls) for name, cls in BESIDE.items()}
        self.history = History(bench)
        self._seen: dict[str, Any] = {}
        """What each section was filled from."""
        self._pending: list[str] = []
        """Sections that were edited and not sent yet."""
        self._asked = ""
        """The section that was sent last, until control has taken it or not."""
        self._refused: set[str] = set()
        """Sections of which control has said that something is wrong."""
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.flush)
        bench.settles.connect(self.flush)
        self.tabs = {name: self._tab(name) for name in said.TABS}
        self.tab = next(iter(said.TABS))
        """The one that is shown."""
        self.pages = QStackedWidget()
        self.about = label("", "small", wrap=True)
        self.lock = label(said.LOCKED, "warn", wrap=True)
        self.lock.hide()
        self._lay_out()
        for name, section in self.sections.items():
            section.changed.connect(lambda whole, name=name: self._changed(name, whole))
        source = self.sections["input"]
        assert isinstance(source, One)
        source.used.connect(lambda: self._send("input"))
        self.hide()

    def _lay_out(self) -> None:
        close = styled(QToolButton(), "plain")
        close.setToolTip(said.CLOSE_TIP)
        close.setAccessibleName(said.CLOSE)
        close.clicked.connect(self.put_away)
        self.close_button = close
        head, choice, group = QHBoxLayout(), FlowLayout(gap=1, line_gap=1), QButtonGroup(self)
        head.addLayout(choice, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        beside = {
            "pedal": said.PEDAL,
            "clock": said.CLOCK,
            "remote": said.REMOTE,
            "record": said.RECORD,
            "relevance": said.RELEVANCE,
            "preference": said.PREFERENCE,
            "layers": said.LAYERS,
            "colours": said.COLOURS,
        }
        for name, button in self.tabs.items():
            choice.addWidget(button)
            group.addButton(button)
            page: QWidget
            if name == "project":
                page = Several([(beside[part], self.sections[part]) for part in BESIDE])
            else:
                page = self.history if name == "history" else self.sections[name]
            self.pages.addWidget(self._scrolled(page))
        styled(self, "page")
        around = QVBoxLayout(self)
        around.setContentsMargins(10, 10, 0, 10)
        card = styled(QFrame(), "card")
        around.addWidget(card)
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 4, 10)
        column.setSpacing(6)
        column.addLayout(head)
        for part in (self.lock, self.about):
            column.addWidget(part)
        column.addWidget(self.pages, 1)
        self._turn(self.tab)
        self.restyle()

    def _tab(self, name: str) -> QPushButton:
        button = styled(QPushButton(said.TABS[name]), "tab")
        button.setCheckable(True)
        button.setToolTip(plain(said.ABOUT[name]))
        button.setAccessibleDescription(said.TABS_NAME)
        button.toggled.connect(lambda on: self._turn(name) if on else None)
        return button

    @staticmethod
    def _scrolled(page: QWidget) -> QScrollArea:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hold = styled(QWidget(), "plainground")
        inside = QVBoxLayout(hold)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.addWidget(page)
        area.setWidget(hold)
        return area

    def _offers(self, cls: type[Any]) -> Mapping[str, Any]:
        live = self.bench.live
        return offers(cls, known(self.bench.document, live.features.names, live.output_names))

    # Opening and closing

    def show_tab(self, name: str = "", row: int = -1, setting: str = "") -> None:
        """Open it, at one of its tabs (and unfold one of its rows, or go to one setting) or where it was."""
        if not self._free():
            return
        if name:
            self._turn(name)
        self._instead.hide()
        self.show()
        self.shown.emit(True)
        self._fill_shown()
        self.tabs[self.tab].setFocus()
        section = self.sections.get(self.tab)
        if section is not None and 0 <= row < len(section.listed):
            section.listed[row].head.setChecked(True)
            section.listed[row].head.setFocus()
        elif section is not None and setting and (wanted := section.widget(setting)) is not None:
            wanted.setFocus()
            QTimer.singleShot(0, wanted, lambda: self._reveal(wanted))

    def _reveal(self, widget: QWidget) -> None:
        """Scroll to a widget, once everything has its place."""
        area = self.pages.currentWidget()
        if isinstance(area, QScrollArea) and area.isAncestorOf(widget):
            area.ensureWidgetVisible(widget)

    def put_away(self) -> None:
        """Close it; what was edited last counts."""
        self.flush()
        self._leave()
        if (page := self.parentWidget()) is not None and self.isVisible():
            page.setFocus()
        self.hide()
        self._instead.show()
        self.shown.emit(False)

    def yields(self, narrow: bool) -> None:
        """Leave the page more room in a narrow window."""
        self.setFixedWidth(NARROW if narrow else WIDE)

    def turn(self) -> None:
        """Open it, or put it away."""
        self.show_tab() if self.isHidden() else self.put_away()

    def _turn(self, name: str) -> None:
        self.flush()
        if name != self.tab:
            self._leave()
        self.tab = name
        self.tabs[name].setChecked(True)
        self.pages.setCurrentIndex(list(said.TABS).index(name))
        self.about.setText(said.ABOUT[name])
        self._fill_shown()

    # What is edited

    def _changed(self, name: str, whole: bool) -> None:
        if name == "input":
            return  # used when that is asked for
        if name not in self._pending:
            self._pending.append(name)
        if whole:
            self.flush()
        else:
            self._calm.start()

    def flush(self) -> None:
        """Send what was edited and not sent yet."""
        self._calm.stop()
        pending, self._pending = self._pending, []
        for name in pending:
            self._send(name)

    def forget(self) -> None:
        """Another project: what was edited of the last one is not its own."""
        self._calm.stop()
        self._pending.clear()
        self._refused.clear()
        self._asked = ""
        self._seen.clear()

    def _send(self, name: str) -> None:
        """Check a section here, so that what is wrong is said where it stands; then ask control for the rest."""
        section, now = self.sections[name], self._now(self.bench.document, name)
        table, wrong, rest = mended(name, self._whole(name, section.table()), now)
        section.say("")
        for each in wrong:
            self._say(each.place, str(each))
        if not rest:
            return
        if name in self._refused and not wrong:
            self._refused.discard(name)
            self.tried_again.emit(name)
        if table != now:
            self._asked = name
            self.bench.send(Configure(name, table))

    def _whole(self, name: str, table: Any) -> Any:
        """The volume is set elsewhere."""
        return {**table, "volume": self.bench.document.volume} if name == "sound" else table

    # What is told

    def follow(self, document: Document) -> None:
        """Show what has changed elsewhere, also by undoing; what is being edited stays."""
        self.lock.setVisible(document.locked)
        self.pages.setEnabled(not document.locked)
        self.history.follow(document)
        if not self.isHidden():
            self._fill_shown()

    def _fill_shown(self) -> None:
        """Fill the sections that are shown, where the document has others."""
        if self.isHidden():
            return
        for name in BESIDE if self.tab == "project" else [self.tab]:
            if name in self.sections and name not in self._pending:
                self._fill(name, self._now(self.bench.document, name))

    def _fill(self, name: str, now: Any) -> None:
        section = self.sections[name]
        if name in self._seen and self._seen[name] == now:
            return
        self._seen[name] = now
        if name == self._asked:
            self._asked = ""  # taken
        table, wrong, rest = mended(name, self._whole(name, section.table()), now)
        if section.filled and rest and wrong and table == now:
            return  # all but what is wrong is as it is there: that stays to be put right
        if not section.filled or wrong or table != now:
            section.fill(now)
            section.filled = True
        section.say("")

    @staticmethod
    def _now(document: Document, name: str) -> Any:
        table = getattr(document, name)
        return list(table) if isinstance(table, tuple) else dict(table)

    def told(self, fault: Fault) -> None:
        """What control or the engine refuses is said beside the setting, too.

        What was added, taken away or moved in vain is as it is in the project again; a setting that was refused stays
        as it was typed, to be put right, until the page is left.
        """
        place, asked = place_of(fault.place), self._asked
        if place.section:
            self._refused.add(asked or place.section)
        self._asked = "" if place.section else asked  # the first answer: later ones are to something else
        if place.section and asked and self._put_back(asked, place):
            self.sections[asked].say(fault.text)
            self._reveal(self.sections[asked].fault)
        else:
            self._say(fault.place, fault.text)

    def _put_back(self, name: str, place: Place) -> bool:
        """Show what the project has where a section has other parts, unless one of those can be put right."""
        section, now = self.sections[name], self._now(self.bench.document, name)
        if name == "input" or parts(section.table()) == parts(now):
            return False
        if place.section == name and section.can_mend(place.row, place.setting):
            return False
        section.fill(now)
        return True

    def _leave(self) -> None:
        """What was refused and not put right is as it is in the project when it is seen again."""
        for name in self._refused & self.sections.keys():
            self._seen.pop(name, None)
        self._refused.clear()

    def _say(self, place: str, text: str) -> None:
        found = place_of(place)
        if found.section in self.sections and not self.isHidden():
            self.sections[found.section].say(text, found.row, found.setting)

    def restyle(self) -> None:
        """The look changed."""
        self.close_button.setIcon(icons.icon("close", self.bench.look.palette.text))
