"""The command record: demonstrations, each after a count-in."""

from __future__ import annotations

import time
from argparse import Namespace
from typing import Any

from gesturemap import commands as c
from gesturemap.cli.codes import Codes
from gesturemap.cli.ending import ending
from gesturemap.cli.files import said
from gesturemap.cli.news import kept
from gesturemap.cli.play import LONG, RESTING, announce_compiling, opened, tell_faults, wait
from gesturemap.cli.status import PATIENCE, lacking, no_phone, unused
from gesturemap.control.along import MICROPHONE, descriptors, playable
from gesturemap.control.along import PATIENCE as WHILE_DESCRIBED
from gesturemap.control.checks import agreeing, fitting
from gesturemap.control.client import alone
from gesturemap.control.controller import Controller
from gesturemap.demonstrations import checked_label
from gesturemap.doctor.children import ask
from gesturemap.errors import DeviceError
from gesturemap.inputs.assembly import SWITCH_ON
from gesturemap.inputs.messages import SET_TO_OSC, no_osc
from gesturemap.library import at_home
from gesturemap.plain import shell
from gesturemap.project.project import Project

USUAL = 2.0
"""Seconds of a recording where nothing else is said."""
SOON = 1.5
"""Seconds in which frames follow where the first packets could not be used."""
STARTING = 30.0
"""Seconds in which the sensor of a recording must be heard."""
SILENT = 0.5
"""Share of a recording below which the sensor is thought to have fallen silent."""
MISSED, INTERVALS = 0.3, 3.0
"""Seconds, and usual intervals, by which a recording may be shorter than was asked for without a word."""
GONE = 1.5
"""Seconds without a new frame after which it is not counted in; figures come once a second."""


MICROPHONE_THERE = (
    "import json, sys; from gesturemap.synth.along import no_microphone; "
    "print(json.dumps({'fault': no_microphone(*sys.argv[1:])}))"
)
ANSWERS = 5.0
"""Seconds for the library of sound to say which inputs there are."""


