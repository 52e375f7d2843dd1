"""The bank of patches as it can be chosen from, and what of a voice stays when it is given another patch. No Qt."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesturemap import catalog, library
from gesturemap.synth import patches

KEPT = ("name", "gestures", "notes", "chords", "drone", "files")
"""What says how a voice is played; a patch says how it sounds."""
BLOCKS = (32, 64, 128, 256, 512, 1024, 2048)
"""Samples in a block that sound cards know."""
LEVELS = (-60.0, 12.0)
"""dB between which a voice's level lies."""


@dataclass(frozen=True)
class Offer:
    """One patch that can be chosen."""

    name: str
    about: str
    own: bool
    """Whether it is the person's own."""


def offers() -> list[Offer]:
    """Every patch, the person's own first."""
    mine = library.user_folder()
    paths = library.patches()
    found = [
        Offer(name, patch.about, paths[name].is_relative_to(mine)) for name, patch in patches.bank().items()
    ]
    return sorted(found, key=lambda offer: (not offer.own, offer.name.casefold()))


def patched(voice: Mapping[str, Any], patch: str) -> dict[str, Any]:
    """A voice's table with the sound of another patch: who plays it stays, and how much louder it is than usual.

    Raises
    ------
    GesturemapError
        If there is no such patch, or its file is broken.
    """
    made = patches.filled({"patch": patch}, "voice")
    cls = catalog.find("voices", str(made.get("kind", "")), "voice")
    usual = {field.name: catalog.default_of(field) for field in dataclasses.fields(cls)}
    kept = {
        key: voice[key] for key in KEPT if key in voice and key in usual and _alike(voice[key], usual[key])
    }
    kept["name"] = voice.get("name") or _usual_name(voice)  # controls go on calling it so
    level = float(made.get("level", 0.0)) + louder(voice)
    return made | kept | {"level": min(LEVELS[1], max(LEVELS[0], level))}


def _alike(one: Any, other: Any) -> bool:
    """Whether both are tables, or neither is: notes are a chord of some voices, and by gesture of others."""
    return isinstance(one, Mapping) == isinstance(other, Mapping)


def louder(voice: Mapping[str, Any]) -> float:
    """By how many dB a voice has been made louder than its patch; 0 where it has none."""
    name = str(voice.get("patch") or "")
    if name not in library.patches():
        return 0.0
    usual = patches.filled({"patch": name}, "voice").get("level", 0.0)
    return float(voice.get("level", 0.0)) - float(usual)


def _usual_name(voice: Mapping[str, Any]) -> str:
    cls = catalog.find("voices", str(voice.get("kind", "")), "voice")
    field = next(field for field in dataclasses.fields(cls) if field.name == "name")
    return str(catalog.default_of(field))


def name_of(voice: Mapping[str, Any]) -> str:
    """What controls call a voice."""
    return str(voice.get("name") or voice.get("kind") or "")


def block_text(block: int, rate: float) -> str:
    """A block's length in time, for people."""
    return f"{1000.0 * block / rate:.1f} ms" if rate > 0 else ""
