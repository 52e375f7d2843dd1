"""The MIDI clock that a project follows."""

from __future__ import annotations

from dataclasses import dataclass

from gesturemap.catalog import MIDI_IN, setting


@dataclass(frozen=True)
class MidiClock:
    """The section ``[clock]``: beats come from outside."""

    port: str = setting(
        "",
        "name of the MIDI port or a part of it, or a device such as /dev/snd/midiC1D0; empty: there is no clock",
        device=MIDI_IN,
    )
    offset: float = setting(
        0.0,
        "beats are so much later than the clock says, as the sender's sound is; below 0 earlier",
        unit="s",
        low=-1.0,
        high=1.0,
    )
    baud: int = setting(31250, "speed, where the port is a serial line", unit="baud", low=50, high=4_000_000)
