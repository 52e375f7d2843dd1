"""The picture of a performance: signals, likelihoods, what was done and what was recognised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.demo.report import Report
from gesturemap.demo.score import Score
from gesturemap.logs.read import Session
from gesturemap.window.facts.live import grouped, pretty
from gesturemap.window.facts.marking import HALF
from gesturemap.window.facts.river import FAINT, FILLING, pieces
from gesturemap.window.look.colours import DARK, GestureColours

GROUND, INK, EDGE = DARK.panel, DARK.text, DARK.line


def draw(path: Path, played: Score, session: Session, figures: Report) -> None:
    """Write the picture, in the colours and the order of the window.

    Parameters
    ----------
    session : the log of the performance.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    labels = [*dict.fromkeys(label for part in session.parts for label in part.layout.labels)]
    gestures = GestureColours()
    gestures.follow(labels)
    colour = {label: gestures.colour(label, DARK) for label in labels}
    channels = session.parts[0].layout.inputs.channels
    groups = grouped([channel.name for channel in channels])
    done, signals, likelihoods, heard = 0, range(1, 1 + len(groups)), 1 + len(groups), 2 + len(groups)
    figure, axes = pyplot.subplots(
        3 + len(groups),
        1,
        figsize=(16, 9),
        sharex=True,
        height_ratios=(0.5, *[2.4 / len(groups)] * len(groups), 2, 0.5),
        facecolor=GROUND,
        constrained_layout=True,
    )
    for axis in axes:
        axis.set_facecolor(GROUND)
        axis.tick_params(colors=INK, labelsize=9)
        for side in axis.spines.values():
            side.set_color(EDGE)
        axis.yaxis.label.set_color(INK)
    for span, said in zip(played.spans, figures.answers, strict=True):
        middle = (span.start + span.end) / 2
        axes[done].axvspan(span.start, span.end, color=colour[span.label], lw=0)
        for place in (*signals, likelihoods):
            axes[place].axvspan(span.start, span.end, color=INK, alpha=0.05, lw=0)
        if said.label != span.label:
            axes[done].text(middle, 0.5, "x", color=INK, ha="center", va="center", fontsize=13, weight="bold")
    for place, group in zip(signals, groups, strict=True):
        for row, column in enumerate(group):
            for part in session.parts:
                name, unit = channels[column].name, pretty(channels[column].unit)
                axes[place].plot(
                    part.frames.time,
                    part.frames.values[:, column],
                    lw=0.8,
                    color=DARK.channels[row % len(DARK.channels)],
                    label=f"{name} {unit}".strip() if part is session.parts[0] else None,
                )
        axes[place].legend(
            loc="lower right",
            bbox_to_anchor=(1.0, 0.97),
            ncols=6,
            fontsize=9,
            frameon=False,
            labelcolor="linecolor",
        )
    _river(axes[likelihoods], session, colour)
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
    axes[likelihoods].set_ylabel("which gesture")
    axes[likelihoods].set_ylim(-0.02, 1.05)
    for axis in (axes[done], axes[heard]):
        axis.set_yticks([])
    axes[heard].set_xlabel("seconds", color=INK)
    axes[heard].set_xlim(played.times[0], played.times[-1])
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


def _river(axis: Any, session: Session, colour: dict[str, str]) -> None:
    """Likelihoods as in the window's river: an outline, filled where the fit is good enough too."""
    heard = [estimate for _, estimate in session.estimates()]
    times = np.array([estimate.time for estimate in heard])
    posterior, fit = (np.array(rows).T for rows in zip(*((e.posterior, e.fit) for e in heard), strict=True))
    for row, shade in enumerate(colour.values()):
        there = posterior[row] > FAINT
        for part in pieces(there):
            axis.plot(times[part], posterior[row, part], lw=1.1, color=shade)
        for part in pieces(there & (fit[row] >= HALF)):
            axis.fill_between(times[part], posterior[row, part], color=shade, alpha=FILLING / 255, lw=0)
