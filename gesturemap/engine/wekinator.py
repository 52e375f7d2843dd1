"""Wekinator's states: what each of its control words does and when it may be said. No sockets, no frames.

A word is answered with commands, in the order in which they are to be carried out. `Record`, `StopRecording` and `Run`
are the engine's own, at once; everything else is control's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturemap.commands import Message, Record, Run, StopRecording
from gesturemap.errors import CommandError, GesturemapError
from gesturemap.frames import LARGEST, Values
from gesturemap.inner import Doing, Word

EXAMPLES = "examples"
"""What a recording round is labelled with."""
WORDS = "/wekinator/control/"
WITH = ("WITHDATA", "WITHOUTDATA")
ENDINGS = ("CLOSECURRENT", "STOPCURRENTLISTENING", "KEEPCURRENTRUNNING")


@dataclass(frozen=True)
class Target:
    """What an output's value may be."""

    name: str
    type: str = "real"
    """real, integer or class."""
    low: float = 0.0
    high: float = 1.0
    hard: bool = False
    """Whether values beyond low and high are refused."""
    classes: int = 0

    @property
    def begins(self) -> float:
        """Its value at first."""
        return 1.0 if self.type == "class" else self.low

    def takes(self, value: float) -> bool:
        """Whether it may have this value, which came as a float of four bytes."""
        if self.type == "class":
            return value.is_integer() and 0.0 <= value <= self.classes
        if self.hard:
            return float(np.float32(self.low)) <= value <= float(np.float32(self.high))
        return -LARGEST < value < LARGEST

    @property
    def wanted(self) -> str:
        """What it takes, for people."""
        if self.type == "class":
            return f"a class: a whole number from 0 to {self.classes}"
        return f"a number from {self.low:g} to {self.high:g}" if self.hard else "a number"


