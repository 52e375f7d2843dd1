"""Every text on every ground it stands on, in every palette; neighbours by every eye. Source: WCAG 2.1."""

from __future__ import annotations

import numpy as np
import pytest
from test_colours import VISION, lab

from gesturemap.window.look import theme
from gesturemap.window.look.colours import DARK, LIGHT, STAGES, Palette, contrast
from gesturemap.window.look.theme import READABLE, disabled, mix

ALL = pytest.mark.parametrize(
    "palette",
    [DARK, LIGHT, STAGES["dark"], STAGES["light"]],
    ids=["dark", "light", "dark stage", "light stage"],
)
TRITANOPIA = np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                       [0.004733, 0.691367, 0.303900]])  # fmt: skip
"""Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB."""
EYES = {**VISION, "no blue": TRITANOPIA}
NEIGHBOURS = 9.0
"""Least distance in CIELAB of the colours of two gestures that follow each other; each has a shape of its own too."""


def pairs(palette: Palette) -> dict[str, tuple[str, str]]:
    """What is written in what on what, by name."""
    grounds = {"ground": palette.ground, "panel": palette.panel, "raised": palette.raised}
    found = {
        f"{name} on {where}": (colour, ground)
        for name, colour in (
            ("text", palette.text),
            ("faint", palette.faint),
            ("disabled", disabled(palette)),
        )
        for where, ground in grounds.items()
    }
    found |= {
        f"{name} on {where}": (getattr(palette, name), ground)
        for name in ("warn", "good", "record", "accent")
        for where, ground in grounds.items()
        if where != "raised"
    }
    found["text on a fault"] = palette.text, mix(palette.panel, palette.warn, 0.12)
    found["text on what the mouse is over"] = palette.text, mix(palette.panel, palette.raised, 0.5)
    found["text on what is pressed"] = palette.text, palette.line
    found["on accent"] = palette.on_accent, palette.accent
    found["on record"] = palette.on_record, palette.record
    for number, colour in enumerate(palette.gestures):
        found[f"name of gesture {number}"] = colour, palette.panel
        found[f"text on the tint of gesture {number}"] = palette.text, mix(palette.panel, colour, 34 / 255)
    return found


@ALL
def test_every_text_can_be_read_on_everything_it_stands_on(palette: Palette) -> None:
    measured = {name: round(contrast(*pair), 2) for name, pair in pairs(palette).items()}
    least = min(measured, key=measured.__getitem__)
    print(f"least: {least} {measured[least]}")
    assert {name: value for name, value in measured.items() if value < READABLE} == {}


@ALL
def test_what_cannot_be_used_looks_so(palette: Palette) -> None:
    """Fainter than what can be, by a third of its contrast at least."""
    usable, not_usable = contrast(palette.text, palette.raised), contrast(disabled(palette), palette.raised)
    assert not_usable < 0.67 * usable


def test_the_sheet_has_those_colours() -> None:
    """What is computed above is what Qt is told."""
    text = theme.sheet(DARK)
    assert f"color: {disabled(DARK)}" in text
    assert f"background: {mix(DARK.panel, DARK.warn, 0.12)}" in text


@ALL
@pytest.mark.parametrize("eye", EYES)
def test_neighbours_are_told_apart_by_every_eye(
    palette: Palette, eye: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(VISION, "no blue", TRITANOPIA)
    seen = [lab(colour, eye) for colour in palette.gestures]
    apart = [float(np.linalg.norm(a - b)) for a, b in zip(seen, [*seen[1:], seen[0]], strict=True)]
    print(f"{palette.name}, {eye}: neighbours at least {min(apart):.0f} apart")
    assert min(apart) > NEIGHBOURS
