"""Long packets to a process that does not read keep nobody waiting, and come in their order."""

from __future__ import annotations

from multiprocessing import Pipe

from gesturemap.control.heavy import HEAVY, Heavy


def test_what_is_long_keeps_nobody_waiting_and_nothing_overtakes_it() -> None:
    ours, theirs = Pipe()
    heavy = Heavy(ours)
    packets = [b"a", b"b" * 8_000_000, b"c", b"d" * HEAVY, b"e"]
    for packet in packets:  # nobody reads: this comes back all the same
        heavy.send(packet if packet != b"c" else lambda: b"c")
    assert [theirs.recv_bytes() for _ in packets] == packets
    heavy.send(b"f")
    assert theirs.recv_bytes() == b"f"
    theirs.close()
    heavy.close()
    assert ours.closed


def test_one_that_dies_in_the_middle_of_a_long_packet_is_let_go() -> None:
    ours, theirs = Pipe()
    heavy = Heavy(ours)
    heavy.send(b"x" * 8_000_000)
    heavy.send(b"y" * 8_000_000)
    theirs.close()
    heavy.close()
    assert ours.closed
    assert heavy._thread is not None and not heavy._thread.is_alive()
