"""The command line: what there is to say, and the one line and exit code 2 for everything that is wrong."""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from gesturemap import __version__
from gesturemap.cli.ending import HUNG_UP, hung_up, of_the_terminal
from gesturemap.cli.exchange_options import exchange
from gesturemap.cli.options import control, evaluation, sending, wekinator
from gesturemap.cli.teach.words import teaching
from gesturemap.cli.values import eight, names, not_negative, not_negative_whole, port, positive, whole
from gesturemap.errors import GesturemapError

SETLIST = "scenes to switch between: a TOML file, or a folder of projects"


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print it and end with code 2."""
        self.exit(2, f"gesturemap: {message}; see {self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse what is none of the choices, with what was meant perhaps."""
        if action.choices is None or value in action.choices:
            return
        near = difflib.get_close_matches(str(value), [str(choice) for choice in action.choices], 1)
        step = f"did you mean {near[0]}?" if near else f"there are {', '.join(map(str, action.choices))}"
        raise argparse.ArgumentError(action, f"{str(value)[:60]!r} is none of them; {step}")


def parser() -> argparse.ArgumentParser:
    """Every command and option; what carries it out (``module:function``) is imported only then."""
    top = Parser(
        prog="gesturemap",
        description="Learns from a few demonstrations how a movement should become sound.",
        epilog="Without a command the window opens.",
    )
    top.add_argument("--version", action="version", version=f"gesturemap {__version__}")
    top.set_defaults(job="", asked=top)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, job: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(job=job, asked=made)
        return made

    def project(of: argparse.ArgumentParser) -> None:
        of.add_argument("project", metavar="PROJECT", help="folder of a project, or name of a preset")

    demo = command(
        "demo", "demo.show:show", "Hear and see the main job: real gestures in, messages and sound out."
    )
    demo.add_argument(
        "--preset", default="phone-gestures", help="preset with recordings to play (%(default)s)"
    )
    demo.add_argument(
        "--speed", type=positive, default=5.0, help="times real time (%(default)s); 1 = as recorded"
    )
    demo.add_argument("--out", default="gesturemap-demo", help="folder for the results (%(default)s)")
    demo.add_argument(
        "--seed", type=not_negative_whole, default=0, help="order of the gestures (%(default)s)"
    )
    demo.add_argument(
        "--silent", action="store_true", help="make no sound now; the WAV is written all the same"
    )
    demo.add_argument(
        "--json", action="store_true", help="print the figures as one JSON object, and nothing else"
    )

    window = command("window", "cli.coming:window", "Open the window on a project.")
    window.add_argument(
        "project",
        metavar="PROJECT",
        nargs="?",
        default="",
        help="folder of a project, or name of a preset; of a setlist, the scene to begin with; without one, recordings "
        "of a person play phone-gestures",
    )
    window.add_argument("--setlist", metavar="FILE", default="", help=SETLIST)
    window.add_argument("--no-sound", action="store_true", help="start without the built-in synth")
    control(window)

    perform = command("perform", "cli.play:perform", "Play a project without a window.")
    perform.add_argument(
        "project", metavar="PROJECT", nargs="?", default="",
        help="folder of a project, or name of a preset; of a setlist, the scene to begin with",
    )  # fmt: skip
    perform.add_argument("--setlist", metavar="FILE", default="", help=SETLIST)
    perform.add_argument("--json", action="store_true", help="print one JSON object a line, and nothing else")
    perform.add_argument("--for", dest="seconds", type=positive, metavar="SECONDS", help="end after so long")
    perform.add_argument("--log", action="store_true", help="write a session log")
    perform.add_argument(
        "--sound",
        choices=("auto", "on", "off"),
        default="auto",
        help="the built-in synth: if there is a sound device; on: without one do not start; off",
    )
    perform.add_argument(
        "--wait-for-sensor",
        "--wait",
        dest="wait",
        action="store_true",
        help="wait for a sensor that is not there yet, and play when it is",
    )
    perform.add_argument(
        "--anyway", action="store_true", help="play what is left of a project that is not in order"
    )
    control(perform)

    send = command("send", "cli.send:send", "Tell a gesturemap that plays what to do, over OSC.")
    sending(send)

    phone = command(
        "phone", "cli.phone:phone", "Let a phone be the sensor, without an app: show the code to scan."
    )
    phone.add_argument(
        "project",
        metavar="PROJECT",
        nargs="?",
        default="",
        help="play it; without one, show what the phone sends",
    )
    phone.add_argument("--phones", type=eight, help="how many may join, 1 to 8 (1)")
    phone.add_argument(
        "--channels", type=names, metavar="NAMES", help="of acc,lin,gyro,quat,touch,buttons (acc,gyro)"
    )
    phone.add_argument("--port", type=port, help="TCP port of the page (8443)")
    phone.add_argument("--host", help="address of this machine to serve at; without it, all")
    phone.add_argument("--for", dest="seconds", type=positive, metavar="SECONDS", help="end after so long")
    phone.set_defaults(
        sound="auto",
        log=False,
        anyway=False,
        wait=False,
        setlist="",
        json=False,
        osc_control=None,
        control_from=[],
    )

    new = command("new", "cli.files:new", "Begin a project in a folder of its own.")
    new.add_argument("project", metavar="FOLDER", help="the folder to make")
    new.add_argument("--sensor", metavar="NAME", help="what it listens to (see: gesturemap sensors)")
    new.add_argument("--port", type=port, help="UDP port it listens at, for OSC")
    new.add_argument(
        "--sound",
        metavar="FILE",
        help="a WAV file that movement will learn to play: record with --with FILE next",
    )

    record = command("record", "cli.record:record", "Record demonstrations of a gesture.")
    project(record)
    record.add_argument("gesture", help="its name")
    record.add_argument(
        "--for", dest="seconds", type=positive, metavar="SECONDS", help="length (2 s, or that of the sound)"
    )
    record.add_argument(
        "--count-in", type=not_negative, default=2.0, metavar="SECONDS", help="before it (%(default)s s)"
    )
    record.add_argument("--times", type=whole, default=1, help="how many, one after another (%(default)s)")
    beside = record.add_mutually_exclusive_group()
    beside.add_argument(
        "--with",
        dest="along",
        metavar="FILE",
        default="",
        help="a sound (WAV) to move along with: it is learned too",
    )
    beside.add_argument(
        "--microphone",
        action="store_const",
        dest="along",
        const="microphone",
        help="learn what you sing meanwhile",
    )
    record.add_argument(
        "--describe",
        type=names,
        default=[],
        metavar="NAMES",
        help="what of the sound: of loudness,pitch,clarity,centroid,flatness,mfcc_1..,position "
        "(loudness,pitch,centroid)",
    )

    shown = command(
        "demonstrations",
        "cli.demonstrations:demonstrations",
        "List the demonstrations of a project, or delete some.",
    )
    project(shown)
    shown.add_argument("--delete", nargs="+", default=[], metavar="ID", help="move these to trash/")

    layers = command(
        "layers", "cli.layers:layers", "List the layers of demonstrations of a project, and switch them."
    )
    project(layers)
    layers.add_argument("--off", nargs="+", default=[], metavar="LAYER", help="leave these out for a while")
    layers.add_argument("--on", nargs="+", default=[], metavar="LAYER", help="learn from these again")
    layers.add_argument(
        "--give",
        nargs="+",
        default=[],
        metavar=("LAYER", "ID"),
        help="let demonstrations belong to this layer",
    )
    layers.add_argument(
        "--record", default="", metavar="LAYER", help="let new recordings belong to this layer"
    )
    layers.add_argument("--json", action="store_true", help="print one JSON object, and nothing else")

    train = command("train", "cli.files:train", "Fit the model of a project to its demonstrations.")
    project(train)
    train.add_argument("--json", action="store_true", help="print one JSON object, and nothing else")

    check = command("check", "cli.files:check", "Say whether a project would play, and what is wrong if not.")
    project(check)

    doctor = command(
        "doctor", "cli.doctor:doctor", "Say why nothing arrives or is heard, and what to do next."
    )
    doctor.add_argument(
        "project",
        metavar="PROJECT",
        nargs="?",
        default="",
        help="folder of a project, or name of a preset; without one, port 8000 is looked at",
    )
    doctor.add_argument(
        "--port", type=port, nargs="+", action="extend", default=[], metavar="N", help="UDP ports to look at"
    )
    doctor.add_argument(
        "--for",
        dest="seconds",
        type=positive,
        default=5.0,
        metavar="SECONDS",
        help="how long to listen (%(default)s s)",
    )
    doctor.add_argument(
        "--json", action="store_true", help="print the findings as a JSON list, and nothing else"
    )

    sensors = command(
        "sensors",
        "cli.files:sensors",
        "List the sensors gesturemap knows, show one, or learn one by listening.",
    )
    sensors.add_argument("name", nargs="?", help="one of them, or: listen")
    heard = sensors.add_argument_group("with listen")
    heard.add_argument(
        "--port", type=port, nargs="+", default=[], metavar="PORT",
        help="UDP ports; without, all that known sensors send to",
    )  # fmt: skip
    heard.add_argument(
        "--for",
        dest="seconds",
        type=positive,
        default=10.0,
        metavar="SECONDS",
        help="how long (%(default)s s)",
    )
    heard.add_argument(
        "--from",
        dest="sender",
        default="",
        metavar="IP",
        help="only what this one sends; without, the busiest",
    )
    heard.add_argument("--write", metavar="NAME", help="keep what was heard as a sensor of your own")
    heard.add_argument("--json", action="store_true", help="print one JSON object, and nothing else")

    models = command("models", "cli.files:models", "List the models there are, or the settings of one.")
    models.add_argument("name", nargs="?", help="one of them")

    features = command(
        "features",
        "cli.features:features",
        "List the features there are, the settings of one, or what a project's chain does and costs.",
    )
    features.add_argument("name", nargs="?", help="one of them")
    features.add_argument("--of", metavar="PROJECT", help="the chain of this project: delay, channels, cost")

    presets = command(
        "presets", "cli.files:presets", "List the shipped projects, or copy one to make it your own."
    )
    presets.add_argument("name", nargs="?", help="one of them")
    presets.add_argument("--copy", metavar="FOLDER", help="copy it there")

    exchange(command, project)

    sounds = command(
        "sounds", "cli.sounds:sounds", "List the patches of the built-in synth, show or render one."
    )
    sounds.add_argument(
        "name", metavar="PATCH", nargs="?", help="show this one: its settings and what controls move"
    )
    sounds.add_argument("--out", metavar="FILE.wav", help="render a phrase of it into a file")

    wekinator(
        command("wekinator", "cli.wekinator:wekinator", "Play the part of Wekinator for patches made for it.")
    )

    replay = command("replay", "cli.files:replay", "Play a session log again and compare the outputs.")
    replay.add_argument("log", metavar="LOG", help="a session log (.xdf)")
    replay.add_argument("--csv", metavar="FOLDER", help="also write its streams there as CSV")
    replay.add_argument("--wav", metavar="FILE.wav", help="also render what its voices played")
    replay.add_argument("--seed", type=not_negative_whole, default=1, help="of their chance (%(default)s)")

    teach = command(
        "teach",
        "cli.teach.teach:teach",
        "Ask what was taught: why this gesture, what is doubtful, what should not matter.",
    )
    teaching(teach)

    evaluate = command("evaluate", "cli.evaluate:evaluate", "Say how well a model does on recordings.")
    evaluation(evaluate)

    command(
        "compile",
        "cli.compiling:everything",
        "Compile now what the first start would, such as before a show.",
    )

    bench = command(
        "bench", "cli.bench:bench", "Measure speed and quality of the models, other libraries beside them."
    )
    bench.add_argument("--only", metavar="NAMES", help="of A,AH,B,C,R,RH,others; all without")
    bench.add_argument("--quick", action="store_true", help="A, B and R, one round each: rough, but soon")
    bench.add_argument("--json", action="store_true", help="print one JSON object, and nothing else")
    return top


def unknown(asked: argparse.ArgumentParser, strange: Sequence[str]) -> NoReturn:
    """Say what nobody knows, what was meant perhaps, and whose help to read."""
    given = [text.partition("=")[0] for text in strange if text.startswith("-")]
    near = difflib.get_close_matches(given[0], list(asked._option_string_actions), 1) if given else []
    asked.error(f"{' '.join(strange)}: nothing is called so" + (f"; did you mean {near[0]}?" if near else ""))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; errors are one line and exit code 2."""
    options, strange = parser().parse_known_args(arguments)
    if strange:
        unknown(options.asked, strange)
    if not options.job:
        options = parser().parse_args(["window"])
    try:
        module, _, name = options.job.partition(":")
        code = getattr(importlib.import_module(f"gesturemap.{module}"), name)(options)
        sys.stdout.flush()
    except GesturemapError as error:
        print(f"gesturemap: {error}", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as error:
        if not of_the_terminal(error):
            raise
    sys.exit(HUNG_UP if hung_up() else code)
