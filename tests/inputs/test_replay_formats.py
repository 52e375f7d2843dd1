"""Recordings of other programs and devices: what stands in the file becomes channels, and guesses are said."""

from __future__ import annotations

import csv
import json
import random
import struct
from pathlib import Path

import numpy as np
import pytest
import pyxdf
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.clock import ManualClock
from gesturemap.errors import FileError, GesturemapError
from gesturemap.frames import Channel
from gesturemap.inputs.formats import names, times
from gesturemap.inputs.recordings import Recordings, read
from gesturemap.inputs.replay import Replay
from gesturemap.wire import xdf

RECORDED = Path(__file__).parent / "recorded"


def rows(name: str) -> list[list[float]]:
    """The numbers of a recorded CSV, read by other means."""
    with (RECORDED / name).open(newline="") as file:
        return [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]


def written(tmp_path: Path, text: str, name: str = "log.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_browser_log_with_dates_in_ms() -> None:
    found = read(RECORDED / "mogere.csv")
    raw = np.array(rows("mogere.csv"))
    assert found.spec.names == ("x", "y", "z", "alpha", "beta", "gamma")
    (recording,) = found.recordings
    assert recording.time == pytest.approx((raw[:, 0] - raw[0, 0]) / 1e3)
    assert recording.time == pytest.approx(raw[:, 1], abs=1e-6)  # its own second column
    assert np.array_equal(recording.values, raw[:, 2:])
    assert any("time in ms (guessed" in text for text in found.said)


def test_a_column_of_intervals_is_summed_and_said() -> None:
    found = read(RECORDED / "puara_intervals.csv")
    raw = np.array(rows("puara_intervals.csv"))
    (recording,) = found.recordings
    assert np.diff(recording.time) == pytest.approx(raw[1:, 0])
    assert 15.0 < found.spec.rate < 25.0
    assert "its time column holds the time since the sample before" in found.said


def test_ms_since_the_start() -> None:
    found = read(RECORDED / "puara_ms.csv")
    raw = np.array(rows("puara_ms.csv"))
    (recording,) = found.recordings
    assert recording.time == pytest.approx(raw[:, 0] / 1e3)
    assert recording.values.shape == (40, 15)
    assert any("time in ms" in text for text in found.said)


def test_opensignals_text() -> None:
    found = read(RECORDED / "opensignals_bitalino.txt")
    assert found.spec.names == ("I1", "I2", "O1", "O2", "A2")
    assert (found.spec.rate, found.lost) == (1000.0, 0)
    (recording,) = found.recordings
    assert recording.values[:5, 4].tolist() == [496.0, 496.0, 497.0, 498.0, 498.0]
    assert recording.time == pytest.approx(np.arange(40) / 1000.0)


def test_opensignals_counts_what_was_lost(tmp_path: Path) -> None:
    lines = (RECORDED / "opensignals_bitalino.txt").read_text().splitlines()
    path = written(tmp_path, "\n".join([*lines[:10], *lines[13:]]), "cut.txt")  # three samples gone
    found = read(path)
    assert found.lost == 3
    assert found.recordings[0].time[-1] == pytest.approx(39 / 1000.0)
    assert Replay(path=str(path)).start(ManualClock()).health.lost == 3


def test_comote_lines() -> None:
    found = read(RECORDED / "comote_v3.jsonl")
    assert [str(channel) for channel in found.spec.channels] == [
        *(f"acc_{axis} m/s2" for axis in "xyz"), *(f"gyro_{axis} rad/s" for axis in "xyz"),
        *(f"gravity_{axis} m/s2" for axis in "xyz"), *(f"mag_{axis} uT" for axis in "xyz"),
    ]  # fmt: skip
    first = json.loads((RECORDED / "comote_v3.jsonl").read_text().splitlines()[0])[0]
    (recording,) = found.recordings
    assert recording.user == "comote-test"
    assert recording.values[0, :3].tolist() == list(first["accelerometer"].values())[:3]
    assert 60.0 < found.spec.rate < 110.0


def test_comote_of_two_phones_one_of_which_loses_a_sensor(tmp_path: Path) -> None:
    def line(device: str, time: float, **sensors: float) -> str:
        return json.dumps([{"id": device, "timestamp": time} | {k: {"x": v} for k, v in sensors.items()}])

    text = "\n".join(
        [
            line("a", 0, accelerometer=1.0, gyroscope=2.0),
            line("b", 5, accelerometer=3.0, gyroscope=4.0),
            "no json",
            line("a", 10, accelerometer=5.0),  # the rotation is as it was
            json.dumps([{"id": "a", "note": "no time"}]),
        ]
    )
    found = read(written(tmp_path, text, "two.jsonl"))
    assert [each.user for each in found.recordings] == ["a", "b"]
    assert found.recordings[0].values.tolist() == [[1.0, 2.0], [5.0, 2.0]]
    assert found.recordings[0].time == pytest.approx([0.0, 0.01])
    assert any("2 lines" in text for text in found.said)


def test_json_of_rows_needs_a_rate() -> None:
    with pytest.raises(FileError, match="set rate"):
        read(RECORDED / "handwaving.json")
    found = read(RECORDED / "handwaving.json", rate=60.0)
    assert (found.recordings[0].label, found.recordings[0].values.shape) == ("circles", (20, 3))
    assert found.said == ("no time in it: 60 Hz as set",)


TABLES = [
    (
        '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)"\n9.364549E-3,1.0E0,3.5E0\n1.1365E-2,9.7E-1,3.6\n',
        ["Acceleration_x m/s2", "Acceleration_y m/s2"], [0.0, 0.002000451], [1.0, 3.5], (),
    ),
    (
        "time,seconds_elapsed,z,y,x\n1718030736872695300,0.0706953125,3,2,1\n1718030736882695300,0.0806953125,6,5,4\n",
        ["z", "y", "x"], [0.0, 0.01], [3.0, 2.0, 1.0], ("time in ns",),
    ),
    (
        "Time (s),Gyroscope X (deg/s),Accelerometer X (g),Magnetometer X (uT),Barometer (hPa)\n"
        "0.1,1,2,3,4\n0.12,5,6,7,8\n",
        ["Gyroscope_X deg/s", "Accelerometer_X g", "Magnetometer_X uT", "Barometer hPa"],
        [0.0, 0.02], [1.0, 2.0, 3.0, 4.0], (),
    ),
    ("timestamp [ms];accelerometer_x (m/s²)\n0;1,5\n10;-2\n", ["accelerometer_x m/s2"], [0.0, 0.01], [1.5], ()),
    ("loggingSample(N),accelerometerTimestamp_sinceReboot(s),accX(G)\n1,5.5,1\n2,5.51,1\n3,5.52,1\n",
     ["loggingSample N", "accX g"], [0.0, 0.01, 0.02], [1.0, 1.0], ("time taken from",)),
    ("# made by a board\n# t x y\n0.0 1 2\n0.5  3 4\n1.0 5 6\n", ["x", "y"], [0.0, 0.5, 1.0], [1.0, 2.0], ()),
    ("sep=;\nt_us;x\n0;1\n2000;2\n", ["x"], [0.0, 0.002], [1.0], ()),
    ("0.0257,-3.32\n0.0792,-4.69\n0.1325,-3.63\n", ["in_2"], [0.0, 0.0535, 0.1068], [-3.32],
     ("no header", "taken for the time", "time in s")),
    ("2024-06-03T12:01:46.100,0.5,0.25\n2024-06-03T12:01:46.150,0.6,0.35\n", ["in_1", "in_2"],
     [0.0, 0.05], [0.5, 0.25], ("no header",)),
    ("t,Gyroscope X,Gyroscope Y\n0,1,2\n0.1,3,4\n", ["Gyroscope_X", "Gyroscope_Y"], [0.0, 0.1], [1.0, 2.0], ()),
    ("t,x\n0.02,1\n0.02,2\n0.02,3\n0.02,4\n", ["x"], [0.0, 0.02, 0.04, 0.06], [1.0], ("since the sample before",)),
    ("t,x\n100,1\n110,2\n120,3\n130,4\n5,5\n15,6\n", ["x"], [0.0, 0.01, 0.02, 0.03, 0.04, 0.05], [1.0],
     ("begins anew 1",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "channels", "time", "first", "said"), TABLES)
def test_tables(
    tmp_path: Path,
    text: str,
    channels: list[str],
    time: list[float],
    first: list[float],
    said: tuple[str, ...],
) -> None:
    found = read(written(tmp_path, text))
    assert [str(channel) for channel in found.spec.channels] == channels
    (recording,) = found.recordings
    assert recording.time == pytest.approx(time, abs=1e-6)
    assert recording.values[0].tolist() == first
    for part in said:
        assert any(part in one for one in found.said), found.said
    if not said:
        assert all("guessed" not in one or "t" in text for one in found.said)


def test_impsy_logs_are_split_by_source(tmp_path: Path) -> None:
    text = "timestamp,source,x1,x2\n" + "".join(
        f"2024-06-03T12:01:{46 + i}.000000,{'interface' if i % 2 else 'rnn'},{i / 10},{i / 5}\n"
        for i in range(6)
    )
    with_header = read(written(tmp_path, text))
    without = read(written(tmp_path, text.split("\n", 1)[1]))
    for found in (with_header, without):
        assert [each.label for each in found.recordings] == ["rnn", "interface"]
        assert found.recordings[1].values[:, 0].tolist() == [0.1, 0.3, 0.5]
        assert np.diff(found.recordings[1].time) == pytest.approx([2.0, 2.0])
        assert any("one recording for each" in one for one in found.said)
    run = Replay(path=str(written(tmp_path, text)), labels=("interface",), loop=False).start(ManualClock())
    assert [each.label for each in run.annotations] == ["interface"]
    assert "one recording for each" in run.address


def test_a_column_of_labels_cuts_the_recording(tmp_path: Path) -> None:
    text = "t,x,gesture\n" + "".join(f"{i / 10},{i},{'aabba'[i]}\n" for i in range(5))
    found = read(written(tmp_path, text))
    assert [(each.label, each.values[:, 0].tolist()) for each in found.recordings] == [
        ("a", [0.0, 1.0]), ("b", [2.0, 3.0]), ("a", [4.0]),
    ]  # fmt: skip


def test_no_time_and_no_rate_is_one_clear_line(tmp_path: Path) -> None:
    path = written(tmp_path, "".join(f"{-i % 7},{i % 5},0\n" for i in range(50)))
    with pytest.raises(FileError, match="set rate"):
        read(path)
    found = read(path, rate=200.0)
    assert found.spec.rate == 200.0
    assert found.recordings[0].values.shape == (50, 3)
    counted = read(written(tmp_path, "".join(f"{i},{i % 5}\n" for i in range(50))), rate=100.0)
    assert counted.spec.names == ("in_2",)
    assert any("counts the rows" in one for one in counted.said)


def test_units_can_be_made_physical(tmp_path: Path) -> None:
    path = written(
        tmp_path, "t,acc g,turn (deg/s),angle deg,mag (G),other V\n0,1,180,90,1,2\n0.1,1,180,90,1,2\n"
    )
    run = Replay(path=str(path), units="si").start(ManualClock())
    assert [str(channel) for channel in run.spec.channels] == [
        "acc m/s2", "turn rad/s", "angle rad", "mag uT", "other V",
    ]  # fmt: skip
    frame = run.read(0.0)
    assert frame is not None
    assert frame.values == pytest.approx([9.80665, np.pi, np.pi / 2, 100.0, 2.0])
    assert Replay(path=str(path)).start(ManualClock()).spec.channels[0] == Channel("acc", "g")


def chunk(stream: int, *samples: bytes) -> bytes:
    return xdf.chunk(xdf.SAMPLES, struct.pack("<IBI", stream, 4, len(samples)) + b"".join(samples))


def lab_recorder_file(path: Path) -> None:
    """As LabRecorder writes: floats of which some bring no stamp, markers, clock offsets."""
    description = "".join(
        f"<channel><label>{label}</label><unit>{unit}</unit></channel>"
        for label, unit in (("a &lt; b", "uV"), ("b", "g"))
    )
    head = xdf.XML + (
        "<info><name>EEG</name><type>EEG</type><channel_count>2</channel_count><nominal_srate>100</nominal_srate>"
        f"<channel_format>float32</channel_format><desc><channels>{description}</channels></desc></info>"
    )
    marks = xdf.XML + (
        "<info><name>marks</name><type>Markers</type><channel_count>1</channel_count><nominal_srate>0</nominal_srate>"
        "<channel_format>string</channel_format><desc /></info>"
    )
    whole = xdf.XML + (
        "<info><name>count</name><type>Counter</type><channel_count>1</channel_count><nominal_srate>0</nominal_srate>"
        "<channel_format>int16</channel_format><desc /></info>"
    )
    floats = [struct.pack("<2f", i, -i) for i in range(20)]
    stamped = [(struct.pack("<Bd", 8, 50.0) if i == 0 else b"\0") + floats[i] for i in range(10)]
    path.write_bytes(
        xdf.MAGIC
        + xdf.file_header({})
        + xdf.chunk(xdf.STREAM_HEADER, struct.pack("<I", 7) + marks.encode())
        + xdf.chunk(xdf.STREAM_HEADER, struct.pack("<I", 1) + head.encode())
        + xdf.chunk(xdf.STREAM_HEADER, struct.pack("<I", 2) + whole.encode())
        + chunk(1, *stamped)
        + xdf.chunk(4, struct.pack("<Idd", 1, 50.0, 0.001))
        + xdf.texts(7, [50.05], ["wave"])
        + chunk(1, *(b"\0" + each for each in floats[10:]))
        + chunk(2, *(struct.pack("<Bdh", 8, 50.0 + i / 10, i) for i in range(4)))
    )


def test_xdf_of_others_is_what_pyxdf_reads(tmp_path: Path) -> None:
    path = tmp_path / "lab.xdf"
    lab_recorder_file(path)
    oracle, _ = pyxdf.load_xdf(path, synchronize_clocks=False, dejitter_timestamps=False)
    by_name = {stream["info"]["name"][0]: stream for stream in oracle}
    found = read(path)
    (recording,) = found.recordings
    assert recording.values.tolist() == by_name["EEG"]["time_series"].tolist()
    assert recording.time + 50.0 == pytest.approx(by_name["EEG"]["time_stamps"])
    assert found.spec.channels == (Channel("a_<_b", "uV"), Channel("b", "g"))
    assert any("stream 'EEG', not 'marks', 'count'" in one for one in found.said)
    other = read(path, stream="Counter")
    assert other.recordings[0].values[:, 0].tolist() == by_name["count"]["time_series"][:, 0].tolist()
    with pytest.raises(FileError, match=r"'marks' \(Markers, texts, 1 samples\)"):
        read(path, stream="marks")


def test_of_a_session_log_the_frames_are_played(tmp_path: Path) -> None:
    columns = [Channel("frame"), Channel("arrived", "s"), Channel("x", "g"), Channel("y", "g")]
    rows = np.array([[i, 5.0 + i / 50, i, -i] for i in range(10)], float)
    path = tmp_path / "session.xdf"
    path.write_bytes(
        xdf.MAGIC
        + xdf.file_header({"gesturemap": "0"})
        + xdf.stream_header(1, "features", columns[:3], {"stream": "features"})
        + xdf.stream_header(2, "frames", columns, {"stream": "frames"})
        + xdf.samples(1, rows[:, 1], rows[:, :3])
        + xdf.samples(2, rows[:, 1], rows)
    )
    found = read(path)
    assert found.spec.channels == (Channel("x", "g"), Channel("y", "g"))
    assert found.recordings[0].values.tolist() == rows[:, 2:].tolist()
    assert found.recordings[0].time == pytest.approx(np.arange(10) / 50)
    assert found.spec.rate == pytest.approx(50.0)
    assert "stream 'frames', not 'features'" in found.said


def test_damaged_xdf_plays_what_is_whole_or_says_why(tmp_path: Path) -> None:
    whole, path = tmp_path / "lab.xdf", tmp_path / "damaged.xdf"
    lab_recorder_file(whole)
    data, seeded = whole.read_bytes(), random.Random(5)
    read_at_all = 0
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(seeded.randint(1, 6)):
            damaged[seeded.randrange(4, len(damaged))] = seeded.randrange(256)
        path.write_bytes(damaged[: seeded.choice((len(damaged), seeded.randrange(4, len(damaged))))])
        try:
            read_at_all += bool(read(path).recordings)
        except GesturemapError:
            continue
    assert read_at_all > 50


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    for head in (b"", b"{", b"# OpenSignals\n# ", b"XDF:"):
        path.write_bytes(head + data)
        try:
            found = read(path, rate=10.0)
        except GesturemapError:
            continue
        assert isinstance(found, Recordings)
        for each in found.recordings:
            assert np.isfinite(each.values).all()
            assert (np.diff(each.time) >= 0.0).all()


@given(st.text(alphabet='0123456789.,;\t -+eEtx\n"#', max_size=300))
def test_any_table_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(text)
    try:
        found = read(path, rate=10.0)
    except GesturemapError:
        return
    for each in found.recordings:
        assert each.values.shape == (len(each.time), found.spec.width)
        assert np.isfinite(each.values).all()


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Time (s)", "s"), ("time ms", "ms"), ("t", ""), ("timestamp_us", "us"), ("seconds_elapsed", "s"),
        ("TIME [milliseconds]", "ms"), ("millis", "ms"), ("temperature", None), ("x_s", None), ("timer", None),
    ],
)  # fmt: skip
def test_names_of_time(name: str, unit: str | None) -> None:
    assert times.unit_of_name(name) == unit


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("acc_x g", Channel("acc_x", "g")), ("Acc X (g)", Channel("Acc_X", "g")), ("a [°/s]", Channel("a", "deg/s")),
        ("Gyroscope X", Channel("Gyroscope_X")), ("magX(G)", Channel("magX", "gauss")),
        ("m (µT)", Channel("m", "uT")), ("x", Channel("x")),
    ],
)  # fmt: skip
def test_names_of_channels(text: str, channel: Channel) -> None:
    assert names.channel(text) == channel


def test_the_time_is_found_under_a_heading_in_another_language(tmp_path: Path) -> None:
    heads = "Zeit (s);Beschleunigung x (m/s^2);Beschleunigung y (m/s^2)"
    rows = [f"{0.01 * at:.4f};{6 - 0.1 * at:.4f};{0.3 * at:.4f}".replace(".", ",") for at in range(30)]
    found = read(written(tmp_path, "\n".join([heads, *rows])))
    assert found.spec.rate == pytest.approx(100.0)
    assert [channel.unit for channel in found.spec.channels] == ["m/s2", "m/s2"]
    assert found.recordings[0].values[10].tolist() == [5.0, 3.0]
    assert "time taken from 'Zeit (s)', which goes on evenly" in found.said
