"""Run as ``python -m gesturemap`` or ``gesturemap``."""

from gesturemap.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
