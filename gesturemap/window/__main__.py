"""Run as ``python -m gesturemap.window ENDPOINT``."""

import sys

from gesturemap.errors import DeviceError
from gesturemap.window import words
from gesturemap.window.app import INSTEAD, instead, main
from gesturemap.window.facts.again import NEXT

if __name__ == "__main__":
    if sys.argv[1:2] == [INSTEAD]:
        sys.exit(instead(*sys.argv[2:]))
    follows = len(sys.argv) == 4 and sys.argv.pop() == NEXT
    if len(sys.argv) not in (2, 3):
        error = DeviceError(words.WINDOW, words.NO_ENDPOINT, words.NEEDS_ENDPOINT, words.START_BY)
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    sys.exit(main(sys.argv[1], *map(float, sys.argv[2:]), follows=follows))
