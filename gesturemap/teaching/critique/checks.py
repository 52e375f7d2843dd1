"""Everything that is strange about what was shown: single recordings, labels, gestures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gesturemap.commands import Relabel
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.models.model import Model
from gesturemap.models.relevance import marks
from gesturemap.models.spotting_fit import apart
from gesturemap.teaching.critique import agreement, decoy, labels, session, takes, wraps
from gesturemap.teaching.critique.likeness import by_chains
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.play import Opened, seen


def findings(demonstrations: Sequence[Demonstration], it: Opened, model: Model) -> Iterator[Finding]:
    """Look at recordings as they are, and at what the model says of each when it is left out.

    Parameters
    ----------
    demonstrations : as they were recorded, with their trims; those that are not enabled are not looked at.
    it : what is learned from, with its learner and features.
    model : what was fitted to it.

    Raises
    ------
    DataError
    """
    irrelevant = marks(it.learner).ignored
    strange = [one for one in takes.findings(demonstrations) if one.channel not in irrelevant]
    yield from strange
    yield from wraps.findings(it)
    yield from agreement.copies([one.learned for one in demonstrations if one.enabled])
    moved = not any(takes.unmoved([one.learned for one in demonstrations if one.enabled]))
    if moved and not model.outputs and len(model.labels) > 1:
        shown = TrainingSet(tuple(seen(it.features, one) for one in it.corpus.demonstrations))
        yield from decoy.decoys(shown.demonstrations, irrelevant, it.corpus.demonstrations[0].spec.names)
        gestures = TrainingSet(apart(shown, getattr(it.learner, "everyday", ""))[0])
        heard = by_chains(it.learner, gestures, model).without(takes.dead(strange))
        if len(heard.labels) < 2:
            return
        turned = session.turned([one.learned for one in demonstrations if one.enabled], heard)
        told = set(turned.demonstrations) if turned else set()
        if turned:
            yield turned
        wrong = [*labels.findings(heard)]
        named = heard.without([one.demonstrations[0] for one in wrong if isinstance(one.command, Relabel)])
        for found in (*wrong, *agreement.findings(named)):
            if not found.demonstrations or not told.issuperset(found.demonstrations):
                yield found
