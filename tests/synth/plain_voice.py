"""A voice such as somebody else might write: one sine of 1 kHz while a gesture lasts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.synth.pointer import TICK_SIGNATURE
from gesturemap.synth.voice import OFF, ON, Part, Voice


@dataclass(frozen=True)
class Plain(Voice):
    kind: ClassVar[str] = "plain"

    soft: float = 1.0
    """What a gesture of less than half strength is multiplied by; what is no number makes no sound of it."""

    def start(self, rate, folder, seed):
        return Part(np.array([0.0, 0.0, 1000.0 / rate, self.soft]), np.zeros(0, np.float32), tick)


@kernel
def tick(state, table, values, steps, note, first, last, out):
    if note[0] == ON:
        state[0] = note[2] * state[3] if note[2] < 0.5 else note[2]
    elif note[0] == OFF:
        state[0] = 0.0
    for i in range(first, last):
        state[1] = (state[1] + state[2]) % 1.0
        sound = 0.3 * state[0] * math.sin(2.0 * math.pi * state[1])
        out[0, i] += sound
        out[1, i] += sound


KERNELS = ((tick, TICK_SIGNATURE),)