class Wekinator:
    """One project's state.

    Parameters
    ----------
    outputs : what is learned from examples; none where the project learns gestures.
    gestures : what is learned from demonstrations of whole gestures, in their order; none where it has outputs.
    inputs : how many there are.
    """

    def __init__(self, outputs: Sequence[Target], gestures: Sequence[str] = (), inputs: int = 0) -> None:
        self.outputs, self.gestures, self.inputs = tuple(outputs), tuple(gestures), inputs
        self.current: Values = np.array([output.begins for output in self.outputs])
        """(M,) the value of each output now; whoever predicts writes it too."""
        self.records: NDArray[np.bool_] = np.ones(len(self.outputs), bool)
        """(M,) whether the value belongs to an example that is recorded."""
        self.runs: NDArray[np.bool_] = np.ones(len(self.outputs), bool)
        """(M,) whether it is predicted while running."""
        self._target: Values | None = None
        self.running = False
        self.training = False
        self.recording = ""
        """The label of what is recorded."""
        self.trained = False
        """Whether there is a model to run."""
        self.waits = False
        """Whether it runs as soon as there is a model."""

    @property
    def supervised(self) -> bool:
        """Whether outputs are learned from examples, rather than gestures as wholes."""
        return bool(self.outputs)

    @property
    def target(self) -> Values | None:
        """(M,) the outputs of an example that is recorded now, NaN where they are not recorded; None: none is."""
        if self._target is None and self.records.any():
            self._target = np.where(self.records, self.current, np.nan)
        return self._target

    def adopt(self, before: Wekinator) -> None:
        """Go on from another state, as far as this one has the same outputs and gestures."""
        self.running, self.training, self.waits = before.running, before.training, before.waits
        self.trained = before.trained
        old = {output.name: index for index, output in enumerate(before.outputs)}
        for index, output in enumerate(self.outputs):
            if (was := old.get(output.name)) is not None:
                self.records[index], self.runs[index] = before.records[was], before.runs[was]
                if output.takes(before.current[was]):
                    self.current[index] = before.current[was]
        if self.outputs == before.outputs and (self.outputs or before.recording in self.gestures):
            self.recording = before.recording

    @property
    def doing(self) -> Doing:
        """What goes on, to be told."""
        on = self.running or self.waits
        values, records, runs = self.current.tolist(), self.records.tolist(), self.runs.tolist()
        return Doing(self.recording, on, values=values, records=records, runs=runs)

    def go_on(self, told: Doing) -> None:
        """Go on from what a state that is gone told last; half of a gesture is lost, as it is no example of it."""
        self.waits, self.training = told.running, told.training
        if len(told.values) != len(self.outputs):
            return
        self.records[:], self.runs[:] = told.records, told.runs
        for index, output in enumerate(self.outputs):
            if output.takes(told.values[index]):
                self.current[index] = told.values[index]
        if self.supervised:
            self.recording = told.recording

    def hear(self, word: Word) -> tuple[Message, ...]:
        """What a control word asks for.

        Raises
        ------
        CommandError
            If it may not be said now or is not written so; nothing has changed then.
        """
        act = ACTS.get(word.word)
        if act is None:
            raise refusal(word.word[:60], "no such control word", "docs/wekinator.md lists them")
        return act(self, word)

    # Recording and running

    def record(self, label: str) -> tuple[Message, ...]:
        """Begin a recording, ending what went on."""
        return (*self.rest(), *self.end(), self._begin(label))

    def _begin(self, label: str) -> Message:
        self.recording, self._target = label, None
        return Record(label)

    def end(self) -> tuple[Message, ...]:
        """End what is recorded."""
        if not self.recording:
            return ()
        self.recording = ""
        if not self.supervised:
            self.trained = True  # there is an example, and no training is waited for
        return (StopRecording(),)

    def run(self) -> tuple[Message, ...]:
        """Answer inputs from now on, or as soon as there is a model."""
        ended = self.end()
        if not self.trained:
            self.waits = True
            return ended
        before, self.running, self.waits = self.running, True, False
        return ended if before else (*ended, Run(True))

    def rest(self) -> tuple[Message, ...]:
        """Answer inputs no more."""
        before, self.running, self.waits = self.running, False, False
        return (Run(False),) if before else ()

    def ready(self, *, trained: bool) -> tuple[Message, ...]:
        """There is a model now, or there is none."""
        self.trained = trained
        return self.run() if trained and self.waits else ()

    def so_far(self) -> tuple[Message, ...]:
        """Hand over what was recorded so far, and go on recording: what is asked next concerns it."""
        return (StopRecording(), Record(self.recording)) if self.recording and self.supervised else ()

    # Words

    def _start_recording(self, word: Word) -> tuple[Message, ...]:
        self._of_outputs(word)
        return self.record(EXAMPLES)

    def _stop_recording(self, _: Word) -> tuple[Message, ...]:
        return self.end() if self.supervised else ()

    def _start_gesture(self, word: Word) -> tuple[Message, ...]:
        if self.supervised:
            raise refusal(word.word, "its project has outputs, not gestures", "say startRecording")
        number = self._whole(word, 0, len(self.gestures), "a gesture")
        if self.recording:
            raise refusal(word.word, f"'{self.recording}' is being recorded", "say stopDtwRecording first")
        return self.record(self.gestures[number - 1])

    def _stop_gesture(self, word: Word) -> tuple[Message, ...]:
        if self.supervised:
            raise refusal(word.word, "its project has outputs, not gestures", "say stopRecording")
        return self.end()

    def _train(self, word: Word) -> tuple[Message, ...]:
        self._of_outputs(word)
        if self.training:
            raise refusal(word.word, "it is training already", "wait, or say cancelTrain")
        self.training = True
        return (*self.so_far(), word)

    def _cancel(self, word: Word) -> tuple[Message, ...]:
        if not self.training:
            raise refusal(word.word, "it is not training", "say train first")
        return (word,)

    def _start_running(self, word: Word) -> tuple[Message, ...]:
        if self.training:
            raise refusal(word.word, "it is training", "wait for done-training")
        if not self.trained:
            what = "no output is trained" if self.supervised else "no gesture has an example"
            raise refusal(word.word, what, "record and train first")
        return self.run()

    def _stop_running(self, _: Word) -> tuple[Message, ...]:
        return self.rest()

    def _delete_all(self, word: Word) -> tuple[Message, ...]:
        if not self.supervised:
            self.trained = False
        return (*self.so_far(), word)

    def _delete_of(self, word: Word) -> tuple[Message, ...]:
        most, what = (
            (len(self.outputs), "an output") if self.supervised else (len(self.gestures), "a gesture")
        )
        self._whole(word, 0, most, what)
        return (*self.so_far(), word)

    def _set_outputs(self, word: Word) -> tuple[Message, ...]:
        self._of_outputs(word)
        if len(word.arguments) != len(self.outputs):
            said = f"{len(word.arguments)} values instead of {len(self.outputs)}"
            raise refusal(word.word, said, "send one for each output")
        self._target = None
        for index, (output, value) in enumerate(zip(self.outputs, word.arguments, strict=True)):
            number = float(value) if isinstance(value, int | float) and value is not True else 0.0
            if output.takes(number):
                self.current[index] = number
        return ()

    def switch(self, word: Word, which: NDArray[np.bool_], on: bool) -> tuple[Message, ...]:
        """Switch the outputs that are named; where one is none, nothing is switched."""
        self._of_outputs(word)
        if not word.arguments:
            raise refusal(word.word, "no output is named", "give the numbers of outputs, from 1 on")
        many = len(self.outputs)
        numbers = [self._number(word, at, many, "an output") for at in range(len(word.arguments))]
        which[[number - 1 for number in numbers]] = on
        self._target = None
        return ()

    def _names(self, word: Word) -> tuple[Message, ...]:
        raise refusal(word.word, "its project has its names already", "name them in project.toml")

    def _select(self, word: Word) -> tuple[Message, ...]:
        self._of_outputs(word)
        self._number(word, 0, len(self.outputs), "an output")
        if len(word.arguments) < 2:
            raise refusal(word.word, "no input is named", "give an output and its inputs, from 1 on")
        for at in range(1, len(word.arguments)):
            self._number(word, at, self.inputs, "an input")
        return (*self.so_far(), word)

    def _load_model(self, word: Word) -> tuple[Message, ...]:
        self._of_a_file(word)
        if len(word.arguments) > 2 and word.arguments[2] not in WITH:
            raise refusal(word.word, f"{word.arguments[2]!r:.40}", f"say {' or '.join(WITH)}, or nothing")
        return (*self.so_far(), word)

    def _save_model(self, word: Word) -> tuple[Message, ...]:
        self._of_a_file(word)
        return (*self.so_far(), word)

    def _of_a_file(self, word: Word) -> None:
        self._of_outputs(word)
        self._whole(word, 0, len(self.outputs), "an output")
        if len(word.arguments) < 2 or not isinstance(word.arguments[1], str):
            raise refusal(word.word, "no file is named", "give an output and the name of a file")

    def _new_project(self, word: Word) -> tuple[Message, ...]:
        if not word.arguments or not isinstance(word.arguments[0], str):
            raise refusal(word.word, "no project is named", "give its folder, beside this project's")
        if len(word.arguments) > 1 and word.arguments[1] not in ENDINGS:
            raise refusal(
                word.word, f"{word.arguments[1]!r:.40}", f"say one of {', '.join(ENDINGS)}, or nothing"
            )
        return (*self.end(), word)

    def _window(self, word: Word) -> tuple[Message, ...]:
        return (word,)

    # Arguments

    def _of_outputs(self, word: Word) -> None:
        if not self.supervised:
            raise refusal(
                word.word, "its project has gestures, not outputs", "it is for projects with outputs"
            )

    def _whole(self, word: Word, at: int, most: int, what: str) -> int:
        """An argument that is sent as a whole number, from 1 to `most`."""
        if at >= len(word.arguments) or not isinstance(word.arguments[at], int):
            raise refusal(word.word, "no whole number", f"give the number of {what} as an int, from 1 on")
        return self._number(word, at, most, what)

    def _number(self, word: Word, at: int, most: int, what: str) -> int:
        """An argument that is a number from 1 to `most`, however it is sent."""
        value = word.arguments[at] if at < len(word.arguments) else None
        if (
            not isinstance(value, int | float)
            or isinstance(value, bool)
            or not 1 <= value <= most
            or value % 1
        ):
            raise refusal(word.word, f"{value!r:.40} is not {what}", f"there are 1 to {most}")
        return int(value)


