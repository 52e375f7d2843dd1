"""The demo from beginning to end: teach, send, recognise, sound, and say how it went."""

from __future__ import annotations

import json
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from gesturemap import commands as c
from gesturemap.control.controller import Controller
from gesturemap.control.supervisor import SPAWN
from gesturemap.demo import peer
from gesturemap.demo.picture import draw
from gesturemap.demo.report import report
from gesturemap.demo.score import ADDRESS, Score, score
from gesturemap.errors import DataError, DeviceError, FileError
from gesturemap.library import project_folder
from gesturemap.logs.read import Session, read_log
from gesturemap.project.project import Project
from gesturemap.synth.render import faded, render, write_wav

RATE = 48000
"""Of the WAV, in Hz."""
PATIENCE = 180.0
"""Seconds without any progress after which something is wrong: a first compilation takes minutes on a busy machine."""

COMPILING = "compiling, the first time only"


class Stage:
    """The running processes, the progress on the screen, and waiting for one thing after the other."""

    def __init__(self, project: Path, console: Console) -> None:
        self.controller = Controller(str(project), serve=False)
        self.controller.watchers.append(self._hear)
        self.starting = True
        """What compiles later, while nobody waits for it, is not told."""
        self.compiles = False
        """Whether that was said."""
        self.moved_on = time.monotonic()
        """When something went forward last."""
        self.ready: set[str] = set()
        self.inputs: list[str] = []
        self.trained: c.Trained | None = None
        self.figures: dict[str, Any] = {}
        self.faults: list[str] = []
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
            console=console,
        )
        self.task = self.bar.add_task("starting", total=1.0)

    def _hear(self, notice: c.Message) -> None:
        if isinstance(notice, c.Progress):
            self.moved_on = time.monotonic()
        if isinstance(notice, c.Progress) and notice.what == "compiling" and self.starting:
            if not self.compiles:
                self.compiles = True
                self.say(COMPILING)
            self.bar.update(self.task, description=COMPILING, completed=notice.fraction)
        elif isinstance(notice, c.State):
            self.ready = {
                n for n, state in notice.document["processes"].items() if not state.startswith("start")
            }
            self.inputs = [notice.document["input_address"]]
        elif isinstance(notice, c.Trained):
            self.trained = notice
        elif isinstance(notice, c.Status):
            self.figures = notice.figures
        elif isinstance(notice, c.Fault):
            self.faults.append(notice.text)

    def say(self, what: str) -> None:
        """Say what is being done now; a line where there is no terminal for a bar."""
        if not self.bar.console.is_terminal:
            self.bar.console.print(what)
        self.bar.update(self.task, description=what, completed=0.0)

    def wait(self, what: str, until: Callable[[], bool]) -> None:
        """Let control work until something is so.

        Raises
        ------
        DeviceError
            If it does not come about, with the last fault that was told.
        """
        self.say(what)
        self.moved_on = time.monotonic()
        while not until():
            self.controller.turn(0.05)
            if time.monotonic() - self.moved_on > PATIENCE:
                raise DeviceError(
                    "demo",
                    f"waited {PATIENCE:g} s: {what}",
                    "; ".join(self.faults[-1:]) or "no answer",
                    "run it again; if it stays so, report this line",
                )


def show(options: Namespace) -> int:
    """Run the demo; 0 if the messages that came back are those that were to come."""
    console = Console(stderr=options.json, soft_wrap=True)
    out = Path(options.out).expanduser()
    preset = project_folder(options.preset)
    played = score(preset / "recordings.npz", options.seed)
    project = copied(preset, out)
    stage = Stage(project, console)
    try:
        with stage.bar:
            stage.controller.start()
            stage.controller.obey(c.Sound(not options.silent))
            sent, heard = perform(stage, played, options.speed, out / "session.xdf")
    finally:
        stage.controller.close()
    if stage.trained is None:
        raise DataError("demo", "no model", "training must succeed", "; ".join(stage.faults))
    session = read_log(out / "session.xdf")
    figures = report(played, sent, heard, session, stage.trained.seconds, stage.figures, options.speed)
    with console.status("writing performance.wav and performance.png"):
        write_wav(out / "performance.wav", heard_again(session, stage.controller.project), RATE)
        draw(out / "performance.png", played, session, figures)
    figures.files(out)
    if options.json:
        print(json.dumps(figures.as_table()))
    else:
        figures.print_to(console)
    for fault in stage.faults:
        print(fault, file=sys.stderr)
    return 1 if figures.messages_wrong else 0


