"""Why it does not work: the causes in order, and what mending each would bring."""

from __future__ import annotations

from argparse import Namespace
from itertools import islice

from rich.text import Text

from gesturemap import compiled
from gesturemap.cli.files import announce
from gesturemap.cli.teach.taught import Taught, Told
from gesturemap.models import kernels
from gesturemap.plain import counted
from gesturemap.teaching.critique.doctor.causes import STAGES, causes
from gesturemap.teaching.critique.doctor.patient import Patient
from gesturemap.teaching.hearing import rules_of


def doctor(asked: Taught, options: Namespace) -> Told:
    """What is wrong, first what to begin with; of a project as it is heard live, of recordings at the last frame."""
    patient = Patient(
        asked.project.demonstrations if asked.project else asked.demonstrations,
        asked.it,
        rules_of(asked.project.mapping) if asked.project else None,
    )
    needed = (
        kernels(kind, fitting=True) for kind in dict.fromkeys((asked.it.learner.kind, patient.usual.kind))
    )
    own = asked.project.kernels() if asked.project else []
    compiled.load([*own, *(name for some in needed for name in some)], announce)
    found = list(islice(causes(patient), 1 if options.first else None))
    score, tested = patient.now.score, len(patient.now.right)
    what = f"{score:.0%} of {counted(tested, 'demonstration')} left out are heard as what they are"
    if not tested:
        what = "nothing could be left out" if score != score else f"outputs left out agree to {score:.2f}"
    lines = [Text(what)]
    lines += [Text.assemble((f"{one.stage}: ", "bold"), str(one.finding)) for one in found]
    if not found:
        lines.append(Text(f"nothing is wrong that can be seen from here: looked at {', '.join(STAGES)}"))
    table = {
        "score": None if score != score else score,
        "tested": tested,
        "causes": [one.as_table() for one in found],
    }
    return Told(table, lines)
