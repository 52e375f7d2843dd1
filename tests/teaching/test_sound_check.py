"""The sound check: what differs today is named, what puts it right does, and a clean day is not disturbed."""

import json

import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration, through
from gesturemap.errors import DataError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Spec
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.project.takes import encode
from gesturemap.teaching import align
from gesturemap.teaching.critique import mounting
from gesturemap.teaching.critique.sound_check import offered, sound_check

SPEC = Spec.of("acc_x g", "acc_y g", "acc_z g", rate=50.0)
RNG = np.random.default_rng(2)


def made(label, number, seed, values=None):
    """A movement in all directions about gravity, somewhat different each time."""
    rng = np.random.default_rng((seed, number))
    time = np.arange(80) / 50.0
    at = (time / time[-1]) ** rng.uniform(0.9, 1.1)
    shape = {"a": (3.0, 5.0, 8.0), "b": (7.0, 2.0, 4.0), "c": (1.0, 9.0, 2.0)}[label]
    base = np.stack([np.sin(w * at * 2 + k) for k, w in enumerate(shape)], 1) * rng.uniform(0.9, 1.1)
    out = base * 0.6 + [0.0, 0.2, 1.0] + 0.03 * rng.normal(size=(80, 3))
    return Demonstration(f"{label}-{number}", label, SPEC, time, np.ascontiguousarray(out))


TAUGHT = [made(label, n, 0) for label in "abc" for n in range(6)]
TODAY = [made(label, n, 1) for label in "ab" for n in range(3)]


def changed(matrix, ones=TODAY):
    return [
        one.__class__(one.id, one.label, one.spec, one.time, one.values @ np.transpose(matrix))
        for one in ones
    ]


def off(values, ones=TODAY):
    return [one.__class__(one.id, one.label, one.spec, one.time, one.values + values) for one in ones]


def mended(ones, tables):
    features = [catalog.read("features", table, "test") for table in tables]
    return [through(one, ChainRun(features, one.spec).step, one.spec).values for one in ones]


def turned(degrees, axis):
    angle, (x, y, z) = np.radians(degrees), np.array(axis) / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross


def test_the_path_is_the_cheapest_there_is():
    """Oracle: all paths of small movements."""
    a, b = RNG.normal(size=(5, 2)), RNG.normal(size=(4, 2))

    def cheapest(i, j):
        here = float(((a[i] - b[j]) ** 2).sum())
        before = [(i - 1, j), (i, j - 1), (i - 1, j - 1)]
        ways = [cheapest(*p) for p in before if min(p) >= 0]
        return here + (min(ways) if ways else 0.0)

    path = align.pairs(a, b)
    cost = sum(float(((a[i] - b[j]) ** 2).sum()) for i, j in path)
    assert cost == pytest.approx(cheapest(4, 3))
    assert tuple(path[0]) == (0, 0)
    assert tuple(path[-1]) == (4, 3)
    assert {tuple(step) for step in np.diff(path, axis=0)} <= {(1, 0), (0, 1), (1, 1)}


def test_a_day_like_that_of_the_training_is_clean():
    assert sound_check(TAUGHT, TODAY).findings == []


@pytest.mark.parametrize("seed", range(4))
def test_a_sensor_that_is_turned_is_turned_back(seed):
    matrix = turned(20.0, np.random.default_rng(seed).normal(size=3))
    today = changed(matrix)
    found = sound_check(TAUGHT, today)
    assert [one.kind for one in found.findings] == ["turned"]
    assert found.findings[0].figures["degrees"] == pytest.approx(20.0, abs=4.0)
    (table,) = found.corrections
    left = np.reshape(table["matrix"], (3, 3)) @ matrix
    assert np.degrees(np.arccos((np.trace(left) - 1.0) / 2.0)) < 5.0
    assert found.findings[0].command.table == [table]
    assert found.findings[0].command.section == "corrections"


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("bias", [-1.0, -0.3, 0.2, 0.5])
def test_an_axis_that_lies_elsewhere_is_an_offset_and_no_turn_or_gain(axis, bias):
    today = off(bias * np.eye(3)[axis])
    found = sound_check(TAUGHT, today)
    assert [(one.kind, one.channel) for one in found.findings] == [("offset", "acc")]
    assert f"{SPEC.names[axis]} lies" in found.findings[0].evidence
    (table,) = found.corrections
    assert table["columns"] == [SPEC.names[axis]]
    assert table["offset"] == pytest.approx([-bias], abs=0.04)
    assert found.findings[0].command.table == [table]
    for values, one in zip(mended(today, found.corrections), TODAY, strict=True):
        assert np.abs(values - one.values).max() < 0.04


