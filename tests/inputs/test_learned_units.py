"""Units are what gravity and rotation tell together; size alone decides nothing that gravity speaks against."""

from __future__ import annotations

import math

import pytest
from moved import OSC, G, heard, learned, listened, settings_of, value

from gesturemap.inputs.guess import guess
from gesturemap.inputs.known import known, senders_of_osc
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build

ACC = {"/imu/accel": tuple(f"acc_{axis} m/s2 from g" for axis in "xyz")}


def rotated(sent: str) -> tuple[list[str], str]:
    """Columns of a rotation sent in this unit beside an acceleration in g, and what is said of it."""
    texts = ACC | {"/imu/gyro": tuple(f"gyro_{axis} rad/s from {sent}" for axis in "xyz")}
    (gyro,) = (each for each in learned(Osc(messages=texts)) if each.address == "/imu/gyro")
    return gyro.columns, " ".join(gyro.reasons)


@pytest.mark.parametrize("unit", ["deg/s", "deg/s / 10", "deg/s / 100", "deg/s / 1000", "deg/ms"])
def test_parts_of_a_degree_are_known_by_gravity_whatever_their_size(unit: str) -> None:
    columns, said = rotated(unit)
    assert columns == [f"gyro_{axis} rad/s from {unit}" for axis in "xyz"]
    assert f"gravity turns as rotation in {unit} says" in said


@pytest.mark.parametrize("factor", [0.25, 0.005, 0.0003])
def test_a_rotation_that_gravity_contradicts_gets_no_unit_and_that_is_said(factor: float) -> None:
    columns, said = rotated(str(factor))
    assert columns == ["gyro_x", "gyro_y", "gyro_z"]
    assert "by gravity it is neither rad/s nor deg/s, but 1 rad/s is sent as about" in said
    assert float(said.split()[-1]) == pytest.approx(1.0 / factor, rel=0.1)


def test_one_axis_a_message_in_tenths_of_a_degree_as_whole_numbers() -> None:
    def packets(at: int) -> list[bytes]:
        made = []
        for axis in "xyz":
            made.append(build(f"/dev7/motion/a{axis}", 1000.0 * value(f"acc_{axis}", at) / G, tags="d"))
            made.append(
                build(f"/dev7/motion/g{axis}", int(math.degrees(10.0 * value(f"gyro_{axis}", at))), tags="i")
            )
        return made

    found, frames, reader = heard(packets)
    columns = {each.address: each.columns for each in found}
    assert columns["/dev7/motion/az"] == ["acc_z m/s2 from mg"]
    assert columns["/dev7/motion/gx"] == ["gyro_x rad/s from deg/s / 10"]
    at = reader.spec(0.0).names.index("gyro_y")
    assert frames[-1].values[at] == pytest.approx(value("gyro_y", 399), abs=0.003)


def test_what_is_said_of_a_rotation_alone_is_that_acceleration_is_missing() -> None:
    (gyro,) = learned(Osc(address="/imu/gyro", arguments=tuple(f"gyro_{axis} rad/s" for axis in "xyz")))
    said = " ".join(gyro.reasons)
    assert "is taken to be in rad/s by its size only: there is no acceleration of three axes" in said
    assert "turn the sensor" not in said


def test_what_is_said_of_a_rotation_beside_an_acceleration_at_rest_is_to_turn_it() -> None:
    def packets(at: int) -> list[bytes]:
        return [
            build("/acc", 0.0, 0.0, 1.0 + 0.001 * math.sin(at)),
            build("/gyro", 0.01 * math.sin(at), 0.0, 0.0),
        ]

    found, _, _ = heard(packets)
    (gyro,) = (each for each in found if each.address == "/gyro")
    assert any("turn the sensor slowly in all directions" in reason for reason in gyro.reasons)


def looks_like(acceleration: str, rotation: str = "", address: str = "/anna") -> list[str]:
    """The known sensors that are proposed for a device that sends in these units."""
    texts = {
        f"{address}/accel" if rotation else address: tuple(f"acc_{a} m/s2 from {acceleration}" for a in "xyz")
    }
    if rotation:
        texts[f"{address}/gyro"] = tuple(f"gyro_{a} rad/s from {rotation}" for a in "xyz")
    streams = listened(Osc(messages=texts))
    return known(streams, senders_of_osc(), guess(streams))


def test_a_sensor_whose_units_gravity_contradicts_is_not_proposed() -> None:
    assert "zigsim" in looks_like("g", "rad/s")
    for units in (
        ("m/s2", "rad/s"),
        ("g", "deg/s"),
        ("g", "deg/s / 10"),
        ("g", "0.005"),
        ("g / 4096", "rad/s"),
    ):
        assert "zigsim" not in looks_like(*units)
    assert looks_like("g", address="/accxyz")[0] == "touchosc"
    assert "touchosc-android" not in looks_like("g", address="/accxyz")
    assert looks_like("m/s2", address="/accxyz")[0] == "touchosc-android"
    assert "touchosc" not in looks_like("m/s2", address="/accxyz")


@pytest.mark.parametrize("name", OSC)
def test_every_shipped_sensor_is_proposed_for_its_own_traffic(name: str) -> None:
    settings = settings_of(name)
    streams = listened(settings)
    without = known(streams, senders_of_osc())
    assert (name in known(streams, senders_of_osc(), guess(streams))) == (name in without)
