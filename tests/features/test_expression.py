"""Expressions: right values, nothing but arithmetic, and errors that point at the place."""

from __future__ import annotations

import ast
import math

import numpy as np
import pytest
from chains import names, play
from hypothesis import given, settings
from hypothesis import strategies as st

from gesturemap.errors import SettingsError
from gesturemap.features.expression import Expression
from gesturemap.formula import DEEPEST, LONGEST
from gesturemap.frames import Spec, Values

SPEC = Spec.of("acc_x g", "acc_y g", "pad.level", "in-1 V", rate=100.0)
TIME = np.arange(50) / 100.0
VALUES = np.random.default_rng(6).normal(size=(50, 4))
X, Y, LEVEL = VALUES[:, 0], VALUES[:, 1], VALUES[:, 2]


def calculated(*formulas: str, values: Values = VALUES) -> Values:
    texts = tuple(f"r{i} = {formula}" for i, formula in enumerate(formulas))
    return play(Expression(texts, keep=False), values, TIME[: len(values)], SPEC)


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("sqrt(acc_x^2 + acc_y^2) * 2", 2.0 * np.hypot(X, Y)),
        ("1 + 2 * 3 - 8 / 4", 5.0 + 0 * X),
        ("2 ^ 3 ^ 2", 512.0 + 0 * X),
        ("-acc_x ^ 2", -(X**2)),
        ("2 ^ -1", 0.5 + 0 * X),
        ("- -acc_x - -acc_y", X + Y),
        ("(acc_x - acc_y) - (acc_x + 1e-3)", -Y - 1e-3),
        ("10 - 4 - 3", 3.0 + 0 * X),
        ("7 % 4 + -1 % 4", 6.0 + 0 * X),
        ("acc_x > acc_y", X > Y),
        ("not acc_x > 0 and acc_y > 0 or pad.level >= .5", (~(X > 0) & (Y > 0)) | (LEVEL >= 0.5)),
        ("acc_x + 1 < acc_y == 0 * 5", None),
        ("(acc_x < 0) == (acc_y < 0)", (X < 0) == (Y < 0)),
        ("(acc_x < 0) != (acc_y <= 0)", (X < 0) != (Y <= 0)),
        ("if(acc_x > 0, log(abs(acc_x)), floor(acc_x))", np.where(X > 0, np.log(np.abs(X)), np.floor(X))),
        ("min(acc_x, acc_y, 0.1) + max(acc_x, acc_y)", np.minimum(np.minimum(X, Y), 0.1) + np.maximum(X, Y)),
        ("clip(acc_x, -0.5, 0.5)", np.clip(X, -0.5, 0.5)),
        ("atan2(acc_y, acc_x) * 180 / pi", np.degrees(np.arctan2(Y, X))),
        (
            "sin(acc_x) + cos(acc_y) + tan(acc_x) + atan(acc_x)",
            np.sin(X) + np.cos(Y) + np.tan(X) + np.arctan(X),
        ),
        ("asin(sin(acc_x) / 2) + acos(0)", np.arcsin(np.sin(X) / 2) + np.pi / 2),
        ("exp(acc_x) + round(acc_y) + sign(acc_x)", np.exp(X) + np.rint(Y) + np.sign(X)),
        ("'pad.level' + 'in-1'", LEVEL + VALUES[:, 3]),
        ("acc_x[n]-acc_x[ n - 2 ]", X - np.r_[X[0], X[0], X[:-2]]),
    ],
)
def test_a_formula_is_what_it_says(formula: str, wanted: Values | None) -> None:
    if wanted is None:
        with pytest.raises(SettingsError, match="one comparison at a time"):
            calculated(formula)
    else:
        assert calculated(formula)[:, 0] == pytest.approx(wanted.astype(float), rel=1e-12)


def test_channels_have_the_units_they_were_given_and_later_ones_know_earlier() -> None:
    made = Expression(("speed m/s = acc_x * 9.81", "twice m/s = 2 * speed", "before m/s = twice[n-1]"))
    assert names(made, SPEC)[-3:] == ["speed m/s", "twice m/s", "before m/s"]
    out = play(made, VALUES, TIME, SPEC)
    assert np.array_equal(out[:, :4], VALUES)
    assert out[:, 5] == pytest.approx(19.62 * X)
    assert np.array_equal(out[1:, 6], out[:-1, 5])
    assert Expression().start(SPEC).spec == SPEC


