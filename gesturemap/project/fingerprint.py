"""Whether a fitted model still belongs to a project."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import Any

import numpy as np

from gesturemap.project.project import Project

VERSION = 1
"""Goes up when models are fitted differently from the same settings and demonstrations."""


def fingerprint(project: Project) -> str:
    """A short text that changes when features, model settings or what is learned from do."""
    digest = hashlib.blake2b(digest_size=16)

    def add(*parts: object) -> None:
        digest.update(repr(parts).encode())

    add(VERSION, *(_plain(settings) for settings in (*project.features, project.learner)))
    if (marks := project.relevance) != type(marks)():
        add("relevance", [(field.name, getattr(marks, field.name)) for field in fields(marks)])
    for demonstration in project.shown:
        spec = [str(channel) for channel in demonstration.spec.channels]
        outputs = [str(channel) for channel in demonstration.outputs]
        add(demonstration.label, spec, demonstration.spec.rate, outputs)
        for array in (demonstration.time, demonstration.values, demonstration.targets):
            add(array.shape)
            digest.update(np.ascontiguousarray(array, np.float64).tobytes())
    return digest.hexdigest()


def _plain(settings: Any) -> object:
    """Every value, those at their default too: a default may change with the program."""
    return settings.kind, [(field.name, getattr(settings, field.name)) for field in fields(settings)]