def heard_again(session: Session, project: Project) -> NDArray[np.float32]:
    """The sound of a session, in the time of its frames: (N, 2) samples at `RATE`."""
    (part,) = [part for part in session.parts if len(part.controls)]
    rows = part.controls
    start = float(rows.time[0])
    when = dict(zip(rows.index.tolist(), (rows.time - start).tolist(), strict=True))
    events = [(when[frame], event) for frame, happened in session.events.items() for event in happened]
    sound = project.sound
    played = render(
        sound.voices,
        part.layout.controls,
        rows.time - start,
        rows.values,
        events,
        rate=RATE,
        volume=sound.volume,
        labels=project.gestures,
        effects=sound.effects,
    )
    return faded(played, RATE)


def copied(preset: Path, out: Path) -> Path:
    """A copy of the preset to work with, so that it is trained anew and may be opened afterwards."""
    target = out / "project"
    try:
        shutil.rmtree(target, ignore_errors=True)
        (out / "session.xdf").unlink(missing_ok=True)
        out.mkdir(parents=True, exist_ok=True)
        shutil.copytree(preset, target, ignore=shutil.ignore_patterns("recordings.npz", "model.npz"))
    except OSError as error:
        raise FileError(
            str(out), error.strerror or str(error), "a folder for the results", "give another with --out"
        ) from error
    return target


def perform(stage: Stage, played: Score, speed: float, log: Path) -> tuple[list[float], peer.Heard]:
    """Start everything, let the other program play, and bring back what it sent and heard."""
    control = stage.controller
    ours, theirs = SPAWN.Pipe()
    other = SPAWN.Process(
        target=peer.run, args=(theirs, played.times, played.values, speed, ADDRESS), daemon=True
    )
    other.start()
    theirs.close()
    try:
        replies = json.loads(ours.recv_bytes())
        control.obey(c.Configure("input", played.layout))
        control.obey(c.Configure("outputs", outputs(control.project, replies)))
        stage.wait("starting", lambda: {"engine", "trainer"} <= stage.ready and bool(stage.inputs[-1:]))
        stage.wait(
            "learning from three demonstrations each", lambda: stage.trained is not None or bool(stage.faults)
        )
        stage.starting = False
        stage.wait("opening the door", lambda: any(stage.inputs))
        control.obey(c.Log(True, str(log)))
        port = int(stage.inputs[-1].rpartition(" ")[2])
        stage.wait("opening the log", lambda: bool(stage.figures.get("log")))
        peer.tell(ours, port)
        return watch(stage, ours, other, len(played.times))
    finally:
        ours.close()
        if other.is_alive():
            other.terminate()
        other.join()


def outputs(project: Project, port: int) -> list[dict[str, Any]]:
    """The outputs of a project, OSC led to a port of this machine, each message with the time of its frame."""
    ours = {"host": "127.0.0.1", "port": port, "stamp": True, "together": True}
    return [table | (ours if table["kind"] == "osc" else {}) for table in project.tables()["outputs"]]


def watch(stage: Stage, line: Connection, other: SpawnProcess, total: int) -> tuple[list[float], peer.Heard]:
    """Wait for the end of the score, showing how far it is."""
    stage.say("playing")
    while True:
        stage.controller.turn(0.05)
        if not line.poll(0):
            if not other.is_alive():
                raise DeviceError(
                    "demo",
                    "the sending process has ended early",
                    "it plays the whole score",
                    "run it again; if it stays so, report this line",
                )
            continue
        told = json.loads(line.recv_bytes())
        if isinstance(told, int):
            stage.bar.update(stage.task, completed=told / total)
            continue
        stage.bar.update(stage.task, completed=1.0)
        sent = told.pop("sent")
        return sent, peer.Heard(**told)
