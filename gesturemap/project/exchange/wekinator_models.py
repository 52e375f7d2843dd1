"""What a model of Wekinator was: its type and settings, out of the text that its file begins with.

The model itself is fitted again, from the examples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gesturemap.errors import FileError
from gesturemap.project.exchange.guarded_xml import Tag, parse, read_xml
from gesturemap.project.exchange.java_stream import first_text, is_stream
from gesturemap.project.exchange.lines import wrong

MOST_LAYERS, MOST_NODES, MOST_NEIGHBOURS, MOST_ROUNDS, HIGHEST_DEGREE = 3, 1000, 100, 1000, 8
"""What our learners of the same kinds take."""
KERNELS = {"LINEAR": "linear", "RBF": "rbf", "POLYNOMIAL": "poly"}
AS_DEEP = 12
"""Questions of a tree where Wekinator's has no limit."""

Table = dict[str, Any]


@dataclass(frozen=True)
class ModelFile:
    """One model: its output, the learner as near as there is one, the inputs it saw, and what is otherwise here."""

    output: str
    learner: Table
    inputs: tuple[str, ...]
    record: bool = True
    run: bool = True
    notes: tuple[str, ...] = field(default=())


def default(classes: bool) -> Table:
    """What Wekinator takes where nobody chose: the nearest neighbour for classes, else a neural network."""
    return {"kind": "knn", "neighbours": 1} if classes else {"kind": "mlp"}


def read_model(path: Path) -> ModelFile:
    """The model in a file.

    Raises
    ------
    FileError
        If it does not begin with what Wekinator writes.
    """
    root = parse(first_text(path).encode(), str(path)) if is_stream(path) else read_xml(path)
    if root.name != "Path":
        raise wrong(str(path), f"<{root.name}>", "<Path> is wanted, a model of Wekinator")
    notes: list[str] = []
    builder = root.get("modelBuilder")
    if builder.kind not in BUILDERS:
        raise wrong(builder.place, builder.kind, f"one of {', '.join(BUILDERS)} is wanted")
    learner = BUILDERS[builder.kind](builder, notes)
    names = tuple(child.text for child in root.get("inputNames").children())
    record, run = (
        root.get(name).flag() if root.has(name) else True for name in ("recordEnabled", "runEnabled")
    )
    return ModelFile(root.get("output").get("name").text, learner, names, record, run, tuple(notes))


def _whole(builder: Tag, name: str, else_: int, low: int, high: int, notes: list[str]) -> int:
    """A whole number that is brought into our range, with a note if it had to be."""
    if not builder.has(name):
        return else_
    found = builder.get(name).whole(-(2**31), 2**31 - 1)
    taken = min(max(found, low), high)
    if taken != found:
        notes.append(f"{name} is {taken} here, not {found}: it is from {low} to {high}")
    return taken


def _network(builder: Tag, notes: list[str]) -> Table:
    """Layers and their nodes; training ends otherwise here, so there are no epochs to take over."""
    layers = _whole(builder, "numHiddenLayers", 1, 0, MOST_LAYERS, notes)
    nodes = 0
    if builder.has("hiddenLayerType"):
        if builder.get("hiddenLayerType").one_of("NUM_FEATURES", "NUMBER") == "NUMBER":
            nodes = _whole(builder, "numNodesPerHiddenLayer", 0, 1, MOST_NODES, notes)
    elif builder.has("layerNumbers"):  # an early form: one number for each layer
        kinds = [child.text for child in builder.get("layerContents").children()]
        sizes = [child.whole(0, 2**31 - 1) for child in builder.get("layerNumbers").children()]
        own = [size for kind, size in zip(kinds, sizes, strict=False) if kind == "NUMBER"][:layers]
        nodes = min(own[0], MOST_NODES) if own else 0
        if len(set(own)) > 1 or len(own) not in (0, layers):
            notes.append(
                f"every hidden layer has {nodes or 'as many nodes as inputs'} here: layers are all as wide"
            )
    return _short({"kind": "mlp", "layers": layers, "nodes": nodes}, layers=1, nodes=0)


