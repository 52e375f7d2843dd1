"""A message in, a command out; the answer goes back to who sent it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gesturemap import codec, inner
from gesturemap import commands as c
from gesturemap.errors import CommandError, GesturemapError, unforeseen
from gesturemap.library import at_home
from gesturemap.plain import one_line
from gesturemap.remote import answers, files
from gesturemap.remote.board import Board, Item, item
from gesturemap.remote.held import Held
from gesturemap.remote.senders import AGAIN, WRONG_TOKENS, Sender, Senders, Source
from gesturemap.remote.watchers import Send, Watchers, covers, seen, topic
from gesturemap.remote.words import ERROR, REPLY, ROOT, WORDS, Word
from gesturemap.teaching.answers.questions import ASK
from gesturemap.wire import osc

LINE = 900
"""Characters of it."""
PATIENCE = 30.0
"""Seconds in which control must have answered."""
MOST_WAITING = 256
"""Commands that control has not answered yet."""
MOST_ROWS = 256
"""Frames that are looked at at a time."""
LASTING = ("state", "counters")
"""What is so until it changes; all else happens."""
DONE, HERE, NO_TOKEN = "done", "gesturemap is here", "no token"
CHANGED = "done; the project has changed since it was asked"
LET_GO = "nothing: 0 is a button let go"


@dataclass
class Waiting:
    """A command that control was asked to carry out."""

    word: str
    host: str
    answer: Send
    until: float


class Hub:
    """Messages of all senders, and everything that they are told.

    Parameters
    ----------
    ask : tells control; False where it has too much to do.
    roots : further folders of projects.
    home : the folder of the project that gesturemap was started with; its neighbours can be opened to the end.
    saves : where what has no place of its own is saved; empty: in the first of `roots`.
    """

    def __init__(
        self,
        senders: Senders,
        ask: Callable[[c.Message], bool],
        roots: Sequence[str],
        home: str,
        now: Callable[[], float],
        *,
        saves: str = "",
    ) -> None:
        self.senders, self.board, self.watchers = senders, Board(), Watchers(now)
        self._ask, self._now = ask, now
        self._roots = [at_home(root) for root in roots]
        self._home = Path(home).parent
        self._saves = [Path(saves)] if saves else []
        self._waiting: dict[int, Waiting] = {}
        self._asked: Waiting | None = None
        """Who asked what was taught and has no answer yet."""
        self._held = Held()
        self._number = secrets.randbits(48)
        self.opened: list[Callable[[], None]] = []
        """Called when another project plays."""

    @property
    def waits(self) -> bool:
        """Whether somebody has no answer yet to what control was asked."""
        return bool(self._waiting)

    # From outside

    def packet(self, source: Source, packet: bytes, answers: Callable[[Sender], Send]) -> None:
        """One packet; `answers` says how its sender is told."""
        sender = self.senders.known(source)
        if sender is None:
            return
        if self.senders.again(sender):
            self._held.passed(sender, packet)
            self.heard(sender, packet, answers(sender))
        else:
            self._held.keep(sender, packet, answers(sender))

    def heard(self, sender: Sender, packet: bytes, answer: Send) -> None:
        """One packet of a sender that may command and has not sent too much."""
        try:
            messages = osc.parse(packet)
        except osc.Malformed as error:
            self.refuse(sender, "", f"no OSC: {error.reason}", answer, f"no OSC: {error.reason}")
            return
        for number, message in enumerate(messages):
            if number and not self.senders.again(sender):
                return  # the rest is too much as well
            self._message(sender, message, answer)

    def _message(self, sender: Sender, message: osc.Message, answer: Send) -> None:
        if message.address in (REPLY, ERROR):  # an answer, perhaps to an answer of ours
            self.senders.refuse(sender.source[0], "an answer")
            return
        name = ""
        try:
            name = self._name(message.address)
            self._trusted(sender, name)
            self._obey(sender, name, message.arguments, answer)
        except GesturemapError as error:
            word = name or one_line(message.address.removeprefix(f"{ROOT}/"), 60)
            self.refuse(sender, word, _reason(name, error), answer, str(error))
        except Exception as error:  # noqa: BLE001  # one bad packet must not cost a good one
            self.refuse(sender, name, "a fault of ours", answer, str(unforeseen("remote", error)))

    def _trusted(self, sender: Sender, name: str) -> None:
        """Refuse a sender that has not given the token.

        Raises
        ------
        CommandError
            If it has not.
        """
        if name != "token" and not self.senders.trusts(sender):
            raise CommandError(name, NO_TOKEN, "every sender gives it first", f"send {ROOT}/token WORD")

    def _name(self, address: str) -> str:
        """The word or value that is meant.

        Raises
        ------
        CommandError
            If there is none, or another project is meant.
        """
        name = address.rstrip("/").removeprefix(f"{ROOT}/")
        if not address.startswith(f"{ROOT}/"):
            raise CommandError(
                one_line(address, 60), "unknown", f"words stand behind {ROOT}/", "see send --list"
            )
        if name in WORDS or self.board.value(name) is not None:
            return name
        project, _, rest = name.partition("/")
        if rest in WORDS or (rest and self.board.value(rest) is not None):
            if project == self.board.project:
                return rest
            raise CommandError(
                rest,
                f"project {project!r:.60} does not play",
                f"{self.board.project!r} does",
                "open it first",
            )
        raise CommandError(one_line(address, 60), "unknown", "there is no such word", "see send --list")

    def _obey(self, sender: Sender, name: str, arguments: Sequence[Any], answer: Send) -> None:
        word = WORDS.get(name)
        if word is None:
            self._value(name, arguments, answer)
            return
        fields = word.read(arguments)
        if fields is None:
            self._reply(name, LET_GO, answer)
            return
        if word.of is None:
            QUESTIONS[name](self, sender, fields, answer)
            self.senders.accepted += 1
            return
        for argument in word.arguments:
            if argument.file and fields[argument.name]:
                fields[argument.name] = self._folder(argument.file, fields[argument.name])
        self._command(sender, word, fields, answer)

    def _command(self, sender: Sender, word: Word, fields: dict[str, Any], answer: Send) -> None:
        self._number += 1
        asked = inner.Asked(self._number, codec.encode(word.command(fields)))
        if len(self._waiting) >= MOST_WAITING or not self._ask(asked):
            raise CommandError(
                word.name, "control is busy", "it has not carried out what it was told before", "wait"
            )
        self._waiting[self._number] = Waiting(word.name, sender.source[0], answer, self._now() + PATIENCE)

    def _folder(self, use: str, name: str) -> str:
        """The folder that a name from outside means."""
        head = self.board.document.get("project", {})
        beside = [Path(str(head["path"])).parent] if head else []
        if use == "open":
            return files.to_open(name, [*beside, self._home, *self._roots])
        own = beside if head.get("writable") and head.get("named") else []
        return files.to_save(name, [*own, *self._saves, *self._roots])

    # Questions, answered here

    def _value(self, name: str, arguments: Sequence[Any], answer: Send) -> None:
        """The address of a value: with nothing behind it, it is asked for."""
        value = self.board.value(name)
        if arguments or value is None:
            raise CommandError(name, "a value", "it can be asked for, not set", "send it without arguments")
        answer(value.packet())
        self.senders.accepted += 1

    def _token(self, sender: Sender, fields: dict[str, Any], answer: Send) -> None:
        if not self.senders.listens(sender):
            raise CommandError(
                "token",
                f"{WRONG_TOKENS:g} wrong ones came from this address",
                "for a while none of its tokens is looked at",
                f"send it again in {AGAIN:g} s",
            )
        if not self.senders.trust(sender, fields["token"]):
            raise CommandError(
                "token", "it is another word", "the one of [remote] is wanted", "ask who set it"
            )
        self._reply("token", DONE, answer)

    def _reply_to(self, sender: Sender, fields: dict[str, Any], answer: Send) -> None:
        sender.port = fields["port"]
        self._reply("reply_to", DONE, answer)

    def _ping(self, sender: Sender, fields: dict[str, Any], answer: Send) -> None:
        self._reply("ping", HERE, answer)

    def _subscribe(self, sender: Sender, fields: dict[str, Any], answer: Send) -> None:
        if not self.watchers.wants_estimates():
            self.board.estimates.rows(0)  # what was before is nobody's
        self.watchers.add(sender.source, answer, fields["what"], fields["rate"])
        self._reply("subscribe", f"{fields['what']}, for 30 s", answer)
        self.show(fields["what"], answer)

    def _unsubscribe(self, sender: Sender, fields: dict[str, Any], answer: Send) -> None:
        self.watchers.remove(sender.source, fields["what"])
        self._reply("unsubscribe", DONE, answer)

    def _get(self, sender: Sender, fields: dict[str, Any], answer: Send) -> None:
        self._send(topic(fields["what"]), self.board.every(), answer)
        self._reply("get", DONE, answer)

    def show(self, what: str, answer: Send) -> None:
        """Send what whoever begins to watch is told at once: state and counters, as far as it watches them."""
        lasting = tuple(f"{ROOT}/{name}/" for name in LASTING)
        self._send(
            topic(what), [one for one in self.board.every() if one.address.startswith(lasting)], answer
        )

    def _send(self, what: str, items: Sequence[Item], answer: Send) -> None:
        for one in items:
            for told in seen(one):
                if covers(what, told.address.removeprefix(f"{ROOT}/")):
                    answer(told.packet())

    # From control

    def notice(self, notice: c.Message) -> None:
        """What control tells."""
        if isinstance(notice, inner.Answered):
            waiting = self._waiting.pop(notice.number, None)
            if waiting is None:
                return
            if notice.error:
                said = one_line(notice.error, LINE)
                self.senders.refuse(waiting.host, f"{waiting.word}: not carried out", said)
                self.error(waiting.word, notice.error, waiting.answer)
            elif waiting.word == ASK:
                self._asked = waiting  # control has one question at a time
                waiting.answer(item("answer/asked", "", ASK).packet())
            else:
                self.senders.accepted += 1
                self._reply(waiting.word, DONE, waiting.answer)
            return
        if isinstance(notice, c.Answer):
            self._answer(notice)
        before = self.board.project
        self.watchers.tell(self.board.take(notice))
        for told in self.opened if self.board.project != before else ():
            told()

    def _answer(self, notice: c.Answer) -> None:
        """What was taught has answered: who asked is told."""
        asked, self._asked = self._asked, None
        if asked is None:
            return
        if notice.error:
            self.error(asked.word, notice.error, asked.answer)
            return
        for packet in answers.packets(notice):
            asked.answer(packet)
        self.senders.accepted += 1
        self._reply(asked.word, CHANGED if notice.changed else DONE, asked.answer)

    def tick(self) -> None:
        """Carry out what came too early; tell of estimates; forget what nobody renewed and control never answered."""
        now = self._now()
        for last in self._held.due(self.senders):
            self.heard(*last)
        self.watchers.expire()
        wanted = self.watchers.wants_estimates()
        rows = self.board.estimates.rows(MOST_ROWS if wanted else 0)
        if rows is not None:
            self.watchers.estimates(list(rows), self.board.estimates.packets)
        for number in [number for number, one in self._waiting.items() if now > one.until]:
            waiting = self._waiting.pop(number)
            self.senders.refuse(waiting.host, f"{waiting.word}: no answer")
            self.error(
                waiting.word, "control has not answered; see whether gesturemap still runs", waiting.answer
            )

    # Answers

    def refuse(self, sender: Sender, word: str, reason: str, answer: Send, said: str) -> None:
        """Count what was not done, and say why."""
        self.senders.refuse(sender.source[0], reason, one_line(said, LINE))
        self.error(word, said, answer)

    def _reply(self, word: str, said: str, answer: Send) -> None:
        answer(item("reply", "", word, one_line(said, LINE)).packet())

    def error(self, word: str, said: str, answer: Send) -> None:
        """Say what was not done, and why."""
        answer(item("error", "", word, one_line(said, LINE)).packet())


def _reason(name: str, error: GesturemapError) -> str:
    """One of a few, fit for counting."""
    if not name:
        return "unknown word"
    if error.value == NO_TOKEN:
        return NO_TOKEN
    return f"{name}: refused" if name in WORDS else "a value, not a word"


QUESTIONS: dict[str, Callable[[Hub, Sender, dict[str, Any], Send], None]] = {
    "ping": Hub._ping,
    "token": Hub._token,
    "reply_to": Hub._reply_to,
    "subscribe": Hub._subscribe,
    "unsubscribe": Hub._unsubscribe,
    "get": Hub._get,
}
"""What is answered without control."""
