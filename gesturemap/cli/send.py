"""The command that tells a gesturemap what to do, over OSC: a word and its arguments, and the answer to it."""

from __future__ import annotations

import http.client
import json
import math
import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import UDPClient

from gesturemap import addresses
from gesturemap.errors import CommandError, DeviceError
from gesturemap.plain import one_line
from gesturemap.remote.argument import WHOLE
from gesturemap.remote.words import ERROR, REPLY, ROOT, WORDS, Word
from gesturemap.wire import osc
from gesturemap.wire.osc_write import LARGEST_FLOAT

PATIENCE = 5.0
"""Seconds for an answer."""
GONE, THINKS = 15.0, 600.0
"""The same while it is thought about: for a sign that somebody still is there, and for the answer."""
QUIET = 0.3
"""Seconds after the last message in which another may belong to the same answer."""
RENEW = 10.0
"""Seconds after which a subscription is renewed while its messages are printed."""
ASKED, IN_PARTS, FOUND = f"{ROOT}/answer/asked", f"{ROOT}/answer/json", f"{ROOT}/answer/finding"
LARGEST = 4 << 20
"""Bytes of an OSCQuery answer."""
TRUE, FALSE = ("1", "on", "yes", "true"), ("0", "off", "no", "false")
COMPLETION = {
    "bash": """_gesturemap_send() {
  if [ "${COMP_WORDS[1]}" = send ]; then
    COMPREPLY=($(compgen -W "$(gesturemap send --words 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
  fi
}
complete -o default -F _gesturemap_send gesturemap""",
    "zsh": """_gesturemap_send() {
  if [[ ${words[2]} == send ]]; then compadd -- $(gesturemap send --words 2>/dev/null); else _files; fi
}
compdef _gesturemap_send gesturemap""",
    "fish": "complete -c gesturemap -n '__fish_seen_subcommand_from send' -a '(gesturemap send --words)'",
}


def send(options: Namespace) -> int:
    """Send a word and print what comes back; 0: it was done, 2: it was not."""
    if options.completion:
        print(COMPLETION[options.completion])
        return 0
    if options.list or options.words:
        return listed(options.to, names_only=options.words)
    if not options.word:
        raise CommandError("send", "no word", "one says what is to be done", "see gesturemap send --list")
    name = options.word.strip("/").removeprefix(ROOT[1:]).strip("/")
    packet = packed(name, [converted(name, number, text) for number, text in enumerate(options.arguments)])
    host, port = options.to
    try:
        client = UDPClient(addresses.udp(host, port)[1][0], port)
    except (OSError, UnicodeError) as error:
        raise DeviceError(
            host, getattr(error, "strerror", None) or str(error), "a host that is known here", "check --to"
        ) from error
    with client:
        if options.seconds and not _asks(name):  # an answer is waited for, and a question put once
            return watched(client, packet, options.seconds, f"{host}:{port}")
        return asked(client, packet, name, f"{host}:{port}")


def packed(name: str, values: list[Any]) -> OscMessage | OscBundle:
    """The message, with the token before it where there is one."""
    message = _message(name, values)
    token = os.environ.get("GESTUREMAP_TOKEN", "")
    if not token:
        return message
    bundle = OscBundleBuilder(IMMEDIATELY)
    bundle.add_content(_message("token", [token]))
    bundle.add_content(message)
    return bundle.build()


def _message(name: str, values: list[Any]) -> OscMessage:
    builder = OscMessageBuilder(f"{ROOT}/{name}")
    for value in values:
        builder.add_arg(value)
    return builder.build()


def converted(name: str, number: int, text: str) -> Any:
    """An argument as the word takes it, as far as that is known here; the other end has the last word."""
    word = WORDS.get(name) or WORDS.get(name.partition("/")[2])  # behind a project's name
    argument = None
    if word is not None:
        argument = word.arguments[number] if number < len(word.arguments) else word.rest
    kind = argument.kind if argument is not None else "*"
    if kind == "T" and text.lower() in (*TRUE, *FALSE):
        return text.lower() in TRUE
    if kind == "*" and text in ("true", "false"):
        return text == "true"
    if kind == "s":
        return text
    try:
        value = int(text) if kind == "i" else float(text)
    except ValueError:
        return text
    if kind == "*" and isinstance(value, float) and value.is_integer() and abs(value) <= WHOLE:
        return int(value)
    most = 2**63 - 1 if kind == "i" else LARGEST_FLOAT
    if abs(value) > most and value not in (math.inf, -math.inf):
        raise CommandError(
            f"{name}, value {number + 1}",
            text[:40],
            f"OSC carries numbers up to {most:.3g}",
            "give a smaller one",
        )
    return value


def asked(client: UDPClient, packet: OscMessage | OscBundle, name: str, place: str) -> int:
    """Send it, print what comes until the answer, and say whether it was done.

    Who does not wait for what is thought about takes the question back.
    """
    try:
        return _answered(client, packet, name, place)
    except KeyboardInterrupt:
        if _asks(name):
            client.send(packed(f"{name}/cancel", []))
        raise


def _asks(name: str) -> bool:
    """Whether a word, of a project perhaps, is a question."""
    return name.rpartition("/")[2] == "ask"


