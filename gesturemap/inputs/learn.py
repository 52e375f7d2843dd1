"""A layout of one sender among all that was heard: an input follows one, so another's messages would be waited for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from gesturemap.inputs.addresses import pattern, with_devices
from gesturemap.inputs.guess import guess
from gesturemap.inputs.guessed import Guess
from gesturemap.inputs.listen import ALIKE, Stream

STEADY = 0.1
"""Share of a sender's quickest messages from which on others belong to what it is."""
MOST_NAMED = 4
"""Senders that are named, and addresses of each; of more there is the number."""

Kind = tuple[str, str]
"""Address, with ``<id>`` for the device, and kinds of arguments."""


def learn(streams: Iterable[Stream], sender: str = "") -> list[Guess]:
    """A layout of what the busiest sender sends, and all that send the same; the others are named in general.

    Parameters
    ----------
    sender : the one to follow, by its IP address; empty: the busiest.
    """
    heard = busiest(each for each in streams if sender in ("", each.sender))
    followed, others = one_kind(heard)
    found = guess(followed)
    if found:
        found[0].general += others
    return found


def busiest(streams: Iterable[Stream]) -> list[Stream]:
    """What came to the port where most numbers did: a sensor has one."""
    every = list(streams)
    counts = Counter[int]()
    for each in every:
        counts[each.port] += each.count if each.numeric else 0
    port = counts.most_common(1)[0][0] if counts else 0
    return [each for each in every if each.port == port]


def one_kind(streams: Sequence[Stream]) -> tuple[list[Stream], list[str]]:
    """What the busiest sender sends and others send alike, and a line for each sender of something else."""
    numeric = [stream for stream in streams if stream.numeric and "[" not in stream.tags]
    patterns = with_devices(numeric)
    by_sender: dict[str, list[Stream]] = {}
    for stream in numeric:
        by_sender.setdefault(stream.sender, []).append(stream)
    if len(by_sender) < 2:
        return list(streams), []
    senders = sorted(by_sender, key=lambda name: -_numbers(by_sender[name]))
    lead = senders[0]
    every = {_kind(stream, patterns) for stream in by_sender[lead]}
    wanted = _steady(by_sender[lead], patterns)
    alike = {name for name in senders if wanted <= _steady(by_sender[name], patterns)}
    kept = [
        stream
        for stream in streams
        if stream.sender == lead
        or not stream.numeric
        or (stream.sender in alike and _kind(stream, patterns) in every)
    ]
    strangers = {name: by_sender[name] for name in senders if name not in alike}
    return kept, _told(lead, strangers)


def _numbers(streams: Sequence[Stream]) -> int:
    """How many came: a sender of one axis a message is no busier than one of three."""
    return sum(stream.count * len(stream.numeric) for stream in streams)


def _kind(stream: Stream, patterns: Mapping[str, str]) -> Kind:
    return patterns.get(stream.address) or pattern(stream.address), stream.tags.translate(ALIKE)


def _steady(streams: Sequence[Stream], patterns: Mapping[str, str]) -> set[Kind]:
    """What a sender sends all the time."""
    most = max(stream.count for stream in streams)
    return {_kind(stream, patterns) for stream in streams if stream.count >= STEADY * most}


def _told(lead: str, strangers: Mapping[str, Sequence[Stream]]) -> list[str]:
    """Who else sends, and what to do."""
    lines = []
    for name, streams in list(strangers.items())[:MOST_NAMED]:
        addresses = list(dict.fromkeys(each.address for each in sorted(streams, key=lambda s: -s.count)))
        more = f" and {len(addresses) - MOST_NAMED} more" if len(addresses) > MOST_NAMED else ""
        lines.append(
            f"{name} sends something else, {', '.join(addresses[:MOST_NAMED])}{more}: this layout is of {lead} "
            f"alone; for one of {name}: gesturemap sensors listen --from {name}, or listen while only it sends; to "
            "play both, let each send to a port of its own"
        )
    if len(strangers) > MOST_NAMED:
        lines.append(f"and {len(strangers) - MOST_NAMED} more senders of something else")
    return lines
