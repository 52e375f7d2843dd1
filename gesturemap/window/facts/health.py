"""How source, processes and play are doing, in words. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesturemap.inputs.assembly import WAITING
from gesturemap.inputs.messages import OTHER_ADDRESS, no_osc
from gesturemap.plain import counted
from gesturemap.window import words
from gesturemap.window.facts import changes
from gesturemap.window.facts.document import Document

COMPILING = "compiling"
"""What a `Progress` is called where kernels are compiled."""
UNUSABLE = ("is not finite", "is too large")
"""How the reasons end why frames of a sensor that is heard are left out one by one."""


@dataclass(frozen=True)
class Health:
    """How the source is doing: ``good``, ``warn``, ``silent`` or ``off``, in one line, with details."""

    state: str
    text: str
    details: str


GONE = "gone"
"""How every process is while control, which would know, is gone."""


def ignored(figures: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Sender, reason and number of everything that was ignored, most first."""
    table = figures.get("ignored") or {}
    rows = [(sender, reason, int(n)) for sender, reasons in table.items() for reason, n in reasons.items()]
    return sorted(rows, key=lambda row: -row[2])


def engine_state(document: Document, *, again: bool) -> str:
    """Why the engine does not play, or an empty text; `again`: it has run before."""
    if document.engine_runs:
        return ""
    if document.processes["engine"] == GONE:
        return words.CONTROL_GONE
    if document.processes["engine"].startswith("given up"):
        return words.ENGINE_OFF
    return words.ENGINE_AGAIN if again else words.ENGINE_STARTS


def engine_step(engine: str) -> str:
    """What a person does, or waits for, while the engine does not play."""
    steps = {
        words.ENGINE_STARTS: words.ENGINE_STEP,
        words.ENGINE_AGAIN: words.ENGINE_STEP,
        words.ENGINE_STUCK: words.ENGINE_STUCK_STEP,
        words.ENGINE_OFF: words.ENGINE_OFF_STEP,
        words.CONTROL_GONE: words.CONTROL_GONE_STEP,
    }
    return steps.get(engine, words.FIRST_START_STEP)


def health(document: Document, figures: Mapping[str, Any], engine: str = "") -> Health:
    """The sensor health line: address, rate, what is lost or ignored, and what to do when nothing comes.

    Parameters
    ----------
    engine : why the engine does not play; then nothing is said of the sensor, because nobody listens to it.
    """
    if engine:
        return Health("off", f"{engine}\n{engine_step(engine)}", "")
    if document.resting:
        return Health("silent", words.RESTING, "")
    if document.input_fault:
        return Health("warn", document.input_fault, "")
    if not document.input_address:
        return Health("silent", words.OPENING_SOURCE, "")
    rate, lost, rows = float(figures.get("rate", 0.0)), int(figures.get("lost", 0)), ignored(figures)
    address = document.input_address
    plain = {"pointer": words.POINTER_ADDRESS, "phone": words.PHONE_ADDRESS}
    parts = [plain.get(str(document.input.get("kind")), middle(address))]
    if not figures:
        return Health("silent", parts[0], address)  # it has just opened: there is nothing to say yet
    # what else a sensor sends is no matter while it is heard
    trouble = [row for row in rows if not row[1].startswith(OTHER_ADDRESS)]
    parts.append(words.HEALTH_STEADY.format(rate=rate) if rate > 0 else words.HEALTH_SILENT)
    if lost:
        parts.append(words.HEALTH_LOST.format(lost))
    if rows:
        parts.append(words.HEALTH_IGNORED.format(sum(n for _, _, n in rows)))
    text = " · ".join(parts)
    if rate <= 0:
        text += "\n" + silent_step(document, figures)
    elif trouble:
        text += "\n" + _why(trouble[0])
        if trouble[0][1].endswith(UNUSABLE):
            text += "\n" + words.HEALTH_UNUSABLE_STEP
    state = "silent" if rate <= 0 else "warn" if lost or trouble else "good"
    return Health(state, text, "\n".join([address, *_pace(figures), *map(_why, rows[:12])]))


