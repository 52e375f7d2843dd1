"""Four drawings, five times each, and what the doctor says of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.models.exemplar import Exemplar
from gesturemap.teaching.critique.doctor.causes import causes
from gesturemap.teaching.critique.doctor.patient import Patient
from gesturemap.teaching.leave_one_out import opened

RATE = 50.0
SPEC = Spec.of("x m", "y m", rate=RATE)
PATHS = {"loop": (1.0, 0.0), "back": (-1.0, 0.0), "eight": (2.0, 0.3), "wave": (3.0, 0.9)}
"""How often it goes round, and how far along."""


def shown(label, number, rng, **more):
    along = np.linspace(0.0, 2.0 * np.pi, 60)
    times, rise = PATHS[label]
    values = np.stack([np.sin(times * along), 1.0 - np.cos(along) + rise * along], 1)
    values = values * (1.0 + 0.05 * rng.normal()) + 0.02 * rng.normal(size=values.shape)
    return Demonstration(f"{label}-{number}", label, SPEC, np.arange(60) / RATE, values, **more)


def told(some, learner=None, **more):
    learner = learner or Exemplar()
    patient = Patient(some, opened(learner, some, RATE), usual=Exemplar(), **more)
    return list(causes(patient))


def swapped(some, *pairs):
    """With the names of these demonstrations exchanged."""
    label = {one.id: one.label for one in some}
    new = {one: label[other] for pair in pairs for one, other in (pair, pair[::-1])}
    return [replace(one, label=new.get(one.id, one.label)) for one in some]
