"""The picture of a performance: signals, likelihoods, what was done and what was recognised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gesturemap.demo.report import Report
from gesturemap.demo.score import Score

COLOURS = ("#4c9be8", "#f2a541", "#56c596", "#e5637c", "#b48ce8", "#d9d45b", "#5bd1d7", "#e88c5b")
"""Of the gestures, in order; told apart by colour-blind eyes too. The window uses the same."""
GROUND, INK, FAINT = "#15181e", "#d8dee9", "#4c566a"


def draw(path: Path, played: Score, session: Any, figures: Report) -> None:
    """Write the picture.

    Parameters
    ----------
    session : the log of the performance.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    labels = list(session.labels)
    colour = {label: COLOURS[index % len(COLOURS)] for index, label in enumerate(labels)}
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
    for column, channel in enumerate(session.spec.channels):
        axes[signals].plot(
            session.frames_time,
            session.frames[:, column],
            lw=0.8,
            label=str(channel),
            color=("#88c0d0", "#ebcb8b", "#a3be8c", "#b48ead", "#d08770", "#8fbcbb")[column % 6],
        )
    for index, label in enumerate(labels):
        axes[likelihoods].plot(
            session.estimates_time, session.posterior[:, index], lw=1.1, color=colour[label]
        )
    began = {}
    for event in session.events:
        if event.kind == "began":
            began[event.label] = event.time
        elif event.label in began:
            start = began.pop(event.label)
            axes[heard].axvspan(
                start, max(event.time, start + 0.05), color=colour.get(event.label, INK), lw=0
            )
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
        loc="upper right", ncols=6, fontsize=9, facecolor=GROUND, edgecolor=FAINT, labelcolor=INK
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