def unready(document: Document, engine: str = "", preparing: str = "") -> str:
    """Why nothing is heard of what one does now, or empty: the source is open and the engine plays.

    Parameters
    ----------
    preparing : that it is compiled first, or empty.
    """
    if document.open and not engine:
        return ""
    if preparing:
        return f"{preparing}\n{words.FIRST_START_STEP}"
    if engine:
        return engine
    if document.resting or document.input_fault:
        return words.SOURCE_CLOSED
    return words.SOURCE_OPENS


def silent_step(document: Document, figures: Mapping[str, Any]) -> str:
    """What to do where no frame comes: because nothing does, or because nothing of it can be used."""
    kind, rows = str(document.input.get("kind")), ignored(figures)
    waiting = next((reason for _, reason, _ in rows if reason.startswith(WAITING)), "")
    if waiting:
        return words.WAITING_STEP.format(reason=waiting)
    if not rows or not figures.get("refused"):
        step = words.SILENT_STEPS.get(kind, words.SILENT_STEP)
        return step.format(project=document.command)
    if no_osc(figures.get("ignored") or {}):
        return words.NOT_OSC_STEP
    reason = str(figures.get("why_refused") or rows[0][1])
    if reason.startswith(OTHER_ADDRESS):
        wanted = _wanted(document.input)
        reason = f"{OTHER_ADDRESS} than {wanted}" if wanted else OTHER_ADDRESS
    return words.UNUSED_STEPS.get(kind, words.UNUSED_STEP).format(reason=reason, project=document.command)


def _wanted(source: Mapping[str, Any]) -> str:
    """The first address that a source of OSC waits for."""
    return next(iter(source.get("messages") or ()), str(source.get("address") or ""))


def _pace(figures: Mapping[str, Any]) -> list[str]:
    """How evenly frames come, where it is known."""
    pace = figures.get("pace_ms") or {}
    return [words.HEALTH_PACE.format(**pace)] if pace.get("longest") else []


def middle(text: str, most: int = 36) -> str:
    """A long text with its middle left out."""
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail]}…{text[-tail:]}"


class OutputTroubles:
    """Which outputs are in trouble now: their counts have risen in the last `SHOWN` seconds or so.

    Where nobody listens it stays so until enough was sent that nobody refused: that nothing goes out tells of nobody.
    """

    SHOWN = 3
    """How many times `follow` is called before what has not risen again is forgotten."""
    ENOUGH = 2
    """Packets between two calls of which one at least would have come back: a refusal is told with the next packet."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._left: dict[tuple[str, str], int] = {}
        self.lines: list[str] = []
        """One for each output in trouble."""

    def kept(self) -> dict[str, Any]:
        """For the window that comes in place of this one; what was counted it sees itself."""
        return {"left": [[*key, left] for key, left in self._left.items() if left], "lines": self.lines}

    def recall(self, kept: Mapping[str, Any]) -> None:
        """Go on as another one was."""
        self._left = {(address, what): left for address, what, left in kept["left"]}
        self.lines = list(kept["lines"])

    def follow(self, figures: Mapping[str, Any]) -> list[str]:
        """Take the figures, once a second; a line for each output in trouble."""
        outputs = list(figures.get("outputs") or ())
        lines: list[str] = []
        counts: dict[tuple[str, str], int] = {}
        for output in outputs:
            address = str(output.get("address", ""))
            if output.get("closed"):
                lines.append(words.OUTPUT_TROUBLE.format(address=address, trouble=output["closed"]))
                continue
            sent = counts[address, "sent"] = int(output.get("sent", 0))
            enough = "sent" not in output or sent - self._counts.get((address, "sent"), sent) >= self.ENOUGH
            for what in ("unheard", "faults", "dropped"):
                key = (address, what)
                counts[key] = count = int(output.get(what, 0))
                risen = count > self._counts.get(key, count)
                fades = what != "unheard" or enough
                self._left[key] = self.SHOWN if risen else max(0, self._left.get(key, 0) - fades)
                if self._left[key]:
                    text = {"faults": words.UNSENT, "dropped": words.LEFT_OUT}.get(what, words.UNHEARD)
                    text = text.format(count)
                    lines.append(words.OUTPUT_TROUBLE.format(address=address, trouble=text))
        self._counts = counts
        self._left = {key: left for key, left in self._left.items() if key in counts}
        self.lines = lines
        return lines


def _why(row: tuple[str, str, int]) -> str:
    sender, reason, count = row
    return words.HEALTH_IGNORED_LINE.format(sender=sender, reason=reason, count=count)


def ago(seconds: float) -> str:
    """A time span as a person says it."""
    if seconds < 100:
        return words.SECONDS_AGO.format(seconds)
    if seconds < 100 * 60:
        return words.MINUTES_AGO.format(seconds / 60)
    return words.HOURS_AGO.format(seconds / 3600)


def model_status(
    document: Document, trained_ago: float | None, progress: tuple[str, str, float] | None
) -> str:
    """The model's part of the status line."""
    if progress is not None:
        what, part, fraction = progress
        if what == COMPILING:
            return words.STATUS_FIRST_START.format(words.FIRST_START.format(fraction))
        return words.STATUS_PROGRESS.format(
            what=words.PROGRESS_OF.get(what, what), part=part, percent=100 * fraction
        )
    if document.trained is None:
        return words.LEARNING if document.learns else words.STATUS_UNTRAINED
    parts = [str(document.model.get("kind", ""))]
    ms = 1000 * document.trained.seconds
    if not document.trained.seconds:  # it was on disk already
        parts.append(words.STATUS_READY)
    elif trained_ago is None:
        parts.append(words.STATUS_TRAINED.format(ms=ms))
    else:
        parts.append(words.STATUS_TRAINED_AGO.format(ago=ago(trained_ago), ms=ms))
    if changed := changes.summary(document):
        parts.insert(0, changed)
    if document.trained.stale:
        parts.insert(0, words.STATUS_STALE)  # what is to be done is never what there is no room for
    return " · ".join(part for part in parts if part)


