"""A project that cannot be opened as the window is to come: said in a window, with what can be done about it."""

from __future__ import annotations

import os
import signal

from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from gesturemap.companion import ENDING, outlived
from gesturemap.window import words
from gesturemap.window.files import start
from gesturemap.window.words import first as said


class Broken(QMessageBox):
    """Says why, and offers to look again or to open another one; `chosen` is the folder, empty: neither was wanted."""

    def __init__(self, project: str, why: str) -> None:
        super().__init__(QMessageBox.Icon.Warning, words.APP, said.BROKEN)
        self.setInformativeText(why)
        self.chosen = ""
        self.again = self.addButton(said.AGAIN, QMessageBox.ButtonRole.AcceptRole)
        self.other = self.addButton(said.ANOTHER, QMessageBox.ButtonRole.ActionRole)
        self.addButton(QMessageBox.StandardButton.Close)
        self.setDefaultButton(self.again)
        self._project = project

    def ask(self) -> str:
        """Wait for an answer; one that is broken off asks again."""
        while not self.chosen:
            self.exec()
            if self.clickedButton() is self.again:
                self.chosen = self._project
            elif self.clickedButton() is self.other:
                self.chosen = QFileDialog.getExistingDirectory(self, words.CHOOSE_PROJECT, start())
            else:
                break
        return self.chosen


def ask(project: str, why: str) -> str:
    """In a process of its own: the folder to open instead, the same where it was mended; empty: none."""
    for ending in ENDING:
        signal.signal(ending, signal.SIG_DFL)  # nothing is kept here: it may end at once
    outlived(lambda: os._exit(1))  # whoever asked has gone
    app = QApplication([words.APP])
    app.setApplicationName(words.APP)
    return Broken(project, why).ask()
