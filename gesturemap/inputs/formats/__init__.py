"""Recordings made elsewhere: one file a format; `recording` is what they all give."""
