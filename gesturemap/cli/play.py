"""The commands that play: window and perform; and what they share with the one that records."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.cli.codes import Codes
from gesturemap.cli.coming import Coming
from gesturemap.cli.ending import ending
from gesturemap.cli.files import announce, said
from gesturemap.cli.json_lines import JsonLines, say
from gesturemap.cli.keys import HINT, Keys
from gesturemap.cli.news import News
from gesturemap.cli.onward import onward
from gesturemap.cli.remote import begun
from gesturemap.cli.status import AGAIN, StatusLine
from gesturemap.control.checks import source as source_troubles
from gesturemap.control.checks import troubles
from gesturemap.control.client import alone, find
from gesturemap.control.controller import Controller
from gesturemap.control.show import Show
from gesturemap.errors import CommandError, DataError, FileError, SettingsError
from gesturemap.inputs.input import Input
from gesturemap.library import at_home, project_folder
from gesturemap.plain import counted, shell
from gesturemap.project.setlist import read_setlist
from gesturemap.window.app import INSTEAD
from gesturemap.window.facts.again import WINDOW

FIRST = "phone-gestures"
"""The preset that plays by itself when no project is named."""
RESTING = ("pointer", "gamepad", "midi")
"""Kinds of input that are silent while nobody moves them."""
SOON = 2.0
"""Seconds for the engine to say which outputs are open; it says it once a second."""
LONG = 600.0
"""Seconds for everything to be compiled, on a slow machine with other work."""
UNPLAYED = "not played: mend this, or play the rest with --anyway"
REFUSED = 2
"""The exit code of a window that cannot open here."""
DIED = 3
"""The exit code where the engine died too often."""


def announce_compiling(notice: c.Message) -> None:
    """Say that the first start compiles, and how far it is."""
    if isinstance(notice, c.Progress) and notice.what == "compiling":
        announce(notice.part, notice.fraction)


def tell_faults(notice: c.Message) -> None:
    """Print what goes wrong, one line each."""
    if isinstance(notice, c.Fault):
        print(f"gesturemap: {notice.text}", file=sys.stderr, flush=True)


class Faults:
    """Prints what goes wrong, one line each; the same again is no news while all starts, nor soon after."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._starting = now, True
        self._told: dict[str, float] = {}
        self.places: set[str] = set()
        """Where something went wrong, by the places' names."""

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice."""
        if not isinstance(notice, c.Fault):
            return
        self.places.add(notice.place)
        now, before = self._now(), self._told.get(notice.text)
        self._told[notice.text] = now
        if before is None or not (self._starting or now - before < AGAIN):
            tell_faults(notice)

    def begun(self) -> None:
        """All has started."""
        self._starting = False
        self._told = dict.fromkeys(self._told, self._now())


class Latest:
    """Which outputs are open, by number, as the engine said last."""

    def __init__(self) -> None:
        self.outputs: set[int] | None = None

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice."""
        if isinstance(notice, c.Status) and "outputs" in notice.figures:
            self.outputs = {each["number"] for each in notice.figures["outputs"] if not each["closed"]}


Prepare = Callable[[Controller], None]
"""Called with control before it starts."""


def begun_with(project: str, options: Namespace) -> Controller:
    """Control of this project; of one that cannot be read a window says why, and may name another one."""
    while True:
        try:
            return Controller(project, sound=not options.no_sound)
        except (DataError, FileError, SettingsError) as error:
            print(f"gesturemap: {error}", file=sys.stderr, flush=True)
            command, pipe = [*WINDOW, INSTEAD, project, str(error)], subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as asked:  # it ends with its input
            assert asked.stdout is not None
            project = asked.stdout.read().strip()
        if asked.returncode or not project:
            sys.exit(REFUSED)


