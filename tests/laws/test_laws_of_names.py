"""Laws of names, over every plug-in: a gesture that is renamed is renamed in every setting that names it."""

from __future__ import annotations

import dataclasses
import typing
import unicodedata
from typing import Any

import pytest
from plugs import every, plug

from gesturemap import catalog
from gesturemap.control import naming
from gesturemap.demonstrations import checked_label
from gesturemap.errors import DataError
from gesturemap.mapping.events import gate_of
from gesturemap.outputs.osc_words import word
from gesturemap.plain import printable
from gesturemap.wire import osc

OLD, NEW = "low left", "LL"
AMONG = [(family, kind) for family, kind in every() if family in naming.FAMILIES.values()]
ELSEWHERE = {
    ("inputs", "replay", "labels"),  # of the recording that is played, whatever the project calls them
}
"""Settings of other families whose words speak of gestures, and why they stay."""
NO_NAMES = {
    ("midi", "play"),  # which gestures, in words of its own
    ("osc", "control_address"), ("osc", "event_address"), ("osc", "form"),  # templates
    ("sampler", "bank"), ("wekinator_dtw", "addresses"),  # by their order
}  # fmt: skip
FORMS: dict[str, Any] = {
    catalog.GESTURE: lambda hint, name: (name,) if typing.get_origin(hint) is tuple else name,
    catalog.GESTURE_PAIRS: lambda hint, name: {"other": {name: 1.0}, name: {"other": 2.0}},
    catalog.SOURCE: lambda hint, name: (
        {"a": f"progress:{name}"}
        if typing.get_origin(hint) is dict
        else (f"progress:{name}",)
        if typing.get_origin(hint) is tuple
        else f"progress:{name}"
    ),
    catalog.CONTROL: lambda hint, name: gate_of(name),
}


def sample(hint: Any, high: float) -> Any:
    """A value of a type, such as stands behind a key; numbers are `high` at most."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is dict:
        return {}
    if origin is tuple:
        return tuple(sample(args[0], high) for _ in range(1 if args[-1] is Ellipsis else len(args)))
    return sample(args[0], high) if args else {float: min(24.0, high), int: 24, str: "kick"}[hint]


def written(family: str, kind: str, name: str) -> dict[str, Any]:
    """A table in which every setting that names gestures names this one."""
    cls = plug(family, kind)
    hints, values = typing.get_type_hints(cls), {}
    for field in dataclasses.fields(cls):
        how, hint = field.metadata.get("names", "") if field.init else "", hints[field.name]
        if how in (catalog.GESTURE_KEYS, catalog.CONTROL_KEYS):
            key = name if how == catalog.GESTURE_KEYS else gate_of(name)
            values[field.name] = {key: sample(typing.get_args(hint)[1], field.metadata["high"])}
        elif how:
            values[field.name] = FORMS[how](hint, name)
    return catalog.write(catalog.read(family, {"kind": kind} | values, "laws"))


def project(family: str, table: dict[str, Any]) -> dict[str, Any]:
    tables: dict[str, Any] = {
        "mapping": [{"kind": "events", "gates": True}],
        "outputs": [],
        "sound": {"voices": []},
        "model": {"kind": "gmm"},
    }
    section = next(name for name, of in naming.FAMILIES.items() if of == family)
    if section == "model":
        tables["model"] = table
    elif section == "sound":
        tables["sound"]["voices"].append(table)
    else:
        tables[section].append(table)
    return tables


@pytest.mark.parametrize(("family", "kind"), AMONG)
def test_a_renamed_gesture_is_renamed_in_every_setting_and_back(family: str, kind: str) -> None:
    before, after = (project(family, written(family, kind, name)) for name in (OLD, NEW))
    assert naming.rename(project(family, written(family, kind, OLD)), OLD, NEW) == after
    assert naming.rename(after, NEW, OLD) == before
    assert naming.rename(project(family, written(family, kind, OLD)), "none of these", NEW) == before


@pytest.mark.parametrize(("family", "kind"), every())
def test_a_setting_that_speaks_of_gestures_by_name_says_so(family: str, kind: str) -> None:
    cls = plug(family, kind)
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        texts = "str" in str(hints[field.name]) and not field.metadata.get("choices")
        speaks = any(word in field.metadata.get("doc", "") for word in ("gesture", "label"))
        if not field.init or not texts or not speaks or field.metadata.get("names"):
            continue
        assert (kind, field.name) in NO_NAMES or (family, kind, field.name) in ELSEWHERE, field.name


def test_a_control_that_is_called_by_a_gesture_is_renamed_where_an_output_looks_for_it() -> None:
    tables = project("outputs", {"kind": "midi", "mpe": "lower", "bend": "bend.{gesture}"})
    tables["mapping"].append({"kind": "range", "source": "posterior:a", "control": "bend.a"})
    renamed = naming.rename(tables, "a", "aa")
    assert renamed["mapping"][1] == {"kind": "range", "source": "posterior:aa", "control": "bend.aa"}
    assert renamed["outputs"][0]["bend"] == "bend.{gesture}"


def test_everyday_movement_is_renamed_also_where_nobody_has_written_its_name() -> None:
    tables = project("models", {"kind": "auto"})
    assert naming.rename(tables, "everyday", "rest")["model"] == {"kind": "auto", "everyday": "rest"}


@pytest.mark.parametrize(("family", "kind"), [one for one in AMONG if one[0] in ("outputs", "voices")])
def test_a_gesture_that_goes_leaves_no_name_where_others_are_named(family: str, kind: str) -> None:
    table = written(family, kind, OLD)
    naming.forget(project(family, table), OLD)
    named = {name: how for name, how, _ in naming._named(family, table)}
    for name, value in table.items():
        if named.get(name) == catalog.GESTURE_KEYS:
            assert value == {}


FAMILY, RAINBOW, COUPLE, NODDING = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f468\U0001f3fd",
    "\U0001f642\u200d\u2195\ufe0f",
)


@pytest.mark.parametrize("emoji", [FAMILY, RAINBOW, COUPLE, NODDING, "\U0001f44b\U0001f3fd", "\u270c\ufe0f"])
@pytest.mark.parametrize("around", ["{}", "wave {}", "{} wave", "{0}{0}"])
def test_an_emoji_of_several_characters_is_a_name_wherever_names_go(emoji: str, around: str) -> None:
    label = around.format(emoji)
    if len(label.encode()) > 40:
        pytest.skip("too long for any name")
    assert checked_label(label) == label
    assert catalog.read("mapping", {"kind": "range", "source": f"progress:{label}", "control": "a"}, "laws")
    address = f"/gesture/{word(label)}"
    (heard,) = osc.parse(osc.build(address, label, 1.0, tags="sf"))
    assert (heard.address, heard.arguments[0]) == (address, label)


def test_no_other_control_character_is_in_a_name() -> None:
    for code in range(0x110000):
        letter = chr(code)
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and not letter.isspace():
            for text in (f"a{letter}b", letter, f"{FAMILY}{letter}", f"{letter}{FAMILY}"):
                assert not printable(text), (hex(code), text)
                with pytest.raises(DataError):
                    checked_label(text)
