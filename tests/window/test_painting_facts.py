"""What is painted on a recording, without a window: strokes over strokes, steps back, one question at a time."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from little_control import document

from gesturemap import commands as c
from gesturemap.window.facts import painting as facts
from gesturemap.window.facts.document import read
from gesturemap.window.facts.painting import Desk, Painting, Part, Proposal, Stroke, laid, stroke
from gesturemap.window.words import painting as said

JAM = {"id": "j1", "frames": 1200, "seconds": 20.0, "whole": 20.0, "note": "", "enabled": False}
OLDER = {"id": "i9", "frames": 900, "seconds": 15.0, "whole": 15.0, "note": ""}


def with_jams(**changes):
    gestures = [*document()["gestures"], {"label": "rehearsal", "demonstrations": [JAM, OLDER]}]
    return read(document(gestures=gestures, **changes))


def answer(asked: c.Ask, segments=(), kept=(), alone=None) -> c.Answer:
    """What control says to it; of what is kept a command for each gesture."""
    commands = {}
    for begin, end, label in kept:
        commands.setdefault(label, []).extend((begin, end))
    found = [{"command": {"is": "Extract", "to": to, "at": at}} for to, at in commands.items()]
    rows = [dict(zip(("begin", "end", "label", "sure", "painted"), one, strict=True)) for one in segments]
    table = {"of": asked.arguments[0], "alone": alone, "segments": rows, "findings": found}
    return c.Answer(asked.word, asked.arguments, table)


def test_a_stroke_lies_in_the_recording_whichever_end_comes_first() -> None:
    assert stroke(3.0, 2.0, "shake", 20.0) == Stroke(2.0, 3.0, "shake")
    assert stroke(-1.0, 0.5, "", 20.0) == Stroke(0.0, 0.5, "")
    assert stroke(19.99, 25.0, "a", 20.0) == Stroke(19.9, 20.0, "a")
    assert stroke(5.0, 5.0, "a", 20.0) == Stroke(5.0, 5.1, "a")
    assert stroke(2.0, 3.0, "two words", 20.0).text == "2.00-3.00=two words"


@pytest.mark.parametrize("seed", range(8))
def test_later_strokes_lie_over_earlier_ones(seed: int) -> None:
    """Oracle: each tenth of a second on its own."""
    dice, strokes, wanted = random.Random(seed), [], {}
    for _ in range(12):
        begin = dice.randrange(0, 190)
        end, label = begin + dice.randrange(1, 60), dice.choice(["", "a", "b"])
        strokes.append(Stroke(begin / 10, end / 10, label))
        wanted |= dict.fromkeys(range(begin, end), label)
    found = laid(strokes)
    seen = {at: one.label for one in found for at in range(round(10 * one.begin), round(10 * one.end))}
    assert seen == wanted
    assert all(a.end <= b.begin and (a.end, a.label) != (b.begin, b.label) for a, b in pairwise(found))


def test_steps_are_taken_back_one_by_one_and_clearing_is_one() -> None:
    painting = Painting("j1")
    assert not painting.undo()
    one, two = Stroke(1.0, 2.0, "a"), Stroke(3.0, 4.0, "")
    painting.add(one)
    painting.add(two)
    painting.clear()
    assert painting.strokes == () and painting.proposal == Proposal() and not painting.due
    assert painting.undo() and painting.strokes == (one, two) and painting.due
    assert painting.undo() and painting.strokes == (one,)
    painting.rename({"a": "wave"})
    assert painting.strokes == (Stroke(1.0, 2.0, "wave"),)
    painting.proposal = Proposal(painting.strokes, (Part(0.0, 0.9, "", 0.7, False), Part(0.95, 2.1, "wave", 0.9, True),
                                                    Part(2.15, 5.0, "b", 0.6, False)))  # fmt: skip
    painting.agree()
    assert laid(painting.strokes) == [Stroke(0.0, 0.9, ""), Stroke(1.0, 2.0, "wave"), Stroke(2.15, 5.0, "b")]
    assert painting.undo() and painting.strokes == (Stroke(1.0, 2.0, "wave"),)


def test_one_question_at_a_time_and_then_the_newest_strokes_alone() -> None:
    desk = Desk()
    painting = desk.of("j1")
    assert desk.cold(0.0) and desk.ask(painting) is None
    ready = desk.ask(painting, ready=True)
    assert ready == c.Ask("paint", ["j1"])
    for begin in (1.0, 3.0, 5.0):
        painting.add(Stroke(begin, begin + 1.0, "a"))
        assert desk.ask(painting) is None
    assert desk.answered(answer(c.Ask("paint", ["i9"])), 1.0) is None  # somebody else's
    assert desk.answered(answer(ready), 1.0) == ""
    assert painting.proposal == Proposal() and not desk.cold(2.0) and desk.cold(100.0)
    asked = desk.ask(painting)
    assert asked == c.Ask("paint", ["j1", "1.00-2.00=a", "3.00-4.00=a", "5.00-6.00=a"])
    assert desk.ask(painting) is None
    desk.refused()  # another question was under way
    assert desk.ask(painting) == asked
    desk.follow(read(document(asking="paint")))
    desk.follow(read(document(asking="")))  # it was answered to nobody
    assert desk.ask(painting) == asked
    assert desk.answered(c.Answer("paint", asked.arguments, None, "too short"), 1.0) == "too short"
    assert painting.proposal == Proposal() and desk.ask(painting) is None


def test_what_is_kept_is_one_command_for_all_gestures() -> None:
    desk = Desk()
    painting = desk.of("j1")
    painting.add(Stroke(1.0, 2.0, "a"))
    asked = desk.ask(painting)
    segments = [(0.0, 0.9, "", 0.7, False), (0.95, 2.2, "a", 0.9, True), (2.25, 4.0, "", 0.8, False),
                (4.05, 5.0, "b", 0.85, False), (5.05, 9.0, "b", 0.6, False)]  # fmt: skip
    desk.answered(answer(asked, segments, [(4.05, 5.0, "b"), (0.95, 2.2, "a")]), 1.0)
    proposal = painting.proposal
    assert proposal.command("j1") == c.Extract("j1", "", [0.95, 2.2, 4.05, 5.0], ["a", "b"])
    assert (proposal.proposed, proposal.sure) == (2, 1)
    assert [proposal.keeps(part) for part in proposal.parts] == [False, True, False, True, False]
    assert proposal.at(3.0).label == "" and proposal.at(4.5).label == "b" and proposal.at(0.0).begin == 0.0
    assert proposal.share(proposal.parts[4]) == pytest.approx(0.2)
    five = Proposal(tuple(Stroke(n, n + 1, label) for n, label in enumerate(["", *"abcd"])))
    assert five.share(Part(0.0, 1.0, "a", 0.36, False)) == pytest.approx(0.2)
    assert five.share(Part(0.0, 1.0, "a", 0.1, False)) == 0.0
    only = Proposal(proposal.strokes, proposal.parts, kept=proposal.kept[:1])
    assert only.command("j1") == c.Extract("j1", "a", [0.95, 2.2])
    assert Proposal().command("j1") is None
    text = ". ".join(facts.texts(painting))
    assert "brushed: 1.0 to 2.0 s: a, brushed" in text
    assert "4.0 to 5.0 s: b, 85% sure, is kept; 5.0 to 9.0 s: b, 60% sure" in text
    assert facts.state(painting, "a") == said.PROPOSED.format(proposed=2, sure=1)
    painting.add(Stroke(7.0, 8.0, ""))
    assert facts.state(painting, "a") == said.THINKS


def test_of_one_label_alone_nothing_is_proposed_and_the_next_step_is_said() -> None:
    desk, painting = Desk(), Painting("j1")
    assert facts.state(painting, "shake") == said.FIRST.format(label="shake")
    assert facts.state(painting, "") == said.FIRST_NEW
    painting.add(Stroke(1.0, 2.0, "a"))
    segments = [(0.0, 0.9, "", 0.5, False), (0.95, 2.0, "a", 1.0, True), (2.05, 20.0, "", 0.5, False)]
    desk.answered(answer(desk.ask(painting), segments, [(0.95, 2.0, "a")], alone="a"), 1.0)
    assert [part.label for part in painting.proposal.shown] == ["a"]
    assert painting.proposal.at(5.0) is None and painting.proposal.at(1.5).label == "a"
    assert facts.state(painting, "a") == said.ALONE.format(label="a")


def test_long_recordings_can_be_painted_also_those_left_out_the_newest_first() -> None:
    shown = with_jams()
    found = facts.recordings(shown)
    assert [take.id for take in found] == ["j1", "i9"]
    assert facts.name_of(shown, found[0]) == "rehearsal 1 · 20 s · left out"
    assert facts.name_of(shown, found[1]) == "rehearsal 2 · 15 s"
    assert facts.recordings(with_jams(layers={"off": ["piece"]})) == []
    assert facts.brushes(shown, found[0], ["new"]) == ["circle", "shake", "lift", "rehearsal", "new"]
    gestures = [*document()["gestures"], {"label": "rehearsal", "demonstrations": [JAM]}]
    alone = read(document(gestures=gestures))
    assert facts.brushes(alone, facts.recordings(alone)[0], []) == ["circle", "shake", "lift"]
    assert "rehearsal" not in alone.untrained
