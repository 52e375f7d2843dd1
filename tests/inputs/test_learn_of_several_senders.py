"""Several senders at one port: a layout is of one of them, or of all that send the same."""

from __future__ import annotations

import math

import pytest
from moved import RATE, G, acc, value

from gesturemap import catalog
from gesturemap.inputs.guess import table
from gesturemap.inputs.input import Health
from gesturemap.inputs.learn import learn
from gesturemap.inputs.listen import Ear
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build

PHONE, TABLET, OWN = "10.0.0.1", "10.0.0.2", "10.0.0.3"


def apps(at: int) -> list[tuple[str, bytes]]:
    """Two apps and something self-made, each from its own address."""
    gyro = [value(f"gyro_{axis}", at) for axis in "xyz"]
    return [
        (PHONE, build("/gyrosc/accel", *(number / G for number in acc(at)))),
        (PHONE, build("/gyrosc/rrate", *gyro)),
        (PHONE, build("/gyrosc/altitude", math.sin(0.1 * at))),
        (TABLET, build("/accelerometer", *acc(at))),
        (TABLET, build("/gyroscope", *gyro)),
        *((OWN, build(f"/hello/accel/{axis}", number)) for axis, number in zip("xyz", acc(at), strict=True)),
    ]


def ear_of_apps(count: int = 300) -> Ear:
    ear = Ear()
    for at in range(count):
        for sender, packet in apps(at):
            ear.take(packet, sender, 9000, at / RATE)
    return ear


@pytest.mark.parametrize(
    ("sender", "addresses"),
    [
        ("", {"/gyrosc/accel", "/gyrosc/rrate", "/gyrosc/altitude"}),
        (TABLET, {"/accelerometer", "/gyroscope"}),
        (OWN, {f"/hello/accel/{axis}" for axis in "xyz"}),
    ],
)
def test_a_layout_is_of_one_sender_and_gives_frames_while_all_send(sender: str, addresses: set[str]) -> None:
    found = learn(ear_of_apps().streams.values(), sender)
    assert {each.address for each in found} == addresses
    settings = catalog.read("inputs", table(found, 0), "learned")
    assert isinstance(settings, Osc)
    reader = settings.reader(Health())
    frames = [
        frame
        for at in range(100)
        for source, packet in apps(at)
        for frame in reader.take(packet, (source, 1), at / RATE)
    ]
    assert len(frames) >= 99
    others = [line for line in found[0].general if "sends something else" in line]
    assert [line.split()[0] for line in others] == ([] if sender else [TABLET, OWN])
    assert all(f"--from {line.split()[0]}" in line for line in others)


def test_senders_of_the_same_are_devices_and_what_only_one_adds_is_not_waited_for() -> None:
    ear = Ear()
    for at in range(300):
        for sender in (PHONE, TABLET):
            ear.take(build("/gyrosc/accel", *acc(at)), sender, 9000, at / RATE)
        ear.take(build("/gyrosc/rrate", 0.1, 0.2, 0.3), TABLET, 9000, at / RATE)
        ear.take(build("/gyrosc/accel", *acc(at)), PHONE, 9000, (at + 0.5) / RATE)
        ear.take(build("/gyrosc/accel", *acc(at)), PHONE, 9000, (at + 0.7) / RATE)
    (found,) = learn(ear.streams.values())
    assert found.address == "/gyrosc/accel"
    assert found.devices == f'devices = {{a = "{PHONE}", b = "{TABLET}"}}'