def test_what_one_change_does_not_explain_is_named_and_not_put_right():
    today = off([0.0, 0.5, 0.0], changed(turned(40.0, [1.0, 1.0, 0.0])))
    found = sound_check(TAUGHT, today)
    assert [one.kind for one in found.findings] == ["turned"]
    assert "only a part" in found.findings[0].evidence
    assert found.findings[0].command is None
    assert found.corrections == []


def test_what_two_changes_explain_alike_is_not_put_right():
    """Nothing but gravity: no movement tells a turn from an offset."""
    still = np.array([0.0, 0.0, 1.0])

    def held(ones):
        noise = [RNG.normal(size=(80, 3)) for _ in ones]
        return [
            one.__class__(one.id, one.label, one.spec, one.time, still + 0.02 * each)
            for one, each in zip(ones, noise, strict=True)
        ]

    found = sound_check(held(TAUGHT), changed(turned(20.0, [1.0, 0.0, 0.0]), held(TODAY)))
    assert [one.kind in ("turned", "offset") for one in found.findings] == [True]
    assert "nearly as well" in found.findings[0].evidence
    assert found.findings[0].command is None


@pytest.mark.parametrize("flat", mounting.swaps(3)[1:], ids=str)
@pytest.mark.long
def test_every_way_to_swap_and_turn_axes_is_put_right_exactly(flat):
    today = changed(np.reshape(flat, (3, 3)))
    found = sound_check(TAUGHT, today)
    assert [one.kind for one in found.findings] == ["axes"]
    for values, one in zip(mended(today, found.corrections), TODAY, strict=True):
        assert np.array_equal(values, one.values)


def test_a_larger_range_and_another_rate_are_named_each_by_itself():
    found = sound_check(TAUGHT, changed(1.5 * np.eye(3)))
    assert [one.kind for one in found.findings] == ["gain"]
    assert found.findings[0].figures["gain"] == pytest.approx(1.5, rel=0.1)
    half = [one.__class__(one.id, one.label, one.spec, one.time[::2], one.values[::2]) for one in TODAY]
    found = sound_check(TAUGHT, half, input_table={"kind": "osc", "frame": "last", "rate": 0.0})
    assert [one.kind for one in found.findings] == ["rate"]
    assert found.rate == pytest.approx(50.0)
    assert found.findings[0].command.table == {"kind": "osc", "frame": "timer", "rate": 50.0}


def test_channels_that_are_gone_or_dead_are_named():
    two = Spec(SPEC.channels[:2], 50.0)
    gone = [one.__class__(one.id, one.label, two, one.time, one.values[:, :2]) for one in TODAY]
    assert ("missing", "acc_z") in {(one.kind, one.channel) for one in sound_check(TAUGHT, gone).findings}
    dead = changed(np.diag([1.0, 0.0, 1.0]))
    assert ("dead", "acc_y") in {(one.kind, one.channel) for one in sound_check(TAUGHT, dead).findings}


def test_it_asks_for_gestures_that_tell_the_direction():
    line = Demonstration(
        "line", "line", SPEC, TAUGHT[0].time, np.ascontiguousarray(TAUGHT[0].values * [1, 0, 0])
    )
    assert "line" not in offered([*TAUGHT, line])
    with pytest.raises(DataError, match="gestures that were taught are compared"):
        sound_check(TAUGHT, [line])


@pytest.fixture
def project(tmp_path):
    from gesturemap.library import presets

    plain, _ = read_project(presets()["phone-gestures"])
    folder = tmp_path / "mine"
    save_project(plain, folder)
    return folder


