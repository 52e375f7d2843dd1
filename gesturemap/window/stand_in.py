"""In the place of a window that another one has followed: whoever began the first one still has its process.

Run by its path, with nothing but Python: ``python -I -S stand_in.py PID``. It ends as the window does, and hands on
what ends it.
"""

import os
import signal
import sys
from types import FrameType

if __name__ == "__main__":
    window = int(sys.argv[1])

    def hand_on(number: int, frame: FrameType | None) -> None:
        """The window ends, and so does this."""
        os.kill(window, number)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), hand_on)
    code = os.waitstatus_to_exitcode(os.waitpid(window, 0)[1])
    sys.exit(code if code >= 0 else 128 - code)
