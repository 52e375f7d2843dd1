"""What may be chosen where a setting names a gesture, a source or a control of this project. No Qt."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gesturemap import catalog
from gesturemap.errors import GesturemapError
from gesturemap.mapping.sources import OF_FEATURE, OF_GESTURE, OF_OUTPUT, OF_WINNER
from gesturemap.synth import effects
from gesturemap.synth.voice import COMMON, Parameter
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.sounds import BLOCKS, name_of


class Known(NamedTuple):
    """What this project has that settings can name."""

    gestures: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()


def known(document: Document, features: Sequence[str], outputs: Sequence[str]) -> Known:
    """What can be named: `features` and `outputs` are those of the model that plays."""
    return Known(document.labels, sources(document.labels, features, outputs), tuple(controls(document)))


def sources(labels: Sequence[str], features: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
    """Every number a control can follow, those that people look for first."""
    named = [
        *(f"{form}:{label}" for form in OF_GESTURE for label in labels),
        *(f"{form}:{name}" for form in OF_OUTPUT for name in outputs),
        *(f"{form}:{name}" for form in OF_FEATURE for name in features),
    ]
    return (
        *OF_WINNER,
        *sorted(named, key=lambda text: not text.startswith(("progress", "output", "feature"))),
    )


def controls(document: Document) -> dict[str, Parameter]:
    """Every parameter of the built-in sound that a control can move, by the control's name."""
    found: dict[str, Parameter] = {}
    for voice in document.sound.get("voices") or ():
        try:
            cls: Any = catalog.find("voices", str(voice.get("kind", "")), "voice")
        except GesturemapError:
            continue
        found |= {f"{name_of(voice)}.{p.name}": p for p in (*cls.PARAMETERS, *COMMON)}
    everything = effects.Effects()
    return found | {f"{name}.{p.name}": p for name, p, _ in effects.parameters_of(everything)}


def offers(cls: type[Any], there: Known) -> dict[str, Sequence[str]]:
    """What may be chosen for each text of these settings that names something."""
    by = {
        catalog.GESTURE: ("", *there.gestures),
        catalog.SOURCE: ("", *there.sources),
        catalog.CONTROL: there.controls,
    }
    found: dict[str, Sequence[str]] = {}
    for field in dataclasses.fields(cls):
        names = field.metadata.get("names", "")
        if names in by and isinstance(field.default, str):
            found[field.name] = by[names]
    return found


def of_card() -> Mapping[str, Sequence[str]]:
    """What may be chosen of the sound card's settings."""
    return {"block": [str(block) for block in BLOCKS]}
