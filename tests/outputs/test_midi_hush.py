"""Whatever a panic, an end or a death leaves out, every note that sounds at the other end gets its own note-off."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesturemap.outputs.midi import serve
from gesturemap.outputs.midi.output import Midi
from gesturemap.wire import relay

LABELS = ("circle", "line", "shake")
ORDERS = {
    **dataclasses.asdict(Midi(rate=200.0)),
    "controls": ["level", "pitch"],
    "cc": {"level": 7},
    "bend": "pitch",
}
PANIC, END = relay.part(relay.SILENCE), relay.part(relay.END)


class Device:
    """Takes so many bytes at a time, over and over, and keeps them."""

    name = "device"

    def __init__(self, takes: list[int], always_ready: socket.socket) -> None:
        self.bytes, self._takes, self._turn, self._ready = b"", takes, 0, always_ready

    def write(self, data: bytes) -> int:
        taken = min(len(data), self._takes[self._turn % len(self._takes)])
        self._turn += 1
        self.bytes += data[:taken]
        return taken

    def look(self) -> None:
        """It is there."""

    def writable(self) -> int:
        return self._ready.fileno()

    def close(self) -> None:
        """It stays, to be read."""

    @property
    def down(self) -> set[tuple[int, int]]:
        """Keys that are down in an instrument that hears nothing but notes."""
        parser, down = mido.Parser(), set()
        parser.feed(self.bytes)
        for message in parser:
            if message.type == "note_on":
                down.add((message.channel, message.note))
            elif message.type == "note_off":
                down.discard((message.channel, message.note))
        return down


@pytest.fixture(scope="module")
def ready() -> Iterator[socket.socket]:
    one, other = socket.socketpair()
    with one, other:
        yield one


def parts(moves: list[tuple[str, int]]) -> bytes:
    """What the engine writes: frames, events behind their frame, panics."""
    written = relay.labels(LABELS)
    for number, (what, which) in enumerate(moves):
        if what == "panic":
            written += PANIC
            continue
        written += relay.controls(float(number), np.array([which / 2, number % 7 / 7]).tobytes())
        if what != "frame":
            written += relay.event(float(number), what, LABELS[which], 1.0)
    return written


def pieces(written: bytes, cuts: list[int]) -> Iterator[bytes]:
    while written:
        for cut in cuts:
            if written:
                yield written[:cut]
                written = written[cut:]


MOVES = st.lists(
    st.tuples(st.sampled_from(["began", "began", "ended", "ended", "frame", "panic"]), st.integers(0, 2)),
    max_size=24,
)


@settings(max_examples=150, deadline=None)
@given(
    moves=MOVES,
    cuts=st.lists(st.integers(1, 400), min_size=1, max_size=6),
    takes=st.lists(st.sampled_from([0, 1, 2, 3, 7, 4096]), min_size=1, max_size=4).filter(any),
    how=st.sampled_from(["panic", "end", "death"]),
    mpe=st.sampled_from(["off", "lower"]),
)
def test_after_a_panic_an_end_or_a_death_no_key_is_down(
    ready: socket.socket, moves: list[tuple[str, int]], cuts: list[int], takes: list[int], how: str, mpe: str
) -> None:
    here, there = socket.socketpair()
    device = Device(takes, ready)
    with pytest.MonkeyPatch.context() as patch, here, there:
        patch.setattr(serve, "open_port", lambda port, baud: device)
        player = serve.Player({**ORDERS, "mpe": mpe, "members": 2}, there)
        for piece in pieces(parts(moves) + {"panic": PANIC, "end": END, "death": b""}[how], cuts):
            here.sendall(piece)
            player._turn()
        if how == "panic":
            here.sendall(relay.controls(99.0, np.array([0.5, 0.5]).tobytes()))
            while player._rest or player._pace.may_sound or player._pace._notes:
                here.sendall(relay.controls(99.0, np.array([0.5, 0.5]).tobytes()))  # so that no turn waits
                player._turn()
            assert not player._on, "what the next process would end"
        else:
            here.close()
            player.play()
    assert not device.down


def test_a_note_that_has_ended_in_the_same_read_as_a_panic_gets_its_end(ready: socket.socket) -> None:
    here, there = socket.socketpair()
    device = Device([4096], ready)
    with pytest.MonkeyPatch.context() as patch, here, there:
        patch.setattr(serve, "open_port", lambda port, baud: device)
        player = serve.Player(ORDERS, there)
        here.sendall(parts([("began", 0)]))
        player._turn()
        here.sendall(parts([("frame", 0)]))
        player._turn()
        assert device.down == {(0, 60)}
        device.bytes = device.bytes[-3:]
        here.sendall(parts([("frame", 0), ("ended", 0)]) + PANIC)
        player._turn()
        here.sendall(parts([]))
        player._turn()
    assert device.bytes[3:].startswith(bytes((0x80, 60, 64)) + bytes((0xB0, 64, 0, 0xB0, 123, 0)))