def audio(state: str) -> str:
    """The synth's state as a person says it."""
    if state.startswith("no "):
        return state.partition(";")[0]
    detail = state.removeprefix("running").lstrip(": ")
    return words.STATUS_AUDIO.format(detail) if detail else words.STATUS_AUDIO_RUNNING


def unheard(document: Document) -> bool:
    """Whether nothing sounds although sound is wanted, until somebody does something: the gravest fault."""
    return document.sound_on and document.processes.get("synth", "").startswith(("no ", "given up"))


def panicked(figures: Mapping[str, Any]) -> str:
    """That a panic keeps the sound silent, and until when; empty: none does."""
    until = words.REVIVES.get(str(figures.get("silent") or ""))
    return words.STATUS_PANICKED.format(until) if until else ""


def dropouts(figures: Mapping[str, Any]) -> str:
    """How many dropouts the sound had, what most come from and what to do; empty: none, or nothing is known of them."""
    count, why = int(figures.get("underruns", 0)), str(figures.get("why_late") or "")
    return f"{counted(count, words.DROPOUT)}: {why}" if count and why else ""


def play_status(document: Document, figures: Mapping[str, Any], engine: str = "") -> str:
    """The rest of the status line: frames, latency, sound, processes that are not running."""
    if engine:
        synth = document.processes.get("synth", "")
        return " · ".join([engine, *([audio(synth)] if synth else [])])
    parts = [words.STATUS_RATE.format(float(figures.get("rate", 0.0)))]
    rows = ignored(figures)
    count = sum(n for _, _, n in rows)
    parts.append(
        words.STATUS_IGNORED_WHY.format(count=count, reason=rows[0][1])
        if rows
        else words.STATUS_IGNORED.format(0)
    )
    latency = figures.get("latency_ms") or {}
    if latency.get("p50"):
        parts.append(words.STATUS_LATENCY.format(p50=latency["p50"], p99=latency.get("p99", 0.0)))
    if synth := document.processes.get("synth", ""):
        parts.insert(0 if unheard(document) else len(parts), audio(synth))
    if silent := panicked(figures):
        parts.insert(0, silent)  # what nobody hears is never what there is no room for
    if underruns := int(figures.get("underruns", 0)):
        parts.append(counted(underruns, words.DROPOUT))
    if figures.get("clock"):
        tempo = float(figures.get("tempo", 0.0))
        parts.append(
            words.STATUS_TEMPO.format(tempo)
            if tempo and figures["clock"] == "running"
            else words.STATUS_CLOCK.format(figures["clock"])
        )
    if figures.get("log"):
        parts.append(words.STATUS_LOG)
    if not document.runs("trainer"):
        parts.append(words.STATUS_PROCESS.format(name="trainer", state=document.processes["trainer"]))
    return " · ".join(parts)
