"""Layouts are guessed from traffic alone: what each shipped device sends, made of a movement, without its profile."""

from __future__ import annotations

import math
import socket

import numpy as np
import pytest
from moved import HERE, OSC, RATE, G, learned, messages, settings_of, value, value3

from gesturemap import catalog
from gesturemap.clock import SystemClock
from gesturemap.frames import Frame
from gesturemap.inputs.guess import guess, table
from gesturemap.inputs.listen import Ear
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build

UNNAMED = {
    "r-iot",  # its axes are turned by convention, which no traffic tells
    "r-iot-bitalino",  # raw counts, scaled by convention
    "myo-emg",
    "rime",  # linear acceleration among 18 numbers at one address
    "faceosc",
    "visionosc-poses",  # length depends on how many people are seen
    "visionosc-hands",
    "visionosc-faces",
    "handpose-osc",
    "comote-v2",  # alpha, beta, gamma in one message: their order is a convention
}
"""Profiles that traffic alone does not give whole, and why."""


def last_frame(settings: Osc, packets: list[bytes]) -> tuple[tuple[str, ...], Frame]:
    run = settings.listen(SystemClock())
    frame = None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for packet in packets:
            sender.sendto(packet, (HERE, run.port))
    silent = 0
    while silent < 5:  # a read may end among parts that make no frame
        next_ = run.read(0.02)
        frame, silent = (next_, 0) if next_ is not None else (frame, silent + 1)
    run.close()
    assert frame is not None, dict(run.health.ignored)
    return run.spec.names, frame


@pytest.mark.parametrize("name", [name for name in OSC if name not in UNNAMED])
def test_a_profile_is_rebuilt_from_traffic_alone(name: str) -> None:
    settings = settings_of(name)
    found = table(learned(settings), 0)
    rebuilt = catalog.read("inputs", found | {"host": HERE}, "guessed")
    packets = [packet for at in (10, 11) for packet in messages(settings, at)]
    names, frame = last_frame(settings, packets)
    _, again = last_frame(rebuilt, packets)
    for channel, wanted in zip(names, frame.values, strict=True):
        nearest = float(np.abs(again.values - wanted).min())
        assert nearest <= 1e-5 * max(1.0, abs(wanted)), (channel, found)


def test_at_least_fifteen_are() -> None:
    assert len(set(OSC) - UNNAMED) >= 15


def test_units_come_from_what_the_numbers_do() -> None:
    (acc, gyro) = learned(
        Osc(messages={"/a/acc": ("acc_x", "acc_y", "acc_z"), "/a/gyro": ("gyro_x", "gyro_y", "gyro_z")})
    )
    assert acc.columns == ["acc_x m/s2", "acc_y m/s2", "acc_z m/s2"]
    assert gyro.columns == ["gyro_x rad/s", "gyro_y rad/s", "gyro_z rad/s"]
    assert any("gravity turns as rotation in rad/s says" in reason for reason in gyro.reasons)
    texts = {"/a/acc": ("acc_x m/s2 from g", "acc_y m/s2 from g", "acc_z m/s2 from g"),
             "/a/gyro": tuple(f"gyro_{a} rad/s from deg/ms" for a in "xyz")}  # fmt: skip
    acc, gyro = sorted(learned(Osc(messages=texts)), key=lambda each: each.address)
    assert acc.columns[0] == "acc_x m/s2 from g"
    assert gyro.columns[0] == "gyro_x rad/s from deg/ms"


def test_rotation_is_known_where_packets_are_handed_over_in_bunches() -> None:
    ear = Ear()
    for at in range(450):
        t = at / 50.0
        for address, numbers in (("/accelerometer", value3("acc", t)), ("/gyroscope", value3("gyro", t))):
            ear.take(build(address, *numbers), HERE, 1, math.ceil(t / 0.045) * 0.045)
    _, gyro = guess(ear.streams.values())
    assert gyro.columns == [f"gyro_{axis} rad/s" for axis in "xyz"]
    assert any("gravity turns as rotation in rad/s says" in reason for reason in gyro.reasons)


def test_what_is_called_gyro_but_does_not_turn_gravity_is_not_taken_for_rotation() -> None:
    texts = {"/a/gyro": ("pitch", "roll", "yaw"), "/a/acc": ("acc_x", "acc_y", "acc_z"),
             "/a/rrate": tuple(f"gyro_{a} rad/s from deg/s" for a in "xyz")}  # fmt: skip
    found = {each.address: each.columns for each in learned(Osc(messages=texts))}
    assert found["/a/rrate"] == [f"gyro_{a} rad/s from deg/s" for a in "xyz"]
    assert found["/a/gyro"] == ["gyro_x_2", "gyro_y_2", "gyro_z_2"]


