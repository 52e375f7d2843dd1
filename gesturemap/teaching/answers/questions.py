"""The questions that can be asked from anywhere: word, arguments, what answers. None of them changes anything."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gesturemap.errors import CommandError

if TYPE_CHECKING:
    from gesturemap.teaching.answers.taught import Taught

ASK = "ask"
"""The word before them, over OSC."""
LONG = 10.0
"""Seconds that a recording has in which something may come again."""
ROOM = "gesturemap.teaching.answers"


@dataclass(frozen=True)
class Question:
    """What may be asked, and with what behind it."""

    doc: str
    answer: str
    """``module:function`` of this room, or a function of `told`, imported when it is asked: of a `Taught` and the
    arguments, as texts."""
    arguments: tuple[str, ...] = ()
    """Names; one in brackets may be left out, one with dots is any number."""
    empty: bool = False
    """Whether it may be asked of a project in which nothing was shown yet."""

    def function(self) -> Callable[..., Any]:
        """What answers it."""
        module, _, name = self.answer.rpartition(":")
        found: Callable[..., Any] = getattr(importlib.import_module(f"{ROOM}.{module or 'told'}"), name)
        return found

    def check(self, word: str, arguments: Sequence[str]) -> None:
        """See that there are as many as there should be.

        Raises
        ------
        CommandError
        """
        least = sum(not name.startswith("[") for name in self.arguments)
        most = math.inf if any(name.endswith("...]") for name in self.arguments) else len(self.arguments)
        if not least <= len(arguments) <= most:
            wanted = " ".join([word, *self.arguments])
            raise CommandError(
                "ask", f"{word}, {len(arguments)} arguments", f"'{wanted}' is wanted", "add or leave out"
            )


QUESTIONS: dict[str, Question] = {
    "shown": Question("what is learned from: gestures and the ids of their demonstrations", "shown"),
    "checks": Question("what is strange about the demonstrations, and what mends it", "checks"),
    "doctor": Question("why it does not work, and what mending it would bring", "doctor"),
    "next": Question(
        "which demonstration to record next, and why", "next_one", ("[skip ...]",), empty=True
    ),
    "matrix": Question("what is taken for what, and how often nothing is meant", "matrix"),
    "curve": Question("which gesture one more demonstration would help most", "curve"),
    "decoys": Question("channels that may be learned in place of the movement", "decoys"),
    "why": Question(
        "why a demonstration is taken for a gesture and not for another",
        "why",
        ("demonstration", "[gesture]", "[against]"),
    ),
    "nothing": Question(
        "how near a demonstration came to a gesture, and what held it back",
        "nothing",
        ("demonstration", "[gesture]"),
    ),
    "moved": Question(
        "which channels moved an output",
        "moved",
        ("demonstration", "output"),
    ),
    "best": Question("a gesture's demonstrations from the best to the worst; without one, all on a border", "best",
                     ("[gesture]",)),
    "consistency": Question(
        "how alike each gesture is each time: 1 the same, 0 as far apart as another gesture", "looks:consistency",
    ),
    "distinct": Question("what a gesture would be confused with if it were new", "distinct", ("gesture",)),
    "mix": Question(
        "what a mixture of chains and convolutions would miss, and which is best", "tried:mix", ("[name=weight ...]",)
    ),
    "weights": Question(
        "what channels would count for if demonstrations are alike or different: together=ID,ID apart=ID,ID",
        "tried:weights", ("together=ID,ID", "[apart=ID,ID ...]"),
    ),
    "pipelines": Question(
        "other features and models, tried for ten seconds or so many", "tried:pipelines", ("[seconds]",)
    ),
    "never": Question("what it costs that a gesture never begins for another", "tried:never", ("gesture", "other")),
    "soundcheck": Question(
        "what is other about the sensor than when it was taught: in these demonstrations, or in today's",
        "recorded:soundcheck", ("[demonstration ...]",),
    ),
    "discover": Question(
        "movements that come again in a long demonstration, or in the longest", "recorded:repeats",
        ("[demonstration]",), empty=True,
    ),
    "paint": Question(
        "which gesture each moment of a long demonstration is, from strokes such as 12-13=shake or 20-22=",
        "recorded:paint", ("demonstration", "[stroke ...]"), empty=True,
    ),
    "belief": Question(
        "what a gesture looks like: mean path, spread, and so many paths drawn from both", "looks:belief",
        ("gesture", "[paths]"),
    ),
}  # fmt: skip
"""By word."""


def question(word: str, arguments: Sequence[str]) -> Question:
    """The question of a word, its arguments looked at.

    Raises
    ------
    CommandError
        If there is none, or it takes others.
    """
    if word not in QUESTIONS:
        raise CommandError("ask", repr(word)[:60], f"there are {', '.join(QUESTIONS)}", "ask one of them")
    QUESTIONS[word].check(word, arguments)
    return QUESTIONS[word]


def answered(of: Taught, word: str, arguments: Sequence[str]) -> Any:
    """The table of an answer: numbers, texts, lists and tables, None where there is no number.

    Raises
    ------
    GesturemapError
        Saying why there is none.
    """
    return safe(question(word, arguments).function()(of, *arguments).as_table())


def safe(value: Any) -> Any:
    """As JSON has it, also where numbers are not finite."""
    if isinstance(value, Mapping):
        return {str(key): safe(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [safe(each) for each in value]
    if isinstance(value, bool | str) or value is None:
        return value
    if hasattr(value, "item"):  # of numpy
        return safe(value.item())
    return value if isinstance(value, int) or math.isfinite(value) else None


def findings_in(table: Any) -> Iterator[Mapping[str, Any]]:
    """The findings of an answer as they stand in it, wherever they stand."""
    if isinstance(table, Mapping):
        if "evidence" in table and "remedy" in table:
            yield table
            return
        table = list(table.values())
    if isinstance(table, list):
        for each in table:
            yield from findings_in(each)
