"""liblsl, the library of the Lab Streaming Layer, without its log on the terminal."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE, NAME = "LSLAPICFG", "lsl_api.cfg"
PLACES = (Path(NAME), Path("~/lsl_api") / NAME, Path("/etc/lsl_api") / NAME)
"""Where liblsl looks for a person's own settings."""
QUIET = b"[log]\nlevel = -3\n"
"""Fatal errors alone are logged: what else matters is told by `DeviceError` and `Health`."""


@cache
def library() -> Any:
    """pylsl; its log is off unless a person has settings of their own, which liblsl reads in place of others.

    Raises
    ------
    ImportError, OSError, RuntimeError
        If it, or what it is made of, is not there.
    """
    import pylsl

    own = os.environ.get(VARIABLE) or any(place.expanduser().is_file() for place in PLACES)
    configure = getattr(pylsl.lib.lib, "lsl_set_config_content", None)  # older ones lack it
    if configure is not None and not own:
        configure(QUIET)  # heeded before the first other call only
    return pylsl
