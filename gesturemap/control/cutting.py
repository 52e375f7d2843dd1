"""Commands that cut demonstrations: to what is learned from, into several, or gestures out of a long one.

Functions from project to project, as in `edits`; nothing that was recorded is thrown away.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

from gesturemap import commands as c
from gesturemap.control.those import find, many, new_id, otherwise, those_of
from gesturemap.demonstrations import checked_label
from gesturemap.errors import CommandError
from gesturemap.models.model import fewest
from gesturemap.plain import counted
from gesturemap.project.project import Project
from gesturemap.teaching.idle import trimmed

AN_INSTANT = 1e-9
"""Seconds; the end of a demonstration of which the first frame alone is learned from."""


def trim(project: Project, command: c.Trim) -> tuple[str, Project]:
    """With a demonstration of which only what lies between two moments is learned from.

    Raises
    ------
    CommandError
        If less would be left than a movement has.
    """
    found = find(project, command.demonstration)
    start, end = max(0.0, command.start), command.end or math.inf
    if end >= found.seconds:
        end = math.inf
    first, last = found.between(start, end)
    least = fewest(project.learner)
    if last - first < least or not math.isfinite(command.start + command.end):
        raise CommandError(
            f"demonstration {found.id}",
            f"{command.start:g}..{command.end:g} s",
            f"it is {found.seconds:.3g} s long, and at least {counted(least, 'frame')} must be left",
            "choose other moments; 0 and 0 are all of it",
        )
    end = 0.0 if math.isinf(end) else end
    return f"trim one {found.label}", otherwise(project, [found], start=start, end=end)


def trim_idle(project: Project, command: c.TrimIdle) -> tuple[str, Project]:
    """With demonstrations of which only the movement is learned from, each without its own idle ends.

    Raises
    ------
    CommandError
        If none of them rests at an end.
    """
    those = those_of(project, command.demonstrations)
    everyday, least = getattr(project.learner, "everyday", ""), fewest(project.learner)
    shorter = (one for one in (trimmed(each, everyday) for each in those) if one not in those)
    cut = {one.id: one for one in shorter if len(one.learned) >= least}
    if not cut:
        raise CommandError(
            "demonstrations", many(those), "none of them rests at an end", "trim one between two moments"
        )
    changed = tuple(cut.get(each.id, each) for each in project.demonstrations)
    return f"trim idle ends of {many(tuple(cut.values()))}", replace(project, demonstrations=changed)


def _moment(at: object) -> str:
    return f"{at:.2f} s" if isinstance(at, float) and abs(at) < 1e6 else f"{at!r:.40}"


def split(project: Project, command: c.Split) -> tuple[str, Project]:
    """With several demonstrations in place of one, what was trimmed away still there at both ends.

    Raises
    ------
    CommandError
        If a moment does not lie inside what is learned from, or no frame lies between two of them.
    """
    found = find(project, command.demonstration)
    first, last = found.between(found.start, found.end or math.inf)
    moments = [at for at in command.at if isinstance(at, int | float) and math.isfinite(at)]
    cuts = sorted({found.between(at, math.inf)[0] for at in moments})
    edges = [first, *cuts, last]
    if not cuts or len(moments) < len(command.at) or any(b <= a for a, b in itertools.pairwise(edges)):
        raise CommandError(
            f"demonstration {found.id} of '{found.label}'",
            f"cut at {', '.join(_moment(at) for at in command.at) or 'no moment'}",
            f"moments lie inside what is learned from, {found.start:.2f} to {found.end or found.seconds:.2f} s, with a "
            "frame between every two",
            "choose other moments",
        )
    parts, before = [], project
    for a, b in itertools.pairwise([0, *cuts, len(found)]):
        part = replace(found.part(a, b), id=new_id(before))
        if b == len(found) and found.end:
            part = replace(part, end=max(float(found.time[last - 1] - part.time[0]), AN_INSTANT))
        if a == 0:
            part = replace(part, start=found.start)
        parts.append(part)
        before = replace(before, demonstrations=(*before.demonstrations, part))
    at = project.demonstrations.index(found)
    demonstrations = (*project.demonstrations[:at], *parts, *project.demonstrations[at + 1 :])
    return f"split one {found.label}", replace(project, demonstrations=demonstrations)


def extract(project: Project, command: c.Extract) -> tuple[str, Project]:
    """With parts of a demonstration as demonstrations of gestures, as if each had been recorded; it is left out.

    Raises
    ------
    CommandError
        If a part is none, goes on beyond its end or is shorter than a movement, or there are not as many gestures.
    """
    found = find(project, command.demonstration)
    least, ends = fewest(project.learner), command.at
    spans = [found.between(*pair) for pair in zip(ends[::2], ends[1::2], strict=False)]
    frame = found.seconds / max(len(found) - 1, 1)  # the last one lasts as long as the others
    inside = all(math.isfinite(at) and at <= found.seconds + frame for at in ends)
    if not ends or len(ends) % 2 or not inside or min(b - a for a, b in spans) < least:
        raise CommandError(
            f"demonstration {found.id}",
            f"parts {', '.join(f'{at:g}' for at in ends) or 'none'}",
            f"beginnings and ends in turn, seconds within {found.seconds:.3g} s, with at least "
            f"{counted(least, 'frame')} between them",
            "choose other moments",
        )
    labels = [checked_label(label) for label in command.each or [command.to] * len(spans)]
    if len(labels) != len(spans):
        raise CommandError(
            f"demonstration {found.id}",
            f"{counted(len(labels), 'gesture')} for {counted(len(spans), 'part')}",
            "each part is of one gesture",
            "name one for each, or one for all",
        )
    changed = otherwise(project, [found], enabled=False)
    for (first, last), label in zip(spans, labels, strict=True):
        made = replace(found.part(first, last), id=new_id(changed), label=label, enabled=True)
        made = trimmed(made) if project.record.trim else made
        changed = replace(changed, demonstrations=(*changed.demonstrations, made))
    gestures = tuple(dict.fromkeys((*project.gestures, *labels)))
    changed = changed if gestures == project.gestures else replace(changed, gestures=gestures)
    whose = ", ".join(dict.fromkeys(labels))
    return f"make {counted(len(spans), 'demonstration')} of {whose} from one {found.label}", changed
