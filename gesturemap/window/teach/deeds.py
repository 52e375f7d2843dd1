"""What can be done with demonstrations and gestures: one menu of each, whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from gesturemap.commands import (
    DeleteDemonstration,
    DeleteGesture,
    Enable,
    Export,
    Import,
    Merge,
    RecordInto,
    Relabel,
    ToLayer,
)
from gesturemap.demonstrations import LAYERS
from gesturemap.project.exchange.outgoing import ENDINGS
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Take
from gesturemap.window.files import Files
from gesturemap.window.look import icons
from gesturemap.window.look.theme import pressed
from gesturemap.window.words import layers
from gesturemap.window.words import teaching as said

Act = Callable[[], object]


def new_label(taken: Sequence[str]) -> str:
    """A name for a gesture that nobody has named yet."""
    number = len(taken) + 1
    while (name := words.NUMBER_NAME.format(number)) in taken:
        number += 1
    return name


class Deeds:
    """Sends what is asked for; dialogs that ask for files keep nothing from playing.

    Parameters
    ----------
    parent : over whom dialogs and menus are shown.
    """

    def __init__(self, bench: Bench, parent: QWidget) -> None:
        self._bench, self._parent = bench, parent
        self._files = Files(parent)
        self.shown: QMenu | None = None
        """The menu that was shown last."""

    # Demonstrations

    def relabel(self, takes: Sequence[Take], to: str) -> None:
        """Give them another gesture."""
        mine = self._bench.document.gesture(to)
        moved = [take.id for take in takes if mine is None or take not in mine.demonstrations]
        if moved:
            self._bench.send(Relabel(moved, to))

    def enable(self, takes: Sequence[Take]) -> None:
        """Leave them out; where all are left out, learn from them again."""
        if takes:
            self._bench.send(Enable([take.id for take in takes], not any(take.enabled for take in takes)))

    def to_layer(self, takes: Sequence[Take], layer: str) -> None:
        """Give them to a layer."""
        if moved := [take.id for take in takes if take.layer != layer]:
            self._bench.send(ToLayer(layer, moved))

    def delete(self, takes: Sequence[Take]) -> None:
        """Away with them, in one step."""
        if takes:
            first, *more = [take.id for take in takes]
            self._bench.send(DeleteDemonstration(first, more))

    def export(self, name: str, takes: Sequence[Take]) -> None:
        """Ask where to, and write them there."""
        ids = [take.id for take in takes]
        if ids:
            self._files.save_file(
                said.CHOOSE_EXPORT,
                said.DIALOG_EXPORT,
                f"{name}.json",
                lambda path: self._bench.send(Export(path, ids)),
                {
                    said.EXPORT_FORM.format(whose=whose, ending=ending): ending
                    for ending, whose in ENDINGS.items()
                },
            )

    def bring(self) -> None:
        """Ask for files, and import them as what they say they are."""
        self._files.open_files(
            said.CHOOSE_FILES, said.DIALOG_IMPORT, lambda paths: self._bench.send(Import(paths))
        )

    def for_takes(self, takes: Sequence[Take], own: Sequence[tuple[str, Act]]) -> QMenu:
        """What can be done with these; first what the caller can do itself."""
        menu = QMenu(self._parent)
        for name, act in own:
            menu.addAction(name, act)
        self.fill_move(menu.addMenu(said.MOVE_TO), takes)
        into = menu.addMenu(layers.GIVE)
        for layer in LAYERS:
            into.addAction(layers.NAMES[layer], partial(self.to_layer, takes, layer))
        menu.addAction(
            said.LEAVE_OUT if any(take.enabled for take in takes) else said.TAKE_IN,
            partial(self.enable, takes),
        )
        menu.addAction(said.DELETE, partial(self.delete, takes))
        menu.addSeparator()
        menu.addAction(said.EXPORT, partial(self.export, self._bench.selection, takes))
        menu.addAction(said.IMPORT_FILES, self.bring)
        for action in menu.actions()[: len(own) + 6]:
            action.setEnabled(bool(takes))
        return menu

    def fill_move(self, menu: QMenu, takes: Sequence[Take]) -> QMenu:
        """All other gestures, and a new one, to move demonstrations to."""
        look, labels = self._bench.look, self._bench.document.labels
        own = {
            gesture.label
            for take in takes
            if (gesture := self._bench.document.gesture_of(take.id)) is not None
        }
        for label in labels:
            if own == {label}:
                continue
            mark = icons.mark_icon(look.gestures.shape(label), look.gesture(label))
            menu.addAction(mark, pressed(label), partial(self.relabel, takes, label))
        menu.addSeparator()
        menu.addAction(said.MOVE_TO_NEW, partial(self.relabel, takes, new_label(labels)))
        return menu

    # Gestures

    def merge(self, label: str, into: str) -> None:
        """All demonstrations of one gesture go to another, which is selected in its place."""
        if label != into:
            self._bench.send(Merge(label, into))
            if self._bench.selection == label:
                self._bench.select(into)

    def for_gesture(self, label: str, own: Sequence[tuple[str, Act]]) -> QMenu:
        """What can be done with a gesture; first what the caller can do itself."""
        menu, look, document = QMenu(self._parent), self._bench.look, self._bench.document
        for name, act in own:
            menu.addAction(name, act)
        into = menu.addMenu(said.MERGE_INTO)
        for other in document.labels:
            if other != label:
                mark = icons.mark_icon(look.gestures.shape(other), look.gesture(other))
                into.addAction(mark, pressed(other), partial(self.merge, label, other))
        into.setEnabled(len(document.labels) > 1)
        menu.addAction(words.DELETE, partial(self._bench.send, DeleteGesture(label)))
        menu.addSeparator()
        records = menu.addMenu(layers.RECORD)
        for layer in LAYERS:
            records.addAction(layers.NAMES[layer], partial(self._bench.send, RecordInto(layer)))
        records.setEnabled(not document.locked)
        gesture = document.gesture(label)
        takes = gesture.demonstrations if gesture else ()
        menu.addAction(said.EXPORT_GESTURE, partial(self.export, label, takes)).setEnabled(bool(takes))
        menu.addAction(said.IMPORT_FILES, self.bring)
        return menu

    def for_none(self) -> QMenu:
        """What can be done where no gesture is selected."""
        menu = QMenu(self._parent)
        menu.addAction(said.IMPORT_FILES, self.bring)
        return menu

    def show(self, menu: QMenu, place: QPoint) -> None:
        """Show a menu without waiting for what is chosen; it goes when it is closed."""
        if self.shown is not None:
            self.shown.deleteLater()
        self.shown = menu
        menu.popup(place)
