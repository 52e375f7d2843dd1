"""Bytes to numbers and back: no sockets, no clocks."""
