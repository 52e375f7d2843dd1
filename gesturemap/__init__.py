"""gesturemap learns from a few demonstrations how a movement should become sound, and plays it live."""

__version__ = "0.1.0"
