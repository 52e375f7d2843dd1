"""Small pictures of demonstrations, read between paints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from little_control import write_demonstration

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.takes import encode, file_name
from gesturemap.window.facts.thumbnails import KEPT, POINTS, Gallery, drawn, read, thin


def test_a_long_demonstration_is_thinned_and_fills_its_picture() -> None:
    time = np.linspace(10.0, 20.0, 5000)
    picture = thin(time, np.stack([np.sin(time), 1e-9 * time, np.full(5000, 3.0)], axis=1))
    assert picture.x.shape == (POINTS,)
    assert picture.y.shape == (3, POINTS)
    assert (picture.x[0], picture.x[-1]) == (0.0, 1.0)
    assert picture.y[0].min() == pytest.approx(0.0)
    assert picture.y[0].max() == pytest.approx(1.0)
    assert np.ptp(picture.y[1]) < 1e-6  # what hardly moves is not blown up
    assert picture.y[2] == pytest.approx(0.5)


def test_a_line_is_broken_where_nothing_came() -> None:
    time = np.linspace(0.0, 10.0, 1001)
    lost = (time > 4.0) & (time < 8.5)
    time, values = time[~lost], np.stack([np.sin(time), np.cos(time)], axis=1)[~lost]
    picture = thin(time, values)
    assert picture.x[picture.behind - 1 : picture.behind + 1].tolist() == pytest.approx([0.4, 0.85])
    assert picture.y[1, picture.behind] == pytest.approx(0.5 + 0.5 * np.cos(8.5), abs=0.01)
    assert len(picture.x) <= POINTS + 2 and picture.y.shape == (2, len(picture.x))
    assert thin(time[:300], values[:300]).behind == 0


def test_one_frame_is_a_picture_too() -> None:
    assert thin(np.array([1.0]), np.array([[2.0, 3.0]])).y.tolist() == [[0.5], [0.5]]


def test_a_picture_that_could_not_be_read_is_read_when_its_file_is_another_one(tmp_path: Path) -> None:
    gallery = Gallery(str(tmp_path))
    for n, broken in enumerate((None, b"half")):
        if broken is not None:
            (tmp_path / file_name(f"d{n}")).write_bytes(broken)
        gallery.get(f"d{n}")
        assert gallery.work()
        gallery.look_in(str(tmp_path))
        assert gallery.get(f"d{n}") == (True, None)
        assert not gallery.work()  # it is as it was
        write_demonstration(tmp_path, f"d{n}")
        gallery.look_in(str(tmp_path))
        gallery.get(f"d{n}")
        assert gallery.work()
        assert gallery.get(f"d{n}")[1] is not None


def test_pictures_are_read_a_few_at_a_time(tmp_path: Path) -> None:
    for n in range(5):
        write_demonstration(tmp_path, f"d{n}")
    gallery = Gallery(str(tmp_path))
    assert gallery.get("d0") == (False, None)
    for n in range(5):
        gallery.get(f"d{n}")
    assert gallery.work(3)
    looked = [gallery.get(f"d{n}")[0] for n in range(5)]
    assert looked == [True, True, True, False, False]
    gallery.work(3)
    assert gallery.get("d4")[1] is not None
    assert not gallery.work()


def test_what_cannot_be_read_is_said_once_and_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 no zip")
    gallery = Gallery(str(tmp_path))
    for name in ("broken", "missing", "../../etc/passwd"):
        gallery.get(name)
        gallery.work()
        assert gallery.get(name) == (True, None)
    assert read(tmp_path) is None


def test_another_folder_forgets_and_memory_is_bounded(tmp_path: Path) -> None:
    gallery = Gallery(str(tmp_path))
    for n in range(KEPT + 50):
        gallery.get(f"m{n}")
        gallery.work()
    assert gallery.get("m0") == (False, None)
    assert gallery.get(f"m{KEPT + 49}") == (True, None)
    gallery.look_in(str(tmp_path / "other"))
    assert gallery.get(f"m{KEPT + 49}") == (False, None)


def test_a_way_over_the_pad_keeps_its_shape_and_its_beginning(tmp_path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 300)
    circle = np.stack([0.3 + 0.1 * np.cos(angle), 0.6 + 0.05 * np.sin(angle)], axis=1)
    path = drawn(circle)
    assert path.shape == (2, 300)
    assert path[:, 0] == pytest.approx([1.0, 0.5])  # it begins at the right
    assert np.ptp(path[0]) == pytest.approx(1.0, abs=0.01)
    assert np.ptp(path[1]) == pytest.approx(0.5, abs=0.01)
    assert drawn(np.full((1, 2), 0.2)).T.tolist() == [[0.5, 0.5]]
    write_demonstration(tmp_path, "a1")  # x, y, pressed
    made = read(tmp_path / file_name("a1"))
    assert made is not None
    assert made.path is not None


def test_other_channels_have_no_path(tmp_path: Path) -> None:
    time = np.arange(30) / 60
    made = Demonstration("b", "b", Spec.of("x", "y", "z", rate=60.0), time, np.ones((30, 3)))
    (tmp_path / file_name("b")).write_bytes(encode(made))
    found = read(tmp_path / file_name("b"))
    assert found is not None
    assert found.path is None