leaves = st.sampled_from(["acc_x", "acc_y", "2", "0.5"])
formulas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"{t[0]} {t[1]} {t[2]}"),
        inner.map(lambda t: f"-({t})"),
        inner.map(lambda t: f"abs({t})"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})"),
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(formulas)
def test_it_agrees_with_python(formula: str) -> None:
    row = VALUES[7]
    tree = compile(ast.parse(formula, mode="eval"), "formula", "eval")
    wanted = eval(tree, {"__builtins__": {}}, {"acc_x": row[0], "acc_y": row[1], "abs": abs, "max": max})
    assert calculated(formula, values=row[None])[0, 0] == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("acc_q + 1", "character 5: no channel 'acc_q'; there are acc_x, acc_y, pad.level"),
        ("1 + foo(2)", "character 9: no function 'foo'; there are if, min"),
        ("1 +", "character 8: it ends too soon; a number, a channel"),
        ("(1 + 2", "character 11: it ends too soon; '\\)' is wanted"),
        ("1 2", "character 7: '2'; an operator or the end is wanted"),
        ("acc_x $ 2", r"character 11: '\$'; no such sign"),
        ("atan2(1)", "character 5: 1 values for atan2; it takes 2"),
        ("min(1)", "character 5: 1 values for min"),
        ("sqrt()", r"character 10: '\)'; a number"),
        ("acc_x[n+1]", r"a past value is written \[n-1\]"),
        ("acc_x[n-5000]", r"a past value is written \[n-1\] to \[n-1000\]"),
        ("acc_x == acc_y == 0", "one comparison at a time"),
        ("__import__('os')", "no function '__import__'"),
        ("acc_x.__class__", "no channel 'acc_x.__class__'"),
        ("9" * 400, "a finite number is wanted"),
        ("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1), f"at most {DEEPEST} inside"),
        ("-" * 400 + "1", f"at most {DEEPEST} inside"),
        ("1+" * 300 + "1", f"602 characters; a formula has at most {LONGEST}"),
        ("1e", "an operator|a number|no channel|'1'"),
    ],
)
def test_an_error_names_the_place(formula: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        Expression(("r =" + formula.rjust(len(formula) + 1),)).start(SPEC)
    assert str(caught.value).startswith("expression, expressions[0], character ")
    assert caught.value.next_step


def test_names_are_wanted_and_differ() -> None:
    for texts, said in (
        (("acc_x + 1",), "written 'name unit = formula'"),
        (("a == 1",), "written 'name unit = formula'"),
        (("acc_x = 1",), "acc_x; each channel has a name of its own"),
        (("a = 1",) * 65, "65 of them; at most 64"),
        (("pi rad = 3",), r"expressions\[0\]: 'pi'; it means something in a formula already"),
        (("a = 1", "sqrt = 3"), r"expressions\[1\]: 'sqrt'; it means something"),
        (("not = 3",), "'not'; it means something"),
    ):
        with pytest.raises(SettingsError, match=said):
            Expression(texts).start(SPEC)


@pytest.mark.parametrize("text", [" " * 20_000, "a" + " " * 20_000 + "x", "=" * 20_000, "a b" * 9000 + "= 1"])
def test_text_that_is_no_expression_is_refused_at_once_however_long(text: str) -> None:
    with pytest.raises(SettingsError, match="written 'name unit = formula'") as caught:
        Expression((text,)).start(SPEC)
    assert len(str(caught.value)) < 300


def test_what_has_no_result_gives_the_last_one() -> None:
    values = np.column_stack([np.array([0.0, 2.0, 0.0, -1.0, math.nan, math.inf, 4.0])] * 4)
    out = calculated(
        "1 / acc_x", "log(acc_x)", "sqrt(acc_x)", "acc_x > 1", "exp(acc_x * 1000)", values=values
    )
    assert out[:, 0] == pytest.approx([0.0, 0.5, 0.5, -1.0, -1.0, -1.0, 0.25])
    assert out[:, 1] == pytest.approx([0.0] + [math.log(2.0)] * 5 + [math.log(4.0)])
    assert out[:, 2] == pytest.approx([0.0, math.sqrt(2.0), 0.0, 0.0, 0.0, 0.0, 2.0])
    assert out[:, 3].tolist() == [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    assert out[:, 4] == pytest.approx([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize(
    "formula", ["exp(709 * acc_x)", "1 / (acc_x * 1e-308)", "2e15 * acc_x", "-1e16 * acc_x"]
)
def test_what_is_too_large_to_be_a_measurement_is_no_result(formula: str) -> None:
    values = np.column_stack([np.array([1e-9, 1.0, 1e-9])] * 4)
    good = calculated("acc_x", values=values)[0, 0]
    out = calculated(formula, f"if(acc_x < 1, acc_x, {formula})", values=values)
    assert (np.abs(out) <= 1e15).all()
    assert out[:, 1].tolist() == [good] * 3


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="acc_xyn0123456789.+-*/%^<>=!(),[]' $andormi", max_size=40))
def test_any_text_is_a_formula_or_one_clear_error(text: str) -> None:
    try:
        run = Expression((f"r = {text}",)).start(SPEC)
    except SettingsError as error:
        assert error.next_step
    else:
        assert run.spec.names[-1] == "r"
