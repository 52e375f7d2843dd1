"""The connection doctor: runs `gesturemap doctor` beside everything else and shows what it finds."""

from __future__ import annotations

import json
import sys
import time
from html import escape

from PySide6.QtCore import QProcess, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from gesturemap.plain import shell
from gesturemap.window.bench import Bench
from gesturemap.window.look.theme import label, styled
from gesturemap.window.words import care as said

USUAL = 3
"""Seconds that all else takes it, about."""
SECONDS = 5
"""How long it listens."""
KEYS = ("section", "state", "what", "next")
"""What a finding has."""
LAST = 10_000
"""Characters of what a doctor that failed has said that are looked at."""


def report(findings: list[dict[str, str]], colours: dict[str, str]) -> str:
    """The findings as HTML, the gravest first, a heading where another section begins; `colours` by state."""
    parts, section = [], ""
    states = list(reversed(said.DOCTOR_STATES))
    for one in sorted(findings, key=lambda one: states.index(one["state"]) if one["state"] in states else 0):
        if one["section"] != section:
            section = one["section"]
            parts.append(f"<h4>{escape(section)}</h4>")
        state = one["state"]
        mark = f'<b><span style="color:{colours.get(state, "")}">{said.DOCTOR_STATES.get(state, state)}</span></b>'
        parts.append(f"<p>{mark} &nbsp;{escape(one['what'])}<br/>→ {escape(one['next'])}</p>")
    counts = {state: sum(one["state"] == state for one in findings) for state in said.DOCTOR_STATES}
    return f"<p>{escape(said.DOCTOR_SUM.format(**counts))}</p>" + "".join(parts)


class Doctor(QWidget):
    """A button, how long it takes, and the findings: their sum, then what is wrong."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.run = styled(QPushButton(said.DOCTOR_RUN), "accent")
        self.run.setToolTip(said.DOCTOR_RUN_TIP)
        self.run.clicked.connect(self.look)
        self.state = label("", "small")
        self.found = QTextBrowser()
        self.found.setAccessibleName(said.DOCTOR_NAME)
        self.found.setToolTip(said.DOCTOR_NAME)
        self.found.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.findings: list[dict[str, str]] = []
        self._text = said.DOCTOR_FIRST
        self._process: QProcess | None = None
        self._began = 0.0
        head = QHBoxLayout()
        head.addWidget(self.run)
        head.addWidget(self.state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.found, 1)
        self.restyle()

    @property
    def looks(self) -> bool:
        """Whether it is at work."""
        return self._process is not None

    def look(self) -> None:
        """Begin; while it is at work, stop."""
        if self._process is not None:
            self.stop()
            return
        path = self._bench.document.path
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(
            ["-m", "gesturemap", "doctor", *([path] if path else []), "--json", "--for", str(SECONDS)]
        )
        again = f"run gesturemap doctor {shell(path)}" if path else "run gesturemap doctor"
        process.finished.connect(lambda *_: self._done(process, again))
        process.errorOccurred.connect(lambda *_: self._done(process, again))
        self._process, self._began = process, time.perf_counter()
        self._name_button()
        process.start()

    def stop(self) -> None:
        """End it, where it is at work."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()
            self.state.setText("")
            self._name_button()

    def forget(self) -> None:
        """Another project: what was found is not of it."""
        self.stop()
        self.findings, self._text = [], said.DOCTOR_FIRST
        self.restyle()

    def _name_button(self) -> None:
        self.run.setText(said.DOCTOR_STOP if self.looks else said.DOCTOR_RUN)
        self.run.setToolTip(said.DOCTOR_STOP_TIP if self.looks else said.DOCTOR_RUN_TIP)

    def _done(self, process: QProcess, again: str) -> None:
        """It has ended; `again` is how it calls itself to be run once more, here a button."""
        if process is not self._process:
            return
        self._process = None
        out = bytes(process.readAllStandardOutput().data()).decode(errors="replace")
        error = bytes(process.readAllStandardError().data()).decode(errors="replace")[-LAST:]
        process.deleteLater()
        self.state.setText("")
        self._name_button()
        try:
            self.findings = [
                {key: str(one[key]).replace(again, said.DOCTOR_AGAIN) for key in KEYS}
                for one in json.loads(out)
            ]
        except (ValueError, TypeError, KeyError):
            lines = error.strip().splitlines()
            self.findings = []
            self._text = said.DOCTOR_FAILED.format(lines[-1] if lines else said.DOCTOR_SILENT)
        self.restyle()

    def tick(self, now: float) -> None:
        """Say how long it still takes."""
        if self.looks:
            gone = now - self._began
            left = SECONDS + USUAL - gone
            text = said.DOCTOR_LOOKS.format(left) if left >= 0.5 else said.DOCTOR_LATE.format(gone)
            if text != self.state.text():
                self.state.setText(text)

    def restyle(self) -> None:
        """The look changed."""
        palette = self._bench.look.palette
        colours = {"ok": palette.good, "look": palette.warn, "wrong": palette.record}
        if self.findings:
            self.found.setHtml(report(self.findings, colours))
        else:
            self.found.setPlainText(self._text)
