"""The catalogue: kinds by name, settings from tables and back, and what it says when something is wrong."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import math
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from gesturemap import catalog
from gesturemap.built_in import BUILT_IN
from gesturemap.catalog import setting
from gesturemap.errors import SettingsError


@dataclass(frozen=True)
class Sample:
    """One setting of every form there is."""

    kind: ClassVar[str] = "sample"

    port: int = setting(9000, "port to listen on", low=1, high=65535)
    cutoff: float = setting(1.0, "cut-off", unit="Hz", low=0.0)
    level: float = setting(0.0, "level", unit="dB", high=6.0)
    shape: str = setting("flat", "shape", choices=("flat", "round"))
    on: bool = setting(True, "whether")
    rest: tuple[float, ...] = setting((), "rest", low=-1.0, high=1.0)
    pair: tuple[int, int] = setting((0, 1), "a pair")
    names: tuple[str, ...] = setting((), "names")
    table: dict[str, float] = setting({"a": 1.0}, "numbers by name")
    maybe: float | None = setting(None, "number or nothing")
    either: int | str = setting("auto", "number or word")
    free: Any = setting(None, "anything")
    told: tuple[str, ...] = setting(("linear",), "what to tell", choices=("gravity", "linear"))
    called: dict[str, str] = setting({}, "texts by name")


@dataclass(frozen=True)
class Needy:
    """A setting without a default."""

    kind: ClassVar[str] = "needy"

    name: str
    count: int = setting(1, "how many", unit="frames")


def refusal(table: dict[str, Any], cls: type = Sample) -> str:
    with pytest.raises(SettingsError) as caught:
        catalog.fill(cls, table, "project.toml, sample")
    return str(caught.value)


def test_every_form_of_setting_is_read_with_its_type() -> None:
    read = catalog.fill(
        Sample,
        {
            "port": 1, "cutoff": 3, "level": -2.5, "shape": "round", "on": False, "rest": [0, 1],
            "pair": [3, 4], "names": ["x"], "table": {"b": 2}, "maybe": 5, "either": 7, "free": {"deep": [1]},
        },
        "here",
    )  # fmt: skip
    assert read == Sample(
        1, 3.0, -2.5, "round", False, (0.0, 1.0), (3, 4), ("x",), {"b": 2.0}, 5.0, 7, {"deep": [1]}
    )
    assert isinstance(read.cutoff, float)
    assert isinstance(read.rest[0], float)
    assert catalog.fill(Sample, {"either": "word", "maybe": None}, "here").either == "word"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"prot": 1}, ["no setting 'prot'", "it has port, cutoff (Hz)", "did you mean 'port'?"]),
        ({"zzz": 1}, ["no setting 'zzz'", "remove it"]),
        ({"port": 0}, ["sample, port: 0;", "from 1 to 65535"]),
        ({"port": 2.0}, ["2.0", "a whole number is wanted", "port to listen on"]),
        ({"port": True}, ["True", "a whole number is wanted"]),
        ({"cutoff": -1}, ["-1 Hz", "at least 0 Hz"]),
        ({"level": 7.0}, ["7.0 dB", "at most 6 dB"]),
        ({"cutoff": math.nan}, ["nan Hz"]),
        ({"maybe": math.inf}, ["inf", "a finite number is wanted"]),
        ({"maybe": 10**400}, ["a finite number is wanted"]),
        ({"maybe": 10**5000}, ["a finite number is wanted"]),
        ({"maybe": "x"}, ["'x'", "a number is wanted"]),
        ({"cutoff": "1"}, ["'1'", "a number is wanted"]),
        ({"cutoff": None}, ["None", "a number is wanted"]),
        ({"shape": "rond"}, ["'rond'", "one of flat, round", "did you mean 'round'?"]),
        ({"shape": 1}, ["1", "a text is wanted"]),
        ({"on": 1}, ["1", "true or false is wanted"]),
        ({"rest": 1.0}, ["1.0", "a list is wanted", "[a, b, c]"]),
        ({"rest": "abc"}, ["'abc'", "a list is wanted"]),
        ({"names": "x"}, ["names: 'x'; a list of texts is wanted; write names = [\"x\"]"]),
        (
            {"told": "gravity"},
            ["'gravity'", "a list of gravity, linear is wanted", 'write told = ["gravity"]'],
        ),
        ({"told": "gravty"}, ["'gravty'", "a list of gravity, linear is wanted", 'write told = ["gravity"]']),
        ({"rest": [0.0, 2.0]}, ["rest[1]: 2.0", "from -1 to 1"]),
        ({"pair": [1]}, ["1 values", "a list of 2 is wanted"]),
        ({"names": ["a", 2]}, ["names[1]: 2", "a text is wanted"]),
        ({"table": [1]}, ["[1]", "a table is wanted"]),
        ({"table": "b"}, ["'b'", "a table is wanted", "write it as name = value"]),
        ({"table": "a = 1\nb = banana"}, ["table.b: 'banana'; a number is wanted"]),
        ({"table": "b = 0,5"}, ["table.b: '0,5'; a number is wanted"]),
        (
            {"called": "b = ripe banana"},
            ["called.b: ripe banana; a text stands in quotation marks", 'b = "ripe banana"'],
        ),
        ({"called": 'a = "x" "y"'}, ["a table is wanted"]),
        ({"table": {"b": "x"}}, ["table.b: 'x'", "a number is wanted"]),
        ({"either": 1.5}, ["1.5", "a whole number is wanted, or a text is wanted"]),
        ({"names": "n" * 1000}, ["nnn..."]),
    ],
)
def test_a_wrong_value_is_refused_with_place_value_rule_and_next_step(
    table: dict[str, Any], words: list[str]
) -> None:
    said = refusal(table)
    assert said.startswith("project.toml, sample")
    assert len(said) < 300
    for word in words:
        assert word in said


def test_a_setting_without_default_must_be_given() -> None:
    assert "no 'name'" in refusal({"count": 2}, Needy)
    assert catalog.fill(Needy, {"name": "x"}, "here") == Needy("x", 1)
    assert catalog.write(Needy("x")) == {"kind": "needy", "name": "x"}
    assert "count (frames)" in refusal({"nme": "x"}, Needy)


def test_a_type_no_file_can_hold_is_a_fault_of_the_plug_in() -> None:
    bad = dataclasses.make_dataclass("Bad", [("values", set, setting(frozenset(), "a set"))], frozen=True)
    with pytest.raises(TypeError, match="settings are numbers"):
        catalog.fill(bad, {"values": [1]}, "here")


def test_only_what_differs_from_the_default_is_written() -> None:
    assert catalog.write(Sample()) == {"kind": "sample"}
    assert catalog.write(Sample(port=1, pair=(2, 3))) == {"kind": "sample", "port": 1, "pair": [2, 3]}


def test_a_written_table_shares_nothing_with_the_settings() -> None:
    settings = Sample(table={"b": 2.0})
    table = catalog.write(settings)
    table["table"]["b"] = 99.0
    assert settings.table == {"b": 2.0}
    assert Sample().table is not Sample().table


numbers = st.floats(allow_nan=False, allow_infinity=False)


VISIBLE = st.characters(exclude_categories=("C", "Z"), include_characters=" \n\t")


@given(
    st.builds(
        Sample,
        port=st.integers(1, 65535),
        cutoff=st.floats(0, 1e300),
        level=st.floats(-1e300, 6),
        shape=st.sampled_from(["flat", "round"]),
        on=st.booleans(),
        rest=st.lists(st.floats(-1, 1), max_size=4).map(tuple),
        pair=st.tuples(st.integers(-(2**62), 2**62), st.integers(-9, 9)),
        names=st.lists(st.text(VISIBLE, max_size=8), max_size=3).map(tuple),
        table=st.dictionaries(st.text(VISIBLE, max_size=5), numbers, max_size=3),
        maybe=numbers,
        either=st.integers(-5, 5) | st.text(VISIBLE, max_size=5),
    )
)
def test_any_settings_survive_toml(settings: Sample) -> None:
    text = tomlkit.dumps(catalog.write(settings))
    table = tomllib.loads(text)
    assert table.pop("kind") == "sample"
    assert catalog.fill(Sample, table, "here") == settings


def test_an_unknown_kind_names_the_nearest_one() -> None:
    with pytest.raises(SettingsError) as caught:
        catalog.read("features", {"kind": "one_eur"}, "project.toml, features[0]")
    said = str(caught.value)
    assert "no feature of kind 'one_eur'" in said
    assert "did you mean 'one_euro'?" in said
    assert "calibrate, derive" in said


@pytest.mark.parametrize("table", [{}, [], "one_euro", None, {"Kind": "one_euro"}])
def test_a_table_without_kind_is_refused(table: Any) -> None:
    with pytest.raises(SettingsError, match="kind"):
        catalog.read("features", table, "project.toml, features[0]")


def test_the_place_names_the_kind() -> None:
    with pytest.raises(SettingsError, match=r"^project.toml, features\[1\] one_euro: no setting 'cutof'"):
        catalog.read("features", {"kind": "one_euro", "cutof": 1.0}, "project.toml, features[1]")


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Plug-ins installed by others: one that loads, five that do not, one that wants the name of ours."""
    bodies = {"broken": "raise RuntimeError('no\\nlicence')", "wrong": "def", "ends": "raise SystemExit(3)"}
    for name, body in bodies.items():
        (tmp_path / f"foreign_{name}.py").write_text(body)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = ModuleType("foreign_plugs")
    module.Sample = Sample  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "foreign_plugs", module)
    point = importlib.metadata.EntryPoint
    group = "gesturemap.features"
    points = [
        point("sample", "foreign_plugs:Sample [extra]", group),
        point("gone", "no_such_module:Gone", group),
        point("lost", "foreign_plugs:Lost", group),
        point("broken", "foreign_broken:Sample", group),
        point("typed wrongly", "foreign_wrong:Sample", group),
        point("ends", "foreign_ends:Sample", group),
        point("derive", "foreign_plugs:Sample", group),
    ]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points)
    catalog.kinds.cache_clear()
    yield
    catalog.kinds.cache_clear()


