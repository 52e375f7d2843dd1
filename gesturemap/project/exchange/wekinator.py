"""A project of Wekinator, from its ``.wekproj`` and the folder around it.

| file | what is read of it |
|---|---|
| ``NAME.wekproj`` | name, port |
| ``inputConfig.xml``, ``outputConfig.xml`` | names, addresses, ranges, classes, gestures |
| ``current/currentData.arff``, for time warping ``current/currentData.csv`` | the examples |
| ``current/models/modelN.xml`` | type and settings of each model, and which inputs it sees |

The form was seen in files of Wekinator 2.1.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError
from gesturemap.plain import counted, listed, one_line
from gesturemap.project.exchange import arff_read, examples, wekinator_dtw
from gesturemap.project.exchange.guarded_xml import Tag, read_xml
from gesturemap.project.exchange.imported import Imported, names
from gesturemap.project.exchange.lines import WIDEST, own, wrong
from gesturemap.project.exchange.wekinator_models import default, try_model
from gesturemap.project.exchange.wekinator_tables import Numbers, Wires, per_output, tables

ENDING = ".wekproj"
MOST_CLASSES = 1000
CLASS, NUMERIC, DTW = "OSCClassificationOutput", "OSCNumericOutput", "OSCDtwOutput"


def project_file(path: Path) -> Path:
    """The project's own file: this one, or the only one in this folder.

    Raises
    ------
    FileError
        If there is none, or several, or it is a link to somewhere else.
    """
    if not path.is_dir():
        return path
    found = sorted(path.glob(f"*{ENDING}"))
    if len(found) != 1:
        many = listed([one.name for one in found]) or "none"
        raise FileError(
            str(path), f"projects of Wekinator in it: {many}", "one is wanted", f"give a *{ENDING} file"
        )
    return own(path, found[0].name)


def read(path: Path, rate: float) -> Imported:
    """The project that a ``.wekproj`` belongs to.

    Parameters
    ----------
    rate : frames a second, where the files hold no times.

    Raises
    ------
    FileError
        Naming the file and what is wrong with it.
    """
    root = read_xml(path)
    if root.name != "WekinatorFileData":
        raise wrong(str(path), f"<{root.name}>", "<WekinatorFileData> is wanted, a project of Wekinator")
    folder = path.parent
    name = one_line(root.get("projectName").text, 80).strip() if root.has("projectName") else ""
    came, went = read_xml(own(folder, "inputConfig.xml")), read_xml(own(folder, "outputConfig.xml"))
    called = _texts(came.get("inputNames"), came.get("numInputs").whole(1, WIDEST))
    inputs, told = names(called, "inputs")
    wires = Wires(
        root.get("oscReceivePort").whole(1, 65535) if root.has("oscReceivePort") else Wires().port,
        _address(came.get("oscMessage")),
        _host(went.get("hostName")),
        went.get("outputPort").whole(1, 65535),
        _address(went.get("oscMessage")),
    )
    outputs = list(went.get("outputs").children())
    if not 1 <= len(outputs) <= WIDEST:
        raise wrong(went.place, f"{len(outputs)} outputs", f"1 to {WIDEST} are wanted")
    head = (
        f"{counted(len(inputs), 'input')} at port {wires.port}, {wires.address}: {listed(inputs)}",
        f"outputs to {wires.host}, port {wires.to_port}, {wires.to_address}",
    )
    told = (
        *told,
        "control words from other machines: this one alone may send them, until control_from names more",
    )
    if any(output.name == DTW for output in outputs):
        if len(outputs) > 1:
            raise wrong(went.place, f"{len(outputs)} outputs", "time warping stands alone")
        found = wekinator_dtw.read_project(folder, outputs[0], inputs, rate)
        made = tables(name or path.stem, "read from Wekinator", wires, inputs, found.model)
        made["gestures"] = list(found.gestures)
        return Imported(made, found.demonstrations, (*head, *found.taken), (*told, *found.left))
    known = [_output(output) for output in outputs]
    model, demonstrations, taken, left = _supervised(
        folder, dict(zip(called, inputs, strict=True)), known, rate
    )
    made = tables(name or path.stem, "read from Wekinator", wires, inputs, model)
    return Imported(made, demonstrations, (*head, *taken), (*told, *left))


def _supervised(
    folder: Path, inputs: dict[str, str], known: Sequence[Numbers], rate: float
) -> tuple[dict[str, Any], tuple[Demonstration, ...], list[str], list[str]]:
    """Model, examples, what was taken and what not of a project of numbers and classes.

    Parameters
    ----------
    inputs : what each input was called -> what it is called here.
    """
    kept, changed = names([one.name for one in known], "outputs")
    taken: list[str] = []
    left, made = list(changed), []
    for index, (one, called) in enumerate(zip(known, kept, strict=True)):
        with_model, said, not_said = _modelled(
            replace(one, name=called), one.name, own(folder, "current", "models", f"model{index}.xml"), inputs
        )
        made.append(with_model)
        taken.append(said)
        left += [f"{called}: {line}" for line in not_said]
    path = own(folder, "current", "currentData.arff")
    found: tuple[Demonstration, ...] = ()
    if path.exists():
        table = arff_read.read(path)
        columns = examples.columns_of_project(table, tuple(inputs), [one.name for one in known], str(path))
        found, gone = examples.demonstrations(path, table, columns, tuple(inputs.values()), kept, rate)
        left += gone
        many = counted(sum(map(len, found)), "example")
        taken.append(f"{many} in {counted(len(found), 'recording round')}, from {path.name}")
    else:
        left.append(f"examples: there is no {path}")
    left.append("what Weka had learned: the models are fitted again, from the examples")
    return per_output(made), found, taken, left


def _output(tag: Tag) -> Numbers:
    """An output as it was set up."""
    name = tag.get("name").text
    if tag.name == CLASS:
        sends = tag.has("isSendingDistribution") and tag.get("isSendingDistribution").flag()
        return Numbers(name, classes=tag.get("numClasses").whole(1, MOST_CLASSES), probabilities=sends)
    if tag.name != NUMERIC:
        raise wrong(tag.place, f"<{tag.name}>", f"{CLASS}, {NUMERIC} or {DTW} is wanted")
    low, high = tag.get("min").number(), tag.get("max").number()
    if low > high:
        raise wrong(tag.place, f"from {low:g} to {high:g}", "the least is not above the most")
    whole = tag.get("outputType").one_of("REAL", "INTEGER") == "INTEGER"
    hard = tag.get("limitType").one_of("SOFT", "HARD") == "HARD"
    return Numbers(name, low=low, high=high, whole=whole, hard=hard)


def _modelled(
    output: Numbers, was: str, path: Path, inputs: dict[str, str]
) -> tuple[Numbers, str, list[str]]:
    """The output with its learner, what was taken of its model's file, and what was not."""
    model, why = try_model(path)
    kind = "class" if output.classes else ("integer" if output.whole else "number")
    if model is None or model.output != was:
        learner = default(bool(output.classes))
        reason = why if model is None else f"{path} is of '{one_line(model.output, 40)}'"
        said = f"{output.name}: {kind}, {_shown(learner)}"
        return replace(output, learner=learner), said, [f"its model, so {learner['kind']} is taken: {reason}"]
    left = list(model.notes)
    seen = tuple(kept for name, kept in inputs.items() if name in model.inputs)
    if strange := [name for name in model.inputs if name not in inputs]:
        left.append(f"inputs that the project does not have: {listed(strange)}")
    if not model.record:
        left.append("recording was off for it; it is on here")
    if not model.run:
        left.append("running was off for it; it is on here")
    narrow = seen if 0 < len(seen) < len(inputs) else ()
    said = f"{output.name}: {kind}, {_shown(model.learner)}" + (f", of {listed(narrow)}" if narrow else "")
    return replace(output, learner=model.learner, inputs=narrow), said, left


def _shown(learner: dict[str, object]) -> str:
    """A learner's table, for a person to read."""
    rest = ", ".join(f"{key} {value}" for key, value in learner.items() if key != "kind")
    return f"{learner['kind']} ({rest})" if rest else str(learner["kind"])


def _texts(tag: Tag, count: int) -> list[str]:
    """So many texts."""
    found = [child.text for child in tag.children()]
    if len(found) != count or len(set(found)) < count:
        raise wrong(tag.place, f"{len(set(found))} different names", f"{count} are wanted")
    return found


def _address(tag: Tag) -> str:
    """An OSC address."""
    text = tag.text
    if not text.startswith("/") or not text.isprintable() or not 1 < len(text) <= 200:
        raise wrong(tag.place, repr(text), "an OSC address is wanted, such as /wek/inputs")
    return text


def _host(tag: Tag) -> str:
    """A name or number of a machine."""
    text = tag.text
    if not text or len(text) > 200 or not text.isprintable() or any(letter.isspace() for letter in text):
        raise wrong(tag.place, repr(text), "the name or address of a machine is wanted")
    return "127.0.0.1" if text == "localhost" else text
