"""How ears weigh frequencies, after ITU-R BS.1770-4."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values

OFFSET = -0.691
"""dB that make a sine of 997 Hz read its own level."""


def response(hz: Values, rate: float) -> NDArray[np.complex128]:
    """(N,) what the K-weighting does to sines of these frequencies.

    A shelf for the head and a high-pass, by the bilinear transform of the analogue filters that the standard's
    coefficients for 48 kHz come from. Source: ITU-R BS.1770-4, annex 1, tables 1 and 2; for other rates B. De Man,
    Evaluation of implementations of the EBU R128 loudness measurement, AES 145 (2018).
    """
    z = np.exp(-2j * np.pi * np.asarray(hz, float) / rate)

    def section(corner: float, q: float, top: float, middle: float, low: float) -> NDArray[np.complex128]:
        k = math.tan(math.pi * corner / rate)
        over = (top + middle * k / q + low * k * k) + 2.0 * (low * k * k - top) * z
        over = over + (top - middle * k / q + low * k * k) * z * z
        under = (1.0 + k / q + k * k) + 2.0 * (k * k - 1.0) * z + (1.0 - k / q + k * k) * z * z
        return np.asarray(over / under)

    height = 10.0 ** (3.999843853973347 / 20.0)
    shelf = section(1681.974450955533, 0.7071752369554196, height, height**0.4996667741545416, 1.0)
    k = math.tan(math.pi * 38.13547087602444 / rate)
    # the standard's high-pass has the numerator 1, -2, 1 as it is, not divided by what its denominator begins with
    begins = 1.0 + k / 0.5003270373238773 + k * k
    return np.asarray(shelf * section(38.13547087602444, 0.5003270373238773, 1.0, 0.0, 0.0) * begins)