@pytest.mark.usefixtures("foreign")
def test_entry_points_add_kinds_but_never_replace_ours() -> None:
    assert catalog.read("features", {"kind": "sample", "port": 5}, "here") == Sample(port=5)
    assert catalog.find("features", "derive", "here").__name__ == "Derive"


@pytest.mark.usefixtures("foreign")
@pytest.mark.parametrize("kind", ["gone", "lost", "broken", "typed wrongly", "ends"])
def test_a_kind_that_cannot_be_loaded_says_so(kind: str) -> None:
    with pytest.raises(SettingsError, match=f"'{kind}' cannot be loaded.*must be importable"):
        catalog.read("features", {"kind": kind}, "here")


@pytest.mark.usefixtures("foreign")
def test_one_that_is_broken_costs_nobody_the_others() -> None:
    catalog.load()
    assert catalog.find("features", "one_euro", "here").__name__ == "OneEuro"
    with pytest.raises(SettingsError, match="'broken' cannot be loaded: no licence;"):
        catalog.read("features", {"kind": "broken"}, "here")


def test_nobody_can_change_the_table_of_kinds() -> None:
    with pytest.raises(TypeError):
        catalog.kinds("features")["mine"] = "x:Y"  # type: ignore[index]


@pytest.mark.parametrize("family", BUILT_IN)
def test_every_built_in_kind_is_there(family: str) -> None:
    for kind in BUILT_IN[family]:
        assert catalog.find(family, kind, "here").kind == kind


@pytest.mark.parametrize("text", ["a\0b", "a\x1b[2J", "x" * 10_001])
def test_a_text_that_steers_a_terminal_or_never_ends_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="printable"):
        catalog.fill(Sample, {"names": [text]}, "here")
    with pytest.raises(SettingsError, match="printable"):
        catalog.fill(Sample, {"table": {text: 1.0}}, "here")


def test_an_empty_choice_is_called_nothing() -> None:
    with pytest.raises(SettingsError, match="one of nothing, one, each, bundle"):
        catalog.read("outputs", {"kind": "osc", "form": "all"}, "test")
