"""One sender with two sensors of a kind: both have units, and names that say which is which."""

from __future__ import annotations

import math

import numpy as np
import pytest
from moved import HERE, RATE, G, acc, heard, value, value3

from gesturemap import catalog
from gesturemap.inputs.guess import guess, table
from gesturemap.inputs.input import Health
from gesturemap.inputs.listen import Ear
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build


def gyro(at: int) -> list[float]:
    return [value(f"gyro_{axis}", at) for axis in "xyz"]


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("/accel1", "/accel2", ("acc1", "acc2")),
        ("/accel", "/accel2", ("acc", "acc2")),
        ("/bno/accel", "/mpu/accel", ("acc_bno", "acc_mpu")),
        ("/accel_left", "/accel_right", ("acc_left", "acc_right")),
        ("/accel", "/other/accelerometer", ("acc", "acc2")),
    ],
)
def test_both_have_a_unit_and_a_name_of_their_own(first: str, second: str, names: tuple[str, str]) -> None:
    found, frames, _ = heard(
        lambda at: [build(first, *acc(at)), build(second, *(number / G for number in reversed(acc(at))))]
    )
    columns = [column for each in found for column in each.columns]
    assert columns == [
        *(f"{names[0]}_{axis} m/s2" for axis in "xyz"),
        *(f"{names[1]}_{axis} m/s2 from g" for axis in "xyz"),
    ]
    assert not any("no unit is known" in line for line in found[0].general)
    assert len(frames) == 400


def test_one_axis_a_message_and_rotations_are_told_by_the_acceleration_beside_them() -> None:
    def packets(at: int) -> list[bytes]:
        made = []
        for name, turned, sent in (("bno", [0, 1, 2], 1.0), ("mpu", [1, 2, 0], math.degrees(1.0))):
            for kind, numbers, times in (("accel", acc(at), 1.0), ("gyro", gyro(at), sent)):
                made += [build(f"/{name}/{kind}/{'xyz'[a]}", times * numbers[turned[a]]) for a in range(3)]
        return made

    found, frames, _ = heard(packets)
    columns = {each.address: each.columns for each in found}
    assert columns["/bno/gyro/y"] == ["gyro_bno_y rad/s"]
    assert columns["/mpu/gyro/y"] == ["gyro_mpu_y rad/s from deg/s"]
    assert columns["/mpu/accel/z"] == ["acc_mpu_z m/s2"]
    assert len(frames) >= 399


@pytest.mark.parametrize("sides", [("L", "R"), ("left", "right")])
def test_sides_are_devices(sides: tuple[str, str]) -> None:
    found, frames, _ = heard(
        lambda at: [
            build(f"/sensor/{side}/{kind}", *numbers)
            for side in sides
            for kind, numbers in (("accel", acc(at)), ("gyro", gyro(at)))
        ]
    )
    assert [each.address for each in found] == ["/sensor/<id>/accel", "/sensor/<id>/gyro"]
    assert found[1].columns == [f"gyro_{axis} rad/s" for axis in "xyz"]
    assert found[0].devices == f'devices = {{a = "{sides[0]}", b = "{sides[1]}"}}'
    assert len(frames) >= 399


def test_sides_beside_something_that_has_none_are_names_and_give_frames() -> None:
    found, frames, reader = heard(
        lambda at: [*(build(f"/{side}/accel", *acc(at)) for side in "LR"), build("/pedal", math.sin(at))]
    )
    names = reader.spec(0.0).names
    assert {"acc_L_x", "acc_R_x"} <= set(names)
    assert sum("m/s2" in column for each in found for column in each.columns) == 6
    assert len(frames) >= 399


def test_what_tells_the_units_comes_of_one_device() -> None:
    ear = Ear()
    for at in range(400):
        for name, later in (("anna", 0.0), ("bob", 0.31)):
            for kind in ("acc", "gyro"):
                if (name, kind, at % 9) != ("anna", "gyro", 4):  # some were lost
                    numbers = value3(kind, at / RATE + later)
                    ear.take(build(f"/{name}/{kind}", *numbers), name, 1, at / RATE)
    found = guess(ear.streams.values())
    assert {each.stream.sender for each in found} == {"bob"}
    settings = catalog.read("inputs", table(found, 0), "learned")
    assert isinstance(settings, Osc)
    reader = settings.reader(Health())
    assert not reader.take(build("/bob/acc", *acc(0)), (HERE, 1), 0.0)
    assert reader.take(build("/bob/gyro", *gyro(0)), (HERE, 1), 0.0)


@pytest.mark.parametrize("noise", [0.0, 0.03])
@pytest.mark.parametrize("order", ["acc gyro acc gyro", "acc acc gyro gyro", "gyro acc gyro acc"])
@pytest.mark.parametrize("unlike", [False, True])
def test_two_in_one_message_are_both_known(noise: float, order: str, unlike: bool) -> None:
    rng = np.random.default_rng(5)
    kinds = order.split()

    def packets(at: int) -> list[bytes]:
        numbers: list[float] = []
        for place, kind in enumerate(kinds):
            second = kind in kinds[:place]
            x, y, z = value3(kind, at / RATE * (0.6 if second and unlike else 1.0))
            scale = 0.6 if second and unlike and kind == "gyro" else 1.0
            sent = (x * scale, y * scale, z * scale) if kind == "gyro" else (x / G, y / G, z / G)
            numbers += [number + noise * float(rng.standard_normal()) / 3.0 for number in sent]
        return [build("/imu", *numbers)]

    (found,), frames, _ = heard(packets)
    names = [kind + ("2" if kind in kinds[:place] else "") for place, kind in enumerate(kinds)]
    units = {"acc": "m/s2 from g", "gyro": "rad/s"}
    assert found.columns == [f"{n}_{axis} {units[n.rstrip('2')]}" for n in names for axis in "xyz"]
    assert len(frames) == 400


def test_a_quaternion_among_twelve_numbers_that_turns_about_one_axis_is_known() -> None:
    def packets(at: int) -> list[bytes]:
        half = 0.5 * math.sin(0.02 * at)
        return [build("/imu", *acc(at), *gyro(at), math.cos(half), 0.01, 0.02, math.sin(half), 3.0, at % 5)]

    (found,), _, _ = heard(packets)
    assert found.columns[6:10] == [f"quat_{axis}" for axis in "wxyz"]
