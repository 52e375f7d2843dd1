"""A performance of `per_output`: all networks in one compiled call, one search for all who look in the same frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import NONE, Estimate, Frame, Values
from gesturemap.models import per_output_kernels as kernels
from gesturemap.models.linear import Planes
from gesturemap.models.machine import Answer, Machine, Nothing
from gesturemap.models.mlp import Networks
from gesturemap.models.model import Array, misfit
from gesturemap.models.neighbours import Neighbours
from gesturemap.models.per_output_kernels import TYPES

if TYPE_CHECKING:
    from gesturemap.models.per_output_model import Part, PerOutputModel


@dataclass(eq=False)
class Shared:
    """Machines that answer together: one by itself, or neighbours that are looked for once."""

    parts: list[int]
    machine: Machine
    first: int = 0
    """Where their answers begin."""


class PerOutputFollower:
    """One performance: the current values, and the last probabilities.

    Its posterior says nothing and nobody ever wins: no gestures are recognised.
    """

    def __init__(self, model: PerOutputModel) -> None:
        used = [part for part in model.parts if part is not None]
        shared = together(used)
        widths = [max(len(part.values), 1) for part in used]
        places, count = [0] * len(used), 0
        for group in shared:
            group.first = count
            for part in group.parts:
                places[part], count = count, count + widths[part]
        self._spec, self._width = model.spec, model.spec.width
        slots = [len(output.probable) for output in model.tables]
        plan, table, state = laid_out(model, used, places, count + 1, sum(slots))
        self._settled = plan, table, np.zeros(self._width), state
        self._wide = len(model.tables) + sum(slots)
        self._others = [self._player(group, used, widths, plan, state) for group in shared if searched(group)]
        self.current = model.defaults
        """(M,) the value of each output; see `hold`."""
        self._enabled: NDArray[np.bool_] = np.ones(len(model.tables), bool)
        gestures, deviations = len(model.labels), np.zeros(self._wide)
        deviations[: len(model.parts)] = [part.residual if part else 0.0 for part in model.parts]
        self._said = np.zeros(gestures), np.full(gestures, 1.0 / gestures), deviations

    def _player(
        self, group: Shared, used: Sequence[Part], widths: Sequence[int], plan: Array, state: Values
    ) -> tuple[int, Answer, Values, Values]:
        """Whose inputs must be sound, what answers, what it sees, and where its answers go."""
        part = group.parts[0]
        first = plan[kernels.SCALED] + plan[plan[kernels.FIRSTS] + part]
        seen = state[first : first + len(used[part].inputs)]
        at = plan[kernels.ANSWERS] + group.first
        wide = sum(widths[one] for one in group.parts)
        return int(plan[kernels.SOUND]) + part, group.machine.start(), seen, state[at : at + wide]

    def hold(self, current: Values, enabled: NDArray[np.bool_]) -> None:
        """Keep the values (M,) in this array from now on, and change only those that are enabled (M,).

        Whoever owns the arrays may write to them between two frames.
        """
        for array, kind in ((current, np.float64), (enabled, np.bool_)):
            if array.shape != self.current.shape or array.dtype != kind or not array.flags.c_contiguous:
                raise ValueError(
                    f"{array.shape} {array.dtype}: {self.current.shape} {kind.__name__} is wanted"
                )
        self.current, self._enabled = current, enabled

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; an output that sees a value which is not finite stays as it is."""
        time, values, arrived = frame
        plan, table, x, state = self._settled
        if len(values) != self._width:
            raise misfit(self._spec, values)
        x[:] = values
        kernels.begin(plan, table, x, state)
        for sound, answer, seen, answers in self._others:
            if state[sound] > 0.0:
                answers[:] = answer(seen)
        outputs = np.empty(self._wide)
        kernels.finish(plan, table, state, self._enabled, self.current, outputs)
        nothing, flat, deviations = self._said
        return Estimate(time, nothing, flat, nothing, nothing, outputs, deviations, values, NONE, arrived)


def together(used: Sequence[Part]) -> list[Shared]:
    """The parts in groups: neighbours among the same frames are searched for once."""
    groups: list[Shared] = []
    for index, part in enumerate(used):
        machine = part.machine
        for group in groups:
            other = used[group.parts[0]]
            if (
                isinstance(machine, Neighbours)
                and isinstance(group.machine, Neighbours)
                and part.inputs == other.inputs
                and (machine.most, machine.weighted) == (group.machine.most, group.machine.weighted)
                and np.array_equal(machine.frames, group.machine.frames)
                and np.array_equal(_of_inputs(part), _of_inputs(other))
            ):
                group.parts.append(index)
                break
        else:
            groups.append(Shared([index], machine))
    for group in groups:
        if len(group.parts) > 1:
            group.machine = joined([used[index].machine for index in group.parts])
    return groups


