"""A picture of what was measured: figures by shots, and the confusion matrix."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gesturemap.errors import FileError

CURVES = {
    "accuracy_mean": "at the end",
    "frame_accuracy": "frames",
    "f1": "F1",
    "auroc": "AUROC",
    "r": "r",
}
"""Figures between 0 and 1 that are drawn over the number of shots."""
MANY = 12
"""Gestures up to which every count of the matrix is written in it."""

FONTS = ("Noto Sans CJK JP", "Noto Sans CJK SC", "Source Han Sans", "IPAexGothic", "WenQuanYi Zen Hei", "Hiragino Sans",
         "PingFang SC", "Apple SD Gothic Neo", "Yu Gothic", "Microsoft YaHei", "Malgun Gothic", "Noto Sans Arabic",
         "Noto Sans Hebrew", "Noto Sans Devanagari", "Arial Unicode MS")  # fmt: skip
"""Asked for letters that the usual font does not have, where they are installed."""


def drawable(path: Path) -> None:
    """Before anything is worked out: whether a picture can be written there.

    Raises
    ------
    FileError
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    endings = FigureCanvasAgg.get_supported_filetypes()
    if path.suffix[1:].lower() not in endings:
        raise FileError(
            str(path), f"no picture ends in '{path.suffix}'", "a picture that can be written, such as .png",
            "choose another name",
        )  # fmt: skip
    if path.is_dir():
        raise FileError(str(path), "it is a folder", "a picture is a file", "choose another name")
    if not path.absolute().parent.is_dir():
        raise FileError(
            str(path),
            "its folder does not exist",
            "a picture goes into a folder that is there",
            "make the folder",
        )


def draw(figures: Mapping[str, Any], path: Path, title: str) -> None:
    """Write the picture; its format is by the ending of its name.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    from matplotlib import font_manager, rc_context

    there = {font.name for font in font_manager.fontManager.ttflist}
    families = ["DejaVu Sans", *(name for name in FONTS if name in there)]
    with warnings.catch_warnings(), rc_context({"font.family": families}):
        # Where no font has a letter, an empty box stands for it: nothing that anybody could mend.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        _draw(figures, path, title)


def _draw(figures: Mapping[str, Any], path: Path, title: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matrix = figures.get("confusion")
    page = Figure(figsize=(11.0 if matrix else 6.0, 5.0), layout="constrained")
    FigureCanvasAgg(page)
    page.suptitle(title)
    both = page.subplots(1, 2 if matrix else 1, squeeze=False)[0]
    _curves(both[0], figures)
    if matrix:
        _matrix(both[1], matrix)
    try:
        page.savefig(path)
    except (OSError, ValueError) as error:
        raise FileError(
            str(path), str(error), "a picture that can be written, such as .png", "choose another name"
        ) from error


def _curves(axes: Any, figures: Mapping[str, Any]) -> None:
    single = figures.get("stream") or figures.get("open_set") or figures.get("regression") or figures
    rows = figures.get("shots") or {"all": {"accuracy_mean": figures.get("accuracy"), **single}}
    places = list(rows)
    for key, name in CURVES.items():
        values = [row.get(key) for row in rows.values()]
        if any(value is not None for value in values):
            axes.plot(
                places,
                [float("nan") if v is None else v for v in values],
                marker="o",
                label=name,
                clip_on=False,
            )
    if "seen" in figures:
        for share in figures["seen"]:
            values = [row.get("seen", figures["seen"])[share] for row in rows.values()]
            axes.plot(places, values, marker=".", linestyle=":", label=f"{share} % seen", clip_on=False)
    lowest = min(0.0, axes.dataLim.y0)  # what explains less than nothing (R², r) is below 0
    axes.set(xlabel="demonstrations of each gesture", ylim=(lowest, 1.0))
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend()
    else:
        axes.text(0.5, 0.5, "nothing that could be drawn was measured", ha="center", transform=axes.transAxes)


def _matrix(axes: Any, matrix: Mapping[str, Any]) -> None:
    labels, counts = [label or "(none)" for label in matrix["labels"]], matrix["counts"]
    shares = [[count / max(1, sum(row)) for count in row] for row in counts]
    axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    axes.set_xticks(range(len(labels)), labels, rotation=90)
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="taken for", ylabel="was")
    if len(labels) <= MANY:
        for i, row in enumerate(counts):
            for j, count in enumerate(row):
                if count:
                    colour = "white" if shares[i][j] > 0.5 else "black"
                    axes.text(j, i, str(count), ha="center", va="center", color=colour, fontsize=8)
