"""Mixing what is heard: equal weights change nothing, the matrix is that of models, the left-out scores are exact."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import DataError, SettingsError
from gesturemap.frames import Spec
from gesturemap.models import rocket_head
from gesturemap.models.auto import Auto
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.exemplar import Data
from gesturemap.models.few_shot import MIXED, FewShot, mixture
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.teaching.suggest import mixing

RATE = 50.0
SPEC = Spec.of("x m", "y m", rate=RATE)
ALIKE = {"level_change": 1.0, "convolutions": 1.0}


def shown(gesture: int, number: int, anywhere: float = 0.0) -> Demonstration:
    rng = np.random.default_rng([gesture, number])
    share = np.linspace(0.0, 1.0, 40)[:, None]
    curve = np.sin(np.pi * share * (1.0 + 0.3 * gesture) + np.array([[0.0, 0.7 * gesture]]))
    values = curve + rng.normal(scale=anywhere, size=2) + rng.normal(scale=0.02, size=(40, 2))
    return Demonstration(f"g{gesture}-{number}", f"g{gesture}", SPEC, np.arange(40) / RATE, values)


def vocabulary(each: int = 3, anywhere: float = 0.0) -> TrainingSet:
    return TrainingSet(tuple(shown(g, n, anywhere) for g in range(4) for n in range(each)))


def said(model: EnsembleModel, one: Demonstration) -> list[bytes]:
    follower = model.start()
    estimates = [follower.step(frame) for frame in one.frames()]
    return [part.tobytes() for e in estimates for part in (e.posterior, e.fit, e.log_likelihoods)]


def test_alike_is_what_plays_without_a_mixture_to_the_bit() -> None:
    plain, mixed = FewShot().fit(vocabulary()), FewShot(mix=ALIKE).fit(vocabulary())
    assert mixing.playing(plain) == ALIKE
    assert said(plain, shown(1, 50)) == said(mixed, shown(1, 50))
    twice = FewShot(mix={"level_change": 2.0, "convolutions": 2.0}).fit(vocabulary())
    assert said(plain, shown(1, 50)) == said(twice, shown(1, 50))
    other = FewShot(mix={"level_change": 1.0, "convolutions": 0.25}).fit(vocabulary())
    assert said(plain, shown(1, 50)) != said(other, shown(1, 50))


def test_another_mixture_takes_the_convolutions_over_and_the_heaviest_chains_lead() -> None:
    before = FewShot().fit(vocabulary())
    mixed = FewShot(mix={"level": 0.5, "level_change": 1.0, "convolutions": 0.5}).fit(vocabulary(), before)
    assert mixed.heads[0] is before.heads[0]
    assert [bank.view.delta for bank in mixed.banks] == [True, False]
    assert mixed.weights.tolist() == [1.0, 0.5, 0.5]
    assert "as set" in mixed.notes[0]
    shapes = FewShot(mix={"shape": 1.0, "level": 0.5, "convolutions": 1.0}).fit(vocabulary(), before)
    assert shapes.banks[0].view.shape
    assert shapes.heads[0] is not before.heads[0], "convolutions see what the leading chains see"
    learner = FewShot(mix={"shape": 1.0, "convolutions": 0.5})
    again = learner.unpack(*learner.fit(vocabulary()).pack())
    assert said(again, shown(2, 50)) == said(learner.fit(vocabulary()), shown(2, 50))
    assert FewShot(mix={"level": 1.0}).first(vocabulary()).banks[0].view.delta is False


def test_weights_that_mean_nothing_are_refused() -> None:
    table, arrays = FewShot(convolutions="off").fit(vocabulary()).pack()
    for wrong in (np.zeros(1), np.array([-1.0]), np.array([np.nan]), np.ones(2)):
        with pytest.raises(DataError):
            FewShot(convolutions="off").unpack(table, {**arrays, "weights": wrong})


def test_auto_passes_the_mixture_on() -> None:
    model = Auto(recogniser="few_shot", mix={"level": 1.0, "convolutions": 0.5}).fit(vocabulary())
    assert mixing.playing(model.recogniser) == {"level": 1.0, "convolutions": 0.5}


def test_what_cannot_be_mixed_is_one_line() -> None:
    with pytest.raises(SettingsError, match="did you mean 'level'"):
        FewShot(mix={"levl": 1.0})
    with pytest.raises(SettingsError, match="nothing counts"):
        Auto(mix={"level": 0.0})
    with pytest.raises(DataError, match="shown twice"):
        mixing.candidates(FewShot(), vocabulary(1))


def test_convolutions_left_out_are_those_of_a_fit_without_the_copies() -> None:
    """The oracle: the same ridge regression of the other rows, its means those of the other rows."""
    data = Data.of(vocabulary(2))
    it = rocket_head.lesson(data.takes, data.owners, False, 0, lambda part: None, copies=40)
    found = rocket_head.left_out(it)
    _, _, scaled, _ = rocket_head._dual(it.values[-1])
    scaled, rows = scaled.astype(np.float64) / np.sqrt(scaled.shape[1]), np.arange(len(scaled))
    for number in range(len(data.takes)):
        out = np.isin(rows // it.each, [n for n in range(len(data.takes)) if n % 2 == number % 2])
        rest, targets = scaled[~out], it.targets[~out]
        moved, middle = rest - rest.mean(0), targets.mean(0)
        dual = np.linalg.solve(moved @ moved.T + rocket_head.RIDGE * np.eye(len(moved)), targets - middle)
        wanted = middle + (scaled[number * it.each] - rest.mean(0)) @ moved.T @ dual
        assert np.allclose(found[number], wanted, atol=1e-4)


def test_names_dealt_by_lot_are_not_told_from_what_was_left_out() -> None:
    rng, right = np.random.default_rng(0), []
    for seed in range(5):
        takes = [rng.normal(size=(40, 2)).cumsum(0) for _ in range(24)]
        it = rocket_head.lesson(takes, [n % 4 for n in range(24)], False, seed, lambda part: None, copies=48)
        right.append(float(np.mean(rocket_head.left_out(it).argmax(1) == np.arange(24) % 4)))
    assert np.mean(right) < 0.4


@pytest.mark.parametrize(
    "mixed", [{"level": 1.0}, {"level_change": 0.5, "shape": 1.0}, {"convolutions": 1.0}]
)
def test_the_matrix_is_that_of_models_fitted_without_each(mixed: dict[str, float]) -> None:
    taught = vocabulary(3, 0.8)
    # two of another name: what is wrong must be found wrong by both
    taught = TrainingSet(tuple(
        replace(one, label="g3") if one.id in ("g0-0", "g1-2") else one for one in taught.demonstrations
    ))  # fmt: skip
    asked = mixing.candidates(FewShot(), taught)
    answers = [asked.labels[n] for n in asked.answers(mixed)]
    alike = 0
    for one, given in zip(taught.demonstrations, answers, strict=True):
        rest = TrainingSet(tuple(each for each in taught.demonstrations if each is not one))
        model = FewShot(mix=mixed).fit(rest)
        follower = model.start()
        estimates = [follower.step(frame) for frame in one.frames()]
        alike += model.labels[int(estimates[-1].posterior.argmax())] == given
    assert alike >= len(answers) - (
        2 if "convolutions" in mixed else 1
    )  # these leave one of each gesture out
    wrong = sum(row.given != row.label for row in asked.plainly(mixed).rows)
    assert wrong == len(answers) - asked.right(mixed)


def test_logits_are_the_weighted_sum_of_what_each_says() -> None:
    asked = mixing.candidates(FewShot(), vocabulary())
    one, other = (asked.logits(mixing.row_of({name: 1.0})) for name in ("level", "shape_change"))
    both = asked.logits(mixing.row_of({"level": 3.0, "shape_change": 1.0}))
    assert np.allclose(both, 0.75 * one + 0.25 * other)
    beside = asked.logits(mixing.row_of({"shape": 1.0, "convolutions": 1.0}))
    shape = asked.logits(mixing.row_of({"shape": 1.0}))
    assert np.allclose(2.0 * beside - shape, mixing.SHARPNESS * asked.parts[-1])


def known(parts: np.ndarray, owners: np.ndarray) -> mixing.Candidates:
    return mixing.Candidates(tuple(map(str, range(len(owners)))), ("a", "b"), owners, parts, False, 1.0)


def test_what_only_luck_makes_better_is_not_offered() -> None:
    rng, owners, drawn = np.random.default_rng(0), np.arange(20) % 2, []
    for _ in range(100):
        noise = rng.normal(size=(len(MIXED) + 1, 20, 2))
        drawn.append(mixing.best(known(noise, owners), ALIKE))
    assert sum(one.better for one in drawn) <= 8
    lucky = [one for one in drawn if not one.better]
    assert np.mean([one.right - one.right_now for one in lucky]) > 2, "luck looks like a gain"
    assert abs(np.mean([one.chosen - 10 for one in drawn])) < 1, "and is none where it did not choose"
    assert all(one.chosen - one.right_now == one.gained - one.lost for one in drawn)
    assert lucky[0].finding({}).command is None
    truth = np.where(owners[:, None] == np.arange(2), 1.0, -1.0)
    noise[1] = truth
    sure = mixing.best(known(noise, owners), ALIKE)
    assert (sure.right, sure.chosen, sure.better) == (20, 20, True)
    assert "level" in sure.weights
    assert sure.finding({"kind": "auto"}).command.table == {"kind": "auto", "mix": sure.weights}
    same = mixing.best(known(np.stack([truth] * 6), owners), ALIKE)
    assert same.weights == ALIKE
    assert "no mixture" in str(same.finding({}))


def test_it_is_told_kept_and_undone_from_the_shell(tmp_path, capsys) -> None:
    project = assemble(
        {"project": {"name": "mixed"}, "input": {"kind": "pointer"}, "model": {"kind": "few_shot"},
         "gestures": [f"g{n}" for n in range(4)]}, "", "test",
    )  # fmt: skip
    folder = tmp_path / "mixed"
    save_project(replace(project, demonstrations=vocabulary().demonstrations), folder)

    def asked(*words: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["teach", str(folder), "mix", *words])
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    code, out, _ = asked("level=1", "convolutions=0.5", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["mix"], told["now"], told["kept"]) == ({"level": 1.0, "convolutions": 0.5}, ALIKE, False)
    assert sum(map(sum, told["confusion"]["rows"])) == told["tested"] == 12
    assert set(told["alone"]) == set(MIXED)
    assert read_project(folder)[0].learner.mix == {}
    code, out, _ = asked("level=1", "convolutions=0.5", "--keep")
    assert code == 0
    assert "level 1, convolutions 0.5" in out
    assert read_project(folder)[0].learner.mix == {"level": 1.0, "convolutions": 0.5}
    for words, rule in (
        (["levl=1"], "did you mean 'level'"),
        (["level"], "KEY=VALUE"),
        (["--keep"], "wanted"),
    ):
        code, _, err = asked(*words)
        assert (code, err.count("\n")) == (2, 1)
        assert rule in err


def test_a_mixture_in_words() -> None:
    assert mixture({"convolutions": 0.5, "level": 2.0, "shape": 0.0}) == "level 2, convolutions 0.5"
