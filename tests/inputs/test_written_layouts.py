"""What people write down of a sensor: files with a mark in front, and names that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesturemap.errors import SettingsError
from gesturemap.features.expression import Expression
from gesturemap.frames import Spec
from gesturemap.inputs import profile
from gesturemap.inputs.layout import Layout
from gesturemap.inputs.osc import Osc
from gesturemap.synth import patches


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    text = 'name = "Mine"\n[input]\nkind = "osc"\narguments = ["x"]\n'
    (tmp_path / "profile.toml").write_text(text, encoding="utf-8-sig")
    assert profile.read(tmp_path).settings == Osc(arguments=("x",))
    patch = tmp_path / "mine.toml"
    patch.write_text('about = "Mine"\n[voice]\n', encoding="utf-8-sig")
    assert patches._tables(patch) == ("Mine", {})


@pytest.mark.parametrize("texts", [("x", "...", "y"), ("...", "x"), ("x", "... g"), ("x", "...", "...")])
def test_dots_stand_at_the_end_alone(texts: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match=r"'\.\.\.' stands alone at the end"):
        Layout.of(texts, "input, arguments")
    assert Layout.of(("x", "..."), "input, arguments").more


@pytest.mark.parametrize("text", ["a\nb", "a\tg", "a g\n\nb from 1", "a\0", "a\x1b[31m"])
def test_a_name_has_no_control_characters(text: str) -> None:
    with pytest.raises(SettingsError, match="control characters"):
        Layout.of((text, "y"), "input, channels")
    with pytest.raises(SettingsError, match="written 'name unit = formula'"):
        Expression((f"{text} = x",)).start(Spec.of("x"))
