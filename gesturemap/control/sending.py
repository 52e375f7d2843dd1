"""What is wrong with the outputs of a project, or may be, before anything is opened."""

from __future__ import annotations

import difflib
import socket
from collections.abc import Sequence

from gesturemap.errors import GesturemapError, SettingsError
from gesturemap.frames import Spec
from gesturemap.outputs.output import FailSafe, numbered
from gesturemap.project.project import Project
from gesturemap.synth.effects import NAMES, parameters_of
from gesturemap.synth.voice import parameters

ALIKE = 0.8
"""How alike a control and one that moves the sound are where the one was meant by the other."""


def outputs(project: Project, controls: Spec, labels: Sequence[str]) -> list[str]:
    """Lines for what would not open, or names a gesture that there is not.

    Parameters
    ----------
    controls : what the mapping sets.
    labels : the vocabulary.
    """
    found: list[str] = []
    for number, output in enumerate(project.outputs):
        if isinstance(output, FailSafe):
            try:
                output.check(controls)
            except GesturemapError as error:
                found.append(str(numbered(error, number)))
            found += [str(numbered(error, number)) for error in output.strangers(labels)]
    return found + [str(error) for error in (*names(project), *voices(project, labels))]


def names(project: Project) -> list[SettingsError]:
    """Of voices that have no name of their own: controls go by it."""
    found, first = [], dict[str, int]()
    for number, voice in enumerate(project.sound.voices):
        if voice.name in NAMES:
            found.append(SettingsError(
                f"sound.voices[{number}], name", repr(voice.name),
                f"controls named {voice.name}.… move what stands behind all voices", "give it another name",
            ))  # fmt: skip
        elif voice.name in first:
            found.append(SettingsError(
                f"sound.voices[{number}], name", repr(voice.name),
                f"sound.voices[{first[voice.name]}] is called so, and a control moves both",
                "give each a name of its own",
            ))  # fmt: skip
        first.setdefault(voice.name, number)
    return found


def voices(project: Project, labels: Sequence[str]) -> list[SettingsError]:
    """What voices say of gestures that there are not: such a voice never sounds."""
    found = []
    for number, voice in enumerate(project.sound.voices):
        for label in dict.fromkeys(voice.labels()):
            if labels and label not in labels:
                near = difflib.get_close_matches(label, labels, 1)
                found.append(SettingsError(
                    f"sound.voices[{number}] {voice.name}", f"no gesture {label!r}", f"there are {', '.join(labels)}",
                    f"did you mean '{near[0]}'?" if near else "name one of them, or record it first",
                ))  # fmt: skip
    return found


def outputs_told(project: Project, controls: Spec) -> list[str]:
    """Lines for a person to judge: receivers that this network does not know, controls that nearly move the sound."""
    told = []
    for number, output in enumerate(project.outputs):
        try:
            hosts = output.hosts() if isinstance(output, FailSafe) else []
        except GesturemapError:  # an error that is told already
            continue
        told += [
            f"outputs[{number}] {output.kind}: {host} is not known in this network; "
            "it must be where this is played, or its output stays closed"
            for host in dict.fromkeys(hosts)
            if not _known(host)
        ]
    if not any(output.kind == "synth" for output in project.outputs):
        return told
    table = [(voice.name, p) for voice in project.sound.voices for p, _ in parameters(voice)]
    table += [(name, p) for name, p, _ in parameters_of(project.sound.effects)]
    moving = [f"{name}.{parameter.name}" for name, parameter in table]
    voices = {name for name, _ in table}
    for control in controls.names:
        if control not in moving and control.partition(".")[0] not in voices:
            near = difflib.get_close_matches(control, moving, 1, ALIKE)
            if near:
                told.append(f"control {control} moves nothing in the sound; did you mean '{near[0]}'?")
    return told


def _known(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, 9, type=socket.SOCK_DGRAM))
    except (OSError, UnicodeError):
        return False
