"""Names that are written from right to left stand where their place is, and turn nothing around."""

from __future__ import annotations

from gesturemap.window import words
from gesturemap.window.words import testing
from gesturemap.window.words.named import BEGIN, END, Named


def test_a_name_from_right_to_left_is_kept_apart_from_the_number_behind_it() -> None:
    name = "موجة"
    text = testing.EVENT.format(kind="ended", label=name, value=0.22)
    assert text == f"ended {BEGIN}{name}{END} 0.22"
    told = words.EVENT.format(clock="16:10:02", kind="began", label=name, value=1.0)
    assert told == f"16:10:02  began {BEGIN}{name}{END}  1.00"


def test_every_other_text_is_as_it_was() -> None:
    assert testing.COUNTED.format(label="lift", count=3) == "lift 3"
    assert testing.COUNTED.format(label="déjà 波", count=3) == "déjà 波 3"
    assert Named("{} {:.1f}").format("x", 2) == "x 2.0"
