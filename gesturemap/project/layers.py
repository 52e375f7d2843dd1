"""Layers of what was shown: tonight's, this piece's, one's own, everybody's; each can be switched off and on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gesturemap.catalog import setting
from gesturemap.demonstrations import LAYERS, PIECE


@dataclass(frozen=True)
class Layers:
    """Which layers are learned from, and to which a recording belongs, the section ``[layers]``."""

    off: tuple[str, ...] = setting((), "layers that are not learned from now", choices=LAYERS)
    records: str = setting(PIECE, "the layer that new recordings belong to", choices=LAYERS)

    def switched(self, layer: str, on: bool) -> Layers:
        """With one layer learned from, or not, in the order of `LAYERS`."""
        off = {*self.off, layer} if not on else {*self.off} - {layer}
        return replace(self, off=tuple(each for each in LAYERS if each in off))