@onward()
def window(options: Namespace, prepare: Prepare | None = None, coming: Coming | None = None) -> int:
    """Open the window; on a project that plays already, a window of that one.

    Parameters
    ----------
    coming : its process, where that was begun already.
    """
    folder = "" if options.setlist or not options.project else str(project_folder(options.project).resolve())
    while folder and (there := find(folder)):
        print(
            f"gesturemap: {options.project} plays already: another window of it{unheard(options)}",
            file=sys.stderr,
        )
        shown = coming.opened(there) if coming is not None else subprocess.Popen([*WINDOW, there])
        code, coming = shown.wait(), None
        if code != REFUSED or find(folder):
            return code  # else it ended while the window came: the next is our own
    show, project = rehearsal(options) if options.setlist else (None, options.project or FIRST)
    controller = begun_with(project, options)
    if show is not None:
        show.begin(controller)
    elif not options.project:
        recordings = {"kind": "replay", "path": "recordings.npz", "folder": str(controller.desk.folder)}
        controller.desk.document.amend(controller.project.configured("input", recordings, FIRST))
    controller.watchers += [tell_faults]
    if prepare is not None:
        prepare(controller)
    ending(controller)
    for fault in show.faults() if show is not None else ():
        controller.tell(c.Fault("scene", fault))
    print(f"opening {controller.desk.title} in a window", flush=True)
    code = 0
    with ExitStack() as last:
        last.callback(controller.close)
        controller.start()
        last.callback(begun(controller, options).close)
        assert controller.switchboard.door is not None
        note = f"@{controller.switchboard.door.note}"  # the key stays out of the list of processes
        command = [*WINDOW, note]
        shown = coming.opened(note) if coming is not None else subprocess.Popen(command)
        last.callback(lambda: ended(shown))
        last.callback(controller.switchboard.leave)
        while not controller.quit:
            controller.turn()
            left = shown.poll()
            if left is None:
                continue
            if left in (0, REFUSED):
                code = left
                break
            print(
                f"window: it has died (exit code {left}); the sound plays on; opening it again",
                file=sys.stderr,
            )
            shown = subprocess.Popen(command)
    return code


def unheard(options: Namespace) -> str:
    """What whoever asks for a window of a project that plays already cannot have by it."""
    given = "--no-sound" * bool(options.no_sound), "--osc-control" * (options.osc_control is not None)
    names = ", ".join(name for name in (*given, "--control-from" * bool(options.control_from)) if name)
    return f"; {names}: only for who begins it, so end it first" if names else ""


def ended(shown: subprocess.Popen[bytes]) -> None:
    """Close a window that is still open."""
    if shown.poll() is None:
        shown.terminate()
        shown.wait()


@onward()
def perform(options: Namespace, source: Input | None = None, prepare: Prepare | None = None) -> int:
    """Play a project or a setlist headless; with a `source`, from that one and not its own.

    A status line says once a second how it goes; with ``--json`` a line of JSON says that and all else.
    """
    show, project = rehearsal(options)
    controller = Controller(project, sound=options.sound != "off")
    if show is not None:
        show.begin(controller)
    if source is not None:
        table = catalog.write(source)
        controller.desk.only_now(controller.project.configured("input", table, "input"))
    if prepare is not None:
        prepare(controller)
    faults = troubles(controller.project, controller.desk.warnings)
    if faults and not options.anyway:
        controller.close()
        lacking = source_troubles(controller.project) if controller.project.input.kind == "replay" else []
        return said([*lacking, *faults, UNPLAYED])
    line: StatusLine | JsonLines = (
        JsonLines()
        if options.json
        else StatusLine(
            project,
            lambda: controller.activity.labels,
            lambda: controller.activity.input_address,
            streams=controller.project.input.kind not in RESTING,
            phone=controller.project.input.kind == "phone",
        )
    )
    faulty, latest = Faults(), Latest()
    controller.watchers += [faulty, latest]
    if isinstance(line, JsonLines):
        controller.watchers.append(line)
        say("starting", project=controller.desk.title, folder=str(controller.desk.folder))
    else:
        print(f"starting {controller.desk.title}", flush=True)
        said_before = () if controller.activity.stale else controller.activity.messages
        controller.watchers += [announce_compiling, Codes(), News(said_before)]
    for fault in show.faults() if show is not None else ():
        controller.tell(c.Fault("scene", fault))
    ending(controller)
    with ExitStack() as last:
        last.callback(controller.close)
        last.callback(begun(controller, options).close)
        last.callback(line.end)
        controller.start()
        keys = Keys(controller.switchboard.call)
        last.callback(keys.close)
        if not opened(controller, options.sound == "on", options.wait, options.json):
            return 0 if controller.quit else 2
        if not controller.activity.labels and not options.anyway and not controller.quit:
            return said(["no model could be trained", UNPLAYED])
        if options.log:
            controller.obey(c.Log(True))
        latest.outputs = None
        wait(controller, lambda: latest.outputs is not None, SOON)
        if "model" in faulty.places and not options.anyway:
            return said([UNPLAYED])
        if isinstance(line, StatusLine):
            print(introduction(controller, latest.outputs), flush=True)
            if keys.open:
                print(HINT, flush=True)
            line.device = sounding(controller)
            controller.watchers.append(line)  # it hears the engine's last word too
        else:
            say("playing", **playing(controller, latest.outputs))
        faulty.begun()
        end = time.monotonic() + options.seconds if options.seconds else None
        while not controller.quit and (end is None or time.monotonic() < end):
            controller.turn(min(0.1, end - time.monotonic()) if end else 0.1)
            if controller.engine.given_up:
                step = "without it nothing plays; begin again, and report it if that does not help"
                controller.tell(c.Fault("engine", f"engine: {controller.engine.state}; {step}"))
                return DIED
    if isinstance(line, JsonLines):
        say("ended", frames=line.frames, gestures=line.events)
    else:
        print(f"{line.frames} frames, {counted(line.events, 'gesture')}", flush=True)
    return 0


