"""Everything that is strange about what was shown: single recordings, labels, gestures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gesturemap.demonstrations import Demonstration
from gesturemap.models.model import Model, Report
from gesturemap.teaching.critique import agreement, labels, session, takes, wraps
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.play import Opened


def findings(
    demonstrations: Sequence[Demonstration], it: Opened, model: Model, report: Report | None = None
) -> Iterator[Finding]:
    """Look at recordings as they are, and at what the model says of each when it is left out.

    Parameters
    ----------
    demonstrations : as they were recorded, with their trims; those that are not enabled are not looked at.
    it : what is learned from, with its learner and features.
    model : what was fitted to it.

    Raises
    ------
    DataError
    Cancelled
    """
    strange = list(takes.findings(demonstrations))
    yield from strange
    yield from wraps.findings(it)
    yield from agreement.copies([one.learned for one in demonstrations if one.enabled])
    moved = not any(takes.unmoved([one.learned for one in demonstrations if one.enabled]))
    if moved and not model.outputs and len(model.labels) > 1:
        heard = likeness(it, model, report).without(takes.dead(strange))
        if len(heard.labels) < 2:
            return
        turned = session.turned([one.learned for one in demonstrations if one.enabled], heard)
        told = set(turned.demonstrations) if turned else set()
        if turned:
            yield turned
        for found in (*labels.findings(heard), *agreement.findings(heard)):
            if not found.demonstrations or not told.issuperset(found.demonstrations):
                yield found
