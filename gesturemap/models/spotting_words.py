"""What a spotter says of itself: what the asked rate costs, and what it is good for."""

from __future__ import annotations

from collections.abc import Sequence

from gesturemap.plain import counted, folded

ENOUGH = 20.0
"""Seconds of everyday movement below which the tail of its scores is only guessed."""
MANY = 6
"""Demonstrations of each gesture from which on those left out are followed about as well as executions in play."""
RATES = (0.01, 1000.0)
"""Per 10 minutes: what can be asked for."""
MOST = 3
"""Stretches that look like one gesture that are told of."""
GREATEST = 0.95
"""Threshold that nothing false may lift above."""


def clamped(which: str, asked: float, limit: float, bound: float) -> str:
    """Where the dial ends; nothing where that is as good as what is asked for.

    Parameters
    ----------
    which : ``above`` or ``below`` this rate it does nothing.
    asked, limit : false triggers in 10 minutes: what is asked for, and what it comes to.
    bound : the threshold there.
    """
    if f"{asked:.2g}" == f"{limit:.2g}":
        return ""
    if RATES[0] <= limit <= RATES[1]:
        end = "least" if which == "above" else "greatest"
        return (
            f"false_per_10min = {asked:g} does what {limit:.2g} would do, more or less, as the threshold is at its "
            f"{end}, {bound:.2g}"
        )
    near = "never comes near" if which == "above" else "is as good as"
    return f"the dial false_per_10min changes nothing here: what is no gesture {near} a gesture"


def recorded(everyday: str) -> str:
    """How everyday movement comes to be known; `everyday` is its label, '' if none is set."""
    if everyday:
        return f"record a minute of it as '{everyday}'"
    return 'set everyday = "everyday", which names none now, and record a minute of it as that'


def span(recording: str, begin: float, end: float) -> str:
    """``23.1..25.4 s of demonstration walk1``: seconds since its first frame, as it is trimmed by."""
    return f"{begin:.1f}..{end:.1f} s of demonstration {recording}"


def alike(everyday: str, label: str, spans: Sequence[str], missed: float | None, shown: int) -> str:
    """What to say where everyday movement holds what looks like a gesture.

    Parameters
    ----------
    everyday : label of everyday movement.
    label : of the gesture.
    spans : where; see `span`.
    missed, shown : share of the demonstrations of it that would be missed, left out, of how many; None: none can be.
    """
    cost = f"some executions of '{label}' are missed, or nearly all"
    if missed is not None:
        many = "nearly all" if shown < MANY or missed >= 0.5 else "more"
        cost = (
            f"{round(missed * shown)} of {counted(shown, 'demonstration')} of '{label}', left out, are missed at this "
            f"rate, and in play it may be {many} of its executions"
        )
    at = ", ".join(folded(spans, MOST, "{} more"))
    return (
        f"the recorded '{everyday}' holds what looks like '{label}' at {at}: that counts as no gesture, so {cost}; "
        "no other gesture is missed for it; if it slipped in, take it out: trim the recording or make it anew "
        "without; else accept that or ask for a higher rate"
    )


def mistaken(everyday: str, name: str, nearer: str) -> str:
    """What to say of a recording of something that was false; see `notes`."""
    how, again = "is not spotted as it is, and changes nothing", "in play"
    if nearer:
        how, again = f"still comes nearer to '{nearer}' where it ends", "again"
    return (
        f"what was false, recorded as '{everyday}' (demonstration {name}), {how}: if it is spotted {again}, record "
        "it whole, from a second before it to a second after it"
    )


def notes(
    asked: float,
    missed: float | None,
    fewest: int,
    *,
    heard: float,
    least: float,
    everyday: str,
    clamped: str,
    slipped: Sequence[str] = (),
) -> tuple[str, ...]:
    """Lines for people: what the dial costs, and what it is good for.

    Parameters
    ----------
    asked : false triggers in 10 minutes.
    missed : share of the demonstrations left out that would be; None: each gesture was shown once.
    fewest : demonstrations of the gesture that has the fewest.
    heard : seconds of everyday movement, without recordings that are too short to be a sample of it.
    least : seconds that one must last; 0: there is none, however short.
    everyday : its label.
    clamped : where the dial ends, if more is asked of it; else nothing.
    slipped : gestures that everyday movement holds what looks like, and are missed for it.
    """
    if missed is None:
        cost = "each gesture was shown once, so that none can be left out: what the dial costs is not known"
        cost = f"{clamped}; {cost}" if clamped else cost
    else:
        kept = f"{clamped}; that" if clamped else f"at most {asked:g} false triggers in 10 minutes"
        cost = (
            f"{kept} costs about {missed:.0%} of the executions, by the demonstrations left out, each followed by the "
            "others alone"
        )
    if missed is not None and fewest < MANY:
        few = f"with {fewest} of a gesture" if fewest > 1 else "without the gestures that were shown once"
        cost += f"; {few} this is a rough guess"
        if missed and not slipped:
            cost += ", and in play it is likely to be less"
    if slipped:
        named = ", ".join(f"'{label}'" for label in slipped)
        cost += f"; of {named}, which the recorded '{everyday}' seems to hold, much more may be missed"
    if not heard and least:
        promise = (
            f"every recording of '{everyday}' is shorter than {least:.2g} s, three gestures, and counts as one "
            f"movement that is none, so the rate of false triggers is a guess: record a minute of it in one go"
        )
    elif not heard:
        promise = (
            f"no everyday movement is recorded, so the rate of false triggers is a guess: "
            f"{recorded(everyday)}"
        )
    elif heard < ENOUGH:
        promise = f"{heard:.0f} s of '{everyday}' are little to tell the rate from: record a minute"
    else:
        promise = f"the rate holds only for movement like the {heard:.0f} s recorded as '{everyday}'"
    return cost, promise


def warnings(
    missed: float | None,
    fewest: int,
    everyday: str,
    *,
    capped: Sequence[str],
    dear: float | None,
    mistakes: Sequence[tuple[str, str]],
) -> tuple[str, ...]:
    """Lines that ask for something.

    Parameters
    ----------
    missed, fewest, everyday : as in `notes`.
    capped : gestures that something false was as good as.
    dear : the greatest share of the demonstrations of one of them, left out, that would be missed for it;
        None: none can be left out.
    mistakes : recordings of what was false that may be spotted again: a name, and the gesture that it still comes
        nearer to where it ends; '' if it changes nothing.
    """
    found = []
    if missed is not None and missed > 0.5 and fewest >= MANY:
        found.append(
            "more than half of the executions are missed at this rate: ask for a higher one, or record more"
        )
    if capped:
        apart = (
            ""
            if dear is None
            else f": to tell them apart by it would cost about {dear:.0%} of its executions"
        )
        found.append(
            f"what was false was as good as a gesture ({', '.join(capped)}): it may be spotted again, as a "
            f"threshold above {GREATEST:g} would miss the gesture itself{apart}"
        )
    return (*found, *(mistaken(everyday, name, nearer) for name, nearer in mistakes))
