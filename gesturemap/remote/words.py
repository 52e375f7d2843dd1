"""The table of words: OSC address, arguments, the command it stands for. Everything else is read off it.

A word stands behind ``/gesturemap/`` or ``/gesturemap/<project>/``. Its arguments are the fields of its command.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gesturemap import commands as c
from gesturemap.demonstrations import LAYERS
from gesturemap.errors import CommandError
from gesturemap.remote.argument import Argument
from gesturemap.teaching.answers.questions import QUESTIONS

ROOT = "/gesturemap"
REPLY, ERROR = f"{ROOT}/reply", f"{ROOT}/error"
"""Where answers go; each has the word and one line."""
MOST = 512
"""Arguments where there may be any number."""
TOPICS = ("estimate", "events", "progress", "state", "counters", "fault")
"""What can be watched; a value stands behind its topic, such as ``estimate/posterior``."""
RELEASED = 0.5
"""A number below this, of whatever sign, sent with a word that wants none, is a button that is let go."""


@dataclass(frozen=True)
class Word:
    """What may be sent."""

    name: str
    """Behind ``/gesturemap/``, such as ``record/stop``."""
    doc: str
    of: type[c.Message] | None = None
    """The command; None: a question, which the remote process answers by itself."""
    arguments: tuple[Argument, ...] = ()
    rest: Argument | None = None
    """Any number of these may follow."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the command that the word itself says."""
    make: Callable[[Mapping[str, Any]], c.Message] | None = None
    """The command of these fields, where it is not simply made of them."""
    shows: str = ""
    """The value of the state that this word sets."""

    @property
    def address(self) -> str:
        """For the project that plays."""
        return f"{ROOT}/{self.name}"

    @property
    def locked(self) -> bool:
        """Whether the stage lock refuses it."""
        return self.of in c.LOCKED

    @property
    def tags(self) -> str:
        """Type tags, all arguments given."""
        every = [*self.arguments, *([self.rest] if self.rest else [])]
        return "".join([argument.kind.replace("*", "s") for argument in every])

    @property
    def usage(self) -> str:
        """Its arguments for people: ``label [pre_roll]``."""
        parts = [
            argument.name if argument.default is None else f"[{argument.name}]" for argument in self.arguments
        ]
        return " ".join([*parts, *([f"{self.rest.name} ..."] if self.rest else [])])

    def read(self, values: Sequence[Any]) -> dict[str, Any] | None:
        """The fields that these arguments say; None: a button was let go, and nothing is meant.

        Raises
        ------
        CommandError
            If there are too few or too many, or one is not right.
        """
        if len(values) == 1 and isinstance(values[0], int | float) and self._is_button:
            if isinstance(values[0], float) and not math.isfinite(values[0]):
                raise CommandError(
                    self.name,
                    f"{values[0]}",
                    "a button is a number: 1 means it, 0 nothing",
                    "send it without arguments",
                )
            if values[0] < RELEASED:
                return None
            values = ()
        least = sum(argument.default is None for argument in self.arguments)
        most = MOST if self.rest else len(self.arguments)
        if not least <= len(values) <= most:
            count = "no argument" if most == 0 else f"{self.usage}"
            raise CommandError(
                self.name, f"{len(values)} arguments", f"it takes {count}", "see gesturemap send --list"
            )
        given = dict(zip(self.arguments, values, strict=False))
        found = {
            argument.name: argument.read(given[argument], self.name)
            if argument in given
            else argument.default
            for argument in self.arguments
        }
        if self.rest is not None:
            found[self.rest.name] = [
                self.rest.read(value, self.name) for value in values[len(self.arguments) :]
            ]
        return found

    @property
    def _is_button(self) -> bool:
        """Whether a single number says no more than that a button is pressed or let go."""
        wants = self.rest is not None or any(
            argument.default is None or argument.kind != "s" for argument in self.arguments
        )
        return not wants

    def command(self, fields: Mapping[str, Any]) -> c.Message:
        """The command that these fields say.

        Raises
        ------
        CommandError
            If they do not fit together.
        """
        if self.make is not None:
            return self.make(fields)
        assert self.of is not None
        return self.of(**{**self.fixed, **fields})


