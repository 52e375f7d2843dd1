"""JSON of the RAPID-MIX API, which wraps training sets and models of XMM.

Source of the form: ircam-rnd/rapid-mix-adapters, version 1.0.0.
"""

from __future__ import annotations

from typing import Any

from gesturemap.project.xmm import MOST_BYTES, WIDEST, Node

SET, MODEL = "rapid-mix:ml-training-set", "rapid-mix:ml-model"
REQUEST, RESPONSE = "rapid-mix:ml-http-request", "rapid-mix:ml-http-response"


def unwrapped(root: Node) -> Node:
    """The training set or model of XMM in a file, which is the file itself if it has no wrapping.

    Raises
    ------
    FileError
        If it wraps something else.
    """
    if not root.has("docType"):
        return root
    kind, payload = root.get("docType").text(), root.get("payload")
    if kind == REQUEST:
        return unwrapped(payload.get("trainingSet"))
    if kind == RESPONSE:
        return unwrapped(payload.get("model"))
    if kind == MODEL:
        return payload
    if kind == SET:
        return _training_set(payload)
    raise root.get("docType").wrong(f"one of {SET}, {MODEL}, {REQUEST}, {RESPONSE} is wanted")


def _training_set(payload: Node) -> Node:
    """The same in XMM's words: rows of numbers one after another."""
    wide = payload.get("outputDimension").whole(0, WIDEST - 1)
    width = payload.get("inputDimension").whole(1, WIDEST - wide)
    head: dict[str, Any] = {
        "bimodal": wide > 0, "dimension": width + wide, "dimension_input": width if wide else 0,
    }  # fmt: skip
    names: list[str] = []
    if payload.has("columnNames"):
        columns = payload.get("columnNames")
        for key in ("input", "output") if wide else ("input",):
            names += [name.text() for name in columns.get(key).items()]
    phrases = []
    for example in payload.get("data").items():
        said = example.has("label") and example.get("label").value is not None
        rows = [row.numbers(width).tolist() for row in _rows(example.get("input"))]
        flat = [value for row in rows for value in row]
        data: dict[str, Any] = {"data": flat}
        if wide:
            outputs = [row.numbers(wide).tolist() for row in _rows(example.get("output"))]
            if len(outputs) != len(rows):
                raise example.get("output").wrong(f"{len(rows)} rows are wanted, as in the input")
            data = {"data_input": flat, "data_output": [value for row in outputs for value in row]}
        label = example.get("label").text() if said else "gesture"
        phrases.append({**head, "column_names": names, "label": label, "length": len(rows), **data})
    return Node({**head, "column_names": names, "phrases": phrases}, payload.place)


def _rows(node: Node) -> list[Node]:
    """The rows of one example."""
    if not isinstance(node.value, list) or len(node.value) > MOST_BYTES:
        raise node.wrong("a list of rows is wanted")
    return [Node(row, f"{node.place}[{index}]") for index, row in enumerate(node.value)]
