"""An ARFF that came without a project: what stands in for Wekinator, made of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gesturemap.plain import counted, listed, one_line
from gesturemap.project.exchange import arff_read, examples
from gesturemap.project.exchange.imported import Imported, names
from gesturemap.project.exchange.wekinator_models import default
from gesturemap.project.exchange.wekinator_tables import Wires, per_output, tables


def read(path: Path, outputs: Sequence[str], rate: float) -> Imported:
    """The examples in a table, and outputs that learn them by what Wekinator takes where nobody chose.

    Parameters
    ----------
    outputs : names of the columns to be learned; none: see `examples.columns_alone`.
    rate : examples a second, where the table has no times.

    Raises
    ------
    FileError
        Naming the line or column that is not right.
    """
    table = arff_read.read(path)
    columns = examples.columns_alone(table, outputs, str(path))
    called = [table.attributes[index].name for index in columns.wanted]
    kept, changed = names(called, "column")
    width = len(columns.inputs)
    inputs, made = kept[:width], []
    taken = [f"{counted(width, 'input')}: {listed(inputs)}"]
    for index, name in zip(columns.outputs, kept[width:], strict=True):
        attribute = table.attributes[index]
        output = examples.output_of(attribute, name, table.values[:, index])
        output = replace(output, learner=default(bool(output.classes)))
        made.append(output)
        if output.classes:
            what = f"classes to {output.classes}"
            numbered = examples.numbered(attribute)
            if any(
                f"{number:g}" != choice for number, choice in zip(numbered, attribute.choices, strict=True)
            ):
                pairs = zip(numbered, attribute.choices, strict=True)
                what += f" ({listed([f'{number:g}: {one_line(choice, 40)}' for number, choice in pairs])})"
        else:
            what = f"a number from {output.low:g} to {output.high:g}"
        taken.append(f"{name}: {what}, {output.learner['kind']}")
    found, left = examples.demonstrations(path, table, columns, inputs, kept[width:], rate)
    taken.append(f"{counted(sum(map(len, found)), 'example')} in {counted(len(found), 'recording round')}")
    used = {*called, *examples.META, examples.EARLY}
    unused = [one.name for one in table.attributes if one.name not in used]
    if unused:
        left = (*left, f"columns that are neither inputs nor outputs: {listed(unused)}")
    settings = tables(path.stem, "read from an ARFF", Wires(), inputs, per_output(made))
    return Imported(settings, found, tuple(taken), (*changed, *left))
