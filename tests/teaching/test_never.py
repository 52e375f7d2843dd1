"""Never that: the price is told first, what is accepted stands in the project, is undone, and is what plays."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.cli.main import main
from gesturemap.control import edits, naming
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, SettingsError
from gesturemap.frames import Spec
from gesturemap.mapping.events import Events
from gesturemap.models.exemplar import Exemplar
from gesturemap.project.document import Document
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.teaching.critique.never import Offer, Price, best, bounds, needing, never
from gesturemap.teaching.hearing import rested
from gesturemap.teaching.leave_one_out import evaluate, opened

RATE = 50.0
SPEC = Spec.of("x m", "y m", rate=RATE)
RULES = [Events(hold=0.02, minimum_progress=0.1, threshold=0.5, release=0.3)]


def shown(label, number, rng):
    """A hook begins as a line does, and then turns back; a loop is something else."""
    along = np.linspace(0.0, 1.0, 50)
    x = {"line": along, "hook": np.minimum(along, 1.0 - along), "loop": np.sin(2 * np.pi * along)}[label]
    y = 1.0 - np.cos(2 * np.pi * along) if label == "loop" else (0.5 if label == "hook" else 0.3) * along
    values = np.stack([x, y], 1) * (1.0 + 0.05 * rng.normal()) + 0.01 * rng.normal(size=(50, 2))
    return Demonstration(f"{label}-{number}", label, SPEC, np.arange(50) / RATE, values)


@pytest.fixture
def three():
    rng = np.random.default_rng(0)
    return [shown(label, n, rng) for label in ("line", "hook", "loop") for n in range(6)]


@pytest.fixture
def project(three):
    made = assemble(
        {
            "project": {"name": "hooks"},
            "input": {"kind": "pointer"},
            "model": {"kind": "exemplar"},
            "mapping": [catalog.write(RULES[0])],
            "gestures": ["line", "hook", "loop"],
        },
        "",
        "test",
    )

    return replace(made, demonstrations=tuple(three))


def asked(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["teach", *map(str, words)])
    return ended.value.code, capsys.readouterr()


def test_the_offer_keeps_it_from_beginning_and_the_price_is_what_is_missed(three):
    offer = never(opened(Exemplar(), three, RATE), RULES, "line", "hook")
    assert offer.shown == (6, 6)
    assert offer.now.false >= 1
    assert offer.then.false == 0
    missed = [one.missed for one in offer.prices]
    assert missed == sorted(missed)
    fits = [one.fit for one in offer.prices]
    assert fits == sorted(set(fits))
    assert all(0.5 < fit < 1.0 for fit in fits)
    found = offer.finding()
    assert found.command == c.Threshold(offer.then.fit, "line")
    assert found.figures["missed_after"] == offer.then.missed


def test_the_figures_are_those_of_the_evaluation_with_the_same_rules(three):
    """An independent way to the same numbers: as the live matrix is found, with the fit in the mapping."""
    it = opened(Exemplar(), three, RATE)
    offer = never(it, RULES, "line", "hook")
    for rules, price in ((RULES, offer.now), ([needing(RULES[0], "line", offer.then.fit)], offer.then)):
        each = evaluate(it, rules, change=rested).each
        false = sum(
            "line" in (one["given"], *one["also"]) for name, one in each.items() if name.startswith("hook")
        )
        missed = sum(one["given"] != "line" for name, one in each.items() if name.startswith("line"))
        assert (false, missed) == (price.false, price.missed)


def test_of_bounds_that_are_alike_the_one_in_the_middle_is_taken():
    prices = [Price(0.6, 2, 0), Price(0.7, 0, 1), Price(0.8, 0, 1), Price(0.9, 0, 1), Price(0.95, 0, 4)]
    assert best(prices).fit == 0.8
    assert best([Price(0.6, 3, 0), Price(0.9, 2, 5)]).fit == 0.9


def test_a_bound_lies_just_above_each_that_still_begins_wrongly_where_few_decimals_tell_it():
    assert bounds([0.8], [0.9]) == [0.85]
    assert bounds([0.9531], [0.9572, 0.9731]) == [
        0.955
    ]  # a grid of .025 misses it: above it are the gesture's own
    assert bounds([0.6, 0.9, 1.0], [0.7, 0.96]) == [0.65, 0.93]
    assert bounds([], [0.7]) == []


def test_what_silences_the_gesture_is_told_and_not_offered():
    prices = (Price(0.7, 2, 1), Price(0.98, 0, 6))
    offer = Offer("line", "hook", (6, 6), Price(0.0, 2, 1), prices)
    assert (offer.helps, offer.command) == (False, None)
    assert "only at the price of never hearing it" in offer.finding().remedy
    assert "misses 6 of its own" in offer.finding().remedy
    milder = offer._replace(prices=(Price(0.9, 1, 2), *prices[1:]))
    assert milder.command == c.Threshold(0.9, "line")
    silent = offer._replace(now=Price(0.0, 2, 6))
    assert not silent.helps
    assert "hardly heard as things are, so nothing is offered" in silent.finding().remedy


@pytest.mark.parametrize(("now", "words"), [(3, "no fit prevents this"), (0, "nothing to gain")])
def test_where_no_fit_lowers_it_nothing_is_offered(now, words):
    prices = tuple(Price(fit, now, 1) for fit in (0.6, 0.7, 0.8))
    offer = Offer("line", "hook", (6, 6), Price(0.0, now, 1), prices)
    found = offer.finding()
    assert not offer.helps
    assert (offer.command, found.command) == (None, None)
    assert words in found.remedy
    assert "fit" not in found.figures


def test_a_fit_that_lowers_it_is_offered_and_may_cost_nothing():
    prices = (Price(0.7, 2, 0), Price(0.8, 1, 0))
    offer = Offer("line", "hook", (6, 6), Price(0.0, 2, 0), prices)
    assert offer.command == c.Threshold(0.8, "line")
    assert "which costs nothing" in offer.finding().remedy


def test_what_is_not_offered_is_not_accepted(capsys, tmp_path, project):
    folder = tmp_path / "hooks"
    save_project(project, folder)
    code, said = asked(capsys, folder, "never", "loop", "line")
    assert code == 0
    assert "begins in 0 of 6" in said.out
    assert "nothing to gain" in said.out
    assert "offered" not in said.out
    code, said = asked(capsys, folder, "never", "loop", "line", "--accept")
    assert code == 2
    assert "nothing is offered" in said.err
    assert read_project(folder)[0].mapping[0].fits == {}


def test_what_cannot_be_asked_is_one_line(three):
    it = opened(Exemplar(), three, RATE)
    for label, other, rules in (
        ("line", "line", RULES),
        ("line", "nobody", RULES),
        ("line", "hook", []),
        ("line", "hook", [Events(gestures=("loop",))]),
        ("line", "hook", [Events(fits={"line": 0.99})]),
    ):
        with pytest.raises(CommandError):
            never(it, rules, label, other)
    once = [one for one in three if one.label != "hook" or one.id == "hook-0"]
    with pytest.raises(CommandError, match="shown once"):
        never(opened(Exemplar(), once, RATE), RULES, "line", "hook")


def test_the_edit_is_undone_renamed_and_forgotten(project):
    document = Document(project)
    document.edit(*edits.threshold(project, c.Threshold(0.8, "line")))
    assert document.project.mapping[0].fits == {"line": 0.8}
    assert document.undo_label == "threshold 0.8 of line"
    more = edits.threshold(document.project, c.Threshold(0.7, "hook"))[1]
    assert more.mapping[0].fits == {"line": 0.8, "hook": 0.7}
    tables = naming.rename(more.tables(), "hook", "turn")
    assert tables["mapping"][0]["fits"] == {"line": 0.8, "turn": 0.7}
    assert naming.forget(more.tables(), "hook")["mapping"][0]["fits"] == {"line": 0.8}
    assert edits.threshold(more, c.Threshold(0.0, "line"))[1].mapping[0].fits == {"hook": 0.7}
    document.undo()
    assert document.project.mapping[0].fits == {}
    with pytest.raises(CommandError):
        edits.threshold(project, c.Threshold(0.8, "nobody"))
    with pytest.raises(SettingsError):
        edits.threshold(project, c.Threshold(1.5, "line"))


def test_from_the_shell_the_price_comes_first_and_what_is_accepted_is_kept(capsys, tmp_path, project):
    folder = tmp_path / "hooks"
    save_project(project, folder)
    code, said = asked(capsys, folder, "never", "line", "hook", "--json")
    told = json.loads(said.out)
    assert code == 0
    assert told["accepted"] is False
    assert read_project(folder)[0].mapping[0].fits == {}
    code, said = asked(capsys, folder, "never", "line", "hook", "--accept")
    assert code == 0
    assert "accepted" in said.out
    assert read_project(folder)[0].mapping[0].fits == {"line": told["figures"]["fit"]}
    code, said = asked(capsys, folder, "never", "line", "hook", "--again", "--json")
    assert code == 0
    assert read_project(folder)[0].mapping[0].fits == {}
    code, said = asked(capsys, folder, "never", "line", "hook", "--again")
    assert code == 2
    assert "as all others do already" in said.err
    code, said = asked(capsys, "phone-gestures", "never", "z", "tick", "--again")
    assert code == 2
    assert said.err.count("\n") == 1


def test_a_fit_that_was_there_before_comes_back(capsys, tmp_path, project):
    folder = tmp_path / "hooks"
    save_project(edits.threshold(project, c.Threshold(0.55, "line"))[1], folder)
    code, said = asked(capsys, folder, "never", "line", "hook", "--accept")
    assert code == 0
    assert "--again 0.55, the fit that it needed before" in said.out
    raised = read_project(folder)[0].mapping[0].fits["line"]
    assert raised > 0.55
    for words, rule in (("nobody", "two of line, hook, loop"), ("line", "two of line, hook, loop")):
        code, said = asked(capsys, folder, "never", "line", words, "--again", "0.55")
        assert code == 2
        assert rule in said.err
    code, said = asked(capsys, folder, "never", "line", "hook", "--again", "0.99")
    assert code == 2
    assert f"needs a fit of {raised:g}" in said.err
    code, said = asked(capsys, folder, "never", "line", "hook", "--again", "0.55")
    assert code == 0
    assert f"the fit of {raised:g} that it needed is forgotten" in " ".join(said.out.split())
    assert read_project(folder)[0].mapping[0].fits == {"line": 0.55}
    code, said = asked(capsys, folder, "never", "line", "hook", "--again")
    assert code == 0
    assert "begins as all others do" in said.out
    assert read_project(folder)[0].mapping[0].fits == {}
