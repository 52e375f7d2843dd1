"""Colours that everybody can read and tell apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gesturemap.window.look import icons
from gesturemap.window.look.colours import (
    DARK,
    LIGHT,
    SHAPES,
    GestureColours,
    Palette,
    contrast,
    luminance,
    rgb,
)
from gesturemap.window.look.polyline import pen

LOOKS = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda p: p.name)

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
VISION = {
    "all": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                          [-0.011820, 0.042940, 0.968881]]),
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, vision: str) -> np.ndarray:
    c = np.array(rgb(colour)) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    seen = np.clip(VISION[vision] @ linear, 0, 1)
    t = XYZ @ seen / (XYZ @ np.ones(3))
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert luminance("#808080") == pytest.approx(0.2159, abs=1e-3)


@LOOKS
def test_every_text_can_be_read(palette: Palette) -> None:
    pairs = [
        (text, ground)
        for text in (palette.text, palette.faint)
        for ground in (palette.ground, palette.panel, palette.raised)
    ]
    pairs += [(palette.on_accent, palette.accent), (palette.on_record, palette.record)]
    pairs += [
        (colour, palette.panel) for colour in (palette.warn, palette.good, palette.record, palette.accent)
    ]
    pairs += [(colour, palette.panel) for colour in palette.gestures]  # the winner's name is written in it
    poor = {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < 4.5}
    assert not poor


@LOOKS
@pytest.mark.parametrize("vision", VISION)
def test_gestures_are_told_apart_by_any_eye(palette: Palette, vision: str) -> None:
    seen = {colour: lab(colour, vision) for colour in palette.gestures}
    close = {
        (a, b): round(float(np.linalg.norm(seen[a] - seen[b])), 1)
        for a, b in itertools.combinations(palette.gestures, 2)
        if np.linalg.norm(seen[a] - seen[b]) < (20 if vision == "all" else 9)
    }
    assert not close


@LOOKS
def test_every_curve_and_its_name_can_be_read(palette: Palette) -> None:
    contrasts = {colour: round(contrast(colour, palette.panel), 2) for colour in palette.channels}
    assert min(contrasts.values()) >= 4.5, (
        contrasts
    )  # 3 would do for lines, but names are written in them too


@LOOKS
@pytest.mark.parametrize("vision", VISION)
def test_curves_are_told_apart_by_any_eye(palette: Palette, vision: str) -> None:
    seen = [lab(colour, vision) for colour in palette.channels]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) > 20


@LOOKS
def test_eighteen_channels_of_one_plot_have_eighteen_pens(palette: Palette) -> None:
    pens = [pen(palette, row) for row in range(18)]
    assert len({(each.color().name(), each.style()) for each in pens}) == 18
    assert pens[0].style() == Qt.PenStyle.SolidLine


def test_a_gesture_keeps_its_colour_while_others_come_and_go() -> None:
    colours = GestureColours()
    colours.follow(["a", "b", "c"])
    before = {label: colours.colour(label, DARK) for label in "abc"}
    colours.follow(["b", "c"])
    assert colours.colour("c", DARK) == before["c"]
    colours.follow(["b", "c", "d"])
    assert colours.colour("d", DARK) == before["a"]  # the place that was free
    colours.follow(["b", "renamed", "d"])
    assert colours.colour("renamed", DARK) == before["c"]


def test_what_was_heard_keeps_its_colour_where_its_gesture_is_renamed_and_is_grey_where_it_is_gone() -> None:
    colours = GestureColours()
    for labels in (["a", "b"], ["a", "c"], ["a", "d"]):
        colours.follow(labels)
    was = {DARK.gestures[colours.place("d")]}
    assert {colours.colour(label, DARK) for label in "bcd"} == was
    colours.follow(["a", "d", "b"])
    assert colours.colour("b", DARK) not in was  # another one of that name
    colours.follow(["a"])
    assert {colours.colour(label, DARK) for label in "bcd"} == {DARK.faint}


def test_sixty_gestures_have_sixty_marks_and_eight_are_told_apart_without_colour() -> None:
    colours = GestureColours()
    labels = [f"g{i}" for i in range(60)]
    colours.follow(labels)
    marks = [(colours.colour(label, DARK), colours.shape(label)) for label in labels]
    assert len(set(marks)) == 60
    for first in range(len(labels) - 1):
        assert marks[first][1] != marks[first + 1][1]
    assert {shape for _, shape in marks[:8]} == set(SHAPES)


@pytest.mark.parametrize("side", [9, 14, 40])
def test_marks_are_equally_large_and_unlike_one_another(qapp: object, side: int) -> None:
    drawn = {}
    for shape in SHAPES:
        picture = QImage(side, side, QImage.Format.Format_Grayscale8)
        picture.fill(0)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.mark(painter, shape, QRectF(0, 0, side, side), QColor("white"))
        painter.end()
        rows = np.frombuffer(picture.constBits(), np.uint8).reshape(side, -1)[:, :side]
        drawn[shape] = rows / 255.0
    for shape, picture in drawn.items():
        assert 0.3 < picture.mean() < 0.85, shape
    for one, other in itertools.combinations(SHAPES, 2):
        assert np.abs(drawn[one] - drawn[other]).mean() > 0.08, (one, other)
