"""Tables as spreadsheets and loggers of other countries save them, odd clocks, and the short way for plain ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gesturemap.errors import FileError
from gesturemap.inputs.formats import table
from gesturemap.inputs.formats.recording import Recordings
from gesturemap.inputs.recordings import read

ROWS = "".join(f"{10 * i},{0.25 * i},{-i}\n" for i in range(30))
TEXT = "time_ms,acc_x (g),b\n" + ROWS


def saved(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / "log.csv"
    path.write_bytes(content.encode(encoding))
    return path


def same(found: Recordings, wanted: Recordings) -> bool:
    (one,), (other,) = found.recordings, wanted.recordings
    return (
        found.spec == wanted.spec
        and np.array_equal(one.time, other.time)
        and np.array_equal(one.values, other.values, equal_nan=True)
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_table_is_read_in_the_encoding_it_says(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding[-2:] in ("le", "be") else ""
    wanted = read(saved(tmp_path, TEXT))
    assert same(read(saved(tmp_path, mark + TEXT, encoding)), wanted)
    tabs = read(saved(tmp_path, mark + TEXT.replace(",", "\t"), encoding))
    assert same(tabs, wanted)


def test_a_table_in_one_byte_a_letter_is_read_and_that_is_said(tmp_path: Path) -> None:
    found = read(saved(tmp_path, "Zeit (ms),Höhe (m)\n0,1\n10,2\n20,3\n", "latin-1"))
    assert [str(channel) for channel in found.spec.channels] == ["Höhe m"]
    assert "not in UTF-8: read as Latin-1" in found.said


def test_a_letter_that_is_not_utf8_far_down_is_no_matter(tmp_path: Path) -> None:
    path = saved(tmp_path, "t,x,note\n" + "".join(f"{i},{i},a\n" for i in range(20_000)))
    path.write_bytes(path.read_bytes() + b"20000,5,caf\xe9\n")
    (found,) = read(path).recordings
    assert len(found.time) == 20_001


def test_quoted_numbers_between_commas_may_have_decimal_commas(tmp_path: Path) -> None:
    found = read(saved(tmp_path, '"time_ms","a","b"\n"0","0,05","1"\n"10","0,15","1,5"\n'))
    assert found.recordings[0].values.tolist() == [[0.05, 1.0], [0.15, 1.5]]
    assert "commas in its numbers are decimal" in found.said
    found = read(saved(tmp_path, '"time_ms","a","b"\n"0","1.5","1,000"\n"10","2.5","2,000"\n'))
    assert found.spec.names == ("a",)  # thousands are not made thousandths
    assert "numbers with commas left out" in found.said


@pytest.mark.parametrize("after", [1e12, 3.6e6])
def test_a_clock_that_leaps_is_stepped_over_and_that_is_said(tmp_path: Path, after: float) -> None:
    rows = "".join(f"{10 * i if i < 25 else after + 10 * i:.0f},{i}\n" for i in range(50))
    found = read(saved(tmp_path, "time_ms,x\n" + rows))
    assert found.recordings[0].time == pytest.approx(0.01 * np.arange(50))
    assert any("leaps by more than 10 min 1 times" in said for said in found.said)
    pause = "".join(f"{10 * i if i < 25 else 60_000 + 10 * i},{i}\n" for i in range(50))
    assert read(saved(tmp_path, "time_ms,x\n" + pause)).recordings[0].time[-1] > 60.0
    slow = "".join(f"{3_600 * i},{i}\n" for i in range(50))
    assert read(saved(tmp_path, "time_s,x\n" + slow)).recordings[0].time[-1] == 49 * 3600.0


def test_a_line_of_too_many_columns_is_not_miscounted(tmp_path: Path) -> None:
    wide = ",".join(f"channel_{i}" for i in range(20_000)) + "\n" + ",".join("1" * 20_000) + "\n"
    with pytest.raises(FileError, match="first line of more than 65536 characters; at most 1024 columns"):
        read(saved(tmp_path, wide))


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("\n", "\n\n"),
        TEXT.replace(",", " , "),
        TEXT.replace(",", ";"),
        TEXT.replace("-", '"-5"'),
        TEXT[TEXT.index("\n") + 1 :],
        TEXT + "nan,1,2\n300,inf,3\n310,1e400,4\n320,-0.0,5e-3\n",
        TEXT + "1_0,2,3\n",
        TEXT + "300,,3\n",
        TEXT + "300,1\n",
        TEXT + "300,1,2,3\n",
        TEXT + "# over\nabc,def\n",
        TEXT + '300,"1,5",3\n',
        TEXT + "300,0x10,3\n",
        TEXT + "300,1,3\0\n",
        TEXT + "300,1+2j,3",
    ],
)
def test_the_short_way_gives_what_the_long_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = saved(tmp_path, text)
    found = read(path)
    monkeypatch.setattr(table, "_plain", lambda *anything: None)
    assert same(found, read(path))
