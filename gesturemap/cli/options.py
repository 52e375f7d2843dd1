"""Options of the commands that have many."""

from __future__ import annotations

import argparse
import os

from gesturemap.cli.values import listener, names, not_negative_whole, port, positive, several, target, whole
from gesturemap.project.wekinator import KINDS


def wekinator(of: argparse.ArgumentParser) -> None:
    """What can be asked of the part of Wekinator."""
    of.add_argument(
        "project",
        metavar="PROJECT",
        nargs="?",
        default="",
        help="folder of the project, made if it is not there; without one it is kept among the unsaved ones",
    )
    made = of.add_argument_group("a new project")
    made.add_argument("--inputs", type=whole, metavar="N", help="numbers in a message (5)")
    made.add_argument("--outputs", type=whole, metavar="M", help="outputs, or gestures of dtw (5)")
    made.add_argument(
        "--kind",
        choices=KINDS,
        help="what the outputs are: numbers, classes, gestures, or as --types says (continuous)",
    )
    made.add_argument(
        "--types",
        type=names,
        metavar="TYPES",
        help="of each output: real, integer, class, with a range such as real:0:10 or class:3; kind custom",
    )
    made.add_argument("--classes", type=whole, metavar="N", help="classes of each classifier (5)")
    made.add_argument(
        "--probabilities", action="store_true", help="send the probability of every class, to /<output>"
    )
    made.add_argument("--port", type=port, help="UDP port of inputs and control words (6448)")
    made.add_argument("--send-host", metavar="HOST", help="who receives the outputs (127.0.0.1)")
    made.add_argument("--send-port", type=port, metavar="PORT", help="at which UDP port (12000)")
    made.add_argument(
        "--control-from",
        type=names,
        default=(),
        metavar="ADDRESSES",
        help="who may send control words: addresses, networks, loopback (loopback); with --osc-control, also commands",
    )
    how = of.add_argument_group("how it plays")
    how.add_argument("--run", action="store_true", help="answer inputs at once, or when a model is trained")
    how.add_argument("--window", action="store_true", help="open the window on it")
    how.add_argument(
        "--anywhere", action="store_true", help="control words may name files outside the project's folder"
    )
    how.add_argument("--for", dest="seconds", type=positive, metavar="SECONDS", help="end after so long")
    how.add_argument("--log", action="store_true", help="write a session log")
    commands(how)
    of.set_defaults(sound="off", no_sound=True, anyway=True, wait=False, setlist="", json=False)


def control(of: argparse.ArgumentParser) -> None:
    """Who may command what plays."""
    asked = of.add_argument_group("remote control (docs/remote.md)")
    commands(asked)
    asked.add_argument(
        "--control-from", nargs="+", action="extend", default=[], metavar="ADDRESS",
        help="also from these addresses or networks, such as 192.168.1.0/24; GESTUREMAP_TOKEN: a word they must give",
    )  # fmt: skip


def commands(of: argparse._ArgumentGroup) -> None:
    """Where commands are taken."""
    of.add_argument(
        "--osc-control", type=listener, metavar="[ADDRESS:]PORT",
        help="take commands over OSC at this UDP port, usually 6450; without ADDRESS, of this machine only",
    )  # fmt: skip


def sending(of: argparse.ArgumentParser) -> None:
    """What is sent, and to whom."""
    of.add_argument("word", metavar="WORD", nargs="?", default="", help="such as record, run or scene/next")
    of.add_argument("arguments", metavar="ARG", nargs="*", help="what belongs to it")
    of.add_argument(
        "--to", type=target, default=("127.0.0.1", 6450), metavar="HOST:PORT",
        help="where it takes commands (127.0.0.1:6450); GESTUREMAP_TOKEN: the word it asks for",
    )  # fmt: skip
    of.add_argument(
        "--for",
        dest="seconds",
        type=positive,
        metavar="SECONDS",
        help="go on printing what comes for so long",
    )
    of.add_argument("--list", action="store_true", help="list the words there are")
    of.add_argument("--words", action="store_true", help="print their names alone")
    of.add_argument(
        "--completion", choices=("bash", "zsh", "fish"), help="print what makes this shell complete the words"
    )


def evaluation(of: argparse.ArgumentParser) -> None:
    """What can be asked of recordings."""
    of.add_argument("data", metavar="DATA", help="recordings (.npz); docs/evaluate.md describes the form")
    of.add_argument(
        "--model", metavar="NAME", default="", help="kind of model; auto, where there is one, is the default"
    )
    of.add_argument(
        "--set", dest="settings", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
        help="settings of the model, such as states=10 covariance=full",
    )  # fmt: skip
    of.add_argument(
        "--features", metavar="none|auto|FILE", default="auto",
        help="before the model: nothing (auto: the same, at present), or [[features]] of a TOML file (%(default)s)",
    )  # fmt: skip
    of.add_argument(
        "--columns",
        metavar="PATTERNS",
        help="channels to use, such as 'acc*' or 'x,y'; all without",
    )
    asked = of.add_argument_group(
        "what is asked; without any of these: --shots 1,2,5 (of streams and open sets 1,3,5)"
    )
    asked.add_argument(
        "--shots",
        metavar="K,K",
        type=several,
        help="K random demonstrations of each gesture of each user train",
    )
    asked.add_argument("--split", action="store_true", help="the file's own division into train and test")
    asked.add_argument(
        "--leave-out",
        choices=("user", "session", "recording"),
        help="each in turn is tested on a model of the others",
    )
    asked.add_argument(
        "--windows", metavar="SECONDS", type=positive,
        help="oscillating gestures: K windows of one take train, windows of the other takes are tested",
    )  # fmt: skip
    asked.add_argument(
        "--stream", action="store_true",
        help="streams with events: K events of each gesture of other streams train; one detection each is wanted",
    )  # fmt: skip
    asked.add_argument(
        "--open-set", action="store_true",
        help="K shots of half of the gestures train; the others intrude, all in one stream",
    )  # fmt: skip
    asked.add_argument(
        "--cycles", metavar="N,N", type=several,
        help="a label for every frame: the first N runs of each label in a recording train, its second half is tested",
    )  # fmt: skip
    how = of.add_argument_group("how")
    how.add_argument("--repeats", type=whole, default=10, help="random draws (%(default)s)")
    how.add_argument("--seed", type=not_negative_whole, default=0, help="of the draws (%(default)s)")
    how.add_argument("--jobs", type=whole, default=os.cpu_count() or 1, help="processes (%(default)s)")
    how.add_argument(
        "--within", metavar="SECONDS", type=positive,
        help="between an event and its detection (1.5 where ends are marked, 0.12 where strokes are)",
    )  # fmt: skip
    how.add_argument(
        "--templates", choices=("others", "any", "isolated"),
        help="with --stream, what trains: events of other streams; of any, those that train not being asked for; "
        "or recordings of single gestures (others)",
    )  # fmt: skip
    how.add_argument(
        "--everyday", action=argparse.BooleanOptionalAction,
        help="with --stream: what lies between the gestures of the streams that are not tested trains too, as everyday "
        "movement, and so do those without any (the default where ends are marked and the model knows such movement)",
    )  # fmt: skip
    how.add_argument(
        "--target",
        metavar="desc:COLUMN",
        help="regress a descriptor that was recorded with the motion, by name or number",
    )
    how.add_argument("--plot", metavar="FILE.png", help="also draw a picture")
    how.add_argument("--json", action="store_true", help="print one JSON object, and nothing else")
