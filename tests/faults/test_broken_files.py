"""Broken, hostile and half-written projects: one clear line, nothing lost, nothing executed."""

from __future__ import annotations

import io
import os
import pickle
import random
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_project import GOOD, arrays

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError, FileError, GesturemapError, SettingsError
from gesturemap.frames import Spec
from gesturemap.library import project_folder
from gesturemap.project.arrays import read_npz
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

# project.toml


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[project\nname = 1", "line 1"),
        (GOOD.replace('kind = "hhmm"', "kind = hhmm"), "line 11"),
        ("a = " + "[" * 5000, "nested"),
        ("\0", "line 1"),
        ("", "no [project]"),
        (GOOD.replace("version = 1", "version = 2"), "newer gesturemap"),
        (GOOD.replace("version = 1", "version = true"), "version"),
        (GOOD.replace("version = 1", "version = 0"), "version"),
        (GOOD.replace("version", "verison"), "did you mean 'version'"),
        (GOOD.replace('name = "test"', ""), "no name"),
        (GOOD.replace('name = "test"', "name = 3"), "a text is wanted"),
        (GOOD.replace("[model]", "[modle]"), "did you mean 'model'"),
        (GOOD.replace('[model]\nkind = "hhmm"', ""), "no [model]"),
        (GOOD.replace('kind = "pointer"', 'kind = "ponter"'), "did you mean 'pointer'"),
        (GOOD + "states = 0\n", "states"),
        (GOOD + "states = inf\n", "states"),
        (GOOD.replace('["circle"]', '["circle", "circle"]'), "twice"),
        (GOOD.replace('["circle"]', "[1]"), "a list of names"),
        (GOOD.replace('["circle"]', '"circle"'), "a list of names"),
        (GOOD + "[[features]]\nkind = 3\n", "features[0]"),
        ("features = 3\n" + GOOD, "a list of tables"),
        (GOOD + "[sound]\nvoices = [1]\n", "voices[0]"),
        (GOOD + "[sound]\nvolume = 7\n", "volume"),
    ],
)
def test_a_broken_settings_file_is_one_line_that_says_where(folder: Path, text: str, said: str) -> None:
    (folder / "project.toml").write_text(text)
    with pytest.raises((FileError, SettingsError)) as caught:
        read_project(folder)
    line = str(caught.value)
    assert said in line
    assert str(folder / "project.toml") in line
    assert "\n" not in line
    assert caught.value.next_step


def test_a_settings_file_that_is_no_text_or_too_long(folder: Path) -> None:
    (folder / "project.toml").write_bytes(b"name = '\xff\xfe'")
    with pytest.raises(FileError, match="UTF-8"):
        read_project(folder)
    (folder / "project.toml").write_bytes(b"#" * (2 << 20))
    with pytest.raises(FileError, match="at most"):
        read_project(folder)


