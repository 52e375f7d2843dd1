"""Where movement comes from: choose a source, set it up, see how it is doing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gesturemap import catalog
from gesturemap.commands import Configure, Rest
from gesturemap.errors import GesturemapError
from gesturemap.inputs.osc import Osc
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document, Table
from gesturemap.window.facts.health import Health, health
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.settings.form import Form
from gesturemap.window.teach.layouts import Layout, chosen, filled, layouts
from gesturemap.window.teach.listen import ListenDialog
from gesturemap.window.teach.phone import PhoneDialog, addresses

FIRST = ("pointer", "phone", "osc", "serial", "replay")
"""Sources in the order in which people look for them; the rest follows."""
HEALTH_LINES = 6
"""Lines of the room that is kept for how the source is doing, so that nothing below it moves."""
FEWER_LINES = 3
"""The same while the settings are shown, which want the room."""
RECORDINGS = "recordings.npz"
"""The file of a project with recordings of its sensor."""
LEAST = 72
"""Pixels that a form keeps where there is little room: it is scrolled."""


class Room(QScrollArea):
    """As high as what is in it where there is room for that, and scrolled where there is not."""

    def sizeHint(self) -> QSize:
        """All of it; by itself an area would keep two rows."""
        inside = self.widget()
        high = inside.sizeHint().height() + 2 * self.frameWidth() if inside is not None else 0
        return QSize(super().sizeHint().width(), high)

    def minimumSizeHint(self) -> QSize:
        """Two rows."""
        return QSize(super().minimumSizeHint().width(), min(LEAST, self.sizeHint().height()))


def ports_of(table: Table) -> set[int]:
    """The UDP ports at which a source of OSC, or one that merges such, listens."""
    if table.get("kind") == Osc.kind:
        return {int(table.get("port", Osc().port))}
    parts = table.get("inputs")
    return set().union(*map(ports_of, parts.values())) if isinstance(parts, dict) else set()


class Sources(Panel):
    """Kind of source, its settings, its health."""

    docs = "sensors"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.kind = Choice()
        self.kind.setMinimumContentsLength(10)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setToolTip(words.SOURCE_KIND_TIP)
        self.kind.setAccessibleName(words.SOURCE)
        kinds = catalog.kinds("inputs")
        for kind in [*FIRST, *sorted(set(kinds) - set(FIRST))]:
            if kind in kinds:
                self.kind.addItem(words.SOURCES.get(kind, kind), kind)
        self.kind.currentIndexChanged.connect(lambda _: self._build())
        self.more = styled(QPushButton(words.SETTINGS), "plain")
        self.more.setCheckable(True)
        self.more.setToolTip(words.SETTINGS_TIP)
        self.more.toggled.connect(self._unfold)
        self.code = QPushButton(words.PHONE_CODE)
        self.code.setToolTip(words.PHONE_CODE_TIP)
        self.code.clicked.connect(self.show_code)
        self.code.hide()
        self.recordings = QPushButton(words.RECORDINGS)
        self.recordings.setToolTip(plain(words.RECORDINGS_TIP))
        self.recordings.clicked.connect(self._play_recordings)
        self.recordings.hide()
        self.phone: PhoneDialog | None = None
        self.listen = styled(QPushButton(words.LISTEN), "plain")
        self.listen.setToolTip(words.LISTEN_TIP)
        self.listen.clicked.connect(self.show_listening)
        self.listening: ListenDialog | None = None
        self.use = QPushButton(words.USE)
        self.use.setToolTip(words.USE_TIP)
        self.use.clicked.connect(self.apply)
        self.dot = label("●")
        self.health = Lines("small", HEALTH_LINES)
        self.health.setAccessibleName(words.HEALTH_NAME)
        self.trouble = label("", "warn", wrap=True)
        self._settings: type[Any] | None = None
        """The class of the kind that is chosen; None: there is no such kind."""
        self._form: Form | None = None
        self.layouts: list[Layout] = []
        self._layout_box: QComboBox | None = None
        self._base: Table = {}
        """The settings of the layout that was chosen last."""
        self._shown: Table = {}
        self._applied: Table = {}
        """What was asked for here last."""
        self._awaits_code = False
        """A source was chosen here that may show a code."""
        self._lay_out()
        self._build()

    def _lay_out(self) -> None:
        self.room = Room()
        self.room.setWidgetResizable(True)
        self.room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.room.hide()
        state = QHBoxLayout()
        state.setSpacing(6)
        state.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self.health, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.more)
        buttons.addWidget(self.listen)
        buttons.addStretch(1)
        buttons.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addWidget(heading(words.SOURCE))
        column.addWidget(self.kind)
        column.addWidget(self.code)
        column.addWidget(self.recordings)
        column.addWidget(self.room, 1)
        column.addLayout(buttons)
        column.addLayout(state)
        column.addWidget(self.trouble)
        self.trouble.hide()

    # The form

    def chosen(self) -> str:
        """The kind of source that is shown."""
        return str(self.kind.currentData() or "")

    @property
    def form(self) -> Form | None:
        """The form of the kind that is chosen, made when it is wanted: it takes time, and is seldom seen."""
        if self._form is None and self._settings is not None:
            self._make(self._settings)
        return self._form

    @property
    def layout_box(self) -> QComboBox | None:
        """What the devices of that kind send, to choose from; None: it has no such list."""
        return self._layout_box if self.form is not None else None

    def _build(self) -> None:
        """Another kind is chosen: its form is the one that is wanted now."""
        kind = self.chosen()
        self._form, self._layout_box, self._settings = None, None, None
        self.room.setWidget(QWidget())
        try:
            self._settings = catalog.find("inputs", kind, words.SOURCE)
        except (GesturemapError, ImportError, AttributeError) as error:
            self._complain(words.UNKNOWN_SOURCE.format(error))
            return
        self._complain("")
        if self.more.isChecked():
            self._make(self._settings)
        self.listen.setVisible(kind == "osc")
        self.more.setChecked(self.bench.document.input.get("kind") not in (kind, None))
        self._offer()

    def _make(self, settings: type[Any]) -> None:
        """Make the form, filled from the document where its kind is the one in use."""
        kind = self.chosen()
        form = self._form = Form(settings)
        form.setObjectName("plainground")
        if self.bench.document.input.get("kind") == kind:
            form.fill(self.bench.document.input)
        self._add_layouts(form, kind)
        form.changed.connect(self._offer)
        self.room.setWidget(form)
        self.room.updateGeometry()

    def _add_layouts(self, form: Form, kind: str) -> None:
        """Sources that many devices use begin with what the device sends."""
        self.layouts = layouts(kind)
        if not self.layouts:
            return
        box = self._layout_box = Choice()
        box.setMinimumContentsLength(8)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setPlaceholderText(words.LAYOUT_OWN)
        box.setToolTip(plain(words.LAYOUT_TIP))
        box.setAccessibleName(words.LAYOUT)
        for index, layout in enumerate(self.layouts):
            box.addItem(layout.name)
            box.setItemData(index, plain(layout.description or words.LAYOUT_TIP), Qt.ItemDataRole.ToolTipRole)
        known = chosen(self.layouts, form.table(), -1)
        self._base = self.layouts[known].table if known >= 0 else {}
        box.setCurrentIndex(known)
        box.activated.connect(self._choose_layout)
        form.lead(words.LAYOUT, box)

    def _choose_layout(self, index: int) -> None:
        """Fill the form as a device wants it."""
        if self.form is not None:
            layout = self.layouts[index]
            self.form.fill(filled(layout, self.form.table(), self._base))
            self._base = layout.table
            self._offer()

    def _unfold(self, on: bool) -> None:
        if on and self._form is None and self._settings is not None:
            self._make(self._settings)
            self._offer()
        self.more.setText(words.HIDE_SETTINGS if on else words.SETTINGS)
        self.room.setVisible(on)
        self.health.room_for(FEWER_LINES if on else HEALTH_LINES)

    def _offer(self) -> None:
        """The button says whether this is what is in use, the list of layouts which one it is."""
        document, box = self.bench.document, self._layout_box
        table = document.input if self._form is None else self._form.table()  # nothing was typed in none
        if box is not None:
            with QSignalBlocker(box):
                box.setCurrentIndex(chosen(self.layouts, table, box.currentIndex()))
        changed = bool(self._settings) and table != document.input
        state = words.NOT_OPEN if document.input_fault else words.IN_USE if document.open else words.OPENING
        state = words.RESTS if document.resting else state
        self.use.setEnabled(changed)
        self.use.setText(words.USE if changed else state)
        styled(self.use, "accent" if changed else "plain")

    def apply(self) -> None:
        """Check the settings here, so that what is wrong is said where it stands; then ask control."""
        if self.form is None:
            return
        table = self.form.table()
        try:
            catalog.read("inputs", table, "input")
        except GesturemapError as error:
            self._complain(str(error))
            return
        self._complain("")
        self._applied, self._awaits_code = table, True
        self.bench.send(Configure("input", table))

    def _complain(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))

    # Learning by listening

    def show_listening(self) -> None:
        """Listen to what arrives; a source of OSC rests for as long, so that its ports are free."""
        if self.listening is None:
            self.listening = ListenDialog(self)
            self.listening.taken.connect(self._heard)
            self.listening.given_up.connect(self._resume)
            self.listening.asks.connect(lambda: self.bench.help.emit("doctor"))
            self.listening.begun.connect(lambda: self._rest(self.bench.document))
        typed = self.form.table() if self.form else {}
        self.listening.begin(ports_of(self.bench.document.input) | ports_of(typed))

    def _rest(self, document: Document) -> None:
        """While listening goes on, the source that may hold the ports rests, also another one or in another control."""
        if self.listening and self.listening.active and not document.resting and ports_of(document.input):
            self.bench.send(Rest())

    def _heard(self, table: Table) -> None:
        """What was heard is the source from now on."""
        self.bench.send(Configure("input", dict(table)))
        self._resume()

    def _resume(self) -> None:
        """Listening has ended: the source plays again."""
        self.bench.send(Rest(False))

    def hangup(self) -> None:
        """The window goes, and its dialogs with it."""
        for dialog in (self.listening, self.phone):
            if dialog is not None:
                dialog.close()

    # The phone

    def show_code(self) -> None:
        """Show the code of the phone's page."""
        if self.phone is None:
            self.phone = PhoneDialog(self)
            self.phone.another.connect(self._let_another_in)
        self.phone.follow(addresses(self.bench.document))
        self._show_health()
        self.phone.show()
        self.phone.raise_()

    def _let_another_in(self) -> None:
        """The page is opened anew, with a new code; a phone that is still there comes back by itself."""
        self.bench.send(Rest())
        self.bench.send(Rest(False))

    def _follow_phone(self, document: Document) -> None:
        """The code is at hand while the page is open; it comes by itself when the phone was chosen here."""
        urls = addresses(document)
        new = bool(urls) and self.code.isHidden()
        self.code.setVisible(bool(urls))
        if self.phone is not None:
            self.phone.follow(urls)
        if new and self._awaits_code and self._applied == document.input:
            self.show_code()
        self._awaits_code = self._awaits_code and not new  # no undo or redo shows it again

    # The project's own recordings

    def _recorded(self) -> Path:
        """Where a preset has recordings of the sensor it is made for."""
        return Path(self.bench.document.path) / RECORDINGS

    def _play_recordings(self) -> None:
        self.bench.send(Configure("input", {"kind": "replay", "path": str(self._recorded())}))

    def _offer_recordings(self, document: Document) -> None:
        """They can be played in place of a sensor that somebody may not have."""
        plays = document.input.get("kind") in ("replay", "pointer")
        self.recordings.setVisible(bool(document.path) and not plays and self._recorded().is_file())

    # What is told

    def follow(self, document: Document) -> None:
        """Show another source when the document has one; what is being typed stays while it has not."""
        self._show_health()
        self._rest(document)
        self._follow_phone(document)
        self._offer_recordings(document)
        if document.input_fault and self._applied == document.input:
            self.more.setChecked(True)  # what was asked for here does not work: it is mended here
        if document.input == self._shown:
            self._offer()
            return
        self._shown = document.input
        if self._form is not None and self._form.table() == document.input:
            self.more.setChecked(bool(document.input_fault))
            self._offer()
            return
        index = self.kind.findData(document.input.get("kind"))
        if index >= 0 and index != self.kind.currentIndex():
            self.kind.setCurrentIndex(index)  # builds the form
        else:
            self._build()
        self.more.setChecked(False)

    def figures(self, figures: dict[str, Any]) -> None:
        """Say how the source is doing."""
        self._show_health()

    def _show_health(self) -> None:
        found = health(self.bench.document, self.bench.figures, self.bench.engine)
        if self.bench.preparing and self.bench.engine == self.bench.preparing:
            found = Health("silent", words.AFTER_COMPILING, found.text)
        palette = self.bench.look.palette
        colour = palette.good if found.state == "good" else palette.warn
        self.dot.setStyleSheet(f"color: {palette.faint if found.state == 'silent' else colour}")
        styled(self.health, "warn" if found.state == "off" else "small")
        if found.text != self.health.text():
            self.health.setText(found.text)
        if self.phone is not None:
            self.phone.say(found.text if self.bench.figures.get("rate") else "")
        self.health.setToolTip(plain("\n".join(part for part in (found.text, found.details) if part)))

    def restyle(self) -> None:
        """The look changed."""
        self.figures(self.bench.figures)