@pytest.mark.parametrize("order", ["wxyz", "xyzw", "wzxy"])
def test_the_order_of_a_quaternion_comes_from_gravity(order: str) -> None:
    texts = {"/a/acc": ("acc_x", "acc_y", "acc_z"), "/a/quat": tuple(f"quat_{axis}" for axis in order)}
    (quat,) = (each for each in learned(Osc(messages=texts)) if each.address == "/a/quat")
    assert quat.columns == [f"quat_{axis}" for axis in order]


def test_vectors_are_found_in_a_long_message() -> None:
    texts = (
        *(f"acc_{a} m/s2 from g" for a in "xyz"),
        "light",
        *(f"quat_{a}" for a in "wxyz"),
        "time ms",
        "knob",
    )
    (found,) = learned(Osc(address="/7/raw", arguments=texts))
    assert found.address == "/<id>/raw"
    assert found.columns[:3] == [f"acc_{a} m/s2 from g" for a in "xyz"]
    assert found.columns[4:9] == ["quat_w", "quat_x", "quat_y", "quat_z", "time ms"]


def test_a_packet_counter_is_known() -> None:
    ear = Ear()
    for at in range(200):
        ear.take(build("/m", math.sin(at), at % 16), "h", 1, at / RATE)
    (found,) = guess(ear.streams.values())
    assert found.columns == ["m", "count 16"]


def test_axes_with_strange_names_are_known_by_what_they_do() -> None:
    texts = {f"/my/motion/{a}": (f"acc_{a.lower()} m/s2 from g",) for a in "XYZ"}
    texts |= {f"/my/turning/{a}": (f"gyro_{a.lower()} rad/s from deg/s",) for a in "XYZ"}
    found = {each.address: each for each in learned(Osc(messages=texts))}
    assert found["/my/motion/Y"].columns == ["acc_y m/s2 from g"]
    assert found["/my/turning/Z"].columns == ["gyro_z rad/s from deg/s"]


def test_axes_in_one_word_and_raw_counts_are_understood() -> None:
    ear = Ear()
    for at in range(400):
        for axis in "xyz":
            counts = round(value(f"acc_{axis}", at) / G * 4096)
            ear.take(build(f"/stick/7/a{axis}", "s7", counts, tags="si"), "h", 1, at / RATE)
            ear.take(build(f"/stick/7/g{axis}", 100.0 * value(f"gyro_{axis}", at)), "h", 1, at / RATE)
        ear.take(
            build("/stick/7/mx", 1.0), "h", 1, at / RATE
        )  # a mouse, and no magnetometer without its other axes
    found = {each.address: each for each in guess(ear.streams.values())}
    assert found["/stick/<id>/ay"].columns == ["-", "acc_y m/s2 from g / 4096"]
    assert found["/stick/<id>/gz"].columns == ["gyro_z"]
    assert found["/stick/<id>/mx"].columns == ["stick_mx"]


def test_acceleration_without_gravity_leaves_the_quaternion_to_gravity() -> None:
    texts = {
        "/Z/anna/accel": tuple(f"linear_{a} m/s2 from g" for a in "xyz"),
        "/Z/anna/gravity": tuple(f"gravity_{a} m/s2 from g" for a in "xyz"),
        "/Z/anna/gyro": tuple(f"gyro_{a} rad/s" for a in "xyz"),
        "/Z/anna/quaternion": ("quat_x", "quat_y", "quat_z", "quat_w"),
    }
    found = {each.address: each.columns for each in learned(Osc(messages=texts))}
    assert found["/Z/anna/quaternion"] == ["quat_x", "quat_y", "quat_z", "quat_w"]
    assert found["/Z/anna/gyro"] == [f"gyro_{a} rad/s" for a in "xyz"]


def test_a_quaternion_whose_order_is_not_known_says_so() -> None:
    (found,) = learned(Osc(address="/quat", arguments=("quat_w", "quat_x", "quat_y", "quat_z")))
    assert any("the order of quat is not known" in reason for reason in found.reasons)


def test_raw_counts_are_scaled_by_gravity_and_rotation_in_them_gets_no_unit() -> None:
    texts = {"/imu/accel": tuple(f"acc_{a} from {16384 / G}" for a in "xyz")}
    texts |= {"/imu/gyro": tuple(f"gyro_{a} rad/s from deg/s / 16.4" for a in "xyz")}
    encoded = {address: tuple(text.replace(f"from {16384 / G}", f"from {G / 16384}") for text in columns)
               for address, columns in texts.items()}  # fmt: skip
    found = {each.address: each.columns for each in learned(Osc(messages=encoded))}
    assert found["/imu/accel"] == [f"acc_{axis} m/s2 from g / 16384" for axis in "xyz"]


def test_the_length_at_rest_is_said() -> None:
    ear = Ear()
    for at in range(400):
        moved = 0.8 * math.sin(0.9 * at) if at < 300 else 0.0
        ear.take(build("/accel", moved, 0.9 * moved, 1.0 + 0.1 * moved), HERE, 1, at / 50.0)
    (found,) = guess(ear.streams.values())
    assert "acc has the length 1 at rest, so it is in g" in found.reasons