def _answered(client: UDPClient, packet: OscMessage | OscBundle, name: str, place: str) -> int:
    told = printed = thinks = False
    began = heard = time.monotonic()
    for message in _heard(client, packet):
        now = time.monotonic()
        if message is None:
            if told:
                return 0
            if now - heard >= (GONE if thinks else PATIENCE) or now - began >= THINKS:
                raise unanswered(place, round(now - (heard if thinks else began)))
            if thinks:  # and is it still there?
                client.send(packed("ping", []))
            continue
        heard = now
        if _refused(message):
            return 2
        if message.address == REPLY and len(message.arguments) == 2:
            word, said = map(str, message.arguments)
            if word in ("token", "ping") and word != name:
                continue
            if not told:
                print(one_line(said, 1000))
            elif not printed:
                print("nothing was found")
            return 0
        if message.address == ASKED:  # somebody is there, and thinks
            thinks = True
            continue
        told = True
        if message.address != IN_PARTS:  # for programs
            printed = True
            print(shown(message), flush=True)
    return 2


def watched(client: UDPClient, packet: OscMessage | OscBundle, seconds: float, place: str) -> int:
    """Print what comes for so long; a subscription is renewed, and what is refused ends it."""
    renewed = time.monotonic()
    end, told = renewed + seconds, False
    for message in _heard(client, packet):
        now = time.monotonic()
        if message is not None:
            if _refused(message):
                return 2
            told = True
            print(shown(message), flush=True)
        if now >= end:
            if not told:
                raise unanswered(place, seconds)
            return 0
        if now - renewed > RENEW:
            renewed = now
            client.send(packet)
    return 2


def _refused(message: osc.Message) -> bool:
    """Whether it says that something was not done; the line is printed."""
    refused = message.address == ERROR and len(message.arguments) == 2
    if refused:
        print(f"gesturemap: {one_line(str(message.arguments[1]), 1000)}", file=sys.stderr)
    return refused


def unanswered(place: str, seconds: float) -> DeviceError:
    """What is said where nobody answers."""
    return DeviceError(
        place,
        f"no answer within {seconds:g} s",
        "a gesturemap that takes commands from here",
        "start it with --osc-control, and name this machine in --control-from if it is another",
    )


def _heard(client: UDPClient, packet: OscMessage | OscBundle) -> Iterator[osc.Message | None]:
    """Send it; then every message that comes, and None after each silence."""
    client.send(packet)
    while True:
        try:
            data = client.receive(QUIET)
        except ConnectionError:
            data = b""
        if not data:
            yield None
            continue
        try:  # our own reader: python-osc's can be made to loop for ever by one bad packet
            messages = osc.parse(data)
        except osc.Malformed:
            continue
        yield from messages


def shown(message: osc.Message) -> str:
    """A message in one line; what was found as `teach` prints it."""
    if message.address == FOUND and len(message.arguments) >= 6:
        kind, _, _, _, evidence, remedy = message.arguments[:6]
        return one_line(f"{kind} {evidence}{' → ' if remedy else ''}{remedy}", 2000)
    values = [f"{value:.6g}" if isinstance(value, float) else str(value) for value in message.arguments]
    return one_line(" ".join([message.address.removeprefix(f"{ROOT}/"), *values]), 2000)


def listed(to: tuple[str, int], *, names_only: bool) -> int:
    """Print the words: those of the other end where it says them, else those of this version."""
    there = _asked_for(*to)
    rows = there if there is not None else [(word.name, word.usage, word.doc) for word in WORDS.values()]
    if names_only:
        print("\n".join(name for name, *_ in rows))
        return 0
    if there is None:
        print(f"nobody answers OSCQuery at {to[0]}:{to[1]}; the words of this version:", file=sys.stderr)
    wide = max((len(f"{name} {usage}") for name, usage, _ in rows), default=0)
    for name, usage, doc in rows:
        print(f"{f'{name} {usage}'.strip():{wide}}  {doc}")
    return 0


def _asked_for(host: str, port: int) -> list[tuple[str, str, str]] | None:
    """The words that a gesturemap says it has; None: it does not say."""
    token = os.environ.get("GESTUREMAP_TOKEN", "")
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE / 2)
    try:
        connection.request("GET", ROOT + (f"?{urlencode({'t': token})}" if token else ""))
        response = connection.getresponse()
        if response.status != 200:
            return None
        node = json.loads(response.read(LARGEST))
        return list(_words(node))
    except (OSError, http.client.HTTPException, ValueError, TypeError, AttributeError, RecursionError):
        return None
    finally:
        connection.close()


def _words(node: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name, arguments and meaning of every word below a node."""
    if node.get("ACCESS", 0) & 2:
        name = one_line(str(node["FULL_PATH"]), 100).removeprefix(f"{ROOT}/")
        known: Word | None = WORDS.get(name)
        usage = known.usage if known is not None else str(node.get("TYPE", ""))
        yield name, one_line(usage, 100), one_line(str(node.get("DESCRIPTION", "")), 200)
    for each in node.get("CONTENTS", {}).values():
        yield from _words(each)
