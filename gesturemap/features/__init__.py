"""Streaming features: one file a family; `feature` is the contract and the chain."""