def _of_inputs(part: Part) -> Values:
    width = len(part.inputs)
    return np.stack([part.scaling.centre[:width], part.scaling.scale[:width]])


def joined(machines: Sequence[Any]) -> Neighbours:
    """Neighbours that give what all of these give, one after the other: a class is an output that is 1 or 0."""
    first: Neighbours = machines[0]
    columns = [np.eye(it.classes)[it.owners.astype(int)] if it.classes else it.targets for it in machines]
    return Neighbours(
        first.frames,
        np.zeros(len(first.frames)),
        np.concatenate(columns, axis=1),
        0,
        first.most,
        first.weighted,
    )


def searched(group: Shared) -> bool:
    """Whether a group plays by itself, not in the kernel."""
    return not _in_kernel(group.machine) and not isinstance(group.machine, Nothing)


def _in_kernel(machine: Machine) -> bool:
    return isinstance(machine, Networks) or (isinstance(machine, Planes) and machine.plain)


class Row:
    """Numbers one after the other, and where each group of them begins."""

    def __init__(self, first: int, kind: Any) -> None:
        self._parts, self._size = [np.zeros(first, kind)], first

    def add(self, *parts: Any) -> int:
        """Put numbers at the end; where they begin."""
        at = self._size
        for part in parts:
            self._parts.append(np.asarray(part, self._parts[0].dtype).ravel())
            self._size += self._parts[-1].size
        return at

    def whole(self) -> Array:
        """All of them."""
        return np.concatenate(self._parts)


def laid_out(
    model: PerOutputModel,
    used: Sequence[Part],
    places: Sequence[int],
    answers: int,
    slots: int,
) -> tuple[Array, Values, Values]:
    """Plan, table and state of the kernels; `places` of the answers of each part, of which there are so many."""
    names = model.spec.names
    firsts = np.cumsum([0, *(len(part.inputs) for part in used)])
    seen, nets = int(firsts[-1]), [n for n, part in enumerate(used) if _in_kernel(part.machine)]
    laid = [used[n].machine.laid() for n in nets]  # type: ignore[attr-defined]  # see _in_kernel
    channels = [names.index(name) for part in used for name in part.inputs]
    widths = [len(part.inputs) for part in used]
    centres = [part.scaling.centre[:width] for part, width in zip(used, widths, strict=True)]
    inverses = [part.scaling.inverse[:width] for part, width in zip(used, widths, strict=True)]

    plan, table = Row(kernels.HEADER, np.int64), Row(0, np.float64)
    head = {kernels.PARTS: len(used), kernels.SEEN: seen, kernels.NETS: len(nets)}
    head |= {kernels.OUTPUTS: len(model.tables)}
    head |= {kernels.FIRSTS: plan.add(firsts), kernels.CHANNELS: plan.add(channels)}
    head |= {kernels.CENTRES: table.add(*centres), kernels.INVERSES: table.add(*inverses)}
    state = 0
    room = max((it.room for it in laid), default=0)
    for name, size in (
        (kernels.SCALED, seen),
        (kernels.SOUND, len(used)),
        (kernels.ANSWERS, answers),
        (kernels.ROOM, room),
        (kernels.PROBABILITIES, slots),
    ):
        head[name] = state
        state += size
    rows = []
    for n, it in zip(nets, laid, strict=True):
        sizes, own = plan.add(it.sizes), table.add(it.table)
        at = head[kernels.ANSWERS] + places[n]
        rows += [n, sizes, sizes + len(it.sizes), own, own + len(it.table), at, at + it.width]
    head[kernels.NET_ROWS] = plan.add(rows)
    rows, numbers = [], []
    order = np.cumsum(model.trained) - 1
    for output, part, own in zip(model.tables, model.parts, order.tolist(), strict=True):
        number = -1 if part is None else own
        at = 0 if part is None else head[kernels.ANSWERS] + places[number]
        values = np.zeros(0) if part is None else part.values
        rows += [number, TYPES.index(output.type), int(output.hard), at, len(values), table.add(values)]
        rows += [len(output.probable)]
        of_number = part is not None and not part.of_class
        middle, scale = (
            (part.scaling.centre[-1], part.scaling.scale[-1]) if part and of_number else (0.0, 0.0)
        )
        numbers += [output.low, output.high, middle, scale]
    head[kernels.OUTPUT_ROWS], head[kernels.NUMBERS] = plan.add(rows), table.add(numbers)
    whole = plan.whole()
    for name, value in head.items():
        whole[name] = value
    made = np.zeros(state)
    for part, place in zip(used, places, strict=True):
        if isinstance(part.machine, Nothing):  # of one class alone it is certain
            made[head[kernels.ANSWERS] + place] = 1.0
    return whole, table.whole(), made