def test_a_file_from_an_editor_that_writes_a_byte_order_mark_is_read(folder: Path) -> None:
    (folder / "project.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    project, warnings = read_project(folder)
    assert (project.name, warnings) == ("test", [])
    save_project(project, folder)
    assert read_project(folder)[0].name == "test"


def test_a_missing_project_names_the_presets(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no such project or preset; presets: .*; give the folder"):
        project_folder("no-such-preset")
    with pytest.raises(FileError, match=r"no project\.toml"):
        project_folder(str(tmp_path))
    with pytest.raises(FileError, match=r"project\.toml"):
        read_project(tmp_path)


def test_an_empty_vocabulary_opens(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text(GOOD.replace('["circle"]', "[]"))
    project, warnings = read_project(tmp_path)
    assert (project.gestures, project.demonstrations, warnings) == ((), (), [])
    save_project(project, tmp_path)
    assert read_project(tmp_path)[0].gestures == ()


# One demonstration


class Bomb:
    """What a pickle can do to whoever loads it."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, (f"touch {self.canary}",))


def saved(**changes: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays(**changes))
    return buffer.getvalue()


def header(text: str, version: bytes = b"\x01\x00") -> bytes:
    raw = text.encode()
    size = struct.pack("<H", len(raw)) if version == b"\x01\x00" else struct.pack("<I", len(raw))
    return b"\x93NUMPY" + version + size + raw


def zipped(member: bytes, name: str = "values.npy", **options: Any) -> bytes:
    """A demonstration, with one member given as bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", options.pop("method", zipfile.ZIP_STORED)) as archive:
        for other, array in arrays(values=None).items():
            with archive.open(f"{other}.npy", "w") as file:
                np.lib.format.write_array(file, np.asanyarray(array))
        archive.writestr(name, member)
    return buffer.getvalue()


def lying(data: bytes, size: int) -> bytes:
    """The zip's directory says that the last member is so large."""
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 20] + struct.pack("<II", size, size) + data[at + 28 :]


def shape(text: str, kind: str = "<f8") -> bytes:
    return header(f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({text}), }}\n")


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "0 bytes"),
    "text": (lambda: b"x,y\n1,2\n" * 10, "missing or strange"),
    "cut off": (lambda: saved()[:-40], "missing or strange"),
    "middle gone": (lambda: saved()[:60] + saved()[90:], "."),
    "flipped bit": (lambda: saved().replace(np.arange(6.0).tobytes(), np.arange(1.0, 7.0).tobytes()), "CRC"),
    "no values": (lambda: saved(values=None), "no array 'values'"),
    "no time": (lambda: saved(time=None), "no array 'time'"),
    "no label": (lambda: saved(label=None), "no array 'label'"),
    "empty label": (lambda: saved(label=np.array("")), "1 to 40 printable"),
    "label a list": (lambda: saved(label=np.array(["a"])), "one short text"),
    "label endless": (lambda: saved(label=np.array("x" * 100_000)), "one short text"),
    "channels twice": (lambda: saved(channels=np.array(["x", "x"])), "name of its own"),
    "channel without name": (lambda: saved(channels=np.array(["x", " "])), "name unit"),
    "channels as numbers": (lambda: saved(channels=np.arange(2)), "a list of names"),
    "nan": (lambda: saved(values=np.array([[0, 1], [np.nan, 1], [2, 3]])), "channel x, frame 1.*nan"),
    "infinite": (lambda: saved(values=np.array([[0, 1], [0, 1], [2, -np.inf]])), "channel y, frame 2.*inf"),
    "time goes back": (lambda: saved(time=np.array([0.0, 2.0, 1.0])), "must not fall"),
    "time is nan": (lambda: saved(time=np.array([0.0, np.nan, 1.0])), "must not fall"),
    "time too short": (lambda: saved(time=np.arange(2.0)), "shape"),
    "flat values": (lambda: saved(values=np.arange(6.0)), "shape"),
    "too many columns": (lambda: saved(values=np.zeros((3, 3))), "shape"),
    "complex": (lambda: saved(values=np.zeros((3, 2), complex)), "numbers or text"),
    "text for numbers": (lambda: saved(values=np.full((3, 2), "x")), "numbers are wanted"),
    "rate below zero": (lambda: saved(rate=np.array(-1.0)), "rate"),
    "targets too few": (
        lambda: saved(outputs=np.array(["pitch"]), targets=np.zeros((2, 1))),
        "'targets' has shape",
    ),
    "infinite target": (
        lambda: saved(outputs=np.array(["pitch"]), targets=np.array([[np.nan], [0.0], [np.inf]])),
        "output pitch, frame 2",
    ),
    "no frames": (
        lambda: saved(values=np.zeros((0, 2)), time=np.zeros(0)),
        "no frames",
    ),
    "not an array": (lambda: zipped(b"hello", "notes.txt"), "only arrays"),
    "twice": (lambda: zipped(b"", "labex.npy").replace(b"labex", b"label"), "each once"),
    "newer npy": (lambda: zipped(header("{}", b"\x09\x00")), "version"),
    "header is code": (lambda: zipped(header("__import__('os').system('touch canary')\n")), "broken"),
    "header without end": (lambda: zipped(b"\x93NUMPY\x02\x00\xff\xff\xff\xff"), "broken"),
    "huge shape": (lambda: zipped(shape("1000000000000, 2") + bytes(96)), "claims"),
    "huge shape, honest zip": (lambda: lying(zipped(shape("500000000, ") + bytes(8)), 4_000_000_128), "."),
    "shape over 64 bits": (lambda: zipped(shape("4294967296, 4294967296, 4294967296")), "claims"),
    "shape below zero": (lambda: zipped(shape("-3, -2") + bytes(48)), "claims"),
    "huge text": (lambda: zipped(shape("", "<U100000000")), "claims"),
    "bomb": (
        lambda: zipped(shape("100000000, 2") + bytes(1 << 20), method=zipfile.ZIP_DEFLATED),
        "claims",
    ),
    "other packing": (lambda: zipped(shape("1, ") + bytes(8), method=zipfile.ZIP_LZMA), "plain or deflated"),
}


@pytest.mark.parametrize("kind", BAD)
def test_one_bad_demonstration_is_named_and_the_others_open(folder: Path, kind: str) -> None:
    make, said = BAD[kind]
    path = folder / "demonstrations" / "bad.npz"
    path.write_bytes(make())
    project, warnings = read_project(folder)
    assert [d.id for d in project.demonstrations] == ["good"]
    assert len(warnings) == 1
    assert str(path) in warnings[0]
    assert re.search(said, warnings[0]), warnings[0]
    assert "\n" not in warnings[0]
    assert not Path("canary").exists()