def _on(doc: str) -> tuple[Argument, ...]:
    return (Argument("on", "T", doc, default=True),)


def _model(fields: Mapping[str, Any]) -> c.Message:
    """A kind of model with its settings."""
    given = fields["settings"]
    names = given[::2]
    if len(given) % 2 or not all(isinstance(name, str) for name in names):
        raise CommandError(
            "model, settings",
            f"{given!r:.60}",
            "name and value, one after the other",
            "see gesturemap models",
        )
    settings = dict(zip(names, given[1::2], strict=True))
    for name, value in settings.items():
        if isinstance(value, str) and _is_structure(value):
            rule, step = "OSC carries no tables or lists", "write it in project.toml or in the window"
            raise CommandError(f"model, {name}", f"{value!r:.60}", rule, step)
    return c.Configure("model", {**settings, "kind": fields["kind"]})


def _threshold(fields: Mapping[str, Any]) -> c.Message:
    """A threshold, or the fit that one gesture needs."""
    if fields["label"]:
        _FIT.read(fields["value"], "threshold")
    return c.Threshold(**fields)


def _is_structure(text: str) -> bool:
    """Whether it is a table or list as project.toml has it."""
    try:
        return isinstance(tomllib.loads(f"value = {text}")["value"], dict | list)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False


_FIT = Argument("value", "f", "of one gesture it is the fit that it needs; 0: as all", 0.0, 1.0)
_LABEL = Argument("label", "s", "name of a gesture")
_ID = "its id, as gesturemap demonstrations shows it"
_THOSE = Argument("demonstrations", "s", "ids, as gesturemap demonstrations shows them")
_LAYER = Argument("layer", "s", f"one of {', '.join(LAYERS)}", choices=LAYERS)
_CHANNEL = Argument("channel", "s", "one of those that the model is given")
_WHOSE = Argument("gesture", "s", "name of the gesture; without one, all", default="")
_PROJECT = Argument("path", "s", "name of a project's folder, or of a preset", file="open")

