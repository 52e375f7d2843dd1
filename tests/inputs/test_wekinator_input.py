"""Wekinator's door alone: frames and control words in the order in which they came."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from gesturemap.clock import ManualClock, SystemClock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Frame
from gesturemap.inner import Word
from gesturemap.inputs.wekinator import TOO_MANY, Wekinator, WekinatorRun, sender_of
from gesturemap.wire.osc import build, bundle

TOO_LARGE = "an input of 1e+15 or more, or of -1e+15 or less"
TWO = Wekinator(port=0, names=("x", "y m/s2"))


@pytest.fixture
def run() -> Iterator[WekinatorRun]:
    made = TWO.start(SystemClock())
    yield made
    made.close()


@pytest.fixture
def sender(run: WekinatorRun) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.connect(("127.0.0.1", run.port))
        yield made


def inputs(*values: float) -> bytes:
    return build("/wek/inputs", *values, tags="f" * len(values))


def read(run: WekinatorRun, many: int) -> list[object]:
    """What comes next: the values of frames, the names and arguments of words."""
    found = [run.read(1.0) for _ in range(many)]
    return [
        one.values.tolist()
        if isinstance(one, Frame)
        else (one.word, one.arguments)
        if isinstance(one, Word)
        else one
        for one in found
    ]


def test_channels_have_their_names_and_units() -> None:
    assert [str(channel) for channel in TWO.check().channels] == ["x", "y m/s2"]
    assert Wekinator().check().names == tuple(f"inputs-{n}" for n in range(1, 6))


def test_frames_and_words_come_in_the_order_of_their_packets(
    run: WekinatorRun, sender: socket.socket
) -> None:
    for i in range(50):
        sender.send(build("/wekinator/control/outputs", float(i)))
        sender.send(inputs(i, 0.0))
    wanted = [each for i in range(50) for each in (("outputs", [float(i)]), [float(i), 0.0])]
    assert read(run, 100) == wanted
    assert run.health.accepted == 50


def test_bundles_are_taken_apart_in_order_and_their_times_ignored(
    run: WekinatorRun, sender: socket.socket
) -> None:
    inner = bundle(2e9, build("/wekinator/control/startRecording"), inputs(1.0, 1.0))
    sender.send(bundle(1.0, inputs(0.0, 0.0), inner, build("/other", 1), build("/wekinator/control/train")))
    sender.send(bundle(None))
    sender.send(inputs(2.0, 2.0))
    found = read(run, 5)
    assert found == [[0.0, 0.0], ("startRecording", []), [1.0, 1.0], ("train", []), [2.0, 2.0]]


def test_the_times_of_frames_rise_though_the_clock_stands(sender: socket.socket) -> None:
    run = TWO.start(ManualClock(3.0))
    sender.connect(("127.0.0.1", run.port))
    sender.send(bundle(None, *[inputs(1.0, 1.0)] * 20))
    times = [frame.time for frame in (run.read(1.0) for _ in range(20)) if isinstance(frame, Frame)]
    run.close()
    assert len(set(times)) == 20
    assert times == sorted(times)
    assert times[-1] - 3.0 < 1e-9


def test_short_and_long_way_read_the_same(run: WekinatorRun, sender: socket.socket) -> None:
    for packet in (
        inputs(1.5, -2.0),
        inputs(1.5, -2.0),
        build("/wek/inputs", 1.5, -2, tags="di"),
        inputs(1.5, -2.0),
    ):
        sender.send(packet)
    assert read(run, 4) == [[1.5, -2.0]] * 4
    sender.send(inputs(float("nan"), 0.0))  # on the short way
    sender.send(inputs(1e16, 0.0))
    sender.send(inputs(9.9e14, -9.9e14))
    assert read(run, 1) == [[pytest.approx(9.9e14), pytest.approx(-9.9e14)]]
    assert run.health.ignored == {"127.0.0.1": {"an input that is not finite": 1, TOO_LARGE: 1}}


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (inputs(1.0), "1 inputs instead of 2"),
        (build("/wek/inputs"), "0 inputs instead of 2"),
        (inputs(float("inf"), 1.0), "an input that is not finite"),
        (inputs(float("inf"), float("-inf")), "an input that is not finite"),
        (build("/wek/inputs", 1e300, -1e300, tags="dd"), TOO_LARGE),
        (inputs(0.0, -1e16), TOO_LARGE),
        (build("/wek/inputs", 10**15, 0, tags="hi"), TOO_LARGE),
        (build("/wek inputs", 1.0, 2.0), "another address /wek inputs, not /wek/inputs"),
        (build("/wek/*", 1.0, 2.0), "another address /wek/*, not /wek/inputs"),
        (build("/wekinator/controls/train"), "another address /wekinator/controls/train, not /wek/inputs"),
        (b"", "empty packet"),
        (b"junk", "neither message nor bundle"),
    ],
)
def test_ignored_with_its_reason_and_the_next_is_read(
    run: WekinatorRun, sender: socket.socket, packet: bytes, reason: str
) -> None:
    sender.send(packet)
    sender.send(inputs(1.0, 2.0))
    assert read(run, 1) == [[1.0, 2.0]]
    assert run.health.ignored == {"127.0.0.1": {reason: 1}}


def test_what_is_no_number_is_read_as_0_and_said(run: WekinatorRun, sender: socket.socket) -> None:
    sender.send(build("/wek/inputs", "a", 2.0))
    sender.send(build("/wek/inputs", True, None))
    sender.send(build("/wek/inputs", (1,), "a"))
    sender.send(build("/wek/inputs", (1.0, (2, "x")), 3.0))
    assert read(run, 4) == [[0.0, 2.0], [0.0, 0.0], [0.0, 0.0], [0.0, 3.0]]
    assert run.health.ignored == {"127.0.0.1": {"an argument that is no number is read as 0": 4}}


def test_arguments_of_words_are_numbers_texts_or_nothing(run: WekinatorRun, sender: socket.socket) -> None:
    sender.send(build("/wekinator/control/x/", 1, 2.5, "t", b"b", None, (1, 2), 2**40))
    assert read(run, 1) == [("x", [1, 2.5, "t", None, None, None, 2**40])]


def test_only_those_named_may_say_words_and_anybody_may_send_inputs(sender: socket.socket) -> None:
    run = Wekinator(port=0, names=("x", "y"), control_from=("10.0.0.0/8", "192.0.2.1")).start(SystemClock())
    sender.connect(("127.0.0.1", run.port))
    sender.send(build("/wekinator/control/deleteAllExamples"))
    sender.send(inputs(1.0, 2.0))
    assert read(run, 1) == [[1.0, 2.0]]
    assert run.health.ignored == {
        "127.0.0.1": {"a control word of another machine: name it in control_from": 1}
    }
    run.close()
    assert [sender_of(host) for host in ("::ffff:10.0.0.1", "10.0.0.1", "fe80::1%lo")] == [
        "10.0.0.1",
        "10.0.0.1",
        "fe80::1%lo",
    ]


def test_both_kinds_of_addresses_are_heard(run: WekinatorRun) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as other:
        try:
            other.sendto(build("/wekinator/control/train"), ("::1", run.port))
        except OSError:
            pytest.skip("no IPv6 here")
    assert read(run, 1) == [("train", [])]


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("0.0.0.0", 0))
        with pytest.raises(DeviceError, match="already in use"):
            Wekinator(port=other.getsockname()[1]).start(SystemClock())


@pytest.mark.parametrize(
    "settings",
    [
        {"names": ()},
        {"names": ("a", "a")},
        {"address": "wek"},
        {"address": "/"},
        {"address": "/wekinator/control/x"},
        {"control_from": ("me",)},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict) -> None:
    with pytest.raises(SettingsError):
        Wekinator(**{"port": 0, **settings}).start(SystemClock())


def test_a_flood_of_junk_lets_the_reader_go(run: WekinatorRun, sender: socket.socket) -> None:
    for _ in range(500):
        sender.send(b"junk")
    while run.health.ignored_total < 500:
        assert run.read(0.0) is None
    sender.send(inputs(1.0, 2.0))
    assert read(run, 1) == [[1.0, 2.0]]


def test_a_flood_of_words_is_refused_and_counted_and_costs_no_input_and_no_example(standing_clock) -> None:
    clock, run, sender = standing_clock

    def said(packets: list[bytes]) -> list[object]:
        found: list[object] = []
        refused = run.health.ignored_total
        for start in range(0, len(packets), 100):  # as many as a socket holds
            for packet in packets[start : start + 100]:
                sender.send(packet)
            while len(found) + run.health.ignored_total - refused < min(start + 100, len(packets)):
                found += [one for one in [run.read(0.1)] if one is not None]
        return found

    flood = said([build("/wekinator/control/train")] * 1500)
    assert len(flood) == 1000
    assert run.health.ignored == {"127.0.0.1": {TOO_MANY: 500}}
    pair = [build("/wekinator/control/outputs", 0.5), inputs(1.0, 2.0)]
    back_to_back = said(pair * 6000)
    assert [type(one) for one in back_to_back] == [Word, Frame] * 6000, "faster than any sensor"
    clock.advance(1.0)
    assert len(said([build("/wekinator/control/train")] * 300)) == 200
    assert run.health.ignored == {"127.0.0.1": {TOO_MANY: 600}}


@pytest.fixture
def standing_clock() -> Iterator[tuple[ManualClock, WekinatorRun, socket.socket]]:
    clock = ManualClock(100.0)
    made = TWO.start(clock)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", made.port))
        yield clock, made, sender
    made.close()
