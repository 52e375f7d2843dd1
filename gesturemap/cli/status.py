"""How a project plays, as lines in a terminal."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from gesturemap import commands as c
from gesturemap.inputs.assembly import SWITCH_ON, WAITING
from gesturemap.inputs.messages import OTHER_DEVICE, SET_TO_OSC, no_osc
from gesturemap.plain import counted, shell

PATIENCE = 5.0
"""Seconds without a frame after which it is said what to look at."""
EARLY = 2.0
"""Seconds of play without a frame after which it is said why."""
SLACK = 0.1
"""Seconds by which the engine's figures, one a second, may come early."""
QUIET = 3.0
"""Seconds without a frame after which a sensor that was heard is called silent."""
MOST_REASONS = 3
"""Reasons of one sender that stand in a line."""
UNEVEN = 0.5
"""Jitter, as a share of the time from frame to frame, from which on it is worth a word ..."""
UNEVEN_MS = 5.0
"""... if it also is so many milliseconds."""
AGAIN = 10.0
"""Seconds between two words on how unevenly frames come, and between two lines that say the same."""
REVIVES = {"gesture": "a gesture begins, or run", "movement": "the controls move, or run"}
"""What ends the silence of the built-in synth after a panic."""


def unused(ignored: Mapping[str, Mapping[str, int]], new: Collection[str] = ()) -> list[str]:
    """A line for each sender of which something was not used, with the reasons, those that are `new` first."""
    return [f"ignored from {sender}: {why(reasons, new)}" for sender, reasons in ignored.items() if reasons]


def why(reasons: Mapping[str, int], new: Collection[str] = ()) -> str:
    """The reasons that say most: a wrong baud rate, which makes all the others, what is new, the most frequent."""
    rows = sorted(reasons.items(), key=lambda row: ("baud rate" not in row[0], row[0] not in new, -row[1]))
    told = ", ".join(f"{reason}: {count}" for reason, count in rows[:MOST_REASONS])
    more = len(rows) - MOST_REASONS
    return told + (f" and {counted(more, 'more reason')}" if more > 0 else "")


def no_phone(address: str) -> str:
    """What may be in the way where no phone has come to the page at this address."""
    port = found[1] if (found := re.search(r"https://\S+?:(\d+)/", address)) else "8443"
    return (
        "no phone has come yet: is it in the same Wi-Fi as this computer, and not in a guest network? does the "
        f"firewall let TCP port {port} in? was the browser told to visit the page in spite of its warning of the "
        "certificate, and the page tapped?"
    )