def refusal(word: str, found: str, step: str) -> CommandError:
    """What is said of a control word that is not obeyed."""
    return CommandError(f"{WORDS}{word}", found, "", step)


def reason(word: Word, error: GesturemapError) -> str:
    """What is counted of a control word that is not obeyed."""
    return f"{word.word}: {error.value}; {error.next_step}"


Act = Callable[[Wekinator, Word], tuple[Message, ...]]


ACTS: dict[str, Act] = {
    "startRecording": Wekinator._start_recording,
    "stopRecording": Wekinator._stop_recording,
    "startDtwRecording": Wekinator._start_gesture,
    "stopDtwRecording": Wekinator._stop_gesture,
    "train": Wekinator._train,
    "cancelTrain": Wekinator._cancel,
    "startRunning": Wekinator._start_running,
    "stopRunning": Wekinator._stop_running,
    "deleteAllExamples": Wekinator._delete_all,
    "deleteExamplesForOutput": Wekinator._delete_of,
    "outputs": Wekinator._set_outputs,
    "enableModelRecording": lambda state, word: state.switch(word, state.records, True),
    "disableModelRecording": lambda state, word: state.switch(word, state.records, False),
    "enableModelRunning": lambda state, word: state.switch(word, state.runs, True),
    "disableModelRunning": lambda state, word: state.switch(word, state.runs, False),
    "setInputNames": Wekinator._names,
    "setOutputNames": Wekinator._names,
    "selectInputsForOutput": Wekinator._select,
    "loadModelFromFile": Wekinator._load_model,
    "saveModelToFile": Wekinator._save_model,
    "runNewProject": Wekinator._new_project,
    "enablePerformanceMode": Wekinator._window,
    "disablePerformanceMode": Wekinator._window,
}
"""Every control word of Wekinator and what it does."""
