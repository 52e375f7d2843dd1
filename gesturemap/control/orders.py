"""What control does when asked for more than an edit: a function for each command."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gesturemap import codec, inner
from gesturemap import commands as c
from gesturemap.control import (
    asking,
    by_hand,
    comparing,
    exchange,
    pedals,
    recording,
    scenes,
    takes,
    those,
    training,
)
from gesturemap.control.desk import Desk
from gesturemap.control.reading import Arrived
from gesturemap.engine.hearing import state_of
from gesturemap.errors import CommandError, GesturemapError, unforeseen
from gesturemap.library import project_folder, remember_project
from gesturemap.plain import shell
from gesturemap.project import pack
from gesturemap.project.disk import UNWRITTEN

AWHILE = 1.0
"""Seconds after the last turn of the volume until it is on disk."""
FEW = 3
"""Lines that say what was wrong with a project; more are counted."""

if TYPE_CHECKING:
    from gesturemap.control.controller import Controller


def run(control: Controller, message: c.Run) -> None:
    """Let the outputs play, or hold still; where the engine was given up, it comes back as it was."""
    if control.engine.revive():
        return
    control.now(running=message.on, silent="" if message.on else control.activity.silent)
    control.engine.send(message)


def rest(control: Controller, _: c.Rest) -> None:
    """The source rests while anybody who came in through the door wants it to."""
    on = bool(control.switchboard.resting)
    if on != control.activity.resting:
        control.now(resting=on, input_address="", pointer_port=0, input_fault="")
        control.engine.send(c.Rest(on))


def panic(control: Controller, message: c.Panic) -> None:
    """Silence everything; a demonstration that plays is over, or its next gesture would end the silence."""
    control.now(silent="asked")
    control.engine.send(message)
    control.synth.send(message)
    _hand_back(control)


def _hand_back(control: Controller) -> None:
    """What is played in place of the sensor, if anything is, is over."""
    if control.activity.playing:
        control.now(playing="")
        control.engine.send(inner.PlayFrames())


def sound(control: Controller, message: c.Sound) -> None:
    """Switch the synth's sound on or off.

    Raises
    ------
    CommandError
        If it is to be on, and there is none.
    """
    if message.on and control.synth not in control.children:
        raise CommandError(
            "sound", "there is no built-in synth", "it was begun without sound", "begin it with sound"
        )
    if message.on:
        control.synth.revive()
    control.now(sound_on=message.on, silent="" if message.on else control.activity.silent)
    control.engine.send(message)
    control.synth.send(message)


def volume(control: Controller, message: c.Volume) -> None:
    """Set the volume; it is kept with the project, but is no step of undo, and none sets it back."""
    control.synth.send(message)
    volume = min(1.0, max(0.0, message.value))
    control.engine.send(inner.Sounds(volume, labels=list(control.project.gestures)))
    control.desk.document.amend_all(lambda each: replace(each, sound=replace(each.sound, volume=volume)))
    control.later(control.desk.flush, AWHILE)


def log(control: Controller, message: c.Log) -> None:
    """Begin or end a session log."""
    control.log = replace(message, path=message.path or str(control.desk.session_path()))
    control.engine.send(control.log)


def train(control: Controller, _: c.Train) -> None:
    """Fit the model, also where the trainer was given up.

    Raises
    ------
    CommandError
        If every demonstration is left out.
    """
    if control.project.demonstrations and not control.project.shown:
        raise CommandError(
            "training",
            "every demonstration is left out",
            "a model learns from one at least",
            "let one count again",
        )
    control.trainer.revive()
    comparing.over(control)
    training.train(control)


def evaluate(control: Controller, _: c.Evaluate) -> None:
    """Say how well the model does, also where the trainer was given up."""
    control.trainer.revive()
    training.evaluate(control)


def mark(control: Controller, message: c.Mark) -> None:
    """Say to the session log what a person thinks of what was heard."""
    control.engine.send(message)


def play(control: Controller, message: c.Play) -> None:
    """Play a demonstration in place of the sensor; without a name, the sensor again."""
    if not message.demonstration:
        control.engine.send(inner.PlayFrames())
        return
    found = those.find(control.project, message.demonstration)
    control.now(playing=message.demonstration)
    control.engine.send(inner.PlayFrames(message.demonstration, pack.pack([found.learned])))


def undo(control: Controller, message: c.Undo | c.Redo) -> None:
    """One step back, or forth again.

    Raises
    ------
    CommandError
        If there is none.
    """
    before, word = control.project, "undo" if isinstance(message, c.Undo) else "redo"
    if not (control.desk.undo() if isinstance(message, c.Undo) else control.desk.redo()):
        raise CommandError(word, f"nothing to {word}", "it is about edits since the project was opened")
    control.edited(before)


def go_to(control: Controller, message: c.GoTo) -> None:
    """So many steps of the history are done then.

    Raises
    ------
    CommandError
        If it has fewer.
    """
    before, steps = control.project, len(control.desk.document.history)
    if not control.desk.go_to(message.step):
        raise CommandError(
            "history", f"step {message.step}", f"it goes from 0 to {steps}", "choose a step of it"
        )
    if control.project is not before:
        control.edited(before)


def remember(control: Controller) -> None:
    """Put the project among the recent ones, if it has a place of its own."""
    if control.desk.saved:
        control.guard(lambda: remember_project(control.desk.folder))


def open_project(control: Controller, message: c.Open) -> None:
    """Another project; one that is a scene of the setlist is recalled. What is being recorded belongs to this one."""
    if control.show is not None and control.show.recalled(message.path):
        return
    project_folder(message.path)  # where there is none, the recording goes on

    def act() -> None:
        control.place(Desk(message.path))
        control.reload()
        opened(control)

    recording.kept_first(control, act)


def opened(control: Controller) -> None:
    """Say that another project plays, and what was wrong when it was read."""
    control.tell(c.Opened(control.desk.title, str(control.desk.folder)))
    begun(control)


def begun(control: Controller) -> None:
    """A project is open: it is remembered, and what was wrong when it was read is said in a few lines."""
    remember(control)
    place, warnings = str(control.desk.folder), control.desk.warnings
    for warning in warnings[:FEW]:
        control.tell(c.Fault(place, warning))
    if (more := len(warnings) - FEW) > 0:  # the newest line may stand alone
        text = f"{len(warnings)} demonstrations are gone or broken, {FEW} are named and {more} more are not"
        control.tell(c.Fault(place, f"{text}; all of them: gesturemap check {shell(place)}"))


def scene(control: Controller, message: c.Scene | c.Next | c.Previous) -> None:
    """Another scene of the setlist; where there is none, another project of those beside this one."""
    if control.show is not None:
        if isinstance(message, c.Scene):
            control.show.recall(message.scene)
        else:
            control.show.step(1 if isinstance(message, c.Next) else -1)
        return
    folder = control.desk.folder
    if isinstance(message, c.Scene):
        found = scenes.named(folder, message.scene, control.home)
    else:
        found = scenes.stepped(folder, 1 if isinstance(message, c.Next) else -1)
    open_project(control, c.Open(str(found)))


def new_project(control: Controller, message: c.New) -> None:
    """An empty one, or one with settings."""

    def act() -> None:
        control.desk.begin(message.settings)
        control.place(control.desk)
        control.now(stale=False)  # there is nothing to learn from yet
        control.reload()
        opened(control)

    recording.kept_first(control, act)


def save(control: Controller, message: c.Save) -> None:
    """Save, or save as."""
    control.desk.save(message.path, not control.activity.stale)
    control.announce()
    remember(control)


def pressed(control: Controller, message: c.Pressed) -> None:
    """What a pedal asks for."""
    wanted, chosen = pedals.meaning(message, control.project, control.activity, control.pedals.chosen)
    control.pedals.chosen = chosen
    for each in wanted:
        control.obey(each)


def tap(control: Controller, message: c.Tap) -> None:
    """The beat is now."""
    control.clocks.tap(message.at)
    control.keep_time()


def perform(control: Controller, _: c.Perform) -> None:
    """The clock of the performance begins, once; windows come and go."""
    if not control.activity.performing:
        control.now(performing=time.monotonic())


def lock(control: Controller, message: c.Lock) -> None:
    """Put the stage lock on or off; what is being recorded is kept first, and the sensor plays again."""
    if message.on and control.activity.recording:
        takes.stop_recording(control, c.StopRecording())
    if message.on:
        _hand_back(control)
    control.now(locked=message.on)
    control.engine.send(message)  # where it takes commands among its frames


def values(control: Controller, message: c.Values) -> None:
    """The output values that are recorded next, where the project takes such; none: the model's are heard again.

    Raises
    ------
    CommandError
        If it does not, or they are not one right value for each output.
    """
    project = control.project
    words = state_of(project)
    if words is None and by_hand.outputs(project):
        if message.values:
            control.by_hand.set(project, message.values)
        control.engine.send(message)
        return
    if words is None or not words.supervised:
        raise CommandError(
            "output values",
            f"the model {project.learner.kind} with the input {project.input.kind} is not taught by them",
            "they belong to outputs that the mapping asks for, or to examples as in Wekinator's way",
            "set the source of a mapping to output:NAME, or begin such a project: gesturemap wekinator",
        )
    if len(message.values) != len(words.outputs):
        raise CommandError(
            "output values",
            f"{len(message.values)} instead of {len(words.outputs)}",
            f"the outputs are {', '.join(output.name for output in words.outputs)}",
            "send one for each output",
        )
    for output, value in zip(words.outputs, message.values, strict=True):
        if not output.takes(value):
            raise CommandError(
                "output values", f"{output.name} {value:g}", f"it is {output.wanted}", "send another value"
            )
    control.engine.send(message)


def asked(control: Controller, message: inner.Asked) -> None:
    """Carry out a command for a process beside, and say how it went; of some, as soon as the engine has done it too.

    What a sender says after the answer would else be heard there before the lock is; and what is kept of a recording
    that ends, or of what came before, is known then.
    """
    error, waits, ends = "", False, False
    try:
        command = codec.decode(message.data)
        control.carry_out(command)
        ends = isinstance(command, c.Keep) or (
            command == c.StopRecording() and bool(control.activity.recording)
        )
        waits = isinstance(command, c.Lock) or ends
    except GesturemapError as found:
        error = str(found)
        if found.rule == UNWRITTEN:  # a full disk is everybody's
            control.tell(c.Fault(found.place, error))
    except Exception as found:  # noqa: BLE001  # control must outlive whatever it is asked
        error = str(unforeseen("control", found))
    answer = inner.Answered(message.number, error)
    if waits and not error and control.engine.state.startswith("running"):
        control.stopped = answer if ends else control.stopped
        control.engine.send(answer)  # it comes back, and is told as all that comes from there
    else:
        control.tell(answer)


def beside(control: Controller, message: inner.Beside) -> None:
    """Figures of a process beside, and what went wrong there."""
    control.beside |= message.figures
    if message.fault:
        control.tell(c.Fault("remote", message.fault))


ORDERS: dict[type[c.Message], Callable[[Controller, Any], None]] = {
    c.Record: takes.record,
    c.StopRecording: takes.stop_recording,
    c.Again: takes.again,
    c.Keep: takes.keep,
    c.Run: run,
    c.Rest: rest,
    c.Panic: panic,
    c.Sound: sound,
    c.Volume: volume,
    c.Log: log,
    c.Mark: mark,
    c.Play: play,
    c.Train: train,
    c.Evaluate: evaluate,
    c.Compare: comparing.compare,
    c.Switch: comparing.switch,
    c.Prefer: comparing.prefer,
    c.Ask: asking.ask,
    asking.Came: asking.came,
    c.CancelTraining: lambda control, message: control.trainer.send(message),
    c.Import: exchange.take_in,
    Arrived: exchange.arrived,
    c.Export: exchange.give_out,
    c.Undo: undo,
    c.Redo: undo,
    c.GoTo: go_to,
    c.Open: open_project,
    c.Scene: scene,
    c.Next: scene,
    c.Previous: scene,
    c.New: new_project,
    c.Save: save,
    c.Pressed: pressed,
    c.Tap: tap,
    c.Perform: perform,
    c.Lock: lock,
    c.Values: values,
    inner.Asked: asked,
    inner.Beside: beside,
    c.Quit: lambda control, _: setattr(control, "quit", True),
}
SILENT = (inner.Asked, inner.Beside, c.Mark)
"""Orders after which nothing has changed that they have not told themselves."""
