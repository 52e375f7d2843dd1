"""How the engine is doing: what it counts, as the table of `Status`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from gesturemap.engine.instrument import Instrument
from gesturemap.engine.latency import Latency
from gesturemap.engine.pace import Pace
from gesturemap.engine.playback import Playback
from gesturemap.engine.stages import Stages
from gesturemap.errors import GesturemapError
from gesturemap.inputs.input import InputRun
from gesturemap.logs.write import LogWriter

MOST_PLACES, ELSEWHERE = 32, "elsewhere"
"""Places of which faults are counted by themselves; those of more are counted together."""
LONGEST = 100
"""Characters of a reason."""


class Figures:
    """Frames and latency since the engine began, faults since the project that plays was opened."""

    def __init__(self, now: float) -> None:
        self.latency = Latency()
        self.stages = Stages()
        self.pace = Pace()
        self.frames = 0
        self.faults = 0
        self._reasons: dict[str, tuple[int, str]] = {}
        """Place -> how often something went wrong there, and what did last."""
        self._unsent_before: dict[str, int] = {}
        """Address of an output -> how many frames it could not send for the project before."""
        self._frames_before, self._refused_before, self._before = 0, 0, now
        self._ignored_before: Counter[str] = Counter()
        """How often each reason was counted for which something was ignored."""
        self._late = 0

    def fault(self, error: GesturemapError) -> None:
        """Count what went wrong."""
        self.faults += 1
        place = error.place if error.place in self._reasons or len(self._reasons) < MOST_PLACES else ELSEWHERE
        before, _ = self._reasons.get(place, (0, ""))
        self._reasons[place] = before + 1, f"{error.place}: {error.value}"

    def load(self, instrument: Instrument | None, *, opened: bool) -> None:
        """Where another project is `opened`, faults are counted from here, also of outputs that go on.

        Parameters
        ----------
        instrument : that of the project before.
        """
        if not opened:
            return
        self.faults, self._reasons = 0, {}
        outputs = instrument.outputs.figures() if instrument else []
        self._unsent_before = {each["address"]: each["faults"] for each in outputs}

    def _unsent(self, outputs: list[dict[str, Any]]) -> int:
        """How many frames outputs could not send for this project; one that has counted less since was opened anew."""
        before = self._unsent_before
        for each in outputs:
            if each["faults"] < before.get(each["address"], 0):
                del before[each["address"]]
        return sum(each["faults"] - before.get(each["address"], 0) for each in outputs)

    def _why(self, instrument: Instrument | None, unsent: int) -> str:
        """The most frequent of all faults, for people."""
        worst = [instrument.outputs.worst] if instrument and unsent else []
        count, text = max((*self._reasons.values(), *worst), default=(0, ""))
        return (text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…") if count else ""

    def table(
        self,
        now: float,
        source: Playback | InputRun | None,
        instrument: Instrument | None,
        log: LogWriter | None,
    ) -> dict[str, Any]:
        """Everything by name; `rate` is in frames per second, `refused` how much was ignored since the last call, and
        `why_refused` the most frequent reason of that.
        """
        health = source.health if source else None
        seconds = max(1e-9, now - self._before)
        refused = health.ignored_total if health else 0
        ignored = {sender: dict(reasons) for sender, reasons in health.ignored.items()} if health else {}
        reasons: Counter[str] = sum(health.ignored.values(), Counter()) if health else Counter()
        latency = self.latency.figures()
        outputs = instrument.outputs.figures() if instrument else []
        unsent = self._unsent(outputs)
        figures: dict[str, Any] = {
            "frames": self.frames,
            "rate": (self.frames - self._frames_before) / seconds,
            "accepted": health.accepted if health else 0,
            "lost": health.lost if health else 0,
            "backlog": health.backlog if health else 0,
            "ignored": ignored,
            "refused": max(0, refused - self._refused_before),
            "why_refused": next(
                (reason for reason, _ in (reasons - self._ignored_before).most_common(1)), ""
            ),
            "pace_ms": self.pace.figures(),
            "latency_ms": latency,
            "delays_ms": self.stages.figures(instrument, latency["p50"]),
            "faults": self.faults + unsent,
            "why_faults": self._why(instrument, unsent),
            "outputs": outputs,
            "log": str(log.path) if log else "",
            "logged": log.frames if log else 0,
            "log_faults": log.faults if log else 0,
            "log_lost": log.lost if log else 0,
        }
        self._frames_before, self._refused_before, self._before = self.frames, refused, now
        self._ignored_before = reasons
        self._underruns(instrument, log)
        return figures

    def _underruns(self, instrument: Instrument | None, log: LogWriter | None) -> None:
        """Blocks of the synth that came too late stand in the log, and outputs that can say so tell them."""
        underruns = instrument.outputs.underruns if instrument else 0
        if instrument is None or underruns <= self._late:  # a new block has not been told yet
            return
        self._late = underruns
        instrument.outputs.told_underruns(underruns)
        if log is not None:
            log.mark("underruns", str(underruns), instrument.controls.time)
