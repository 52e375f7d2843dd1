"""What a port reads at the wrong rate, bit by bit, and what is then advised."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.wire.baud import Doubt
from gesturemap.wire.lines import Lines

RNG = np.random.default_rng(4)
TEXT = "".join(f"{a},{b},{c:.2f}\r\n" for a, b, c in RNG.uniform(-1000, 1000, (200, 3)).round(1)).encode()


def misread(text: bytes, sent: int, read: int) -> bytes:
    """What arrives when bytes are sent at one rate and read at another: 8 bits, no parity, one stop bit."""
    bits = [bit for byte in text for bit in (0, *((byte >> i) & 1 for i in range(8)), 1)]

    def level(at: float) -> int:
        place = int(at * sent)
        return bits[place] if place < len(bits) else 1

    end, step = len(bits) / sent, 1.0 / read
    now, found = 0.0, bytearray()
    while now < end:
        if level(now):
            now += step / 16
            continue
        found.append(sum(level(now + (1.5 + i) * step) << i for i in range(8)))
        now += 9.5 * step
        while now < end and not level(now):  # the line must be at rest before the next byte
            now += step / 16
    return bytes(found)


def test_at_the_right_rate_nothing_is_misread() -> None:
    assert misread(TEXT, 9600, 9600) == TEXT


@pytest.mark.parametrize(
    ("sent", "read"),
    [(9600, 115200), (57600, 115200), (9600, 57600), (115200, 38400), (57600, 9600), (115200, 1000000)],
)
def test_a_wrong_rate_is_told_and_the_right_one_advised(sent: int, read: int) -> None:
    lines = Lines(baud=read)
    wrong = misread(TEXT, sent, read)
    for at in range(0, len(wrong), 64):
        lines.feed(wrong[at : at + 64])
    lines.feed(b"\n\n")
    advice = [reason for reason in lines.ignored if "baud rate is wrong" in reason]
    assert advice and any(str(sent) in reason for reason in advice), lines.ignored
    assert lines.feed(b"1,2\n")[0].values == (1.0, 2.0)
    assert lines.doubt.advice == ""


@pytest.mark.parametrize("read", [9600, 115200])
def test_noise_between_good_lines_is_no_wrong_rate(read: int) -> None:
    lines = Lines(baud=read)
    for _ in range(50):
        lines.feed(b"\xff\xfe\x80\x90\n1,2\n")
    assert set(lines.ignored) == {"unreadable bytes"}


def test_words_are_no_wrong_rate() -> None:
    doubt = Doubt(115200)
    doubt.see(b"connecting to the network, please wait ...\r\n" * 9)
    assert doubt.advice == ""


def test_without_a_rate_the_usual_ones_are_advised() -> None:
    doubt = Doubt(0)
    doubt.see(bytes(range(128, 256)) * 2)
    assert doubt.advice.endswith("try 115200 or 9600 or 57600")