def lacking(ignored: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether a message that the first frame needs does not come."""
    return any(reason.startswith(WAITING) for reasons in ignored.values() for reason in reasons)


class Played:
    """How many frames were played, by all engines there were: of a session that is logged, since its log began."""

    def __init__(self) -> None:
        self.frames = 0
        self._before = self._newest = 0
        """Of the engines that have died; of this one, of which it has counted every frame."""
        self._logged = self.anew = False
        """Whether there was a log; whether another engine counts since the last figures."""

    def __call__(self, figures: Mapping[str, Any]) -> int:
        """The same with the newest figures; an engine counts from 0."""
        logged = bool(figures.get("log"))
        self.anew = figures["frames"] < self._newest
        if self.anew:
            self._before = self.frames
        elif logged and not self._logged:
            self._before = 0
        self._newest, self._logged = int(figures["frames"]), logged or self._logged
        self.frames = self._before + int(figures["logged"] if logged else figures["frames"])
        return self.frames


def following(figures: Mapping[str, Any]) -> str:
    """The tempo that is heard from outside, or why none is."""
    tempo = f"{figures['tempo']:.0f}/min" if figures.get("tempo") else ""
    state = str(figures["clock"])
    return tempo if tempo and state == "running" else f"{state} {tempo}".rstrip()


class StatusLine:
    """Prints how the engine is doing, once a second where there is something new.

    Parameters
    ----------
    project : as it was named, until another one plays.
    has_model : whether a model plays.
    address : where the sensor is waited for; empty while it is not open.
    streams : the sensor sends all the time, so that its silence is worth a line; a mouse does not.
    phone : the sensor is a phone that opens a page.
    now : the time in seconds.
    """

    def __init__(
        self,
        project: str,
        has_model: Callable[[], object],
        address: Callable[[], str] = str,
        *,
        streams: bool = True,
        phone: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._project, self._has_model, self._address = project, has_model, address
        self._folder = ""
        self._streams, self._phone, self._now = streams, phone, now
        self._first: float | None = None
        """When the first figures came."""
        self._hint = ""
        """What was last said of a sensor that has not been heard."""
        self._advised = self._told_device = False
        self.frames = self.events = 0
        self._played = Played()
        self.last = "-"
        self._reasons: set[tuple[str, str]] = set()
        """Sender and reason of everything ignored that was told."""
        self._gaps, self._longest, self._uneven = 0, 0.0, -AGAIN
        """Gaps that were told, the longest interval since, and when that was."""
        self._began = self._heard = now()
        self._silent = self._over = False
        self._text, self._printed = "", 0.0
        """The line that was printed last, without the clock, and when."""
        self._wrong: dict[int, str] = {}
        """Number of an output -> what is wrong with it, as it was told."""
        self._dropped: dict[int, int] = {}
        self._late = self._faults = 0
        """Underruns and faults in the line that was printed last."""
        self.device: str | None = None
        """The sound card that was told last, or why there is none; None: nothing yet."""

    def __call__(self, notice: c.Message) -> None:
        """Hear a notice."""
        if isinstance(notice, c.Happened) and notice.kind == "began":
            self.events += 1
            self.last = f"{notice.label} {notice.value:.2f}"
        elif isinstance(notice, c.Status) and self._over:
            self.frames = self._played(notice.figures)
        elif isinstance(notice, c.Status):
            self._print(notice.figures)
        elif isinstance(notice, c.State):
            folder = notice.document["project"]["path"]
            if folder != (self._folder or folder):  # another scene
                self._project = folder
            self._folder = folder

    def end(self) -> None:
        """Print no more; what comes still counts."""
        self._over = True

    def _print(self, figures: dict[str, Any]) -> None:
        now = self._now()
        self._listen(self._played(figures), now)
        ignored = sum(sum(reasons.values()) for reasons in figures["ignored"].values())
        latency = figures["latency_ms"]
        self._explain(figures["ignored"], now)
        self._look_at(figures.get("outputs") or ())
        self._hear(str(figures.get("device") or ""))
        made = f"{counted(self.events, 'gesture')}, last: {self.last}" if self._has_model() else "NO MODEL"
        made = figures.get("doing") or made
        failed = int(figures["faults"])
        why = f" ({figures['why_faults']})" if failed > self._faults and figures.get("why_faults") else ""
        text = (
            f"{figures['rate']:6.1f} Hz  {self.frames} frames, "
            f"{figures['lost']} lost, {ignored} ignored{self._pace(figures, now)}  "
            f"in-out {latency['p50']:.2f} ms (p99 {latency['p99']:.2f})  "
            f"{made}  faults {failed}{why}  "
            f"underruns {figures.get('underruns', 0)}"
        )
        if int(figures.get("underruns", 0)) > self._late and figures.get("why_late"):
            text += f" ({figures['why_late']})"
        if figures.get("silent"):
            text += f"  SILENT after a panic until {REVIVES[figures['silent']]}"
        if figures.get("clock"):
            text += f"  clock {following(figures)}"
        if text != self._text or now - self._printed >= AGAIN - SLACK:  # the same again is no news
            self._text, self._printed = text, now
            self._late, self._faults = int(figures.get("underruns", 0)), failed
            print(f"{self._clock(now)}  {text}", flush=True)

    def _explain(self, ignored: Mapping[str, Mapping[str, int]], now: float) -> None:
        """Say what is ignored where there is a new reason, and what is in the way of the first frame."""
        for sender, reasons in ignored.items():
            new = {reason for reason in reasons if (sender, reason) not in self._reasons}
            if new:
                self._reasons |= {(sender, reason) for reason in new}
                print(*unused({sender: reasons}, new), flush=True)
        if any(OTHER_DEVICE in reasons for reasons in ignored.values()) and not self._told_device:
            self._told_device = True
            print(
                "another device is no matter unless it is to play too; the line for both says: "
                f"gesturemap doctor {shell(self._project)}",
                flush=True,
            )
        self._first = now if self._first is None else self._first
        if self.frames:
            return
        if lacking(ignored) and not self._advised:
            self._advised = True
            print(f"no frame yet: {SWITCH_ON}", flush=True)
        if now - self._first < EARLY - SLACK:
            return
        doctor, place = f"gesturemap doctor {shell(self._project)}", self._address() or "the sensor"
        if unused(ignored):
            hint = SET_TO_OSC if no_osc(ignored) else f"nothing that arrives can be used; why? run: {doctor}"
        elif self._phone:
            hint = no_phone(place)
        elif self._streams:
            hint = f"nothing has arrived at {place} in {EARLY:g} s; next: {doctor}"
        else:
            hint = f"nothing has come from {place} yet: move it; if that does not help, run: {doctor}"
        if hint != self._hint:
            self._hint = hint
            print(hint, flush=True)

    def _look_at(self, outputs: Iterable[Mapping[str, Any]]) -> None:
        """Say that an output is too slow, and that one is well again; why one is closed is told as a fault."""
        for number, output in enumerate(outputs):
            wrong = str(output.get("closed") or "")
            if not wrong and output.get("dropped", 0) > self._dropped.get(number, 0):
                wrong = "too slow, some of it is left out"
            self._dropped[number] = int(output.get("dropped", 0))
            if wrong != self._wrong.get(number, ""):
                self._wrong[number] = wrong
                if not output.get("closed"):
                    print(f"output {output['address']}: {wrong or 'well again'}", flush=True)

    def _hear(self, device: str) -> None:
        """Say when another sound card plays, or none any more."""
        if device and self.device is not None and device != self.device:
            print(f"sound: {device}", flush=True)
        self.device = device or self.device

    def _pace(self, figures: Mapping[str, Any], now: float) -> str:
        """How unevenly frames come, where that is worth a word."""
        pace = figures.get("pace_ms") or {}
        if not pace or not self._streams:
            return ""
        gaps, jitter = int(pace["gaps"]), float(pace["jitter"])
        self._longest = max(self._longest, float(pace["longest"]))
        usual = 1000.0 / figures["rate"] if figures["rate"] > 0.0 else 0.0
        told = []
        if gaps > self._gaps:
            told.append(f"{counted(gaps - self._gaps, 'gap')}, the longest {self._longest:.0f} ms")
        if usual and jitter >= max(UNEVEN_MS, UNEVEN * usual):
            told.append(f"jitter {jitter:.0f} ms")
        if not told or now - self._uneven < AGAIN:
            return ""
        self._gaps, self._longest, self._uneven = gaps, 0.0, now
        return f", {', '.join(told)}"

    def _listen(self, frames: int, now: float) -> None:
        """Say once that the sensor has fallen silent, and that it is back."""
        gone = now - self._heard
        if self._played.anew:
            self._first = None  # another engine counts anew, and has not been there long
        if frames != self.frames:
            if self._silent:
                print(f"the sensor is back at {self._clock(now)}, after {gone:.0f} s", flush=True)
            self.frames, self._heard, self._silent = frames, now, False
        elif frames and self._streams and not self._silent and gone > QUIET:
            self._silent = True
            print(
                f"the sensor has been silent since {self._clock(self._heard)}; "
                f"run: gesturemap doctor {shell(self._project)}",
                flush=True,
            )

    def _clock(self, now: float) -> str:
        """Minutes and seconds since it began."""
        minutes, seconds = divmod(int(now - self._began), 60)
        return f"{minutes:02d}:{seconds:02d}"