def test_a_pickle_is_never_loaded(folder: Path) -> None:
    canary = folder / "canary"
    bomb = Bomb(canary)
    pickled = pickle.dumps(bomb)
    objects = np.empty(1, object)
    objects[0] = bomb
    bad = folder / "demonstrations"
    np.savez(bad / "objects.npz", **arrays(note=objects))
    np.savez(bad / "values.npz", **arrays(values=objects))
    (bad / "bare.npz").write_bytes(pickled)
    (bad / "member.npz").write_bytes(zipped(pickled))
    (bad / "structured.npz").write_bytes(
        zipped(header("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (1,)}\n"))
    )
    np.save(bad / "array.npy", objects, allow_pickle=True)
    (bad / "array.npy").rename(bad / "array.npz")
    project, warnings = read_project(folder)
    assert [d.id for d in project.demonstrations] == ["good"]
    assert len(warnings) == 6
    assert not canary.exists()


def test_a_one_frame_gesture_and_other_number_types_open(folder: Path) -> None:
    extra = folder / "demonstrations"
    np.savez(extra / "one.npz", **arrays(values=np.ones((1, 2)), time=np.zeros(1)))
    np.savez_compressed(extra / "packed.npz", **arrays(values=np.ones((3, 2), np.float32)))
    np.savez(extra / "whole.npz", **arrays(values=np.asfortranarray(np.arange(6).reshape(3, 2))))
    np.savez(extra / "big-endian.npz", **arrays(values=np.arange(6.0).reshape(3, 2).astype(">f8")))
    project, warnings = read_project(folder)
    assert warnings == []
    found = {d.id: d for d in project.demonstrations}
    assert len(found["one"]) == 1
    for name in ("whole", "big-endian"):
        assert np.array_equal(found[name].values, np.arange(6.0).reshape(3, 2))
        assert found[name].values.dtype == np.float64
        assert found[name].values.dtype.isnative
        assert found[name].values.flags.c_contiguous


def test_many_members_and_a_huge_directory_are_refused_before_they_are_listed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(100):
            archive.writestr(f"{number}.npy", b"")
    with pytest.raises(FileError, match="at most 64"):
        read_npz(buffer.getvalue(), "many")
    data = bytearray(buffer.getvalue())
    data[-14:-10] = struct.pack("<HH", 1, 1)
    with pytest.raises(FileError):
        read_npz(bytes(data), "many")


MEMORY = """
import resource, sys
from pathlib import Path
from gesturemap.project.read import read_project
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
project, warnings = read_project(Path(sys.argv[1]))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(project.demonstrations), len(warnings), (after - before) // 1024)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is measured with resource")
def test_bombs_take_little_memory(folder: Path) -> None:
    bad = folder / "demonstrations"
    rows = 6_000_000  # 92 MiB out of 90 kB
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays(values=None).items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, np.asanyarray(array))
        with archive.open("values.npy", "w") as file:
            file.write(shape(f"{rows}, 2"))
            for _ in range(rows * 16 // (1 << 20)):
                file.write(bytes(1 << 20))
            file.write(bytes(rows * 16 % (1 << 20)))
    assert len(zeros.getvalue()) < 1 << 20
    (bad / "honest bomb.npz").write_bytes(zeros.getvalue())
    for number, kind in enumerate(("huge shape", "huge shape, honest zip", "huge text", "bomb")):
        (bad / f"{number}.npz").write_bytes(BAD[kind][0]())
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(20_000):
            archive.writestr(str(number), b"")
    (bad / "many.npz").write_bytes(many.getvalue())
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(folder)], capture_output=True, text=True, timeout=60, check=True
    )
    good, refused, megabytes = map(int, done.stdout.split())
    assert (good, refused) == (1, 6)
    assert megabytes < 200


@pytest.mark.parametrize("seed", range(120))
def test_noise_never_gives_anything_but_a_warning(folder: Path, seed: int) -> None:
    random_ = random.Random(seed)
    path = folder / "demonstrations" / "good.npz"
    data = bytearray(path.read_bytes())
    for _ in range(random_.randint(1, 8)):
        data[random_.randrange(len(data))] = random_.randrange(256)
    path.write_bytes(data)
    project, warnings = read_project(folder)
    assert len(project.demonstrations) + len(warnings) == 1


def test_an_error_names_what_to_do(folder: Path) -> None:
    (folder / "demonstrations" / "bad.npz").write_bytes(b"")
    with pytest.raises(GesturemapError) as caught:
        read_npz(folder / "demonstrations" / "bad.npz", "bad.npz")
    assert caught.value.next_step
    with pytest.raises(DataError, match="finite"):
        Demonstration("a", "b", Spec.of("x"), np.zeros(1), np.full((1, 1), np.nan)).check()
