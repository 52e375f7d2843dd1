"""The command teach: its words, its answers as text and as JSON, and the one line for what is wrong."""

import json

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.cli.teach.words import WORDS
from gesturemap.commands import Enable
from gesturemap.teaching.finding import Finding, surest


def asked(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["teach", *map(str, words)])
    return ended.value.code, capsys.readouterr()


@pytest.fixture
def recordings(tmp_path):
    rng, path = np.random.default_rng(0), tmp_path / "two.npz"
    time = np.linspace(0.0, 1.0, 30)
    made = [np.stack([np.sin((k + 1) * 3.0 * time), time * k], 1) + 0.05 * rng.normal(size=(30, 2))
            for k in (0, 1) for _ in range(3)]  # fmt: skip
    np.savez(path, X=np.concatenate(made).astype(np.float32), lengths=[30] * 6, label=["a"] * 3 + ["b"] * 3,
             rate=30.0, channels=["x m", "y m"])  # fmt: skip
    return path


def test_every_word_has_its_answer():
    import importlib

    for word in WORDS.values():
        module, _, name = word.job.partition(":")
        assert callable(getattr(importlib.import_module(f"gesturemap.{module}"), name))


def test_what_was_shown_is_told_of_presets_and_recordings(capsys, recordings):
    code, said = asked(capsys, recordings, "shown", "--json")
    assert code == 0
    assert {label: len(ids) for label, ids in json.loads(said.out)["gestures"].items()} == {"a": 3, "b": 3}
    code, said = asked(capsys, "phone-gestures", "shown")
    assert code == 0
    assert "channels acc_x" in said.out


def test_what_is_wrong_is_one_line(capsys, recordings):
    for words, rule in (
        (["phone-gestures", "shown", "--model", "gmm"], "it belongs to recordings"),
        (["phone-gestures", "shon"], "did you mean shown?"),
        ([recordings, "shown", "--columns", "z"], "z"),
    ):
        code, said = asked(capsys, *words)
        assert code == 2
        assert said.err.count("\n") == 1
        assert rule in said.err


def test_findings_travel_as_json():
    one = Finding("label", "a", ("a1",), "", "it looks like b", "leave it out", {"p": np.float64(0.1)}, 0.4,
                  Enable(["a1"], False))  # fmt: skip
    table = json.loads(json.dumps(one.as_table()))
    assert table["command"] == {"is": "Enable", "demonstrations": ["a1"], "on": False}
    assert table["figures"] == {"p": 0.1}
    assert surest([one, Finding("decoy", sure=0.9)])[0].kind == "decoy"


def test_checks_best_distinct_and_belief_answer(capsys, recordings):
    code, said = asked(capsys, recordings, "checks", "--model", "few_shot", "--json")
    assert (code, json.loads(said.out)) == (0, [])
    code, said = asked(capsys, recordings, "best", "a", "--model", "few_shot", "--json")
    rows = json.loads(said.out)
    assert (code, {row["id"] for row in rows}) == (0, {"0", "1", "2"})
    assert all(row["rival"] == "b" for row in rows)
    code, said = asked(capsys, recordings, "distinct", "b", "--model", "few_shot", "--json")
    assert code == 0
    assert json.loads(said.out)["expected"][0]["gesture"] == "a"
    code, said = asked(capsys, recordings, "belief", "a", "--paths", "2", "--json")
    assert code == 0
    assert len(json.loads(said.out)["paths"]) == 2
    code, said = asked(capsys, recordings, "curve", "--model", "few_shot", "--json")
    assert code == 0
    assert [row["shown"] for row in json.loads(said.out)["curves"]] == [3, 3]
    for word in ("best", "distinct", "belief"):
        code, said = asked(capsys, recordings, word, "c", "--model", "few_shot")
        assert (code, said.err.count("\n")) == (2, 1)
        assert "there are a, b" in said.err