WORDS: dict[str, Word] = {
    word.name: word
    for word in (
        Word(
            "record",
            "begin a demonstration of a gesture",
            c.Record,
            (
                _LABEL,
                Argument("pre_roll", "f", "seconds before now that belong to it", 0.0, 10.0, default=0.0),
            )
        ),
        Word("record/by_movement", "until record/stop, every movement becomes a demonstration of its own", c.Record,
             (_LABEL,), fixed={"by_movement": True}),
        Word("record/stop", "end the demonstration and keep it", c.StopRecording, fixed={"keep": True}),
        Word("record/cancel", "throw away what is being recorded", c.StopRecording, fixed={"keep": False}),
        Word("record/again", "throw away what is being recorded, or else take the last recording back; record it again",
             c.Again),
        Word("keep", "keep what came between two moments of the last 60 s as a demonstration", c.Keep,
             (_LABEL,
              Argument("start", "f", "seconds counted back from now", -60.0, 0.0, default=0.0),
              Argument("end", "f", "the same; 0: now", -60.0, 0.0, default=0.0))),
        Word("keep/aside", "keep what came between two moments of the last 60 s, and leave it out: for paint, discover",
             c.Keep, (_LABEL,
                      Argument("start", "f", "seconds counted back from now", -60.0, 0.0, default=-60.0),
                      Argument("end", "f", "the same; 0: now", -60.0, 0.0, default=0.0)), fixed={"learned": False}),
        Word("train", "fit the model to the demonstrations", c.Train),
        Word("train/cancel", "stop the fit or the evaluation that is under way", c.CancelTraining),
        Word("compare", "have another way of playing ready beside the one that is set: A and B", c.Compare,
             (Argument("offer", "s", "such as smoother, see gesturemap teach PROJECT compare; without one, the first",
                       default=""),)),
        Word("compare/switch", "hear the other one of A and B from the next frame on, or the one that is named",
             c.Switch, (Argument("to", "s", "a or b; without one, the other", default="", choices=("a", "b")),)),
        Word("compare/prefer", "keep the one of A and B that is heard", c.Prefer),
        Word("compare/stop", "compare no longer: A is heard", c.Compare, fixed={"on": False}),
        Word("evaluate", "say how well the model does on demonstrations that are left out", c.Evaluate),
        Word("ask", "ask what it believes of what it was shown; the answer comes before the reply", c.Ask,
             (Argument("word", "s", f"one of {', '.join(QUESTIONS)}", choices=tuple(QUESTIONS)),),
             Argument("arguments", "s", "an id or the name of a gesture, as the word wants it")),
        Word("ask/cancel", "take back the question that is under way", c.Ask, fixed={"word": ""}),
        Word("run", "let the outputs play, or hold them still", c.Run, _on("1: play, 0: hold"), shows="running"),
        Word(
            "panic",
            "silence everything at once; the built-in synth opens again when a gesture begins, where none can when the "
            "controls move, or by run 1",
            c.Panic,
        ),
        Word(
            "mark/right",
            "what was just heard was right: a line of the session log, where one is written",
            c.Mark,
            (Argument("heard", "s", "the gesture that was told", default=""),),
        ),
        Word(
            "mark/wrong",
            "what was just heard was wrong: a line of the session log, where one is written",
            c.Mark,
            (Argument("heard", "s", "the gesture that was told", default=""),),
            fixed={"wrong": True},
        ),
        Word("sound", "switch the built-in sound", c.Sound, _on("1: on, 0: off"), shows="sound_on"),
        Word(
            "volume",
            "set the built-in sound's volume",
            c.Volume,
            (Argument("value", "f", "0 is silence", 0.0, 1.0),),
            shows="volume",
        ),
        Word("tap", "the beat is now; two or more set the tempo", c.Tap),
        Word(
            "values",
            "set the output values that the next examples show",
            c.Values,
            rest=Argument("values", "f", "one number for each output"),
        ),
        Word("play", "play a demonstration in place of the sensor", c.Play,
             (Argument("demonstration", "s", _ID),)),
        Word("play/stop", "let the sensor play again", c.Play, fixed={"demonstration": ""}),
        Word("log", "begin or end a session log", c.Log, _on("1: begin, 0: end")),
        Word("scene", "play this scene of the setlist", c.Scene,
             (Argument("scene", "s", "name, or number from 1", digits=True),), shows="scene"),
        Word("scene/next", "play the next scene", c.Next),
        Word("scene/previous", "play the scene before", c.Previous),
        Word("open", "open a project or a preset", c.Open, (_PROJECT,)),
        Word("load", "the same as open", c.Open, (_PROJECT,)),
        Word("new", "begin an empty project", c.New),
        Word(
            "save",
            "save the project; with a name, as a new folder of that name",
            c.Save,
            (Argument("path", "s", "name of a new folder", default="", file="save"),),
        ),
        Word("lock", "put the stage lock on or off", c.Lock, _on("1: on, 0: off"), shows="locked"),
        Word("undo", "take the last edit back", c.Undo),
        Word("redo", "do it again", c.Redo),
        Word("history", "undo or redo until so many steps are done", c.GoTo,
             (Argument("step", "i", "0: none, all is as it was opened", 0),)),
        Word("add", "add an empty gesture", c.AddGesture, (_LABEL,)),
        Word("rename", "give a gesture another name", c.RenameGesture,
             (_LABEL, Argument("to", "s", "its new name"))),
        Word("delete", "remove a gesture and its demonstrations", c.DeleteGesture, (_LABEL,)),
        Word("delete/demonstration", "remove one demonstration, or several", c.DeleteDemonstration,
             (Argument("demonstration", "s", _ID),), Argument("more", "s", _ID)),
        Word("relabel", "give demonstrations another gesture", c.Relabel,
             (Argument("to", "s", "name of the gesture"),), _THOSE),
        Word("merge", "make two gestures one", c.Merge, (_LABEL, Argument("into", "s", "the one that stays"))),
        Word("enable", "learn from demonstrations that were left out", c.Enable, rest=_THOSE, fixed={"on": True}),
        Word("disable", "leave demonstrations out for a while", c.Enable, rest=_THOSE, fixed={"on": False}),
        Word("layer", "give demonstrations to a layer", c.ToLayer, (_LAYER,), _THOSE),
        Word("layer/on", "learn from a layer again", c.SwitchLayer, (_LAYER,), fixed={"on": True}),
        Word("layer/off", "leave all demonstrations of a layer out for a while", c.SwitchLayer, (_LAYER,),
             fixed={"on": False}),
        Word("layer/record", "let new recordings belong to a layer", c.RecordInto, (_LAYER,)),
        Word("trim", "learn only from what lies between two moments of a demonstration; 0 0: from all of it", c.Trim,
             (Argument("demonstration", "s", _ID),
              Argument("start", "f", "seconds since its beginning as it was recorded", 0.0, default=0.0),
              Argument("end", "f", "the same; 0: its end", 0.0, default=0.0))),
        Word("trim/idle", "learn only from the movement, without the rest at the ends", c.TrimIdle, rest=_THOSE),
        Word("split", "make several demonstrations of one", c.Split, (Argument("demonstration", "s", _ID),),
             Argument("at", "f", "where it is cut, seconds since its beginning as it was recorded", 0.0)),
        Word("extract", "make demonstrations of a gesture of parts of one, which is left out then", c.Extract,
             (Argument("demonstration", "s", _ID), Argument("to", "s", "name of the gesture")),
             Argument("at", "f", "beginning and end of each, seconds since its beginning as it was recorded", 0.0)),
        Word("irrelevant", "let a channel not matter: for a gesture, or without a name for all", c.Irrelevant,
             (_CHANNEL, _WHOSE), fixed={"on": True}),
        Word("relevant", "let a channel matter again", c.Irrelevant, (_CHANNEL, _WHOSE), fixed={"on": False}),
        Word(
            "threshold",
            "set what a gesture must reach to begin",
            c.Threshold,
            (Argument("value", "f", "0 to 1; a model that measures distances has its own range", 0.0),
             Argument("label", "s", "of this gesture alone: the fit that it needs; 0: as all", default="")),
            make=_threshold,
        ),
        Word("model", "choose a kind of model", c.Configure,
             (Argument("kind", "s", "see gesturemap models"),),
             Argument("settings", "*", "name and value of a setting, one after the other"), make=_model),
        Word("quit", "end gesturemap", c.Quit),
        Word("ping", "ask whether anybody is there"),
        Word("token", "say the shared word, first or in one bundle with what it allows",
             arguments=(Argument("token", "s", "the word", digits=True),)),
        Word("reply_to", "have answers sent to this port instead of the one you send from",
             arguments=(Argument("port", "i", "UDP port of the sender's address", 1, 65535),)),
        Word("subscribe", "be told whenever it changes, for 30 s; ask again to go on",
             arguments=(Argument("what", "s", f"{', '.join(TOPICS)}, or all", default="all"),
                        Argument("rate", "f", "of estimates a second at most; 0: every frame", 0.0, 10_000.0,
                                 default=30.0))),
        Word("unsubscribe", "be told no more",
             arguments=(Argument("what", "s", "as it was subscribed to", default="all"),)),
        Word("get", "ask once", arguments=(Argument("what", "s", "as with subscribe, or one value", default="all"),)),
    )
}  # fmt: skip

SHOWN_BY = {f"{ROOT}/state/{word.shows}": word.address for word in WORDS.values() if word.shows}
"""Address of a value -> that of the word that sets it, and shows it."""
