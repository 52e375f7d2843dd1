"""SLIP: whatever the packet, whatever the division of the stream, whatever the noise."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gesturemap.wire.slip import END, ESC, LONGEST, Slip, encode


@given(st.lists(st.binary(min_size=1, max_size=30)), st.integers(1, 9))
def test_round_trip_in_any_pieces(packets: list[bytes], step: int) -> None:
    stream = b"".join(encode(packet) for packet in packets)
    slip = Slip()
    found: list[bytes] = []
    for at in range(0, len(stream), step):
        found += slip.feed(stream[at : at + step])
    assert found == packets
    assert slip.ignored == Counter()


def test_bytes_by_hand() -> None:
    assert encode(b"a\xc0b\xdbc") == b"\xc0a\xdb\xdcb\xdb\xddc\xc0"
    assert Slip().feed(END + b"\xdb\xdd\xdc\xdb\xdc\xdd" + END) == [b"\xdb\xdc\xc0\xdd"]


def test_half_a_packet_at_the_start_is_dropped() -> None:
    assert Slip().feed(b"alf" + END + b"whole" + END) == [b"whole"]


def test_after_a_broken_escape_the_next_packet_is_read() -> None:
    slip = Slip()
    assert slip.feed(END + b"a" + ESC + b"xb" + END + b"good" + END + b"c" + ESC + END + encode(b"too")) == [
        b"good",
        b"too",
    ]
    assert slip.ignored == Counter({"broken escape": 2})


def test_a_stream_without_ends_takes_no_memory() -> None:
    slip = Slip()
    slip.feed(END)
    for _ in range(100):
        assert slip.feed(b"x" * 10_000) == []
    assert sum(map(len, slip._pieces)) <= LONGEST
    assert slip.feed(encode(b"good")) == [b"good"]
    assert slip.ignored["packet too long"] >= 1


@given(st.lists(st.binary(max_size=40)))
def test_noise_never_costs_the_packet_after_it(pieces: list[bytes]) -> None:
    slip = Slip()
    for piece in pieces:
        slip.feed(piece)
    assert slip.feed(encode(b"good"))[-1] == b"good"
