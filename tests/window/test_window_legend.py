"""What stands above curves."""

from __future__ import annotations

from gesturemap.window.facts.live import pretty
from gesturemap.window.teach.curves import BETWEEN, legend


def test_a_legend_names_units_and_where_it_is_narrow_each_only_once() -> None:
    names, units = ["acc_x", "acc_y", "gyro_x", "count"], ["m/s2", "m/s2", "rad/s", ""]
    assert legend(names, units, len, 100.0) == ["acc_x m/s²", "acc_y m/s²", "gyro_x rad/s", "count"]
    short = ["acc_x", "acc_y m/s²", "gyro_x rad/s", "count"]
    assert legend(names, units, len, 34.0 + 3 * BETWEEN) == short
    assert legend(names, units, len, 20.0 + 2 * BETWEEN) == [*short[:2], "+2"]  # none is cut through
    assert legend(names, units, len, 3.0) == ["acc_x"]
    assert [pretty(unit) for unit in ("m/s2", "mm3", "g", "", "in2", "1/s")] == [
        "m/s²",
        "mm³",
        "g",
        "",
        "in²",
        "1/s",
    ]
