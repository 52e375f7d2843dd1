"""The picture of a performance: signals, likelihoods, what was done and what was recognised."""

from __future__ import annotations

from pathlib import Path

from gesturemap.demo.report import Report
from gesturemap.demo.score import Score
from gesturemap.logs.read import Session
from gesturemap.window.look.colours import DARK

CHANNELS = ("#88c0d0", "#ebcb8b", "#a3be8c", "#b48ead", "#d08770", "#8fbcbb")
GROUND, INK, FAINT = "#15181e", "#d8dee9", "#4c566a"


def draw(path: Path, played: Score, session: Session, figures: Report) -> None:
    """Write the picture.

    Parameters
    ----------
    session : the log of the performance.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    labels = [*dict.fromkeys(label for part in session.parts for label in part.layout.labels)]
    colour = {label: DARK.gestures[index % len(DARK.gestures)] for index, label in enumerate(labels)}
    done, signals, likelihoods, heard = range(4)
    figure, axes = pyplot.subplots(
        4,
        1,
        figsize=(16, 9),
        sharex=True,
        height_ratios=(0.5, 2, 2, 0.5),
        facecolor=GROUND,
        constrained_layout=True,
    )
    for axis in axes:
        axis.set_facecolor(GROUND)
        axis.tick_params(colors=INK, labelsize=9)
        for side in axis.spines.values():
            side.set_color(FAINT)
        axis.yaxis.label.set_color(INK)
    for span, said in zip(played.spans, figures.answers, strict=True):
        middle = (span.start + span.end) / 2
        axes[done].axvspan(span.start, span.end, color=colour[span.label], lw=0)
        axes[signals].axvspan(span.start, span.end, color=INK, alpha=0.05, lw=0)
        axes[likelihoods].axvspan(span.start, span.end, color=INK, alpha=0.05, lw=0)
        if said.label != span.label:
            axes[done].text(middle, 0.5, "x", color=INK, ha="center", va="center", fontsize=13, weight="bold")
    for part in session.parts:
        for column, channel in enumerate(part.layout.inputs.channels):
            axes[signals].plot(
                part.frames.time,
                part.frames.values[:, column],
                lw=0.8,
                color=CHANNELS[column % len(CHANNELS)],
                label=str(channel) if part is session.parts[0] else None,
            )
    times, posteriors = zip(*((e.time, e.posterior) for _, e in session.estimates()), strict=True)
    for index, label in enumerate(labels):
        axes[likelihoods].plot(times, [row[index] for row in posteriors], lw=1.1, color=colour[label])
    began: dict[str, float] = {}
    for _, controls in session.controls():
        for event in controls.events:
            if event.kind == "began":
                began[event.label] = controls.time
            elif event.label in began:
                start = began.pop(event.label)
                axes[heard].axvspan(start, max(controls.time, start + 0.05), color=colour[event.label], lw=0)
    axes[done].set_ylabel("done", rotation=0, ha="right", va="center")
    axes[heard].set_ylabel("heard", rotation=0, ha="right", va="center")
    axes[signals].set_ylabel("signals")
    axes[likelihoods].set_ylabel("which gesture")
    axes[likelihoods].set_ylim(-0.02, 1.05)
    for axis in (axes[done], axes[heard]):
        axis.set_yticks([])
    axes[heard].set_xlabel("seconds", color=INK)
    axes[heard].set_xlim(played.times[0], played.times[-1])
    axes[signals].legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=6,
        fontsize=9,
        facecolor=GROUND,
        edgecolor=FAINT,
        labelcolor=INK,
    )
    handles = [matplotlib.patches.Patch(color=colour[label], label=label) for label in labels]
    figure.legend(
        handles=handles,
        loc="outside upper right",
        ncols=len(labels),
        facecolor=GROUND,
        edgecolor=GROUND,
        labelcolor=INK,
        fontsize=11,
    )
    table = figures.as_table()
    figure.suptitle(
        f"{table['gestures_recognised']} of {table['gestures_sent']} gestures recognised "
        "from three demonstrations each",
        color=INK,
        x=0.01,
        ha="left",
        fontsize=14,
    )
    figure.savefig(path, dpi=100, facecolor=GROUND)
    pyplot.close(figure)
