"""The settings of a project that stands in the place of Wekinator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gesturemap.errors import SettingsError

KINDS = ("continuous", "classifiers", "dtw", "custom")
"""What the outputs are: numbers, classes, gestures, or each of a type of its own."""


@dataclass(frozen=True)
class Part:
    """What is asked for; Wekinator's own proposals where nothing is said."""

    inputs: int = 5
    outputs: int | None = None
    """How many outputs, or gestures of ``dtw``; by default 5, or as many as there are `types`."""
    kind: str = ""
    """One of `KINDS`; by default continuous, or custom where there are `types`."""
    types: Sequence[str] = ()
    """Of each output, as ``real``, ``integer:0:127`` or ``class:3``."""
    classes: int = 5
    """Of each classifier whose type does not say it."""
    probabilities: bool = False
    """Whether classifiers send the probability of each class too."""
    port: int | None = None
    send_host: str | None = None
    send_port: int | None = None
    control_from: Sequence[str] = ()


def tables(part: Part, name: str) -> dict[str, Any]:
    """The settings of a project of this `name`, as in ``project.toml``.

    Raises
    ------
    SettingsError
        If the parts do not go together.
    """
    receiver = {
        key: value for key, value in (("host", part.send_host), ("port", part.send_port)) if value is not None
    }
    source: dict[str, Any] = {
        "kind": "wekinator",
        "names": [f"inputs-{number}" for number in range(1, part.inputs + 1)],
    }
    if part.port is not None:
        source["port"] = part.port
    if part.control_from:
        source["control_from"] = list(part.control_from)
    kind = part.kind or ("custom" if part.types else "continuous")
    many = 5 if part.outputs is None else part.outputs
    if kind == "dtw":
        gestures = [f"output_{number}" for number in range(1, many + 1)]
        model: dict[str, Any] = {"kind": "wekinator_dtw", "gestures": gestures}
    else:
        model = {"kind": "per_output", "each": _outputs(part, kind, many)}
    return {
        "project": {"name": name},
        "input": source,
        "model": model,
        "mapping": [{"kind": "outputs"}],
        "outputs": [{"kind": "wekinator", **receiver}],
        "gestures": model.get("gestures", []),
    }


def _outputs(part: Part, kind: str, many: int) -> list[dict[str, Any]]:
    """A table for each output."""
    if kind == "custom" and not part.types:
        raise SettingsError(
            "wekinator, types",
            "none",
            "each output of a custom project has a type",
            "say them, as in real,class:5",
        )
    if part.types and kind != "custom":
        raise SettingsError(
            "wekinator, types", f"given, and kind {kind}", "types are for custom ones", "leave the kind out"
        )
    if part.types and part.outputs not in (None, len(part.types)):
        raise SettingsError(
            "wekinator, outputs",
            f"{part.outputs}, and {len(part.types)} types",
            "each output has one type",
            "leave the number of outputs out",
        )
    usual = "class" if kind == "classifiers" else "real"
    types: Sequence[str] = part.types or [usual] * many
    made = []
    for number, text in enumerate(types, 1):
        table = {"name": f"outputs-{number}", **_typed(text, part.classes)}
        if part.probabilities and table["type"] == "class":
            table["probabilities"] = True
        made.append(table)
    return made


def _typed(text: str, classes: int) -> dict[str, Any]:
    """The settings of an output that is written as ``real``, ``integer:0:127`` or ``class:3``."""
    head, *rest = text.split(":")
    try:
        numbers = [float(part) for part in rest]
    except ValueError:
        numbers = [float("nan")]
    if head == "class" and len(numbers) < 2 and all(number.is_integer() and number > 0 for number in numbers):
        return {"type": "class", "classes": int(numbers[0]) if numbers else classes}
    if head in ("real", "integer") and len(numbers) in (0, 2) and numbers == sorted(numbers):
        return {"type": head, **dict(zip(("low", "high"), numbers, strict=False))}
    raise SettingsError(
        "wekinator, types",
        repr(text)[:60],
        "a type is real, integer or class, with a range or how many classes",
        "write it as real, real:0:10, integer:0:127, class or class:3",
    )
