"""Files of other programs, damaged at random: each is read, or refused in one line that a terminal can show."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from making_wekinator import CLASSES_ARFF, DTW_CSV, classes_project, dtw_model, dtw_project
from test_dtw_csv import VIEWER
from test_grt import CLASSES, REGRESSION, SERIES, STREAM

from gesturemap.errors import FileError, GesturemapError
from gesturemap.project.exchange import arff_alone, dtw_alone, grt, wekinator
from gesturemap.project.project import assemble

BITS = (
    b"\x00", b"\xff", b",", b"'", b'"', b"{", b"}", b"<", b">", b"&", b"9" * 30, b"-", b"1e400", b"nan", b"?", b"\n",
    b"\r", b" ", b"\t", b"<!DOCTYPE a>", b"&#0;", b"\\", b"%", b"@data\n", b":", b"\xe2\x98\x83", b"\x1b[2J", b"<!--",
)  # fmt: skip
READERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "arff": (CLASSES_ARFF, lambda path: arff_alone.read(path, (), 100.0)),
    "csv": (DTW_CSV, lambda path: dtw_alone.read(path, 100.0)),
    "viewer": (VIEWER, lambda path: dtw_alone.read(path, 100.0)),
    **{
        f"grt{i}": (text, lambda path: grt.read(path, 100.0))
        for i, text in enumerate((CLASSES, SERIES, STREAM, REGRESSION))
    },
}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The same with something put in, taken out, changed or doubled."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at, what = chance.randrange(len(made) + 1), chance.random()
        if what < 0.35:
            made[at:at] = chance.choice(BITS)
        elif what < 0.6:
            del made[at : at + chance.choice((1, 1, 3, 50))]
        elif what < 0.8:
            made[at : at + 1] = bytes((chance.randrange(256),))
        else:
            start = chance.randrange(len(made) + 1)
            made[at:at] = made[start : start + chance.choice((5, 50, 200))]
    return bytes(made)


def tried(read: Callable[[], Any]) -> bool:
    """Whether it was read; if not, it was refused as it should be."""
    try:
        found = read()
        if hasattr(found, "tables"):
            assemble(found.tables, "folder", "folder")
    except GesturemapError as error:
        assert str(error).isprintable()
        return False
    return True


@pytest.mark.parametrize("kind", READERS)
def test_damaged_text_is_read_or_refused(tmp_path: Path, kind: str) -> None:
    text, read = READERS[kind]
    chance, path = random.Random(kind), tmp_path / "data"
    fates = []
    for _ in range(150):
        path.write_bytes(damaged(text.encode(), chance))
        fates.append(tried(lambda: read(path)))
    assert 0 < sum(fates) < 150


@pytest.mark.parametrize("dtw", [False, True])
def test_a_damaged_project_is_read_or_refused(tmp_path: Path, dtw: bool) -> None:
    model = dtw_model([[[[0.1, 0.2]] * 4], [[[1.0, 2.0]] * 5]])
    path = dtw_project(tmp_path, model) if dtw else classes_project(tmp_path)
    whole = {one: one.read_bytes() for one in sorted(tmp_path.rglob("*")) if one.is_file()}
    chance = random.Random(int(dtw))
    fates = []
    for turn in range(200):
        one = list(whole)[turn % len(whole)]
        one.write_bytes(damaged(whole[one], chance))
        fates.append(tried(lambda: wekinator.read(path, 100.0)))
        one.write_bytes(whole[one])
    assert 0 < sum(fates) < 200


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (CLASSES.replace("Examples: 5", "Examples: 60000000"), READERS["grt0"][1]),
        (SERIES.replace("Length: 2", "Length: 4000000000"), READERS["grt1"][1]),
        (REGRESSION.replace("NumInputDimensions: 2", "NumInputDimensions: 4096"), READERS["grt3"][1]),
        (VIEWER.replace("1,wave,x,3", "1,wave,x,3000000"), READERS["viewer"][1]),
        ("2,1," + "0.5," * 1_100_000, READERS["csv"][1]),
        ("@attribute " + "x" * 4_000_000 + " numeric\n@data\n1\n", READERS["arff"][1]),
        ("@attribute x numeric\n@data\n'" + "\\" * 4_000_000 + "'\n", READERS["arff"][1]),
        ("@attribute x numeric\n@data\n" + " " * 4_000_000 + "x\n", READERS["arff"][1]),
    ],
)
def test_what_claims_much_takes_little(tmp_path: Path, text: str, read: Callable[[Path], Any]) -> None:
    (tmp_path / "data").write_text(text)
    tracemalloc.start()
    before = time.process_time()
    with pytest.raises(FileError):
        read(tmp_path / "data")
    assert time.process_time() - before < 5.0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000