def rehearsal(options: Namespace) -> tuple[Show | None, str]:
    """The show that is asked for, if one is, and the project to begin with.

    Raises
    ------
    GesturemapError
        If neither is named, the setlist or that scene cannot be played, or something is open in another gesturemap.
    """
    if not options.setlist:
        if not options.project:
            raise CommandError(
                "perform", "no project", "it plays a project or a setlist", "name one, or give --setlist FILE"
            )
        alone(options.project)
        return None, options.project
    show = Show(read_setlist(at_home(options.setlist)))
    project = show.beginning(options.project) if options.project else str(show.first.folder)
    for folder in (project, *(str(desk.folder) for desk in show.desks)):
        alone(folder)
    return show, project


PORTS = {"osc": 12000, "web": 8765, "wekinator": 12000}
"""Where outputs send that name no port."""


def playing(controller: Controller, opened: set[int] | None) -> dict[str, Any]:
    """What `introduction` says, by name."""
    tables = controller.project.tables()["outputs"]
    return {
        "project": controller.desk.title,
        "folder": str(controller.desk.folder),
        "input": controller.activity.input_address,
        "outputs": [table for n, table in enumerate(tables) if opened is None or n in opened],
        "sound": sounding(controller),
        "gestures": list(controller.activity.labels),
        "messages": list(controller.activity.messages),
    }


def sounding(controller: Controller) -> str:
    """What plays the sound, or why nothing does, for people."""
    state = controller.synth.state
    return "off" if state == "stopped" else state.removeprefix("running").lstrip(": ") or "on"


def introduction(controller: Controller, opened: set[int] | None) -> str:
    """Where it listens and sends, for people: to those outputs that are open, by number; None: not known yet."""
    outputs = []
    for number, table in enumerate(controller.project.tables()["outputs"]):
        if opened is not None and number not in opened:
            continue
        host, port = table.get("host", "127.0.0.1"), table.get("port", PORTS.get(table["kind"], ""))
        where = {
            "osc": f" {host}:{port}",
            "wekinator": f" {host}:{port}",
            "web": f" http://{host}:{port}/",
            "midi": f" {port}".rstrip(),
        }
        outputs.append(table["kind"] + where.get(table["kind"], ""))
    pad = controller.project.input.kind == "pointer"
    return (
        f"playing: listening at {controller.activity.input_address}; sending to {', '.join(outputs) or 'nobody'}; "
        f"sound: {sounding(controller)}"
        + ("" if controller.activity.labels else "; NO MODEL")
        + (
            f"; the pad is in the window: gesturemap window {shell(str(controller.desk.folder))}"
            if pad
            else ""
        )
    )


def opened(controller: Controller, sound: bool, patient: bool = False, quiet: bool = False) -> bool:
    """Wait until the sensor's door is open and a model plays, and for the sound if it must be there.

    A sensor that is not there yet ends it, unless one is `patient`: the engine tries again once a second. This is said,
    unless `quiet`.

    What fails has been told.
    """

    def answered() -> bool:
        return bool(controller.activity.input_address or controller.activity.input_fault)

    def audio() -> str:
        return "" if controller.synth.state in ("starting", "stopped") else controller.synth.state

    wait(controller, answered, LONG)
    if patient and controller.activity.input_fault and not controller.quit:
        if not quiet:
            print(f"waiting for the sensor: {controller.activity.input_fault}", flush=True)
        wait(controller, lambda: bool(controller.activity.input_address), math.inf)
    if not controller.activity.input_address:
        if not controller.activity.input_fault and not controller.quit:
            print(
                f"gesturemap: the engine: it has not started within {LONG:g} s; it compiles once, which takes a minute "
                "of processor time; start again, what was compiled is kept",
                file=sys.stderr,
            )
        return False
    wait(controller, lambda: controller.settled, LONG)
    if not sound:
        return not controller.quit
    wait(controller, lambda: bool(audio()), LONG)
    if audio().startswith("running"):
        return True
    print(f"gesturemap: sound: {audio()}", file=sys.stderr)
    return False


def wait(controller: Controller, until: Callable[[], bool], seconds: float) -> None:
    """Let control work until something is so, it is told to quit, or `seconds` have passed."""
    end = time.monotonic() + seconds
    while not until() and not controller.quit and (left := end - time.monotonic()) > 0:
        controller.turn(min(0.1, left))
