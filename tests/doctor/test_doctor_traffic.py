"""Why a packet is ignored, in the words of a person who has to mend it."""

from __future__ import annotations

import tracemalloc

import pytest

from gesturemap.doctor.traffic import MOST_SHAPES, Traffic
from gesturemap.inputs.input import Health
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build, bundle

SENSOR = Osc(address="/acc", arguments=("x g", "y g", "z g"))
PHONE = ("192.168.1.30", 51000)


def heard(sensor: Osc | None, *packets: bytes) -> Traffic:
    traffic = Traffic(8000, sensor)
    for index, packet in enumerate(packets):
        traffic.take(packet, PHONE, "192.168.1.20", index * 0.01)
    return traffic


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (build("/accxyz", 1.0, 2.0, 3.0), "another address /accxyz: the project waits for /acc"),
        (build("/acc", 1.0, 2.0), "2 arguments instead of 3 at /acc"),
        (build("/acc", 1.0, 2.0, "three"), "not a number at /acc"),
        (build("/acc", 1.0, 2.0, float("nan")), "z is not finite at /acc"),
        (b'{"acc": [1, 2, 3]}\n\n', "no OSC"),
        (b"", "no OSC"),
    ],
)
def test_what_is_ignored_has_its_reason_and_a_step(packet, reason):
    sender = heard(SENSOR, packet).senders["192.168.1.30"]
    ((told, count),) = sender.reasons.items()
    assert told.text.startswith(reason)
    assert told.step
    assert (count, sender.used, sender.packets) == (1, 0, 1)


def test_what_is_right_is_used_and_counted():
    sender = heard(SENSOR, *[build("/acc", 1.0, 2.0, 3.0)] * 101).senders["192.168.1.30"]
    assert (sender.used, sender.packets) == (101, 101)
    assert sender.rate(0.0) == pytest.approx(100.0)
    assert sender.shapes == {"/acc fff": 101}
    assert sender.reached == {"192.168.1.20": 101}
    assert not sender.reasons


def test_the_rate_is_over_the_time_of_listening():
    traffic = Traffic(8000, None)
    for at in range(34):
        traffic.take(build("/acc", 1.0), PHONE, "", 100.0 + at * 4e-5)
    assert traffic.senders["192.168.1.30"].rate(103.0) == pytest.approx(11.0, rel=0.01)


def test_what_had_waited_at_the_port_came_since_it_was_opened():
    traffic = Traffic(8000, None)
    traffic.opened, traffic.read = 100.0, 102.0  # the first look came late
    for at in range(300):
        traffic.take(build("/acc", 1.0), PHONE, "", max(102.0, 100.0 + at / 60))
    assert traffic.senders["192.168.1.30"].rate(105.0) == pytest.approx(60.0, rel=0.02)


def test_a_bundle_with_something_right_in_it_is_used():
    packet = bundle(None, build("/gyro", 1.0), build("/acc", 1.0, 2.0, 3.0))
    assert heard(SENSOR, packet).senders["192.168.1.30"].used == 1


def test_a_sensor_without_a_layout_takes_it_from_the_first_message():
    good, longer = build("/acc", 1.0, 2.0), build("/acc", 1.0, 2.0, 3.0)
    sender = heard(Osc(address="/acc"), build("/other", 1.0), good, longer).senders["192.168.1.30"]
    assert sender.used == 1
    assert {reason.text.partition(":")[0] for reason in sender.reasons} == {
        "another address /other",
        "3 arguments instead of 2 at /acc",
    }


def test_without_a_project_anything_is_welcome():
    sender = heard(None, build("/x", 1.0), b"no").senders["192.168.1.30"]
    assert sender.used == 1
    assert sum(sender.reasons.values()) == 1


def test_a_hostile_network_cannot_fill_the_memory():
    traffic = Traffic(8000, SENSOR)

    def flood(begin: int) -> None:
        for index in range(begin, begin + 3000):
            source = (f"10.0.{index % 256}.{index // 256 % 256}", 1)
            traffic.take(build(f"/a{index}", 1.0), source, "", index * 0.001)
            traffic.take(index.to_bytes(4, "big") * 5, PHONE, "", index * 0.001)

    flood(0)
    tracemalloc.start()
    flood(3000)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 500_000
    assert len(traffic.senders) <= Health.MOST_SENDERS + 1
    for sender in traffic.senders.values():
        assert len(sender.shapes) <= MOST_SHAPES + 1
        assert len(sender.reasons) <= MOST_SHAPES + 1


def test_text_that_changes_is_one_reason_with_one_example():
    packets = [f'{{"acc":[{at}.5,{"0" * (at % 4)}]}}'.encode() for at in range(300)]
    sender = heard(SENSOR, *packets).senders["192.168.1.30"]
    ((reason, count),) = sender.reasons.items()
    assert count == 300
    assert reason.text == 'no OSC (neither message nor bundle), such as {"acc":[0.5,]}'
