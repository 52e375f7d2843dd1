"""What is learned by listening where traffic is odd: texts, floods, several devices, numbers that are none."""

from __future__ import annotations

import math
import socket
from pathlib import Path

import pytest
from moved import HERE, RATE, SECONDS, G, acc, heard, value, value3

from gesturemap import catalog
from gesturemap.clock import SystemClock
from gesturemap.errors import SettingsError
from gesturemap.inputs import profile
from gesturemap.inputs.guess import guess, table
from gesturemap.inputs.input import Health
from gesturemap.inputs.known import write
from gesturemap.inputs.listen import Ear, Ports
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build


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


@pytest.mark.long
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


def test_what_is_left_out_on_purpose_is_no_trouble_while_a_stranger_is() -> None:
    def packets(at: int) -> list[bytes]:
        seldom = [build("/dev7/battery", 87), build("/dev7/hello", "odd app 1.0")] if at % 100 == 0 else []
        return [build("/dev7/acc", *acc(at)), *seldom]

    found, frames, _ = heard(packets)
    assert len(frames) == 400
    made = table(found, 0)
    assert made["leave"] == ["/dev7/battery", "/dev7/hello"]
    settings = catalog.read("inputs", made | {"host": HERE}, "learned")
    assert isinstance(settings, Osc)
    run = settings.listen(SystemClock())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for packet in (*packets(0), *packets(100)):
            sender.sendto(packet, (HERE, run.port))
        while run.health.accepted < 2:
            run.read(1.0)
        assert not run.health.ignored
        sender.sendto(build("/stranger", 1.0), (HERE, run.port))
        run.read(0.05)
    run.close()
    assert run.health.ignored == {HERE: {"another address /stranger, not /dev7/acc": 1}}


def test_an_address_that_is_wanted_is_never_left_out() -> None:
    settings = Osc(address="/acc", arguments=("x",), leave=("/*",))
    health = Health()
    reader = settings.reader(health)
    assert len(reader.take(build("/acc", 1.0), (HERE, 1), 0.0)) == 1
    assert not reader.take(build("/acc", "text"), (HERE, 1), 0.0)
    assert health.ignored == {HERE: {"not a number": 1}}
    with pytest.raises(SettingsError, match="leave"):
        Osc(address="/acc", arguments=("x",), leave=("battery",)).reader(health)


def test_addresses_that_hold_text_or_bytes_are_named_with_the_reason() -> None:
    def packets(at: int) -> list[bytes]:
        texts = [f"{number:.3f}" for number in acc(at)]
        return [
            build("/gyrosc/accel", *texts),
            build("/hello", "odd app"),
            build("/raw", b"raw"),
            build("/gyrosc/rrate", *(value(f"gyro_{axis}", at) for axis in "xyz")),
        ]

    found, frames, _ = heard(packets)
    general = [line for each in found for line in each.general]
    assert "left out: /gyrosc/accel, which holds text and no numbers: set the app to send numbers" in general
    assert "left out: /hello, which holds text and no numbers" in general
    assert "left out: /raw, which holds bytes (a blob)" in general
    assert len(frames) == 400


def test_a_clock_of_its_own_is_left_out_as_one_and_the_file_for_units_is_named() -> None:
    found, _, _ = heard(
        lambda at: [build("/acc", *acc(at)), build("/score", at), build("/knob", math.sin(at))]
    )
    general = [line for each in found for line in each.general]
    assert "left out: /score, which holds nothing that moves (count)" in general
    assert any(line.startswith("no unit is known of knob") and "profile.toml" in line for line in general)
