"""The command bench, and the workloads it runs."""

from __future__ import annotations

import json
from pathlib import Path

import making_recordings as making
import numpy as np
import pytest
from sklearn import mixture
from sklearn.linear_model import LinearRegression

from gesturemap.cli.main import main
from gesturemap.teaching import bench, peers, workloads

B_SHAPE, R_SHAPE = (7549, 6), (10053, 18)
CORNERS = (0.2191759, 0.7673275, -0.2338087, -1.176282)


def test_a_row_for_every_model(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "STATES", 3)
    monkeypatch.setattr(peers, "ITERATIONS", 2)
    monkeypatch.setattr("gesturemap.cli.progress.EVERY", 0.0)
    with pytest.raises(SystemExit) as ended:
        main(["bench", "--only", "B", "--quick", "--json"])
    assert ended.value.code == 0
    said, told = capsys.readouterr()
    assert "workload B, 1 of 1: hhmm is measured" in told.splitlines()
    found = json.loads(said)
    rows = {row["model"]: row for row in found["rows"]}
    assert {"hhmm", "hhmm diagonal", "gmm 5"} <= set(rows)
    assert any("hmmlearn" in name for name in rows) and any("scikit-learn" in name for name in rows)
    assert all(row["end"] == 1.0 for row in rows.values())
    assert all(row["train_s"] > 0.0 for row in rows.values())
    assert {row["workload"] for row in found["quoted"]["XMM"]} == {"B"}
    for name, row in rows.items():
        assert ("note" in row) == ("hhmm" not in name) and ("step_p50_us" in row) == ("hmmlearn" not in name)
        assert ("frames" in row) == ("learn" not in name)
        assert ("progress_error" in row) == ("hhmm" in name)  # a mixture has no time
    assert "no progress" in rows["gmm 5"]["note"]


def test_other_libraries_regress_what_ours_do(tmp_path: Path) -> None:
    """Outputs that are sums of inputs: whoever learns them is right but for noise, and what cannot be asked is said."""
    path = making.save(tmp_path, making.with_outputs())
    rows = list(peers.rows(bench.read("R", path), quick=True))
    assert [row.model.split()[0] for row in rows] == ["scikit-learn"] * 3 + ["hmmlearn"]
    for row in rows[:-1]:
        assert row.rmse is not None and row.rmse < 0.25 and row.end is None and row.step_p50_us
    assert rows[-1].train_s is None and all(row.note for row in rows)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2)) @ [[1.0, 0.3], [0.0, 1.0]]
    y = x @ [[1.0], [-2.0]] + rng.normal(scale=0.1, size=(400, 1))
    with_one = peers.Mixed(mixture, mixture.GaussianMixture(1).fit(np.column_stack([x, y])), 2)
    least = LinearRegression().fit(x, y)
    np.testing.assert_allclose(with_one.predict(x), least.predict(x), atol=1e-4)


def test_unknown_workloads_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "--only", "Q"])
    assert ended.value.code == 2 and "A, AH, B, C, R, RH, others" in capsys.readouterr().err


def test_workloads_are_those_on_which_others_were_measured(tmp_path: Path) -> None:
    """A few numbers of the files that the peers' figures are for."""
    workloads.write_all(tmp_path, "B R")
    b, r = (np.load(tmp_path / f"{name}.npz") for name in "BR")
    assert b["X"].shape == B_SHAPE and r["X"].shape == R_SHAPE and r["din"] == 6
    np.testing.assert_allclose(
        [b["X"][0, 0], b["X"][-1, -1], r["X"][0, 0], r["X"][-1, -1]], CORNERS, rtol=1e-5
    )
    assert bench.read("B", tmp_path / "B.npz").train[0].label == "g000"


def test_quoted_rows_are_of_known_workloads() -> None:
    assert {row.workload for row in peers.XMM} <= set(bench.NAMES)