def asked(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["teach", *map(str, words)])
    return ended.value.code, capsys.readouterr()


def test_the_command_asks_for_gestures_and_puts_a_project_right(capsys, project, tmp_path):
    code, said = asked(capsys, project, "soundcheck", "--json")
    wanted = json.loads(said.out)["wanted"]
    assert code == 0
    assert len(wanted) == 2
    shown = [one for one in read_project(project)[0].shown if one.label in wanted]
    flip = np.ones(shown[0].spec.width)
    flip[list(shown[0].spec.names).index("acc_x")] = -1.0
    files = []
    for number, one in enumerate(shown):
        files.append(tmp_path / f"today-{number}.npz")
        values = np.ascontiguousarray(one.values * flip)
        files[-1].write_bytes(encode(one.__class__(f"t{number}", one.label, one.spec, one.time, values)))
    code, said = asked(capsys, project, "soundcheck", *files, "--apply")
    assert code == 0
    assert "acc_x is -acc_x" in said.out
    again = read_project(project)[0]
    assert [one.kind for one in again.corrections] == ["axes"]
    code, said = asked(
        capsys, project, "soundcheck", *files, "--apply"
    )  # the same, recorded before it was put right
    assert code == 0 and "it is put right already" in said.out and "put right: [[" not in said.out
    assert [one.kind for one in read_project(project)[0].corrections] == ["axes"]
    assert again.configured("corrections", [], "test").corrections == ()


@pytest.mark.parametrize("gone", [False, True], ids=["stands still", "does not come"])
def test_of_a_vector_whose_axis_is_dead_today_nothing_else_is_said_or_put_right(gone):
    """Held otherwise, the other axes are larger and lie elsewhere; single channels beside it are still compared."""
    spec = Spec.of("acc_x g", "acc_y g", "acc_z g", "pressure hPa", rate=50.0)

    def beside(one, scale=1.0):
        column = scale * np.sin(np.arange(len(one)) / 9.0)
        return Demonstration(one.id, one.label, spec, one.time, np.c_[one.values, column])

    taught = [beside(one) for one in TAUGHT]
    today = [beside(one, 2.0) for one in changed(turned(60.0, (1, 0, 0)))]
    kept = Spec.of("acc_x g", "acc_y g", "pressure hPa", rate=50.0)
    today = [
        Demonstration(one.id, one.label, kept, one.time, one.values[:, [0, 1, 3]])
        if gone
        else Demonstration(one.id, one.label, spec, one.time, one.values * [1, 1, 0, 1] + [0, 0, 0.3, 0])
        for one in today
    ]
    checked = sound_check(taught, today)
    first, *rest = checked.findings
    assert (first.kind, first.channel) == ("missing" if gone else "dead", "acc_z")
    assert "was not compared" in first.remedy
    assert {one.channel for one in rest} == {"pressure"}
    assert {name for table in checked.corrections for name in table["columns"]} == {"pressure"}


def test_a_folder_of_recordings_says_what_its_files_say(capsys, project, tmp_path):
    day = tmp_path / "day"
    day.mkdir()
    for number, one in enumerate(read_project(project)[0].shown[:4]):
        values = np.ascontiguousarray(one.values * 1.5)
        again = one.__class__(f"t{number}", one.label, one.spec, one.time, values)
        (day / f"today-{number}.npz").write_bytes(encode(again))
    (day / "notes.txt").write_text("windy")
    one_by_one = asked(capsys, project, "soundcheck", *sorted(day.glob("*.npz")), "--json")
    code, said = asked(capsys, project, "soundcheck", day, "--json")
    assert (code, said.out) == (one_by_one[0], one_by_one[1].out)
    assert json.loads(said.out)["corrections"]
    assert json.loads(asked(capsys, project, "soundcheck", project, "--json")[1].out)["corrections"] == []
    empty = tmp_path / "empty"
    empty.mkdir()
    code, said = asked(capsys, project, "soundcheck", empty)
    assert code == 2
    assert "a project is a folder with a project.toml" in " ".join(said.err.split())
