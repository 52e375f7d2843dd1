"""The parts of the phone input that need no phone: units and signs, time, who comes in, the certificate."""

from __future__ import annotations

import datetime
import ipaddress
import math
import ssl
import stat
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509

from gesturemap import addresses
from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError, FileError, SettingsError, install
from gesturemap.inputs.phone import input as phone_input
from gesturemap.inputs.phone.admission import PASS_SECONDS, Admission, Bucket
from gesturemap.inputs.phone.align import Alignment
from gesturemap.inputs.phone.certificate import DAYS, Identity
from gesturemap.inputs.phone.input import Phone
from gesturemap.inputs.phone.motion import (
    CHANNELS,
    GROUPS,
    REST,
    columns,
    fault,
    missing,
    physical,
    quaternion,
)

NAN = math.nan
STILL = [
    7.0,
    1000.0,
    0.0,
    0.0,
    9.81,
    1.0,
    -2.0,
    3.0,
    180.0,
    -90.0,
    45.0,
    0.0,
    0.0,
    0.0,
    0.25,
    0.75,
    1.0,
    0.0,
    1.0,
]


def test_values_are_in_physical_units() -> None:
    values = dict(zip([c.name for c in CHANNELS], physical(STILL, 1.0, REST), strict=True))
    assert values == pytest.approx(
        {
            "acc_x": 0.0, "acc_y": 0.0, "acc_z": 9.81, "lin_x": 1.0, "lin_y": -2.0, "lin_z": 3.0,
            "gyro_x": math.pi, "gyro_y": -math.pi / 2, "gyro_z": math.pi / 4,
            "quat_w": 1.0, "quat_x": 0.0, "quat_y": 0.0, "quat_z": 0.0,
            "touch_x": 0.25, "touch_y": 0.75, "touch": 1.0, "button_a": 0.0, "button_b": 1.0,
        }
    )  # fmt: skip


def test_ios_gives_both_accelerations_with_the_other_sign_and_turns_alike() -> None:
    android = physical(STILL, 1.0, REST)
    safari = list(STILL)
    safari[2:8] = [-number for number in STILL[2:8]]
    assert physical(safari, -1.0, REST) == android
    assert physical(STILL, -1.0, REST)[6:] == android[6:]


def test_what_the_phone_does_not_give_stays() -> None:
    before = physical(STILL, 1.0, REST)
    deaf = [*STILL[:2], *[NAN] * 12, *STILL[14:]]
    assert missing(deaf) == ("acc", "lin", "gyro", "quat")
    assert physical(deaf, 1.0, before) == before
    assert physical(deaf, 1.0, REST)[:13] == REST[:13]
    half = list(STILL)
    half[9] = NAN  # one axis of a group: nothing of it is used
    assert missing(half) == ("gyro",)
    assert physical(half, 1.0, REST)[6:9] == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("index", "value", "reason"),
    [
        (0, NAN, "not a finite number"),
        (1, math.inf, "not a finite number"),
        (15, NAN, "not a finite number"),
        (3, -math.inf, "beyond"),
        (8, 1e300, "beyond"),
        (12, NAN, ""),
        (4, -12.5, ""),
    ],
)
def test_samples_that_cannot_be_used(index: int, value: float, reason: str) -> None:
    raw = list(STILL)
    raw[index] = value
    assert reason in fault(raw) and bool(fault(raw)) == bool(reason)


def rotation(alpha: float, beta: float, gamma: float) -> np.ndarray:
    """The matrix of the W3C document: Z(alpha) X(beta) Y(gamma)."""
    a, b, g = np.radians([alpha, beta, gamma])
    z = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
    x = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    y = np.array([[math.cos(g), 0, math.sin(g)], [0, 1, 0], [-math.sin(g), 0, math.cos(g)]])
    return z @ x @ y


@pytest.mark.parametrize(
    "angles", [(0, 0, 0), (90, 0, 0), (10, 20, 30), (350, -170, 89), (180, 179, -90), (270, 45, -45)]
)
def test_the_quaternion_turns_as_the_angles_do(angles: tuple[float, float, float]) -> None:
    w, x, y, z = quaternion(*angles)
    assert w >= 0.0 and math.isclose(w * w + x * x + y * y + z * z, 1.0)
    matrix = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
    assert np.allclose(matrix, rotation(*angles))


def test_channels_are_those_asked_for_in_that_order() -> None:
    assert [CHANNELS[i].name for i in columns(("gyro", "acc", "gyro"))] == [
        "gyro_x", "gyro_y", "gyro_z", "acc_x", "acc_y", "acc_z",
    ]  # fmt: skip
    assert columns(tuple(GROUPS)) == list(range(len(CHANNELS)))
    one, two = Phone().spec(), Phone(phones=2).spec()
    assert [str(c) for c in one.channels] == [
        "acc_x m/s2", "acc_y m/s2", "acc_z m/s2", "gyro_x rad/s", "gyro_y rad/s", "gyro_z rad/s",
    ]  # fmt: skip
    assert two.names[:7] == (*[f"phone1_{name}" for name in one.names], "phone2_acc_x")