def _linear(builder: Tag, notes: list[str]) -> Table:
    """Powers of each input; selection of inputs by Weka does not come over."""
    degree = _whole(builder, "exponent", 1, 1, HIGHEST_DEGREE, notes)
    if builder.has("featureSelectionType") and (kind := builder.get("featureSelectionType").text) != "NONE":
        notes.append(f"all inputs count: there is no selection of inputs ({kind}) here")
    if builder.has("removeColinear") and builder.get("removeColinear").flag():
        notes.append("inputs that follow from others are not removed: they do no harm here")
    return _short({"kind": "linear", "degree": degree}, degree=1)


def _nearest(builder: Tag, notes: list[str]) -> Table:
    """How many neighbours vote."""
    return {"kind": "knn", "neighbours": _whole(builder, "numNeighbors", 1, 1, MOST_NEIGHBOURS, notes)}


def _adaboost(builder: Tag, notes: list[str]) -> Table:
    """Rounds, and how deep the trees are."""
    rounds = _whole(builder, "numRounds", 100, 1, MOST_ROUNDS, notes)
    name = "baseLearnerType"
    stump = (
        builder.has(name) and builder.get(name).one_of("DECISION_TREE", "DECISION_STUMP") == "DECISION_STUMP"
    )
    return {"kind": "boosting", "method": "m1", "rounds": rounds, "depth": 1 if stump else AS_DEEP}


def _tree(_: Tag, notes: list[str]) -> Table:
    notes.append("the tree is grown by CART here, not by C4.5 (J48): branches may differ")
    return {"kind": "tree"}


def _stump(_: Tag, __: list[str]) -> Table:
    return {"kind": "stump"}


def _bayes(_: Tag, __: list[str]) -> Table:
    return {"kind": "naive_bayes"}


def _machine(builder: Tag, notes: list[str]) -> Table:
    """Kernel, degree and C; the width of an RBF is in other units there."""
    name = "kernelType"
    kind = KERNELS[builder.get(name).one_of(*KERNELS)] if builder.has(name) else "poly"
    penalty = builder.get("complexity").number() if builder.has("complexity") else 1.0
    table: Table = {"kind": "svm", "kernel": kind, "penalty": min(max(penalty, 1e-6), 1e6)}
    if kind == "poly":
        exponent = builder.get("polyExponent").number() if builder.has("polyExponent") else 2.0
        table["degree"] = int(min(max(round(exponent), 1), HIGHEST_DEGREE))
        if table["degree"] != exponent:
            notes.append(
                f"the polynomial's degree is {table['degree']} here, not {exponent:g}: it is whole, at most 8"
            )
    if kind == "rbf":
        notes.append("the RBF's gamma follows from the data here: Weka's counts inputs from 0 to 1")
    return _short(table, kernel="rbf", penalty=1.0, degree=2)


BUILDERS: dict[str, Callable[[Tag, list[str]], Table]] = {
    "NeuralNetModelBuilder": _network,
    "LinearRegressionModelBuilder": _linear,
    "KNNModelBuilder": _nearest,
    "AdaboostModelBuilder": _adaboost,
    "J48ModelBuilder": _tree,
    "DecisionStumpModelBuilder": _stump,
    "NaiveBayesModelBuilder": _bayes,
    "SVMModelBuilder": _machine,
}


def _short(table: Table, **defaults: Any) -> Table:
    """Without what is at its default."""
    return {key: value for key, value in table.items() if key not in defaults or value != defaults[key]}


def try_model(path: Path) -> tuple[ModelFile | None, str]:
    """The model in a file, or None and why it could not be read."""
    try:
        return read_model(path), ""
    except FileError as error:
        return None, str(error)
