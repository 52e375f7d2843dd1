"""A new model or mapping takes over: what had begun goes on where it can, and ends where it cannot."""

from __future__ import annotations

from collections.abc import Mapping as Table
from typing import TYPE_CHECKING

from gesturemap.frames import Event

if TYPE_CHECKING:
    from gesturemap.engine.instrument import Instrument


def renamed_since(before: Table[str, str], now: Table[str, str]) -> dict[str, str]:
    """What gestures were called -> what they are called now, where that is another name.

    Parameters
    ----------
    before, now : gesture as the model has it -> its name then, and now (`gesturemap.inner.Load.called`).
    """
    names = {before.get(label, label): now.get(label, label) for label in (*before, *now)}
    return {name: new for name, new in names.items() if name != new}


def take_over(
    now: Instrument, before: Instrument, renamed: Table[str, str], going: Table[str, float]
) -> tuple[Event, ...]:
    """What goes on in the instrument before goes on in this one, as far as it can; return what ended.

    Its outputs are told of it, those that were just opened of what goes on; nothing jumps.

    Parameters
    ----------
    going : what the outputs before were told that it goes on, and how strongly.
    """
    labels = now.layout.labels
    names = {label: name for label in before.layout.labels if (name := renamed.get(label, label)) in labels}
    heirs = now.mapping_run.heirs(before.mapping_run, names)
    ended = before.let_go([part for part, _ in heirs])
    for part, heir in heirs:
        heir.go_on(part, names)
    now.outputs.end(now.controls._replace(events=ended))
    gone = {event.label for event in ended}
    now.outputs.catch_up({label: value for label, value in going.items() if label not in gone})
    return ended
