"""Why it does not work: the causes in order, and what mending each would bring."""

from __future__ import annotations

import math
from argparse import Namespace

from rich.text import Text

from gesturemap.cli.progress import progress
from gesturemap.cli.teach.kept import carry_out, offered
from gesturemap.cli.teach.taught import Told
from gesturemap.plain import shell
from gesturemap.teaching.answers import told
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique.doctor.causes import STAGES

NEEDED = "show two gestures at least twice each, then it can be said how well they are heard"
"""Where nothing could be left out."""


def doctor(asked: Taught, options: Namespace) -> Told:
    """What is wrong, first what to begin with; of a project as it is heard live, of recordings at the last frame."""
    stages = list(STAGES)
    with progress("looking at everything") as tell:
        found = told.doctor(
            asked, 1 if options.first else None,
            lambda stage: tell(stages.index(stage), len(stages), f"looking at {stage}"),
        )  # fmt: skip
    lines = [Text(found.words), *map(Text, found.mistaken)]
    lines += [
        Text.assemble(f"{number}. ", (f"{one.stage}: ", "bold"), str(one.finding))
        for number, one in enumerate(found.causes, 1)
    ]
    if not found.causes and math.isnan(found.score):
        lines.append(Text(NEEDED))
    elif not found.causes:
        what = (
            "nothing that was tried makes that better for sure"
            if found.mistaken
            else "nothing is wrong that can be seen from here"
        )
        lines.append(Text(f"{what}: looked at {', '.join(STAGES)}"))
    if found.strange:
        asks = f"gesturemap teach {shell(asked.name)} checks"
        lines.append(Text(f"what else is strange about the demonstrations ({found.strange} found): {asks}"))
    causes = [one.finding for one in found.causes]
    done = carry_out(asked, causes, options.apply) or offered(asked, causes, "doctor")
    return Told(found.as_table(), lines).then(done)
