"""SLIP and COBS: whatever the packet, whatever the division of the stream, whatever the noise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.wire import cobs, slip
from gesturemap.wire.cobs import Cobs
from gesturemap.wire.packets import LONGEST, Packets
from gesturemap.wire.slip import END, ESC, Slip

BOTH = pytest.mark.parametrize(
    ("kind", "encode"), [(Slip, slip.encode), (Cobs, cobs.encode)], ids=["slip", "cobs"]
)
Encode = Callable[[bytes], bytes]
BYTES = st.binary(min_size=1, max_size=30) | st.lists(
    st.sampled_from([0, 1, 0xC0, 0xDB, 0xDC, 0xDD, 0xFF]), min_size=1, max_size=20
).map(bytes)


@BOTH
@given(packets=st.lists(BYTES), step=st.integers(1, 9))
def test_round_trip_in_any_pieces(
    kind: type[Packets], encode: Encode, packets: list[bytes], step: int
) -> None:
    stream = kind.END + b"".join(encode(packet) for packet in packets)
    reader = kind()
    found: list[bytes] = []
    for at in range(0, len(stream), step):
        found += reader.feed(stream[at : at + step])
    assert found == packets
    assert reader.ignored == Counter()


def test_slip_by_hand() -> None:
    assert slip.encode(b"a\xc0b\xdbc") == b"\xc0a\xdb\xdcb\xdb\xddc\xc0"
    assert Slip().feed(END + b"\xdb\xdd\xdc\xdb\xdc\xdd" + END) == [b"\xdb\xdc\xc0\xdd"]


@pytest.mark.parametrize(
    ("packet", "sent"),
    [
        (b"\0", b"\1\1\0"),
        (b"\0\0", b"\1\1\1\0"),
        (b"\x11\x22\0\x33", b"\3\x11\x22\2\x33\0"),
        (b"\x11\x22\x33\x44", b"\5\x11\x22\x33\x44\0"),
        (b"\x11\0\0\0", b"\2\x11\1\1\1\0"),
        (bytes(range(1, 255)), b"\xff" + bytes(range(1, 255)) + b"\0"),
        (bytes(range(256)), b"\1\xff" + bytes(range(1, 255)) + b"\2\xff\0"),
    ],
    ids=lambda value: f"{len(value)} bytes",
)
def test_cobs_by_hand(packet: bytes, sent: bytes) -> None:
    """The examples that every account of COBS has."""
    assert cobs.encode(packet) == sent
    assert Cobs().feed(b"\0" + sent) == [packet]


@given(st.binary(min_size=250, max_size=520).map(lambda data: data.replace(b"\0", b"\1", 1)))
def test_cobs_of_long_packets(packet: bytes) -> None:
    sent = cobs.encode(packet)
    assert sent.count(0) == 1 and len(sent) <= len(packet) + 2 + len(packet) // cobs.MOST
    assert Cobs().feed(b"\0" + sent) == [packet]


@BOTH
def test_half_a_packet_at_the_start_is_dropped(kind: type[Packets], encode: Encode) -> None:
    assert kind().feed(encode(b"half")[2:] + encode(b"whole")) == [b"whole"]


def test_after_a_broken_escape_the_next_packet_is_read() -> None:
    reader = Slip()
    stream = END + b"a" + ESC + b"xb" + END + b"good" + END + b"c" + ESC + END + slip.encode(b"too")
    assert reader.feed(stream) == [b"good", b"too"]
    assert reader.ignored == Counter({"broken escape": 2})


def test_after_a_broken_distance_the_next_packet_is_read() -> None:
    reader = Cobs()
    assert reader.feed(b"\0\x09abc\0" + cobs.encode(b"good") + b"\1\0") == [b"good"]
    assert reader.ignored == Counter({"broken packet": 2})


@BOTH
def test_a_stream_without_ends_takes_no_memory(kind: type[Packets], encode: Encode) -> None:
    reader = kind()
    reader.feed(kind.END)
    for _ in range(100):
        assert reader.feed(b"x" * 10_000) == []
    assert len(reader._rest) <= LONGEST
    assert reader.feed(kind.END + encode(b"good")) == [b"good"]
    assert reader.ignored["packet too long"] >= 1


@BOTH
@given(pieces=st.lists(st.binary(max_size=40)))
def test_noise_never_costs_the_packet_after_its_end(
    kind: type[Packets], encode: Encode, pieces: list[bytes]
) -> None:
    reader = kind()
    for piece in pieces:
        reader.feed(piece)
    assert reader.feed(kind.END + encode(b"good"))[-1] == b"good"
    assert len(reader.ignored) <= 2
