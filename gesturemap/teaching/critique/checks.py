"""Everything that is strange about what was shown: single recordings, labels, gestures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gesturemap.commands import Relabel
from gesturemap.demonstrations import Demonstration
from gesturemap.models.model import Model, Report
from gesturemap.models.relevance import marks
from gesturemap.teaching.critique import agreement, decoy, labels, session, takes, wraps
from gesturemap.teaching.critique.likeness import by_chains, chained, of_chains, shown_of
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.play import Opened, seen


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
    irrelevant = marks(it.learner).ignored
    strange = [one for one in takes.findings(demonstrations) if one.channel not in irrelevant]
    yield from strange
    yield from wraps.findings(it)
    yield from agreement.copies([one.learned for one in demonstrations if one.enabled])
    moved = not any(takes.unmoved([one.learned for one in demonstrations if one.enabled]))
    if moved and not model.outputs and len(model.labels) > 1:
        shown, sent = [seen(it.features, one) for one in it.corpus.demonstrations], it.corpus.demonstrations
        yield from decoy.decoys(shown, irrelevant, sent[0].spec.names)
        inner, gestures = chained(model, shown_of(it))
        heard = of_chains(inner, gestures) if inner is not None else by_chains(it, gestures)
        heard = heard.without(takes.dead(strange))
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
