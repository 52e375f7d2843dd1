"""Fixtures of the tests of inputs."""

from osc_doors import opened

__all__ = ["opened"]
