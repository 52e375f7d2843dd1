"""Which keys do what anywhere in the window; `words.care.KEYS` lists them for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QAbstractSpinBox, QApplication

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.care.sheet import HelpSheet, topic
from gesturemap.window.look.writing import writes
from gesturemap.window.settings.sheet import SettingsSheet
from gesturemap.window.teach.vocabulary import Vocabulary
from gesturemap.window.topbar import TopBar
from gesturemap.window.words import care, teaching


def shortcuts(
    bench: Bench,
    top: TopBar,
    settings: SettingsSheet,
    sheet: HelpSheet,
    vocabulary: Vocabulary,
    pages: Sequence[Callable[[], None]],
    resize: Callable[[int], object],
) -> tuple[tuple[str, Callable[[], object]], ...]:
    """Each a key and what it does.

    Parameters
    ----------
    pages : show the one to teach, to test and to perform on.
    resize : draws everything so many steps larger; 0: as the screen has it.
    """
    send = bench.send

    def to_gestures() -> None:
        pages[0]()
        if not vocabulary.isVisible():  # the settings lie over it
            settings.put_away()

    return (
        ("T", lambda: _train(bench, top)),
        ("P", lambda: send(c.Panic())),
        ("R", bench.turn_running),
        ("L", lambda: send(c.Lock(not bench.document.locked))),
        ("N", lambda: _name(bench, to_gestures, vocabulary.ask_name)),
        ("F2", lambda: _name(bench, to_gestures, vocabulary.rename_selected)),
        ("1", pages[0]),
        ("2", pages[1]),
        ("3", pages[2]),
        ("Ctrl+,", settings.turn),
        ("Ctrl+N", lambda: _other(bench, top, "new", lambda: send(c.New()))),
        ("Ctrl+O", lambda: _other(bench, top, "open", top.open_project)),
        ("Ctrl+S", top.save_project),
        ("Ctrl+Shift+S", top.save_as),
        ("Ctrl+Z", bench.undo),
        ("Ctrl+Shift+Z", lambda: send(c.Redo())),
        ("Ctrl+Y", lambda: send(c.Redo())),
        ("F1", lambda: sheet.open(topic(QApplication.focusWidget()))),
        ("?", lambda: sheet.open("keys")),
        ("Ctrl+D", lambda: sheet.open("doctor")),
        ("Ctrl+=", lambda: _resize(bench, resize, 1)),
        ("Ctrl++", lambda: _resize(bench, resize, 1)),
        ("Ctrl+-", lambda: _resize(bench, resize, -1)),
        ("Ctrl+0", lambda: _resize(bench, resize, 0)),
    )


def _name(bench: Bench, show: Callable[[], None], act: Callable[[], None]) -> None:
    """Write a name, on the page where that is done: elsewhere its letters would be keys.

    Not while another text is written; and under the stage lock what plays stays in view.
    """
    at = QApplication.focusWidget()
    if at is not None and writes(at) and not isinstance(at, QAbstractSpinBox):
        return
    if bench.document.locked:
        bench.answer.emit("gesture", teaching.NAME_LOCKED)
    else:
        show()
        act()


def _other(bench: Bench, top: TopBar, what: str, act: Callable[[], object]) -> None:
    """Let another project come, but not by a key on the page to play from: what plays would be closed."""
    if top.isHidden():
        bench.answer.emit(what, words.OTHER_PLAYING.format(what))
    else:
        act()


def _resize(bench: Bench, resize: Callable[[int], object], steps: int) -> None:
    """Larger or smaller, unless that would cut a recording in two."""
    if bench.record_key.state != "idle":
        bench.answer.emit("size", care.SCALE_LATER)
    else:
        resize(steps)


def _train(bench: Bench, top: TopBar) -> None:
    """Train, where there is a button for it: on the page to play from it would be a slip of a finger."""
    if top.isHidden():
        bench.answer.emit("train", words.TRAIN_PLAYING)
    else:
        bench.send(c.Train())
