"""Colours as plain numbers, without Qt: two palettes, and one colour and shape for each gesture everywhere.

The gesture colours are those of Okabe and Ito (2008), which people with any colour vision can tell apart,
with the dark ones lightened for a dark ground and the light ones darkened for a light one. Each gesture has a
shape of its own beside its colour, so that it is known without any colour; beyond eight gestures the colours come
again with other shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gesturemap.window.facts.document import renamed


@dataclass(frozen=True)
class Palette:
    """One look of the window; every colour ``#rrggbb``."""

    name: str
    ground: str
    """Behind everything."""
    panel: str
    """Cards on the ground."""
    raised: str
    """Buttons and fields on a card."""
    line: str
    text: str
    faint: str
    """Text that is read second."""
    accent: str
    on_accent: str
    record: str
    on_record: str
    warn: str
    good: str
    gestures: tuple[str, ...]
    channels: tuple[str, ...]
    """Curves of one sensor's channels, and their names above them; where there are more, dashed (`polyline.pen`)."""


DARK = Palette(
    name="dark",
    ground="#121419", panel="#1a1d24", raised="#262b35", line="#323945",
    text="#e8eaee", faint="#a0a8b6", accent="#9aa7ff", on_accent="#10121c",
    record="#ff5a5f", on_record="#1b0a0b", warn="#ffc15e", good="#63d2a1",
    gestures=("#e69f00", "#56b4e9", "#19c08d", "#f0e442", "#6f9bff", "#f0703a", "#dd8fbd", "#c9ced6"),
    channels=("#f2f4f8", "#8f9dff", "#4fb8a0", "#d9ab66", "#00ff00", "#ff3c00"),
)  # fmt: skip
LIGHT = Palette(
    name="light",
    ground="#eef0f4", panel="#ffffff", raised="#f1f3f7", line="#c9ced8",
    text="#1a1d24", faint="#59616f", accent="#4453c9", on_accent="#ffffff",
    record="#c4232b", on_record="#ffffff", warn="#8a5a00", good="#0b7a50",
    gestures=("#9c6b00", "#0c5a9e", "#1f7d72", "#414700", "#3d55ff", "#bf4a3a", "#661d4c", "#14171c"),
    channels=("#1a1d24", "#4453c9", "#0a7f74", "#a85c00", "#0000ff", "#780069"),
)  # fmt: skip
STAGES = {
    DARK.name: replace(
        DARK, ground="#000000", panel="#000000", raised="#22262f", text="#ffffff", faint="#c3cad6"
    ),
    LIGHT.name: replace(
        LIGHT, ground="#ffffff", raised="#e6e9ef", line="#8c94a3", text="#000000", faint="#3a414d"
    ),
}
"""The same two with all the contrast there is, for the page to play from."""
PALETTES = {palette.name: palette for palette in (DARK, LIGHT)}

SHAPES = ("disc", "square", "triangle", "diamond", "cross", "star", "wedge", "ring")
"""Marks of gestures, each read in one colour and small."""


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, each 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0..1. Source: WCAG 2.1, definition of relative luminance."""
    parts = [c / 255 for c in rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1..21. Source: WCAG 2.1, definition of contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class GestureColours:
    """Which gesture has which place in the palette, kept while the vocabulary changes around it."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._order: list[str] = []
        self._renamed: dict[str, str] = {}
        """What gestures were called before, which what was heard is still called, and what they are called now."""

    def follow(self, labels: Sequence[str], own: Mapping[str, int] | None = None) -> None:
        """Take the vocabulary as it is now; a gesture renamed in its place keeps its colour.

        Parameters
        ----------
        own : places that gestures have by the project.
        """
        gone = [label for label in self._order if label not in labels]
        for was, now in renamed(self._order, labels).items():
            self._places[now] = self._places.pop(was)
            self._renamed |= {old: now for old, new in self._renamed.items() if new == was}
            self._renamed[was] = now
        for label in gone:
            self._places.pop(label, None)
        for label in labels:
            if label not in self._places:
                taken = set(self._places.values())
                self._places[label] = next(i for i in range(len(taken) + 1) if i not in taken)
        self._places |= own or {}
        self._order = list(labels)

    def place(self, label: str) -> int:
        """The place of one gesture in the palette; 0 for one that is not known."""
        return self._places.get(self._now(label), 0)

    def _now(self, label: str) -> str:
        return label if label in self._places else self._renamed.get(label, label)

    def colour(self, label: str, palette: Palette) -> str:
        """Its colour; grey for one that is no more."""
        known = self._now(label) in self._places
        return palette.gestures[self.place(label) % len(palette.gestures)] if known else palette.faint

    def shape(self, label: str) -> str:
        """The shape of its mark: another one than that of every gesture of the same colour, and of its neighbours."""
        place = self.place(label)
        return SHAPES[(place + place // len(DARK.gestures)) % len(SHAPES)]