def test_jitter_of_the_way_does_not_reach_the_time() -> None:
    rng, clock = np.random.default_rng(3), Alignment()
    own = np.arange(3000) / 60.0 + 12345.0
    arrived = own - 12000.0 + 0.004 + rng.exponential(0.02, len(own))
    at = np.array([clock.place(t, a) for t, a in zip(own.tolist(), arrived.tolist(), strict=True)])
    steps = np.diff(at)
    assert (at <= arrived).all() and (steps >= 0).all()
    settled = steps[600:]
    assert np.abs(settled - 1 / 60).max() < 0.0003 < np.diff(arrived).std()
    assert 0.0 <= (at - (own - 12000.0 + 0.004))[600:].max() < 0.002


def test_a_clock_that_drifts_or_is_set_anew_is_followed() -> None:
    clock = Alignment()
    for i in range(6000):
        at = clock.place(50.0 + i / 60.0, 100.0 + i / 60.0 * 1.0005)
    assert abs(at - (100.0 + 5999 / 60.0 * 1.0005)) < 0.01
    again = clock.place(3.0, 500.0)
    assert again == 500.0
    assert clock.place(3.016, 500.016) == pytest.approx(500.016)
    assert clock.place(3.0, 500.03) <= 500.03


def test_the_token_lets_so_many_phones_in() -> None:
    door = Admission(2, b"secret")
    assert (
        door.right(door.token)
        and not door.right(door.token + "x")
        and not door.right("")
        and not door.right("ä")
    )
    assert Admission(2, b"secret").token != door.token
    first, second, third = (door.phone(door.new_pass(1000.0), 1000.0) for _ in range(3))
    assert len({first, second, third, ""}) == 4
    assert (door.place(first), door.place(second), door.place(third), door.place(first)) == (1, 2, 0, 1)
    assert door.full_for(third) and not door.full_for(second)


def test_a_phone_gets_its_place_back_after_a_restart() -> None:
    before = Admission(3, b"secret")
    given = before.new_pass(1000.0)
    after = Admission(3, b"secret")
    phone = after.phone(given, 2000.0)
    assert phone and after.place(phone, wanted=2) == 2
    assert after.place("another", wanted=2) == 1
    assert after.place("one more", wanted=99) == 3


def test_passes_that_are_not_ours() -> None:
    door = Admission(1, b"secret")
    given = door.new_pass(1000.0)
    for wrong in (
        "",
        ".",
        "a.b.c",
        given[:-1],
        given + "0",
        "f" + given,
        given.replace("1000", "9000"),
        "ä.1.ö",
        "." * 500,
    ):
        assert door.phone(wrong, 1000.0) == ""
    assert Admission(1, b"other").phone(given, 1000.0) == ""
    assert door.phone(given, 1000.0 + PASS_SECONDS) and not door.phone(given, 1001.0 + PASS_SECONDS)
    assert not door.phone(given, 900.0)


def test_wrong_tokens_become_slow() -> None:
    door = Admission(1, b"secret")
    assert [door.may_try("a", 100.0) for _ in range(21)] == [True] * 20 + [False]
    assert door.may_try("b", 100.0) and door.may_try("a", 101.5) and not door.may_try("a", 101.5)
    for i in range(1000):
        door.may_try(str(i), 100.0)
    assert len(door._tries) <= 256
    bucket = Bucket(10.0, 3.0)
    assert sum(bucket.take(i / 100.0) for i in range(1000)) in range(100, 104)


def test_the_certificate_is_kept_by_its_owner_alone_and_made_anew_when_it_must(tmp_path: Path) -> None:
    hosts = ["localhost", "127.0.0.1", "192.168.1.20", "laptop.local"]
    made = Identity(tmp_path / "deep" / "phone", hosts)
    assert made.new and stat.S_IMODE(made.path.stat().st_mode) == 0o600
    read = x509.load_pem_x509_certificate(made.path.read_bytes())
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "laptop.local"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address(host) for host in hosts[1:3]]
    assert (read.not_valid_after_utc - read.not_valid_before_utc).days <= 398
    assert not read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert isinstance(made.context(), ssl.SSLContext)

    folder = made.path.parent
    same = Identity(folder, hosts[:3])
    assert not same.new and same.secret == made.secret
    moved = Identity(folder, ["10.0.0.7"])
    assert moved.new and moved.secret == made.secret
    late = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=DAYS - 3)
    assert Identity(folder, ["10.0.0.7"], late).new
    made.path.write_text("nothing of the kind")
    broken = Identity(folder, ["10.0.0.7"])
    assert broken.new and broken.secret != made.secret
    assert [path.name for path in folder.iterdir()] == ["phone.pem"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "phone").write_text("a file, not a folder")
    with pytest.raises(FileError, match="make the folder writable"):
        Identity(tmp_path / "phone", ["localhost"])


def test_own_addresses() -> None:
    found = addresses.own()
    assert all(not ipaddress.ip_address(address).is_loopback for address in found)
    assert set(found) >= {a for name, a in addresses.interfaces() if name.startswith(("eth", "wl", "en"))}
    assert all(name == name.lower() for name in addresses.names())


def test_what_is_not_installed_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_input, "NEEDS", ("aiohttp", "no_such_library"))
    with pytest.raises(DeviceError) as caught:
        Phone(port=0).start(SystemClock())
    assert str(caught.value) == (
        f"input phone: no_such_library not installed; the phone's page needs it; {install('phone')}"
    )


def test_a_phone_without_channels() -> None:
    with pytest.raises(SettingsError, match="acc, lin, gyro"):
        Phone(channels=()).start(SystemClock())