class Ear:
    """Hears what control says while it records."""

    def __init__(self) -> None:
        self.kept: list[c.Recorded] = []
        self.figures: dict[str, Any] = {}
        self.faults: list[c.Fault] = []
        self.heard = 0.0
        """When the last frames were counted, s."""

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice; what is wrong with a recording is told by who records."""
        if isinstance(notice, c.Recorded) and notice.written:
            self.kept.append(notice)
        elif isinstance(notice, c.Status):
            if notice.figures["frames"] != self.frames:
                self.heard = time.monotonic()
            self.figures.update(notice.figures)
        elif isinstance(notice, c.Fault):
            self.faults.append(notice)
            if not _of_a_demonstration(notice):
                tell_faults(notice)

    @property
    def frames(self) -> int:
        """How many have come."""
        return int(self.figures.get("frames", 0))

    @property
    def ignored(self) -> dict[str, dict[str, int]]:
        """What could not be used, by sender and reason."""
        return dict(self.figures.get("ignored", {}))

    @property
    def silent(self) -> bool:
        """Whether the sensor sends no more."""
        return time.monotonic() - self.heard > GONE


def _of_a_demonstration(fault: c.Fault) -> bool:
    return fault.place.startswith("demonstration ")


def record(options: Namespace) -> int:
    """Record demonstrations, each after a count-in; each is on disk before it is said."""
    alone(options.project)
    checked_label(options.gesture)
    describe, along = list(descriptors(options.describe)), options.along
    heard_for = 0.0
    if along and along != MICROPHONE:
        heard_for, lines = playable(at_home(along))
        said(lines)
        options.seconds = options.seconds or heard_for
    options.seconds = options.seconds or USUAL
    lasts = min(options.seconds, heard_for or options.seconds)
    controller, ear = Controller(options.project, sound=bool(along)), Ear()
    controller.watchers += [ear, announce_compiling, Codes()]
    ending(controller)
    controller.start()
    try:
        if not opened(controller, False):
            return 2
        fitting(controller.project, controller.activity.input_spec.names)
        agreeing(controller.project, describe if along else ())
        address = controller.activity.input_address
        print(f"waiting for the sensor at {address}", flush=True)
        if not heard(controller, ear, options.project):
            return 130
        if along:
            synth_there(controller)
        if along == MICROPHONE:
            microphone_there(controller.project.record.microphone)
        for take in range(options.times):
            if not counted_in(controller, ear, options, take):
                break
            ear.faults.clear()
            before = len(controller.project.demonstrations)
            if not along:
                print("go", flush=True)
            controller.obey(c.Record(options.gesture, 0.0, along, describe))
            if along:  # it begins with the sound
                wait(controller, lambda: controller.along is None or controller.along.began is not None, LONG)
            if not controller.activity.recording:
                return said([unkept(options.gesture, take, "it could not begin")])
            if along:
                print("go", flush=True)
            address = controller.activity.input_address or address
            wait(controller, lambda: False, options.seconds)
            controller.obey(c.StopRecording(True))
            wait(controller, lambda: not controller.activity.recording, WHILE_DESCRIBED + 5.0)
            if controller.quit:
                break
            if len(ear.kept) == take and len(controller.project.demonstrations) > before:
                return said([unkept(options.gesture, take, "the project could not be written")])
            if len(ear.kept) == take and any(fault.place == "recording" for fault in ear.faults):
                gone = any(fault.place == "engine" for fault in ear.faults)
                why = "the engine has died" if gone or not along else "no sound went along with it"
                return said([unkept(options.gesture, take, why)])
            strange = [fault.text for fault in ear.faults if _of_a_demonstration(fault)]
            if strange and not any("frames;" in text for text in strange):  # it is not that too little came
                return said([*strange, unkept(options.gesture, take, "it cannot be learned from")])
            came = ear.kept[-1].seconds if len(ear.kept) > take else 0.0
            if came < SILENT * lasts:
                if len(ear.kept) > take:
                    controller.obey(c.Undo())  # no file stays behind
                    ear.kept.pop()
                raise DeviceError(
                    address,
                    f"the sensor stopped: {came:.2f} s came of {options.seconds:g} s",
                    f"{options.gesture} {take + 1} was not kept" + (", those before it were" if take else ""),
                    "start the sensor and record again",
                )
            print(told(ear.kept[-1], lasts), flush=True)
        print(f"in {controller.desk.folder}", flush=True)
        if len(ear.kept) == options.times:
            print(afterwards(controller.project, options.project), flush=True)
    finally:
        controller.close()
    return 0 if len(ear.kept) == options.times else 2


def told(last: c.Recorded, wanted: float) -> str:
    """What is said of a recording that was kept, and that was to be `wanted` seconds long."""
    line = f"kept {last.demonstration}: {kept(last)}"
    missed = wanted - last.seconds
    if missed <= max(MISSED, INTERVALS * last.seconds / max(1, last.frames - 1)):
        return line
    return (
        f"{line}; the sensor was silent for {missed:.2f} of the {wanted:g} s: "
        "if the gesture is not whole, delete it in the window and record it again"
    )


def afterwards(project: Project, name: str) -> str:
    """What comes next: training, or another gesture where a model would have nothing to tell apart."""
    shown, train = project.demonstrations, f"gesturemap train {shell(name)}"
    if len({d.label for d in shown}) > 1 or any(d.outputs for d in shown):
        return f"next: {train}"
    return f"next: another gesture, gesturemap record {shell(name)} GESTURE; then {train}"


def unkept(gesture: str, take: int, why: str) -> str:
    """What is said of a recording that came to nothing, after the fault that was told."""
    before = ", those before it are" if take else ""
    return f"record: {gesture} {take + 1} is not in the project{before}: {why}, see above"


def counted_in(controller: Controller, ear: Ear, options: Namespace, take: int) -> bool:
    """Count in while the sensor sends; one that has fallen silent is waited for. False: told to quit."""
    streams = controller.project.input.kind not in RESTING
    while True:
        if streams and ear.silent:
            again(controller, ear, options.project)
        if controller.quit:
            return False
        print(f"{options.gesture} {take + 1} of {options.times}: in {options.count_in:g} s", flush=True)
        wait(controller, lambda: False, options.count_in)
        if not (streams and ear.silent):
            return not controller.quit


def synth_there(controller: Controller) -> None:
    """Wait for the synth, which plays or records the sound that goes along: nothing is counted in before."""

    def there() -> bool:
        return controller.synth.state not in ("starting", "restarting")

    if not there():
        print("waiting for the synth, through which the sound goes", flush=True)
        wait(controller, there, LONG)


def microphone_there(device: str) -> None:
    """See to it that there is an input to record, with `device` in its name; a driver that hangs is left to the synth.

    Raises
    ------
    DeviceError
        If there is none.
    """
    if fault := ask(["-c", MICROPHONE_THERE, device], ANSWERS).table().get("fault"):
        raise DeviceError(*fault)


def again(controller: Controller, ear: Ear, project: str) -> None:
    """Wait for a sensor that was heard and is not any more.

    Raises
    ------
    DeviceError
        If it does not come back within `STARTING` seconds.
    """
    address = controller.activity.input_address or "sensor"
    step = f"start it; to see why it is, run: gesturemap doctor {shell(project)}"
    print(f"the sensor is silent: {step}", flush=True)
    wait(controller, lambda: not ear.silent, STARTING)
    if ear.silent and not controller.quit:
        raise DeviceError(address, f"the sensor has been silent for {STARTING:g} s", step)


def heard(controller: Controller, ear: Ear, project: str) -> bool:
    """Wait for the sensor's first frame, saying early what is in the way; False: told to quit.

    Raises
    ------
    DeviceError
        If none comes within `STARTING` seconds.
    """

    def frames() -> bool:
        return ear.frames > 0

    wait(controller, lambda: frames() or bool(unused(ear.ignored)), PATIENCE)
    if unused(ear.ignored):
        wait(controller, frames, SOON)
    if frames() or controller.quit:
        return frames()
    doctor = f"gesturemap doctor {shell(project)}"
    if lines := unused(ear.ignored):
        why = f"nothing that arrives can be used; why? run: {doctor}"
        told = [*lines, SET_TO_OSC if no_osc(ear.ignored) else why]
        if lacking(ear.ignored):
            told.insert(-1, f"no frame yet: {SWITCH_ON}")
    elif controller.project.input.kind == "phone":
        told = [no_phone(controller.activity.input_address)]
    else:
        told = [
            f"nothing has arrived in {PATIENCE:g} s: send to this port, with this computer's address; "
            f"to see why not, run: {doctor}"
        ]
    print("\n".join(told), flush=True)
    wait(controller, frames, STARTING - PATIENCE)
    if frames() or controller.quit:
        return frames()
    ignored = bool(unused(ear.ignored))
    step = f"run {doctor}" if ignored else "start the sensor, then record"
    raise DeviceError(
        controller.activity.input_address or "sensor",
        f"no frame has arrived within {STARTING:g} s",
        "what arrives is ignored" if ignored else "a demonstration is made of frames",
        "set the app to OSC over UDP" if no_osc(ear.ignored) else step,
    )
