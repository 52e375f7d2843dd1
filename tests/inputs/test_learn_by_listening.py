"""Layouts are guessed from traffic alone: what each shipped device sends, made of a movement, without its profile."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from gesturemap import catalog
from gesturemap.clock import SystemClock
from gesturemap.frames import Frame
from gesturemap.inputs import profile
from gesturemap.inputs.column import Column
from gesturemap.inputs.guess import guess, table
from gesturemap.inputs.guessed import Guess
from gesturemap.inputs.input import Health
from gesturemap.inputs.known import write
from gesturemap.inputs.listen import Ear, Ports
from gesturemap.inputs.messages import Messages
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build

SENSORS = Path(__file__).parents[2] / "sensors"
HERE, RATE, SECONDS, G = "127.0.0.1", 100.0, 6.0, 9.80665
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


def movement() -> dict[str, np.ndarray]:
    """Everything a device may measure while it is turned and moved: name of the vector -> (T, 3 or 4)."""
    t = np.arange(0.0, SECONDS, 1.0 / RATE)
    turns = Rotation.from_euler(
        "xyz", np.stack([0.9 * np.sin(1.3 * t), 1.1 * np.sin(0.8 * t + 1), 0.7 * t], 1)
    )
    rate = (turns[:-1].inv() * turns[1:]).as_rotvec() * RATE
    gravity = turns.inv().apply([0.0, 0.0, G])
    linear = 0.3 * np.stack([np.sin(5 * t), np.cos(4 * t), np.sin(3 * t + 2)], 1)
    return {
        "acc": gravity + linear,
        "gravity": gravity,
        "linear": linear,
        "gyro": np.concatenate([rate, rate[-1:]]),
        "mag": turns.inv().apply([20.0, 0.0, -40.0]),
        "quat": turns.as_quat()[:, [3, 0, 1, 2]],
    }


MOVED = movement()


def value(name: str, at: int) -> float:
    """What a channel measures in sample `at`, in the unit that a profile gives it."""
    stem, _, axis = name.rpartition("_")
    if stem in MOVED:
        axes = "wxyz" if stem == "quat" else "xyz"
        return float(MOVED[stem][at, axes.index(axis)])
    phase = sum(map(ord, name)) % 89
    return 0.5 + 0.4 * math.sin(0.07 * at + phase)


def messages(settings: Osc, at: int) -> list[bytes]:
    """The packets of one moment, as a device of this profile sends them."""
    made = []
    for address, texts in (settings.messages or {settings.address: settings.arguments}).items():
        if "<uuid>" in address or "(24 numbers)" in address:
            continue  # the same device with an older program
        numbers: list[float | int | str] = []
        for text in texts:
            column = Column.parse(text, "test")
            if column.name == "time":
                numbers.append(round(1000 * at / RATE))
            elif column.name == "device":
                numbers.append("00:1a:7d:da:71:13")
            elif column.name == "-":
                numbers.append(87.5)
            else:
                numbers.append((value(column.name, at) - column.offset) / column.factor)
        plain = address.partition(" ")[0].replace("<name>", "anna").replace("*", "comote")
        parts = ["7" if part.startswith("<") else part for part in plain.split("/")]
        made.append(build("/".join(parts), *numbers))
    return made


def settings_of(name: str) -> Osc:
    settings = profile.read(SENSORS / name).settings
    assert isinstance(settings, Osc)
    if not settings.arguments and not settings.messages:
        settings = replace(settings, arguments=tuple(f"in_{i}" for i in range(6)))
    return replace(settings, port=0, host=HERE)


def learned(settings: Osc) -> list[Guess]:
    """What listening to the device gives."""
    ear, rng = Ear(), np.random.default_rng(3)
    for at in range(int(SECONDS * RATE)):
        for packet in messages(settings, at):
            ear.take(packet, "192.168.1.7", 8000, at / RATE + 0.001 * rng.random())
    return guess(ear.streams.values())


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


OSC = sorted(
    folder.name for folder in SENSORS.iterdir() if profile.read(folder).table["kind"] == "osc"
)  # fmt: skip


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


def value3(kind: str, t: float) -> tuple[float, float, float]:
    """A sensor turned to and fro about x, a little unsteadily."""
    angle = 1.2 * math.sin(math.pi * t)
    if kind == "acc":
        return 0.05 * math.sin(37 * t), G * math.sin(angle), G * math.cos(angle)
    return 1.2 * math.pi * math.cos(math.pi * t), 0.02 * math.sin(41 * t), 0.02 * math.sin(53 * t)


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


def traffic(at: int, extra: bytes = b"") -> list[bytes]:
    axes = [build(f"/stick/7/{axis}", "s7", value(f"acc_{axis}", at)) for axis in "xyz"]
    return [*axes, *([extra] if extra else [])]


ODDITIES = {
    "nothing": lambda _: b"",
    "a greeting": lambda at: build("/hello", 1) if at == 3 else b"",
    "a fader moved for a moment": lambda at: build("/fader", at / 600) if 100 < at < 130 else b"",
    "a channel that is never a number": lambda _: build("/temp", math.nan),
    "an address with a space": lambda at: build("/a b", float(at % 7)),
    "a clock": lambda at: build("/clock", 10 * at),
    "an address with a star": lambda at: build("/*/y", float(at % 5)),
}


@pytest.mark.parametrize("odd", ODDITIES)
def test_what_is_learned_gives_frames_of_the_same_traffic(odd: str) -> None:
    ear = Ear()
    for at in range(int(SECONDS * RATE)):
        for packet in traffic(at, ODDITIES[odd](at)):
            ear.take(packet, "h", 1, at / RATE)
    found = guess(ear.streams.values())
    if odd not in ("nothing", "a greeting"):
        said = [reason for each in found for reason in (*each.reasons, *each.general)]
        assert any("left out" in reason or "never was" in reason for reason in said)
    settings = catalog.read("inputs", table(found, 0), "learned")
    assert isinstance(settings, Osc)
    reader = settings.reader(Health())
    frames = [
        f for at in range(50) for packet in traffic(at) for f in reader.take(packet, ("h", 1), at / RATE)
    ]
    assert len(frames) >= 49
    assert reader.spec(0.0).names == ("acc_x", "acc_y", "acc_z")
    assert frames[-1].values.tolist() == pytest.approx([value(f"acc_{axis}", 49) for axis in "xyz"], rel=1e-5)


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


def test_messages_that_come_in_one_piece_are_guessed_too() -> None:
    ear = Ear()
    for at in range(30):
        for stem in ("acc", "gyro"):
            ear.take(build(f"/{stem}", *(value(f"{stem}_{axis}", at) for axis in "xyz")), "h", 1, 1e-9 * at)
    assert len(guess(ear.streams.values())) == 2


def test_what_has_no_unit_and_who_else_sends_is_said() -> None:
    ear = Ear()
    for at in range(100):
        for host in ("10.0.0.7", "10.0.0.9"):
            ear.take(build("/knobs", math.sin(at), 2.0), host, 8000, at / RATE)
    (found,) = guess(ear.streams.values())
    assert any("no unit is known of knobs_1, knobs_2" in reason for reason in found.general)
    assert any('devices = {a = "10.0.0.7", b = "10.0.0.9"}' in reason for reason in found.general)


def test_two_phones_with_names_are_two_devices() -> None:
    ear = Ear()
    for at in range(200):
        turned = [value(f"acc_{axis}", at) / G for axis in "xyz"]
        for name, host in (("anna", "10.0.0.7"), ("bob", "10.0.0.9")):
            ear.take(build(f"/{name}/accel", *turned), host, 8000, at / RATE)
    (found,) = guess(ear.streams.values())
    assert found.address == "/<id>/accel"
    assert found.columns == [f"acc_{axis} m/s2 from g" for axis in "xyz"]
    assert any('devices = {a = "anna", b = "bob"}' in reason for reason in found.general)


def test_raw_counts_are_scaled_by_gravity_and_rotation_in_them_gets_no_unit() -> None:
    texts = {"/imu/accel": tuple(f"acc_{a} from {16384 / G}" for a in "xyz")}
    texts |= {"/imu/gyro": tuple(f"gyro_{a} rad/s from deg/s / 16.4" for a in "xyz")}
    encoded = {address: tuple(text.replace(f"from {16384 / G}", f"from {G / 16384}") for text in columns)
               for address, columns in texts.items()}  # fmt: skip
    found = {each.address: each.columns for each in learned(Osc(messages=encoded))}
    assert found["/imu/accel"] == [f"acc_{axis} m/s2 from g / 16384" for axis in "xyz"]


def test_a_flood_takes_little_memory_and_hides_nobody() -> None:
    ear = Ear()
    wide = build("/wide", *[1.0] * 2000, "x" * 3000, bytes(3000))
    for at in range(3000):
        ear.take(wide, "h", 1, 0.0)
        ear.take(build(f"/flood/{at}", 1.0), "h", 1, 0.0)
    for at in range(20):
        ear.take(build("/accel", 1.0, 2.0, 3.0), "h", 1, at / RATE)
    (stream,) = (each for each in ear.streams.values() if each.address == "/wide")
    assert len(stream.rows) * len(stream.tags) <= 16_384
    assert max(len(part) for part in stream.rows[-1] if isinstance(part, str | bytes)) <= 64
    assert any(each.address == "/accel" and each.count == 20 for each in ear.streams.values())


def test_what_is_unreadable_is_counted_and_streams_are_bounded() -> None:
    ear = Ear()
    ear.take(b"hello", "h", 1, 0.0)
    for at in range(2000):
        ear.take(build(f"/m/{at}", 1.0), "h", 1, 0.0)
    assert ear.unreadable == {"h": {"neither message nor bundle": 1}}
    assert (len(ear.streams), ear.left_out) == (512, 2000 - 512)


def test_ports_are_listened_at() -> None:
    ear, clock = Ear(), SystemClock()
    ports = Ports([0, 0], ear, clock, HERE)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for port in ports.numbers:
            sender.sendto(build("/m", 1.0), (HERE, port))
    ports.listen(0.05)
    ports.close()
    assert {stream.port for stream in ear.streams.values()} == set(ports.numbers)
    assert all(stream.sender == HERE and stream.count == 1 for stream in ear.streams.values())


def heard(
    packets: Callable[[int], list[bytes]], count: int = 400
) -> tuple[list[Guess], list[Frame], Messages]:
    """What is guessed of this traffic, and what it then gives of the same."""
    ear = Ear()
    for at in range(count):
        for packet in packets(at):
            ear.take(packet, "h", 1, at / RATE)
    found = guess(ear.streams.values())
    settings = catalog.read("inputs", table(found, 0), "learned")
    assert isinstance(settings, Osc)
    reader = settings.reader(Health())
    frames = [
        frame
        for at in range(count)
        for packet in packets(at)
        for frame in reader.take(packet, ("h", 1), at / RATE)
    ]
    return found, frames, reader


def acc(at: int) -> list[float]:
    return [value(f"acc_{axis}", at) for axis in "xyz"]


@pytest.mark.parametrize("word", ["time", "count", "device", "score"])
def test_values_at_addresses_called_as_a_layouts_own_words_are_channels(word: str) -> None:
    _, frames, reader = heard(lambda at: [build(f"/{word}", math.sin(0.3 * at))])
    assert reader.spec(0.0).names == (f"{word}_1",)
    assert len(frames) == 400


def test_numbers_that_are_sometimes_whole_are_one_message() -> None:
    def packets(at: int) -> list[bytes]:
        rounded = [round(v) if abs(v - round(v)) < 0.2 else v for v in acc(at)]
        tags = "".join("i" if isinstance(v, int) else "f" for v in rounded)
        return [build("/acc", *rounded, tags=tags), build("/switch", at // 50 % 2 == 0)]

    found, frames, reader = heard(packets)
    assert {each.address: each.columns for each in found} == {
        "/acc": [f"acc_{axis} m/s2" for axis in "xyz"],
        "/switch": ["switch"],
    }
    assert len(frames) >= 399
    assert reader.spec(0.0).names == ("acc_x", "acc_y", "acc_z", "switch")


def test_two_devices_that_their_first_argument_names_are_not_mixed() -> None:
    def packets(at: int) -> list[bytes]:
        return [build("/imu", "left", *acc(at)), build("/imu", "right", 500.0, 600.0, 700.0)]

    found, frames, _ = heard(packets)
    assert found[0].columns[0] == "device"
    assert any('devices = {a = "left", b = "right"}' in reason for reason in found[0].general)
    assert len(frames) == 400
    assert max(frame.values[0] for frame in frames) < 100.0


def test_bytes_beside_numbers_are_left_out_and_that_is_said() -> None:
    found, frames, reader = heard(lambda at: [build("/acc", *acc(at), b"raw")])
    assert found[0].columns == [*(f"acc_{axis} m/s2" for axis in "xyz"), "-"]
    assert any("argument 4 is left out: bytes" in reason for reason in found[0].reasons)
    assert reader.spec(0.0).width == 3
    assert len(frames) == 400


def test_arrays_are_named_as_left_out() -> None:
    found, _, _ = heard(lambda at: [build("/acc", *acc(at)), build("/list", (1.0, 2.0))])
    assert "left out: /list, which holds arrays" in found[0].general


def watch(at: int, ear: Ear, when: float, bad: bool = False) -> None:
    """One axis a message, and the battery once a second."""
    for kind, name in (("acc", "accelerometer"), ("gyro", "gyroscope")):
        for axis, number in zip("xyz", value3(kind, at / 50.0), strict=True):
            ear.take(build(f"/watch/{name}/{axis}", math.nan if bad else number), HERE, 1, when)
    if at % 50 == 0:
        ear.take(build("/watch/battery", 0.83), HERE, 1, when)


@pytest.mark.parametrize("seconds", [4, 30])
def test_a_slow_message_beside_axes_is_left_out_and_a_frame_has_all_axes(seconds: int) -> None:
    ear = Ear()
    for at in range(50 * seconds):
        watch(at, ear, at / 50.0)
    found = guess(ear.streams.values())
    made = table(found, 1)
    assert "/watch/battery" not in made["messages"]
    assert "frame" not in made
    assert any("left out: /watch/battery" in reason for reason in found[0].general)
    settings = catalog.read("inputs", made, "test")
    assert isinstance(settings, Osc)
    reader = settings.reader(Health())
    packets = [build(address, 1.0) for address in made["messages"]]
    frames = [reader.take(packet, (HERE, 1), 0.0) for packet in packets * 3]
    assert sum(map(len, frames)) == 3


def test_a_few_numbers_that_are_not_finite_lose_no_unit_and_are_counted() -> None:
    ear = Ear()
    for at in range(450):
        for kind, address in (("acc", "/accelerometer"), ("gyro", "/gyroscope")):
            x, y, z = value3(kind, at / 50.0)
            bad = kind == "acc" and at % 50 == 7
            ear.take(build(address, math.nan if bad else x, y, z), HERE, 1, at / 50.0)
    acc, gyro = guess(ear.streams.values())
    assert acc.columns == [f"acc_{axis} m/s2" for axis in "xyz"]
    assert gyro.columns == [f"gyro_{axis} rad/s" for axis in "xyz"]
    assert any("9 of 450 messages are left out: a number was not finite" in reason for reason in acc.reasons)


def test_packets_that_were_overtaken_leave_clock_and_counter_what_they_are() -> None:
    order = list(range(300))
    for at in range(10, 290, 20):
        order[at], order[at + 1] = order[at + 1], order[at]
    ear = Ear()
    for place, at in enumerate(order):
        packet = build("/imu", 20 * at, at % 256, *value3("acc", at / 50.0), tags="iifff")
        ear.take(packet, HERE, 1, place / 50.0)
    (found,) = guess(ear.streams.values())
    assert found.columns[:2] == ["time ms", "count 256"]


def test_the_length_at_rest_is_said() -> None:
    ear = Ear()
    for at in range(400):
        moved = 0.8 * math.sin(0.9 * at) if at < 300 else 0.0
        ear.take(build("/accel", moved, 0.9 * moved, 1.0 + 0.1 * moved), HERE, 1, at / 50.0)
    (found,) = guess(ear.streams.values())
    assert "acc has the length 1 at rest, so it is in g" in found.reasons


def test_two_phones_are_told_of_once_and_stand_in_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    ear = Ear()
    for at in range(100):
        for uuid in ("aBcD1234", "eF567890"):
            for kind in ("acc", "gyro"):
                ear.take(build(f"/ZIGSIM/{uuid}/{kind}", *value3(kind, at / 50.0)), f"h{uuid}", 1, at / 50.0)
    found = guess(ear.streams.values())
    line = 'devices = {a = "aBcD1234", b = "eF567890"}'
    assert sum(line in reason for each in found for reason in (*each.reasons, *each.general)) == 1
    folder = write("two", table(found, 1), "two phones", [], found[0].devices)
    text = (folder / "profile.toml").read_text()
    (folder / "profile.toml").write_text(text.replace("# devices", "devices"))
    settings = profile.read(folder).settings
    assert isinstance(settings, Osc) and settings.devices == {"a": "aBcD1234", "b": "eF567890"}
