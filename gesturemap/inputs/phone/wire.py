"""What the server's process hands to the engine's, in datagrams on this machine."""

from __future__ import annotations

import struct

from gesturemap.inputs.phone.motion import CHANNELS

SAMPLES, STATE = 1, 2
"""Kinds of datagrams, in their first byte; after that of a state comes JSON."""
FRAME = struct.Struct(f"<BBQd{len(CHANNELS)}d")
"""A sample: kind, place, counter, time (s), values of `CHANNELS`."""
