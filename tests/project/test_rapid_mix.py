"""JSON of the RAPID-MIX API: XMM's training sets and models in their wrapping."""

from __future__ import annotations

from typing import Any

import pytest

from gesturemap.errors import FileError
from gesturemap.project import xmm
from gesturemap.project.exchange.rapid_mix import unwrapped

SET: dict[str, Any] = {
    "docType": "rapid-mix:ml-training-set",
    "docVersion": "1.0.0",
    "payload": {
        "inputDimension": 2,
        "outputDimension": 1,
        "columnNames": {"input": ["ax", "ay"], "output": ["volume"]},
        "data": [
            {"label": "up", "input": [[1, 2], [1.5, 2.5]], "output": [[0], [0.5]]},
            {"input": [[3, 4]], "output": [[1]], "label": None},
        ],
    },
}


def changed(key: str, value: Any) -> dict[str, Any]:
    return SET | {"payload": SET["payload"] | {key: value}}


def test_a_training_set_is_read_with_its_outputs() -> None:
    made = xmm.demonstrations(unwrapped(xmm.Node(SET, "f.json")), 10.0)
    assert [(one.label, one.values.tolist(), one.targets.tolist()) for one in made] == [
        ("up", [[1.0, 2.0], [1.5, 2.5]], [[0.0], [0.5]]),
        ("gesture", [[3.0, 4.0]], [[1.0]]),
    ]
    assert made[0].spec.names == ("ax", "ay")
    assert made[0].outputs[0].name == "volume"


def test_one_without_outputs_and_names_is_read_too() -> None:
    payload = {
        "inputDimension": 1,
        "outputDimension": 0,
        "data": [{"label": "a", "input": [[1], [2]], "output": [[]]}],
    }
    (one,) = xmm.demonstrations(unwrapped(xmm.Node(SET | {"payload": payload}, "f.json")), 10.0)
    assert (one.values.tolist(), one.outputs) == ([[1.0], [2.0]], ())


def test_what_goes_to_and_comes_from_a_web_service_is_unwrapped() -> None:
    request = {"docType": "rapid-mix:ml-http-request", "payload": {"configuration": {}, "trainingSet": SET}}
    assert unwrapped(xmm.Node(request, "f")).has("phrases")
    model = {"docType": "rapid-mix:ml-model", "payload": {"models": []}}
    response = {"docType": "rapid-mix:ml-http-response", "payload": {"model": model}}
    assert unwrapped(xmm.Node(response, "f")).has("models")
    plain = xmm.Node({"phrases": []}, "f")
    assert unwrapped(plain) is plain


@pytest.mark.parametrize(
    ("root", "says"),
    [
        (SET | {"docType": "rapid-mix:ml-configuration"}, "one of rapid-mix"),
        (changed("inputDimension", 10**9), "whole number from 1 to 4095"),
        (changed("data", {}), "a list of at most"),
        (changed("data", [{"input": [[1]], "output": [[1]]}]), "a list of 2 numbers"),
        (changed("data", [{"input": [[1, 2]], "output": [[1], [2]]}]), "1 rows are wanted"),
        (changed("data", [{"input": 7}]), "a list of rows"),
        ({"docType": "rapid-mix:ml-training-set"}, "no 'payload'"),
    ],
)
def test_a_broken_file_is_one_clear_line(root: dict[str, Any], says: str) -> None:
    with pytest.raises(FileError) as caught:
        unwrapped(xmm.Node(root, "f.json"))
    assert says in str(caught.value)
    assert str(caught.value).startswith("f.json")
