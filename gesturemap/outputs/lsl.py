"""Streams of the Lab Streaming Layer (LSL): controls as numbers, what gestures do as markers of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from gesturemap.catalog import setting
from gesturemap.errors import DeviceError, SettingsError, not_installed
from gesturemap.frames import Controls, Spec
from gesturemap.outputs.output import FailSafe
from gesturemap.wire.lsl import library

KEPT = 60
"""Seconds of samples kept for a receiver that is behind; of these irregular streams a hundred times as many samples."""


@dataclass(frozen=True)
class Lsl(FailSafe):
    """Streams for the programs of a laboratory, such as LabRecorder."""

    kind: ClassVar[str] = "lsl"

    name: str = setting("gesturemap", "name of the stream of controls; that of events ends in ' events'")
    type: str = setting("Control", "type of the stream of controls, by which others find it")
    events: bool = setting(True, "a second stream, of markers: 'began wave', 'ended wave'")

    def start(self, controls: Spec) -> LslRun:
        """Open the outlets."""
        self.check(controls)
        return LslRun(self, controls)

    def check(self, controls: Spec) -> None:
        """Whether these settings make sense.

        Raises
        ------
        SettingsError
            If the stream has no name.
        """
        super().check(controls)
        if not self.name.strip():
            raise SettingsError("outputs, lsl, name", "none", "a stream has a name", "give it one")


class LslRun:
    """Open outlets; samples are stamped when they are sent, by LSL's clock of this machine."""

    def __init__(self, settings: Lsl, controls: Spec) -> None:
        place = f"LSL stream '{settings.name}'"
        try:
            pylsl = library()
        except (ImportError, OSError, RuntimeError) as error:  # the library, or what it is made of
            raise not_installed(place, "lsl") from error
        self.address = place
        self.faults = 0
        self.sent = 0
        """Samples handed on, markers too."""
        self._numbers: Any = None
        self._markers: Any = None
        try:
            if controls.width:
                info = pylsl.StreamInfo(
                    settings.name,
                    settings.type,
                    controls.width,
                    0.0,
                    pylsl.cf_double64,
                    f"{settings.name}-controls",
                )
                channels = info.desc().append_child("channels")
                for control in controls.channels:
                    channel = channels.append_child("channel")
                    channel.append_child_value("label", control.name)
                    channel.append_child_value("unit", control.unit)
                self._numbers = pylsl.StreamOutlet(info, 0, KEPT)
            if settings.events:
                name = f"{settings.name} events"
                info = pylsl.StreamInfo(name, "Markers", 1, 0.0, pylsl.cf_string, f"{settings.name}-events")
                self._markers = pylsl.StreamOutlet(info, 0, KEPT)
        except RuntimeError as error:
            self.close()
            raise DeviceError(
                place, str(error), "LSL needs a network", "check that this machine has one"
            ) from error

    def send(self, controls: Controls) -> None:
        """Send one frame of controls, then its events."""
        try:
            if self._numbers is not None:
                self._numbers.push_sample(controls.values.tolist())
                self.sent += 1
            if self._markers is not None:
                for event in controls.events:
                    self._markers.push_sample([f"{event.kind} {event.label}"])
                    self.sent += 1
        except (RuntimeError, ValueError):
            self.faults += 1

    def silence(self) -> None:
        """Nothing is held by LSL."""

    def close(self) -> None:
        """Close the outlets; receivers see the streams end."""
        self._numbers = self._markers = None
