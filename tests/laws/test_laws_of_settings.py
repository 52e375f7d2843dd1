"""Laws of settings, over every plug-in of the catalogue: documented, checked, and the same after a file."""

from __future__ import annotations

import dataclasses
import json
import math
import tomllib
import typing
from typing import Any

import pytest
import tomlkit
from plugs import every, others, plug, variants

from gesturemap import catalog
from gesturemap.errors import SettingsError

EVERY = pytest.mark.parametrize(("family", "kind"), every())


def fields(cls: type[Any]) -> list[dataclasses.Field[Any]]:
    return [field for field in dataclasses.fields(cls) if field.init]


@EVERY
def test_settings_are_a_frozen_value_of_their_kind(family: str, kind: str) -> None:
    cls = plug(family, kind)
    assert cls.kind == kind
    assert cls.__doc__
    assert cls.__dataclass_params__.frozen
    assert cls() == cls()
    assert catalog.read(family, {"kind": kind}, "laws") == cls()
    for field in fields(cls):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(cls(), field.name, None)


@EVERY
def test_every_setting_says_what_it_does_and_has_a_default_that_may_be(family: str, kind: str) -> None:
    cls = plug(family, kind)
    for field in fields(cls):
        assert field.metadata.get("doc"), f"{field.name} has no doc"
        assert field.metadata["doc"][0] != " "
        default = getattr(cls(), field.name)
        assert catalog.fill(cls, {field.name: default}, "laws") == cls()
        if type(None) in typing.get_args(typing.get_type_hints(cls)[field.name]):
            assert default is None, f"{field.name}: a file cannot say None, so it must be the default"


@EVERY
def test_settings_survive_a_file(family: str, kind: str) -> None:
    cls = plug(family, kind)
    varied = variants(family, kind)
    for field in fields(cls):
        value = getattr(cls(), field.name)
        varied += [dataclasses.replace(cls(), **{field.name: other}) for other in others(field, value)]
    assert len(varied) > 1 or not fields(cls)
    for settings in varied:
        table = catalog.write(settings)
        assert catalog.read(family, table, "laws") == settings
        assert catalog.read(family, tomllib.loads(tomlkit.dumps(table)), "laws") == settings
        assert catalog.read(family, json.loads(json.dumps(table)), "laws") == settings
    assert catalog.write(cls()) == {"kind": kind}


@EVERY
def test_a_misspelt_setting_is_refused_with_its_name(family: str, kind: str) -> None:
    cls = plug(family, kind)
    for field in fields(cls):
        wrong = f"{field.name}e"
        with pytest.raises(SettingsError) as caught:
            catalog.read(family, {"kind": kind, wrong: 1}, "project.toml, here")
        said = str(caught.value)
        assert said.startswith(f"project.toml, here {kind}: no setting '{wrong}'; it has ")
        assert f"did you mean '{field.name}'?" in said or field.name in said.split("did you mean")[-1]


@EVERY
def test_a_range_is_respected(family: str, kind: str) -> None:
    cls = plug(family, kind)
    for field in fields(cls):
        default = getattr(cls(), field.name)
        if not isinstance(default, int | float) or isinstance(default, bool):
            continue
        beyond = [
            bound + step
            for bound, step in ((field.metadata["low"], -1), (field.metadata["high"], 1))
            if math.isfinite(bound)
        ]
        for value in [*beyond, math.nan, math.inf, True, "1"]:
            if isinstance(default, int) and isinstance(value, float) and value.is_integer():
                value = int(value)
            with pytest.raises(SettingsError, match=rf"{kind}, {field.name}: "):
                catalog.read(family, {"kind": kind, field.name: value}, "laws")


@EVERY
def test_a_choice_is_one_of_them(family: str, kind: str) -> None:
    cls = plug(family, kind)
    for field in fields(cls):
        choices = field.metadata["choices"]
        if not choices:
            continue
        default = getattr(cls(), field.name)
        chosen = default if isinstance(default, tuple) else (default,)
        assert set(chosen) <= set(choices)
        value: Any = "no such choice"
        with pytest.raises(SettingsError, match="one of "):
            catalog.read(
                family, {"kind": kind, field.name: [value] if isinstance(default, tuple) else value}, "laws"
            )
