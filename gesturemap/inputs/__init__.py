"""Sensors: one file a family; `input` is the contract."""
