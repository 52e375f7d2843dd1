"""What a fit says of channels that never change."""

from __future__ import annotations

import numpy as np

from gesturemap.models.remarks import ignored


def test_what_never_changes_is_named_but_no_switch_that_nobody_used() -> None:
    names = ("x", "acc_z", "pressed", "pressed_d", "touch_1")
    assert ignored(names, np.array([1.0, 0.0, 0.0, 0.0, 0.0])) == (
        "never changes in any demonstration and is ignored: acc_z",
    )
    assert ignored(names, np.array([1.0, 2.0, 0.0, 0.0, 0.0])) == ()
